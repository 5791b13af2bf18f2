"""Where a channel answers most on some pictures. This needs no Keras."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import BoolArray, DoubleArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Peaks:
    """The strongest cells of the channels of a layer, on n pictures.

    Attributes:
        values: (n, C) the largest value of each channel. Cells without a finite value are passed over.
        cells: (n, C, 2) row and column of that cell, the first of several; 0, 0 in a vector.
        stand_out: (n, C) whether another cell has a lower value, or there is no other cell. In a map of one value no
            cell is the strongest.
        means: (n, C) the mean of each channel.
    """

    values: DoubleArray
    cells: IntArray
    stand_out: BoolArray
    means: DoubleArray

    def order(self, channel: int) -> list[int]:
        """The pictures on which a cell of the channel stands out, the one with the strongest cell first."""
        ranked = np.argsort(-self.values[:, channel], kind="stable").tolist()
        return [picture for picture in ranked if self.stand_out[picture, channel]]


def peaks(activations: Sequence[FloatArray]) -> Peaks:
    """Find the strongest cells.

    Args:
        activations: (h, w, C) or (C,) of a layer, one for each picture.
    """
    maps = np.stack(
        [each.reshape(1, -1) if each.ndim == 1 else each.reshape(-1, each.shape[-1]) for each in activations]
    )
    is_finite = np.isfinite(maps)
    values = np.where(is_finite, maps, -np.inf).astype(np.float64)
    places = values.argmax(axis=1)
    width = activations[0].shape[1] if activations[0].ndim == 3 else 1
    highest = values.max(axis=1)
    lowest = np.where(is_finite, maps, np.inf).min(axis=1)
    return Peaks(
        values=highest,
        cells=np.stack(np.divmod(places, width), axis=-1),
        stand_out=np.isfinite(highest) & ((lowest < highest) | (maps.shape[1] == 1)),
        means=maps.mean(axis=1, dtype=np.float64),
    )
