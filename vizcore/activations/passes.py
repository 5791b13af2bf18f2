"""Parts of a pass through a Keras model: checks of its arguments, and its outputs as arrays."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import keras
import numpy as np
import tensorflow as tf

from vizcore.arrays import FloatArray, frozen
from vizcore.errors import VizcoreError

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """The values that were asked for last. One that is missing is made."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, _Value] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """The value of a key."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]


def reading_model(model: keras.Model, outputs: dict[str, Any]) -> keras.Model:
    """A model of the same graph that returns these outputs by their names."""
    # Keras returns a list of one output as that output and not as a list, so the outputs are a dictionary. The input is
    # `inputs[0]`, because a model made from the list of inputs warns when it is called with an array.
    return keras.Model(model.inputs[0], outputs, name="activations")


def input_shape_of(model: keras.Model) -> tuple[Any, ...]:
    """Height, width and number of colours; None where the model accepts any."""
    return tuple(model.inputs[0].shape[1:])


def sized(model: keras.Model, input_size: Sequence[int] | None) -> tuple[Any, ...]:
    """`input_shape_of` with height and width where the model accepts any; None where they are missing, too."""
    shape = input_shape_of(model)
    if input_size is None:
        return shape
    return tuple(size if fixed is None else fixed for size, fixed in zip((*input_size, shape[2]), shape, strict=True))


def described(input_shape: tuple[Any, ...]) -> str:
    """A shape in words: "(any, 64, 64, 3)"."""
    return "(" + ", ".join("any" if size is None else str(size) for size in input_shape) + ")"


def check_names(names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse unknown names of layers.

    Raises:
        VizcoreError: a name is unknown. The message has the first such name, and all known names.
    """
    known_names = list(known)
    for name in names:
        if name not in known_names:
            raise VizcoreError(f"This network has no layer “{name}”; it has {', '.join(known_names)}.")


def checked_batch(batch: FloatArray, input_shape: tuple[Any, ...], *, number: int | None = 1) -> FloatArray:
    """The batch in float32; `number` is the required number of pictures, None for one or more."""
    values = np.asarray(batch, dtype=np.float32)
    fits = values.ndim == 4 and (values.shape[0] >= 1 if number is None else values.shape[0] == number)
    if not fits or any(size not in (None, given) for size, given in zip(input_shape, values.shape[1:], strict=True)):
        pictures = "pictures" if number is None else "one picture"
        expected = described((number, *input_shape))
        raise VizcoreError(f"The network takes {pictures}, a batch of shape {expected}; this one has {values.shape}.")
    return values


def for_one_picture(output: Any) -> FloatArray:
    """The output for a batch of one picture, without the batch axis, read-only."""
    return float_array(output.numpy()[0])


def float_array(output: Any) -> FloatArray:
    """A tensor as a read-only float32 array."""
    values: FloatArray = np.asarray(output, dtype=np.float32)
    return frozen(values)


def traced(function: Callable[..., Any], *signature: Any) -> Any:
    """The graph of a function."""
    return tf.function(function, input_signature=signature).get_concrete_function()


def chosen_of(graph: Any, names: tuple[str, ...]) -> Callable[..., Any]:
    """A function of the graph's inputs that returns some of its outputs."""

    def forward(*inputs: Any) -> Any:
        outputs = graph(*inputs)
        return {name: outputs[name] for name in names}

    return forward


def mean_and_maximum(output: Any) -> tuple[Any, Any]:
    """Mean and maximum of every channel of a batch, within a graph: (N, C) each."""
    if len(output.shape) == 2:
        return output, output
    return tf.reduce_mean(output, axis=(1, 2)), tf.reduce_max(output, axis=(1, 2))


def joined(singly: Sequence[Mapping[str, tuple[Any, Any]]]) -> dict[str, list[Any]]:
    """Means and maxima of several pictures, each from a batch of one, as those of one batch."""
    return {
        name: [tf.concat(parts, 0) for parts in zip(*(each[name] for each in singly), strict=True)]
        for name in singly[0]
    }
