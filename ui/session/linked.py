"""A choice that no widget holds, kept in the address like the widgets' own."""

from collections.abc import Callable

import streamlit as st

from ui.session.streamlit_internals import is_history_navigation


def linked(key: str, default: str, is_valid: Callable[[str], bool]) -> str:
    """A choice held by a component of ours, kept in the address like the widgets' own.

    The address is read when a visitor comes and when the browser goes back or forward. Otherwise the session has the
    word: a click that was made while the last answer was on its way still carries the address of before. What is
    invalid is ignored.
    """
    value_key = f"_{key}"
    incoming = st.query_params.get(key)
    if value_key not in st.session_state or is_history_navigation():
        st.session_state[value_key] = incoming if incoming is not None and is_valid(incoming) else default
    value: str = st.session_state[value_key]
    if value != default and is_valid(value):
        st.query_params[key] = value
    elif incoming is not None:
        del st.query_params[key]
    return value
