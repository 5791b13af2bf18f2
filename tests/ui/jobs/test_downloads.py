"""Downloads in their thread: one for everybody, stopped, failed, begun again."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ui.jobs.downloads import DownloadJobs, Received, fetch_all
from vizcore.downloads import Download


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of Keras that is empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


class _Slow(BaseHTTPRequestHandler):
    """Half a file of as many bytes as its address says, then nothing until the test lets go."""

    def do_GET(self) -> None:
        size = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(bytes(size // 2))
        self.wfile.flush()
        self.server.let_go.wait(30)
        self.wfile.write(bytes(size - size // 2))

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(keras_home: Path) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.let_go = threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.let_go.set()
    server.shutdown()


def file(server: ThreadingHTTPServer, name: str, size: int, *, known: int) -> Download:
    return Download(f"http://127.0.0.1:{server.server_port}/{size}", name, known, None)


def test_one_download_serves_everybody_and_ends_in_the_file(keras_home: Path, server: ThreadingHTTPServer) -> None:
    wanted = [file(server, "w.h5", 200_000, known=200_000)]
    jobs = DownloadJobs()
    jobs.start("somebody's", wanted)
    job = jobs.find("somebody's")
    assert job is not None
    jobs.start("somebody's", wanted)
    assert jobs.find("somebody's") is job
    assert not job.finished
    server.let_go.set()
    job.wait()
    assert (job.finished, job.error, job.progress) == (True, None, Received(200_000, 200_000))
    assert (keras_home / "models" / "w.h5").stat().st_size == 200_000


def test_several_files_are_counted_as_one(keras_home: Path, server: ThreadingHTTPServer) -> None:
    server.let_go.set()
    said: list[Received] = []
    # The second is larger than was known.
    files = [file(server, "a.h5", 90_000, known=90_000), file(server, "b.h5", 50_000, known=10_000)]
    fetch_all(files, said.append, lambda: False)
    assert said[0] == Received(0, 100_000)
    assert said[-1] == Received(140_000, 140_000)
    assert [one.received for one in said] == sorted(one.received for one in said)
    assert all(0 <= one.share <= 1 for one in said)
    assert sorted(path.name for path in (keras_home / "models").iterdir()) == ["a.h5", "b.h5"]


def test_how_much_came_is_a_share_also_when_nothing_is_known() -> None:
    assert [Received(*numbers).share for numbers in ((0, 0), (30, 120), (120, 120), (130, 120))] == [0, 0.25, 1, 1]


def test_a_download_that_is_stopped_says_so_and_keeps_nothing(keras_home: Path, server: ThreadingHTTPServer) -> None:
    jobs = DownloadJobs()
    jobs.start("x", [file(server, "w.h5", 200_000, known=200_000)])
    job = jobs.find("x")
    assert job is not None
    job.stop()
    server.let_go.set()
    job.wait()
    assert job.error is not None
    assert "was cancelled" in job.error
    assert not list(keras_home.rglob("*w.h5*"))


def test_a_download_that_fails_says_why_and_can_be_begun_again(keras_home: Path) -> None:
    jobs = DownloadJobs()
    unreachable = Download("http://127.0.0.1:9/w.h5", "w.h5", 10, None)
    jobs.start("x", [unreachable])
    first = jobs.find("x")
    assert first is not None
    first.wait()
    assert first.error is not None
    jobs.start("x", [unreachable])
    second = jobs.find("x")
    assert second is not None
    assert second is not first
    second.wait()
    assert not list(keras_home.rglob("*w.h5*"))
