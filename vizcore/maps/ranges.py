"""Ranges: where a scale gets its ends from, and how a page chooses them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray, frozen
from vizcore.errors import VizcoreError
from vizcore.maps.scales import (
    CONTRASTS,
    HIGHEST_LEVEL,
    LEVELS_PER_DEVIATION,
    LOWEST_LEVEL,
    MIDDLE_LEVEL,
    SPANS,
    Scale,
    Standardised,
    mean_and_deviation,
)

LOCKED_PERCENTILE = 98.0
"""The locked scale of each channel ends at this percentile of the channel's values on the unedited picture."""


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
    def ends(self) -> str:
        """What a colour bar with “its end” means, as a sentence; empty for scales whose bars have numbers."""
        if self.span != "channel":
            return ""
        if self.is_locked:
            return f"“Its end” is each channel's {LOCKED_PERCENTILE:g}th percentile on the unedited picture."
        return "Each channel runs from its smallest value to its largest, in this picture."

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
    mean, deviation = mean_and_deviation(cells)
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
