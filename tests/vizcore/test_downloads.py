"""Downloads from a server of our own: whole, or an error that says why and nothing left behind."""

import hashlib
import os
import resource
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vizcore.downloads import Download, discard, fetch, is_there, target, verify
from vizcore.errors import VizcoreError

# Several pieces, the last of them not full.
CONTENT = bytes(range(251)) * 1009
MD5 = hashlib.md5(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Its addresses are named by what goes wrong."""

    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path in ("/moved", "/away"):
            self.send_response(302)
            self.send_header("Location", "/whole" if self.path == "/moved" else "ftp://127.0.0.1/whole")
            self.end_headers()
            return
        self.send_response(204 if self.path == "/empty" else 200)
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if self.path in ("/half", "/stuck"):
            self.wfile.write(CONTENT[: len(CONTENT) // 2])
            if self.path == "/stuck":
                self.server.release.wait(20)
        elif self.path == "/other":
            self.wfile.write(CONTENT[::-1])
        elif self.path != "/empty":
            self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.release = threading.Event()
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.release.set()
        running.shutdown()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def weights(server: str, path: str) -> Download:
    return Download(f"{server}/{path}", "weights.h5", len(CONTENT), MD5)


def get(download: Download, folder: Path, **options: float) -> list[tuple[int, int]]:
    """Fetches a file and returns what the progress was."""
    steps: list[tuple[int, int]] = []
    fetch(
        download,
        folder / download.file_name,
        progress=lambda *step: steps.append(step),
        cancelled=lambda: False,
        **options,
    )
    return steps


def check_that_the_next_try_starts_clean(server: str, folder: Path) -> None:
    assert list(folder.iterdir()) == []
    get(weights(server, "whole"), folder)
    assert [path.name for path in folder.iterdir()] == ["weights.h5"]
    assert (folder / "weights.h5").read_bytes() == CONTENT


@pytest.mark.parametrize("path", ["whole", "moved", "unannounced"])
def test_a_whole_file_comes_and_nothing_else(server: str, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "not" / "there"
    get(weights(server, path), folder)
    assert [entry.name for entry in folder.iterdir()] == ["weights.h5"]
    assert (folder / "weights.h5").read_bytes() == CONTENT


def test_progress_rises_from_nothing_to_the_size(server: str, tmp_path: Path) -> None:
    steps = get(weights(server, "whole"), tmp_path)
    received = [step[0] for step in steps]
    assert received == sorted(received)
    assert len(set(received)) > 3
    assert steps[0] == (0, len(CONTENT))
    assert steps[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize("size", [0, 1000, 10 * len(CONTENT)])
def test_progress_ends_whole_where_the_size_was_only_a_guess(server: str, tmp_path: Path, size: int) -> None:
    steps = get(replace(weights(server, "unannounced"), size=size), tmp_path)
    assert steps[0] == (0, size)
    assert all(received <= expected for received, expected in steps)
    assert steps[-1] == (len(CONTENT), len(CONTENT))


def test_a_new_file_replaces_the_old_one_at_the_end(server: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(b"old")
    seen: list[bytes] = []
    fetch(
        weights(server, "whole"),
        path,
        progress=lambda *_: seen.append(path.read_bytes()),
        cancelled=lambda: False,
    )
    assert set(seen) == {b"old"}
    assert path.read_bytes() == CONTENT


def test_a_failure_leaves_the_old_file(server: str, tmp_path: Path) -> None:
    (tmp_path / "weights.h5").write_bytes(b"old")
    with pytest.raises(VizcoreError):
        get(weights(server, "half"), tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("md5", [MD5, None])
def test_a_connection_cut_half_way_says_how_much_came(server: str, tmp_path: Path, md5: str | None) -> None:
    with pytest.raises(VizcoreError, match=r"after 0\.1 of 0\.3 MB of “weights\.h5”\. Nothing"):
        get(replace(weights(server, "half"), md5=md5), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_a_server_that_falls_silent_is_left(server: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match=r"broke off after 0\.1 of 0\.3 MB of “weights\.h5” \(timed out\)"):
        get(weights(server, "stuck"), tmp_path, timeout=0.3)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_other_bytes_are_not_kept(server: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match=f"came damaged: its MD5 is [0-9a-f]{{32}} and not {MD5}"):
        get(weights(server, "other"), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_other_bytes_cannot_be_told_without_a_hash(server: str, tmp_path: Path) -> None:
    get(replace(weights(server, "other"), md5=None), tmp_path)
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT[::-1]


def test_a_missing_file_is_told_with_the_servers_answer(server: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match=r"127\.0\.0\.1 answers 404 \(Not Found\) when asked for “weights\.h5”"):
        get(weights(server, "missing"), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_an_answer_without_content_is_no_file(server: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match="came damaged"):
        get(weights(server, "empty"), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_no_connection_is_told(server: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(VizcoreError, match=r"127\.0\.0\.1 cannot be reached \(Connection refused\)\. Check the"):
        get(weights(f"http://127.0.0.1:{port}", "whole"), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/whole", "file:///etc/hostname", "data:,hello", "whole", "https://"])
def test_only_the_webs_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    with pytest.raises(VizcoreError, match="Only addresses that begin with http"):
        get(Download(url, "weights.h5", 0, None), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_redirection_does_not_lead_out_of_the_web(server: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match="unknown url type"):
        get(weights(server, "away"), tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path: Path, server: str) -> None:
    huge = replace(weights("http://127.0.0.1:1", "whole"), size=10**18)
    with pytest.raises(VizcoreError, match=r"needs 1,000,000,000,000\.0 MB in .*, and [0-9,.]+ MB are free there"):
        get(huge, tmp_path)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_a_disk_that_fills_up_on_the_way_is_told(server: str, tmp_path: Path) -> None:
    # The system refuses to write on in a file of this size, as it would on a full disk.
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(
            VizcoreError, match=r"“weights\.h5” cannot be written into .*\(File too large\)\. Make room"
        ):
            get(weights(server, "whole"), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    check_that_the_next_try_starts_clean(server, tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(server: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(VizcoreError, match=r"cannot be written into the folder .* \(Permission denied\)"):
            get(weights(server, "whole"), tmp_path)
    finally:
        tmp_path.chmod(0o700)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_a_file_in_the_place_of_the_folder_is_told(server: str, tmp_path: Path) -> None:
    (tmp_path / "models").write_bytes(b"")
    with pytest.raises(VizcoreError, match=r"cannot be written into the folder for downloads \(File exists\)"):
        get(weights(server, "whole"), tmp_path / "models")


@pytest.mark.parametrize("pieces", [0, 2])
def test_cancelling_leaves_nothing(server: str, tmp_path: Path, pieces: int) -> None:
    received: list[int] = []
    with pytest.raises(VizcoreError, match="was cancelled; nothing of it was kept"):
        fetch(
            weights(server, "whole"),
            tmp_path / "weights.h5",
            progress=lambda so_far, _: received.append(so_far),
            cancelled=lambda: len(received) > pieces,
        )
    assert len(received) == pieces + 1
    assert received[-1] < len(CONTENT)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_what_the_progress_raises_ends_the_download(server: str, tmp_path: Path) -> None:
    class Stop(BaseException):
        pass

    def progress(received: int, _: int) -> None:
        if received:
            raise Stop

    with pytest.raises(Stop):
        fetch(weights(server, "whole"), tmp_path / "weights.h5", progress=progress, cancelled=lambda: False)
    check_that_the_next_try_starts_clean(server, tmp_path)


def test_files_land_where_keras_looks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    download = Download("http://127.0.0.1/whole", "weights.h5", 0, None)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert target(download) == tmp_path / "models" / "weights.h5"
    assert not is_there(download)
    target(download).parent.mkdir()
    target(download).write_bytes(b"1")
    assert is_there(download)
    assert not is_there(download, "datasets")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert target(download) == tmp_path / "home" / ".keras" / "models" / "weights.h5"


def test_a_file_with_the_right_bytes_stays(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(CONTENT)
    verify(Download("http://127.0.0.1/whole", "weights.h5", 0, MD5), path)
    verify(Download("http://127.0.0.1/whole", "weights.h5", 0, None), path)
    assert path.read_bytes() == CONTENT


def test_a_damaged_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "weights.h5"
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(VizcoreError, match=f"not {MD5}. It was removed; download it again"):
        verify(Download("http://127.0.0.1/whole", "weights.h5", 0, MD5), path)
    assert not path.exists()


@pytest.mark.parametrize("md5", [MD5, None])
def test_a_file_that_is_missing_is_told(tmp_path: Path, md5: str | None) -> None:
    with pytest.raises(VizcoreError, match="cannot be read \\(No such file or directory\\)"):
        verify(Download("http://127.0.0.1/whole", "weights.h5", 0, md5), tmp_path / "weights.h5")


def test_what_cannot_be_removed_is_left_to_a_person(tmp_path: Path) -> None:
    (tmp_path / "weights.h5").mkdir()
    said = discard(tmp_path / "weights.h5")
    assert said.startswith("Remove it from the folder for downloads by hand (")
    # A visitor is not shown where the operator's files are.
    assert str(tmp_path) not in said
