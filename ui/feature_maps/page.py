"""The Feature maps page below its choices: the slider, the network's input and answers, and its layers."""

from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import streamlit as st

from ui.cached import light as cached_light
from ui.cached import networks as cached_networks
from ui.cached import training as cached_training
from ui.cached.outputs import Layers
from ui.feature_maps.code import code
from ui.feature_maps.controls import DERIVATIVE, TUNING, LayerChoice
from ui.feature_maps.derivative import FirstLayerLaw
from ui.feature_maps.files import archive
from ui.feature_maps.layer import LayerSection
from ui.guard import sentence_here, sentences
from ui.light.answer import Answers
from ui.light.control import brightness_control
from ui.light.ribbon.ribbon import ribbon
from ui.parts.part import Part, Section, on_screen, parts_of
from ui.parts.pixels.pixels import Source, pixel_picture, pixel_source
from ui.parts.words.words import Words, words
from ui.session.channel import open_channel
from ui.session.notices import show_notices
from ui.values import Drag, OpenChannel, Subject
from vizcore.figures.chart import percent
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.value_ranges import RANGES

_LITTLE, _NOTHING = 0.1, 0.005
# Of the network's input, the two answers, and the toggles: for five classes each, and for one.
_WIDTHS = MappingProxyType({True: (9, 20, 20, 12), False: (3, 20, 20, 10)})


@st.fragment
def show(subject: Subject, choice: LayerChoice) -> None:
    """Draw everything that a released slider or a clicked tile changes."""
    cached_training.begin_part()
    show_notices()
    names = [layer.name for layer in choice.layers]
    light = brightness_control(
        subject.picture, layout="bar", followed_by=f"{subject.entry.name} {choice.view} {names}", ribbon_key=subject.key
    )
    with sentences():
        layers = Layers(subject, light, cached_networks.network_of(subject.entry), tuple(names))
        for section in _sections(layers, choice, _open_channel(choice)):
            section.show()
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
    return parts_of(_sections(narrowed, choice, opened))


def _open_channel(choice: LayerChoice) -> OpenChannel | None:
    # A unit of a vector has no map, but it has a tuning curve that can be shown large.
    has_units = choice.view == TUNING
    return open_channel({layer.name: layer.num_channels for layer in choice.layers if layer.is_spatial or has_units})


def _sections(layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> list[Section]:
    """The page below the slider, from top to bottom."""
    sections: list[Section] = [_Passage(layers)]
    sections += [LayerSection(layer, layers, choice, opened) for layer in choice.layers]
    return [*sections, FirstLayerLaw(layers.subject, layers.light)] if choice.view == DERIVATIVE else sections


@dataclass(frozen=True, eq=False)
class _Passage:
    """The network's input, its answers, and a notice if preprocessing removes the edit."""

    layers: Layers

    def parts(self) -> list[Part]:
        return [self._received(), *self._answers().parts(), self._unseen()]

    def show(self) -> None:
        answers = self._answers()
        with st.container(key="passage" if answers.is_whole else "passage-line"):
            left, *right = st.columns(_WIDTHS[answers.is_whole], gap="medium", vertical_alignment="center")
        was_whole = answers.is_whole
        with sentence_here():
            answers.show(right)
        if answers.is_whole != was_whole:
            # The value of a link is known once its toggle has been drawn.
            st.rerun()
        with left:
            self._received().show()
        self._unseen().show()

    def _received(self) -> Part:
        """The network's input as pixels, magnified without smoothing."""
        subject, (height, width, _) = self.layers.subject, self.layers.network.traced.input_shape
        numbers = RANGES[subject.entry.value_range].label
        if subject.lens != PLAIN:
            numbers = f"{subject.lens}; what lies beyond {numbers} is shown at its ends"
        caption = f"What the network receives: {height} × {width} pixels, {numbers}"
        return Part("received", self._source, partial(pixel_picture, caption=caption))

    def _source(self) -> Source:
        return pixel_source(self.layers.received)

    def _answers(self) -> Answers:
        return Answers(self.layers.network, self.layers)

    def _unseen(self) -> Part:
        return Part("unseen", self._notice, partial(words, is_notice=True))

    def _notice(self) -> Words:
        """A sentence if preprocessing removes almost the whole edit, else an empty text."""
        left = cached_light.remaining_part(self.layers.subject, self.layers.light)
        if left is None or left >= _LITTLE:
            return Words(text="", rows=[])
        seen = "hardly saw" if left > _NOTHING else "did not see"
        text = f"The network {seen} your edit: of its change, preprocessing leaves {percent(left)}."
        return Words(text=text, rows=[])
