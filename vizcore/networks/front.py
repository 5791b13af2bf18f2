"""What the front of a model tells about the numbers that it expects for a pixel. Importing this imports Keras."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from vizcore.activations.keras_internals import Call, calls
from vizcore.arrays import DoubleArray
from vizcore.inputs.value_ranges import ExpectedRange

_PASSES_PIXELS = (
    keras.layers.InputLayer,
    keras.layers.Identity,
    keras.layers.Dropout,
    keras.layers.ZeroPadding2D,
    keras.layers.Cropping2D,
    keras.layers.Resizing,
    keras.layers.CenterCrop,
    keras.layers.RandomFlip,
    keras.layers.RandomRotation,
    keras.layers.RandomTranslation,
    keras.layers.RandomZoom,
    keras.layers.RandomCrop,
    keras.layers.RandomShear,
    keras.layers.RandomContrast,
    keras.layers.RandomBrightness,
    keras.layers.GaussianNoise,
)
"""Layers that leave the values of pixels on their scale, at least while the network does not train."""
_SCALES = (keras.layers.Rescaling, keras.layers.Normalization)
_OPERATIONS = frozenset(
    {
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "TrueDivide",
        "Negative",
        "Cast",
        "GetItem",
        "Stack",
        "Flip",
        "Concatenate",
    }
)
"""Operations of `keras.ops` that preprocess_input of keras.applications is made of, as classes."""

_BYTES, _ONE, _SIGNED = "0…255", "0…1", "−1…1"
_ENDS = ((_BYTES, 0.0, 255.0), (_ONE, 0.0, 1.0), (_SIGNED, -1.0, 1.0))
_USUAL = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-127.5, 127.5))
"""The ranges of numbers that networks are trained on."""
# A network computes with numbers about 1 wide. The range of its numbers is 255 or 1 times the factor of its scaling.
_NARROWEST, _WIDEST = 0.25, 16.0
_LARGEST_MEAN_OF_ONE = 2.0
# Values from 0 to 1 have a standard deviation of at most a half.
_LARGEST_DEVIATION_OF_ONE = 0.5
_FREE_SIZE = 64


@dataclass(frozen=True)
class _Scaling:
    """What a front makes of a pixel with the value v in all channels: factor · v + offset.

    Attributes:
        factor: one number per channel.
        offset: one number per channel.
        layers: what scales in it.
    """

    factor: DoubleArray
    offset: DoubleArray
    layers: tuple[Any, ...]

    def then(self, other: "_Scaling") -> "_Scaling":
        """This scaling and another one behind it."""
        return _Scaling(
            other.factor * self.factor, other.factor * self.offset + other.offset, (*self.layers, *other.layers)
        )

    def between(self, low: float, high: float) -> tuple[float, float]:
        """The ends of the numbers that it makes of a range."""
        ends = [self.factor * end + self.offset for end in (low, high)]
        return float(np.min(ends)), float(np.max(ends))


def expected_range(model: keras.Model) -> ExpectedRange | None:
    """The value range that a model expects, if the scaling at its front tells it.

    The scaling may be layers or operations, in nested models too, among layers that leave the values alone. It is tried
    on pictures of one value. A front whose branches see different numbers tells nothing.

    Args:
        model: as for `vizcore.activations.layers.layer_outputs`.

    Returns:
        The range and the reason, or None if the front tells nothing.
    """
    dtype = str(model.inputs[0].dtype)
    if "int" in dtype:
        return ExpectedRange(_BYTES, f"it takes whole numbers, {dtype}")
    scaling = _scaling(model)
    if scaling is None or not scaling.layers:
        return None
    value_range = _range_of(scaling)
    return None if value_range is None else ExpectedRange(value_range, _reason(scaling, value_range))


def _range_of(scaling: _Scaling) -> str | None:
    factor = float(np.max(np.abs(scaling.factor)))
    if not factor:
        return None
    fitting = [
        name
        for name, low, high in _ENDS
        if any(np.allclose(scaling.between(low, high), usual, atol=0.02 * (usual[1] - usual[0])) for usual in _USUAL)
    ]
    # With a factor of 1, the numbers stay in their range, whichever that is.
    if len(fitting) == 1 and not np.allclose(scaling.factor, 1):
        return fitting[0]
    mean = float(np.max(np.abs(scaling.offset / np.where(scaling.factor == 0, 1, scaling.factor))))
    if mean > _LARGEST_MEAN_OF_ONE:
        return _BYTES if mean < 255 else None
    if _NARROWEST <= 255 * factor <= _WIDEST:
        return _BYTES
    # A factor of 1 is no scaling, and a smaller one is for another range than those in the list.
    if not 1 < factor <= _WIDEST:
        return None
    centres = -scaling.offset / scaling.factor
    if np.all((centres >= 0) & (centres <= 1)) and 1 / factor <= _LARGEST_DEVIATION_OF_ONE:
        return _ONE
    return _SIGNED if np.any(centres < 0) and np.all(np.abs(centres) <= 1) else None


def _reason(scaling: _Scaling, value_range: str) -> str:
    layer = scaling.layers[0]
    if len(scaling.layers) == 1 and isinstance(layer, keras.layers.Rescaling):
        factor = float(np.max(np.abs(scaling.factor)))
        return f"it begins with a layer Rescaling, “{layer.name}”, which multiplies by {_factor_text(factor)}"
    if len(scaling.layers) == 1 and isinstance(layer, keras.layers.Normalization):
        largest = float(np.max(np.abs(scaling.offset / scaling.factor)))
        return f"it begins with a layer Normalization, “{layer.name}”, with a mean of {largest:.4g}"
    low, high = next(scaling.between(low, high) for name, low, high in _ENDS if name == value_range)
    return f"its first steps make numbers from {low:.4g} to {high:.4g} of them".replace("-", "−")


def _factor_text(factor: float) -> str:
    """A factor as a fraction of 1 where it is one, such as 1/255 or 1/127.5."""
    divisor = 1 / factor
    return f"1/{divisor:.4g}" if factor < 1 and abs(divisor * 2 - round(divisor * 2)) < 1e-4 else f"{factor:.4g}"


def _scaling(model: keras.Model) -> _Scaling | None:
    """The scaling of the operations that see pixels alone, before any other; None if it differs between branches."""
    within = list(calls(model))
    front = {id(tensor) for tensor in model.inputs}
    passed: list[Call] = []
    # The calls are in no particular order: each round adds those whose inputs are known.
    while following := [call for call in within if _is_next(call, front, passed)]:
        passed += following
        front |= {id(tensor) for call in following for tensor in call.outputs}
    others = [call for call in within if not any(call is each for each in passed)]
    seen = [tensor for call in others for tensor in call.inputs if id(tensor) in front]
    edges = list({id(tensor): tensor for tensor in [*seen, *_ends(model, front)]}.values())
    if len(edges) != 1:
        return None
    scaling = _measured(model, edges[0], [call.operation for call in passed])
    nested = [call.operation for call in others if any(tensor is edges[0] for tensor in call.inputs)]
    if scaling is None or len(nested) != 1 or not _is_nested(nested[0]):
        return scaling
    inner = _scaling(nested[0])
    return None if inner is None else scaling.then(inner)


def _is_next(call: Call, front: set[int], passed: Sequence[Call]) -> bool:
    known = all(id(tensor) in front for tensor in call.inputs)
    return bool(call.inputs) and known and _keeps_pixels(call.operation) and not any(call is each for each in passed)


def _ends(model: keras.Model, front: set[int]) -> list[Any]:
    return [tensor for tensor in model.outputs if id(tensor) in front]


def _is_nested(operation: Any) -> bool:
    return isinstance(operation, keras.Model) and len(getattr(operation, "inputs", None) or ()) == 1


def _keeps_pixels(operation: Any) -> bool:
    """Whether an operation makes pixels of pixels, each by a factor and an offset."""
    if _is_nested(operation):
        return all(_keeps_pixels(call.operation) for call in calls(operation))
    if isinstance(operation, keras.Layer):
        return isinstance(operation, (*_PASSES_PIXELS, *_SCALES))
    return type(operation).__name__ in _OPERATIONS


def _measured(model: keras.Model, tensor: Any, operations: Sequence[Any]) -> _Scaling | None:
    scales = tuple(layer for operation in operations for layer in _scaling_parts(operation))
    num_colours = model.inputs[0].shape[-1]
    if tensor is model.inputs[0]:
        return _Scaling(np.ones(num_colours), np.zeros(num_colours), ())
    if len(tensor.shape) != 4:
        return None
    size = [number or _FREE_SIZE for number in model.inputs[0].shape[1:3]]
    reading = keras.Model(model.inputs[0], tensor, name="front")
    found = []
    for value in (0.0, 100.0, 200.0):
        picture = np.full((1, *size, num_colours), value, np.float32)
        outputs = np.asarray(keras.ops.convert_to_numpy(reading(picture, training=False)), dtype=np.float64)
        # The middle: padding adds other values around it.
        found.append(outputs[0, outputs.shape[1] // 2, outputs.shape[2] // 2])
    factor = (found[2] - found[0]) / 200
    if not np.allclose(found[0] + 100 * factor, found[1], rtol=1e-3, atol=1e-3 * float(np.abs(found).max())):
        return None
    return _Scaling(factor, found[0], scales)


def _scaling_parts(operation: Any) -> list[Any]:
    if _is_nested(operation):
        return [part for call in calls(operation) for part in _scaling_parts(call.operation)]
    return [] if isinstance(operation, _PASSES_PIXELS) else [operation]
