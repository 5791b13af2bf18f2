"""A layer and a cell of its output with what the arithmetic is made from. Importing this does not import Keras."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.units.terms import Cell, Terms


@dataclass(frozen=True, eq=False)
class Given:
    """A layer, the activations that it takes, and a cell of its output.

    Attributes:
        layer: the Keras layer.
        name: as in `layer_outputs`.
        inputs: each (h, w, C) or (C,).
        output: (h, w, C) or (C,), the layer's own activation.
        cell: row, column, channel of the output.
    """

    layer: Any
    name: str
    inputs: tuple[FloatArray, ...]
    output: FloatArray
    cell: Cell

    @property
    def maps(self) -> FloatArray:
        """(h, w, C), the only input."""
        return as_maps(self.inputs[0])

    @property
    def own_input(self) -> Terms:
        """The input at the cell itself, as the only term."""
        row, column, channel = self.cell
        return copied(self.maps, [row], [column], channel=channel)

    def is_channel_axis(self, axis: int) -> bool:
        """Whether Keras's number of an axis, which counts the batch, is that of the channels."""
        return axis in (-1, self.inputs[0].ndim)

    def refused(self, reason: str = "") -> VizcoreError:
        """The error for a layer whose arithmetic is not shown.

        Args:
            reason: goes on after the kind of the layer, with a space or comma in front.
        """
        return VizcoreError(
            f"The arithmetic of the layer “{self.name}” ({type(self.layer).__name__}){reason} is not shown."
        )


def as_maps(activation: FloatArray) -> FloatArray:
    """(h, w, C); a vector has one row and one column."""
    return activation if activation.ndim == 3 else activation.reshape(1, 1, -1)


def number(array: Any, cell: Cell) -> float:
    """The number at a cell of an array that is spread over the map: along an axis of length 1 all cells have the same.

    Args:
        array: a number, (C,) or (h, w, C), where h, w and C may be 1.
        cell: row, column, channel of the map.
    """
    values = np.asarray(array)
    values = values.reshape((1,) * (3 - values.ndim) + values.shape)
    return float(values[tuple(0 if size == 1 else place for size, place in zip(values.shape, cell, strict=True))])


def weight(variable: Any, index: tuple[Any, ...]) -> DoubleArray:
    """A part of a layer's weights in float64. Only the part is copied, since a kernel may have 400 MB."""
    return np.asarray(variable[index], dtype=np.float64)


def bias_of(layer: Any, channel: int) -> float:
    """The bias of a channel; 0 where the layer has none."""
    return 0.0 if layer.bias is None else float(weight(layer.bias, (channel,)))


def whole(numbers: Sequence[int] | NDArray[Any]) -> IntArray:
    """Places as an array."""
    return np.asarray(numbers, dtype=np.int64)


def cut(maps: FloatArray, rows: IntArray, columns: IntArray, channels: IntArray) -> Terms:
    """A window of an activation, with a factor of 1 everywhere. What lies outside the activation is padding of zeros.

    Args:
        maps: (h, w, C).
        rows: (kh,), also outside 0 … h − 1.
        columns: (kw,) likewise.
        channels: of the window, each inside.
    """
    height, width, _ = maps.shape
    outside = ((rows < 0) | (rows >= height))[:, np.newaxis] | ((columns < 0) | (columns >= width))
    values = maps[np.ix_(rows.clip(0, height - 1), columns.clip(0, width - 1), channels)].astype(np.float64)
    values[outside] = 0.0
    return Terms(
        window=values,
        padding=outside,
        kernel=np.ones_like(values),
        rows=rows,
        columns=columns,
        channels=channels,
        sources=np.zeros_like(channels),
    )


def copied(maps: FloatArray, rows: Sequence[int], columns: Sequence[int], *, channel: int) -> Terms:
    """A window of one channel, with a factor of 1 everywhere; see `cut`."""
    return cut(maps, whole(rows), whole(columns), whole([channel]))
