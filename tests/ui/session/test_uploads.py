"""Files that arrive from the browser: the later choice wins, and nothing that a browser says is believed."""

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from tests.ui.apps import PAGES, brought, opened, result_of, visitor
from tests.ui.test_pages import captions, png
from ui.session.picture import chosen_picture
from ui.session.streamlit_internals import session_id
from ui.session.uploads import Arrived, arrived, forget_arrived, keep_arrived, receive_upload, taken_upload
from vizcore.pictures.limits import MAX_BYTES

MINE = png(np.full((5, 7, 3), 9, np.uint8))


def test_a_picture_that_arrives_after_another_was_chosen_waits_to_be_shown() -> None:
    app = opened(PAGES[1], picture="coffee")
    brought(app, "mine.png", MINE, is_overtaken=True)
    assert not app.exception
    assert "600 × 400" in captions(app)
    assert app.query_params["picture"] == "coffee"
    app.button(key="own-again").click().run()
    assert "mine.png · 7 × 5" in captions(app)
    assert app.query_params["picture"] == "own"
    assert "own-again" not in [button.key for button in app.button]


def test_a_file_that_was_too_large_to_be_sent_gets_the_sentence_of_one_that_is_too_large() -> None:
    app = opened(PAGES[1])
    app.session_state["_arrived-upload"] = Arrived("large.png", b"", MAX_BYTES + 1)
    app.run()
    assert ["“large.png” has 10.1 MB, and up to 10 MB are read" in error.value for error in app.error] == [True]


def said(message: object, *, bytes_are_there: bool) -> object:
    """What has arrived, and the name of the last upload that was taken, after a message of the browser."""

    def act() -> object:
        # The server of `AppTest` is a stand-in, which keeps no files.
        get_instance().uploaded_file_mgr = manager = MemoryUploadedFileManager("/")
        if bytes_are_there:
            manager.add_file(session_id(), UploadedFileRec("upload", "a.png", "image/png", b"bytes"))
        st.session_state["upload"] = {"arrived": message}
        receive_upload("upload")
        return arrived("upload"), taken_upload("upload")

    return result_of(visitor(), act)


def message(**values: object) -> dict[str, object]:
    return {"id": "1-1", "name": "b.png", "size": 5, "sent": True, "overtaken": False} | values


@pytest.mark.parametrize(
    ("said_by_the_browser", "bytes_are_there", "expected"),
    [
        (message(), True, (Arrived("a.png", b"bytes", 5), "1-1")),
        (message(overtaken=True), True, (Arrived("a.png", b"bytes", 5, is_overtaken=True), "1-1")),
        (message(overtaken="yes", size="x"), True, (Arrived("a.png", b"bytes", 5), "1-1")),
        # The second of two messages, after the bytes have been taken.
        (message(), False, (None, "1-1")),
        (message(sent=False, size=MAX_BYTES + 1), False, (Arrived("b.png", b"", MAX_BYTES + 1), "1-1")),
        (message(sent=False, size="many"), False, (None, "1-1")),
        (message(id=7), True, (None, "")),
        (message(id="1" * 61), True, (None, "")),
        ({}, True, (None, "")),
        (None, True, (None, "")),
        ("1-1", True, (None, "")),
    ],
)
def test_a_message_of_the_browser_brings_a_file_or_nothing(
    said_by_the_browser: object, bytes_are_there: bool, expected: object
) -> None:
    assert said(said_by_the_browser, bytes_are_there=bytes_are_there) == expected


def test_a_message_that_is_repeated_brings_the_file_once() -> None:
    def act() -> object:
        st.session_state["upload"] = {"arrived": message(sent=False)}
        receive_upload("upload")
        first = arrived("upload")
        forget_arrived("upload")
        receive_upload("upload")
        return first, arrived("upload")

    assert result_of(visitor(), act) == (Arrived("b.png", b"", 5), None)


def test_a_file_whose_opening_was_interrupted_is_opened_by_the_next_run() -> None:
    app = visitor()
    file = Arrived("a.png", b"bytes", 5)

    def arrive() -> object:
        keep_arrived("upload", file)
        st.stop()

    app.args = (arrive,)
    app.run()
    assert result_of(app, lambda: arrived("upload")) == file
    assert result_of(app, chosen_picture) == "cat"
