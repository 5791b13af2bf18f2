"""The graphs that a traced network runs: of all its layers, and of some of them. Importing this imports TensorFlow."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf

from vizcore.activations.forward_mode import layers_without_derivative
from vizcore.activations.gradients import traced_ascent, traced_gradient
from vizcore.activations.passes import Recent, chosen_of, joined, mean_and_maximum, reading_model, traced
from vizcore.activations.tensorflow_internals import give_operations_their_derivatives

_MOST_PARTS = 16


class TracedGraphs:
    """Graphs of some layers, traced when they are first used. The last ones stay.

    TensorFlow prunes the layers that a graph does not need when it runs the graph first.
    """

    def __init__(self, model: keras.Model, tensors: Mapping[str, Any], input_shape: tuple[int, int, int]) -> None:
        """Trace all layers.

        Args:
            model: with one input.
            tensors: name of a layer → its output in the model, symbolic.
            input_shape: height, width and number of colours of a picture.
        """
        self._tensors, self._input_shape = tensors, input_shape
        # The graphs read the weights but do not own them. Without this reference they could be garbage-collected.
        self._model = reading_model(model, dict(tensors))
        # The concrete function is the graph itself. A call of it runs no Keras code, so a reset of Keras's global state
        # in another thread does not affect a pass.
        self._one = traced(self._forward, self._signature(1))
        self._parts = Recent[Any](_MOST_PARTS)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name of a layer → (h, w, C) or (C,)."""
        return {name: tuple(output.shape[1:]) for name, output in self._one.structured_outputs.items()}

    @cached_property
    def without_derivative(self) -> dict[str, str]:
        """The layers that forward mode cannot follow: name → the reason, which goes on after "because"."""
        return layers_without_derivative(self._one)

    def reading(self, names: tuple[str, ...]) -> Callable[..., Any]:
        """Batch of one picture → name → output."""
        return self._part("read", names, lambda: traced(chosen_of(self._one, names), self._signature(1)))

    def summarising(self, names: tuple[str, ...]) -> Callable[..., Any]:
        """Batch of one or more pictures → name → mean and maximum of every channel: (n, C) each."""
        if self._takes_many:
            return self._part("many", names, lambda: self._summarising(self._many, names, None))
        one = self._part("one", names, lambda: self._summarising(self._one, names, 1))
        return lambda batch: joined([one(batch[index : index + 1]) for index in range(len(batch))])

    def moving(self, names: tuple[str, ...]) -> Callable[..., Any]:
        """Batch of one picture, and how it moves → name → output, and how it moves."""
        signature = self._signature(1)
        return self._part("move", names, lambda: traced(chosen_of(self._derivatives, names), signature, signature))

    def gradient(self, name: str) -> Callable[..., Any]:
        """Batch of one picture, and weights of a layer's output → the gradient of the weighted sum by the batch."""
        return self._part(
            "gradient",
            (name,),
            lambda: traced_gradient(
                self._model, self._tensors[name], input_shape=self._input_shape, shape=self.shapes[name]
            ),
        )

    def ascent(self, name: str) -> Callable[..., Any]:
        """Batch of one picture, and weights of a layer's output → the weighted sum, and what raises it."""
        return self._part(
            "ascent",
            (name,),
            lambda: traced_ascent(
                self._model, self._tensors[name], input_shape=self._input_shape, shape=self.shapes[name]
            ),
        )

    def _part(self, way: str, names: tuple[str, ...], make: Callable[[], Any]) -> Callable[..., Any]:
        part: Callable[..., Any] = self._parts.get((way, names), make)
        return part

    def _summarising(self, graph: Any, names: tuple[str, ...], number: int | None) -> Any:
        chosen = chosen_of(graph, names)

        def summarise(batch: Any) -> Any:
            return {name: mean_and_maximum(output) for name, output in chosen(batch).items()}

        return traced(summarise, self._signature(number))

    # Few callers need the following graphs, and each is another one of the whole network.

    @cached_property
    def _many(self) -> Any:
        return traced(self._forward, self._signature(None))

    @cached_property
    def _takes_many(self) -> bool:
        """Whether the network takes several pictures at once. One with a fixed batch or a reshape to it does not."""
        if self._model.inputs[0].shape[0] is not None:
            return False
        try:
            outputs = self._many.structured_outputs
        except (ValueError, TypeError):
            return False
        return all(output.shape.rank is not None and output.shape[0] is None for output in outputs.values())

    @cached_property
    def _derivatives(self) -> Any:
        """All layers that have one with their derivatives, as one graph."""
        names = [name for name in self._tensors if name not in self.without_derivative]
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
        return traced(tf.autograph.experimental.do_not_convert(forward), self._signature(1), self._signature(1))

    def _forward(self, batch: Any) -> Any:
        return self._model(batch, training=False)

    def _signature(self, number: int | None) -> Any:
        return tf.TensorSpec((number, *self._input_shape), tf.float32)
