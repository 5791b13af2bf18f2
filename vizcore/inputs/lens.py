"""Lenses: functions that are applied to a picture after its resize and before the network's value range."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray
from vizcore.maps.scales import LEVELS_PER_DEVIATION, MIDDLE_LEVEL

# This is less than half of the deviation of a 224 × 224 picture in which one byte differs by 1. It is more than the
# deviation that rounding in the float32 resize gives a constant picture.
_LEAST_DEVIATION = 1e-3


def standardised(values: FloatArray) -> FloatArray:
    """A picture with its own mean at 128 and its own standard deviation at 64 levels, over all pixels and colours.

    The factors are those of the tutorial's scale; nothing is clipped or rounded. A gain above 0 and an offset do not
    change the result if they apply to every pixel and clip none. Bars around a picture are pixels too, and no edit
    changes them: with bars an offset does change the result.

    Args:
        values: (h, w, c) float32, on the scale 0 … 255, finite, at least one.

    Returns:
        The same shape, float32, unbounded. A constant picture is 128 everywhere. A picture counts as constant if its
        deviation is below a thousandth of a level.
    """
    centred, deviation = _centred(values)
    if deviation < _LEAST_DEVIATION:
        return np.full(values.shape, MIDDLE_LEVEL, dtype=np.float32)
    return (MIDDLE_LEVEL + LEVELS_PER_DEVIATION * centred / deviation).astype(np.float32)


def standardised_slopes(values: FloatArray, slopes: FloatArray) -> FloatArray:
    """The derivative of `standardised` along a change of the picture.

    Args:
        values: (h, w, c) float32, as for `standardised`.
        slopes: the same shape: the derivative of each value.

    Returns:
        The same shape, float32. The derivative of a constant picture is 0.
    """
    centred, deviation = _centred(values)
    if deviation < _LEAST_DEVIATION:
        return np.zeros(values.shape, dtype=np.float32)
    centred_slopes, _ = _centred(slopes)
    z_scores = centred / deviation
    changes = centred_slopes - z_scores * np.mean(z_scores * centred_slopes)
    return (LEVELS_PER_DEVIATION * changes / deviation).astype(np.float32)


def _centred(values: FloatArray) -> tuple[DoubleArray, float]:
    """The values minus their mean, in float64, and their standard deviation."""
    doubles = values.astype(np.float64)
    centred = doubles - doubles.mean()
    return centred, float(np.sqrt(np.mean(centred**2)))


@dataclass(frozen=True)
class Lens:
    """A function that is applied to a picture in the network's size, before the value range.

    Attributes:
        formula: shown to the visitor.
        apply: (h, w, c) float32 on the scale 0 … 255 → the same shape, float32, neither clipped nor rounded.
        slopes: (values, derivative of each value) → the derivative of the result of `apply`.
    """

    formula: str
    apply: Callable[[FloatArray], FloatArray]
    slopes: Callable[[FloatArray, FloatArray], FloatArray]


PLAIN = "plain"
"""The lens that does not change the picture."""
LENSES: Mapping[str, Lens] = MappingProxyType(
    {
        PLAIN: Lens("as it is", lambda values: values, lambda values, slopes: slopes),
        "standardised": Lens(
            "128 + 64 · (v − mean) / std, mean and std of the whole picture", standardised, standardised_slopes
        ),
    }
)
"""The lenses by name, the default first."""
