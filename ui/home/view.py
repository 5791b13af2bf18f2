"""The network on the Home page: the feature maps of its first convolution, and its answers."""

from functools import partial

from ui.brighten import view as brighten
from ui.cached import networks as cached_networks
from ui.cached.outputs import Layers
from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.controls import LayerChoice
from ui.feature_maps.maps import Maps, description
from ui.light.answer import Answers
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Part
from ui.session.channel import close_channel, open_elsewhere
from ui.session.screen import is_narrow
from ui.values import Drag, Subject
from vizcore.edits.brightness import Light
from vizcore.networks.network import Network


def first_convolution(subject: Subject, light: Light, network: Network) -> Layers:
    """The outputs of the first convolution; without a convolution, of the first layer with maps or the first of all."""
    maps = [layer for layer in network.traced.layers if layer.is_spatial]
    layer = next((layer for layer in maps if "Conv" in layer.kind), (maps or network.traced.layers)[0])
    return Layers(subject, light, network, (layer.name,))


def first_maps(layers: Layers) -> Part:
    """The feature maps as on the Feature maps page, but without zoom. A click on a tile opens its channel there.

    Args:
        layers: the outputs of one layer, from `first_convolution`.
    """
    layer = next(layer for layer in layers.network.traced.layers if layer.name in layers.names)
    arranged = Arrangement(layer, layers, LayerChoice((layer,), is_narrow=is_narrow()))
    picked = partial(open_elsewhere, layer.name)
    picking = Picking(picked, close_channel, layer.name, on_cell=picked) if layer.is_spatial else None
    look = ChartLook(height=900 if layer.is_spatial else 200, picking=picking)
    draw = partial(live_chart, description=description(layer), look=look)
    return Part("first-layer", Maps(arranged).make, draw)


def parts(subject: Subject, held: Drag) -> list[Part]:
    """The parts of the page at the amount of the held thumb."""
    network = cached_networks.network_of(subject.entry)
    layers = first_convolution(subject, held.light, network)
    return [brighten.histograms(subject.picture, held.light), first_maps(layers), *Answers(network, layers).parts()]
