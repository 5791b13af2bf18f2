"""Which layers to begin with, and which to follow over the depth of a network."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

_MOST_FIRST_LAYERS = 5
_MOST_OVER_DEPTH = 16
_DECIDING = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Activation", "ReLU", "LeakyReLU", "Add"})


def one_per_resolution(layers: "tuple[LayerInfo, ...]") -> list[str]:
    """A first choice for a deep network: of each size of feature map the last layer that decides something.

    Padding, normalisation and pooling are passed over: they only prepare or repeat what others say.
    """
    last = {layer.shape[:2]: layer.name for layer in layers if layer.is_spatial and layer.kind in _DECIDING}
    spatial = [layer.name for layer in layers if layer.is_spatial]
    return list(last.values())[:_MOST_FIRST_LAYERS] or spatial[:1] or [layers[0].name]


def over_depth(layers: "tuple[LayerInfo, ...]", answer: str) -> "tuple[LayerInfo, ...]":
    """Layers to follow a picture through a network, first to last: all of a small one, some of a deep one.

    Args:
        layers: of the network.
        answer: name of the layer that answers; it is among them.
    """
    if len(layers) <= _MOST_OVER_DEPTH:
        return layers
    others = [layer for layer in layers if layer.name != answer]
    deciding = [layer for layer in others if layer.kind in _DECIDING] or others
    number = min(len(deciding), _MOST_OVER_DEPTH - 1)
    # Evenly, the first and the last of them included.
    chosen = {deciding[round(place * (len(deciding) - 1) / max(1, number - 1))].name for place in range(number)}
    return tuple(layer for layer in layers if layer.name in chosen or layer.name == answer)
