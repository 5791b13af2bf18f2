"""Component: what follows the thumb of the brightness slider while it is held."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui.cached import training as cached_training
from ui.guard import sentence
from ui.parts.component import component
from ui.parts.part import Part, on_screen
from ui.session.brightness import held_thumb
from ui.session.events import next_number
from ui.values import Drag
from vizcore.errors import VizcoreError

_KEY = "follow"
_follow = component("follow", Path(__file__).parent)


@st.fragment
def follow(parts: Callable[[Drag], Sequence[Part]]) -> None:
    """Bring the parts on the screen to where the thumb is held.

    Only this fragment runs while a thumb is held; the light of record, and with it the rest of the page, stays as it
    was until the thumb is released.

    Args:
        parts: called with where the thumb is: the parts of the page there.
    """
    cached_training.begin_part()
    held = held_thumb(_KEY)
    answer: dict[str, Any] = {"number": next_number(), "amount": None, "updates": [], "refusals": []}
    if held is not None:
        answer["amount"] = held.light.amount
        for made in _made(parts, held):
            answer["refusals" if isinstance(made, str) else "updates"].append(made)
    # Also after a refusal: the thumb waits for an answer, and the next amount may have one.
    _follow(key=_KEY, data=answer, height=1, on_dragged_change=lambda: None)


def _made(parts: Callable[[Drag], Sequence[Part]], held: Drag) -> Iterator[dict[str, Any] | str]:
    """The new values of each part that is on the screen, or why it has none."""
    try:
        seen = on_screen(parts(held), held.charts)
    except VizcoreError as error:
        yield str(error)
        return
    for part in seen:
        try:
            yield {"key": part.key, **part.make()}
        except VizcoreError as error:
            yield sentence(error, part.layer)
