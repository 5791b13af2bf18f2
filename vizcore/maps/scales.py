"""Scales: what converts values to levels, and levels back to values.

A level is a byte. 0 is reserved for cells without a value: gaps between tiles, unused places, NaN. 1 … 255 carry
values, so a scale resolves 254 steps. A value's share of its range is (v − low)/(high − low), and its level is
1 + 254·contrast(share).

The arithmetic is in float64, which represents every difference of two float32 numbers: no range overflows, none
vanishes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from vizcore.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError

UNUSED_LEVEL = 0
LOWEST_LEVEL = 1
MIDDLE_LEVEL = 128
HIGHEST_LEVEL = 255
STEPS = HIGHEST_LEVEL - LOWEST_LEVEL
LEVELS_PER_DEVIATION = 64


@dataclass(frozen=True)
class Span:
    """What a scale spans: its name for a button, and a sentence on what it is good for."""

    label: str
    help: str


SPANS = MappingProxyType(
    {
        "channel": Span("each channel", "every tile fills its colours, so each channel's own reaction is seen"),
        "layer": Span("the layer", "one range for all tiles, so channels compare with each other"),
        "tutorial": Span("tutorial", "clip((v − mean) / std · 64 + 128, 0, 255) for each channel"),
    }
)
"""What a scale can span by name, the default first."""


@dataclass(frozen=True)
class Contrast:
    """How a share of a range, 0 … 1, becomes a share of the colours, and back."""

    bend: Callable[[DoubleArray], DoubleArray]
    unbend: Callable[[DoubleArray], DoubleArray]


CONTRASTS = MappingProxyType(
    {
        "square root": Contrast(np.sqrt, np.square),
        "linear": Contrast(lambda share: share, lambda share: share),
    }
)
"""The contrasts by name, the default first. The square root spreads small values, as a screen's gamma does."""


@dataclass(frozen=True, eq=False)
class Scale:
    """The range of every channel, and the contrast within it.

    Attributes:
        span: a name in SPANS.
        lows: (C,) float64, the value of level 1 of each channel, the layer's own units, finite.
        highs: (C,) float64, the value of level 255. Equal to the low for a channel without a range.
        is_signed: whether every range reaches as far below zero as above, so that zero is in the middle.
        contrast: a name in CONTRASTS. On a signed scale it spreads small magnitudes on both sides of zero.
        words: the range in words, for a line below a figure.
    """

    span: str
    lows: DoubleArray
    highs: DoubleArray
    is_signed: bool = False
    contrast: str = "linear"
    words: str = ""

    def of(self, channels: IntArray) -> "Scale":
        """The scale of some channels, in this order."""
        return replace(self, lows=frozen(self.lows[channels]), highs=frozen(self.highs[channels]))

    def levels(self, cells: DoubleArray) -> ByteArray:
        """Levels of all channels of the scale.

        Args:
            cells: (C, n) values, one channel a row. Infinite values become the end levels.

        Returns:
            (C, n), 1 … 255, and 0 for NaN. A channel whose low equals its high shows that value as level 1. Values
            below it are level 1, values above it are level 255.
        """
        flat: BoolArray = self.lows == self.highs
        shares = cells - self.lows[:, np.newaxis]
        shares /= np.where(flat, 1.0, self.highs - self.lows)[:, np.newaxis]
        if flat.any():
            shares[flat] = cells[flat] > self.lows[flat, np.newaxis]
        np.clip(shares, 0, 1, out=shares)
        shares = self._bent(shares, CONTRASTS[self.contrast].bend)
        shares *= STEPS
        shares += LOWEST_LEVEL + 0.5
        levels = _to_bytes(shares, float(LOWEST_LEVEL), HIGHEST_LEVEL + 0.5)
        levels[np.isnan(cells)] = UNUSED_LEVEL
        return levels

    def share_of_range(self, share_of_colours: float) -> float:
        """The share of the range, 0 … 1, that is drawn at a share of the colours, 0 … 1."""
        return float(self._bent(np.array([share_of_colours]), CONTRASTS[self.contrast].unbend)[0])

    def share_of_colours(self, share_of_range: float) -> float:
        """The share of the colours, 0 … 1, at which a share of the range, 0 … 1, is drawn."""
        return float(self._bent(np.array([share_of_range]), CONTRASTS[self.contrast].bend)[0])

    def _bent(self, shares: DoubleArray, bend: Callable[[DoubleArray], DoubleArray]) -> DoubleArray:
        if self.contrast == "linear":
            return shares
        if not self.is_signed:
            return bend(shares)
        from_zero = 2 * shares - 1
        return (1 + np.sign(from_zero) * bend(np.abs(from_zero))) / 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Standardised(Scale):
    """The tutorial's scale: the mean is level 128, one standard deviation is 64 levels, fractions are truncated.

    A constant channel is level 128.

    Attributes:
        mean: (C,) float64 of each channel.
        deviation: (C,) float64, the standard deviation of each channel; 0 for a constant one.
    """

    mean: DoubleArray
    deviation: DoubleArray

    def of(self, channels: IntArray) -> "Standardised":
        """As for every scale."""
        chosen = (self.lows, self.highs, self.mean, self.deviation)
        lows, highs, mean, deviation = (frozen(values[channels]) for values in chosen)
        return replace(self, lows=lows, highs=highs, mean=mean, deviation=deviation)

    def levels(self, cells: DoubleArray) -> ByteArray:
        """As for every scale. The tutorial's level 0 becomes 1, because 0 carries no value."""
        levels = np.maximum(_standardised(cells, self.mean, self.deviation), LOWEST_LEVEL)
        levels[np.isnan(cells)] = UNUSED_LEVEL
        return levels


