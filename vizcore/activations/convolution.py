"""Keras's convolution in NumPy, for arithmetic that is shown step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import FloatArray
from vizcore.errors import VizcoreError
from vizcore.numbers import ceil_division

_Number = TypeVar("_Number", np.float32, np.float64)


@dataclass(frozen=True, eq=False)
class Convolution:
    """A plain two-dimensional convolution: without groups and dilation, followed by ReLU or no activation function.

    Attributes:
        kernels: (kh, kw, C_in, C_out) float32.
        biases: (C_out,) float32; zeros where the layer has none.
        strides: rows and columns from one unit to the next.
        padding: "valid" or "same", as in Keras.
        activation: "relu" or "linear".
        name: name of the layer in its network; may be empty.
        fed_by: name of the layer whose output it takes; empty for the network's input.
    """

    kernels: FloatArray
    biases: FloatArray
    strides: tuple[int, int] = (1, 1)
    padding: str = "valid"
    activation: str = "relu"
    name: str = ""
    fed_by: str = ""


def convolved(
    values: NDArray[_Number],
    kernels: NDArray[_Number],
    *,
    strides: Sequence[int] = (1, 1),
    padding: str = "valid",
) -> NDArray[_Number]:
    """The products of kernels with every window of a picture, without bias and activation.

    Args:
        values: (h, w, C_in). It is not changed.
        kernels: (kh, kw, C_in, C_out), not flipped.
        strides: rows and columns from one window to the next.
        padding: "valid": only windows that lie inside. "same": ⌈h / stride⌉ rows of windows, with zeros around the
            picture, an odd zero below and to the right; columns likewise.

    Returns:
        (rows, columns, C_out), in the precision of the arguments.

    Raises:
        VizcoreError: another number of colours than the kernels take, an unknown padding, or a picture that is too
            small for one window.
    """
    height, width, num_colours, num_channels = kernels.shape
    if padding not in ("valid", "same"):
        raise VizcoreError(f"There is no padding “{padding}”; there are valid, same.")
    if values.ndim != 3 or values.shape[2] != num_colours:
        raise VizcoreError(f"The kernels take (h, w, {num_colours}); this is {values.shape}.")
    if padding == "same":
        rows, columns = (_zeros_around(values.shape[axis], kernels.shape[axis], strides[axis]) for axis in (0, 1))
        values = np.pad(values, (rows, columns, (0, 0)))
    if values.shape[0] < height or values.shape[1] < width:
        raise VizcoreError(f"The kernels need {height} × {width} pixels at least; this is {values.shape}.")
    windows = np.lib.stride_tricks.sliding_window_view(values, (height, width), axis=(0, 1))
    windows = windows[:: strides[0], :: strides[1]]
    # The windows are (rows, columns, colours, kh, kw), so the kernels are brought into the same order.
    return windows.reshape(*windows.shape[:2], -1) @ kernels.transpose(2, 0, 1, 3).reshape(-1, num_channels)


def _zeros_around(size: int, kernel_size: int, stride: int) -> tuple[int, int]:
    num_windows = ceil_division(size, stride)
    added = max((num_windows - 1) * stride + kernel_size - size, 0)
    return added // 2, added - added // 2
