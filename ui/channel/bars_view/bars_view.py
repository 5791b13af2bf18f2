"""Component: named numbers as bars to both sides of zero, each a link to the page of a channel."""

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

from ui.parts.component import SIGNED_BARS, component
from ui.session.channel import OPEN_CHANNEL, Target, choose_unit
from ui.session.events import answer_event

# Without isolation: the slider searches the document for the parts on the screen and cannot see into a shadow root.
_bars_view = component("bars_view", Path(__file__).parent, isolate_styles=False, styles=[SIGNED_BARS])


class Row(TypedDict):
    """One bar.

    Attributes:
        name: at its left.
        number: the value, as text.
        share: -1 … 1, the length of the bar; beyond that it is drawn as long as it can be.
        target: what a click opens; None for a row that is no link.
        title: a sentence for the pointer.
        here: whether this is the channel of the page.
    """

    name: str
    number: str
    share: float
    target: Target | None
    title: NotRequired[str]
    here: NotRequired[bool]


def bars_view(*, key: str, title: str, rows: Sequence[Row], note: str = "", one_sided: bool = False) -> None:
    """Draw bars.

    Args:
        key: of the component.
        title: the line above them.
        rows: from top to bottom. They may change while a thumb is held, like the note.
        note: a line of small print below them.
        one_sided: whether no share is below zero, so that zero is at the left.
    """
    _bars_view(
        key=key,
        data={"key": key, "title": title, "rows": rows, "note": note, "oneSided": one_sided},
        on_chosen_change=lambda: answer_event(OPEN_CHANNEL, key, "chosen", choose_unit),
    )
