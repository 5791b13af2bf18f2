"""Downloads that go on while pages come and go: one for each network in the process, whoever asked for it."""

import threading
from collections.abc import Sequence

from vizcore import downloads
from vizcore.downloads import Download
from vizcore.errors import VizcoreError


class DownloadJob:
    """Files that are being fetched, one after the other.

    Attributes:
        total: bytes of all files, as far as known.
        received: bytes that came so far.
        error: why it ended early, or None.
        finished: whether it has ended, well or not.
    """

    def __init__(self, files: Sequence[Download]) -> None:
        self.total = sum(file.size for file in files)
        self.received = 0
        self.error: str | None = None
        self.finished = False
        self._files = tuple(files)
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="download", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop before the next piece."""
        self._cancelled.set()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        before = 0

        def progress(received: int, expected: int) -> None:
            self.received = before + received
            self.total = max(self.total, before + max(expected, received))

        try:
            for file in self._files:
                downloads.fetch(file, downloads.target(file), progress=progress, cancelled=self._cancelled.is_set)
                before = self.received
        except VizcoreError as error:
            self.error = str(error)
        finally:
            self.finished = True


class DownloadJobs:
    """The downloads of this process by the name of their network."""

    def __init__(self) -> None:
        self._jobs: dict[str, DownloadJob] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> DownloadJob | None:
        """The last download for this network, running or ended."""
        return self._jobs.get(name)

    def start(self, name: str, files: Sequence[Download]) -> None:
        """Begin, unless one for this network is running."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.finished:
                self._jobs[name] = DownloadJob(files)
