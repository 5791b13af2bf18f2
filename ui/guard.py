"""How a page says no."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vizcore.errors import VizcoreError


@contextmanager
def sentences() -> Iterator[None]:
    """Show what a visitor can put right as the sentence it is, and go no further on this page.

    Anything but a VizcoreError is our bug: it goes to the log, and the visitor sees Streamlit's own short notice.
    """
    try:
        yield
    except VizcoreError as error:
        _say(str(error))
        st.stop()


@contextmanager
def sentence_here(layer: str = "") -> Iterator[None]:
    """Show what a visitor can put right in the place of this part of a page; the others go on.

    Args:
        layer: the one that this part is about, if it is about one.
    """
    try:
        yield
    except VizcoreError as error:
        _say(sentence(error, layer))


def sentence(error: VizcoreError, layer: str = "") -> str:
    """What an error says, and of which layer, where it does not name the layer itself."""
    said = str(error)
    return said if not layer or f"“{layer}”" in said else f"{layer}: {said}"


def _say(words: str) -> None:
    st.error(as_text(words), icon=":material/error:")


# What Streamlit's Markdown would make something of: emphasis, code, formulas, links, addresses, lists, dashes.
_MEANT_AS_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|$~&@]|:(?=\S)|(?<=www)\.|(?<=\d)\.(?=\s)|-(?=[->])|^[-+]")


def as_text(words: str) -> str:
    """Words that may hold a file's name, so that Streamlit's Markdown shows every sign of them as it is."""
    return _MEANT_AS_MARKDOWN.sub(lambda found: f"&#{ord(found.group())};", words)
