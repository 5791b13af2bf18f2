"""Where along the brightness the answer flips: of the network as it is, and while a channel is held."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from ui.cached import light as cached_light
from ui.cached import worth as cached_worth
from ui.cached.outputs import Layers
from ui.light.ribbon.ribbon import LEVELS, winner_sentence
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from ui.values import OpenChannel
from vizcore.arrays import FloatArray
from vizcore.light.winners import Winners


@dataclass(frozen=True, eq=False)
class FlipPoints:
    """The sentence about the flips.

    Attributes:
        layers: the outputs of a small network, with its answer.
        opened: the channel.
        hold: a name in `vizcore.units.worth.HOLDS`.
        held_at: the hold in words.
        held_answer: makes the answer (classes,) at the brightness while the channel is held.
    """

    layers: Layers
    opened: OpenChannel
    hold: str
    held_at: str
    held_answer: Callable[[], FloatArray]

    def parts(self) -> list[Part]:
        """The sentence. The winners at all amounts are kept, so that a held thumb only chooses another sentence."""
        return [Part("worth-flips", self._words, words, layer=self.opened.layer)]

    def _words(self) -> Words:
        subject, kind, opened = self.layers.subject, self.layers.light.kind, self.opened
        free = cached_light.winners(subject, kind, LEVELS, seconds=inf, at_once=LEVELS)
        held = cached_worth.held_winners(subject, kind, opened.layer, opened.channel, self.hold, LEVELS)
        before = self._sentence(free, self.layers.edited[self.layers.network.answer])
        after = self._sentence(held, self.held_answer())
        if before == after:
            return Words(text=f"By {kind.name}, held or not: {before}", rows=[])
        return Words(text=f"By {kind.name}, not held: {before} {self.held_at}: {after}", rows=[])

    def _sentence(self, winners: Winners, answer: FloatArray) -> str:
        light, classes = self.layers.light, self.layers.network.classes or ()
        return winner_sentence(light.kind, winners, light.amount, int(np.argmax(answer)), classes)
