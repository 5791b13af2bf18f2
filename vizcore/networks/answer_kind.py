"""The kind of a model's output: logits, probabilities, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras

from vizcore.activations.keras_internals import call_behind

AnswerKind = Literal["logits", "probabilities", "features"]
_PASSES_ON = (
    keras.layers.Flatten,
    keras.layers.Reshape,
    keras.layers.Dropout,
    keras.layers.Identity,
    keras.layers.GlobalAveragePooling2D,
)
"""Layers that preserve the classes. Averaging, for example, maps probabilities to probabilities."""


def answer_kind(model: keras.Model, labels: Sequence[str] | None = None) -> AnswerKind:
    """The kind of a model's output, from its last layers.

    Args:
        model: Sequential or functional. The layers of a nested model at its end count too.
        labels: names of the classes, if there are any.

    Returns:
        "probabilities" for a vector that ends in a softmax. "logits" for a vector without an activation function, with
        as many numbers as names. "features" for every other output: feature maps, several outputs, a single number,
        sigmoids (which do not exclude one another), a vector without names.
    """
    if len(model.outputs) != 1 or len(model.outputs[0].shape) != 2:
        return "features"
    last = _answering(model.outputs[0])
    length = model.outputs[0].shape[-1]
    if length == 1:
        return "features"
    if _is_softmax(last.operation):
        # The values of a flattened map of softmaxes add up to more than 1.
        return "probabilities" if last.tensor.shape[-1] == length and _is_over_channels(last) else "features"
    is_linear = getattr(last.operation, "activation", None) is keras.activations.linear
    return "logits" if is_linear and labels is not None and len(labels) == length else "features"


@dataclass(frozen=True)
class _Answer:
    operation: Any
    tensor: Any


def _answering(tensor: Any) -> _Answer:
    """The operation that determines the kind, before layers that only pass its output on."""
    while True:
        call, index = call_behind(tensor)
        operation = call.operation
        if isinstance(operation, keras.Model) and getattr(operation, "outputs", None):
            tensor = operation.outputs[index]
        elif isinstance(operation, _PASSES_ON) or _is_linear_activation(operation):
            tensor = call.inputs[0]
        else:
            return _Answer(operation, tensor)


def _is_linear_activation(operation: Any) -> bool:
    # A model in mixed precision ends with such a layer, which converts the output to float32.
    return isinstance(operation, keras.layers.Activation) and operation.activation is keras.activations.linear


def _is_softmax(operation: Any) -> bool:
    # keras.ops.softmax is an operation of this name, not a layer.
    return getattr(operation, "activation", None) is keras.activations.softmax or type(operation).__name__ == "Softmax"


def _is_over_channels(answer: _Answer) -> bool:
    axis = getattr(answer.operation, "axis", -1)
    return axis in (-1, len(answer.tensor.shape) - 1)
