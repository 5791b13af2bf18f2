"""How a page refuses: errors that a visitor can put right become sentences on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vizcore.errors import VizcoreError


@contextmanager
def sentences() -> Iterator[None]:
    """Show a VizcoreError as a sentence and end the run of this page.

    Any other exception is our bug: it goes to the log, and the visitor sees Streamlit's own short notice.
    """
    try:
        yield
    except VizcoreError as error:
        _say(str(error))
        st.stop()


@contextmanager
def sentence_here(layer: str = "") -> Iterator[None]:
    """Show a VizcoreError as a sentence in place of this part of the page; the other parts are drawn.

    Args:
        layer: name of the layer that this part shows; empty if it shows none.
    """
    try:
        yield
    except VizcoreError as error:
        _say(sentence(error, layer))


def sentence(error: VizcoreError, layer: str = "") -> str:
    """The message of an error, preceded by the name of its layer if the message does not contain it."""
    message = str(error)
    return message if not layer or f"“{layer}”" in message else f"{layer}: {message}"


def _say(words: str) -> None:
    st.error(as_text(words), icon=":material/error:")


# Characters that Streamlit's Markdown would interpret: emphasis, code, formulas, links, addresses, lists, dashes.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|$~&@]|:(?=\S)|(?<=www)\.|(?<=\d)\.(?=\s)|-(?=[->])|^[-+]")


def as_text(words: str) -> str:
    """Escape a text so that Streamlit's Markdown shows every character unchanged. Needed where it may name a file."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match.group())};", words)
