"""The layers that a page shows first, and those that it follows over the depth of a network."""

from vizcore.activations.layer import LayerInfo

_MOST_FIRST_LAYERS = 5
_MOST_OVER_DEPTH = 16
_DECIDING = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Activation", "ReLU", "LeakyReLU", "Add"})


def one_per_resolution(layers: tuple[LayerInfo, ...]) -> list[str]:
    """A first choice for a deep network: for each size of feature map the last layer of a deciding kind.

    Padding, normalisation and pooling are skipped: they only prepare or repeat the outputs of other layers.
    """
    last = {layer.shape[:2]: layer.name for layer in layers if layer.is_spatial and layer.kind in _DECIDING}
    spatial = [layer.name for layer in layers if layer.is_spatial]
    return list(last.values())[:_MOST_FIRST_LAYERS] or spatial[:1] or [layers[0].name]


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
