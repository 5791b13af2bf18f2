"""Component: a sentence, or a small table of numbers, that takes new ones in place while a thumb is held."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ui.parts.component import component

# In the document, where the slider finds out what is on the screen.
_words = component("words", Path(__file__).parent, isolate_styles=False)


def words(*, key: str, text: str = "", rows: Mapping[str, str] | None = None, is_notice: bool = False) -> None:
    """Small print below a heading, or a notice in a frame. Nothing is drawn where there is nothing to say.

    Args:
        key: one per key.
        text: plain, no Markdown.
        rows: what stands below it as a table: name → number.
        is_notice: in a frame, to be noticed.
    """
    _words(key=key, data={"key": key, "isNotice": is_notice, **words_update(text=text, rows=rows)})


def words_update(*, text: str = "", rows: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What it takes while a thumb is held."""
    return {"text": text, "rows": list((rows or {}).items())}
