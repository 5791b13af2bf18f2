"""What a cell of an operation's output takes of the operation's inputs, for the operations of Keras.

Operations are known by the names of their classes, because Keras does not publish the classes of `keras.ops`. What a
class from elsewhere computes is not known, whatever its name. This needs no Keras.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from vizcore.units.reach import UNKNOWN, Channels, Part, Reach, Situation, everything, in_groups, own, shifted, to_all
from vizcore.units.taps import Taps, every, first, moved, part, repeated, resized, same, spread, window

Rule = Callable[[Situation], Reach | None]
"""Takes a step; returns None where it does not know the answer."""


def reach_of(situation: Situation) -> Reach:
    """What a cell of an output takes; of an operation that is not known, all places of its inputs as an upper bound."""
    kind, extents = type(situation.operation), (*situation.inputs, situation.output)
    is_readable = (
        kind.__module__.partition(".")[0] == "keras"
        and getattr(situation.operation, "data_format", None) != "channels_first"
        and _activation_is_keras(situation.operation)
        and not any(extent.rank == UNKNOWN for extent in extents)
    )
    rule = RULES.get(kind.__name__)
    known = rule(situation) if rule is not None and is_readable else None
    if known is not None:
        return known
    return replace(everything(situation), bound=f"which places {situation.label} takes is not known")


def _activation_is_keras(operation: Any) -> bool:
    # A function of one's own may do anything, for example subtract the mean of the map.
    activation = getattr(operation, "activation", None)
    is_function = hasattr(activation, "__name__")
    return activation is None or (is_function and {"keras", "activations"} <= set(activation.__module__.split(".")))


# Rules: a situation → what a cell takes.


def _pointwise(situation: Situation, *, mixes_channels: bool = False) -> Reach | None:
    """A cell takes the same cell of each input; an axis of one cell is repeated, as in NumPy."""
    output = situation.output
    if any(given.rank != output.rank for given in situation.inputs):
        return None
    parts = []
    for given in situation.inputs:
        axes = [_same_or_first(old, new) for old, new in zip(given.sizes, output.sizes, strict=True)]
        is_own = given.channels == output.channels and not mixes_channels and not _mixes(situation.operation)
        if None in axes:
            return None
        parts.append(Part(axes[0] or same, axes[1] or same, own if is_own else to_all(output.channels)))
    return Reach(tuple(parts))


def _same_or_first(old: int, new: int) -> Taps | None:
    if old == new:
        return same
    return first if old == 1 else None


def _mixes(operation: Any) -> bool:
    """Whether the activation function of a layer takes all channels of a cell."""
    name = getattr(getattr(operation, "activation", None), "__name__", "")
    return name in {"softmax", "log_softmax", "sparsemax", "glu"}


def _convolution(situation: Situation) -> Reach:
    layer, number = situation.operation, situation.output.channels
    groups = 1 if _mixes(layer) else getattr(layer, "groups", 1)
    channels = to_all(number) if groups == 1 else in_groups(groups, number)
    return _windowed(situation, layer.kernel_size, layer.dilation_rate, channels)


def _depthwise(situation: Situation) -> Reach:
    layer, given, number = situation.operation, situation.inputs[0], situation.output.channels
    channels = to_all(number) if _mixes(layer) else in_groups(given.channels, number)
    return _windowed(situation, layer.kernel_size, layer.dilation_rate, channels)


def _pooling(situation: Situation) -> Reach:
    return _windowed(situation, situation.operation.pool_size, (1, 1), own)


def _windowed(situation: Situation, kernel: Iterable[int], dilation: Iterable[int], channels: Channels) -> Reach:
    layer, (given,), output = situation.operation, situation.inputs, situation.output
    rows, columns = (
        window(size, stride=stride, dilation=step, before=_before(old, new, _length(size, step), stride, layer.padding))
        for size, stride, step, old, new in zip(kernel, layer.strides, dilation, given.sizes, output.sizes, strict=True)
    )
    return Reach((Part(rows, columns, channels),))


def _length(size: int, dilation: int) -> int:
    """How many cells a dilated kernel spans."""
    return dilation * (size - 1) + 1


def _before(size: int, num_windows: int, kernel: int, stride: int, padding: str) -> int:
    """The number of cells of padding in front of the input of a convolution, as TensorFlow counts them."""
    if padding.lower() == "valid":
        return 0
    return max((num_windows - 1) * stride + kernel - size, 0) // 2


def _transposed(situation: Situation) -> Reach:
    layer, (given,), output = situation.operation, situation.inputs, situation.output
    rows, columns = (
        # The convolution that this one transposes goes from the output to the input.
        spread(size, stride=stride, dilation=step, before=_before(new, old, _length(size, step), stride, layer.padding))
        for size, stride, step, old, new in zip(
            layer.kernel_size, layer.strides, layer.dilation_rate, given.sizes, output.sizes, strict=True
        )
    )
    return Reach((Part(rows, columns, to_all(output.channels)),))


def _zero_padding(situation: Situation) -> Reach:
    (top, _), (left, _) = situation.operation.padding
    return Reach((Part(moved(-top), moved(-left), own),))


def _cropping(situation: Situation) -> Reach:
    (top, _), (left, _) = situation.operation.cropping
    return Reach((Part(moved(top), moved(left), own),))


def _up_sampling(situation: Situation) -> Reach | None:
    layer = situation.operation
    if layer.interpolation == "nearest":
        return Reach((Part(repeated(layer.size[0]), repeated(layer.size[1]), own),))
    return _resized(situation, is_antialiased=False)


def _resizing(situation: Situation) -> Reach | None:
    layer = situation.operation
    if layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio:
        return None
    return _resized(situation, is_antialiased=layer.antialias)


def _resized(situation: Situation, *, is_antialiased: bool) -> Reach | None:
    given, output, interpolation = situation.inputs[0], situation.output, situation.operation.interpolation
    # A picture of the same size is not resized; in one that is, TensorFlow looks at each axis alike.
    axes = [
        resized(old, new, interpolation=interpolation, is_antialiased=is_antialiased)
        for old, new in zip(given.sizes, output.sizes, strict=True)
    ]
    if given.rank != 3 or axes[0] is None or axes[1] is None:
        return None
    return Reach((Part(axes[0], axes[1], own),))


def _global(situation: Situation) -> Reach:
    given = situation.inputs[0]
    return Reach((Part(every(given.sizes[0]), every(given.sizes[1]), own),), whole=_takes_all(situation))


def _takes_all(situation: Situation) -> str:
    return "" if situation.inputs[0].sizes == (1, 1) else f"{situation.label} takes the whole map"


def _dense(situation: Situation) -> Reach | None:
    """A layer Dense computes each cell from the channels of that cell. The units of a vector are channels."""
    reach = _pointwise(situation, mixes_channels=True)
    if reach is None or situation.output.rank != 1:
        return reach
    return replace(reach, whole=f"{situation.label} takes every unit of a vector", mixes=True)


def _attention(situation: Situation) -> Reach | None:
    """Attention between the rows of (tokens, C). Of maps, it may be along one axis."""
    if situation.output.rank != 2:
        return None
    return replace(everything(situation), whole=f"{situation.label} takes every place", mixes=True)


def _over_axes(situation: Situation) -> Reach | None:
    """A layer that takes all values along its attribute `axis`, such as LayerNormalization and Softmax."""
    given, output, axis = situation.inputs[0], situation.output, situation.operation.axis
    if axis is None:
        return None
    axes = {each % (given.rank + 1) for each in ([axis] if isinstance(axis, int) else axis)}
    if 0 in axes or len(situation.inputs) != 1:
        return None
    if given.rank != 3:
        return _pointwise(situation, mixes_channels=True)
    rows, columns = (every(size) if axis in axes else same for axis, size in enumerate(given.sizes, start=1))
    channels = to_all(output.channels) if 3 in axes else own
    return Reach((Part(rows, columns, channels),), whole=_takes_all(situation) if {1, 2} <= axes else "")


def _group_normalization(situation: Situation) -> Reach | None:
    given, layer = situation.inputs[0], situation.operation
    if given.rank != 3 or layer.axis not in (-1, 3):
        return None
    groups = given.channels if layer.groups == -1 else layer.groups
    channels = in_groups(groups, given.channels)
    return Reach((Part(every(given.sizes[0]), every(given.sizes[1]), channels),), whole=_takes_all(situation))


def _rearranged(situation: Situation) -> Reach:
    """A layer that puts values into another shape or order."""
    (given, *_), output = situation.inputs, situation.output
    is_one_cell = given.sizes == output.sizes == (1, 1) and given.rank in (1, 3) and output.rank in (1, 3)
    if is_one_cell and given.channels == output.channels:
        return Reach((Part(same, same, own),))
    return replace(everything(situation), rearranged=f"{situation.label} gives places another order")


def _concatenated(situation: Situation) -> Reach | None:
    output = situation.output
    if any(given.rank != output.rank for given in situation.inputs) or output.rank not in (1, 3):
        return None
    axis, parts, start = situation.operation.axis, [], 0
    if axis is None or axis % (output.rank + 1) == 0:
        return None
    axis %= output.rank + 1
    for index, given in enumerate(situation.inputs):
        length = given.channels if axis == output.rank else given.sizes[axis - 1]
        place = part(start, length, is_first=index == 0, is_last=index == len(situation.inputs) - 1)
        if axis == output.rank:
            parts.append(Part(same, same, shifted(start, output.channels)))
        else:
            parts.append(Part(place, same, own) if axis == 1 else Part(same, place, own))
        start += length
    # A constant among what is put together is no input.
    is_all = start == (output.channels if axis == output.rank else output.sizes[axis - 1])
    return Reach(tuple(parts)) if is_all else None


def _named(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


RULES: Mapping[str, Rule] = MappingProxyType(
    _named(
        _pointwise,
        # Layers; those with noise or chance do nothing outside of training.
        "Activation ReLU LeakyReLU PReLU ELU BatchNormalization Rescaling Normalization Identity "
        "ActivityRegularization Dropout SpatialDropout2D AlphaDropout GaussianDropout GaussianNoise "
        "StochasticDepth LayerScale CustomScaleLayer Add Subtract Multiply Average Maximum Minimum "
        "RandomFlip RandomRotation RandomZoom RandomTranslation RandomShear RandomContrast RandomBrightness "
        # Operations of keras.ops.
        "Absolute Abs Ceil Clip Cast Copy Cos Cosh Divide DivideNoNan TrueDivide FloorDivide Exp Exp2 Expm1 Floor Log "
        "Log10 Log1p Log2 Logaddexp Mod Negative Power Reciprocal Round Sign Sin Sinh Sqrt Square Tan Tanh Arctan "
        "Trunc Where Rsqrt Erf Erfc StopGradient Relu Relu6 Sigmoid SparseSigmoid Softplus Softsign SoftShrink "
        "SparsePlus Silu Squareplus LogSigmoid LeakyRelu HardSigmoid HardSilu Elu Selu Gelu Celu TanhShrink HardTanh "
        "HardShrink Threshold",
    )
    | _named(_over_axes, "Softmax LogSoftmax Sparsemax LayerNormalization RMSNormalization UnitNormalization")
    | _named(_convolution, "Conv2D SeparableConv2D")
    | _named(_depthwise, "DepthwiseConv2D")
    | _named(_pooling, "MaxPooling2D AveragePooling2D")
    | _named(_global, "GlobalAveragePooling2D GlobalMaxPooling2D")
    | _named(_attention, "Attention AdditiveAttention MultiHeadAttention GroupedQueryAttention")
    | _named(_rearranged, "Flatten Reshape Permute ExpandDims Squeeze Transpose")
    | {
        "Conv2DTranspose": _transposed,
        "Concatenate": _concatenated,
        "Cropping2D": _cropping,
        "Dense": _dense,
        "GroupNormalization": _group_normalization,
        "Resizing": _resizing,
        "UpSampling2D": _up_sampling,
        "ZeroPadding2D": _zero_padding,
    }
)
"""Name of a class → the rule for its calls."""
