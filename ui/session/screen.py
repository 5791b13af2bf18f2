"""Whether the visitor's page is as narrow as a phone's."""

import streamlit as st

SCREEN = "screen"
"""Key of the component that measures the page."""


def is_narrow() -> bool:
    """Whether the page is narrow: as its component says, and before that whether the browser is a phone's.

    All browsers on phones name themselves as such. Python does not know the width of a page.
    """
    measured = st.session_state.get(SCREEN, {}).get("narrow")
    if isinstance(measured, bool):
        return measured
    return "Mobi" in st.context.headers.get("User-Agent", "")
