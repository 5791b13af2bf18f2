"""Component: brings parts of the page to the amount of the brightness slider while its thumb is held."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui.cached.jobs import begin_part
from ui.guard import sentence
from ui.parts.component import component
from ui.parts.part import Part, on_screen
from ui.session.brightness import chosen_light, held_thumb
from ui.session.events import next_number
from ui.values import Drag
from vizcore.errors import VizcoreError

_KEY = "follow"
_follow = component("follow", Path(__file__).parent)


@st.fragment
def follow(parts: Callable[[Drag], Sequence[Part]]) -> None:
    """Bring the parts on the screen to the amount of the held thumb.

    Only this fragment runs while a thumb is held. The light of record, and with it the rest of the page, does not
    change until the thumb is released.

    Args:
        parts: makes the parts of the page at the amount of the held thumb.
    """
    begin_part()
    held = held_thumb(_KEY)
    answer: dict[str, Any] = {"number": next_number(), "amount": None, "updates": [], "refusals": []}
    if held is not None:
        answer["amount"] = held.light.amount
        for update in _updates(parts, held):
            answer["refusals" if isinstance(update, str) else "updates"].append(update)
    # The answer is sent after a refusal, too: the thumb waits for it, and the next amount may be possible again.
    _follow(key=_KEY, data=answer, height=1, on_dragged_change=lambda: None)


def _updates(parts: Callable[[Drag], Sequence[Part]], held: Drag) -> Iterator[dict[str, Any] | str]:
    """The new values of each part on the screen, or the sentence of its refusal."""
    try:
        visible = on_screen(parts(held), held.charts)
    except VizcoreError as error:
        yield str(error)
        return
    # Back at the amount of record, the parts are as they were drawn.
    is_at_rest = held.light == chosen_light()
    for part in visible:
        try:
            yield {"key": part.key, **part.made_values(is_at_rest=is_at_rest)}
        except VizcoreError as error:
            yield sentence(error, part.layer)
