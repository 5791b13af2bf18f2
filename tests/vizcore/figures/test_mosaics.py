"""The dictionaries are valid Plotly, and what they show can be read back as the numbers they were made from."""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.figures.histograms import brightness_histogram_figure, histogram_figure
from vizcore.figures.mosaics import channel_figure, mosaic_figure, overlay_figure, scale_ticks, strip_figure
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import mosaic, strip
from vizcore.maps.ranges import locked_range, range_scale, scale_of
from vizcore.maps.scales import Scale


@pytest.fixture
def activation() -> np.ndarray:
    values = np.random.default_rng(5).normal(size=(7, 13, 5)).astype(np.float32)
    values[..., 2] = 0
    values[..., 4] = 1.5
    return values


def decode(typed: dict[str, str]) -> np.ndarray:
    """Written again here, so that a fault in the encoding cannot hide behind the same fault in its inverse."""
    array = np.frombuffer(base64.b64decode(typed["bdata"]), dtype="<" + typed["dtype"])
    return array.reshape([int(size) for size in typed["shape"].split(", ")]) if "shape" in typed else array


def test_figures_and_exports_import_neither_tensorflow_nor_plotly() -> None:
    code = "import sys, vizcore.figures, vizcore.figures.export; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "vizcore.maps.mosaic" in loaded
    assert not {"tensorflow", "keras", "plotly", "streamlit"} & set(loaded)


SCALES: dict[str, Callable[[np.ndarray], Scale]] = {
    "one range": lambda values: range_scale(-1, 1, num_channels=values.shape[-1]),
    "layer": lambda values: scale_of(values, "layer"),
    "channel": lambda values: scale_of(values, "channel"),
    "tutorial": lambda values: scale_of(values, "tutorial"),
    "square root": lambda values: scale_of(values, "channel", percentile=98, contrast="square root"),
    "signed square root": lambda values: scale_of(values, "layer", is_signed=True, contrast="square root"),
}


def all_figures(activation: np.ndarray) -> dict[str, dict]:
    statistics = channel_statistics(activation)
    pixels = np.random.default_rng(6).integers(0, 256, (11, 17, 3), dtype=np.uint8)
    counts = np.arange(4 * 256).reshape(4, 256)
    broken = activation[..., 0].copy()
    broken[0, :3] = [np.nan, np.inf, -np.inf]
    figures = {
        f"mosaic {name}": mosaic_figure(
            mosaic(activation, scale=scale(activation), columns=3), title=name, statistics=statistics
        )
        for name, scale in SCALES.items()
    }
    return figures | {
        "strip": strip_figure(strip(activation[0, 0], scale="channel"), title="dense1"),
        "channel": channel_figure(activation[..., 1], title="one"),
        "broken": channel_figure(broken, title="broken"),
        "histogram": histogram_figure(activation[..., 1], title="values"),
        "overlay": overlay_figure(activation[..., 1], pixels, title="over"),
        "brightness": brightness_histogram_figure(counts, counts[::-1]),
    }


def test_every_figure_is_valid_plotly_and_strict_json(activation: np.ndarray) -> None:
    for name, figure in all_figures(activation).items():
        made = go.Figure(figure)
        assert len(made.data) == len(figure["data"]), name
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure, name


def test_no_figure_sets_a_background_or_a_font_colour(activation: np.ndarray) -> None:
    for figure in all_figures(activation).values():
        text = json.dumps(figure["layout"])
        assert "bgcolor" not in text
        assert '"color"' not in text


