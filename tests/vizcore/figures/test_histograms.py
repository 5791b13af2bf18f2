"""Counts that were made by hand, and panels that keep the colours apart."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.figures.chart import untyped_array as decode
from vizcore.figures.histograms import brightness_histogram_figure, histogram_figure


def test_histogram_counts_by_hand() -> None:
    values = np.array([0, 0, 0, 1, 4, np.nan, np.inf], np.float32)
    bars = histogram_figure(values, title="values", bins=4)["data"][0]
    assert decode(bars["x"]).tolist() == [0.5, 1.5, 2.5, 3.5]
    assert decode(bars["y"]).tolist() == [3, 1, 0, 1]
    assert decode(bars["width"]).tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize("value", [0.0, 1e-45, 3e38])
def test_histogram_of_a_constant_channel_counts_every_cell(value: float) -> None:
    bars = histogram_figure(np.full((7, 13), value, np.float32), title="constant")["data"][0]
    assert decode(bars["y"]).sum() == 91


def test_histogram_without_a_finite_value_is_empty() -> None:
    assert decode(histogram_figure(np.full((7, 13), np.nan, np.float32), title="")["data"][0]["y"]).size == 0


def test_brightness_histogram_keeps_channels_apart() -> None:
    before = np.arange(4 * 256).reshape(4, 256)
    after = before + 10_000
    figure = brightness_histogram_figure(before, after)
    titles = {note["yref"].split()[0]: note["text"] for note in figure["layout"]["annotations"]}
    rows = {"Red": 0, "Green": 1, "Blue": 2, "Luminance": 3}
    assert set(titles.values()) == set(rows)
    for trace in figure["data"]:
        if trace["type"] == "bar":
            # What is clipped, once more, as high as the panel at most.
            ends = after[rows[titles[trace["yaxis"]]]][[0, 255]]
            top = figure["layout"]["yaxis"]["range"][1]
            assert trace["y"] == [min(count, top) for count in ends.tolist()]
            continue
        counts = (before if trace["name"] == "original" else after)[rows[titles[trace["yaxis"]]]]
        np.testing.assert_array_equal(decode(trace["y"]), counts)


def test_brightness_histogram_is_not_flattened_by_clipped_pixels() -> None:
    counts = np.full((4, 256), 100)
    counts[:, 255] = 1_000_000
    assert brightness_histogram_figure(counts, counts)["layout"]["yaxis"]["range"] == [0, 105]
    black = np.zeros((4, 256), int)
    black[:, 0] = 40
    assert brightness_histogram_figure(black, black)["layout"]["yaxis3"]["range"] == [0, 42]


def test_a_bar_says_from_where_to_where_it_counts() -> None:
    trace = histogram_figure(np.array([[-1.0, 0.0], [2.0, 3.0]], np.float32), title="values", bins=2)["data"][0]
    assert decode(trace["customdata"]).tolist() == [[-1, 1], [1, 3]]
    assert decode(trace["y"]).tolist() == [2, 2]


def test_before_is_a_dotted_line_over_after_as_an_area_in_one_colour() -> None:
    counts = np.ones((4, 256), int)
    figure = brightness_histogram_figure(counts, counts)
    for before, after, clipped in zip(*(figure["data"][start::3] for start in range(3)), strict=True):
        assert before["line"]["dash"] == "dot"
        assert after["fill"] == "tozeroy"
        assert after["fillcolor"] == before["line"]["color"].replace("rgb(", "rgba(").replace(")", ",0.6)")
        assert clipped["marker"]["color"] == before["line"]["color"]
    # One entry each, for all panels.
    assert [trace["name"] for trace in figure["data"] if trace["showlegend"]] == ["original", "edited"]


def test_four_panels_stand_two_by_two_and_none_covers_another() -> None:
    counts = np.ones((4, 256), int)
    layout = brightness_histogram_figure(counts, counts)["layout"]
    corners = {
        note["text"]: (layout[f"xaxis{suffix}"]["domain"], layout[f"yaxis{suffix}"]["domain"])
        for note, suffix in zip(layout["annotations"], ("", "2", "3", "4"), strict=True)
    }
    assert corners["Luminance"][0] == corners["Green"][0] == [0, 0.46]
    assert corners["Red"][0] == corners["Blue"][0] == [0.54, 1]
    assert corners["Luminance"][1] == corners["Red"][1] == [0.58, 1]
    assert corners["Green"][1] == corners["Blue"][1] == [0, 0.42]


def test_counts_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(VizcoreError, match="at least one bar"):
        histogram_figure(np.ones(3, np.float32), title="", bins=0)
    right, wrong = np.zeros((4, 256), int), np.zeros((3, 256), int)
    for before, after in ((wrong, right), (right, wrong)):
        with pytest.raises(VizcoreError, match=r"\(4, 256\)"):
            brightness_histogram_figure(before, after)
