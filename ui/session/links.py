"""What a link says and this app does not know: each such value becomes a sentence at the top of the page."""

import math
from collections.abc import Callable, Sequence

import streamlit as st

from ui.session.notices import note, quoted

_TOGGLES = ("true", "false")


def note_unknown(key: str, text: str, instead: str) -> None:
    """Say that a value of the link is not known.

    Args:
        key: name of the value in the address.
        text: what the link says.
        instead: what is shown instead, as the end of a sentence.
    """
    note(key, f"{quoted(f'{key}={text}')} in this link is not known here; {instead}.")


def known_texts(widget: Callable[..., object], options: Sequence[object], text: Callable[[object], str]) -> list[str]:
    """The texts that a link may say for a widget.

    Args:
        widget: one of Streamlit's, such as `st.selectbox`.
        options: to choose from; none for a toggle.
        text: writes an option as the address contains it.
    """
    return list(_TOGGLES) if widget == st.toggle else [text(option) for option in options]


def check_texts(key: str, said: Sequence[str], known: Sequence[str], *, first: str) -> None:
    """Note the texts of a link that are not known.

    Args:
        key: name of the choice in the address.
        said: the texts that the link says. Empty texts mean nothing.
        known: the texts that it may say.
        first: what is shown if no text is known.
    """
    heard = [text for text in said if text]
    unknown = [text for text in heard if text not in known and text.lower() not in known]
    if unknown:
        known_too = [text for text in heard if text not in unknown]
        note_unknown(key, ", ".join(unknown), f"you see {', '.join(quoted(text) for text in known_too) or first}")


def checked_number(key: str, said: Sequence[str], *, low: float, high: float, first: float) -> float | None:
    """The end of a range that replaces a number beyond it, or None if there is nothing to replace. Both are noted.

    Args:
        key: name of the choice in the address.
        said: the texts that the link says. Empty texts mean nothing.
        low: the smallest number.
        high: the largest number.
        first: what is shown if the text is no number.
    """
    text = said[-1] if said else ""
    if not text:
        return None
    number = _number(text)
    if number is None:
        note_unknown(key, text, f"you see {first:g}")
        return None
    nearest = min(max(number, low), high)
    if nearest == number:
        return None
    note(key, f"{quoted(f'{key}={text}')} in this link is beyond {low:g} to {high:g}; you see {nearest:g}.")
    return nearest


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number
