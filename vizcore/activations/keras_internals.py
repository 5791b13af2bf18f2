"""The connections between the operations of a Keras model: the only use of interfaces that Keras does not publish.

Importing this imports Keras.

Keras 3.15 publishes a model's `inputs`, `outputs`, `layers` and `operations`, but not which call of an operation made a
tensor. `layer.output` is no substitute: it raises as soon as the layer was called a second time anywhere, and a
Sequential calls its layers again for every layer that is added.

The interfaces are those of Keras 3.15.1 (`keras/src/ops/node.py`): `tensor._keras_history` holds the operation that
made the tensor, the index of the call and the index of the output; `operation._inbound_nodes` holds the calls; a call
has `input_tensors`, `outputs` and `arguments`, and these have `kwargs` and `fill_in`.
`tests/vizcore/activations/test_keras_internals.py` runs each of them against the installed version.
"""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras


@dataclass(frozen=True, eq=False)
class Call:
    """One call of an operation. Models are operations, too.

    Attributes:
        operation: a layer, a model, or another operation such as that of `keras.ops.softmax`.
        inputs: the symbolic tensors that it was called with.
        outputs: the symbolic tensors that it returned.
        training: the argument `training` of the call; None where it was not passed. For a layer it may be the layer's
            own default.
    """

    operation: Any
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    training: Any
    _arguments: Any = field(repr=False)

    def run(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """The outputs of the same call with other inputs, outside of training.

        Args:
            values: one tensor for each of `inputs`.
        """
        args, kwargs = self._arguments.fill_in(dict(zip(map(id, self.inputs), values, strict=True)))
        # As in a functional model that is called so: what the call itself said of training does not count.
        if isinstance(self.operation, keras.Layer) and "training" in inspect.signature(self.operation.call).parameters:
            kwargs["training"] = False
        return tuple(keras.tree.flatten(self.operation(*args, **kwargs)))


def call_behind(tensor: Any) -> tuple[Call, int]:
    """The call that made a symbolic tensor, and the tensor's index among its outputs."""
    operation, call_index, output_index = tensor._keras_history
    node = operation._inbound_nodes[call_index]
    arguments = node.arguments
    call = Call(operation, tuple(node.input_tensors), tuple(node.outputs), arguments.kwargs.get("training"), arguments)
    return call, output_index


def calls(model: Any) -> Iterator[Call]:
    """Every call between the inputs and the outputs of a model, each once, in no particular order.

    Args:
        model: functional or Sequential, with known inputs. A nested model is one call.
    """
    seen: set[tuple[int, int]] = set()
    waiting = list(model.outputs)
    while waiting:
        tensor = waiting.pop()
        operation, call_index, _ = tensor._keras_history
        if (id(operation), call_index) not in seen:
            seen.add((id(operation), call_index))
            call, _ = call_behind(tensor)
            waiting.extend(call.inputs)
            yield call
