"""What is done to a picture between its resize and the network's numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray
from vizcore.maps.scales import LEVELS_PER_DEVIATION, MIDDLE_LEVEL

# Less than half of what one byte that differs by 1 gives a picture of 224 × 224, and more than the resize in float32
# makes of a constant picture.
_NO_SPREAD = 1e-3


def standardised(values: FloatArray) -> FloatArray:
    """A picture with its own mean at 128 and its own standard deviation at 64 levels, over all pixels and colours.

    The factors are those of the tutorial's scale; nothing is clipped or rounded. A gain above 0 and an offset that
    reach every pixel unclipped leave the result as it is. Bars around a picture are pixels too, and no edit reaches
    them: with them an offset still shows.

    Args:
        values: (h, w, c) float32, on the scale 0 … 255, finite, at least one.

    Returns:
        The same shape, float32, unbounded. A constant picture is 128 everywhere; as constant counts a deviation below a
        thousandth of a level.
    """
    centred, deviation = _centred(values)
    if deviation < _NO_SPREAD:
        return np.full(values.shape, MIDDLE_LEVEL, dtype=np.float32)
    return (MIDDLE_LEVEL + LEVELS_PER_DEVIATION * centred / deviation).astype(np.float32)


def standardised_slopes(values: FloatArray, slopes: FloatArray) -> FloatArray:
    """How fast a standardised picture moves when the picture does: the derivative of `standardised`.

    Args:
        values: (h, w, c) float32, as for `standardised`.
        slopes: the same shape: how fast each of the values moves.

    Returns:
        The same shape, float32. A constant picture stands still.
    """
    centred, deviation = _centred(values)
    if deviation < _NO_SPREAD:
        return np.zeros(values.shape, dtype=np.float32)
    moving, _ = _centred(slopes)
    shares = centred / deviation
    moved = moving - shares * np.mean(shares * moving)
    return (LEVELS_PER_DEVIATION * moved / deviation).astype(np.float32)


def _centred(values: FloatArray) -> tuple[DoubleArray, float]:
    """The values less their mean, in float64, and their standard deviation."""
    doubles = values.astype(np.float64)
    centred = doubles - doubles.mean()
    return centred, float(np.sqrt(np.mean(centred**2)))


@dataclass(frozen=True)
class Lens:
    """What is done to a picture in the network's size before it becomes numbers.

    Attributes:
        formula: for people.
        apply: (h, w, c) float32 on the scale 0 … 255 → the same shape, float32, neither clipped nor rounded.
        slopes: the values, and how fast each of them moves → how fast the result moves: the derivative of `apply`.
    """

    formula: str
    apply: Callable[[FloatArray], FloatArray]
    slopes: Callable[[FloatArray, FloatArray], FloatArray]


PLAIN = "plain"
"""The lens that leaves the picture as it is."""
LENSES: Mapping[str, Lens] = MappingProxyType(
    {
        PLAIN: Lens("as it is", lambda values: values, lambda values, slopes: slopes),
        "standardised": Lens(
            "128 + 64 · (v − mean) / std, mean and std of the whole picture", standardised, standardised_slopes
        ),
    }
)
"""The lenses by their names. First the default."""
