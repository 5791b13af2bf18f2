"""Messages of components in the browser."""

from collections.abc import Callable, Mapping
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


def answer(about: str, message: object, act: Callable[[], object]) -> None:
    """Do what a message asks for, unless this message or a later one about the same has been answered.

    Messages can come in another order than they were sent: of two components that have something to say, Streamlit 1.67
    calls the callback of the later message first.

    Args:
        about: what the message changes, such as "light". Components that change the same share it.
        message: from the browser, {"at": …} and what the caller checks. Anything but an object is ignored.
        act: does it.
    """
    if not isinstance(message, Mapping):
        return
    at, last = time_of(message), answered(about)
    if last is None or at > last:
        act()
        st.session_state[f"_answered-{about}"] = at


def answer_event(about: str, key: str, name: str, act: Callable[[object], object]) -> None:
    """Do what a component has said for this run, unless this or something later about the same has been answered.

    Args:
        about: as for `answer`.
        key: of the component.
        name: of the event. Its content comes from `dated` in `ui/parts/browser/events.js`.
        act: called with what the component has said. It comes from the browser: `act` checks it.
    """
    message = event(key, name)
    if isinstance(message, Mapping):
        answer(about, message, lambda: act(message.get("said")))


def answered(about: str) -> float | None:
    """When the last answered message was sent, in ms on the browser's own clock; None before the first."""
    at: float | None = st.session_state.get(f"_answered-{about}")
    return at
