"""What a component in the browser has just said. It comes from outside and is to be checked."""

from typing import Any

import streamlit as st


def next_number() -> int:
    """A number that this visitor's session has not had before."""
    st.session_state["_number"] = st.session_state.get("_number", 0) + 1
    number: int = st.session_state["_number"]
    return number


def event(key: str, name: str) -> Any:
    """What a component in the browser has just said, or None. It comes from outside and is to be checked."""
    return st.session_state.get(key, {}).get(name)
