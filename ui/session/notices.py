"""Sentences about what a link or a field said and this app does not know, shown at the top of the page."""

import streamlit as st

from ui.guard import as_text

_LONGEST = 60


def place_notices() -> None:
    """Make the place for the sentences of this page, and show those of earlier runs there."""
    st.session_state["_notices_place"] = st.empty()
    show_notices()


def note(key: str, sentence: str) -> None:
    """Show a sentence at the top of the page until `forget_notice` is called or another page is opened.

    Args:
        key: what the sentence is about, such as the key of a widget. It replaces an earlier sentence about the same.
        sentence: as plain text.
    """
    if _sentences().get(key) != sentence:
        _sentences()[key] = sentence
        show_notices()


def forget_notice(key: str) -> None:
    """Take a sentence away, because it is no longer true."""
    if _sentences().pop(key, None) is not None:
        show_notices()


def forget_notices() -> None:
    """Take all sentences away, because another page is opened. Call it before `place_notices`."""
    _sentences().clear()


def notices() -> tuple[str, ...]:
    """The sentences that are shown, oldest first."""
    return tuple(_sentences().values())


def quoted(text: str) -> str:
    """A text that may come from anybody, in quotation marks and not longer than a line."""
    return f"“{text}”" if len(text) <= _LONGEST else f"“{text[:_LONGEST]}…”"


def show_notices() -> None:
    """Show the sentences in their place.

    A fragment that draws choices calls this in each of its runs: Streamlit lets a fragment write into a place outside
    only if it has done so in the last run of the page.
    """
    place = st.session_state.get("_notices_place")
    if place is None:
        return
    if notices():
        place.info(as_text(" ".join(notices())), icon=":material/link:")
    else:
        place.empty()


def _sentences() -> dict[str, str]:
    """Key → sentence, of this visitor."""
    sentences: dict[str, str] = st.session_state.setdefault("_notices", {})
    return sentences
