"""The Feature maps page below its choices: the slider, the network's input and answers, and its layers."""

from dataclasses import replace

import streamlit as st

from ui.cached import networks as cached_networks
from ui.cached.jobs import begin_part
from ui.cached.outputs import Layers
from ui.feature_maps.code import code
from ui.feature_maps.controls import DERIVATIVE, TUNING, LayerChoice
from ui.feature_maps.derivative import FirstLayerLaw
from ui.feature_maps.files import archive
from ui.feature_maps.layer import LayerSection
from ui.feature_maps.passage import Passage
from ui.feature_maps.pinned import pinned
from ui.guard import sentence_here, sentences
from ui.light.control import brightness_control
from ui.light.field_cursor.field_cursor import field_cursor
from ui.light.ribbon.ribbon import ribbon
from ui.parts.part import Part, Section, on_screen, parts_of
from ui.session.channel import open_channel
from ui.session.notices import show_notices
from ui.values import Drag, OpenChannel, Subject


@st.fragment
def show(subject: Subject, choice: LayerChoice) -> None:
    """Draw everything that a released slider or a clicked tile changes."""
    begin_part()
    show_notices()
    names = [layer.name for layer in choice.layers]
    light = brightness_control(
        subject.picture, layout="bar", followed_by=f"{subject.entry.name} {choice.view} {names}", ribbon_key=subject.key
    )
    with sentences():
        layers = Layers(subject, light, cached_networks.network_of(subject.entry), tuple(names))
        passage, *others = _sections(layers, choice, _open_channel(choice))
        passage.show()
        beside = pinned(layers)
        if beside is None:
            main = st.container()
        else:
            main, right = st.columns([4, 1], gap="medium")
            with right:
                beside.show()
        with main:
            for section in others:
                section.show()
        field_cursor(subject, layers.network, [layer.name for layer in choice.layers if layer.is_spatial])
        archive(layers, choice)
        code(subject, light, choice)
        with sentence_here():
            ribbon(subject, light, layers.network, layers)


def parts(subject: Subject, choice: LayerChoice, held: Drag) -> list[Part]:
    """The parts of the page at the amount of the held thumb. Only layers on the screen are read."""
    network = cached_networks.network_of(subject.entry)
    layers = Layers(subject, held.light, network, tuple(layer.name for layer in choice.layers))
    opened = _open_channel(choice)
    # The parts name the layers that they need: a part reads nothing before it is made.
    needed = {part.layer for part in on_screen(parts_of(_sections(layers, choice, opened)), held.charts)}
    narrowed = replace(layers, names=tuple(name for name in layers.names if name in needed))
    beside = pinned(narrowed)
    return parts_of([*_sections(narrowed, choice, opened), *([] if beside is None else [beside])])


def _open_channel(choice: LayerChoice) -> OpenChannel | None:
    # A unit of a vector has no map, but it has a tuning curve that can be shown large.
    has_units = choice.view == TUNING
    return open_channel({layer.name: layer.num_channels for layer in choice.layers if layer.is_spatial or has_units})


def _sections(layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> list[Section]:
    """The page below the slider, from top to bottom."""
    sections: list[Section] = [Passage(layers)]
    sections += [LayerSection(layer, layers, choice, opened) for layer in choice.layers]
    return [*sections, FirstLayerLaw(layers.subject, layers.light)] if choice.view == DERIVATIVE else sections
