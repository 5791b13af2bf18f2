"""What a network thinks of the picture as it is and as edited."""

import streamlit as st

from ui.guard import as_text
from ui.layer_view import Layers
from ui.live_chart import live_chart
from ui.networks import Network
from vizcore.answer_figure import logit_figure, probability_figure
from vizcore.predictions import leading

_HEIGHT = 210
_FEW = 20


def answers(network: Network, layers: Layers) -> None:
    """The five most probable classes twice, side by side, or why there are none."""
    if network.classes is None:
        st.info(as_text(network.trust), icon=":material/info:")
        return
    sides = {"as it is": layers.original[network.answer], "as edited": layers.edited[network.answer]}
    found = {side: leading(output, network.classes, kind=network.answer_kind) for side, output in sides.items()}
    has_logits = network.answer_kind == "logits"
    columns = st.columns(2, gap="small")
    with_logits = has_logits and st.toggle("Logits", key="logits", bind="query-params")
    values = [float(value) for output in sides.values() for value in (output.min(), output.max())]
    for column, (side, candidates) in zip(columns, found.items(), strict=True):
        title = f"The picture {side}"
        if with_logits:
            figure = logit_figure(candidates, title=title, value_range=(min(values), max(values)))
        else:
            figure = probability_figure(candidates, title=title)
        spoken = ", ".join(f"{candidate.name} {candidate.probability:.1%}" for candidate in candidates)
        with column:
            live_chart(
                figure,
                key=f"answer-{side.replace(' ', '-')}",
                description=f"The network's five most probable classes for the picture {side}: {spoken}",
                height=_HEIGHT,
            )
    st.caption(as_text(f"{_knows(network.classes)} {network.trust}"))


def _knows(classes: tuple[str, ...]) -> str:
    if len(classes) <= _FEW:
        known = f"{len(classes)} things: {', '.join(classes)}"
    else:
        known = f"{len(classes):,} things, from {classes[0]} to {classes[-1]}"
    return f"This network knows {known}. Whatever else it is shown, it answers with one of them."
