"""Component: what follows the thumb of the brightness slider while it is held."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from ui.cached import training as cached_training
from ui.parts.component import component
from ui.session.brightness import held_thumb
from ui.session.events import next_number
from ui.values import Drag
from vizcore.errors import VizcoreError

Update = Callable[[], dict[str, Any]]
"""What makes the parts of a chart's data that the brightness changes."""

_KEY = "follow"
_follow = component("follow", Path(__file__).parent)


@st.fragment
def follow(updates: Callable[[Drag], Mapping[str, Update]]) -> None:
    """Bring the charts on the screen to where the thumb is held.

    Only this fragment runs while a thumb is held; the light of record, and with it the rest of the page, stays as it
    was until the thumb is released.

    Args:
        updates: called with where the thumb is; of every chart that can follow, by its key, what makes its new values.
    """
    cached_training.begin_part()
    held = held_thumb(_KEY)
    answer: dict[str, Any] = {"number": next_number(), "amount": None, "updates": [], "refusals": []}
    if held is not None:
        answer["amount"] = held.light.amount
        for update in _made(updates, held):
            answer["refusals" if isinstance(update, str) else "updates"].append(update)
    # Also after a refusal: the thumb waits for an answer, and the next amount may have one.
    _follow(key=_KEY, data=answer, height=1, on_dragged_change=lambda: None)


def _made(updates: Callable[[Drag], Mapping[str, Update]], held: Drag) -> Iterator[dict[str, Any] | str]:
    """The new values of each chart that is on the screen, or why it has none."""
    try:
        makers = {key: make for key, make in updates(held).items() if key in held.charts}
    except VizcoreError as error:
        yield str(error)
        return
    for key, make in makers.items():
        try:
            yield {"key": key, **make()}
        except VizcoreError as error:
            yield str(error)
