"""Files that arrive from the browser."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ui.session.events import event
from ui.session.streamlit_internals import fetch_upload


@dataclass(frozen=True)
class Arrived:
    """A file of the visitor that has arrived.

    Attributes:
        name: of the file.
        data: its bytes; empty if it was too large to be sent.
        size: number of its bytes.
        is_overtaken: whether the visitor has chosen something else since.
    """

    name: str
    data: bytes
    size: int
    is_overtaken: bool = False


def receive_upload(key: str) -> None:
    """Keep the file that an uploader has announced until a page has opened it. Call it in the uploader's callback.

    A run that is interrupted while it opens the file leaves it to the next run.

    Args:
        key: of the uploader. The message comes from the browser: it is checked.
    """
    message = event(key, "arrived")
    if not isinstance(message, Mapping) or not isinstance(message.get("id"), str) or len(message["id"]) > _LONGEST_ID:
        return
    if message["id"] == taken_upload(key):
        return
    size, name = message.get("size"), str(message.get("name", ""))
    is_overtaken = message.get("overtaken") is True
    found = fetch_upload(key)
    if found is not None:
        name, data = found
        keep_arrived(key, Arrived(name, data, len(data), is_overtaken))
    elif isinstance(size, int) and size > 0 and message.get("sent") is False:
        keep_arrived(key, Arrived(name, b"", size, is_overtaken))
    st.session_state[f"_taken-{key}"] = message["id"]


_LONGEST_ID = 60


def taken_upload(key: str) -> str:
    """The name of the last upload that this session has taken from an uploader; empty before the first."""
    taken: str = st.session_state.get(f"_taken-{key}", "")
    return taken


def keep_arrived(key: str, file: Arrived) -> None:
    """Keep a file in place of an earlier one that no page has opened yet."""
    st.session_state[f"_arrived-{key}"] = file


def arrived(key: str) -> Arrived | None:
    """The file that has arrived and is to be opened, or None."""
    file: Arrived | None = st.session_state.get(f"_arrived-{key}")
    return file


def forget_arrived(key: str) -> None:
    """Drop the file, because it has been opened or refused."""
    st.session_state.pop(f"_arrived-{key}", None)
