"""A network cut at one layer: a picture up to it, and from other activations of it to an answer.

The network is unrolled first, so that a layer of a nested model is cut like any other. Importing this imports
TensorFlow.
"""

import math
import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from vizcore.activations.graph import Step, Unrolled, unrolled
from vizcore.activations.interface import Midway, Variants
from vizcore.activations.passes import Recent, checked_batch, float_array, for_one_picture, traced
from vizcore.arrays import FloatArray, frozen
from vizcore.errors import VizcoreError

MOST_BYTES = 2**24
"""How many bytes one step of a pass may take and give, 16 MB: as little as lets small layers share a pass."""

_MOST_CUTS = 16


class Cut:
    """A network in two parts: up to a layer, and from there to an answer.

    Only what is needed is computed: the second part has no step that does not depend on the layer. It takes the other
    values, those that lead past the layer, from the first part. `TracedNetwork.behind` makes it.

    Attributes:
        layer: name of the layer.
        bypassed_by: as in `vizcore.activations.interface.Continuation`. A value that no layer made has the name of its
            operation.
    """

    def __init__(
        self,
        network: Unrolled,
        layer: str,
        answer: str,
        *,
        takes_many: bool,
        lock: threading.Lock,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Find the two parts. Each is traced when it is first used.

        Args:
            network: with the sizes of its tensors.
            layer: name of a layer.
            answer: name of the answering layer.
            takes_many: whether the network takes several pictures at once.
            lock: held while something is computed, so that one pass runs at a time.
            most_bytes: how many bytes one step of a pass may take and give, if it has more than one variant.

        Raises:
            VizcoreError: a name does not stand for one output, or no way leads from the layer to the answer.
        """
        self.layer = layer
        self._network, self._lock, self._most_bytes = network, lock, most_bytes
        start, self._end = (_tensor_of(network, name) for name in (layer, answer))
        self._steps = _between(network.steps, start, self._end)
        if start != self._end and not self._steps:
            raise VizcoreError(
                f"Nothing leads from the layer “{layer}” to the answer “{answer}”, so it cannot change the answer."
            )
        made = {start, *(tensor for step in self._steps for tensor in step.outputs)}
        # A dictionary and not a set, so that the order is that of the network.
        others = dict.fromkeys(tensor for step in self._steps for tensor in step.inputs if tensor not in made)
        self._taken = (start, *others)
        self.bypassed_by = tuple(_name_of(network, tensor) for tensor in others)
        self._takes_many = takes_many

    @property
    def at_once(self) -> int:
        """How many variants go through the second part in one pass."""
        return max(1, self._most_bytes // max(self._bytes_of_a_step, 1)) if self._second_takes_many else 1

    def midway(self, batch: FloatArray) -> Midway:
        """A picture, up to the layer; see `vizcore.activations.interface.Continuation`.

        Raises:
            VizcoreError: a batch of another shape.
        """
        values = checked_batch(batch, self._network.shapes[0])
        with self._lock:
            activation, *beside = self._first(tf.constant(values))
            return Midway(for_one_picture(activation), tuple(beside))

    def answers(self, midway: Midway, variants: Variants) -> FloatArray:
        """The answers that come of other activations of the layer; see `vizcore.activations.interface.Continuation`.

        Other callers may have their pass between two passes of this one.

        Raises:
            VizcoreError: there is no variant, or one has another shape than the layer's activation.
        """
        if variants.number < 1:
            raise VizcoreError(f"Without a changed activation of “{self.layer}” there is no answer to compute.")
        with self._lock:
            at_once = self.at_once
        answers = []
        for start in range(0, variants.number, at_once):
            end = min(start + at_once, variants.number)
            some = np.asarray(variants.make(start, end), dtype=np.float32)
            if some.shape != (end - start, *midway.activation.shape):
                raise VizcoreError(
                    f"The layer “{self.layer}” has activations of shape {midway.activation.shape}; {end - start} of "
                    f"them were to be changed, and these have {some.shape}."
                )
            with self._lock:
                answers.append(float_array(self._second(tf.constant(some), *midway.beside)))
        return frozen(np.concatenate(answers))

    @cached_property
    def _first(self) -> Any:
        steps = _leading_to(self._network.steps, self._taken)

        def up_to(batch: Any) -> Any:
            values = {0: tf.cast(batch, self._network.dtypes[0])}
            _run(steps, values)
            return [values[tensor] for tensor in self._taken]

        return traced(up_to, self._signature(0, 1, dtype="float32"))

    @cached_property
    def _second(self) -> Any:
        return self._of_many if self._second_takes_many else self._traced_second(1)

    @cached_property
    def _second_takes_many(self) -> bool:
        if not self._takes_many:
            return False
        try:
            output = self._of_many.structured_outputs
        except (ValueError, TypeError):
            # A step wants one picture, for example a reshape to a batch of one.
            return False
        return output.shape.rank is not None and output.shape[0] is None

    @cached_property
    def _of_many(self) -> Any:
        return self._traced_second(None)

    def _traced_second(self, number: int | None) -> Any:
        start, *others = self._taken

        def from_there(activations: Any, *beside: Any) -> Any:
            values = {start: tf.cast(activations, self._network.dtypes[start])}
            num_variants = tf.shape(activations)[0]
            values |= {
                tensor: value if number == 1 else tf.repeat(value, num_variants, axis=0)
                for tensor, value in zip(others, beside, strict=True)
            }
            _run(self._steps, values)
            return tf.cast(values[self._end], tf.float32)

        return traced(
            from_there,
            self._signature(start, number, dtype="float32"),
            *(self._signature(tensor, 1) for tensor in others),
        )

    def _signature(self, tensor: int, number: int | None, *, dtype: str | None = None) -> Any:
        return tf.TensorSpec((number, *self._network.shapes[tensor]), dtype or self._network.dtypes[tensor])

    @property
    def _bytes_of_a_step(self) -> int:
        """The most bytes that a step takes and gives, for one variant."""
        sizes = [_bytes(self._network, (*step.inputs, *step.outputs)) for step in self._steps]
        return max([*sizes, _bytes(self._network, [self._taken[0]])])


class Cuts:
    """The places at which a network was cut last."""

    def __init__(self, model: keras.Model, *, input_size: Sequence[int], lock: threading.Lock) -> None:
        """Nothing is computed yet.

        Args:
            model: as for `vizcore.activations.layers.layer_outputs`. It is not changed.
            input_size: height and width for a network that accepts any.
            lock: as for `Cut`.
        """
        self._model, self._input_size, self._lock = model, input_size, lock
        self._recent = Recent[Cut](_MOST_CUTS)

    def between(self, layer: str, answer: str) -> "Cut":
        """The network from a layer to an answering layer; see `Cut`."""
        takes_many = self._model.inputs[0].shape[0] is None
        return self._recent.get(
            (layer, answer), lambda: Cut(self.network, layer, answer, takes_many=takes_many, lock=self._lock)
        )

    @cached_property
    def network(self) -> Unrolled:
        """The steps of the network."""
        return unrolled(self._model, input_size=self._input_size)


def _tensor_of(network: Unrolled, name: str) -> int:
    if name not in network.layers:
        raise VizcoreError(
            f"The layer “{name}” has no single output in this network, so nothing can begin or end there."
        )
    return network.layers[name]


def _name_of(network: Unrolled, tensor: int) -> str:
    name = network.name_of(tensor)
    return next(step.name for step in network.steps if tensor in step.outputs) if name is None else name


def _between(steps: Sequence[Step], start: int, end: int) -> tuple[Step, ...]:
    """The steps on any way from one tensor to another."""
    behind = {start}
    following = []
    for step in steps:
        if behind.intersection(step.inputs):
            behind.update(step.outputs)
            following.append(step)
    return _leading_to(following, [end])


def _leading_to(steps: Sequence[Step], tensors: Iterable[int]) -> tuple[Step, ...]:
    """Those of some steps that some tensors are made by, in the same order."""
    wanted, needed = set(tensors), []
    for step in reversed(steps):
        if wanted.intersection(step.outputs):
            wanted.update(step.inputs)
            needed.append(step)
    return tuple(reversed(needed))


def _run(steps: Iterable[Step], values: dict[int, Any]) -> None:
    """Run steps; their outputs are added to the values."""
    for step in steps:
        outputs = step.call.run([values[tensor] for tensor in step.inputs])
        values |= dict(zip(step.outputs, outputs, strict=True))


def _bytes(network: Unrolled, tensors: Iterable[int]) -> int:
    """The bytes of some tensors for one picture. A size that is not known counts as 1."""
    return sum(
        math.prod(size or 1 for size in network.shapes[tensor]) * tf.as_dtype(network.dtypes[tensor]).size
        for tensor in tensors
    )
