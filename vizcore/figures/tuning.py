"""Figures of tuning curves: a page of channels as small tiles, and one channel large with its derivative."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray, IntArray
from vizcore.figures.chart import Figure, cell_layout, number_texts, opened_range, typed_array
from vizcore.figures.colours import BLUE, GREY, ORANGE, css
from vizcore.light.curves import (
    Curves,
    active_ranges,
    finite_range,
    is_vector,
    never_active,
    peaks,
    response_range,
    responses_at,
)

_MARGIN = 0.06  # of a tile, on every side
_HEAD = 0.16  # of a tile, for the channel's number
_NEVER_MARK = "×"


def curves_figure(
    curves: Curves, channels: IntArray, *, amount: float, columns: int, title: str, own_scale: bool = False
) -> Figure:
    """The curves of many channels, each in a tile of its own, with dots at the current amount.

    A tile is one cell of a picture of cells, so that a click on it opens its channel. In every tile the amount goes
    from the first level at the left to the last at the right.

    Args:
        curves: of all channels of the layer.
        channels: those that are shown, in this order.
        amount: where the dots are.
        columns: tiles in a row.
        title: above the figure.
        own_scale: every curve, mean or maximum, from its own smallest to its own largest value. Otherwise all are on
            the range of the whole layer, which neither the page nor the amount changes.

    Returns:
        A Plotly figure: borders, maximum, mean, dots, channel numbers and marks; NaN parts the tiles. Of a vector,
        whose mean and maximum are the same, the mean alone. The last trace is an invisible picture of cells, which
        clicks and the mouse find. `layout.meta` has the channels and what the mouse tells of each.
    """
    columns = max(1, min(columns, channels.size))
    rows = max(1, -(-channels.size // columns))
    tiles = _Tiles(curves, channels, columns, own_scale)
    layout = cell_layout(rows, columns, title=title)
    # Tiles take the width there is: they need not be square.
    del layout["yaxis"]["scaleanchor"], layout["yaxis"]["scaleratio"]
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
    cells = {
        "type": "heatmap",
        "z": typed_array(is_tile.reshape(rows, columns)),
        "zmin": 0,
        "zmax": 1,
        "opacity": 0,
        "showscale": False,
        "hoverinfo": "none",
    }
    lines = [tiles.lines(curves.mean, css(BLUE), 2)]
    if not is_vector(curves):
        lines.insert(0, tiles.lines(curves.maximum, css(BLUE, 0.75), 1.5))
    return {
        "data": [tiles.borders(), *lines, tiles.dots(amount), tiles.numbers(), tiles.marks(), cells],
        "layout": layout,
    }


def tile_tips(curves: Curves, channels: IntArray) -> list[str]:
    """What is to be said of each channel: where its mean peaks and where it is active."""
    at_peak = peaks(curves.mean, curves.amounts)
    first, last = active_ranges(curves)
    tips = []
    for channel in channels.tolist():
        if np.isnan(first[channel]):
            told = "silent at all levels"
        elif np.isnan(at_peak[channel]):
            told = "the same at all levels" if np.isfinite(curves.mean[:, channel]).all() else "not finite everywhere"
        else:
            told = f"peak at {_written(at_peak[channel])}"
        if not np.isnan(first[channel]) and (first[channel], last[channel]) != (curves.amounts[0], curves.amounts[-1]):
            told += f" · active from {_written(first[channel])} to {_written(last[channel])}"
        tips.append(f"{'unit' if is_vector(curves) else 'channel'} {channel} · {told}")
    return tips


class _Tiles:
    """Where curves lie in their tiles. Tile (r, c) has its centre at x = c, y = r, and y grows downwards."""

    def __init__(self, curves: Curves, channels: IntArray, columns: int, own_scale: bool) -> None:
        self._curves = curves
        self._channels = channels
        places = np.arange(channels.size)
        self._columns, self._rows = places % columns, places // columns
        self._own_scale = own_scale

    def lines(self, curve: FloatArray, colour: str, width: float) -> Figure:
        amounts = np.array(self._curves.amounts)
        x = self._across(np.broadcast_to(amounts, (self._channels.size, amounts.size)))
        y = self._down(curve, curve[:, self._channels].T)
        return _line(x, y, colour, width)

    def dots(self, amount: float) -> Figure:
        curves = self._curves
        here = responses_at(curves.mean, curves.amounts, amount)[self._channels]
        y = self._down(curves.mean, here[:, np.newaxis])
        x = self._across(np.full_like(y, min(max(amount, curves.amounts[0]), curves.amounts[-1])))
        return {
            "type": "scatter",
            "mode": "markers",
            "x": typed_array(x[:, 0].astype(np.float32)),
            "y": typed_array(y[:, 0].astype(np.float32)),
            "marker": {"size": 6, "color": css(ORANGE)},
            "hoverinfo": "skip",
        }

    def borders(self) -> Figure:
        edge = 0.5 - _MARGIN / 3
        x = self._columns[:, np.newaxis] + edge * np.array([-1, 1, 1, -1, -1])
        y = self._rows[:, np.newaxis] + edge * np.array([-1, -1, 1, 1, -1])
        return _line(x, y, css(GREY, 0.35), 1)

    def numbers(self) -> Figure:
        texts = [str(channel) for channel in self._channels.tolist()]
        x, y = self._columns - 0.5 + _MARGIN / 2, self._rows - 0.5 + _MARGIN / 2
        return _texts(x, y, texts, size=9, position="bottom right")

    def marks(self) -> Figure:
        """On every channel that never wakes."""
        silent = np.isin(self._channels, never_active(self._curves))
        texts = [_NEVER_MARK] * int(silent.sum())
        return _texts(self._columns[silent], self._rows[silent], texts, size=16, position="middle center")

    def _across(self, amounts: DoubleArray) -> DoubleArray:
        first, last = self._curves.amounts[0], self._curves.amounts[-1]
        shares = (amounts - first) / (last - first)
        return self._columns[:, np.newaxis] - 0.5 + _MARGIN + (1 - 2 * _MARGIN) * shares

    def _down(self, curve: FloatArray, values: FloatArray | DoubleArray) -> DoubleArray:
        """Where values (tiles, n) of a curve lie; the curve itself gives the scale where each has its own."""
        if self._own_scale:
            ranges = [_opened(*finite_range(curve[:, channel])) for channel in self._channels.tolist()]
        else:
            ranges = [_opened(*response_range(self._curves))] * self._channels.size
        low, high = np.array(ranges, dtype=np.float64).reshape(-1, 2, 1).transpose(1, 0, 2)
        shares = (np.where(np.isfinite(values), values, np.nan).astype(np.float64) - low) / (high - low)
        return self._rows[:, np.newaxis] + 0.5 - _MARGIN - (1 - 2 * _MARGIN - _HEAD) * shares


def _opened(low: float, high: float) -> tuple[float, float]:
    # What is silent lies on the ground, on every scale.
    return (0.0, 1.0) if low == high == 0 else opened_range(low, high)


def _line(x: DoubleArray, y: DoubleArray, colour: str, width: float) -> Figure:
    """One line for every row, in one trace: NaN between them."""
    parted = [np.pad(rows, ((0, 0), (0, 1)), constant_values=np.nan).ravel().astype(np.float32) for rows in (x, y)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": typed_array(parted[0]),
        "y": typed_array(parted[1]),
        "line": {"width": width, "color": colour, "simplify": False},
        "hoverinfo": "skip",
    }


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


def _written(amount: float) -> str:
    return number_texts([float(amount)])[0]
