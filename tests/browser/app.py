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

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@contextmanager
def running_app(log: Path, *arguments: str, script: str = "streamlit_app.py") -> Iterator[tuple[str, int]]:
    """The app on a port of its own: its address and the server's process id. What it logs goes to a file."""
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
    """A headless Chromium that asks nothing of the network."""
    # Without a sandbox only where Chromium refuses to start with one: as root.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    # A camera that shows a test picture, without asking.
    flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=flags)
        yield browser
        browser.close()


@contextmanager
def visitor(chromium: Browser, **how: Any) -> Iterator[Page]:
    """A visitor of its own. No journey raises anything in the browser, and none asks another host for anything."""
    context = chromium.new_context(**how)
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    yield page
    context.close()
    assert not mistakes
    # What is the page's own, as a blob, has no host.
    assert hosts <= {"127.0.0.1", None}


def settle(page: Page) -> None:
    """Wait until no script is running and all charts have been drawn."""
    # What was just done has to reach the server before the wait for its answer can begin.
    page.wait_for_timeout(120)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=90_000)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.vizcore-chart .message')].every((message) => message.hidden)",
        timeout=90_000,
    )
