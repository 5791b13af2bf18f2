"""Component: a sentence and a small table of numbers, which change in place while a thumb is held."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from ui.parts.component import component

# Without isolation: the slider searches the document for the parts on the screen and cannot see into a shadow root.
_words = component("words", Path(__file__).parent, isolate_styles=False)


class Words(TypedDict):
    """The values of the component.

    Attributes:
        text: plain text, not Markdown.
        rows: of the table below the text: name and number of each row.
    """

    text: str
    rows: list[tuple[str, str]]


def words(*, key: str, text: str, rows: Sequence[tuple[str, str]], is_notice: bool = False) -> None:
    """Draw small print below a heading, or a notice in a frame. Nothing is visible if text and rows are empty.

    Args:
        key: of the component.
        text: as in `Words`.
        rows: as in `Words`.
        is_notice: whether the text has a frame, so that it is noticed.
    """
    _words(key=key, data={"key": key, "isNotice": is_notice, "text": text, "rows": rows})
