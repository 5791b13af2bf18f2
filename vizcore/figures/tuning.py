"""Tuning curves of many channels, each in a small tile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray, IntArray
from vizcore.figures.chart import Figure, cell_layout, number_texts, typed_array, widened
from vizcore.figures.colours import BLUE, GREY, ORANGE, css
from vizcore.figures.traces import dots, line, unseen_cells
from vizcore.light.curves import (
    Curves,
    active_ranges,
    finite_range,
    is_vector,
    never_active,
    peaks,
    responses_at,
)
from vizcore.numbers import ceil_division

_MARGIN = 0.06  # of a tile, on every side
_HEAD = 0.16  # of a tile, for the channel's number
_NEVER_MARK = "×"


def tuning_curves_figure(
    curves: Curves, channels: IntArray, *, amount: float, columns: int, title: str, own_scale: bool = False
) -> Figure:
    """The curves of many channels, each in a tile of its own, with dots at the current amount.

    A tile is one cell of a picture of cells, so that a click on it opens its channel. In every tile the amount goes
    from the first level at the left to the last at the right.

    Args:
        curves: the curves of all channels of the layer.
        channels: (n,) the channels that are shown, in this order.
        amount: the amount at which the dots are.
        columns: the number of tiles in a row.
        title: the text above the figure.
        own_scale: whether every curve, mean or maximum, runs from its own smallest to its own largest value. Otherwise
            all means have the range of the layer's means, and all maxima that of its maxima. Neither the page nor the
            amount changes these ranges.

    Returns:
        A Plotly figure: borders, maximum, mean, dots, channel numbers and marks; NaN separates the tiles. A vector has
        no maximum, since its mean is the same. The last trace is an invisible picture of cells, which reacts to clicks
        and the mouse. `layout.meta` has the channels and a text for each.
    """
    columns = max(1, min(columns, channels.size))
    rows = max(1, ceil_division(channels.size, columns))
    tiles = _Tiles(curves, channels, columns, own_scale)
    layout = cell_layout(rows, columns, title=title, is_square=False)
    layout["meta"] = {
        "kind": "mosaic",
        "tile": [1, 1],
        "gap": 0,
        "columns": columns,
        "channels": channels.tolist(),
        "tips": tile_tips(curves, channels),
    }
    is_tile = np.zeros(rows * columns, np.uint8)
    is_tile[: channels.size] = 1
    cells = unseen_cells(is_tile.reshape(rows, columns), zmin=0, zmax=1, hoverinfo="none")
    lines = [tiles.lines(curves.mean, css(BLUE))]
    if not is_vector(curves):
        lines.insert(0, tiles.lines(curves.maximum, css(GREY), dash="4px,3px"))
    return {
        "data": [tiles.borders(), *lines, tiles.dots(amount), tiles.numbers(), tiles.marks(), cells],
        "layout": layout,
    }


def tile_tips(curves: Curves, channels: IntArray) -> list[str]:
    """A text for each channel: where its mean peaks and where it is active."""
    at_peak = peaks(curves.mean, curves.amounts)
    first, last = active_ranges(curves)
    tips = []
    for channel in channels.tolist():
        if np.isnan(first[channel]):
            text = "silent at all levels"
        elif np.isnan(at_peak[channel]):
            text = "the same at all levels" if np.isfinite(curves.mean[:, channel]).all() else "not finite everywhere"
        else:
            text = f"peak at {_number_text(at_peak[channel])}"
        if not np.isnan(first[channel]) and (first[channel], last[channel]) != (curves.amounts[0], curves.amounts[-1]):
            text += f" · active from {_number_text(first[channel])} to {_number_text(last[channel])}"
        tips.append(f"{'unit' if is_vector(curves) else 'channel'} {channel} · {text}")
    return tips


class _Tiles:
    """The coordinates of curves in their tiles. Tile (r, c) has its centre at x = c, y = r, and y grows downwards."""

    def __init__(self, curves: Curves, channels: IntArray, columns: int, own_scale: bool) -> None:
        self._curves = curves
        self._channels = channels
        places = np.arange(channels.size)
        self._columns, self._rows = places % columns, places // columns
        self._own_scale = own_scale

    def lines(self, curve: FloatArray, colour: str, *, dash: str = "solid") -> Figure:
        amounts = np.array(self._curves.amounts)
        x = self._across(np.broadcast_to(amounts, (self._channels.size, amounts.size)))
        y = self._down(curve, curve[:, self._channels].T)
        return _lines(x, y, {"width": 2, "color": colour, "dash": dash})

    def dots(self, amount: float) -> Figure:
        curves = self._curves
        here = responses_at(curves.mean, curves.amounts, amount)[self._channels]
        y = self._down(curves.mean, here[:, np.newaxis])
        x = self._across(np.full_like(y, min(max(amount, curves.amounts[0]), curves.amounts[-1])))
        style = {"size": 6, "color": css(ORANGE)}
        return dots(_typed(x[:, 0]), _typed(y[:, 0]), style, hoverinfo="skip")

    def borders(self) -> Figure:
        edge = 0.5 - _MARGIN / 3
        x = self._columns[:, np.newaxis] + edge * np.array([-1, 1, 1, -1, -1])
        y = self._rows[:, np.newaxis] + edge * np.array([-1, -1, 1, 1, -1])
        return _lines(x, y, {"width": 1, "color": css(GREY, 0.35)})

    def numbers(self) -> Figure:
        texts = [str(channel) for channel in self._channels.tolist()]
        x, y = self._columns - 0.5 + _MARGIN / 2, self._rows - 0.5 + _MARGIN / 2
        return _texts(x, y, texts, size=9, position="bottom right")

    def marks(self) -> Figure:
        """A mark on every channel that never wakes."""
        silent = np.isin(self._channels, never_active(self._curves))
        texts = [_NEVER_MARK] * int(silent.sum())
        return _texts(self._columns[silent], self._rows[silent], texts, size=16, position="middle center")

    def _across(self, amounts: DoubleArray) -> DoubleArray:
        first, last = self._curves.amounts[0], self._curves.amounts[-1]
        shares = (amounts - first) / (last - first)
        return self._columns[:, np.newaxis] - 0.5 + _MARGIN + (1 - 2 * _MARGIN) * shares

    def _down(self, curve: FloatArray, values: FloatArray | DoubleArray) -> DoubleArray:
        """The y of values (tiles, n) of a curve. The curve itself gives the scale if each has its own."""
        if self._own_scale:
            ranges = [_widened(*finite_range(curve[:, channel])) for channel in self._channels.tolist()]
        else:
            ranges = [_widened(*finite_range(curve))] * self._channels.size
        low, high = np.array(ranges, dtype=np.float64).reshape(-1, 2, 1).transpose(1, 0, 2)
        shares = (np.where(np.isfinite(values), values, np.nan).astype(np.float64) - low) / (high - low)
        return self._rows[:, np.newaxis] + 0.5 - _MARGIN - (1 - 2 * _MARGIN - _HEAD) * shares


def _widened(low: float, high: float) -> tuple[float, float]:
    # A silent channel lies at the bottom on every scale.
    return (0.0, 1.0) if low == high == 0 else widened(low, high)


def _lines(x: DoubleArray, y: DoubleArray, style: Figure) -> Figure:
    """One line for every row of (n, points) coordinates, in one trace: NaN between them."""
    x, y = (np.pad(rows, ((0, 0), (0, 1)), constant_values=np.nan).ravel() for rows in (x, y))
    return line(_typed(x), _typed(y), {"simplify": False, **style}, hoverinfo="skip")


def _typed(coordinates: DoubleArray) -> dict[str, str]:
    """The coordinates as float32, which is exact enough within a tile and half as long on the wire."""
    return typed_array(coordinates.astype(np.float32))


def _texts(x: NDArray[Any], y: NDArray[Any], texts: list[str], *, size: int, position: str) -> Figure:
    return {
        "type": "scatter",
        "mode": "text",
        "x": x.tolist(),
        "y": y.tolist(),
        "text": texts,
        "textposition": position,
        "textfont": {"size": size},
        "hoverinfo": "skip",
    }


def _number_text(amount: float) -> str:
    return number_texts([float(amount)])[0]
