"""What the sections about one channel have in common."""

from dataclasses import dataclass

from ui.cached.outputs import Layers
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo


@dataclass(frozen=True, eq=False)
class OfChannel:
    """A section about one channel.

    Attributes:
        layers: the outputs of the network, with the layer of the channel.
        layer: that layer.
        opened: the channel.
    """

    layers: Layers
    layer: LayerInfo
    opened: OpenChannel