@pytest.mark.parametrize("name", [name for name in SCALES if "root" not in name])
@pytest.mark.parametrize("columns", [2, 16])
def test_heatmap_and_meta_give_the_activation_back(activation: np.ndarray, name: str, columns: int) -> None:
    made = mosaic(activation, scale=SCALES[name](activation), columns=columns, channels=np.array([4, 1, 0, 3]))
    figure = json.loads(json.dumps(mosaic_figure(made, title="conv1")))
    levels, meta = decode(figure["data"][0]["z"]), figure["layout"]["meta"]
    assert levels.shape == tuple(meta["shape"])
    height, width = meta["tile"]
    seen = 0
    # The browser's arithmetic, from place to value.
    for (row, column), level in np.ndenumerate(levels):
        tile = (row // (height + meta["gap"])) * meta["columns"] + column // (width + meta["gap"])
        if level == 0:
            continue
        low, high = meta["lows"][tile], meta["highs"][tile]
        value = low + (int(level) - 1) / 254 * (high - low)
        true = activation[row % (height + meta["gap"]), column % (width + meta["gap"]), meta["channels"][tile]]
        step = (high - low) / 254
        assert abs(value - min(max(true, low), high)) <= step * 1.001 + 1e-9
        seen += 1
    assert seen == 4 * 7 * 13


def test_mosaic_axes_put_the_first_row_on_top_with_square_cells(activation: np.ndarray) -> None:
    figure = mosaic_figure(mosaic(activation, scale="layer", columns=2), title="conv1")
    heatmap, layout = figure["data"][0], figure["layout"]
    assert layout["yaxis"]["range"] == [3 * 7 + 2 - 0.5, -0.5]
    assert layout["xaxis"]["range"] == [-0.5, 2 * 13 + 1 - 0.5]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert (heatmap["zmin"], heatmap["zmax"], heatmap["zsmooth"]) == (0, 255, False)
    assert "xgap" not in heatmap
    assert "ygap" not in heatmap


def test_a_zoom_outlives_everything_that_keeps_the_shape(activation: np.ndarray) -> None:
    first = mosaic_figure(mosaic(activation, scale="layer"), title="a", colour_map="magma")
    second = mosaic_figure(mosaic(activation * 3, scale="tutorial"), title="b")
    assert first["layout"]["uirevision"] == second["layout"]["uirevision"]


def test_silent_dead_and_constant_channels_are_marked_in_the_middle_of_their_tile(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer", columns=2, channels=np.array([4, 2, 1]))
    statistics = channel_statistics(activation)
    marks = mosaic_figure(made, title="conv1", statistics=statistics)["data"][2]
    # Tile 0 has its middle at row 3, column 6; tile 1 begins 13 + 1 columns further right.
    assert (marks["text"], marks["x"], marks["y"]) == (["=", "∅"], [6, 20], [3, 3])
    assert marks["customdata"] == ["constant", "silent"]
    # Silent here and everywhere: dead. A channel that is dead but not silent here is not marked.
    dead = np.array([True, True, True, False, False])
    marks = mosaic_figure(made, title="conv1", statistics=statistics, dead=dead)["data"][2]
    assert (marks["text"], marks["customdata"]) == (["=", "×"], ["constant", "dead"])
    assert mosaic_figure(made, title="conv1")["data"][2]["text"] == []


def test_every_tile_has_its_channel_in_its_upper_left_corner(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer", columns=2, channels=np.array([4, 2, 1]))
    numbers = mosaic_figure(made, title="")["data"][1]
    assert numbers["text"] == ["4", "2", "1"]
    # A tile is 7 × 13 cells with a gap of one; a corner lies half a cell before the first centre.
    assert [*zip(numbers["x"], numbers["y"], strict=True)] == [(-0.5, -0.5), (13.5, -0.5), (-0.5, 7.5)]


def test_ticks_name_the_values_of_their_levels(activation: np.ndarray) -> None:
    made = mosaic(activation, scale=range_scale(-2, 6, num_channels=5))
    assert scale_ticks(made) == ([1, 64.5, 128, 191.5, 255], ["−2", "0", "2", "4", "6"])
    levels, texts = scale_ticks(mosaic(activation, scale="tutorial"))
    assert dict(zip(levels, texts, strict=True))[128] == "mean"
    levels, texts = scale_ticks(mosaic(activation, scale="channel"))
    assert (levels[0], texts[0], levels[-1], texts[-1]) == (1, "its min", 255, "its max")


def test_the_ticks_of_a_bent_scale_stand_at_the_levels_that_draw_their_values() -> None:
    values = np.array([[[0.0], [1], [4], [9], [16]]], np.float32)
    drawn = mosaic(values, scale=scale_of(values, "layer", contrast="square root"))
    # √¼ = ½ and so on: a quarter of the range is drawn at the middle of the colours.
    assert drawn.levels.tolist() == [[1, round(1 + 254 / 4 + 1e-9), 128, round(1 + 254 * 0.75 + 1e-9), 255]]
    levels, texts = scale_ticks(drawn)
    assert texts == ["0", "4", "8", "12", "16"]
    assert levels == pytest.approx([1, 128, 1 + 254 * 0.5**0.5, 1 + 254 * 0.75**0.5, 255])
    both = np.array([[[-4.0], [-1], [0], [1], [4]]], np.float32)
    drawn = mosaic(both, scale=scale_of(both, "layer", is_signed=True, contrast="square root"))
    assert drawn.levels.tolist() == [[1, 65, 128, 192, 255]]
    assert scale_ticks(drawn)[1] == ["−4", "−2", "0", "2", "4"]
    assert scale_ticks(drawn)[0] == pytest.approx([1, 128 - 127 * 0.5**0.5, 128, 128 + 127 * 0.5**0.5, 255])


def test_the_colours_of_a_large_channel_are_bent_as_its_tile() -> None:
    values = np.linspace(0, 16, 35, dtype=np.float32).reshape(5, 7)
    scale = scale_of(values[..., np.newaxis], "channel", contrast="square root")
    stops = channel_figure(values, title="", scale=scale)["data"][0]["colorscale"]
    # The colour of the middle of the map is that of a quarter of the range.
    positions = [position for position, _ in stops]
    assert positions == sorted(positions)
    middle = stops[len(stops) // 2]
    assert middle[0] == pytest.approx((64 / 127) ** 2)
    assert (positions[0], positions[-1]) == (0, 1)


def test_on_a_signed_scale_every_tile_has_an_outline(activation: np.ndarray) -> None:
    signed = scale_of(activation, "layer", is_signed=True)
    made = mosaic(activation, scale=signed, columns=2, gap=3, channels=np.array([4, 2, 1]))
    border = mosaic_figure(made, title="")["data"][3]
    x, y = (decode(border[axis]).reshape(3, 6) for axis in ("x", "y"))
    # The second tile begins 13 + 3 columns further right, the third 7 + 3 rows further down; a gap is shared by two.
    np.testing.assert_array_equal(x[:, :5], [[-2, 14, 14, -2, -2], [14, 30, 30, 14, 14], [-2, 14, 14, -2, -2]])
    np.testing.assert_array_equal(y[:, :5], [[-2, -2, 8, 8, -2], [-2, -2, 8, 8, -2], [8, 8, 18, 18, 8]])
    assert np.isnan(x[:, 5]).all()
    assert np.isnan(y[:, 5]).all()
    assert len(mosaic_figure(mosaic(activation, scale="layer"), title="")["data"]) == 3


def test_ticks_of_a_narrow_range_differ_and_a_single_value_has_one() -> None:
    narrow = mosaic(np.array([[[1000.125], [1000.25]]], np.float32), scale="layer")
    assert len(set(scale_ticks(narrow)[1])) == 5
    constant = mosaic(np.full((2, 3, 5), 0.25, np.float32), scale="layer")
    assert scale_ticks(constant) == ([1], ["0.25"])


def test_strip_has_an_index_axis_and_cells_that_need_not_be_square() -> None:
    vector = np.array([0, 2, 1], np.float32)
    figure = strip_figure(strip(vector, scale="layer"), title="logits")
    assert decode(figure["data"][0]["z"]).tolist() == [[1, 255, 128]]
    assert figure["layout"]["xaxis"]["showticklabels"]
    assert "scaleanchor" not in figure["layout"]["yaxis"]
    meta = figure["layout"]["meta"]
    assert (meta["kind"], meta["tile"], meta["lows"], meta["highs"]) == ("strip", [1, 3], [0], [2])


def test_channel_figure_holds_the_true_values(activation: np.ndarray) -> None:
    trace = channel_figure(activation[..., 1], title="one")["data"][0]
    np.testing.assert_array_equal(decode(trace["z"]), activation[..., 1])
    assert (trace["zmin"], trace["zmax"]) == locked_range(activation[..., 1])
    chosen = channel_figure(activation[..., 1], title="one", scale=range_scale(-9, 9))["data"][0]
    assert (chosen["zmin"], chosen["zmax"]) == (-9, 9)


@pytest.mark.parametrize("value", [0.0, -3.0, 1e30])
def test_a_constant_channel_is_in_the_first_colour(value: float) -> None:
    trace = channel_figure(np.full((7, 13), value, np.float32), title="constant")["data"][0]
    assert trace["zmin"] == np.float32(value)
    assert trace["zmax"] > value


def test_overlay_has_the_axes_of_the_channel_and_the_exact_pixels(activation: np.ndarray) -> None:
    pixels = np.random.default_rng(8).integers(0, 256, (11, 17, 3), dtype=np.uint8)
    over = overlay_figure(activation[..., 1], pixels, title="one", opacity=0.25)
    alone = channel_figure(activation[..., 1], title="one")
    assert over["layout"] == alone["layout"]
    held = overlay_figure(activation[..., 1], pixels, title="one", scale=range_scale(-9, 9))["data"][1]
    assert (held["zmin"], held["zmax"]) == (-9, 9)
    picture, channel = over["data"]
    np.testing.assert_array_equal(decode(channel["z"]), activation[..., 1])
    # Transparent where the channel is silent, a quarter at its largest value, in the map's own colours.
    assert channel["colorscale"][0][1].endswith(",0)")
    assert channel["colorscale"][-1][1] == "rgba(253,231,37,0.25)"
    source = base64.b64decode(picture["source"].removeprefix("data:image/png;base64,"))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(source))), pixels)
    # Pixel i covers x0 + (i − ½)·dx … x0 + (i + ½)·dx: together the channel's −½ … 12½ across and −½ … 6½ down.
    assert picture["x0"] - picture["dx"] / 2 == pytest.approx(-0.5)
    assert picture["x0"] + 16.5 * picture["dx"] == pytest.approx(12.5)
    assert picture["y0"] - picture["dy"] / 2 == pytest.approx(-0.5)
    assert picture["y0"] + 10.5 * picture["dy"] == pytest.approx(6.5)


def test_refusals(activation: np.ndarray) -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    with pytest.raises(VizcoreError, match="no colour map “rainbow”"):
        mosaic_figure(mosaic(activation, scale="layer"), title="", colour_map="rainbow")
    with pytest.raises(VizcoreError, match="one map"):
        channel_figure(activation, title="")
    with pytest.raises(VizcoreError, match="Opacity"):
        overlay_figure(activation[..., 0], pixels, title="", opacity=1.5)
    with pytest.raises(VizcoreError, match="picture below"):
        overlay_figure(activation[..., 0], pixels.astype(float), title="")
