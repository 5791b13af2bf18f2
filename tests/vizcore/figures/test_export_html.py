"""The page of HTML, read back as a browser would read it."""

import base64
import json
import re

import numpy as np
import pytest

from vizcore.figures.export_html import figure_html
from vizcore.figures.mosaics import channel_figure, mosaic_figure, strip_figure
from vizcore.maps.mosaic import mosaic, strip


@pytest.fixture
def activation() -> np.ndarray:
    values = np.random.default_rng(7).normal(size=(7, 13, 5)).astype(np.float32)
    values[..., 3] = 0
    return values


def figure_in(page: str) -> list[dict]:
    """The traces that the page hands to Plotly, as the browser would read them."""
    start = page.index("[", page.index('"figure",', page.index("Plotly.newPlot(")))
    traces, _ = json.JSONDecoder().raw_decode(page[start:])
    return traces


def decode(typed: dict[str, str]) -> np.ndarray:
    array = np.frombuffer(base64.b64decode(typed["bdata"]), dtype="<" + typed["dtype"])
    return array.reshape([int(size) for size in typed["shape"].split(", ")])


def test_html_opens_without_a_network(activation: np.ndarray) -> None:
    page = figure_html(mosaic_figure(mosaic(activation, scale="layer"), title="conv1"), title="conv1 <b> & co")
    assert "<title>conv1 &lt;b&gt; &amp; co</title>" in page
    assert not re.search(r"<script[^>]*\ssrc=", page)
    assert not re.search(r"<link[^>]*\shref=", page)


def test_html_is_the_same_each_time_and_survives_a_hostile_title(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="</script><script>alert(1)</script>")
    page = figure_html(figure, title="</title><script>alert(2)</script>")
    assert page == figure_html(figure, title="</title><script>alert(2)</script>")
    assert "<script>alert" not in page


def test_html_hover_names_every_unit_and_its_value(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="channel", columns=3, channels=np.array([4, 0, 2, 1]))
    figure = mosaic_figure(made, title="conv1")
    heatmap = figure_in(figure_html(figure, title="conv1"))[0]
    custom, levels = decode(heatmap["customdata"]), decode(heatmap["z"])
    assert "hoverinfo" not in heatmap
    assert heatmap["hoverongaps"] is False
    for place in np.ndindex(made.levels.shape):
        cell = made.cell_at(*place)
        if cell is None:
            assert np.isnan(levels[place])
        else:
            channel, row, column = cell
            assert levels[place] == made.levels[place]
            assert custom[place][:3].tolist() == [channel, row, column]
            step = (made.highs.max() - made.lows.min()) / 254
            assert abs(custom[place][3] - activation[row, column, channel]) <= step


def test_html_says_where_a_value_lies_beyond_the_scale() -> None:
    activation = np.array([[[-1.0], [0.0], [0.5], [1.0], [10.0]]], np.float32)
    made = mosaic(activation, scale="locked", locked_range=(0, 1))
    heatmap = figure_in(figure_html(mosaic_figure(made, title="conv1"), title="conv1"))[0]
    assert heatmap["text"] == [["≤ ", "≤ ", "", "≥ ", "≥ "]]
    assert "%{text}" in heatmap["hovertemplate"]
    inside = mosaic(activation, scale="layer")
    heatmap = figure_in(figure_html(mosaic_figure(inside, title="conv1"), title="conv1"))[0]
    assert heatmap["text"] == [[""] * 5]


def test_html_of_a_strip_names_the_unit() -> None:
    vector = np.linspace(-2, 3, 11, dtype=np.float32)
    heatmap = figure_in(figure_html(strip_figure(strip(vector, scale="layer"), title="logits"), title="logits"))[0]
    custom = decode(heatmap["customdata"])[0]
    assert custom[:, 2].tolist() == list(range(11))
    np.testing.assert_allclose(custom[:, 3], vector, atol=5 / 254)
    assert heatmap["hovertemplate"].startswith("unit")


def test_html_does_not_change_the_figure_and_leaves_others_as_they_are(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="conv1")
    before = json.dumps(figure)
    figure_html(figure, title="conv1")
    assert json.dumps(figure) == before
    large = channel_figure(activation[..., 0], title="channel 0")
    assert figure_in(figure_html(large, title="channel 0"))[0]["z"] == large["data"][0]["z"]


def test_html_keeps_the_marks_and_the_layout(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer"), title="Sixty-four maps")
    page = figure_html(figure, title="conv1")
    assert figure_in(page)[1:] == figure["data"][1:]
    assert '"Sixty-four maps"' in page


def test_html_of_small_means_counts_cells_and_not_units() -> None:
    # Each map of 8 × 8 units as 4 × 4 cells: what is pointed at is a cell, its value a mean.
    activation = np.stack([np.zeros((8, 8)), np.arange(64).reshape(8, 8)], axis=-1).astype(np.float32)
    made = mosaic(activation, scale="layer", largest_side=4)
    heatmap = figure_in(figure_html(mosaic_figure(made, title="conv1"), title="conv1"))[0]
    custom = decode(heatmap["customdata"])
    assert custom.shape == (4, 9, 4)
    # The second tile begins after the first and a gap.
    assert custom[1, 5 + 2, :3].tolist() == [1, 1, 2]
    assert custom[1, 5 + 2, 3] == pytest.approx(np.mean([20, 21, 28, 29]), abs=63 / 254)
