"""The Feature maps page below its choices: the slider, what the network receives and thinks, and its layers."""

import streamlit as st

from ui.cached import light as cached_light
from ui.cached import networks as cached_networks
from ui.cached import training as cached_training
from ui.cached.outputs import outputs
from ui.feature_maps import derivative
from ui.feature_maps import layer as feature_maps_layer
from ui.feature_maps.arrangement import LAYER_KEY
from ui.feature_maps.controls import DERIVATIVE, TUNING, LayerChoice
from ui.feature_maps.files import archive
from ui.feature_maps.layer import received, show_layer
from ui.guard import sentence_here, sentences
from ui.light import answer
from ui.light.control import brightness_control
from ui.light.following.following import Update
from ui.light.ribbon.ribbon import ribbon
from ui.parts.words.words import words, words_update
from ui.session.channel import open_channel
from ui.values import Drag, OpenChannel, Subject
from vizcore.edits.brightness import Light
from vizcore.figures.chart import percent

_UNSEEN = "unseen"
_LITTLE, _NOTHING = 0.1, 0.005


@st.fragment
def show(subject: Subject, choice: LayerChoice) -> None:
    """All that a released slider or a clicked tile changes."""
    cached_training.begin_part()
    names = [layer.name for layer in choice.layers]
    light = brightness_control(
        subject.picture, layout="bar", followed_by=f"{subject.entry.name} {choice.view} {names}", wears=subject.key
    )
    with sentences():
        network = cached_networks.network_of(subject.entry)
        layers = outputs(subject, light, network, names=names)
        with st.container(key="passage"):
            left, *right = st.columns([9, 56] if network.classes is None else [9, 20, 20, 16], gap="medium")
        with left:
            received(subject, layers)
        with sentence_here():
            answer.answers(network, layers, places=right)
        words(key=_UNSEEN, text=_unseen(subject, light), is_notice=True)
        opened = _opened(choice)
        for layer in choice.layers:
            with sentence_here():
                show_layer(layer, layers, choice, opened)
        if choice.view == DERIVATIVE:
            derivative.first_layer(subject, light)
        archive(layers, choice)
        with sentence_here():
            ribbon(subject, light, network, layers)


def updates(subject: Subject, choice: LayerChoice, held: Drag) -> dict[str, Update]:
    """What makes new values for every chart of the page, by its key. Only layers on the screen are computed."""
    opened, network = _opened(choice), cached_networks.network_of(subject.entry)
    names = [layer.name for layer in choice.layers if _is_seen(layer.name, held, opened)]
    layers = outputs(subject, held.light, network, names=names)
    found = answer.updates(network, layers) | feature_maps_layer.updates(layers, choice, opened, names=names)
    return {**found, _UNSEEN: lambda: words_update(text=_unseen(subject, held.light))}


def _unseen(subject: Subject, light: Light) -> str:
    """What is to be said where preprocessing takes the edit away, or nothing."""
    left = cached_light.remaining_part(subject, light)
    if left is None or left >= _LITTLE:
        return ""
    seen = "hardly saw" if left > _NOTHING else "did not see"
    return f"The network {seen} your edit: of its change, preprocessing leaves {percent(left)}."


def _opened(choice: LayerChoice) -> OpenChannel | None:
    # A unit has no map to be shown large, but a curve.
    has_units = choice.view == TUNING
    return open_channel({layer.name: layer.num_channels for layer in choice.layers if layer.is_spatial or has_units})


def _is_seen(layer: str, held: Drag, opened: OpenChannel | None) -> bool:
    return any(chart.startswith(f"{LAYER_KEY}{layer}") for chart in held.charts) or (
        opened is not None and opened.layer == layer
    )
