"""The servers that are measured, and the system's numbers about their processes."""

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.app import free_port, running_app

_EMPTY_SCRIPT = """
import time
import streamlit as st
st.button("Again")
st.text(time.time_ns())
"""


@contextmanager
def app() -> Iterator[tuple[str, int]]:
    """Start the app: its address and its process. Its log is shown only if it has a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        try:
            with running_app(log) as started:
                yield started
        finally:
            logged = log.read_text(encoding="utf-8")
            if "Traceback" in logged:
                print(logged, file=sys.stderr)


@contextmanager
def empty_app() -> Iterator[str]:
    """Start a script that only shows a button and a text that changes, with the app's settings: its address."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(_EMPTY_SCRIPT)
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
        command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
        command += ["--runner.postScriptGC", "false", "--browser.gatherUsageStats", "false"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("The empty app did not start.")


def has_tensorflow(process: int) -> bool:
    """Whether any library of TensorFlow is in the memory of a process."""
    return "tensorflow" in Path(f"/proc/{process}/maps").read_text()


def resident_megabytes(process: int, *, highest: bool = False) -> float:
    """Resident memory of a process now, or the highest it ever had."""
    name = "VmHWM:" if highest else "VmRSS:"
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
