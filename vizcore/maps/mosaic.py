"""All channels of a layer as one picture of levels.

Levels are those of `vizcore.maps.scales`. Each tile has its own low and high, so every level can be converted back to
the layer's own units, and every place back to channel, row and column.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.maps.ranges import scale_of
from vizcore.maps.scales import LOWEST_LEVEL, STEPS, UNUSED_LEVEL, Scale
from vizcore.numbers import ceil_division


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Feature maps laid out row by row as one picture of levels.

    Attributes:
        levels: (rows, cols) uint8; 0 carries no value, 1 … 255 are a tile's low … high.
        channels: (tiles,) the channel of each tile, in the order of the mosaic.
        scale: the scale of the tiles, in the order of the mosaic.
        tile_shape: height and width of a tile in cells.
        columns: tiles in a row.
        gap: cells between neighbouring tiles.
        below: share of the drawn units that lie below the low of their tile, 0 … 1; the scale clips them.
        above: share of the drawn units that lie above the high of their tile, 0 … 1; the scale clips them.
        block: side in units of the square whose mean one cell is; 1 where every unit has a cell of its own.
        map_shape: height and width of a feature map in units.
    """

    levels: ByteArray
    channels: IntArray
    scale: Scale
    tile_shape: tuple[int, int]
    columns: int
    gap: int
    below: float
    above: float
    block: int
    map_shape: tuple[int, int]

    @property
    def lows(self) -> DoubleArray:
        """(tiles,) the value of level 1 of each tile, the layer's own units."""
        return self.scale.lows

    @property
    def highs(self) -> DoubleArray:
        """(tiles,) the value of level 255 of each tile. Equal to its low for a tile without a range."""
        return self.scale.highs

    def position_of(self, channel: int, row: int, column: int) -> tuple[int, int]:
        """The place (row, column) in `levels` of one unit of a channel.

        Raises:
            VizcoreError: the channel is not shown, or has no such row or column.
        """
        map_height, map_width = self.map_shape
        if not (0 <= row < map_height and 0 <= column < map_width):
            raise VizcoreError(f"Row {row}, column {column} is outside of a map of {map_height} × {map_width} cells.")
        height, width = self.tile_shape
        tile_row, tile_column = divmod(self._tile_of(channel), self.columns)
        top, left = tile_row * (height + self.gap), tile_column * (width + self.gap)
        return top + row // self.block, left + column // self.block

    def value_of(self, channel: int, level: int) -> float:
        """The value of a level of a channel in the layer's own units, to half a level; NaN for level 0.

        The scale "tutorial" truncates fractions, so there the value is exact to a whole level.
        """
        if level == UNUSED_LEVEL:
            return float("nan")
        tile = self._tile_of(channel)
        low, high = float(self.lows[tile]), float(self.highs[tile])
        return low + (high - low) * self.scale.share_of_range((level - LOWEST_LEVEL) / STEPS)

    def tiles(self) -> ByteArray:
        """(tiles, h, w) uint8: the levels of each tile, in the order of the mosaic."""
        height, width = self.tile_shape
        tiles = np.empty((self.channels.size, height, width), dtype=np.uint8)
        for tile in range(self.channels.size):
            tile_row, tile_column = divmod(tile, self.columns)
            top, left = tile_row * (height + self.gap), tile_column * (width + self.gap)
            tiles[tile] = self.levels[top : top + height, left : left + width]
        return tiles

    def _tile_of(self, channel: int) -> int:
        tiles = np.flatnonzero(self.channels == channel)
        if tiles.size == 0:
            raise VizcoreError(f"Channel {channel} is not among the {self.channels.size} shown.")
        return int(tiles[0])


def mosaic(
    activation: FloatArray,
    *,
    scale: Scale | str,
    columns: int = 16,
    channels: IntArray | None = None,
    gap: int = 1,
    largest_side: int | None = None,
) -> Mosaic:
    """Feature maps of one layer for one picture, side by side as tiles.

    Args:
        activation: (h, w, C), any unit. Infinite values are drawn at the ends of the scale and do not stretch it; NaN
            is level 0, which carries no value.
        scale: of all channels of the layer, from `vizcore.maps.scales`; or a name in SPANS, for the range of these
            values.
        columns: tiles in a row; fewer if there are fewer channels.
        channels: the channels to draw, in their order in the mosaic; by default all channels in the layer's order.
        gap: cells between neighbouring tiles, level 0.
        largest_side: the most cells on a side of a tile. Larger maps are drawn as the means of square blocks of units,
            with the smallest block that fits. The scale remains that of the units. By default every unit is drawn.

    Returns:
        The levels, and what converts them back to channel, row, column and value.

    Raises:
        VizcoreError: wrong shape, unknown span, a scale of another number of channels, or unknown channel.
    """
    values = np.asarray(activation, dtype=np.float32)
    _check_arguments(values, columns=columns, gap=gap, largest_side=largest_side)
    height, width, num_channels = values.shape
    shown = _checked_channels(channels, num_channels)
    applied = _checked_scale(scale, values).of(shown)
    # float64 represents every difference of two float32 numbers: no range overflows, none vanishes.
    cells = np.take(values.reshape(-1, num_channels).T, shown, axis=0).astype(np.float64, order="C")
    block = 1 if largest_side is None else ceil_division(max(height, width), largest_side)
    maps = block_means(cells.reshape(shown.size, height, width), block)
    levels = applied.levels(maps.reshape(shown.size, -1)).reshape(maps.shape)
    columns = min(columns, shown.size)
    return Mosaic(
        levels=frozen(_laid_out(levels, columns, gap)),
        channels=frozen(shown),
        scale=applied,
        tile_shape=(maps.shape[1], maps.shape[2]),
        columns=columns,
        gap=gap,
        below=float(np.mean(cells < applied.lows[:, np.newaxis])),
        above=float(np.mean(cells > applied.highs[:, np.newaxis])),
        block=block,
        map_shape=(height, width),
    )


