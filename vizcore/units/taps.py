"""Which cells of its input a cell of an operation takes, along one axis. This needs no Keras.

Taps are functions: (n,) cells of the output, in any order → (n, k) cells of the input, NOWHERE in the place of none.
Both may lie beyond the edges, where the operation takes what it would take if the picture went on.
"""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

import numpy as np

from vizcore.arrays import IntArray

Taps = Callable[[IntArray], IntArray]
NOWHERE = 2**40
"""In the place of a cell that does not exist. It is larger than any cell."""

_REACH = MappingProxyType({"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5})
"""Interpolation of `tf.image.resize` → half the width of its kernel in pixels of the input."""


def same(cells: IntArray) -> IntArray:
    """Each cell takes the same cell of the input."""
    return cells[:, np.newaxis]


def moved(by: int) -> Taps:
    """Each cell takes the one that lies this many cells further on."""
    return lambda cells: cells[:, np.newaxis] + by


def first(cells: IntArray) -> IntArray:
    """Every cell takes the first cell of the input: an axis of one cell that is repeated."""
    return np.zeros((len(cells), 1), dtype=np.int64)


def every(size: int) -> Taps:
    """Every cell takes all `size` cells of the input."""
    return lambda cells: np.broadcast_to(np.arange(size), (len(cells), size))


def window(size: int, *, stride: int, dilation: int, before: int) -> Taps:
    """A kernel of `size` cells; `before` cells of padding precede the input."""
    places = np.arange(size) * dilation - before
    return lambda cells: cells[:, np.newaxis] * stride + places


def spread(size: int, *, stride: int, dilation: int, before: int) -> Taps:
    """A transposed convolution: a cell takes the cells whose window in the convolution would hold it."""
    places = np.arange(size) * dilation - before

    def taps(cells: IntArray) -> IntArray:
        cell, rest = np.divmod(cells[:, np.newaxis] - places, stride)
        return np.where(rest == 0, cell, NOWHERE)

    return taps


def repeated(times: int) -> Taps:
    """Every cell of the input fills `times` cells."""
    return lambda cells: cells[:, np.newaxis] // times


def part(start: int, size: int, *, is_first: bool, is_last: bool) -> Taps:
    """One of several inputs side by side: `size` cells from `start` on. The outer ones go on beyond the edges."""

    def taps(cells: IntArray) -> IntArray:
        is_here = ((cells >= start) | is_first) & ((cells < start + size) | is_last)
        return np.where(is_here, cells - start, NOWHERE)[:, np.newaxis]

    return taps


def resized(old: int, new: int, *, interpolation: str, is_antialiased: bool) -> Taps | None:
    """A resize of `tf.image.resize` from `old` to `new` cells; None for an interpolation that is not known here."""
    if old == new:
        return same
    if interpolation == "nearest":
        taps: Taps = partial(_nearest, old=old, new=new)
    elif interpolation in _REACH and (interpolation == "bilinear" or not is_antialiased):
        taps = partial(_interpolated, old=old, new=new, reach=_REACH[interpolation], is_antialiased=is_antialiased)
    else:
        return None
    return partial(_within, taps, old=old, new=new)


def _within(taps: Taps, cells: IntArray, *, old: int, new: int) -> IntArray:
    """Taps of a resize, which takes no padding: a cell of the output takes cells of the input alone."""
    taken = taps(cells)
    is_inside = ((cells >= 0) & (cells < new))[:, np.newaxis]
    return np.where(is_inside & (taken != NOWHERE), np.clip(taken, 0, old - 1), taken)


def _nearest(cells: IntArray, *, old: int, new: int) -> IntArray:
    # In float32 as TensorFlow, so that both round alike.
    scale = np.float32(old) / np.float32(new)
    places = (cells[:, np.newaxis].astype(np.float32) + np.float32(0.5)) * scale
    nearest: IntArray = np.floor(places).astype(np.int64)
    return nearest


def _interpolated(cells: IntArray, *, old: int, new: int, reach: int, is_antialiased: bool) -> IntArray:
    # In whole numbers: distances are counted in parts of which 2 · new are a pixel of the input.
    middle, half = (2 * cells[:, np.newaxis] + 1) * old - new, 2 * new * reach
    if is_antialiased and old > new:
        half = 2 * old * reach
    first_cell = -((half - 1 - middle) // (2 * new))
    taken = first_cell + np.arange(half // new + 1)
    distance = np.abs(taken * 2 * new - middle)
    # The kernels of more than two pixels are 0 at whole distances.
    has_weight = (distance < half) & ((reach == 1) | (distance == 0) | (distance % (2 * new) != 0))
    return np.where(has_weight, taken, NOWHERE)
