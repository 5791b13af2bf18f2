"""Messages of components in the browser."""

from collections.abc import Mapping
from typing import Any

import streamlit as st


def next_number() -> int:
    """A number that this visitor's session has not had before."""
    st.session_state["_number"] = st.session_state.get("_number", 0) + 1
    number: int = st.session_state["_number"]
    return number


def event(key: str, name: str) -> Any:
    """The message that a component has sent for this run, or None. It comes from the browser: the caller checks it.

    Args:
        key: of the component.
        name: of the event.
    """
    return st.session_state.get(key, {}).get(name)


def time_of(message: object) -> float:
    """When the browser sent a message, in ms on its own clock; 0 if the message does not say it."""
    time = message.get("at") if isinstance(message, Mapping) else None
    return float(time) if isinstance(time, int | float) and abs(time) < 1e15 else 0.0