def standardise(feature_map: FloatArray) -> ByteArray:
    """One feature map in the tutorial's greys: the mean is 128, one standard deviation is 64 levels.

    Args:
        feature_map: (h, w), finite, any unit.

    Returns:
        (h, w) uint8; values beyond two deviations are clipped, fractions are truncated as in the tutorial. A constant
        map is 128 everywhere.

    Raises:
        VizcoreError: the map has no cells.
    """
    cells = np.asarray(feature_map, dtype=np.float32)
    if cells.size == 0:
        raise VizcoreError(f"A feature map of shape {cells.shape} has no cells, so it has no mean to standardise by.")
    row = cells.reshape(1, -1).astype(np.float64)
    return _standardised(row, *mean_and_deviation(row)).reshape(cells.shape)


def mean_and_deviation(cells: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Mean and standard deviation of the finite values of each row; 0 and 0 where none is finite.

    They are exact for a constant row, its value and 0: float64 adds equal float32 numbers without rounding.
    """
    finite = np.isfinite(cells)
    if finite.all():
        return cells.mean(axis=1), cells.std(axis=1)
    known = finite | ~finite.any(axis=1, keepdims=True)
    finite_cells = np.where(finite, cells, 0.0)
    return finite_cells.mean(axis=1, where=known), finite_cells.std(axis=1, where=known)


def _standardised(cells: DoubleArray, mean: DoubleArray, deviation: DoubleArray) -> ByteArray:
    """The tutorial's levels, 0 … 255; NaN becomes 0."""
    divisor = np.where(deviation == 0, 1.0, deviation)
    scaled = cells - mean[:, np.newaxis]
    scaled /= divisor[:, np.newaxis]
    scaled *= LEVELS_PER_DEVIATION
    scaled += MIDDLE_LEVEL
    return _to_bytes(scaled, 0.0, 255.0)


def _to_bytes(scaled: DoubleArray, lowest: float, highest: float) -> ByteArray:
    np.clip(scaled, lowest, highest, out=scaled)
    if np.isnan(scaled).any():
        np.nan_to_num(scaled, copy=False, nan=UNUSED_LEVEL)
    return scaled.astype(np.uint8)
