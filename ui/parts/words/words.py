"""Component: a sentence, or a small table of numbers, that takes new ones in place while a thumb is held."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from ui.parts.component import component

# In the document, where the slider finds out what is on the screen.
_words = component("words", Path(__file__).parent, isolate_styles=False)


class Words(TypedDict):
    """What the component shows: a text, plain, no Markdown; and below it a table, name and number of each row."""

    text: str
    rows: list[tuple[str, str]]


def words(*, key: str, text: str, rows: Sequence[tuple[str, str]], is_notice: bool = False) -> None:
    """Small print below a heading, or a notice in a frame. Nothing is drawn where there is nothing to say.

    Args:
        key: one per key.
        text, rows: as in `Words`.
        is_notice: in a frame, to be noticed.
    """
    _words(key=key, data={"key": key, "isNotice": is_notice, "text": text, "rows": rows})
