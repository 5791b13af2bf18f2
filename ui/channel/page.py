"""The Channel page below its title: the slider, the answer, and one channel."""

import streamlit as st

from ui.cached import networks as cached_networks
from ui.cached import units as cached_units
from ui.cached.jobs import begin_part
from ui.cached.outputs import Layers
from ui.channel.effective import Effective
from ui.channel.files import Files
from ui.channel.made_of import MadeOf
from ui.channel.prefer import WhatItPrefers
from ui.channel.unit import Unit, size_of
from ui.channel.unit_view.unit_view import Payloads
from ui.channel.worth import WhatItIsWorth
from ui.feature_maps.input_choice import InputChoice, choose_input
from ui.feature_maps.passage import Passage
from ui.feature_maps.pinned import pinned
from ui.guard import sentence_here, sentences
from ui.light.control import brightness_control
from ui.light.live_picture.live_picture import payload_names
from ui.light.ribbon.ribbon import ribbon
from ui.parts.part import Part, Section, parts_of
from ui.session.channel import chosen_unit
from ui.session.notices import show_notices
from ui.values import Drag, OpenChannel, Subject
from vizcore.activations.layer import LayerInfo
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.networks.network import Network

LONGEST_SIDE = 1280
"""Pixels of the picture's longest side: that of the display copy, so that a field is cut out at full sharpness."""


def choose_input_below(network: Network) -> InputChoice:
    """Draw the choice of how the picture becomes the network's input, which Feature maps has as well."""
    with st.expander("How the picture becomes the network's input", icon=":material/crop:"):
        return choose_input(network)


@st.fragment
def show(subject: Subject) -> None:
    """Draw everything that a released slider or another channel changes."""
    begin_part()
    show_notices()
    network = cached_networks.network_of(subject.entry)
    opened = _opened(network)
    light = brightness_control(
        subject.picture,
        layout="bar",
        followed_by=f"{subject.entry.name} channel {opened.layer}",
        ribbon_key=subject.key,
        longest_side=LONGEST_SIDE,
    )
    with sentences():
        unit = unit_of(subject, light, network, opened)
        passage, looked_at, effective, made_of, prefers, worth, files = _sections(unit)
        passage.show()
        beside = pinned(unit.layers)
        if beside is None:
            looked_at.show()
        else:
            main, right = st.columns([4, 1], gap="medium")
            with main:
                looked_at.show()
            with right:
                beside.show()
        for section in (effective, made_of, prefers, worth, files):
            section.show()
        with sentence_here():
            ribbon(subject, light, network, unit.layers)
        worth.show_flips()


def parts(subject: Subject, held: Drag) -> list[Part]:
    """The parts of the page at the amount of the held thumb."""
    network = cached_networks.network_of(subject.entry)
    unit = unit_of(subject, held.light, network, _opened(network))
    beside = pinned(unit.layers)
    sections: list[Section] = [*_sections(unit), *([] if beside is None else [beside])]
    return parts_of(sections)


def _sections(unit: Unit) -> tuple[Passage, Unit, Effective, MadeOf, WhatItPrefers, WhatItIsWorth, Files]:
    way = unit.layers, unit.layer, unit.opened
    about = MadeOf(*way), WhatItPrefers(*way), WhatItIsWorth(*way)
    return Passage(unit.layers), unit, Effective(unit), *about, Files(unit)


def _opened(network: Network) -> OpenChannel:
    sizes = {layer.name: (*size_of(layer), layer.num_channels) for layer in network.traced.layers}
    return chosen_unit(sizes, OpenChannel(_first_layer(network).name, 0))


def _first_layer(network: Network) -> LayerInfo:
    """The first layer with a kernel; without one the first of all."""
    layers = network.traced.layers
    return next((layer for layer in layers if layer.has_kernel), layers[0])


def unit_of(subject: Subject, light: Light, network: Network, opened: OpenChannel) -> Unit:
    """A channel with the outputs of its layer and of those that feed it."""
    layer = next(layer for layer in network.traced.layers if layer.name == opened.layer)
    try:
        sources = tuple(filter(None, cached_units.fed_layer(network, layer.name).sources))
    except VizcoreError:
        # The unit says why its arithmetic is not shown.
        sources = ()
    layers = Layers(subject, light, network, tuple(dict.fromkeys((layer.name, *sources))))
    picture, tables = payload_names(subject.picture, light.kind, LONGEST_SIDE)
    slider = light.kind.slider
    kind = {"minimum": slider.minimum, "step": slider.step}
    return Unit(layers, layer, opened, Payloads(picture=picture, tables=tables, kind=kind))
