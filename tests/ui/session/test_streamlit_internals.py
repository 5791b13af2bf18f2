"""What Streamlit does not publish and we rely on, run against the version that is installed.

A failure says what changed in Streamlit and which of our lines rest on it.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import ClientContext
from streamlit.testing.v1 import AppTest
from streamlit.web.server import Server

from tests.ui.apps import PAGES, gone_back, opened, result_of, visitor
from ui.session import streamlit_internals as internals
from ui.session.choices import choose, restore_choices

INTERNALS = "ui/session/streamlit_internals.py"


def test_the_version_that_is_installed_is_the_one_they_were_read_off() -> None:
    assert st.__version__ == internals.READ_OFF, (
        f"{INTERNALS} was read off Streamlit {internals.READ_OFF}; {st.__version__} is installed. Run this file, see "
        "whether a published way has come, look at the selectors of ui/frame/frame.css and at "
        "ui/frame/history/history.js, then set READ_OFF."
    )


# The run of a script


def test_a_run_knows_whether_the_browser_went_back() -> None:
    changed = f"Streamlit no longer tells going back from other runs as {INTERNALS}: is_history_navigation asks."
    app = visitor()
    assert result_of(app, internals.is_history_navigation) is False, changed
    assert gone_back(app, {}).session_state["result"] is True, changed
    assert result_of(app, internals.is_history_navigation) is False, changed


def test_outside_of_a_run_nobody_went_back_and_there_is_no_session() -> None:
    assert internals.is_history_navigation() is False
    assert internals.session_id() == ""


CLICKED = """
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from ui.session.streamlit_internals import finish_callbacks

finish_callbacks()

def clicked():
    get_script_run_ctx().script_requests.request_rerun(RerunData())
    st.session_state["done"] = ["half"]
    st.session_state["done"] = ["half", "whole"]

