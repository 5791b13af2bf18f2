"""What a network thinks of the picture as it is and as edited."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from ui.cached.outputs import Outputs
from ui.guard import as_text
from ui.light.following.following import Update
from ui.parts.bars.bars import bars, bars_update
from ui.session.choices import choice_of, choose
from vizcore.activations.predictions import leading
from vizcore.figures.answer_bars import Bar, logit_bars, probability_bars
from vizcore.networks.network import Network

_AS_IT_IS, _AS_EDITED = "as it is", "as edited"
_LOGITS = "logits"
_FEW = 20


def answers(
    network: Network,
    layers: Outputs,
    *,
    titles: tuple[str, str] = ("The picture as it is", "The picture as edited"),
    places: Sequence[AbstractContextManager[object]] | None = None,
) -> None:
    """The five most probable classes twice, side by side, or why there are none.

    Args:
        network: the network.
        layers: with what it answers.
        titles: of the two.
        places: for the two, and for what is to be known of them; without, that stands below.
    """
    if network.classes is None:
        with nullcontext() if places is None else places[0]:
            st.info(as_text(network.trust), icon=":material/info:")
        return
    *columns, about = places or (*_side_by_side(), st.container())
    for column, side, title in zip(columns, (_AS_IT_IS, _AS_EDITED), titles, strict=True):
        with column:
            bars(_bars(network, layers, side), key=_key(side), title=title)
    with about:
        st.caption(as_text(f"{_knows(network.classes)} {network.trust}"))
        if network.answer_kind == "logits":
            choose(st.toggle, "Logits", key=_LOGITS, first=False)


def _side_by_side() -> Sequence[AbstractContextManager[object]]:
    with st.container(key="answers"):
        return st.columns(2, gap="small")


def updates(network: Network, layers: Outputs) -> dict[str, Update]:
    """What makes new bars for the picture as edited, by their key."""
    if network.classes is None:
        return {}
    # Logits share an axis, so that both move.
    sides = [_AS_IT_IS, _AS_EDITED] if _with_logits(network) else [_AS_EDITED]
    return {_key(side): partial(_update, network, layers, side) for side in sides}


def _update(network: Network, layers: Outputs, side: str) -> dict[str, Any]:
    return bars_update(_bars(network, layers, side))


def _with_logits(network: Network) -> bool:
    return network.answer_kind == "logits" and choice_of(_LOGITS, default=False)


def _bars(network: Network, layers: Outputs, side: str) -> tuple[Bar, ...]:
    outputs = {_AS_IT_IS: layers.original[network.answer], _AS_EDITED: layers.edited[network.answer]}
    candidates = leading(outputs[side], network.classes or (), kind=network.answer_kind)
    if not _with_logits(network):
        return probability_bars(candidates)
    every = np.concatenate(list(outputs.values()))
    return logit_bars(candidates, value_range=(float(every.min()), float(every.max())))


def _key(side: str) -> str:
    return f"answer-{side.replace(' ', '-')}"


def _knows(classes: tuple[str, ...]) -> str:
    if len(classes) <= _FEW:
        known = f"{len(classes)} things, whatever it is shown: {', '.join(classes)}"
    else:
        known = f"{len(classes):,} things, whatever it is shown: from {classes[0]} to {classes[-1]}"
    return f"The answer is one of {known}."
