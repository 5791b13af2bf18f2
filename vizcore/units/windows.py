"""The terms of layers that move a window over maps: convolutions, pooling, dense layers.

Each function takes what is given of a cell and returns its terms before the activation function. Importing this does
not import Keras.
"""

from dataclasses import replace

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray, IntArray
from vizcore.numbers import ceil_division
from vizcore.units.given import Given, bias_of, cut, weight, whole
from vizcore.units.terms import Combination, Terms


def conv2d(given: Given) -> Terms:
    """Conv2D. With groups, a cell reads the channels of its own group."""
    layer, channel = given.layer, given.cell[2]
    per_group = given.maps.shape[2] // layer.groups
    first = channel // (layer.filters // layer.groups) * per_group
    window = _window(given, np.arange(first, first + per_group))
    return replace(window, kernel=weight(layer.kernel, (..., channel)), bias=bias_of(layer, channel))


def depthwise_conv2d(given: Given) -> Terms:
    """DepthwiseConv2D: a cell reads one channel, and each channel has `depth_multiplier` maps in a row."""
    layer = given.layer
    channel, index = divmod(given.cell[2], layer.depth_multiplier)
    kernel = weight(layer.kernel, (..., channel, index))[..., np.newaxis]
    return replace(_window(given, whole([channel])), kernel=kernel, bias=bias_of(layer, given.cell[2]))


def separable_conv2d(given: Given) -> Terms:
    """SeparableConv2D as the one convolution that its two steps amount to."""
    layer, channel = given.layer, given.cell[2]
    num_channels = given.maps.shape[2]
    depthwise = weight(layer.depthwise_kernel, (...,))
    pointwise = weight(layer.pointwise_kernel, (0, 0, slice(None), channel)).reshape(num_channels, -1)
    kernel = np.einsum("hwcm,cm->hwc", depthwise, pointwise)
    return replace(_window(given, np.arange(num_channels)), kernel=kernel, bias=bias_of(layer, channel))


def conv2d_transpose(given: Given) -> Terms:
    """Conv2DTranspose: the inputs that reach the cell, in their own order, each with its part of the kernel.

    With strides only some parts of the kernel meet an input, so the window is smaller than the kernel; it may be empty.
    """
    layer, channel = given.layer, given.cell[2]
    (rows, kernel_rows), (columns, kernel_columns) = (_reaching(given, axis) for axis in (0, 1))
    kernel = weight(layer.kernel, (slice(None), slice(None), channel))
    window = cut(given.maps, rows, columns, np.arange(given.maps.shape[2]))
    return replace(window, kernel=kernel[np.ix_(kernel_rows, kernel_columns)], bias=bias_of(layer, channel))


def dense(given: Given) -> Terms:
    """Dense, of a vector or of every cell of maps."""
    row, column, channel = given.cell
    window = cut(given.maps, whole([row]), whole([column]), np.arange(given.maps.shape[2]))
    kernel = weight(given.layer.kernel, (slice(None), channel))[np.newaxis, np.newaxis]
    return replace(window, kernel=kernel, bias=bias_of(given.layer, channel))


def dense_before(given: Given) -> DoubleArray:
    """(C,): the values of all channels of a Dense layer at the cell, before the activation function, in one product."""
    row, column, _ = given.cell
    layer = given.layer
    values: DoubleArray = given.maps[row, column].astype(np.float64) @ weight(layer.kernel, (...,))
    return values if layer.bias is None else values + weight(layer.bias, (...,))


def max_pooling2d(given: Given) -> Terms:
    """MaxPooling2D. Padding never wins."""
    return won(_window(given, whole([given.cell[2]])), "largest")


def average_pooling2d(given: Given) -> Terms:
    """AveragePooling2D. Padding does not count."""
    return _averaged(_window(given, whole([given.cell[2]])))


def global_max_pooling2d(given: Given) -> Terms:
    """GlobalMaxPooling2D."""
    return won(_whole_map(given), "largest")


def global_average_pooling2d(given: Given) -> Terms:
    """GlobalAveragePooling2D."""
    return _averaged(_whole_map(given))


def won(window: Terms, combination: Combination) -> Terms:
    """The same window where only the largest or smallest input counts; of equal ones the first, row by row.

    Args:
        window: with some input that is not in padding. NaN wins over every number.
        combination: "largest" or "smallest".
    """
    values = window.window if combination == "largest" else -window.window
    candidates = np.flatnonzero(np.broadcast_to(~window.padding[..., np.newaxis], values.shape))
    kernel = np.zeros_like(values)
    kernel.flat[candidates[np.argmax(values.flat[candidates])]] = 1.0
    return replace(window, kernel=kernel, combination=combination)


def _averaged(window: Terms) -> Terms:
    inside = ~window.padding[..., np.newaxis]
    kernel: DoubleArray = inside / np.count_nonzero(inside)
    return replace(window, kernel=kernel)


def _whole_map(given: Given) -> Terms:
    maps: FloatArray = given.maps
    return cut(maps, np.arange(maps.shape[0]), np.arange(maps.shape[1]), whole([given.cell[2]]))


def _window(given: Given, channels: IntArray) -> Terms:
    """The window of a convolution or of pooling for the cell."""
    rows, columns = (_covered(given, axis) for axis in (0, 1))
    return cut(given.maps, rows, columns, channels)


def _covered(given: Given, axis: int) -> IntArray:
    """The rows (axis 0) or columns (axis 1) of the input that the window of the cell covers."""
    size, stride, dilation = _geometry(given, axis)
    reach = (size - 1) * dilation + 1
    length = given.maps.shape[axis]
    before = _zeros_before(given, length, ceil_division(length, stride), reach=reach, stride=stride)
    return whole(given.cell[axis] * stride - before + dilation * np.arange(size))


def _reaching(given: Given, axis: int) -> tuple[IntArray, IntArray]:
    """The rows (columns) of the input of a transposed convolution that reach the cell, and those of the kernel."""
    size, stride, dilation = _geometry(given, axis)
    reach = (size - 1) * dilation + 1
    # A transposed convolution is padded like the convolution that goes back from its output to its input.
    before = _zeros_before(given, given.output.shape[axis], given.maps.shape[axis], reach=reach, stride=stride)
    parts = np.arange(size)[::-1]
    places = given.cell[axis] + before - dilation * parts
    meets = places % stride == 0
    return whole(places[meets] // stride), whole(parts[meets])


def _geometry(given: Given, axis: int) -> tuple[int, int, int]:
    """Size of the kernel or of the pool, stride, dilation."""
    layer = given.layer
    sizes = layer.pool_size if hasattr(layer, "pool_size") else layer.kernel_size
    return sizes[axis], layer.strides[axis], getattr(layer, "dilation_rate", (1, 1))[axis]


def _zeros_before(given: Given, length: int, num_windows: int, *, reach: int, stride: int) -> int:
    """The rows of padding above; an odd one more is below."""
    if given.layer.padding == "valid":
        return 0
    return max((num_windows - 1) * stride + reach - length, 0) // 2
