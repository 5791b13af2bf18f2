"""Statistics of each channel, and the orders and pages of channels that they allow."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vizcore.arrays import BoolArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.numbers import ceil_division

ORDERS = MappingProxyType(
    {
        "index": "index",
        "mean": "mean",
        "maximum": "maximum",
        "standard deviation": "standard_deviation",
        "share of zeros": "zero_share",
    }
)
"""The orders of channels by name, each with the attribute of ChannelStatistics that it sorts by."""


@dataclass(frozen=True, eq=False)
class ChannelStatistics:
    """One number per channel; every array is (C,) and in channel order.

    The statistics describe the finite cells. A channel without a finite cell has 0 in all of them, and its `non_finite`
    equals its number of cells.

    Attributes:
        minimum: smallest value, the layer's own units.
        maximum: largest value, the layer's own units.
        mean: arithmetic mean, the layer's own units.
        standard_deviation: of the whole channel (divided by the number of cells), the layer's own units.
        zero_share: share of the cells that are exactly zero, 0 … 1.
        silent: whether every cell is exactly zero.
        constant: whether every cell has the same value, which is not zero; false for a channel of a single cell.
        non_finite: number of cells that are infinite or NaN.
    """

    minimum: FloatArray
    maximum: FloatArray
    mean: FloatArray
    standard_deviation: FloatArray
    zero_share: FloatArray
    silent: BoolArray
    constant: BoolArray
    non_finite: IntArray


def channel_statistics(activation: FloatArray) -> ChannelStatistics:
    """Minimum, maximum, mean, standard deviation and share of zeros of every channel.

    Args:
        activation: (h, w, C) or (C,), any unit. In a vector each unit is a channel with one cell.

    Returns:
        One value per channel. Mean and deviation are computed in float64, so that channels with a large mean keep their
        small spread.

    Raises:
        VizcoreError: the array has another number of axes, or no cells.
    """
    values = np.asarray(activation, dtype=np.float32)
    if values.ndim not in (1, 3) or values.size == 0:
        raise VizcoreError(
            f"An activation of shape {values.shape} has no channels to describe; expected is (height, width, channels) "
            "or (units,), with at least one value."
        )
    cells = np.ascontiguousarray(values.reshape(-1, values.shape[-1]).T)
    num_cells = cells.shape[1]
    finite = np.isfinite(cells)
    num_finite = finite.sum(axis=1)
    # This substitution gives a channel without a finite cell the range, mean and deviation 0.
    known = finite | (num_finite == 0)[:, np.newaxis]
    cells = np.where(finite, cells, np.float32(0))
    minimum = cells.min(axis=1, where=known, initial=np.inf)
    maximum = cells.max(axis=1, where=known, initial=-np.inf)
    mean = cells.mean(axis=1, where=known, dtype=np.float64)
    deviation = cells.std(axis=1, where=known, dtype=np.float64)
    num_zeros = ((cells == 0) & finite).sum(axis=1)
    all_equal = (minimum == maximum) & (num_finite == num_cells)
    return ChannelStatistics(
        minimum=frozen(minimum),
        maximum=frozen(maximum),
        # Rounding must not move the mean out of the range, nor give a constant channel a deviation.
        mean=frozen(np.clip(mean.astype(np.float32), minimum, maximum)),
        standard_deviation=frozen(np.where(minimum == maximum, 0, deviation).astype(np.float32)),
        zero_share=frozen((num_zeros / num_cells).astype(np.float32)),
        silent=frozen(num_zeros == num_cells),
        constant=frozen(all_equal & (minimum != 0) & (num_cells > 1)),
        non_finite=frozen((num_cells - num_finite).astype(np.int64)),
    )


def order_channels(statistics: ChannelStatistics, by: str) -> IntArray:
    """The channels in the requested order: largest value first, equal values by index.

    Args:
        statistics: of all channels of the layer.
        by: a name in ORDERS; "index" is the layer's own order.

    Returns:
        (C,) the channel indices.

    Raises:
        VizcoreError: the order is unknown.
    """
    if by not in ORDERS:
        raise VizcoreError(f"There is no order “{by}”; there are {', '.join(ORDERS)}.")
    if by == "index":
        return np.arange(statistics.mean.size, dtype=np.int64)
    keys: FloatArray = getattr(statistics, ORDERS[by])
    return np.argsort(-keys, kind="stable").astype(np.int64)


def number_of_pages(num_channels: int, page_size: int = 64) -> int:
    """The number of pages that the channels fill, at least 1."""
    return max(1, ceil_division(num_channels, page_size))


def page_of(channels: IntArray, page: int, page_size: int = 64) -> IntArray:
    """One page of the channels. Pages count from 0. A number without a page gives the nearest page."""
    page = min(max(page, 0), number_of_pages(channels.size, page_size) - 1)
    return channels[page * page_size : (page + 1) * page_size]
