"""The network on the Home page: what its first convolution makes of the picture, and what it thinks."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ui.brighten import exposure
from ui.cached import networks as cached_networks
from ui.cached.outputs import Layers, outputs
from ui.feature_maps.arrangement import LARGEST_TILE, PAGE_SIZE, gap, title
from ui.feature_maps.maps import note
from ui.light import answer
from ui.light.following.following import Update
from ui.parts.live_chart.live_chart import live_chart
from ui.values import Drag, Subject
from vizcore.edits.brightness import Light
from vizcore.figures.mosaics import mosaic_figure, strip_figure
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import mosaic, strip
from vizcore.maps.scales import locked_range
from vizcore.networks.network import Network

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

_KEY = "first-layer"


def first_layer(subject: Subject, light: Light, network: Network) -> Layers:
    """A small view of what the first convolution makes of the picture."""
    layer, layers = _read(subject, light, network)
    live_chart(
        **_chart(layer, layers),
        key=_KEY,
        description=f"{'Feature maps' if layer.is_spatial else 'Outputs'} of the layer {title(layer)}",
        height=900 if layer.is_spatial else 200,
    )
    return layers


def updates(subject: Subject, held: Drag) -> dict[str, Update]:
    """What makes new values for the page's charts, by their key."""
    network = cached_networks.network_of(subject.entry)
    layer, layers = _read(subject, held.light, network)
    exposures = exposure.updates(subject.picture, held.light)
    return answer.updates(network, layers) | exposures | {_KEY: partial(_chart, layer, layers)}


def _read(subject: Subject, light: Light, network: Network) -> "tuple[LayerInfo, Layers]":
    maps = [layer for layer in network.traced.layers if layer.is_spatial]
    layer = next((layer for layer in maps if "Conv" in layer.kind), (maps or network.traced.layers)[0])
    return layer, outputs(subject, light, network, names=[layer.name])


def _chart(layer: "LayerInfo", layers: Layers) -> dict[str, Any]:
    values, locked = layers.edited[layer.name], locked_range(layers.original[layer.name])
    heading = f"{title(layer)} · scale: locked"
    statistics = channel_statistics(values)
    if not layer.is_spatial:
        drawn = strip(values, scale="locked", locked_range=locked)
        return {"figure": strip_figure(drawn, title=heading), "note": note(drawn, statistics, layer)}
    drawn = mosaic(
        values,
        scale="locked",
        columns=8,
        locked_range=locked,
        channels=np.arange(min(values.shape[2], PAGE_SIZE)),
        gap=gap(min(values.shape[1], LARGEST_TILE)),
        largest_side=LARGEST_TILE,
    )
    figure = mosaic_figure(drawn, title=heading, statistics=statistics)
    return {"figure": figure, "note": note(drawn, statistics, layer)}
