"""The effective receptive field of a cell: how much each pixel of its field changes it. This needs no Keras.

After Luo et al., "Understanding the effective receptive field in deep convolutional neural networks", 2016: the size of
the gradient of the cell. They average it over many pictures and random weights; here it is that of one picture.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray, frozen

if TYPE_CHECKING:
    from vizcore.units.receptive_field import Field


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """How much the pixels in a field change the cell.

    The middle has half of the field's sides, so a quarter of its area. Pixels that it cuts count with their part in it.

    Attributes:
        strength: (rows, columns) float64, read-only, for each pixel of the field the sum of |gradient| over the
            colours, the layer's own units per unit of the input.
        in_middle: 0 … 1, the part of the strength that lies in the middle of the field. None where there is none, since
            the cell is off or sees no pixel, or where it is not finite.
        evenly: the same for a field in which all pixels count alike: 1/4 in the inside of the picture. At its edges
            the middle may lie in the padding.
    """

    strength: DoubleArray
    in_middle: float | None
    evenly: float | None


def effective_field(gradient: FloatArray, field: "Field") -> EffectiveField:
    """How much the pixels in a field change the cell, and how much of that comes from its middle.

    Args:
        gradient: (h, w, colours), from `LayeredNetwork.gradient` for the cell.
        field: the field of the cell, from `vizcore.units.receptive_field`. Its padding counts for where the middle is.
    """
    rows, columns = field.rows, field.columns
    strength = np.abs(gradient[slice(*rows), slice(*columns)].astype(np.float64)).sum(axis=2)
    across = (rows, field.padding.top, field.padding.bottom), (columns, field.padding.left, field.padding.right)
    down, right = (_parts_in_middle(*interval, before, behind) for interval, before, behind in across)
    middle = np.outer(down, right)
    return EffectiveField(frozen(strength), _share(strength, middle), _share(np.ones_like(strength), middle))


def _parts_in_middle(first: int, behind: int, before: int, after: int) -> DoubleArray:
    """For each pixel of one side of a field, which part of it lies in the middle half of the side with its padding."""
    start, length = first - before, before + behind - first + after
    pixels = np.arange(first, behind)
    low, high = start + length / 4, start + 3 * length / 4
    return np.asarray(np.clip(np.minimum(pixels + 1, high) - np.maximum(pixels, low), 0, 1))


def _share(strength: DoubleArray, middle: DoubleArray) -> float | None:
    with np.errstate(invalid="ignore"):
        total, inside = float(strength.sum()), float((strength * middle).sum())
    return inside / total if np.isfinite(total) and total > 0 else None
