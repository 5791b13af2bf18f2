"""The terms of layers that move, spread or leave out values: flatten, concatenate, upsample, pad, crop.

Each function takes what is given of a cell and returns its terms. Importing this does not import Keras.
"""

from dataclasses import replace

import numpy as np

from vizcore.arrays import DoubleArray, IntArray
from vizcore.units.given import Given, as_maps, copied, cut, whole
from vizcore.units.terms import Terms


def reshape(given: Given) -> Terms:
    """Flatten and Reshape: the values keep their order, row by row, and in a cell channel by channel."""
    place = np.ravel_multi_index(given.cell, as_maps(given.output).shape)
    row, column, channel = np.unravel_index(place, given.maps.shape)
    return copied(given.maps, [int(row)], [int(column)], channel=int(channel))


def concatenate(given: Given) -> Terms:
    """Concatenate, along any axis: one input, copied."""
    rank = given.inputs[0].ndim
    axis = given.layer.axis
    # Keras's numbers count the batch. Maps have all three axes, also those of vectors.
    along = (axis - 1 if axis > 0 else axis + rank) + 3 - rank
    place = list(given.cell)
    for index, maps in enumerate(as_maps(activation) for activation in given.inputs):
        if place[along] < maps.shape[along]:
            row, column, channel = place
            copy = copied(maps, [row], [column], channel=channel)
            return replace(copy, sources=whole([index]))
        place[along] -= maps.shape[along]
    raise IndexError(f"The cell {given.cell} lies in none of the inputs.")


def zero_padding2d(given: Given) -> Terms:
    """ZeroPadding2D: a copy, or a zero that is marked as padding."""
    (top, _), (left, _) = given.layer.padding
    row, column, channel = given.cell
    return copied(given.maps, [row - top], [column - left], channel=channel)


def cropping2d(given: Given) -> Terms:
    """Cropping2D."""
    (top, _), (left, _) = given.layer.cropping
    row, column, channel = given.cell
    return copied(given.maps, [row + top], [column + left], channel=channel)


def up_sampling2d(given: Given) -> Terms:
    """UpSampling2D: a copy of the nearest value, or a mixture of the up to four around it."""
    row, column, channel = given.cell
    height, width = given.layer.size
    if given.layer.interpolation == "nearest":
        return copied(given.maps, [row // height], [column // width], channel=channel)
    if given.layer.interpolation != "bilinear":
        raise given.refused(f" with the interpolation “{given.layer.interpolation}”")
    rows, row_shares = _mixed(row, height, given.maps.shape[0])
    columns, column_shares = _mixed(column, width, given.maps.shape[1])
    kernel = np.outer(row_shares, column_shares)[..., np.newaxis]
    return replace(cut(given.maps, rows, columns, whole([channel])), kernel=kernel)


def _mixed(place: int, factor: int, length: int) -> tuple[IntArray, DoubleArray]:
    """The one or two rows (columns) that a row between them is mixed from, and their shares.

    The middle of a cell counts, and beyond the middle of the last one there is only the last.
    """
    middle = (place + 0.5) / factor - 0.5
    first = int(np.floor(middle))
    share = middle - first
    if share == 0 or first < 0 or first == length - 1:
        return whole([max(first, 0)]), np.ones(1)
    return whole([first, first + 1]), np.array([1 - share, share])