st.button("Click", on_click=clicked)
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
"""


def test_a_newer_request_waits_until_the_callbacks_of_an_earlier_one_have_ended() -> None:
    app = AppTest.from_string(CLICKED, default_timeout=60).run()
    app.button[0].click().run()
    assert app.session_state["done"] == ["half", "whole"], (
        f"SafeSessionState.on_script_will_rerun runs the callbacks otherwise, for {INTERNALS}: finish_callbacks. "
        "Clicks would be lost, and older ones would win over newer ones."
    )
    assert app.session_state["runs"] == 2


# Widgets that are bound to the address, as Streamlit treats them by itself

ORDER = """
import streamlit as st
st.session_state["result"] = st.selectbox("Order", ["a", "b", "c"], key="order", bind="query-params")
"""
CHOSEN = """
import streamlit as st
from ui.session.choices import choose, restore_choices
restore_choices({page!r})
st.session_state["result"] = choose(st.selectbox, "Order", ["a", "b", "c"], key="order", first="a")
"""
FIRST, SECOND = "pages/1_First.py", "pages/2_Second.py"


def two_pages(folder: Path, script: str) -> AppTest:
    """An app whose two pages draw one choice; the first of them is open."""
    (folder / "pages").mkdir()
    (folder / "main.py").touch()
    for page in (FIRST, SECOND):
        (folder / page).write_text(script.replace("{page!r}", repr(page)))
    return AppTest.from_file(str(folder / "main.py"), default_timeout=60).switch_page(FIRST)


def turned_to(app: AppTest, page: str) -> AppTest:
    """The app on another page, whose address says nothing, as behind a link of the navigation."""
    app.query_params = {}
    return app.switch_page(page).run()


def linked(app: AppTest, value: str) -> AppTest:
    """The app after it was opened by a link with this choice, and the other page was turned to."""
    app.query_params["order"] = value
    assert app.run().session_state["result"] == value
    return turned_to(app, SECOND)


LOST = (
    "Streamlit itself takes a value that came with a link to another page now: ui/session/choices.py: "
    "restore_choices, and write_into_address in choose, may not be needed any more."
)


def test_by_itself_a_value_of_a_link_is_lost_on_another_page(tmp_path: Path) -> None:
    app = linked(two_pages(tmp_path, ORDER), "b")
    assert app.session_state["result"] == "a", LOST
    assert app.query_params == {}, LOST


def test_a_choice_of_a_link_is_on_another_page_and_in_its_address(tmp_path: Path) -> None:
    app = linked(two_pages(tmp_path, CHOSEN), "b")
    assert not app.exception
    assert app.session_state["result"] == "b", "Set before it is drawn, a bound widget takes no value on another page."
    assert app.query_params == {"order": "b"}, (
        f"QueryParams.set_corrected_value writes no address any more, for {INTERNALS}: write_into_address."
    )


def left(app: AppTest) -> AppTest:
    """The app after a link to the first page, a touch on the second, and the way back."""
    linked(app, "b")
    app.query_params = {"order": "c"}  # the browser writes there what is touched
    app.selectbox(key="order").set_value("c").run()
    assert app.session_state["result"] == "c"
    return gone_back(app, {"order": "b"}, page=FIRST)


def test_by_itself_the_way_back_to_another_page_begins_anew(tmp_path: Path) -> None:
    assert left(two_pages(tmp_path, ORDER)).session_state["result"] == "a", (
        f"Streamlit itself gives a page the address that the browser went back to now: {INTERNALS}: go_back_whole, and "
        "with it set_initial_query_params and context.query_string, may not be needed any more."
    )


def test_the_way_back_to_another_page_is_the_address_that_was(tmp_path: Path) -> None:
    app = left(two_pages(tmp_path, CHOSEN))
    assert not app.exception
    assert app.session_state["result"] == "b", (
        "QueryParams.set_initial_query_params with the run's query_string gives widgets no values any more, for "
        f"{INTERNALS}: go_back_whole."
    )
    assert app.query_params == {"order": "b"}


def test_a_bound_value_cannot_be_written_into_the_address_in_a_published_way() -> None:
    def write() -> str:
        st.selectbox("Order", ["a", "b"], key="order", bind="query-params")
        try:
            st.query_params["order"] = "b"
        except st.errors.StreamlitAPIException as error:
            return str(error)
        return ""

    assert "bound to a widget" in result_of(visitor(), write), (
        f"st.query_params can be set for a bound widget now: use it in place of {INTERNALS}: write_into_address."
    )


def test_an_empty_value_of_a_link_means_nothing_even_where_a_choice_is_required() -> None:
    def draw() -> object:
        return st.segmented_control("View", ["a", "b"], default="a", required=True, key="view", bind="query-params")

    assert result_of(visitor(view=""), draw) is None, (
        "A required choice is never None now: what ui/session/choices.py: choose does about None may go."
    )


WIDGETS: list[tuple[Callable[..., Any], tuple[Any, ...], Any, Any, dict[str, Any]]] = [
    (st.multiselect, ("A", ["x", "y", "z"]), ["x"], ["z", "y"], {}),
    (st.number_input, ("A",), 1, 3, {}),
    (st.number_input, ("A",), 1.0, 2.35, {"format": "%.2f"}),
    (st.pagination, (4,), 1, 3, {}),
    (st.pills, ("A", ["x", "y"]), ["x"], ["x", "y"], {"selection_mode": "multi"}),
    (st.segmented_control, ("A", [1, 2]), 1, 2, {}),
    (st.segmented_control, ("A", ["x", "y"]), "x", "y", {"format_func": str.upper}),
    (st.selectbox, ("A", (0.0001, 0.5)), 0.0001, 0.5, {}),
    (st.toggle, ("A",), False, True, {}),
    (st.toggle, ("A",), True, False, {}),
]


WIDGET = """
from tests.ui.session.test_streamlit_internals import draw
draw({page!r}, NUMBER)
"""


def draw(page: str, number: int) -> None:
    """A page with one of the widgets."""
    widget, arguments, first, other, options = WIDGETS[number]
    restore_choices(page)
    if st.session_state.get("is set"):
        st.session_state["choice"] = other
    st.session_state["result"] = choose(widget, *arguments, key="choice", first=first, **options)


@pytest.mark.parametrize("number", range(len(WIDGETS)), ids=[f"{one[0].__name__}-{one[3]}" for one in WIDGETS])
def test_the_address_of_another_page_says_a_choice_as_streamlit_itself_does(tmp_path: Path, number: int) -> None:
    _, _, first, other, _ = WIDGETS[number]
    script = WIDGET.replace("NUMBER", str(number))
    app = two_pages(tmp_path, script)
    assert app.run().session_state["result"] == first
    assert app.query_params == {}
    # Streamlit itself writes what the script of a page sets.
    app.session_state["is set"] = True
    assert app.run().session_state["result"] == other
    address = dict(app.query_params)
    assert set(address) == {"choice"}
    (tmp_path / "another visitor").mkdir()
    app = two_pages(tmp_path / "another visitor", script)
    app.query_params = address
    assert app.run().session_state["result"] == other
    turned_to(app, SECOND)
    assert not app.exception
    assert app.session_state["result"] == other
    assert app.query_params == address, (
        "Streamlit writes this choice in other words than ui/session/choices.py: _written."
    )


# Messages that the browser has kept

STOPS = (
    "Where the browser does not know a hash, it draws nothing more. Either Streamlit asks otherwise now which messages "
    f"the browser has, for {INTERNALS}: send_what_may_be_gone, or that function is wrong."
)


def named_alone(app: AppTest, kept: set[str], messages: str) -> str:
    """Of the messages of a run, those of which the hash alone is sent to a browser that has kept some."""

    def run() -> str:
        context = get_script_run_ctx()
        assert context is not None
        context.cached_message_hashes = frozenset(kept)
        # The first call counts: fragments of a page call it, too.
        internals.send_what_may_be_gone()
        found = "".join(message for message in messages if message in context.cached_message_hashes)
        internals.send_what_may_be_gone()
        return found

    found: str = result_of(app, run)
    return found


def test_a_hash_is_sent_alone_only_if_the_browser_had_seen_the_run_before_begin() -> None:
    app = visitor()
    assert named_alone(app, set(), "ab") == ""
    assert named_alone(app, {"a", "b"}, "abc") == "ab", "Messages would be sent again in every run."
    # This request was made before the messages of the last run had come.
    assert named_alone(app, {"a", "b"}, "abcd") == "", STOPS
    # "c" may have come from the last run but one, so it does not say that the browser has seen the last run.
    assert named_alone(app, {"a", "b", "c"}, "abcd") == "", STOPS
    assert named_alone(app, {"a", "b", "c", "d"}, "ae") == "", STOPS
    assert named_alone(app, {"a", "e"}, "aef") == "ae"
    # A run without anything new proves nothing.
    assert named_alone(app, {"a", "e", "f"}, "ae") == "ae"
    assert named_alone(app, {"a", "e", "f"}, "ae") == "", STOPS


def test_streamlit_asks_for_each_large_message_whether_the_browser_has_it() -> None:
    def run() -> int:
        internals.send_what_may_be_gone()
        st.html("<p>large</p>" * 1000)
        st.html("<p>small</p>")
        return len(st.session_state["_kept"].missing)

    assert result_of(visitor(), run) == 1, STOPS


@pytest.mark.parametrize("page", PAGES)
def test_each_run_of_a_page_sends_a_new_message_that_the_browser_keeps(page: str) -> None:
    app = opened(page)
    before = set(app.session_state["_kept"].missing)
    assert before
    assert app.run().session_state["_kept"].missing - before, "ui/frame/frame.py numbers the runs for that."


# Uploads and sessions, in a server as `streamlit run` makes it


def test_a_file_that_a_person_brought_has_a_name_of_its_own() -> None:
    app = visitor()
    result_of(app, lambda: st.file_uploader("File") and None)
    app.file_uploader[0].upload("a.png", b"bytes")
    assert isinstance(result_of(app, lambda: st.file_uploader("File").file_id), str), (
        f"A file that was brought has no file_id any more, for {INTERNALS}: forget_upload."
    )


SERVED = """
from pathlib import Path
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime import get_instance
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from ui.session.streamlit_internals import fetch_upload, forget_upload, session_id

