"""What a network thinks of the picture as it is and as edited."""

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
from vizcore.activations.predictions import leading
from vizcore.figures.answer_bars import Bar, logit_bars, probability_bars
from vizcore.networks.network import Network

_AS_IT_IS, _AS_EDITED = "as it is", "as edited"
_LOGITS = "logits"
_FEW = 20
Place = AbstractContextManager[object]
"""What Streamlit draws into while it is entered: a column, a container."""


@dataclass(frozen=True, eq=False)
class Answers:
    """The five most probable classes twice, side by side, or why there are none.

    Attributes:
        network: the network.
        outputs: with what it answers.
        titles: of the two.
    """

    network: Network
    outputs: Outputs
    titles: tuple[str, str] = ("The picture as it is", "The picture as edited")

    def parts(self) -> list[Part]:
        """The bars of both sides, or none."""
        if self.network.classes is None:
            return []
        sides = zip((_AS_IT_IS, _AS_EDITED), self.titles, strict=True)
        return [
            Part(
                _key(side),
                partial(self._bars, side),
                draw=partial(named_bars, title=title),
                # Logits share an axis, so that both move.
                follows=side == _AS_EDITED or _with_logits(self.network),
            )
            for side, title in sides
        ]

    def show(self, places: Sequence[Place] | None = None) -> None:
        """Draw them.

        Args:
            places: for the two, and for what is to be known of them; without, that stands below.
        """
        if self.network.classes is None:
            with nullcontext() if places is None else places[0]:
                st.info(as_text(self.network.trust), icon=":material/info:")
            return
        *columns, about = places or (*_side_by_side(), st.container())
        with about:
            st.caption(as_text(f"{_knows(self.network.classes)} {self.network.trust}"))
            if self.network.answer_kind == "logits":
                # Drawn before it is asked for: what a link says is known then.
                choose(st.toggle, "Logits", key=_LOGITS, first=False)
        for column, part in zip(columns, self.parts(), strict=True):
            with column:
                part.show()

    def _bars(self, side: str) -> Bars:
        return bars_of(_bars(self.network, self.outputs, side))


def _side_by_side() -> Sequence[Place]:
    with st.container(key="answers"):
        return st.columns(2, gap="small")


def _with_logits(network: Network) -> bool:
    return network.answer_kind == "logits" and choice_of(_LOGITS, default=False)


def _bars(network: Network, outputs: Outputs, side: str) -> tuple[Bar, ...]:
    answers = {_AS_IT_IS: outputs.original[network.answer], _AS_EDITED: outputs.edited[network.answer]}
    candidates = leading(answers[side], network.classes or (), kind=network.answer_kind)
    if not _with_logits(network):
        return probability_bars(candidates)
    every = np.concatenate(list(answers.values()))
    return logit_bars(candidates, value_range=(float(every.min()), float(every.max())))


def _key(side: str) -> str:
    return f"answer-{side.replace(' ', '-')}"


def _knows(classes: tuple[str, ...]) -> str:
    if len(classes) <= _FEW:
        known = f"{len(classes)} things, whatever it is shown: {', '.join(classes)}"
    else:
        known = f"{len(classes):,} things, whatever it is shown: from {classes[0]} to {classes[-1]}"
    return f"The answer is one of {known}."
