"""The activations of every layer for one picture, for many, and their derivatives, each in one traced pass.

Importing this imports TensorFlow.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf

from vizcore.activations.convolution import Convolution
from vizcore.activations.forward_mode import layers_without_derivative
from vizcore.activations.layer import ChannelSummary, LayerInfo
from vizcore.activations.layers import LayerOutput, first_kernel, layer_outputs
from vizcore.activations.passes import (
    check_names,
    checked_batch,
    chosen_of,
    described,
    float_array,
    for_one_picture,
    input_shape_of,
    joined,
    mean_and_maximum,
    reading_model,
)
from vizcore.activations.tensorflow_internals import give_operations_their_derivatives
from vizcore.arrays import FloatArray
from vizcore.errors import VizcoreError

_MOST_PARTS = 16


class TracedNetwork:
    """A network whose layers are read in one pass of a graph that was traced once.

    `trace` makes it. It can be used from several threads; one pass runs at a time, which bounds the memory. It shares
    the model's weights, so training the model changes the activations.

    Attributes:
        layers: the layers that can be read, in the network's order.
        input_shape: height, width and number of colours of a picture.
        model: the model that is read. It is not changed.
    """

    def __init__(
        self,
        model: keras.Model,
        *,
        input_size: Sequence[int] | None = None,
        layers: Mapping[str, LayerOutput] | None = None,
    ) -> None:
        self.model = model
        readable = layer_outputs(model) if layers is None else layers
        shape = input_shape_of(model)
        if input_size is not None:
            given = (*input_size, shape[2])
            shape = tuple(size if fixed is None else fixed for size, fixed in zip(given, shape, strict=True))
        if None in shape:
            raise VizcoreError(
                f"Only a network for pictures of one size can be traced; this one takes {described(shape)}. Give its "
                "keras.Input a height, a width and a number of colours."
            )
        height, width, num_colours = shape
        self.input_shape: tuple[int, int, int] = (height, width, num_colours)
        self._lock = threading.Lock()
        self._first_kernel = first_kernel(model)
        # The graph reads the weights but does not own them. Without this reference they could be garbage-collected.
        self._tensors = {name: layer.tensor for name, layer in readable.items()}
        self._model = reading_model(model, self._tensors)

        # The concrete function is the graph itself. A call of it runs no Keras code, so a reset of Keras's global state
        # in another thread does not affect a pass.
        self._graph = self._traced(self._forward, self._signature(1))
        shapes = self._graph.structured_outputs
        self.layers: tuple[LayerInfo, ...] = tuple(
            LayerInfo(
                layer.name,
                layer.kind,
                tuple(shapes[layer.name].shape[1:]),
                layer.group,
                layer.has_kernel,
                layer.num_parameters,
            )
            for layer in readable.values()
        )
        self._names = tuple(readable)
        # These are traced at the first use: few callers need them, and each is another graph of the whole network.
        self._graph_of_many: Any = None
        self._graph_of_derivatives: Any = None
        self._parts: OrderedDict[tuple[str, tuple[str, ...]], Any] = OrderedDict()

    def first_convolution(self) -> Convolution:
        """The first layer with a kernel, with its present weights.

        Raises:
            VizcoreError: there is no layer with a kernel, or the first is no plain convolution; see
                `vizcore.activations.layers.FirstKernel`.
        """
        if self._first_kernel is None:
            raise VizcoreError("This network has no layer with a kernel.")
        return self._first_kernel.as_convolution()

    @property
    def num_values(self) -> int:
        """The number of values that all layers together have for one picture."""
        return sum(math.prod(layer.shape) for layer in self.layers)

    @cached_property
    def without_derivative(self) -> Mapping[str, str]:
        """The layers that `read_with_derivative` refuses: name → the reason, which goes on after "because"."""
        return layers_without_derivative(self._graph)

    def read(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
        """The outputs of some layers for one picture; see the function `read`. Other layers are not computed."""
        names = self._checked_names(layer_names)
        values = checked_batch(batch, self.input_shape)
        if not names:
            return {}
        with self._lock:
            outputs = self._part("read", names)(tf.constant(values))
            return {name: for_one_picture(outputs[name]) for name in names}

    def summarise_many(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, ChannelSummary]:
        """Mean and maximum of every channel of some layers for several pictures at once.

        The feature maps are reduced within the graph, so that no whole layer is stored. The memory of the pass itself
        grows with the number of pictures, which `vizcore.light.curves` chooses.

        Args:
            batch: (n, h, w, colours) float32, n at least 1. It is not changed.
            layer_names: the names of the layers. Duplicates are ignored.

        Returns:
            Name → two numbers per picture and channel, read-only, in the order of the names.

        Raises:
            VizcoreError: an unknown layer, or a batch of another shape.
        """
        names = self._checked_names(layer_names)
        values = checked_batch(batch, self.input_shape, number=None)
        if not names:
            return {}
        with self._lock:
            if self._takes_many:
                outputs = self._part("summarise many", names)(tf.constant(values))
            else:
                one = self._part("summarise one", names)
                outputs = joined([one(tf.constant(values[index : index + 1])) for index in range(len(values))])
            return {name: ChannelSummary(*(float_array(part) for part in outputs[name])) for name in names}

    def read_with_derivative(
        self, batch: FloatArray, tangent: FloatArray, layer_names: Iterable[str]
    ) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """The outputs of some layers for one picture, and their derivatives along a change of the picture.

        One pass in forward mode, exact in every layer that it does not refuse. It costs about as much as two or three
        plain passes, for any number of values. Where the network has a kink, the derivative is that of one side, see
        `DERIVATIVE_AT_KINKS`; a ReLU exactly at 0 has the same derivative as one that is off. The first call traces a
        graph of its own, which takes much longer than `trace`.

        Args:
            batch: (1, h, w, colours) float32. It is not changed.
            tangent: the same shape: the derivative of each value of the batch with respect to the amount, as made by
                `vizcore.inputs.prepared.tangent`. It is not changed.
            layer_names: the names of the layers. Duplicates are ignored.

        Returns:
            The values as from `read`, up to rounding, and in the same shapes their derivatives: ∂activation/∂amount in
            the layer's own units per unit of the amount. 0 where a layer does not depend on the picture. Both float32,
            read-only, in the order of the names.

        Raises:
            VizcoreError: an unknown layer, a batch or tangent of another shape, or a layer of `without_derivative`.
        """
        names = self._checked_names(layer_names)
        self.check_derivatives(names)
        values = checked_batch(batch, self.input_shape)
        direction = checked_batch(tangent, self.input_shape)
        if not names:
            return {}, {}
        with self._lock:
            outputs = self._part("derivative", names)(tf.constant(values), tf.constant(direction))
            return (
                {name: for_one_picture(outputs[name][0]) for name in names},
                {name: for_one_picture(outputs[name][1]) for name in names},
            )

    def check_derivatives(self, layer_names: Iterable[str]) -> None:
        """Refuse layers whose derivative cannot be computed.

        Raises:
            VizcoreError: there is one. The message has the first, and the reason.
        """
        for name in layer_names:
            if name in self.without_derivative:
                reason = self.without_derivative[name]
                raise VizcoreError(f"How fast “{name}” moves with the brightness cannot be computed, because {reason}.")

    def _checked_names(self, layer_names: Iterable[str]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(layer_names))
        check_names(names, self._names)
        return names

    def _part(self, way: str, names: tuple[str, ...]) -> Any:
        """The graph of these layers alone. TensorFlow prunes the other layers when it runs the graph first."""
        key = (way, names)
        if key not in self._parts:
            self._parts[key] = self._new_part(way, names)
            if len(self._parts) > _MOST_PARTS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(key)
        return self._parts[key]

    def _new_part(self, way: str, names: tuple[str, ...]) -> Any:
        if way == "derivative":
            if self._graph_of_derivatives is None:
                self._graph_of_derivatives = self._traced_derivatives()
            return self._traced(chosen_of(self._graph_of_derivatives, names), self._signature(1), self._signature(1))
        if way == "read":
            return self._traced(chosen_of(self._graph, names), self._signature(1))
        graph = self._graph if way == "summarise one" else self._many()
        chosen = chosen_of(graph, names)

        def summarise(batch: Any) -> Any:
            return {name: mean_and_maximum(output) for name, output in chosen(batch).items()}

        return self._traced(summarise, self._signature(1 if way == "summarise one" else None))

    def _many(self) -> Any:
        if self._graph_of_many is None:
            self._graph_of_many = self._traced(self._forward, self._signature(None))
        return self._graph_of_many

    @cached_property
    def _takes_many(self) -> bool:
        """Whether the network takes several pictures at once. One with a fixed batch or a reshape to it does not."""
        if self._model.inputs[0].shape[0] is not None:
            return False
        try:
            outputs = self._many().structured_outputs
        except (ValueError, TypeError):
            return False
        return all(output.shape.rank is not None and output.shape[0] is None for output in outputs.values())

    def _forward(self, batch: Any) -> Any:
        return self._model(batch, training=False)

    def _traced_derivatives(self) -> Any:
        """All layers that have one with their derivatives, as one graph."""

        names = [name for name in self._names if name not in self.without_derivative]
        # Layers that are left out are not run: forward mode fails in some of them.
        model = reading_model(self._model, {name: self._tensors[name] for name in names})
        give_operations_their_derivatives()

        def forward(batch: Any, tangent: Any) -> Any:
            with tf.autodiff.ForwardAccumulator(batch, tangent) as accumulator:
                # This calls the model and not its graph: a trace through the graph makes a pass take twice as long.
                outputs = model(batch, training=False)
                return {
                    name: (outputs[name], accumulator.jvp(outputs[name], tf.UnconnectedGradients.ZERO))
                    for name in names
                }

        # Keras's layers do not need autograph, which wraps errors in its own.
        return self._traced(tf.autograph.experimental.do_not_convert(forward), self._signature(1), self._signature(1))

    def _signature(self, number: int | None) -> Any:
        return tf.TensorSpec((number, *self.input_shape), tf.float32)

    def _traced(self, function: Callable[..., Any], *signature: Any) -> Any:
        return tf.function(function, input_signature=signature).get_concrete_function()


def trace(
    model: keras.Model, *, input_size: Sequence[int] | None = None, layers: Mapping[str, LayerOutput] | None = None
) -> TracedNetwork:
    """Trace all layers of a network into one graph, so that every later pass is fast.

    Tracing costs as much as many passes, so reuse the result. The first pass for a choice of layers plans kernels and
    memory. Every later pass takes a small part of the time of `predict`, which for one picture is nearly all overhead.

    Args:
        model: Sequential (beginning with keras.Input) or functional, with one input (h, w, colours). Layers with
            several outputs, or with outputs that are neither (h, w, C) nor (C,), are left out.
        input_size: height and width for a network that accepts any. A size that the network fixes has precedence.
        layers: the layers to read, a result of `layer_outputs(model)`; computed by default.

    Raises:
        VizcoreError: the model has no such input, its size is free and `input_size` is missing, or no layer can be
            read.
    """
    return TracedNetwork(model, input_size=input_size, layers=layers)
