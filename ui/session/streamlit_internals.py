"""Every unpublished interface of Streamlit that we rely on.

They were read off the version below. `tests/ui/session/test_streamlit_internals.py` runs each of them against the
installed version. One more is in `ui/cached/tensorflow.py`; the same test runs it.
"""

from typing import Any
from urllib.parse import parse_qs

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.safe_session_state import SafeSessionState

READ_OFF = "1.67.0"


def is_history_navigation() -> bool:
    """Whether this run began because the browser went back or forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def asked_parameters() -> str:
    """The parameters of the address that the browser had when it asked for this run, as one text."""
    context = get_script_run_ctx()
    return "" if context is None else context.query_string


def write_into_address(key: str, text: str | list[str]) -> None:
    """Write the value of a bound widget into the address, in this run.

    Streamlit 1.67 itself writes only values that a visitor has touched; one from a link is missing on the next page.

    Args:
        key: of the widget.
        text: the value as the address contains it; a list for several values.
    """
    context = get_script_run_ctx()
    if context is not None:
        with context.session_state.query_params() as params:
            # With this type a single text stays a single text.
            params.set_corrected_value(key, text, "string_array_value")


def take_out_of_address(key: str) -> None:
    """Let a bound widget begin without its value of the address. Call it before the widget is drawn.

    Streamlit 1.67 fails at an infinite number in the address of a widget for integers.

    Args:
        key: of the widget.
    """
    context = get_script_run_ctx()
    if context is not None:
        st.query_params.pop(key, None)
        with context.session_state.query_params() as params:
            params.set_initial_query_params_from_current()


_EMBEDDING = ("embed", "embed_options")


def go_back_whole() -> None:
    """When the browser goes back to another page, give that page's widgets the whole address.

    Streamlit 1.67 first removes from the address the parameters whose widgets were on the page that is left. Without
    them the widgets of the other page would begin with their first values.
    """
    context = get_script_run_ctx()
    if context is None or not is_history_navigation():
        return
    whole = parse_qs(context.query_string, keep_blank_values=True)
    # The parameters for embedding the app in another page are Streamlit's own and never in `st.query_params`.
    taken = {name: whole[name] for name in whole if name not in st.query_params and name not in _EMBEDDING}
    if taken:
        with context.session_state.query_params() as params:
            params.set_initial_query_params(context.query_string)
        st.query_params.update(taken)


_WITH_CALLBACKS = "on_script_will_rerun"
_run_callbacks = SafeSessionState.on_script_will_rerun


def finish_callbacks() -> None:
    """From now on let no request interrupt the callbacks of an earlier one, in all sessions of the process.

    Streamlit 1.67 interrupts a callback where it touches the session's state while a newer request waits. What was left
    to do is lost. And the newer request is put after one that is newer still, so that an older message is the last.
    """
    setattr(SafeSessionState, _WITH_CALLBACKS, _finish_callbacks)


def _finish_callbacks(state: SafeSessionState, *requested: Any, **how: Any) -> None:
    """Replaces `SafeSessionState.on_script_will_rerun`. After it Streamlit looks for a newer request by itself."""
    interrupt = state._yield_callback
    interrupt()
    object.__setattr__(state, "_yield_callback", _go_on)
    try:
        _run_callbacks(state, *requested, **how)
    finally:
        object.__setattr__(state, "_yield_callback", interrupt)


def _go_on() -> None:
    """Replaces the interruption."""


class _Kept(frozenset[str]):
    """Hashes of the messages that the browser has kept, as it said when it asked for a run.

    Attributes:
        is_certain: whether it still has them. If not, every message counts as missing.
        missing: hashes of the messages of the run that it had not kept, or not for certain.
        on_the_way: hashes of earlier messages that may have been on their way when the browser asked.
    """

    is_certain: bool
    missing: set[str]
    on_the_way: set[str]

    def __contains__(self, digest: object) -> bool:
        if not super().__contains__(digest):
            self.missing.add(str(digest))
            return False
        return self.is_certain


def send_what_may_be_gone() -> None:
    """Send a message whole if the browser may have dropped it since it asked for this run.

    Streamlit 1.67 sends the hash alone of a message that the browser said it has. But the browser drops old messages at
    the end of a run, so of two quick requests the second may name a message that goes at the end of the first's run. A
    hash that the browser does not know stops it for ever: it shows nothing more.

    The browser drops nothing between a request and its run, unless it sees an earlier run begin there. So a request is
    trusted if it names a message that the run before was the first to send.
    """
    context = get_script_run_ctx()
    if context is None or isinstance(context.cached_message_hashes, _Kept):
        return
    kept, before = _Kept(context.cached_message_hashes), st.session_state.get("_kept")
    kept.missing, kept.on_the_way, kept.is_certain = set(), set(), False
    if before is not None:
        kept.is_certain = not kept.isdisjoint(before.missing - before.on_the_way)
        kept.on_the_way = before.missing if kept.is_certain else before.missing | before.on_the_way
    context.cached_message_hashes = kept
    st.session_state["_kept"] = kept


def forget_upload(file: st.typing.UploadedFile) -> None:
    """Drop Streamlit's copy of a processed file. Otherwise it would stay in memory until the session ends."""
    st.session_state["_files_taken"] = st.session_state.get("_files_taken", 0) + 1
    context = get_script_run_ctx()
    manager = get_instance().uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, file.file_id)


def fetch_upload(file_id: str) -> tuple[str, bytes] | None:
    """Take a file out of the place where Streamlit's own route for uploads has put it.

    The browser sends it to that route itself, so that it goes on while pages change. Streamlit checks the token against
    forged requests, the session and the size.

    Args:
        file_id: the last part of the address to which the browser has sent it.

    Returns:
        Name and bytes; None if no such file has arrived for this session.
    """
    context = get_script_run_ctx()
    manager = get_instance().uploaded_file_mgr
    if context is None or not isinstance(manager, MemoryUploadedFileManager):
        return None
    files = manager.get_files(context.session_id, [file_id])
    manager.remove_file(context.session_id, file_id)
    return (files[0].name, files[0].data) if files else None


def is_connected(session_id: str) -> bool:
    """Whether a visitor's browser is connected at this moment. It may be called from any thread.

    The question is not whether Streamlit still has the session: it keeps a session for two minutes after the tab was
    closed (`server.disconnectedSessionTTL`).
    """
    return exists() and get_instance().is_active_session(session_id)


def session_id() -> str:
    """Streamlit's identifier of this visitor's session; empty outside a script run."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""
