"""Traces: what is given is drawn, as Plotly understands it."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from vizcore.figures.chart import Figure, untyped_array
from vizcore.figures.traces import bars, dots, line, picture, unseen_cells

X, Y = [1, 2, 3], [0.5, None, 0.25]


@pytest.mark.parametrize(
    ("trace", "kind", "mode"),
    [
        (line(X, Y, {"color": "red"}), "scatter", "lines"),
        (dots(X, Y, {"color": "red"}), "scatter", "markers"),
        (bars(X, Y, "red"), "bar", None),
    ],
)
def test_points_go_where_they_are_given_in_their_colour(trace: Figure, kind: str, mode: str | None) -> None:
    made = go.Figure({"data": [trace]}).data[0]
    assert (made.type, list(made.x), list(made.y)) == (kind, X, Y)
    assert (made.line if mode == "lines" else made.marker).color == "red"
    assert trace.get("mode") == mode


def test_options_are_added_and_take_the_place_of_what_all_have() -> None:
    assert line(X, Y, {}, mode="lines+markers", name="loss")["mode"] == "lines+markers"
    assert picture(np.zeros((1, 1, 3), np.uint8), hoverinfo="all")["hoverinfo"] == "all"


def test_a_picture_has_the_pixels_that_are_given_and_is_not_smoothed() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 7, 4), dtype=np.uint8)
    trace = picture(pixels)
    content = base64.b64decode(trace["source"].removeprefix("data:image/png;base64,"))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)
    assert trace["zsmooth"] is False


def test_cells_for_the_mouse_are_not_seen_but_there() -> None:
    cells = np.array([[1, 0, 1], [0, 0, 255]], np.uint8)
    trace = unseen_cells(cells, hoverinfo="none")
    np.testing.assert_array_equal(untyped_array(trace["z"]), cells)
    assert (trace["opacity"], trace["showscale"], trace["hoverinfo"]) == (0, False, "none")
