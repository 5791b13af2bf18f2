"""The parts that all figures share: typed arrays, numbers as text, titles, margins, legends, colour bars."""

import base64
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.numbers import with_minus_signs

Figure = dict[str, Any]

# The types a browser has arrays for, under the names plotly.js gives them. It knows no 64-bit integers and no float16.
_TYPED = MappingProxyType({"uint8": "u1", "int32": "i4", "float32": "f4", "float64": "f8"})


def typed_array(array: NDArray[Any]) -> dict[str, str]:
    """An array as plotly.js reads it: type, base64 of its bytes, and its shape if it has more than one axis.

    Args:
        array: uint8, int32, float32 or float64, up to three axes.
    """
    contiguous = np.ascontiguousarray(array)
    little_endian = contiguous.astype(contiguous.dtype.newbyteorder("<"), copy=False)
    result = {
        "dtype": _TYPED[contiguous.dtype.name],
        "bdata": base64.b64encode(little_endian.tobytes()).decode("ascii"),
    }
    if array.ndim > 1:
        result["shape"] = ", ".join(str(size) for size in array.shape)
    return result


def untyped_array(typed: Mapping[str, str]) -> NDArray[Any]:
    """The array behind a result of `typed_array`, read-only."""
    dtype = np.dtype(typed["dtype"]).newbyteorder("<")
    array = np.frombuffer(base64.b64decode(typed["bdata"]), dtype=dtype)
    return array.reshape([int(size) for size in typed["shape"].split(",")]) if "shape" in typed else array


def number_texts(values: Sequence[float]) -> list[str]:
    """Numbers as texts, as short as they can be while they differ: from three to nine significant digits."""
    texts: list[str] = []
    for digits in range(3, 10):
        texts = [f"{value:.{digits}g}" for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return [with_minus_signs(text) for text in texts]


def percent(share: float) -> str:
    """A share in percent with one decimal; only exactly 0 and exactly 1 become 0.0% and 100.0%."""
    if 0 < share < 0.0005:
        return "< 0.1%"
    if 0.9995 <= share < 1:
        return "> 99.9%"
    return f"{share:.1%}"


def widened(low: float, high: float) -> tuple[float, float]:
    """The range itself, or, if it is a single value, a range around it that is wide enough to be divided."""
    if low < high:
        return low, high
    spread = max(abs(low) / 2, 0.5)
    return low - spread, high + spread


def title_at_left(text: str) -> Figure:
    """A title that begins at the left edge, so that a narrow screen cuts its end."""
    return {"text": text, "x": 0, "xanchor": "left"}


def margins(*, top: int = 40) -> Figure:
    """The space around a figure, in pixels; `top` leaves room for a title, a legend or both."""
    return {"l": 8, "r": 8, "t": top, "b": 8}


def legend_above(y: float) -> Figure:
    """The part of a layout that shows a legend as one line.

    Args:
        y: the legend's lower edge, as a part of the height of the panels: a little above 1.
    """
    return {
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": "bottom"},
    }


def cell_layout(rows: int, columns: int, *, title: str, is_square: bool = True) -> Figure:
    """The layout around a picture of cells, first row on top.

    Its axes count cells: cell (r, c) has its centre at x = c, y = r. `uirevision` depends on the shape alone, so a
    zoom outlives every change that keeps the shape.

    Args:
        rows: the number of rows.
        columns: the number of columns.
        title: the text above the figure.
        is_square: whether cells are square. Otherwise they fill the width and the height of the figure.
    """
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "constrain": "domain"}
    squares = {"scaleanchor": "x", "scaleratio": 1} if is_square else {}
    return {
        "title": title_at_left(title),
        "margin": margins(),
        "showlegend": False,
        "uirevision": f"{rows}x{columns}",
        "xaxis": {**axis, "range": [-0.5, columns - 0.5]},
        "yaxis": {**axis, "range": [rows - 0.5, -0.5], **squares},
    }


def colour_bar(title: str, **options: Any) -> Figure:
    """A narrow colour bar with its title on top."""
    # The empty line keeps the title clear of the topmost number.
    return {
        "title": {"text": f"{title}<br>&nbsp;", "side": "top"},
        "thickness": 12,
        "len": 1,
        "outlinewidth": 0,
        **options,
    }
