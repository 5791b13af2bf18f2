"""Downloads that go on while pages come and go: one for each network in the process, whoever asked for it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ui.jobs.job import Job, Stopped, Tell
from vizcore import downloads
from vizcore.downloads import Download

_FAILED = "The download failed, and it is our mistake. It was written to the log of the app; please try again later."


@dataclass(frozen=True)
class Received:
    """How far a download is.

    Attributes:
        received: bytes that came so far.
        total: bytes of all files, as far as known.
    """

    received: int
    total: int

    @property
    def share(self) -> float:
        """How much of it came, 0 … 1."""
        return min(1.0, self.received / self.total) if self.total else 0.0


DownloadJob = Job[Received, None]


def fetch_all(files: Sequence[Download], tell: Tell[Received], stopped: Stopped) -> None:
    """Fetch files one after the other to where they belong.

    Raises:
        VizcoreError: one of them cannot be fetched, or it was stopped.
    """
    total = sum(file.size for file in files)
    before = 0

    def progress(received: int, expected: int) -> None:
        # A server may announce more than was known.
        tell(Received(before + received, max(total, before + max(expected, received))))

    for file in files:
        path = downloads.target(file)
        downloads.fetch(file, path, progress=progress, cancelled=stopped)
        before += path.stat().st_size


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
                nothing = Received(0, sum(file.size for file in files))
                job = Job(partial(fetch_all, tuple(files)), progress=nothing, name="download", failed=_FAILED)
                self._jobs[name] = job
                job.begin()
