"""Whether the visitor's page is as narrow as a phone's."""

import streamlit as st

SCREEN = "screen"
"""Key of the component that measures the page."""


def is_narrow() -> bool:
    """Whether the page is narrow: as its component says, and before that whether the browser is a phone's.

    Python itself does not know the width of a page.
    """
    measured = st.session_state.get(SCREEN, {}).get("narrow")
    if isinstance(measured, bool):
        return measured
    return is_phone()


def is_phone() -> bool:
    """Whether the browser is a phone's, upright or on its side: all browsers on phones name themselves as such."""
    return "Mobi" in st.context.headers.get("User-Agent", "")
