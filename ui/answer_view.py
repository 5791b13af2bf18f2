"""What a network thinks of the picture as it is and as edited."""

from functools import partial
from typing import Any

import streamlit as st

from ui import state
from ui.arrangement import Outputs
from ui.following import Update
from ui.guard import as_text
from ui.live_chart import live_chart
from ui.networks import Network
from vizcore.answer_figure import logit_figure, probability_figure
from vizcore.predictions import leading

_AS_IT_IS, _AS_EDITED = "as it is", "as edited"
_LOGITS = "logits"
_HEIGHT = 210
_FEW = 20


def answers(network: Network, layers: Outputs) -> None:
    """The five most probable classes twice, side by side, or why there are none."""
    if network.classes is None:
        st.info(as_text(network.trust), icon=":material/info:")
        return
    columns = st.columns(2, gap="small")
    if network.answer_kind == "logits":
        st.toggle("Logits", key=_LOGITS, bind="query-params")
    for column, (key, chart) in zip(columns, _charts(network, layers).items(), strict=True):
        with column:
            live_chart(**chart, key=key, height=_HEIGHT)
    st.caption(as_text(f"{_knows(network.classes)} {network.trust}"))


def updates(network: Network, layers: Outputs) -> dict[str, Update]:
    """What makes new bars for the picture as edited, by the chart's key."""
    if network.classes is None:
        return {}
    # Logits share an axis, so that both move.
    sides = [_AS_IT_IS, _AS_EDITED] if _with_logits(network) else [_AS_EDITED]
    return {_key(side): partial(_chart, network, layers, side) for side in sides}


def _chart(network: Network, layers: Outputs, side: str) -> dict[str, Any]:
    return _charts(network, layers)[_key(side)]


def _with_logits(network: Network) -> bool:
    return network.answer_kind == "logits" and bool(state.chosen(_LOGITS, default=False))


def _charts(network: Network, layers: Outputs) -> dict[str, dict[str, Any]]:
    classes = network.classes or ()
    outputs = {_AS_IT_IS: layers.original[network.answer], _AS_EDITED: layers.edited[network.answer]}
    with_logits = _with_logits(network)
    values = [float(value) for output in outputs.values() for value in (output.min(), output.max())]
    charts = {}
    for side, output in outputs.items():
        candidates = leading(output, classes, kind=network.answer_kind)
        title = f"The picture {side}"
        spoken = ", ".join(f"{candidate.name} {candidate.probability:.1%}" for candidate in candidates)
        charts[_key(side)] = {
            "figure": logit_figure(candidates, title=title, value_range=(min(values), max(values)))
            if with_logits
            else probability_figure(candidates, title=title),
            "description": f"The network's five most probable classes for the picture {side}: {spoken}",
        }
    return charts


def _key(side: str) -> str:
    return f"answer-{side.replace(' ', '-')}"


def _knows(classes: tuple[str, ...]) -> str:
    if len(classes) <= _FEW:
        known = f"{len(classes)} things: {', '.join(classes)}"
    else:
        known = f"{len(classes):,} things, from {classes[0]} to {classes[-1]}"
    return f"This network knows {known}. Whatever else it is shown, it answers with one of them."
