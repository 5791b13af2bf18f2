"""What the front of a model tells about the numbers that it expects for a pixel. Importing this imports Keras."""

from collections.abc import Generator
from typing import Any

import keras
import numpy as np

from vizcore.activations.keras_internals import calls
from vizcore.inputs.value_ranges import ExpectedRange

_PASSES_PIXELS = (
    keras.layers.Identity,
    keras.layers.Dropout,
    keras.layers.ZeroPadding2D,
    keras.layers.Resizing,
    keras.layers.CenterCrop,
    keras.layers.RandomFlip,
    keras.layers.RandomRotation,
    keras.layers.RandomTranslation,
    keras.layers.RandomZoom,
    keras.layers.RandomCrop,
)
"""Layers that leave the values of pixels on their scale."""

_BYTES, _ONE = "0…255", "0…1"
# A network computes with numbers about 1 wide. The range of its numbers is 255 or 1 times the factor of its scaling.
_NARROWEST, _WIDEST = 0.25, 16.0
_LARGEST_MEAN_OF_ONE = 2.0


def expected_range(model: keras.Model) -> ExpectedRange | None:
    """The value range that a model expects, if the scaling layer at its front tells it.

    Layers in front of the scaling that leave the values alone, and nested models, are looked through. A front that
    branches tells nothing.

    Args:
        model: as for `vizcore.activations.layers.layer_outputs`.

    Returns:
        The range and the reason, or None if the front tells nothing.
    """
    layer = next((layer for layer in _front(model) if not isinstance(layer, _PASSES_PIXELS)), None)
    if isinstance(layer, keras.layers.Rescaling):
        return _before_rescaling(layer)
    if isinstance(layer, keras.layers.Normalization):
        return _before_normalization(layer)
    return None


def _before_rescaling(layer: keras.layers.Rescaling) -> ExpectedRange | None:
    factor = float(np.max(np.abs(np.asarray(layer.scale, dtype=np.float64))))
    said = f"it begins with a layer Rescaling, “{layer.name}”, which multiplies by {_factor_text(factor)}"
    if _NARROWEST <= 255 * factor <= _WIDEST:
        return ExpectedRange(_BYTES, said)
    # A factor of 1 is no scaling, and a smaller one is for another range than those in the list.
    return ExpectedRange(_ONE, said) if 1 < factor <= _WIDEST else None


def _before_normalization(layer: keras.layers.Normalization) -> ExpectedRange | None:
    mean = getattr(layer, "mean", None)
    if mean is None:
        return None
    largest = float(np.max(np.abs(np.asarray(keras.ops.convert_to_numpy(mean), dtype=np.float64))))
    if largest <= _LARGEST_MEAN_OF_ONE:
        return None
    return ExpectedRange(_BYTES, f"it begins with a layer Normalization, “{layer.name}”, with a mean of {largest:.4g}")


def _factor_text(factor: float) -> str:
    """A factor as a fraction of 1 where it is one, such as 1/255 or 1/127.5."""
    divisor = 1 / factor
    return f"1/{divisor:.4g}" if factor < 1 and abs(divisor * 2 - round(divisor * 2)) < 1e-4 else f"{factor:.4g}"


def _front(model: keras.Model) -> Generator[Any, None, bool]:
    """The layers that one after another take a model's input, up to the first branch; nested models are entered.

    Returns:
        Whether the end of the model was reached without a branch.
    """
    tensor, within = model.inputs[0], list(calls(model))
    while following := [call for call in within if any(each is tensor for each in call.inputs)]:
        if len(following) > 1 or len(following[0].outputs) > 1:
            return False
        operation = following[0].operation
        if isinstance(operation, keras.Model) and len(getattr(operation, "inputs", None) or ()) == 1:
            if not (yield from _front(operation)):
                return False
        else:
            yield operation
        tensor = following[0].outputs[0]
    return True
