"""What a channel is worth: the answer while it is held, and the channels of its layer ranked by that."""

import math
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

import streamlit as st

from ui.cached import worth as cached_worth
from ui.channel.bars_view.bars_view import bars_view
from ui.channel.carrying import Carrying
from ui.channel.flip_points import FlipPoints
from ui.channel.ranking import Ranking, about_too_many, is_ranked, noun_of, ranked_rows
from ui.channel.section import OfChannel
from ui.guard import as_text, sentence_here
from ui.light.answer import Place
from ui.parts.bars.bars import Bars, bars_of, named_bars
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from ui.session.choices import choice_of, choose
from vizcore.activations.predictions import Candidate, leading
from vizcore.arrays import FloatArray
from vizcore.figures.answer_bars import probability_bars
from vizcore.figures.chart import percent
from vizcore.units.answers import decision
from vizcore.units.worth import HOLDS, Worth

_OPEN, _HOLD = "worth", "hold"
_FIRST_HOLD = next(iter(HOLDS))
_HELD_AT = MappingProxyType({"zero": "Held at zero", "mean": "Held at its mean", "unedited": "Held as unedited"})


@dataclass(frozen=True, eq=False)
class WhatItIsWorth(OfChannel):
    """The section."""

    def parts(self) -> list[Part]:
        """The answers, what they say, the ranking, and what carries the light; none while the section is closed."""
        if not self._is_open:
            return []
        return [*self._held(), *self._flips(), *self._carrying.parts()]

    def show(self) -> None:
        """Draw the section. Of a deep network, which takes seconds, it is opened by a toggle."""
        st.header("What it is worth", anchor=False)
        if not self.layers.network.is_small:
            choose(
                st.toggle,
                "Compute it",
                key=_OPEN,
                first=False,
                help="Many passes of a deep network. The first time it takes up to a minute, then some seconds.",
            )
        if self._is_open:
            if self._refusal:
                st.caption(as_text(self._refusal))
            else:
                self._show_held()
            self._carrying.show()

    def show_flips(self) -> None:
        """Draw where the answer flips. Call it after all that `show` draws: it takes longer than everything else."""
        if self._flips():
            with self._place_of_flips, sentence_here(self.layer.name):
                for part in self._flips():
                    part.show()

    @cached_property
    def _place_of_flips(self) -> Place:
        """The place on the page at which this is first asked for."""
        return st.container(key="worth-flips-place")

    @property
    def _is_open(self) -> bool:
        return self.layers.network.is_small or choice_of(_OPEN, default=False)

    @property
    def _refusal(self) -> str:
        """Why the channel has no worth in this network; empty if it has."""
        network = self.layers.network
        if network.classes is None:
            return "This network has no classes, so a channel is worth nothing that could be measured by an answer."
        if not cached_worth.leads_to_answer(network, self.layer.name):
            return f"Nothing leads from “{self.layer.name}” to the answer, so its channels cannot change it."
        return ""

    @property
    def _carrying(self) -> Carrying:
        return Carrying(self.layers, self.layer, self.opened, refusal=self._refusal)

    def _held(self) -> list[Part]:
        if self._refusal:
            return []
        is_small, name = self.layers.network.is_small, self.layer.name
        held = _HELD_AT[self._hold]
        bar_parts = [
            Part(f"worth-{key}", make, partial(named_bars, title=title), follows=is_small, layer=name)
            for key, make, title in (("free", self._free, "Not held"), ("held", self._bars, held))
        ]
        title = f"All {self.layer.num_channels} {self._noun}s of {name}, each held alone"
        return [
            *bar_parts,
            Part("worth-words", self._words, words, follows=is_small, layer=name),
            Part("worth-ranking", self._ranking, partial(bars_view, title=title), follows=is_small, layer=name),
        ]

    def _flips(self) -> list[Part]:
        """None for a deep network, whose answers along the whole slider take minutes."""
        if self._refusal or not self.layers.network.is_small or self._is_its_own_mean:
            return []
        held_at = _HELD_AT[self._hold]
        return FlipPoints(self.layers, self.opened, self._hold, held_at, lambda: self._held_answer).parts()

    def _show_held(self) -> None:
        choose(
            st.segmented_control,
            f"Hold the {self._noun} at",
            list(HOLDS),
            key=_HOLD,
            first=_FIRST_HOLD,
            help="Zero: nothing. Mean: its mean over the map, in every cell. Unedited: its values for the picture as "
            "it is, cell by cell. The layers behind are computed again, and all else stays.",
        )
        with sentence_here(self.layer.name):
            free, held, said, ranking = (part.made() for part in self._held())
            left, right = st.columns(2, gap="medium")
            with left:
                for column, draw in zip(st.columns(2, gap="small"), (free, held), strict=True):
                    with column:
                        draw()
                said()
                _ = self._place_of_flips
            with right:
                ranking()

    @property
    def _noun(self) -> str:
        return noun_of(self.layer)

    @property
    def _hold(self) -> str:
        chosen = choice_of(_HOLD, default=_FIRST_HOLD)
        return chosen if chosen in HOLDS else _FIRST_HOLD

    @property
    def _is_its_own_mean(self) -> bool:
        return self._hold == "mean" and not (self.layer.is_spatial and math.prod(self.layer.shape[:2]) > 1)

    @property
    def _no_meaning(self) -> str:
        """Why this hold cannot change anything; empty if it can."""
        if self._is_its_own_mean:
            what = "A map of one cell" if self.layer.is_spatial else "A unit of a vector"
            return f"{what} is its own mean: this hold changes nothing."
        if self._hold == "unedited" and self.layers.light == self.layers.light.kind.neutral:
            return "Nothing is edited, so every channel has its unedited value. Move the brightness."
        return ""

    @property
    def _free_answer(self) -> FloatArray:
        answer: FloatArray = self.layers.edited[self.layers.network.answer]
        return answer

    @property
    def _worth(self) -> Worth:
        """Of all channels, or of the opened one alone where they are too many."""
        channel = None if is_ranked(self.layer) else self.opened.channel
        return cached_worth.held(self.layers.subject, self.layer.name, self.layers.light, self._hold, channel)

    @property
    def _held_answer(self) -> FloatArray:
        return self._free_answer if self._no_meaning else self._worth.answers[self.opened.channel]

    def _free(self) -> Bars:
        return self._bars_of(self._free_answer)

    def _bars(self) -> Bars:
        return self._bars_of(self._held_answer)

    def _bars_of(self, answer: FloatArray) -> Bars:
        candidates = self._leading(answer)
        return bars_of(probability_bars(candidates), candidates, layer=self.layers.network.answer)

    def _leading(self, answer: FloatArray) -> tuple[Candidate, ...]:
        network = self.layers.network
        return leading(answer, network.classes or (), kind=network.answer_kind)

    def _words(self) -> Words:
        if self._no_meaning:
            return Words(text=self._no_meaning, rows=[])
        free, held = self._leading(self._free_answer)[0], self._leading(self._held_answer)
        if not self._worth.is_changed[self.opened.channel]:
            return Words(text=f"The answer is the same: the {self._noun} is at this value already.", rows=[])
        if held[0].index != free.index:
            text = f"The winner changes from “{free.name}” to “{held[0].name}”."
        else:
            text = f"“{free.name}” stays the winner: {percent(free.probability)} → {percent(held[0].probability)}."
        if is_ranked(self.layer):
            rank = self._worth.order.tolist().index(self.opened.channel) + 1
            text += f" By its effect the {self._noun} is number {rank} of {self.layer.num_channels}."
        return Words(text=text, rows=[])

    def _ranking(self) -> Ranking:
        if self._no_meaning:
            return Ranking(rows=[], note="")
        if not is_ranked(self.layer):
            return Ranking(rows=[], note=about_too_many(self.layer))
        found = self._worth
        rows = ranked_rows(self.layer, found.effect.tolist(), self.opened.channel)
        classes, network = self.layers.network.classes or (), self.layers.network
        measured = decision(found.answer, found.answer, answer_kind=network.answer_kind)
        winner, other = classes[measured.winner], classes[measured.other]
        flips = int((found.winners != measured.winner).sum())
        note = (
            f"How much the hold moves the logit of “{winner}” minus that of “{other}”. Blue: the {self._noun} speaks "
            f"for “{winner}”. {flips} of {self.layer.num_channels} change the winner."
        )
        return Ranking(rows=rows, note=note)
