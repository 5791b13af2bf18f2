"""A layer of a model, also of a nested one, and the layers that feed it. Importing this imports Keras."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

from vizcore.activations.keras_internals import Call, call_behind, calls
from vizcore.activations.passes import check_names
from vizcore.errors import VizcoreError


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


def fed_layer(model: keras.Model, name: str) -> FedLayer:
    """A layer by its name, with the layers that feed it.

    Args:
        model: as for `layer_outputs`. It is not changed.
        name: as in `layer_outputs`.

    Raises:
        VizcoreError: an unknown layer, one that the model calls several times or never, one in a nested model with
            several inputs, or one that is fed by something that cannot be read, such as an operation between layers.
    """
    level = _Level(model, within="", fed_by="")
    *nested, last = name.split("/")
    for part in nested:
        call = level.call_of(part)
        if not isinstance(call.operation, keras.Model) or len(call.inputs) != 1:
            raise VizcoreError(f"The layers in “{level.within}{part}” cannot be read: it is no model with one input.")
        level = _Level(call.operation, within=f"{level.within}{part}/", fed_by=level.source_of(call.inputs[0]))
    call = level.call_of(last)
    sources = tuple(level.source_of(tensor) for tensor in call.inputs)
    known = tuple(source for source in sources if source is not None)
    if len(known) < len(sources):
        raise VizcoreError(f"What feeds the layer “{name}” cannot be read: it is no layer with one output.")
    return FedLayer(call.operation, name, known)


@dataclass(frozen=True, eq=False)
class _Level:
    """A model within a model.

    Attributes:
        model: functional or Sequential.
        within: prefix of the names of its layers.
        fed_by: the name of the layer that feeds it; empty for the network's input; None where it cannot be read.
    """

    model: Any
    within: str
    fed_by: str | None

    def call_of(self, name: str) -> Call:
        """The only call of a layer in this model."""
        check_names([self.within + name], [self.within + layer.name for layer in self.model.layers])
        found = list(self._calls_of(self.model.get_layer(name)))
        if len(found) != 1:
            raise VizcoreError(
                f"The layer “{self.within}{name}” is called {len(found)} times, so its input is not one activation."
            )
        return found[0]

    def source_of(self, tensor: Any) -> str | None:
        """The name of the layer that made a tensor; None where its output cannot be read."""
        call, _ = call_behind(tensor)
        layer = call.operation
        if isinstance(layer, keras.layers.InputLayer):
            return self.fed_by
        # As in `layer_outputs`: operations that are no layers, and layers with several outputs, cannot be read.
        is_read = len(call.outputs) == 1 and len(tensor.shape) in (2, 4) and layer in self.model.layers
        return self.within + layer.name if is_read and len(list(self._calls_of(layer))) == 1 else None

    def _calls_of(self, layer: Any) -> Iterator[Call]:
        return (call for call in calls(self.model) if call.operation is layer)
