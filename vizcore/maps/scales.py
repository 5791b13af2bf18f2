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
from numpy.typing import NDArray

from vizcore.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError

UNUSED_LEVEL = 0
LOWEST_LEVEL = 1
MIDDLE_LEVEL = 128
HIGHEST_LEVEL = 255
STEPS = HIGHEST_LEVEL - LOWEST_LEVEL
LEVELS_PER_DEVIATION = 64
LOCKED_PERCENTILE = 98.0
"""The locked scale of each channel ends at this percentile of the channel's values on the unedited picture."""


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


@dataclass(frozen=True)
class ScaleChoice:
    """How a page scales feature maps.

    Attributes:
        span: a name in SPANS.
        is_locked: whether the range is that of the unedited picture. Otherwise every picture is stretched anew.
        contrast: a name in CONTRASTS; the tutorial's scale is linear.
    """

    span: str = next(iter(SPANS))
    is_locked: bool = True
    contrast: str = next(iter(CONTRASTS))

    def scale(self, original: FloatArray, shown: FloatArray) -> Scale:
        """The scale of a layer.

        Locked, each channel runs from 0 to its 98th percentile on the unedited picture, and the layer from its smallest
        value to its largest there. Stretched, channel and layer run from the smallest to the largest value that is
        shown, as other viewers do. With negative values on the unedited picture every range is symmetric about zero.

        Args:
            original: (h, w, C) or (C,), for the unedited picture. The units of a vector share the range of the layer.
            shown: the same shape, for the picture that is shown.

        Raises:
            VizcoreError: as `scale_of`.
        """
        span = "layer" if original.ndim == 1 and self.span == "channel" else self.span
        is_percentile = self.is_locked and span == "channel"
        found = scale_of(
            original if self.is_locked else shown,
            span,
            percentile=LOCKED_PERCENTILE if is_percentile else None,
            is_signed=span != "tutorial" and is_signed(original),
            contrast="linear" if span == "tutorial" else self.contrast,
        )
        return replace(found, words=f"{found.words}, {self.state}")

    @property
    def label(self) -> str:
        """The name for a heading: "each channel, locked"."""
        return f"{SPANS[self.span].label}, {self.state}"

    @property
    def state(self) -> str:
        """Whether the scale is locked, in words."""
        return "locked" if self.is_locked else "stretched anew"


def scale_of(
    activation: FloatArray,
    span: str,
    *,
    percentile: float | None = None,
    is_signed: bool = False,
    contrast: str = "linear",
) -> Scale:
    """The scale that some values fill.

    Args:
        activation: (h, w, C) or (C,), any unit, at least one value. Only finite values count.
        span: a name in SPANS. A single number has no range of its own, so give "layer" or "tutorial" for a vector,
            whose units together are the one channel of the scale.
        percentile: 0 … 100. Ranges run from 0 to this percentile of the values (of their magnitudes if signed). Where
            it is 0, the largest value takes its place, and where that is 0, too, the layer's percentile or its largest
            value. None: ranges run from the smallest to the largest value.
        is_signed: whether ranges are symmetric about zero.
        contrast: a name in CONTRASTS.

    Raises:
        VizcoreError: unknown span or contrast.
    """
    for name, known in ((span, SPANS), (contrast, CONTRASTS)):
        if name not in known:
            kind = "span" if known is SPANS else "contrast"
            raise VizcoreError(f"There is no {kind} “{name}” of a scale; there are {', '.join(known)}.")
    values = np.asarray(activation, dtype=np.float32)
    num_channels = values.shape[-1] if values.ndim > 1 else 1
    cells = np.ascontiguousarray(values.reshape(-1, num_channels).T)
    if span == "tutorial":
        return _tutorial(cells.astype(np.float64))
    rows = cells if span == "channel" else cells.reshape(1, -1)
    lows, highs = _finite_range(rows) if percentile is None else _up_to_percentile(rows, percentile, is_signed)
    if is_signed:
        highs = np.maximum(np.abs(lows), np.abs(highs))
        lows = 0.0 - highs
    lows, highs = (np.broadcast_to(ends, num_channels).copy() for ends in (lows, highs))
    words = f"{SPANS[span].label} {_ends_in_words(percentile, is_signed)}"
    words += "" if contrast == "linear" else f", {contrast} contrast"
    return Scale(span, frozen(lows), frozen(highs), is_signed, contrast, words)


