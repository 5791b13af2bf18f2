"""The activations of every layer for one picture, for many, and their derivatives, each in one traced pass.

Importing this imports TensorFlow.
"""

import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from vizcore.activations.continuation import Cut, Cuts
from vizcore.activations.convolution import Convolution
from vizcore.activations.graph import Unrolled
from vizcore.activations.interface import LayeredNetwork, Objective, WeightedSum
from vizcore.activations.layer import ChannelSummary, LayerInfo
from vizcore.activations.layers import LayerOutput, first_kernel, layer_outputs
from vizcore.activations.passes import (
    check_names,
    checked_batch,
    described,
    float_array,
    for_one_picture,
    sized,
)
from vizcore.activations.traced_graphs import TracedGraphs
from vizcore.arrays import FloatArray
from vizcore.errors import VizcoreError


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
        shape = sized(model, input_size)
        if None in shape:
            raise VizcoreError(
                f"Only a network for pictures of one size can be traced; this one takes {described(shape)}. Give its "
                "keras.Input a height, a width and a number of colours."
            )
        height, width, num_colours = shape
        self.input_shape: tuple[int, int, int] = (height, width, num_colours)
        self._lock = threading.Lock()
        self._first_kernel = first_kernel(model)
        tensors = {name: layer.tensor for name, layer in readable.items()}
        self._graphs = TracedGraphs(model, tensors, self.input_shape)
        self._cuts = Cuts(model, input_size=self.input_shape[:2], lock=self._lock)
        shapes = self._graphs.shapes
        self.layers: tuple[LayerInfo, ...] = tuple(
            LayerInfo(
                layer.name,
                layer.kind,
                shapes[layer.name],
                layer.group,
                layer.has_kernel,
                layer.num_parameters,
            )
            for layer in readable.values()
        )
        self._names = tuple(readable)

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
    def graph(self) -> Unrolled:
        """The steps of the network, with its nested models unrolled, and what feeds each layer."""
        return self._cuts.network

    @property
    def num_values(self) -> int:
        """The number of values that all layers together have for one picture."""
        return sum(math.prod(layer.shape) for layer in self.layers)

    @property
    def without_derivative(self) -> Mapping[str, str]:
        """The layers that `read_with_derivative` refuses: name → the reason, which goes on after "because"."""
        return self._graphs.without_derivative

    def read(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
        """The outputs of some layers for one picture; see the function `read`. Other layers are not computed."""
        names = self._checked_names(layer_names)
        values = checked_batch(batch, self.input_shape)
        if not names:
            return {}
        with self._lock:
            outputs = self._graphs.reading(names)(tf.constant(values))
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
            outputs = self._graphs.summarising(names)(tf.constant(values))
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
            outputs = self._graphs.moving(names)(tf.constant(values), tf.constant(direction))
            return (
                {name: for_one_picture(outputs[name][0]) for name in names},
                {name: for_one_picture(outputs[name][1]) for name in names},
            )

    def check_derivatives(self, layer_names: Iterable[str]) -> None:
        """Refuse layers whose derivative cannot be computed.

        Raises:
            VizcoreError: there is one. The message has the first, and the reason.
        """
        self._check_derivatives(layer_names, "How fast “{}” moves with the brightness cannot be computed")

    def _check_derivatives(self, layer_names: Iterable[str], sentence: str) -> None:
        for name in layer_names:
            if name in self.without_derivative:
                raise VizcoreError(f"{sentence.format(name)}, because {self.without_derivative[name]}.")

    def gradient(self, batch: FloatArray, objective: Objective | WeightedSum) -> FloatArray:
        """The derivative of one number of a layer by every value of the network's input, in one pass in reverse mode.

        At kinks it is as in `read_with_derivative`. The first call for a layer traces a graph of its own.

        Args:
            batch: (1, h, w, colours) float32. It is not changed.
            objective: the number.

        Returns:
            (h, w, colours) float32, read-only, the layer's own units per unit of the input; 0 where the number does not
            depend on the input.

        Raises:
            VizcoreError: an unknown layer, cell or channel, a batch of another shape, or a layer whose derivative
                cannot be computed, see `without_derivative`.
        """
        run, values, weights = self._reverse("gradient", batch, objective)
        with self._lock:
            return for_one_picture(run(tf.constant(values), tf.constant(weights)))

    def ascent(self, batch: FloatArray, objective: Objective) -> tuple[float, FloatArray]:
        """A number of a layer, and the direction in which the network's input raises it.

        The direction is the gradient, with one exception: a ReLU that lets nothing pass, since all that counts is off,
        lets pass what would wake it. So a picture for which a channel is dead leads on, too.

        Args:
            batch: (1, h, w, colours) float32. It is not changed.
            objective: the number.

        Returns:
            The number, and (h, w, colours) float32, read-only.

        Raises:
            VizcoreError: as `gradient`.
        """
        run, values, weights = self._reverse("ascent", batch, objective)
        with self._lock:
            number, direction = run(tf.constant(values), tf.constant(weights))
            return float(number), for_one_picture(direction)

    def _reverse(
        self, way: str, batch: FloatArray, objective: Objective | WeightedSum
    ) -> tuple[Callable[..., Any], FloatArray, FloatArray]:
        """A graph in reverse mode ("gradient" or "ascent"), with the two that it takes: the batch and the weights."""
        names = self._checked_names([objective.layer])
        self._check_derivatives(names, "The gradient of “{}” cannot be computed")
        values = checked_batch(batch, self.input_shape)
        shape = next(layer.shape for layer in self.layers if layer.name == objective.layer)
        weights = objective.weights(shape)[np.newaxis]
        with self._lock:
            graphs = self._graphs
            try:
                run = graphs.gradient(objective.layer) if way == "gradient" else graphs.ascent(objective.layer)
            except LookupError as error:
                raise VizcoreError(
                    f"The gradient of “{objective.layer}” cannot be computed, because TensorFlow has none of an "
                    "operation in front of it."
                ) from error
        return run, values, weights

    def behind(self, layer_name: str, answer: str) -> Cut:
        """The part of the network from a layer to an answering layer.

        Args:
            layer_name: name of a layer.
            answer: name of the layer whose output is the answer.

        Raises:
            VizcoreError: an unknown layer, or no way leads from the layer to the answer.
        """
        self._checked_names([layer_name, answer])
        with self._lock:
            return self._cuts.between(layer_name, answer)

    def _checked_names(self, layer_names: Iterable[str]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(layer_names))
        check_names(names, self._names)
        return names


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


if TYPE_CHECKING:
    # The type checker holds a traced network to what the rooms above ask for.
    _ASKED_FOR: type[LayeredNetwork] = TracedNetwork
