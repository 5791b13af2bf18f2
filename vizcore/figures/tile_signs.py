"""What stands on the tiles of a mosaic: the number of its channel, a mark on a silent one, and an outline."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import BoolArray
from vizcore.figures.chart import Figure, typed_array
from vizcore.figures.colours import GREY, css
from vizcore.figures.traces import line
from vizcore.maps.channels import ChannelStatistics
from vizcore.maps.mosaic import Mosaic

DEAD_MARK = "×"
SILENT_MARK = "∅"
CONSTANT_MARK = "="
_MARK_WORDS = MappingProxyType({DEAD_MARK: "dead", SILENT_MARK: "silent", CONSTANT_MARK: "constant"})
_SHADOW = ", ".join(f"{x}px {y}px 2px black" for x in (-1, 1) for y in (-1, 1))


def tile_marks(
    mosaic: Mosaic, statistics: ChannelStatistics | None, dead: BoolArray | None = None
) -> list[tuple[float, float, str]]:
    """The marks of silent and constant channels: row and column of the tile's centre, in cells, and the sign.

    Args:
        mosaic: the mosaic.
        statistics: of all channels of the layer; None marks nothing.
        dead: (C,) as for `mosaic_figure`. A dead channel that is not silent here has no mark.
    """
    if statistics is None:
        return []
    height, width = mosaic.tile_shape
    marks = []
    for channel in mosaic.channels.tolist():
        if statistics.silent[channel] or statistics.constant[channel]:
            row, column = mosaic.position_of(channel, 0, 0)
            is_dead = dead is not None and dead[channel]
            sign = CONSTANT_MARK if statistics.constant[channel] else DEAD_MARK if is_dead else SILENT_MARK
            marks.append((row + (height - 1) / 2, column + (width - 1) / 2, sign))
    return marks


def number_trace(mosaic: Mosaic) -> Figure:
    """The channel of each tile, in its upper left corner."""
    height, width = mosaic.tile_shape
    tiles = np.arange(mosaic.channels.size)
    x = tiles % mosaic.columns * (width + mosaic.gap) - 0.5
    y = tiles // mosaic.columns * (height + mosaic.gap) - 0.5
    return _tile_texts(x, y, [str(channel) for channel in mosaic.channels.tolist()], "numbers", "bottom right")


def mark_trace(mosaic: Mosaic, statistics: ChannelStatistics | None, dead: BoolArray | None) -> Figure:
    """The marks of `tile_marks`; a tile with room for a word has the word."""
    marks = tile_marks(mosaic, statistics, dead)
    x, y = (np.array([place[axis] for place in marks], dtype=np.float64) for axis in (1, 0))
    trace = _tile_texts(x, y, [sign for _, _, sign in marks], "marks", "middle center")
    # The browser knows how large tiles are.
    return trace | {"customdata": [_MARK_WORDS[sign] for _, _, sign in marks]}


def border_trace(mosaic: Mosaic) -> Figure:
    """An outline around each tile, along the middle of the gaps."""
    (height, width), gap = mosaic.tile_shape, mosaic.gap
    tiles = np.arange(mosaic.channels.size)[:, np.newaxis]
    left = tiles % mosaic.columns * (width + gap) - 0.5 - gap / 2
    top = tiles // mosaic.columns * (height + gap) - 0.5 - gap / 2
    # NaN ends a line.
    x = left + (width + gap) * np.array([0, 1, 1, 0, 0, np.nan])
    y = top + (height + gap) * np.array([0, 0, 1, 1, 0, np.nan])
    across, down = (typed_array(places.astype(np.float32).ravel()) for places in (x, y))
    return line(across, down, {"width": 1, "color": css(GREY, 0.5), "simplify": False}, hoverinfo="skip")


def _tile_texts(x: NDArray[Any], y: NDArray[Any], texts: list[str], role: str, position: str) -> Figure:
    """Texts on tiles, white with a dark shadow, so that they are read on any colour. The browser sets their size."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": x.tolist(),
        "y": y.tolist(),
        "text": texts,
        "textposition": position,
        "textfont": {"size": 12, "color": "white", "shadow": _SHADOW},
        "hoverinfo": "skip",
        "meta": role,
    }
