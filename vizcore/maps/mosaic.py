"""All channels of a layer as one picture of levels, on a named scale.

Levels are those of `vizcore.maps.scales`. Each tile has its own low and high, so every level can be converted back to
the layer's own units, and every place back to channel, row and column.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.maps.scales import LOWEST_LEVEL, STEPS, UNUSED_LEVEL, levels_on_scale
from vizcore.numbers import ceil_division


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Feature maps laid out row by row as one picture of levels.

    Attributes:
        levels: (rows, cols) uint8; 0 carries no value, 1 … 255 are a tile's low … high.
        channels: (tiles,) the channel of each tile, in the order of the mosaic.
        lows: (tiles,) the value of level 1 of each tile, the layer's own units, finite.
        highs: (tiles,) the value of level 255 of each tile. Equal to its low for a tile without a range.
        tile_shape: height and width of a tile in cells.
        columns: tiles in a row.
        gap: cells between neighbouring tiles.
        scale: a name in SCALES, the scale that was applied.
        below: share of the drawn units that lie below the low of their tile, 0 … 1; the scale clips them.
        above: share of the drawn units that lie above the high of their tile, 0 … 1; the scale clips them.
        block: side in units of the square whose mean one cell is; 1 where every unit has a cell of its own.
        map_shape: height and width of a feature map in units.
    """

    levels: ByteArray
    channels: IntArray
    lows: FloatArray
    highs: FloatArray
    tile_shape: tuple[int, int]
    columns: int
    gap: int
    scale: str
    below: float
    above: float
    block: int
    map_shape: tuple[int, int]

    def cell_at(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Channel, row and column of the (first) unit that a cell shows; None on a gap, an unused place, or outside."""
        height, width = self.tile_shape
        tile_row, row_in_tile = divmod(row, height + self.gap)
        tile_column, column_in_tile = divmod(column, width + self.gap)
        tile = tile_row * self.columns + tile_column
        outside = row < 0 or not 0 <= tile_column < self.columns or tile >= self.channels.size
        if outside or row_in_tile >= height or column_in_tile >= width:
            return None
        return int(self.channels[tile]), row_in_tile * self.block, column_in_tile * self.block

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
        """The value of a level of a channel in the layer's own units, to half a step; NaN for level 0.

        The scale "tutorial" truncates fractions, so there the value is exact to a whole step.
        """
        if level == UNUSED_LEVEL:
            return float("nan")
        tile = self._tile_of(channel)
        low, high = float(self.lows[tile]), float(self.highs[tile])
        return low + (high - low) * (level - LOWEST_LEVEL) / STEPS

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
    scale: str,
    columns: int = 16,
    locked_range: tuple[float, float] | None = None,
    channels: IntArray | None = None,
    gap: int = 1,
    largest_side: int | None = None,
) -> Mosaic:
    """Feature maps of one layer for one picture, side by side as tiles.

    Args:
        activation: (h, w, C), any unit. Infinite values are drawn at the ends of the scale and do not stretch it; NaN
            is level 0, which carries no value.
        scale: a name in SCALES.
        columns: tiles in a row; fewer if there are fewer channels.
        locked_range: low and high of the scale "locked", in the layer's own units; the other scales ignore it.
        channels: the channels to draw, in their order in the mosaic; by default all channels in the layer's order. The
            scale "layer" spans all channels of the activation, so that pages of channels can be compared.
        gap: cells between neighbouring tiles, level 0.
        largest_side: the most cells on a side of a tile. Larger maps are drawn as the means of square blocks of units,
            with the smallest block that fits. The scale remains that of the units. By default every unit is drawn.

    Returns:
        The levels, and what converts them back to channel, row, column and value. A tile whose low equals its high
        shows that value as level 1, and as level 128 on the scale "tutorial". Values below it are level 1, values above
        it are level 255.

    Raises:
        VizcoreError: wrong shape, unknown scale, unknown channel, or "locked" without a range.
    """
    values = np.asarray(activation, dtype=np.float32)
    _check_arguments(values, columns=columns, gap=gap, largest_side=largest_side)
    height, width, num_channels = values.shape
    shown = _checked_channels(channels, num_channels)
    # float64 represents every difference of two float32 numbers: no range overflows, none vanishes.
    cells = np.take(values.reshape(-1, num_channels).T, shown, axis=0).astype(np.float64, order="C")

    block = 1 if largest_side is None else ceil_division(max(height, width), largest_side)
    maps = block_means(cells.reshape(shown.size, height, width), block)
    tile_height, tile_width = maps.shape[1:]
    levels, lows, highs = levels_on_scale(
        maps.reshape(shown.size, -1), scale=scale, channels=cells, whole=values, locked=locked_range
    )
    columns = min(columns, shown.size)
    return Mosaic(
        levels=frozen(_laid_out(levels.reshape(maps.shape), columns, gap)),
        channels=frozen(shown),
        # The ends of the scale "tutorial" can lie beyond float32 when the values are near its limits.
        lows=frozen(_within_float32(lows)),
        highs=frozen(_within_float32(highs)),
        tile_shape=(tile_height, tile_width),
        columns=columns,
        gap=gap,
        scale=scale,
        below=float(np.mean(cells < lows[:, np.newaxis])),
        above=float(np.mean(cells > highs[:, np.newaxis])),
        block=block,
        map_shape=(height, width),
    )


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


def strip(vector: FloatArray, *, scale: str, locked_range: tuple[float, float] | None = None) -> Mosaic:
    """The output of a dense or flattened layer as one row of cells without gaps.

    Args:
        vector: (C,), any unit; infinite values and NaN are drawn as in a mosaic.
        scale: a name in SCALES. A single number has no range of its own, so "channel" becomes "layer", and "tutorial"
            takes mean and deviation of the whole vector. The result's `scale` is the scale that was applied.
        locked_range: low and high of the scale "locked".

    Returns:
        A mosaic of one tile, 1 × C: the unit's index is the column, the channel is always 0.

    Raises:
        VizcoreError: wrong shape, unknown scale, or "locked" without a range.
    """
    values = np.asarray(vector, dtype=np.float32)
    if values.ndim != 1 or values.size == 0:
        raise VizcoreError(f"A strip takes the outputs (units,) of a layer; this array has shape {values.shape}.")
    applied = "layer" if scale == "channel" else scale
    return mosaic(values[np.newaxis, :, np.newaxis], scale=applied, locked_range=locked_range)


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


def _within_float32(values: NDArray[np.float64]) -> FloatArray:
    limit = np.finfo(np.float32).max
    return np.clip(values, -limit, limit).astype(np.float32)