def _checked_scale(scale: Scale | str, values: FloatArray) -> Scale:
    if isinstance(scale, str):
        return scale_of(values, scale)
    if scale.lows.size != values.shape[-1]:
        raise VizcoreError(
            f"The scale has {scale.lows.size} channels and the layer {values.shape[-1]}. Make it for this layer."
        )
    return scale


def block_means(maps: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Maps reduced to the means of square blocks.

    Args:
        maps: (n, h, w). The mean of a block with an infinite value or a NaN is infinite or NaN.
        block: side of a block in units, at least 1. Where it does not divide a side of the map, the last blocks are
            smaller.

    Returns:
        (n, ⌈h / block⌉, ⌈w / block⌉).
    """
    if block == 1:
        return maps
    height, width = maps.shape[1:]
    tops, lefts = np.arange(0, height, block), np.arange(0, width, block)
    sums = np.add.reduceat(np.add.reduceat(maps, tops, axis=1), lefts, axis=2)
    heights, widths = np.diff(tops, append=height), np.diff(lefts, append=width)
    means: NDArray[np.float64] = sums / np.outer(heights, widths)
    return means


def strip(vector: FloatArray, *, scale: Scale | str) -> Mosaic:
    """The output of a dense or flattened layer as one row of cells without gaps.

    Args:
        vector: (C,), any unit; infinite values and NaN are drawn as in a mosaic.
        scale: of one channel, to which all units belong; or a name in SPANS, where "channel" counts as "layer".

    Returns:
        A mosaic of one tile, 1 × C: the unit's index is the column, the channel is always 0.

    Raises:
        VizcoreError: wrong shape, or unknown span.
    """
    values = np.asarray(vector, dtype=np.float32)
    if values.ndim != 1 or values.size == 0:
        raise VizcoreError(f"A strip takes the outputs (units,) of a layer; this array has shape {values.shape}.")
    return mosaic(values[np.newaxis, :, np.newaxis], scale="layer" if scale == "channel" else scale)


def _check_arguments(values: FloatArray, *, columns: int, gap: int, largest_side: int | None) -> None:
    if values.ndim != 3 or values.size == 0:
        raise VizcoreError(
            f"A mosaic takes an activation (height, width, channels); this one has shape {values.shape}."
        )
    if columns < 1 or gap < 0 or (largest_side is not None and largest_side < 1):
        raise VizcoreError(
            "A mosaic has at least 1 column, a gap of at least 0 and tiles of at least 1 cell; given were "
            f"{columns}, {gap} and {largest_side}."
        )


def _checked_channels(channels: IntArray | None, num_channels: int) -> IntArray:
    if channels is None:
        return np.arange(num_channels, dtype=np.int64)
    shown = np.array(channels, dtype=np.int64)
    if shown.ndim != 1 or shown.size == 0 or np.unique(shown).size != shown.size:
        raise VizcoreError("The channels to show are a list of different channel indices, at least one.")
    if shown.min() < 0 or shown.max() >= num_channels:
        raise VizcoreError(
            f"This layer has the channels 0 to {num_channels - 1}; asked for was {list(map(int, shown))}."
        )
    return shown


def _laid_out(tiles: ByteArray, columns: int, gap: int) -> ByteArray:
    """The tiles (tiles, h, w) as one picture, `columns` in a row, with level 0 between them and after the last."""
    num_tiles, height, width = tiles.shape
    rows = ceil_division(num_tiles, columns)
    full = np.full((rows * columns, height, width), UNUSED_LEVEL, dtype=np.uint8)
    full[:num_tiles] = tiles
    canvas = np.full((rows, height + gap, columns, width + gap), UNUSED_LEVEL, dtype=np.uint8)
    canvas[:, :height, :, :width] = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    picture = canvas.reshape(rows * (height + gap), columns * (width + gap))
    return np.ascontiguousarray(picture[: picture.shape[0] - gap, : picture.shape[1] - gap])
