"""What every layer says to one picture, in one traced pass. Importing this imports TensorFlow."""

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from vizcore.arrays import FloatArray
from vizcore.channels import ChannelStatistics, channel_statistics
from vizcore.errors import VizcoreError
from vizcore.model_layers import layer_outputs

__all__ = ["ChannelStatistics", "LayerInfo", "TracedNetwork", "channel_statistics", "read", "trace"]

_MOST_PARTS = 16


@dataclass(frozen=True)
class LayerInfo:
    """A layer whose output can be shown.

    Attributes:
        name: as given when the network was built; of a layer in a nested model "model/layer".
        kind: Keras's name of the layer's class.
        shape: of its output for one picture, (h, w, C) or (C,).
        group: the block it belongs to, or nothing.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    group: str = ""

    @property
    def num_channels(self) -> int:
        """How many feature maps, or units, the output has."""
        return self.shape[-1]

    @property
    def is_spatial(self) -> bool:
        """Whether the output is feature maps (h, w, C), and not a vector (C,)."""
        return len(self.shape) == 3


class TracedNetwork:
    """A network whose layers are read in one pass of a graph that was traced once.

    Made by `trace`. It can be used from several threads; one pass runs at a time, which bounds the memory. The weights
    are the model's own: training the model changes what is read here.

    Attributes:
        layers: the layers that can be read, in the network's order.
        input_shape: height, width and colours of a picture.
    """

    def __init__(self, model: keras.Model, *, input_size: Sequence[int] | None = None) -> None:
        readable = layer_outputs(model)
        shape = _input_shape(model)
        if input_size is not None:
            given = (*input_size, shape[2])
            shape = tuple(size if fixed is None else fixed for size, fixed in zip(given, shape, strict=True))
        if None in shape:
            raise VizcoreError(
                f"Only a network for pictures of one size can be traced; this one takes {_described(shape)}. Give its "
                "keras.Input a height, a width and a number of colours."
            )
        height, width, num_colours = shape
        self.input_shape: tuple[int, int, int] = (height, width, num_colours)
        self._lock = threading.Lock()
        # The graph reads the weights but does not own them: without this reference they could be collected.
        self._model = _reading_model(model, {name: layer.tensor for name, layer in readable.items()})

        def forward(batch: Any) -> Any:
            return self._model(batch, training=False)

        # The concrete function is the graph itself. Calling it runs no Keras code, so that a reset of Keras's global
        # state in another thread cannot reach a pass.
        self._graph = tf.function(forward, input_signature=[self._signature]).get_concrete_function()
        shapes = self._graph.structured_outputs
        self.layers: tuple[LayerInfo, ...] = tuple(
            LayerInfo(layer.name, layer.kind, tuple(shapes[layer.name].shape[1:]), layer.group)
            for layer in readable.values()
        )
        self._names = tuple(readable)
        self._parts: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    @property
    def num_values(self) -> int:
        """How many numbers all layers together have for one picture."""
        return sum(math.prod(layer.shape) for layer in self.layers)

    @property
    def _signature(self) -> Any:
        return tf.TensorSpec((1, *self.input_shape), tf.float32)

    def read(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
        """The outputs of some layers for one picture; see the function `read`. Nothing else is computed or kept."""
        names = list(dict.fromkeys(layer_names))
        _check_names(names, self._names)
        values = _checked_batch(batch, self.input_shape)
        if not names:
            return {}
        with self._lock:
            outputs = self._part(tuple(names))(tf.constant(values))
            return {name: _for_one_picture(outputs[name]) for name in names}

    def _part(self, names: tuple[str, ...]) -> Any:
        """The graph of these layers alone: TensorFlow prunes the others' part when it first runs."""
        if names not in self._parts:

            def forward(batch: Any) -> Any:
                outputs = self._graph(batch)
                return {name: outputs[name] for name in names}

            self._parts[names] = tf.function(forward, input_signature=[self._signature]).get_concrete_function()
            if len(self._parts) > _MOST_PARTS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(names)
        return self._parts[names]


def trace(model: keras.Model, *, input_size: Sequence[int] | None = None) -> TracedNetwork:
    """Trace all layers of a network into one graph, so that every later pass is fast.

    Tracing costs many passes; keep the result. The first pass for a choice of layers plans kernels and memory; every
    later one takes a small part of the time of `predict`, whose cost on one picture is nearly all preparation.

    Args:
        model: Sequential (beginning with keras.Input) or functional, with one input (h, w, colours). Layers with
            several outputs, or with outputs that are neither (h, w, C) nor (C,), are left out.
        input_size: Height and width for a network that takes any; sizes that the network fixes stay as they are.

    Raises:
        VizcoreError: The model has no such input, no fixed size while none is given, or no layer that can be read.
    """
    return TracedNetwork(model, input_size=input_size)


def read(network: keras.Model | TracedNetwork, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
    """The outputs of some layers for one picture.

    Args:
        network: A traced network, or a Keras model as it is, of a fixed size or for any: right away in a notebook,
            several times slower per pass.
        batch: (1, h, w, colours) float32, as made by `preprocess_image`. It is not changed.
        layer_names: Which layers, by name. A name given twice comes once.

    Returns:
        Name → (h, w, C) or (C,), float32, read-only, in the order asked for, the layer's own units. Infinite values and
        NaN come as they are.

    Raises:
        VizcoreError: An unknown layer, a batch of another shape, or a model that cannot be read (see `trace`).

    Example:
        >>> network = build_simple_cnn((64, 64, 3))
        >>> read(network, preprocess_image(pixels), ["conv1"])["conv1"].shape
        (62, 62, 32)
    """
    if isinstance(network, TracedNetwork):
        return network.read(batch, layer_names)
    outputs = {name: layer.tensor for name, layer in layer_outputs(network).items()}
    names = list(dict.fromkeys(layer_names))
    _check_names(names, outputs)
    values = _checked_batch(batch, _input_shape(network))
    if not names:
        return {}
    results = _reading_model(network, {name: outputs[name] for name in names})(tf.constant(values), training=False)
    return {name: _for_one_picture(results[name]) for name in names}


def _reading_model(model: keras.Model, outputs: dict[str, Any]) -> keras.Model:
    # A dictionary, because a list of one output comes back as that output and no longer as a list. `inputs[0]`, because
    # a model made from the list of inputs warns when it is given an array.
    return keras.Model(model.inputs[0], outputs, name="activations")


def _input_shape(model: keras.Model) -> tuple[Any, ...]:
    """Height, width and colours; None where any will do."""
    return tuple(model.inputs[0].shape[1:])


def _described(input_shape: tuple[Any, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in input_shape) + ")"


def _check_names(names: Iterable[str], known: Iterable[str]) -> None:
    known_names = list(known)
    for name in names:
        if name not in known_names:
            raise VizcoreError(f"This network has no layer “{name}”; it has {', '.join(known_names)}.")


def _checked_batch(batch: FloatArray, input_shape: tuple[Any, ...]) -> FloatArray:
    values = np.asarray(batch, dtype=np.float32)
    fits = values.ndim == 4 and values.shape[0] == 1
    if not fits or any(size not in (None, given) for size, given in zip(input_shape, values.shape[1:], strict=True)):
        expected = _described((1, *input_shape))
        raise VizcoreError(f"The network takes one picture, a batch of shape {expected}; this one has {values.shape}.")
    return values


def _for_one_picture(output: Any) -> FloatArray:
    values: FloatArray = np.asarray(output.numpy()[0], dtype=np.float32)
    values.setflags(write=False)
    return values
