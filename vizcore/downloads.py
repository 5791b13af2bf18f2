"""Downloads of files that appear whole or not at all. They use the standard library and need no Keras.

Keras could fetch its own files, but its downloads report no progress and cannot be cancelled, and a damaged file that
it checks by name only stays damaged forever. The files are stored where Keras looks for them, so that neither downloads
a file that the other has.
"""

import hashlib
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    UnknownHandler,
)

from vizcore.errors import VizcoreError
from vizcore.settings import settings

_CHUNK = 64 * 1024
"""Bytes between two checks for a cancellation: half a second on a slow connection."""


@dataclass(frozen=True)
class Download:
    """A file that can be downloaded.

    Attributes:
        url: its http or https address.
        file_name: its name on the disk.
        size: in bytes, possibly approximate; 0 if unknown before the download.
        md5: MD5 of its bytes, in hexadecimal; None where its publisher states none.
    """

    url: str
    file_name: str
    size: int
    md5: str | None


def target(download: Download, folder: str = "models") -> Path:
    """The path of a file: in a folder below Keras's own, where Keras itself looks for it."""
    return settings().keras_home.expanduser() / folder / download.file_name


def is_there(download: Download, folder: str = "models") -> bool:
    """Whether a file of that name is in its place. A file from `fetch` is whole; `verify` checks the bytes."""
    return target(download, folder).is_file()


def fetch(
    download: Download,
    target: Path,
    *,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
    timeout: float = 30,
) -> None:
    """Download a file. It appears under its name only after all its bytes were received and checked.

    The received bytes are stored beside it, under a name that is unique to the call, and are removed however the call
    ends. Two calls for one file do not disturb each other.

    Args:
        download: the file to download. Its MD5 is checked if known, otherwise only the announced number of bytes.
        target: the file to write or to replace; its folder is created if it is missing.
        progress: called with the received and the expected bytes (0 if unknown): first with 0 received, then after
            every piece, finally with all of them. An exception that it raises ends the download.
        cancelled: called before every piece; True cancels the download.
        timeout: seconds to wait for a server that does not respond.

    Raises:
        VizcoreError: the address is not http or https, there is no connection, the server refuses or breaks off, there
            is no space or no permission to write, the bytes differ from those expected, or the download was cancelled.
    """
    parts = urlsplit(download.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VizcoreError(f"Only addresses that begin with http:// or https:// are fetched; this is “{download.url}”.")
    part = target.with_name(f"{target.name}.part-{secrets.token_hex(8)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_room(download, download.size, target.parent)
        try:
            with part.open("xb") as file, _response(download, timeout) as response:
                _check_room(download, response.length or 0, target.parent)
                _receive(download, response, file, progress=progress, cancelled=cancelled)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    # Errors of the connection were converted where they were raised. These are errors of the disk; some are raised only
    # when the file is closed.
    except OSError as error:
        raise VizcoreError(
            f"“{download.file_name}” cannot be written into the folder for downloads ({_reason(error)}). Make room or "
            "the folder writable, or set KERAS_HOME to another folder."
        ) from error


def verify(download: Download, path: Path) -> None:
    """Check the bytes of an existing file. Without a known MD5, any file is accepted.

    Args:
        download: the expected file.
        path: the file to check.

    Raises:
        VizcoreError: the file is missing, cannot be read, or holds other bytes. In the last case it is removed, so that
            the next download starts clean.
    """
    try:
        with path.open("rb") as file:
            md5 = hashlib.file_digest(file, _md5).hexdigest() if download.md5 else None
    except OSError as error:
        raise VizcoreError(
            f"“{path.name}” cannot be read ({_reason(error)}). Make it readable or download it again."
        ) from error
    if md5 != download.md5:
        raise VizcoreError(f"“{path.name}” is damaged: its MD5 is {md5} and not {download.md5}. {discard(path)}")


def discard(path: Path) -> str:
    """Remove an unusable file.

    Returns:
        A sentence for the end of an error message: the file was removed, or has to be removed by hand.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return f"Remove it from the folder for downloads by hand ({_reason(error)}), then download it again."
    return "It was removed; download it again."


def _receive(
    download: Download,
    response: HTTPResponse,
    file: IO[bytes],
    *,
    progress: Callable[[int, int], None],
    cancelled: Callable[[], bool],
) -> None:
    announced = response.length
    expected = download.size if announced is None else announced
    md5 = _md5()
    received = 0
    progress(0, expected)
    while True:
        if cancelled():
            raise VizcoreError(f"The download of “{download.file_name}” was cancelled; nothing of it was kept.")
        try:
            chunk = response.read(_CHUNK)
        except (OSError, HTTPException) as error:
            raise _broken_off(download, received, expected, f" ({_reason(error)})") from error
        if not chunk:
            break
        file.write(chunk)
        md5.update(chunk)
        received += len(chunk)
        # The expected size may be approximate. It is never less than the received bytes.
        progress(received, max(received, expected))
    # Python reports no error for a response that was cut short.
    if announced is not None and received < announced:
        raise _broken_off(download, received, expected, "")
    if download.md5 is not None and md5.hexdigest() != download.md5:
        raise VizcoreError(
            f"“{download.file_name}” came damaged: its MD5 is {md5.hexdigest()} and not {download.md5}. Nothing of it "
            "was kept; try again."
        )
    progress(received, received)


def _response(download: Download, timeout: float) -> HTTPResponse:
    # Python's default opener would also follow a redirection to FTP.
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPRedirectHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        UnknownHandler(),
    ):
        opener.add_handler(handler)
    host = urlsplit(download.url).hostname
    try:
        response: HTTPResponse = opener.open(download.url, timeout=timeout)
    except HTTPError as error:
        # The error holds the connection open.
        error.close()
        raise VizcoreError(
            f"{host} answers {error.code} ({error.reason}) when asked for “{download.file_name}”. Try again later."
        ) from error
    except (OSError, HTTPException) as error:
        raise VizcoreError(
            f"“{download.file_name}” cannot be fetched: {host} cannot be reached ({_reason(error)}). Check the "
            "connection to the internet and try again."
        ) from error
    return response


def _check_room(download: Download, needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise VizcoreError(
            f"“{download.file_name}” needs {_megabytes(needed)} MB in the folder for downloads, and {_megabytes(free)} "
            "MB are free there. Make room, or set KERAS_HOME to a folder on another disk."
        )


def _broken_off(download: Download, received: int, expected: int, reason: str) -> VizcoreError:
    # An approximate size may be less than the received bytes.
    of_how_many = f" of {_megabytes(expected)}" if expected >= received else ""
    return VizcoreError(
        f"The connection broke off after {_megabytes(received)}{of_how_many} MB of “{download.file_name}”{reason}. "
        "Nothing of it was kept; try again."
    )


def _megabytes(num_bytes: int) -> str:
    return f"{num_bytes / 1e6:,.1f}"


def _reason(error: Exception) -> str:
    """The system's message without its error number. A URLError wraps it."""
    cause = getattr(error, "reason", error)
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)


def _md5() -> "hashlib._Hash":
    # MD5 detects damage here, not malice. The argument permits it on machines that forbid MD5 for security.
    return hashlib.md5(usedforsecurity=False)
