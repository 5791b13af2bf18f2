"""The field of a cell on the picture itself, through the fit and the resize in front of the network.

This needs no network, only a field in the pixels of its input. A lens that takes mean and deviation of the whole
picture is left out: it lets every pixel change every cell a little.
"""

from collections.abc import Sequence

import numpy as np

from vizcore.arrays import IntArray
from vizcore.inputs.fitting import Placement, pixels_taken, placements
from vizcore.inputs.interpolation import TUTORIALS
from vizcore.units.sight import Interval


class OnPicture:
    """The way from the pixels of a network's input back to those of a picture of one size."""

    def __init__(
        self, picture_size: Sequence[int], input_size: Sequence[int], *, fit: str, interpolation: str = TUTORIALS
    ) -> None:
        """Find the pixels that each row and column of the input takes.

        Args:
            picture_size: height and width of the picture.
            input_size: height and width of the network's input.
            fit: a name in `vizcore.inputs.fitting.FITS`.
            interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.

        Raises:
            VizcoreError: a size below 1, or an unknown fit or interpolation.
        """
        rows, columns = placements(picture_size, input_size, fit=fit)
        self._rows = _taken(rows, interpolation), rows.bars[0]
        self._columns = _taken(columns, interpolation), columns.bars[0]

    def rows(self, rows: Interval) -> Interval:
        """The rows of the picture that these rows of the input take; empty for rows of a black bar."""
        return _within(*self._rows, rows)

    def columns(self, columns: Interval) -> Interval:
        """The columns of the picture that these columns of the input take; empty for columns of a black bar."""
        return _within(*self._columns, columns)


def _taken(placement: Placement, interpolation: str) -> IntArray:
    return placement.start + pixels_taken(placement.size, placement.new_size, interpolation=interpolation)


def _within(taken: IntArray, bar: int, interval: Interval) -> Interval:
    first, behind = (int(np.clip(end - bar, 0, taken.shape[1])) for end in interval)
    if first >= behind:
        return 0, 0
    return int(taken[0, first:behind].min()), int(taken[1, first:behind].max())