manager, file = get_instance().uploaded_file_mgr, UploadedFileRec("a-file", "a.png", "image/png", b"bytes")
manager.add_file(session_id(), file)
held = [len(manager.get_files(session_id(), ["a-file"]))]
forget_upload(UploadedFile(file, FileURLs()))
held.append(len(manager.get_files(session_id(), ["a-file"])))
manager.add_file("another session", UploadedFileRec("upload", "b.png", "image/png", b"theirs"))
manager.add_file(session_id(), UploadedFileRec("upload", "c.png", "image/png", b"mine"))
held += [fetch_upload("upload"), fetch_upload("upload"), len(manager.get_files("another session", ["upload"]))]
Path(__file__).with_name("said").write_text(f"{session_id()} {held}")
"""


class Browser:
    """Hears when the server has answered."""

    client_context: ClientContext | None = None

    def __init__(self) -> None:
        self.is_answered = asyncio.Event()

    def write_forward_msg(self, message: ForwardMsg) -> None:
        if message.HasField("script_finished"):
            self.is_answered.set()


async def visited(script: Path) -> tuple[str, list[bool]]:
    """Name of the session of a browser that opens a script and goes; whether it is connected, before and after."""
    Server(str(script), is_hello=False)
    server, browser, page = Runtime.instance(), Browser(), BackMsg()
    await server.start()
    session = server.connect_session(client=browser, user_info={})
    page.rerun_script.query_string = ""
    server.handle_backmsg(session, page)
    await asyncio.wait_for(browser.is_answered.wait(), 60)
    is_connected = [internals.is_connected(session)]
    server.disconnect_session(session)
    is_connected.append(internals.is_connected(session))
    server.stop()
    await server.stopped
    return session, is_connected


def test_a_session_and_its_uploads_in_a_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # `AppTest` leaves a stand-in for the server behind.
    monkeypatch.setattr(Runtime, "_instance", None)
    assert internals.is_connected("a session") is False, f"{INTERNALS}: is_connected asks where there is no server."
    script = tmp_path / "main.py"
    script.write_text(SERVED)
    session, is_connected = asyncio.run(visited(script))
    assert is_connected == [True, False], (
        f"Runtime.is_active_session answers otherwise, for {INTERNALS}: is_connected. Trainings that nobody waits for "
        "would go on, or others would be ended (ui/jobs/training.py)."
    )
    name, _, held = (tmp_path / "said").read_text().partition(" ")
    assert name == session, f"A run's session_id is not the session's, for {INTERNALS}: session_id."
    assert held == "[1, 0, ('c.png', b'mine'), None, 1]", (
        f"MemoryUploadedFileManager.get_files or remove_file, or the server's choice of it, changed, for {INTERNALS}: "
        "forget_upload and fetch_upload. Uploads would stay in memory until the session ends."
    )


# Keras


def test_after_each_run_streamlit_looks_up_what_clears_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(keras.backend, "clear_session", lambda: called.append("clear_session"))
    result_of(visitor(), lambda: None)
    assert called, (
        "Streamlit does not call sys.modules['keras'].backend.clear_session after a run any more, or not without "
        "arguments: ui/cached/tensorflow.py replaces it, and the stand-in may go, or something else has to be replaced."
    )
