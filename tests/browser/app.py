"""Start the app and a Chromium, for the journeys, the benchmarks and the pictures of the documentation."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).parents[2]
PATIENCE = 90  # seconds


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def running_app(log: Path, *arguments: str, script: str = "streamlit_app.py") -> Iterator[tuple[str, int]]:
    """Run the app on a free port; yield its address and the server's process id.

    Args:
        log: the file that takes the server's output.
        arguments: further arguments of `streamlit run`.
        script: the script of the app.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless", "true"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
        server = subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(address, server, log)
            yield address, server.pid
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The app did not start:\n{log.read_text()}")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A headless Chromium that makes no requests of its own."""
    # Chromium refuses to start with a sandbox as root, so the sandbox is switched off there only.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # A fake camera shows a test picture, and Chromium does not ask for permission.
    flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=flags)
        yield browser
        browser.close()


class Line:
    """The connection of a page to its server. It knows whether the server has answered all requests of the page.

    Attributes:
        asked: number of runs that the page has requested. Runs that it requests by itself do not count: the
            repetitions of a fragment and the growth of a ribbon.
        more: number of requests for the growth of a ribbon since the page was last changed for another one.
    """

    def __init__(self, page: Page) -> None:
        self.asked = self.more = 0
        self._page = ""
        self._is_waiting = self._is_begun = False
        page.on("websocket", self._opened)

    @property
    def is_answered(self) -> bool:
        """Whether a run that began after the last request has ended."""
        return not self._is_waiting

    def _opened(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).path.endswith("/_stcore/stream"):
            self._is_waiting = False
            socket.on("framesent", self._sent)
            socket.on("framereceived", self._received)

    def _sent(self, content: bytes) -> None:
        message = BackMsg.FromString(content)
        wanted = message.rerun_script
        if message.WhichOneof("type") != "rerun_script" or wanted.is_auto_rerun:
            return
        if wanted.page_script_hash != self._page:
            self._page, self.more = wanted.page_script_hash, 0
        if any('"event":"more"' in state.json_trigger_value for state in wanted.widget_states.widgets):
            self.more += 1
        else:
            self.asked += 1
            self._is_waiting, self._is_begun = True, False

    def _received(self, content: bytes) -> None:
        message = ForwardMsg.FromString(content)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._is_begun = True
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._is_waiting = self._is_waiting and not self._is_begun


_LINES: WeakKeyDictionary[Page, Line] = WeakKeyDictionary()


def line(page: Page) -> Line:
    """The connection of a page that `tab` has opened."""
    return _LINES[page]


@contextmanager
def tab(context: BrowserContext) -> Iterator[Page]:
    """A new page, which is a new session. On exit, check that no script failed and no other host was contacted."""
    page = context.new_page()
    _LINES[page] = Line(page)
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield page
    page.close()
    assert not mistakes
    # The address of a blob has no host.
    assert hosts <= {"127.0.0.1", None}


@contextmanager
def visitor(chromium: Browser, **how: Any) -> Iterator[Page]:
    """A page in a new browser profile.

    Args:
        chromium: the browser.
        how: options of `Browser.new_context`.
    """
    context = chromium.new_context(**how)
    with tab(context) as page:
        yield page
    context.close()


# Wait for three frames in a row without a running script and without a component marked as busy. One frame is not
# enough: the components of a page are mounted shortly after the run that sent them.
_CALM = """async (seconds) => {
    const parts = () => [document, ...[...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
        .map(({ shadowRoot }) => shadowRoot).filter(Boolean)];
    const isCalm = () => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
        && !parts().some((part) => part.querySelector("[data-busy]"));
    const end = performance.now() + 1000 * seconds;
    for (let frames = 0; frames < 3;) {
        await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
        frames = isCalm() ? frames + 1 : 0;
        if (performance.now() > end) throw new Error("The page did not come to rest.");
    }
}"""


def settle(page: Page) -> None:
    """Wait until the server has answered every action, no script is running and every component shows its data."""
    connection = _LINES.get(page)
    end = time.monotonic() + PATIENCE
    while True:
        # When the page is calm, every earlier action has been sent to the server.
        page.evaluate(_CALM, PATIENCE)
        if connection is None or connection.is_answered:
            return
        while not connection.is_answered:
            if time.monotonic() > end:
                raise TimeoutError("The server did not answer.")
            page.wait_for_timeout(10)
