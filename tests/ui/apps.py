"""Run the app without a browser."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.element_tree import Block
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from ui.session.uploads import Arrived

ROOT = Path(__file__).parents[2]
PAGES = (
    "streamlit_app.py",
    "pages/1_Brighten.py",
    "pages/2_Feature_maps.py",
    "pages/3_Train.py",
    "pages/4_Augment.py",
    "pages/5_Channel.py",
)


def opened(page: str = PAGES[0], **parameters: str | list[str]) -> AppTest:
    """The app of a visitor who has opened a page by an address with these parameters."""
    app = AppTest.from_file(str(ROOT / PAGES[0]), default_timeout=60)
    if page != PAGES[0]:
        app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


class _GoingBack(LocalScriptRunner):
    """A run that begins because the browser went back or forward; `AppTest` has no way to say so (Streamlit 1.67)."""

    def request_rerun(self, rerun_data: RerunData) -> bool:
        return super().request_rerun(replace(rerun_data, is_history_navigation=True))


def gone_back(app: AppTest, address: Mapping[str, str | list[str]], *, page: str | None = None) -> AppTest:
    """The app after the browser has gone back, or forward, to an address.

    Args:
        app: the app, after at least one run.
        address: the parameters of the address.
        page: the page to go to; None stays on the same page.
    """
    if page is not None:
        app.switch_page(page)
    app.query_params = dict(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app_test, "LocalScriptRunner", _GoingBack)
        return app.run()


def visitor(**parameters: str | list[str]) -> AppTest:
    """A visitor who has come by an address with these parameters. `result_of` draws the page."""

    def script(act: "Callable[[], object]") -> None:
        import streamlit as st

        st.session_state["result"] = act()

    app = AppTest.from_function(script, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app


def result_of(app: AppTest, act: Callable[[], object]) -> Any:
    """Run the page with one function as its whole script, and return the function's result.

    Args:
        app: from `visitor`.
        act: the function. Later runs of the page call it again.
    """
    app.args = (act,)
    app.run()
    assert not app.exception
    return app.session_state["result"]


def note_addresses(sent: list[str]) -> None:
    """Append the addresses that this run sends to the browser from now on. Call it in the function of `result_of`."""
    context = get_script_run_ctx()
    assert context is not None
    send = context._enqueue

    def noted(message: Any) -> None:
        if message.HasField("page_info_changed"):
            sent.append(message.page_info_changed.query_string)
        send(message)

    context._enqueue = noted


def elements(block: Block) -> Iterator[Any]:
    """All elements of a block, from top to bottom."""
    for child in block.children.values():
        yield from elements(child) if isinstance(child, Block) else (child,)


def components(app: AppTest) -> list[dict[str, Any]]:
    """The data of the page's components, except for components that take bytes."""
    return [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]


def brought(app: AppTest, name: str, content: bytes, *, is_overtaken: bool = False) -> AppTest:
    """The app after a picture of the visitor's has arrived."""
    app.session_state["_arrived-upload"] = Arrived(name, content, len(content), is_overtaken)
    return app.run()


def answers(app: AppTest) -> list[list[dict[str, Any]]]:
    """Name, text, start and end of each bar: first the unedited picture's, then the edited or augmented one's."""
    sides = {data["key"]: data["bars"] for data in components(app) if "bars" in data}
    return [sides["answer-original"], sides["answer-edited"]]


def following_sentences(app: AppTest) -> list[str]:
    """The sentences on the page that follow a held thumb."""
    return [data["text"] for data in components(app) if data.get("text")]
