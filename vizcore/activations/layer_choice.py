"""The layers that a page shows first, and those that it follows over the depth of a network."""

from vizcore.activations.layer import LayerInfo

_MOST_FIRST_LAYERS = 5
_FIRST_OF_A_SMALL_NETWORK = 4  # as in the tutorial
SMALL = 12
"""The most layers of a network that are listed one by one."""
_MOST_OVER_DEPTH = 16
_DECIDING = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Activation", "ReLU", "LeakyReLU", "Add"})
_CONVOLUTIONS = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D"})


def first_layers(layers: tuple[LayerInfo, ...]) -> list[str]:
    """A first choice, in the order of the network. The first convolution, which sees the picture itself, is in it.

    Of a small network it is four layers, from the first convolution on: what is in front of it only prepares the
    picture. Of a deep one it is as `one_per_resolution`.
    """
    if len(layers) > SMALL:
        return one_per_resolution(layers)
    first = _first_convolution(layers)
    begin = 0 if first is None else layers.index(first)
    return [layer.name for layer in layers[begin : begin + _FIRST_OF_A_SMALL_NETWORK]]


def one_per_resolution(layers: tuple[LayerInfo, ...]) -> list[str]:
    """A first choice for a deep network: for each size of feature map the last layer of a deciding kind.

    Padding, normalisation and pooling are skipped: they only prepare or repeat the outputs of other layers. For its
    size the first convolution is chosen, whose filters can be understood.
    """
    chosen = {layer.shape[:2]: layer.name for layer in layers if layer.is_spatial and layer.kind in _DECIDING}
    first = _first_convolution(layers)
    if first is not None:
        chosen[first.shape[:2]] = first.name
    spatial = [layer.name for layer in layers if layer.is_spatial]
    return list(chosen.values())[:_MOST_FIRST_LAYERS] or spatial[:1] or [layers[0].name]


def _first_convolution(layers: tuple[LayerInfo, ...]) -> LayerInfo | None:
    return next((layer for layer in layers if layer.is_spatial and layer.kind in _CONVOLUTIONS), None)


def over_depth(layers: tuple[LayerInfo, ...], answer: str) -> tuple[LayerInfo, ...]:
    """Layers on the way of a picture through a network, first to last: all of a small network, some of a deep one.

    Args:
        layers: all layers of the network.
        answer: name of the network's answering layer, one of the layers.
    """
    if len(layers) <= _MOST_OVER_DEPTH:
        return layers
    others = [layer for layer in layers if layer.name != answer]
    deciding = [layer for layer in others if layer.kind in _DECIDING] or others
    number = min(len(deciding), _MOST_OVER_DEPTH - 1)
    # The choice is evenly spaced and includes the first and the last.
    chosen = {deciding[round(place * (len(deciding) - 1) / max(1, number - 1))].name for place in range(number)}
    return tuple(layer for layer in layers if layer.name in chosen or layer.name == answer)
