"""A model and its nested models as one list of steps, and what feeds each layer. Importing this imports Keras."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras

from vizcore.activations.keras_internals import Call, calls
from vizcore.activations.layers import is_nested
from vizcore.activations.passes import check_names, described, input_shape_of, sized
from vizcore.errors import VizcoreError

Shape = tuple[int | None, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One call of an operation that is no nested model.

    Attributes:
        name: that of the operation; "model/layer" in a nested model.
        call: the call in the model. That of a nested model which is called several times makes several steps.
        inputs: the tensors that it takes, by their numbers.
        outputs: the tensors that it makes, by their numbers.
    """

    name: str
    call: Call
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]

    @property
    def operation(self) -> Any:
        """A layer, a model whose inside is not known, or another operation such as that of `keras.ops.softmax`."""
        return self.call.operation


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One call of a layer, which may be a nested model.

    Attributes:
        layer: the Keras layer.
        inputs: the tensors that it takes, by their numbers.
    """

    layer: Any
    inputs: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FedLayer:
    """A layer with the names of what it takes.

    Attributes:
        layer: the Keras layer. Its weights are the model's own.
        name: as in `layer_outputs`; "model/layer" for a layer in a nested model.
        sources: the layers whose outputs are its inputs, by their names in `layer_outputs`, in the order of the call;
            "" for the network's input. A layer that takes one output twice has its name twice.
    """

    layer: Any
    name: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A network without nesting. Its tensors have numbers; number 0 is the network's input.

    Attributes:
        steps: in an order in which every tensor is made before it is taken.
        shapes: the shape of each tensor for one picture; None where Keras cannot tell the size.
        dtypes: Keras's name of the type of each tensor's values.
        layers: name of a layer, as in `layer_outputs` → the number of its output.
        calls: name of a layer → all its calls. Those in a model that is called several times have no names.
    """

    steps: tuple[Step, ...]
    shapes: tuple[Shape, ...]
    dtypes: tuple[str, ...]
    layers: Mapping[str, int]
    calls: Mapping[str, tuple[LayerCall, ...]]

    def fed_layer(self, name: str) -> FedLayer:
        """A layer by its name, with the layers that feed it; see the function `fed_layer`."""
        parts = name.split("/")
        for length in range(1, len(parts)):
            nested = "/".join(parts[:length])
            if not is_nested(self._only_call(nested).layer):
                raise VizcoreError(f"The layers in “{nested}” cannot be read: it is no model with one input.")
        call = self._only_call(name)
        sources = tuple(self.name_of(tensor) for tensor in call.inputs)
        known = tuple(source for source in sources if source is not None)
        if len(known) < len(sources):
            raise VizcoreError(f"What feeds the layer “{name}” cannot be read: it is no layer with one output.")
        return FedLayer(call.layer, name, known)

    def name_of(self, tensor: int) -> str | None:
        """The name of the layer that made a tensor; "" for the network's input; None where its output cannot be read.

        The output of a nested model is also that of a layer in it. It has the name of the model.
        """
        if tensor == 0:
            return ""
        names = [name for name, output in self.layers.items() if output == tensor]
        # As in `layer_outputs`: only feature maps and vectors can be read.
        is_read = names and len(self.shapes[tensor]) in (1, 3)
        return min(names, key=lambda name: name.count("/")) if is_read else None

    def _only_call(self, name: str) -> LayerCall:
        """The only call of a layer."""
        model, _, _ = name.rpartition("/")
        check_names([name], [known for known in self.calls if known.rpartition("/")[0] == model])
        calls_of_layer = self.calls[name]
        if len(calls_of_layer) != 1:
            raise VizcoreError(
                f"The layer “{name}” is called {len(calls_of_layer)} times, so its input is not one activation."
            )
        return calls_of_layer[0]


def unrolled(model: keras.Model, *, input_size: Sequence[int] | None = None) -> Unrolled:
    """Every step between the input and the outputs of a model.

    A nested model is replaced by its steps, once for each of its calls. One that has several inputs remains one step.
    One with a `call` of its own remains one as well, beside the steps of its graph.

    Args:
        model: as for `layer_outputs`. It is not changed.
        input_size: height and width for a network that accepts any. A size that the network fixes has precedence.

    Raises:
        VizcoreError: the size is free and `input_size` is missing.
    """
    shape = sized(model, input_size)
    if None in shape:
        raise VizcoreError(
            f"This network takes pictures of several sizes, {described(shape)}, and none was chosen. Say a height and "
            "a width."
        )
    return _unrolled(model, shape)


