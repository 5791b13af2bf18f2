"""The layers of a model, and of its nested models, that can be shown. Importing this imports Keras."""

import math
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
"""The name of a block in keras.applications; the layer within the block follows after an underscore."""


@dataclass(frozen=True)
class LayerOutput:
    """The output of a layer, connected to the input of the outermost model.

    Attributes:
        name: as in the model; "model/layer" for a layer in a nested model.
        kind: Keras's name of the layer's class.
        group: the nested model that the layer is in, otherwise the block in its name; empty for neither.
        tensor: (N, h, w, C) or (N, C), symbolic.
        shape: (h, w, C) or (C,), of the output for one picture; None where it depends on the picture's size.
        has_kernel: whether the layer, or one inside it, multiplies with weights that are trained: a convolution, a
            dense layer and the like, but not a normalisation.
        num_parameters: the number of all weights of the layer, and of those inside it.
    """

    name: str
    kind: str
    group: str
    tensor: Any
    shape: tuple[int | None, ...]
    has_kernel: bool
    num_parameters: int


def layer_outputs(model: keras.Model) -> dict[str, LayerOutput]:
    """Every layer whose output is feature maps or a vector, by name, in the order of the network.

    The layers of a nested model come before the model itself, whose output is that of its last layer. The result omits
    input layers, layers with several outputs or with outputs of another rank, and layers that the model calls several
    times, because these have several outputs. A nested model with several inputs is one layer.

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
        layer: the Keras layer.
        name: as in `layer_outputs`.
        fed_by: name of the layer that feeds it; empty for the model's input; None where no single layer feeds it.
    """

    layer: Any
    name: str
    fed_by: str | None

    def as_convolution(self) -> Convolution:
        """The layer with its present weights, if it is a plain convolution.

        Raises:
            VizcoreError: it is not a Conv2D without groups and dilation that is followed by ReLU or no activation
                function, or no single layer feeds it.
        """
        layer = self.layer
        # The comparison is of the class itself, because a subclass of Conv2D may compute anything.
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
    """The first layer with a kernel, also in a nested model; None if there is no such layer.

    Args:
        model: as for `layer_outputs`.
        within: prefix of the names, for a nested model.
        fed_by: name of the layer that feeds the model; empty for the outermost model; None where no single layer does.
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
        if is_nested(layer):
            return first_kernel(layer, within=f"{within}{layer.name}/", fed_by=feeding)
        return FirstKernel(layer, within + layer.name, feeding)
    return None


def _outputs(model: keras.Model) -> dict[str, LayerOutput]:
    """`layer_outputs` for a model with any input, without blocks."""
    outputs: dict[str, LayerOutput] = {}
    for layer, call in _used_once(model):
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if is_nested(layer):
            outputs |= _inner_outputs(layer, call)
        if len(call.outputs) == 1 and len(call.outputs[0].shape) in (2, 4):
            tensor = call.outputs[0]
            outputs[layer.name] = LayerOutput(
                name=layer.name,
                kind=type(layer).__name__,
                group="",
                tensor=tensor,
                shape=tuple(tensor.shape[1:]),
                has_kernel=has_kernel(layer),
                num_parameters=sum(math.prod(variable.shape) for variable in layer.weights),
            )
    return outputs


def _inner_outputs(nested: keras.Model, call: Call) -> dict[str, LayerOutput]:
    """The layers of a nested model, with the outer model's tensors as its input."""
    inner = _outputs(nested)
    if not inner:
        return {}
    # The argument is `inputs[0]`, because a model made from the list of inputs warns when it is called with a tensor.
    # The model has a name of its own, because Keras numbers unnamed models and might choose the name of another layer.
    reading = keras.Model(
        nested.inputs[0], {name: output.tensor for name, output in inner.items()}, name=f"layers_of_{nested.name}"
    )
    tensors = reading(call.inputs[0], training=call.training)
    # The names are unambiguous, because Keras allows no slash in a name.
    return {
        f"{nested.name}/{name}": replace(
            output,
            name=f"{nested.name}/{name}",
            group=f"{nested.name}/{output.group}" if output.group else nested.name,
            tensor=tensors[name],
            shape=tuple(tensors[name].shape[1:]),
        )
        for name, output in inner.items()
    }


def has_kernel(layer: Any) -> bool:
    """Whether a layer, or one inside it, multiplies with weights that Keras calls a kernel."""
    return any(variable.path.rpartition("/")[2].endswith("kernel") for variable in layer.weights)


def is_nested(layer: Any) -> bool:
    """Whether a layer is a model with one input whose layers are known."""
    # A subclassed model has no inputs, and its layers are unknown.
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
    """Name → block. A single layer whose whole name is that of a block forms no block."""
    blocks = {name: match[1] for name in names if (match := _BLOCK.match(name))}
    sizes = Counter(blocks.values())
    return {name: block for name, block in blocks.items() if name != block or sizes[block] > 1}