def range_scale(low: float, high: float, *, num_channels: int = 1, contrast: str = "linear") -> Scale:
    """A scale whose channels all have one given range; signed if it is symmetric about zero.

    Raises:
        VizcoreError: the ends are not finite, or the low is above the high.
    """
    limit = float(np.finfo(np.float32).max)
    if not -limit <= low <= high <= limit:
        raise VizcoreError(f"A range runs from a finite low to a finite high that is not smaller, not {low} to {high}.")
    lows, highs = (np.full(num_channels, np.float32(end), dtype=np.float64) for end in (low, high))
    return Scale("layer", frozen(lows), frozen(highs), low == -high and low < 0, contrast, "one range")


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
    return _standardised(row, *_mean_and_deviation(row)).reshape(cells.shape)


def is_signed(activation: FloatArray) -> bool:
    """Whether an activation has a finite value below zero: before ReLU, behind batch normalisation, swish."""
    values = np.asarray(activation)
    return bool(np.any(values[np.isfinite(values)] < 0))


def locked_range(activation: FloatArray) -> tuple[float, float]:
    """Smallest and largest finite value over all channels.

    Args:
        activation: (h, w, C) or (C,), any unit, at least one value.

    Returns:
        (low, high) in the layer's own units; (0, 0) if no value is finite.
    """
    lows, highs = _finite_range(np.asarray(activation).reshape(1, -1))
    return float(lows[0]), float(highs[0])


def _tutorial(cells: DoubleArray) -> Standardised:
    mean, deviation = _mean_and_deviation(cells)
    # Level L of the tutorial is the value mean + (L − 128)/64 deviations.
    lows = mean + deviation * (LOWEST_LEVEL - MIDDLE_LEVEL) / LEVELS_PER_DEVIATION
    highs = mean + deviation * (HIGHEST_LEVEL - MIDDLE_LEVEL) / LEVELS_PER_DEVIATION
    # The ends can lie beyond float32 when the values are near its limits.
    limit = float(np.finfo(np.float32).max)
    lows, highs = (np.clip(ends, -limit, limit) for ends in (lows, highs))
    words = f"{SPANS['tutorial'].label}: {SPANS['tutorial'].help}"
    return Standardised(
        span="tutorial",
        lows=frozen(lows),
        highs=frozen(highs),
        words=words,
        mean=frozen(mean),
        deviation=frozen(deviation),
    )


def _up_to_percentile(rows: FloatArray, percentile: float, signed: bool) -> tuple[DoubleArray, DoubleArray]:
    """Zeros, and the percentile of the values or magnitudes of each row of (n, cells)."""
    values = np.abs(rows) if signed else np.maximum(rows, 0)
    finite = np.isfinite(rows)
    if finite.all():
        ends, layer = np.percentile(values, percentile, axis=1), float(np.percentile(values, percentile))
    else:
        known = np.where(finite, values, np.nan)
        known[~finite.any(axis=1)] = 0
        ends, layer = np.nanpercentile(known, percentile, axis=1), float(np.nanpercentile(known, percentile))
        values = np.nan_to_num(known, nan=0.0)
    largest = values.max(axis=1).astype(np.float64)
    ends = np.where(ends > 0, ends, largest).astype(np.float64)
    # A channel that is silent on the unedited picture may wake: then its values compare with those of the layer.
    ends[ends == 0] = layer or float(largest.max())
    return np.zeros_like(ends), ends


def _ends_in_words(percentile: float | None, signed: bool) -> str:
    end = "its largest value" if percentile is None else f"its {percentile:.0f}th percentile"
    if signed:
        return f"as far below zero as above, to {end} in size"
    return f"from {'its smallest value' if percentile is None else '0'} to {end}"


def _finite_range(cells: NDArray[np.floating]) -> tuple[DoubleArray, DoubleArray]:
    """Smallest and largest finite value of each row of (n, cells); 0 where none is finite."""
    lows, highs = cells.min(axis=1), cells.max(axis=1)
    if not (np.isfinite(lows).all() and np.isfinite(highs).all()):
        finite = np.isfinite(cells)
        lows = np.where(finite, cells, np.inf).min(axis=1)
        highs = np.where(finite, cells, -np.inf).max(axis=1)
        none_finite = ~finite.any(axis=1)
        lows[none_finite] = highs[none_finite] = 0
    return lows.astype(np.float64), highs.astype(np.float64)


def _mean_and_deviation(cells: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
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