def fed_layer(model: keras.Model, name: str) -> FedLayer:
    """A layer by its name, with the layers that feed it.

    Args:
        model: as for `layer_outputs`. It is not changed.
        name: as in `layer_outputs`.

    Raises:
        VizcoreError: an unknown layer, one that the model calls several times, one in a nested model with several
            inputs, or one that is fed by something that cannot be read, such as an operation between layers.
    """
    return _unrolled(model, input_shape_of(model)).fed_layer(name)


def _unrolled(model: keras.Model, input_shape: Shape) -> Unrolled:
    unrolling = _Unrolling(input_shape, model.inputs[0].dtype)
    unrolling.add(model, 0, within="", is_named=True)
    return Unrolled(
        steps=tuple(unrolling.steps),
        shapes=tuple(unrolling.shapes),
        dtypes=tuple(unrolling.dtypes),
        layers=MappingProxyType(unrolling.layers),
        calls=MappingProxyType({name: tuple(found) for name, found in unrolling.calls.items()}),
    )


class _Unrolling:
    """The steps found so far."""

    def __init__(self, input_shape: Shape, dtype: str) -> None:
        self.steps: list[Step] = []
        self.shapes: list[Shape] = [input_shape]
        self.dtypes: list[str] = [dtype]
        self.layers: dict[str, int] = {}
        self.calls: dict[str, list[LayerCall]] = {}

    def add(self, model: Any, source: int, *, within: str, is_named: bool) -> tuple[int, ...]:
        """Add the steps of a model.

        Args:
            model: with one input.
            source: number of the tensor that the model takes.
            within: prefix of the names.
            is_named: whether a name within the model stands for one tensor.

        Returns:
            The numbers of the model's outputs.
        """
        ordered = list(_in_order(model))
        shapes = _shapes(model, ordered, self.shapes[source])
        layers, number_of = {id(layer) for layer in model.layers}, {id(model.inputs[0]): source}
        used = [id(call.operation) for call in ordered]
        if is_named:
            self.calls |= {f"{within}{layer.name}": [] for layer in model.layers if id(layer) in used}
        for call in ordered:
            operation = call.operation
            name = f"{within}{operation.name}"
            stands_for_one = is_named and id(operation) in layers and used.count(id(operation)) == 1
            inputs = tuple(number_of[id(tensor)] for tensor in call.inputs)
            if is_named and id(operation) in layers:
                self.calls[name].append(LayerCall(operation, inputs))
            outputs: tuple[int, ...] = ()
            if is_nested(operation) and len(inputs) == 1:
                outputs = self.add(operation, inputs[0], within=f"{name}/", is_named=stands_for_one)
            if not outputs or not _computes_its_graph(operation):
                outputs = tuple(range(len(self.shapes), len(self.shapes) + len(call.outputs)))
                self.shapes.extend(shapes[id(tensor)] for tensor in call.outputs)
                self.dtypes.extend(tensor.dtype for tensor in call.outputs)
                self.steps.append(Step(name, call, inputs, outputs))
            if stands_for_one and len(outputs) == 1:
                self.layers[name] = outputs[0]
            number_of |= dict(zip(map(id, call.outputs), outputs, strict=True))
        return tuple(number_of[id(tensor)] for tensor in model.outputs)


def _computes_its_graph(nested: Any) -> bool:
    """Whether a nested model computes what its graph says: a subclass with a `call` of its own may compute anything."""
    return bool(type(nested).call.__module__.partition(".")[0] == "keras")


def _in_order(model: Any) -> Iterator[Call]:
    """The calls of a model without that which makes its input, each behind those that make what it takes."""
    made = {id(model.inputs[0])}
    waiting = [call for call in calls(model) if not made & set(map(id, call.outputs))]
    while waiting:
        ready = [call for call in waiting if all(id(tensor) in made for tensor in call.inputs)]
        yield from ready
        made.update(id(tensor) for call in ready for tensor in call.outputs)
        waiting = [call for call in waiting if call not in ready]


def _shapes(model: Any, ordered: list[Call], input_shape: Shape) -> dict[int, Shape]:
    """The shape of every tensor of a model for one picture of this shape: id of the tensor → shape."""
    tensors = {str(index): tensor for index, tensor in enumerate(tensor for call in ordered for tensor in call.outputs)}
    known = {id(tensor): tuple(tensor.shape[1:]) for tensor in tensors.values()}
    is_fixed = tuple(model.inputs[0].shape[1:]) == input_shape
    if not tensors or None in input_shape or (is_fixed and not any(None in shape for shape in known.values())):
        return known
    number, dtype = model.inputs[0].shape[0], model.inputs[0].dtype
    reading = keras.Model(model.inputs[0], tensors, name=f"tensors_of_{model.name}")
    specified = reading.compute_output_spec(keras.KerasTensor((number, *input_shape), dtype=dtype))
    return {id(tensor): tuple(specified[name].shape[1:]) for name, tensor in tensors.items()}
