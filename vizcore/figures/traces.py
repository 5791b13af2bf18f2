"""The traces that several figures draw, each with the entries that all of its kind share."""

import base64
from collections.abc import Sequence
from typing import Any

from vizcore.arrays import ByteArray
from vizcore.figures.chart import Figure, typed_array
from vizcore.pictures.display import encode_png

Coordinates = Sequence[Any] | dict[str, str]
"""Coordinates along one axis: numbers, with None for a gap, or a result of `typed_array`."""


def line(x: Coordinates, y: Coordinates, style: Figure, **options: Any) -> Figure:
    """A trace that joins its points.

    Args:
        x: (n,) numbers.
        y: (n,) numbers; None and NaN are gaps.
        style: width, color, dash, … of the line.
        options: further entries of the trace.
    """
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": style, **options}


def dots(x: Coordinates, y: Coordinates, style: Figure, **options: Any) -> Figure:
    """A trace of single points.

    Args:
        x: (n,) numbers.
        y: (n,) numbers; None is left out.
        style: size, color, … of the dots.
        options: further entries of the trace.
    """
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": style, **options}


def bars(x: Coordinates, y: Coordinates, colour: str, **options: Any) -> Figure:
    """A trace of upright bars in one colour.

    Args:
        x: (n,) their middles.
        y: (n,) their heights.
        colour: a result of `colours.css`.
        options: further entries of the trace.
    """
    return {"type": "bar", "x": x, "y": y, "marker": {"color": colour}, **options}


def picture(pixels: ByteArray, **options: Any) -> Figure:
    """A trace that shows pixels as they are, magnified without smoothing. It ignores the mouse.

    Args:
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA, uint8.
        options: further entries of the trace.
    """
    source = "data:image/png;base64," + base64.b64encode(encode_png(pixels)).decode("ascii")
    return {"type": "image", "source": source, "zsmooth": False, "hoverinfo": "skip", **options}


def unseen_cells(cells: ByteArray, **options: Any) -> Figure:
    """An invisible heatmap, which reacts to the mouse.

    Args:
        cells: (rows, columns) uint8.
        options: further entries of the trace.
    """
    return {"type": "heatmap", "z": typed_array(cells), "opacity": 0, "showscale": False, **options}
