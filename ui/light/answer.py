"""The network's answers for the unedited and for the edited picture."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from ui.cached.outputs import Outputs
from ui.guard import as_text
from ui.parts.bars.bars import Bars, bars_of, named_bars
from ui.parts.part import Part
from ui.session.choices import choice_of, choose
from vizcore.activations.predictions import Candidate, leading
from vizcore.figures.answer_bars import Bar, logit_bars, probability_bars
from vizcore.networks.network import Network

_ORIGINAL, _EDITED = "original", "edited"
_LOGITS, _TOP_FIVE = "logits", "top5"
_FEW = 20
Place = AbstractContextManager[object]
"""A column or a container of Streamlit: while it is entered, Streamlit draws into it."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The most probable class for both pictures, side by side, or the five; for a network without classes, a notice.

    Attributes:
        network: the network.
        outputs: of the network, with its answer.
        titles: of the two sides.
        has_choice: whether a toggle chooses between one class, on one line, and five; without it there are five.
    """

    network: Network
    outputs: Outputs
    titles: tuple[str, str] = ("Original", "Edited")
    has_choice: bool = True

    def parts(self) -> list[Part]:
        """The bars of both sides; no parts for a network without classes."""
        if self.network.classes is None:
            return []
        sides = zip((_ORIGINAL, _EDITED), self.titles, strict=True)
        return [
            Part(
                _key(side),
                partial(self._bars, side),
                draw=partial(named_bars, title=title, is_line=not self.is_whole, is_spoken=side == _EDITED),
                # Both sides' logits share one axis, so both change with the edited picture.
                follows=side == _EDITED or _with_logits(self.network),
            )
            for side, title in sides
        ]

    @property
    def is_whole(self) -> bool:
        """Whether five classes are shown. Call `choose` before, so that the value of a link is known."""
        return not self.has_choice or choice_of(_TOP_FIVE, default=False)

    def choose(self) -> None:
        """Draw the toggles. What the network knows is said by the question mark beside them."""
        if self.network.classes is None:
            return
        about = f"{_knows(self.network.classes)} {self.network.trust}"
        with st.container(horizontal=True, gap="small", key="answer-toggles"):
            if self.has_choice:
                choose(st.toggle, "Top 5", key=_TOP_FIVE, first=False)
            if self.network.answer_kind == "logits":
                choose(st.toggle, "Logits", key=_LOGITS, first=False, help=as_text(about))
            else:
                st.caption("The answer", help=as_text(about), width="content")

    def show(self, places: Sequence[Place] | None = None) -> None:
        """Draw the bars, and the toggles.

        Args:
            places: for the two sides and for the toggles. None draws two columns with the toggles below them.
        """
        if self.network.classes is None:
            with nullcontext() if places is None else places[0]:
                st.info(as_text(self.network.trust), icon=":material/info:")
            return
        if places is None:
            both = _side_by_side() if self.is_whole else _one_below_the_other()
            places = (*both, st.container())
        *columns, about = places
        with about:
            # The toggles are drawn before the bars read their values: only then are a link's values known.
            self.choose()
        for column, part in zip(columns, self.parts(), strict=True):
            with column:
                part.show()

    def _bars(self, side: str) -> Bars:
        bars, candidates = _bars(self.network, self.outputs, side)
        shown = len(bars) if self.is_whole else 1
        return bars_of(bars[:shown], candidates[:shown], layer=self.network.answer)


def _side_by_side() -> Sequence[Place]:
    with st.container(key="answers"):
        return st.columns(2, gap="small")


def _one_below_the_other() -> Sequence[Place]:
    with st.container(key="answer-lines", gap=None):
        return st.container(), st.container()


def _with_logits(network: Network) -> bool:
    return network.answer_kind == "logits" and choice_of(_LOGITS, default=False)


def _bars(network: Network, outputs: Outputs, side: str) -> tuple[tuple[Bar, ...], tuple[Candidate, ...]]:
    answers = {_ORIGINAL: outputs.original[network.answer], _EDITED: outputs.edited[network.answer]}
    candidates = leading(answers[side], network.classes or (), kind=network.answer_kind)
    if not _with_logits(network):
        return probability_bars(candidates), candidates
    every = np.concatenate(list(answers.values()))
    return logit_bars(candidates, value_range=(float(every.min()), float(every.max()))), candidates


def _key(side: str) -> str:
    return f"answer-{side.replace(' ', '-')}"


def _knows(classes: tuple[str, ...]) -> str:
    if len(classes) <= _FEW:
        known = f"{len(classes)} classes: {', '.join(classes)}"
    else:
        known = f"{len(classes):,} classes, from {classes[0]} to {classes[-1]}"
    return f"The answer is always one of {known}."
