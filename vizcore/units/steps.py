"""What one step of a climb does: how it looks at a picture, and how far it moves. This needs no Keras."""

from dataclasses import dataclass

import numpy as np

from vizcore.arrays import DoubleArray, IntArray

_FADING, _FADING_OF_SQUARES, _TINY = 0.9, 0.999, 1e-40


class Adam:
    """Steps of about one size for each number, whatever the size of its gradient (Kingma and Ba, 2015)."""

    def __init__(self) -> None:
        self._steps = 0
        self._mean: DoubleArray | float = 0.0
        self._square: DoubleArray | float = 0.0

    def step(self, gradient: DoubleArray, rate: float) -> DoubleArray:
        """What to add to the numbers."""
        self._steps += 1
        self._mean = _FADING * self._mean + (1 - _FADING) * gradient
        self._square = _FADING_OF_SQUARES * self._square + (1 - _FADING_OF_SQUARES) * gradient**2
        mean = self._mean / (1 - _FADING**self._steps)
        size = np.sqrt(self._square / (1 - _FADING_OF_SQUARES**self._steps))
        return np.asarray(rate * mean / np.maximum(size, _TINY))


def rate_at(rate: float, step: int, steps: int) -> float:
    """How far a step moves: the same for the first half of a climb, then less and less, so that it comes to rest."""
    return rate * min(1.0, 2 * (1 - step / steps))


@dataclass(frozen=True, eq=False)
class View:
    """A picture as a step looks at it: a linear map of its rows, and one of its columns.

    Attributes:
        rows: (h, h).
        columns: (w, w).
    """

    rows: DoubleArray
    columns: DoubleArray

    def of(self, picture: DoubleArray) -> DoubleArray:
        """(h, w, colours), the picture in this view."""
        return _through(self.rows, picture, self.columns)

    def back(self, gradient: DoubleArray) -> DoubleArray:
        """A gradient by the view's pixels as one by those of the picture."""
        return _through(self.rows.T, gradient, self.columns.T)


def shaken(size: tuple[int, int], chance: np.random.Generator, *, shift: float, scaling: float) -> View:
    """A picture, shifted and scaled at random. Beyond its edges it goes on as in a mirror.

    Args:
        size: height and width.
        chance: what is random.
        shift: the most that it is shifted, as a part of its side.
        scaling: the most that it becomes larger or smaller; 0.05 is 5 %.
    """
    rows, columns = (
        line(side, factor=1 + scaling * chance.uniform(-1, 1), shift=shift * side * chance.uniform(-1, 1))
        for side in size
    )
    return View(rows, columns)


def line(side: int, *, factor: float, shift: float) -> DoubleArray:
    """(side, side): rows or columns of a picture → those that a view takes, linearly interpolated."""
    middle = (side - 1) / 2
    places = (np.arange(side) - middle) * factor + middle + shift
    view = np.zeros((side, side))
    lower = np.floor(places).astype(np.int64)
    for neighbours, part in ((lower, lower + 1 - places), (lower + 1, places - lower)):
        np.add.at(view, (np.arange(side), _mirrored(neighbours, side)), part)
    return view


def _mirrored(places: IntArray, side: int) -> IntArray:
    around = np.mod(places, 2 * side)
    return np.asarray(np.where(around < side, around, 2 * side - 1 - around))


def _through(rows: DoubleArray, picture: DoubleArray, columns: DoubleArray) -> DoubleArray:
    return np.asarray(np.einsum("ij,jkc,lk->ilc", rows, picture, columns, optimize=True))
