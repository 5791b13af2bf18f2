"""Which layers of a model can be shown, also of the models inside it. Importing this imports Keras."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from vizcore.activations.convolution import Convolution
from vizcore.activations.keras_internals import Call, call_behind, calls
from vizcore.errors import VizcoreError

_BLOCK = re.compile(
    r"(?:bn_)?((?:conv|stage)_?\d+_block_?\d+|block_?\d+[a-z]?|(?:conv|pool|stage)_?\d+|expanded_conv|stem)(?=_|$)",
    re.IGNORECASE,
)
"""A stage as keras.applications counts them; what follows an underscore is the layer within it."""


@dataclass(frozen=True)
class LayerOutput:
    """What a layer puts out, connected to the input of the model that was asked.

    Attributes:
        name: as given when the model was built; of a layer inside a nested model "model/layer".
        kind: Keras's name of the layer's class.
        group: the nested model that the layer is in, else the block that its name speaks of, else nothing.
        tensor: symbolic, (N, h, w, C) or (N, C).
        shape: of the output for one picture, (h, w, C) or (C,); None where the picture's size decides.
        has_kernel: whether the layer, or one inside it, has learnt weights that it multiplies with: a convolution, a
            dense layer and the like, and not a normalisation.
    """

    name: str
    kind: str
    group: str
    tensor: Any
    shape: tuple[int | None, ...]
    has_kernel: bool


def layer_outputs(model: keras.Model) -> dict[str, LayerOutput]:
    """Every layer with feature maps or a vector to show, by name, in the order of the network.

    The layers of a nested model come before the model itself, whose output is that of its last layer. Left out are
    input layers, layers with several outputs or with outputs of another rank, and layers that the model uses several
    times: what they put out is not one thing. A nested model with several inputs is one layer.

    Args:
        model: Sequential (beginning with keras.Input) or functional, with one input (h, w, colours). It is not changed,
            and its weights are not copied.

    Raises:
        VizcoreError: the model has no such input, no layer that can be shown, or a layer whose channels come before
            height and width.
    """
    inputs = getattr(model, "inputs", None)
    if not inputs or len(inputs) != 1 or len(inputs[0].shape) != 4:
        raise VizcoreError(
            "Only a network with one input (height, width, colours) can be read. Begin a Sequential with keras.Input, "
            "or build a functional model."
        )
    _refuse_channels_first(model)
    outputs = _outputs(model)
    if not outputs:
        raise VizcoreError("No layer of this network has feature maps (height, width, channels) or a vector to show.")
    blocks = _blocks(name for name in outputs if "/" not in name)
    return {name: replace(output, group=blocks.get(name, output.group)) for name, output in outputs.items()}


@dataclass(frozen=True, eq=False)
class FirstKernel:
    """The first layer of a model with a kernel, in the network's order.

    Attributes:
        layer: Keras's own.
        name: as in `layer_outputs`.
        fed_by: the layer that feeds it; empty for the model's input; None where that is not one thing.
    """

    layer: Any
    name: str
    fed_by: str | None

    def as_convolution(self) -> Convolution:
        """The layer with its weights as they are now, if it is a plain convolution.

        Raises:
            VizcoreError: it is another layer than a Conv2D without groups and dilation, with ReLU or nothing behind it,
                or it is not fed by one thing.
        """
        layer = self.layer
        # The class itself is compared: a DepthwiseConv2D is something else, and a subclass of Conv2D may do anything.
        is_plain = type(layer) is keras.layers.Conv2D and layer.groups == 1 and tuple(layer.dilation_rate) == (1, 1)
        if not is_plain or layer.activation not in (keras.activations.relu, keras.activations.linear):
            raise VizcoreError(
                f"The first layer with a kernel, “{self.name}”, is no plain convolution: a Conv2D without groups and "
                "dilation, with ReLU or nothing behind it."
            )
        if self.fed_by is None:
            raise VizcoreError(f"What feeds the first layer with a kernel, “{self.name}”, cannot be read.")
        kernels, *biases = (np.asarray(weights, dtype=np.float32) for weights in layer.get_weights())
        return Convolution(
            kernels=kernels,
            biases=biases[0] if biases else np.zeros(kernels.shape[3], dtype=np.float32),
            strides=tuple(layer.strides),
            padding=layer.padding,
            activation="relu" if layer.activation is keras.activations.relu else "linear",
            name=self.name,
            fed_by=self.fed_by,
        )


def first_kernel(model: keras.Model, *, within: str = "", fed_by: str | None = "") -> FirstKernel | None:
    """The first layer with a kernel, also in a model inside this one; None if there is no such layer.

    Args:
        model: as for `layer_outputs`.
        within: what the names begin with, for a model inside another.
        fed_by: what feeds the model.
    """
    once = {id(layer): call for layer, call in _used_once(model)}
    for layer in model.layers:
        if not has_kernel(layer):
            continue
        call, feeding = once.get(id(layer)), None
        if call is not None and len(call.inputs) == 1:
            source, _ = call_behind(call.inputs[0])
            if isinstance(source.operation, keras.layers.InputLayer):
                feeding = fed_by
            elif id(source.operation) in once and len(source.outputs) == 1:
                feeding = within + source.operation.name
        if _is_nested(layer):
            return first_kernel(layer, within=f"{within}{layer.name}/", fed_by=feeding)
        return FirstKernel(layer, within + layer.name, feeding)
    return None


def _outputs(model: keras.Model) -> dict[str, LayerOutput]:
    """The same for a model of any input, without blocks."""
    outputs: dict[str, LayerOutput] = {}
    for layer, call in _used_once(model):
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if _is_nested(layer):
            outputs |= _inner_outputs(layer, call)
        if len(call.outputs) == 1 and len(call.outputs[0].shape) in (2, 4):
            outputs[layer.name] = _layer_output(
                layer.name, type(layer).__name__, "", call.outputs[0], has_kernel(layer)
            )
    return outputs


def _inner_outputs(nested: keras.Model, call: Call) -> dict[str, LayerOutput]:
    """The layers of a nested model, fed with what the outer model feeds it with."""
    inner = _outputs(nested)
    if not inner:
        return {}
    # `inputs[0]`, because a model made from the list of inputs warns when it is given a tensor. A name of its own,
    # because Keras counts unnamed models, and might arrive at the name of another layer.
    reading = keras.Model(
        nested.inputs[0], {name: output.tensor for name, output in inner.items()}, name=f"layers_of_{nested.name}"
    )
    tensors = reading(call.inputs[0], training=call.training)
    # Keras allows no slash in a name.
    return {
        f"{nested.name}/{name}": _layer_output(
            f"{nested.name}/{name}",
            output.kind,
            f"{nested.name}/{output.group}" if output.group else nested.name,
            tensors[name],
            output.has_kernel,
        )
        for name, output in inner.items()
    }


def has_kernel(layer: Any) -> bool:
    """Whether a layer, or one inside it, multiplies with weights that Keras calls a kernel."""
    return any(variable.path.rpartition("/")[2].endswith("kernel") for variable in layer.weights)


def _layer_output(name: str, kind: str, group: str, tensor: Any, with_kernel: bool) -> LayerOutput:
    return LayerOutput(name, kind, group, tensor, tuple(tensor.shape[1:]), with_kernel)


def _is_nested(layer: Any) -> bool:
    # A model that was written as a class has no inputs, and its layers are not known.
    return isinstance(layer, keras.Model) and len(getattr(layer, "inputs", None) or ()) == 1


def _used_once(model: keras.Model) -> Iterator[tuple[Any, Call]]:
    """The layers that a model calls once, in the network's order, each with its call."""
    places: dict[int, list[Call]] = {}
    for call in calls(model):
        places.setdefault(id(call.operation), []).append(call)
    for layer in model.layers:
        if len(places.get(id(layer), ())) == 1:
            yield layer, places[id(layer)][0]


def _refuse_channels_first(model: keras.Model) -> None:
    for layer in model.layers:
        if getattr(layer, "data_format", None) == "channels_first":
            raise VizcoreError(
                f"The layer “{layer.name}” puts the channels first (channels, height, width), and only (height, width, "
                "channels) can be shown. Build the network again with data_format='channels_last'."
            )
        if isinstance(layer, keras.Model):
            _refuse_channels_first(layer)


def _blocks(names: Iterable[str]) -> dict[str, str]:
    """Name → block. A layer that is named like a block and is alone in it is no block."""
    found = {name: match[1] for name in names if (match := _BLOCK.match(name))}
    sizes = Counter(found.values())
    return {name: block for name, block in found.items() if name != block or sizes[block] > 1}
