"""The network's input and its answers, above the layers."""

from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import streamlit as st

from ui.cached import light as cached_light
from ui.cached.outputs import Layers
from ui.guard import sentence_here
from ui.light.answer import Answers
from ui.parts.part import Part
from ui.parts.pixels.pixels import Source, pixel_picture, pixel_source
from ui.parts.words.words import Words, words
from vizcore.figures.chart import percent
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.value_ranges import RANGES

_LITTLE, _NOTHING = 0.1, 0.005
# Of the network's input, the two answers, and the toggles: for five classes each, and for one.
_WIDTHS = MappingProxyType({True: (9, 20, 20, 12), False: (3, 20, 20, 10)})


@dataclass(frozen=True, eq=False)
class Passage:
    """The network's input, its answers, and a notice if preprocessing removes the edit."""

    layers: Layers

    def parts(self) -> list[Part]:
        """The input, the bars of both answers, and the notice."""
        return [self._received(), *self._answers().parts(), self._unseen()]

    def show(self) -> None:
        """Draw them, the input and the answers on one line."""
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
