"""A button that downloads a file."""

from typing import Any

import streamlit as st


def download(label: str, **options: Any) -> None:
    """Draw the button.

    Args:
        label: on the button.
        options: of `st.download_button`: data, or a function that makes it at the click, file_name, mime and others.
    """
    # Without a run of the page: a run gives every function another place, and a second click that still names the place
    # of before would download nothing (Streamlit 1.67).
    st.download_button(label, on_click="ignore", **options)
