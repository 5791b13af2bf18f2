"""The layers of a network for one picture: what it receives, the mosaic of each layer, one channel large, files."""

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from ui.cached.outputs import Layers
from ui.feature_maps import derivative, difference, tuning
from ui.feature_maps.arrangement import Arrangement, arrange, choose_page
from ui.feature_maps.channel import channel_panel, channel_updates
from ui.feature_maps.controls import DERIVATIVE, DIFFERENCE, TUNING, LayerChoice
from ui.feature_maps.files import layer_files
from ui.feature_maps.maps import Maps
from ui.light.following.following import Update
from ui.parts.pixels.pixels import pixel_picture, pixel_source
from ui.values import OpenChannel, Subject
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.value_ranges import RANGES
from vizcore.maps.mosaic import mosaic

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

_RECEIVED = "received"


def received(subject: Subject, layers: Layers) -> None:
    """The pixels that the network is given, magnified without smoothing."""
    height, width = layers.received.shape[:2]
    numbers = RANGES[subject.entry.value_range].label
    if subject.lens != PLAIN:
        numbers = f"{subject.lens}; what lies beyond {numbers} is shown at its ends"
    pixel_picture(
        layers.received,
        key=_RECEIVED,
        caption=f"What the network receives: {height} × {width} pixels, {numbers}",
    )


def show_layer(layer: "LayerInfo", layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> None:
    """One layer: its mosaic, what is to be said of its channels, its files, and the channel that is open."""
    if choice.view == TUNING:
        choose_page(layer, with_units=True)
        tuning.curves(arrange(layer, layers, choice, opened), layers)
        return
    choose_page(layer)
    arranged = arrange(layer, layers, choice, opened)
    if choice.view == DIFFERENCE:
        difference.differences(arranged, layers.clipping())
    elif choice.view == DERIVATIVE:
        derivative.derivatives(arranged, *layers.slopes(layer.name))
    else:
        _show_maps(Maps(arranged), layers.file_stem)
    if arranged.opened is not None:
        channel_panel(layer, **_opened(arranged, arranged.opened, layers))


def updates(
    layers: Layers, choice: LayerChoice, opened: OpenChannel | None, *, names: Collection[str]
) -> dict[str, Update]:
    """What makes new values for every chart of the layers of these names, by the chart's key."""
    found: dict[str, Update] = {_RECEIVED: lambda: {"source": pixel_source(layers.received)}}
    for layer in choice.layers:
        if layer.name in names:
            arranged = arrange(layer, layers, choice, opened)
            if choice.view == TUNING:
                found |= tuning.updates(arranged, layers)
                continue
            if choice.view == DIFFERENCE:
                found |= difference.updates(arranged, layers.clipping)
            elif choice.view == DERIVATIVE:
                found |= derivative.updates(arranged, partial(layers.slopes, layer.name))
            else:
                found[arranged.key()] = Maps(arranged).update
            if arranged.opened is not None:
                found |= channel_updates(**_opened(arranged, arranged.opened, layers))
    return found


def _show_maps(maps: Maps, file_stem: str) -> None:
    arranged = maps.arranged
    arranged.chart(
        **maps.update(),
        key=arranged.key(),
        description=f"{'Feature maps' if arranged.layer.is_spatial else 'Outputs'} of the layer {arranged.title}",
    )
    files = st.popover("Files", icon=":material/download:", key=f"files-{arranged.layer.name}", on_change="rerun")
    # What is closed is not made: four layers have a dozen buttons.
    if files.open:
        with files:
            layer_files(maps, file_stem)


def _opened(arranged: Arrangement, channel: int, layers: Layers) -> dict[str, Any]:
    # On the scale that is chosen for feature maps; a picture that is stretched by itself has one of its own.
    alone = mosaic(
        arranged.edited,
        scale=arranged.choice.scale,
        locked_range=arranged.locked,
        channels=np.array([channel]),
    )
    return {
        "channel": channel,
        "values": arranged.edited[:, :, channel],
        "received": layers.received,
        "value_range": (float(alone.lows[0]), float(alone.highs[0])),
        "colour_map": arranged.choice.colour_map,
    }
