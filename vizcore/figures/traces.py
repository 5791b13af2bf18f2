"""The traces that several figures draw, each with what all of its kind have in common."""

import base64
from collections.abc import Sequence
from typing import Any

from vizcore.arrays import ByteArray
from vizcore.figures.chart import Figure, typed_array
from vizcore.pictures.display import encode_png

Coordinates = Sequence[Any] | dict[str, str]
"""Along one axis: numbers, with None for a gap, or what `typed_array` gives."""


def line(x: Coordinates, y: Coordinates, style: Figure, **options: Any) -> Figure:
    """A trace that joins its points.

    Args:
        x: (n,) numbers.
        y: (n,) numbers; None and NaN are gaps.
        style: of the line: width, color, dash, …
        options: what else the trace has.
    """
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": style, **options}


def dots(x: Coordinates, y: Coordinates, style: Figure, **options: Any) -> Figure:
    """A trace of single points.

    Args:
        x: (n,) numbers.
        y: (n,) numbers; None is left out.
        style: of the dots: size, color, …
        options: what else the trace has.
    """
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": style, **options}


def bars(x: Coordinates, y: Coordinates, colour: str, **options: Any) -> Figure:
    """A trace of upright bars in one colour.

    Args:
        x: (n,) their middles.
        y: (n,) their heights.
        colour: as `colours.css` gives it.
        options: what else the trace has.
    """
    return {"type": "bar", "x": x, "y": y, "marker": {"color": colour}, **options}


def picture(pixels: ByteArray, **options: Any) -> Figure:
    """A trace that shows pixels as they are, magnified without smoothing; the mouse does not see it.

    Args:
        pixels: (H, W, 3) RGB or (H, W, 4) RGBA, uint8.
        options: what else the trace has.
    """
    source = "data:image/png;base64," + base64.b64encode(encode_png(pixels)).decode("ascii")
    return {"type": "image", "source": source, "zsmooth": False, "hoverinfo": "skip", **options}


def unseen_cells(cells: ByteArray, **options: Any) -> Figure:
    """A heatmap that is not seen: it is there for the mouse.

    Args:
        cells: (rows, columns) uint8.
        options: what else the trace has.
    """
    return {"type": "heatmap", "z": typed_array(cells), "opacity": 0, "showscale": False, **options}
