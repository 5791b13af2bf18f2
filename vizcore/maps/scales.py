"""The four scales that convert values to levels, and their arithmetic.

A level is a byte. 0 is reserved for cells without a value: gaps between tiles, unused places, NaN. 1 … 255 carry
values, so a scale resolves 254 steps: level = 1 + 254·(v − low)/(high − low).

The arithmetic is in float64, which represents every difference of two float32 numbers: no range overflows, none
vanishes.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from vizcore.errors import VizcoreError

UNUSED_LEVEL = 0
LOWEST_LEVEL = 1
MIDDLE_LEVEL = 128
HIGHEST_LEVEL = 255
STEPS = HIGHEST_LEVEL - LOWEST_LEVEL
LEVELS_PER_DEVIATION = 64


@dataclass(frozen=True)
class Scale:
    """A scale's short name for a button, and the formula beside it."""

    label: str
    formula: str


SCALES = MappingProxyType(
    {
        "locked": Scale("locked", "(v − low) / (high − low), low and high of the whole layer on the unedited picture"),
        "layer": Scale("per layer", "(v − min) / (max − min), min and max of the whole layer"),
        "channel": Scale("per channel", "(v − min) / (max − min), min and max of each channel"),
        "tutorial": Scale("tutorial", "clip((v − mean) / std · 64 + 128, 0, 255), mean and std of each channel"),
    }
)
"""The scales by name, the default first."""


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


def locked_range(activation: FloatArray) -> tuple[float, float]:
    """Smallest and largest finite value over all channels: the range to hold while the picture is edited.

    Args:
        activation: (h, w, C) or (C,), any unit, at least one value.

    Returns:
        (low, high) in the layer's own units; (0, 0) if no value is finite.
    """
    lows, highs = _finite_range(np.asarray(activation).reshape(1, -1))
    return float(lows[0]), float(highs[0])


def levels_on_scale(
    cells: DoubleArray,
    *,
    scale: str,
    channels: DoubleArray,
    whole: FloatArray,
    locked: tuple[float, float] | None,
) -> tuple[ByteArray, DoubleArray, DoubleArray]:
    """Levels of some channels, and the values of level 1 and level 255.

    Args:
        cells: (n, cells) the values to draw, one channel a row. Infinite values become the end levels and do not
            stretch the scale.
        scale: a name in SCALES.
        channels: (n, all cells) the same channels at full resolution. The scales "channel" and "tutorial" take their
            ranges from them.
        whole: the activation of the whole layer, any shape. The scale "layer" spans it.
        locked: low and high of the scale "locked"; the others ignore it.

    Returns:
        Levels (n, cells), 1 … 255, and 0 for NaN; lows (n,); highs (n,). A channel whose low equals its high shows that
        value as level 1, and as level 128 on the scale "tutorial". Values below it are level 1, values above it are
        level 255.

    Raises:
        VizcoreError: unknown scale, or "locked" without a usable range.
    """
    if scale not in SCALES:
        raise VizcoreError(f"There is no scale “{scale}”; there are {', '.join(SCALES)}.")
    if scale == "tutorial":
        mean, deviation = _mean_and_deviation(channels)
        # Level L of the tutorial is the value mean + (L − 128)/64 deviations. Its 0 becomes 1, because 0 means unused.
        levels = np.maximum(_standardised(cells, mean, deviation), LOWEST_LEVEL)
        lows = mean + deviation * (LOWEST_LEVEL - MIDDLE_LEVEL) / LEVELS_PER_DEVIATION
        highs = mean + deviation * (HIGHEST_LEVEL - MIDDLE_LEVEL) / LEVELS_PER_DEVIATION
    else:
        if scale == "channel":
            lows, highs = _finite_range(channels)
        else:
            low, high = _checked_range(locked) if scale == "locked" else locked_range(whole)
            lows, highs = np.full(cells.shape[0], low), np.full(cells.shape[0], high)
        levels = _ranged(cells, lows, highs)
    unknown = np.isnan(cells)
    if unknown.any():
        levels[unknown] = UNUSED_LEVEL
    return levels, lows, highs


def _checked_range(locked: tuple[float, float] | None) -> tuple[float, float]:
    if locked is None:
        raise VizcoreError("The locked scale needs the range to hold on to: give locked_range=(low, high).")
    low, high = locked
    limit = float(np.finfo(np.float32).max)
    if not -limit <= low <= high <= limit:
        raise VizcoreError(f"A range runs from a finite low to a finite high that is not smaller, not {low} to {high}.")
    return float(np.float32(low)), float(np.float32(high))


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


def _ranged(cells: DoubleArray, lows: DoubleArray, highs: DoubleArray) -> ByteArray:
    """Levels 1 … 255, rounded to the nearest; NaN becomes 0."""
    flat: BoolArray = lows == highs
    scaled = cells - lows[:, np.newaxis]
    scaled *= (STEPS / np.where(flat, 1.0, highs - lows))[:, np.newaxis]
    if flat.any():
        scaled[flat] = STEPS * (cells[flat] > lows[flat, np.newaxis])
    scaled += LOWEST_LEVEL + 0.5
    return _to_bytes(scaled, float(LOWEST_LEVEL), HIGHEST_LEVEL + 0.5)


def _to_bytes(scaled: DoubleArray, lowest: float, highest: float) -> ByteArray:
    np.clip(scaled, lowest, highest, out=scaled)
    if np.isnan(scaled).any():
        np.nan_to_num(scaled, copy=False, nan=UNUSED_LEVEL)
    return scaled.astype(np.uint8)
