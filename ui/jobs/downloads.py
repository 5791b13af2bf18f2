"""Downloads that continue while visitors change pages: one for each network, shared by all visitors."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ui.jobs.job import Job, Stopped, Tell
from vizcore import downloads
from vizcore.downloads import Download

_FAILED = "The download failed because of an error in this app. The app's log says more; please try again later."


@dataclass(frozen=True)
class Received:
    """The progress of a download.

    Attributes:
        received: number of bytes that have arrived.
        total: number of bytes of all files, as far as known.
    """

    received: int
    total: int

    @property
    def share(self) -> float:
        """The share of the bytes that have arrived, 0 … 1."""
        return min(1.0, self.received / self.total) if self.total else 0.0


DownloadJob = Job[Received, None]


def fetch_all(files: Sequence[Download], tell: Tell[Received], stopped: Stopped) -> None:
    """Download files one after the other, each to its place.

    Args:
        files: the files.
        tell: called with each new progress.
        stopped: whether to stop.

    Raises:
        VizcoreError: a file cannot be downloaded, or the download was stopped.
    """
    total = sum(file.size for file in files)
    before = 0

    def progress(received: int, expected: int) -> None:
        # A server may announce more bytes than the size in the list.
        tell(Received(before + received, max(total, before + max(expected, received))))

    for file in files:
        path = downloads.target(file)
        downloads.fetch(file, path, progress=progress, cancelled=stopped)
        before += path.stat().st_size


class DownloadJobs:
    """The downloads of this process, by the name of their network."""

    def __init__(self) -> None:
        self._jobs: dict[str, DownloadJob] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> DownloadJob | None:
        """The last download for this network, running or ended."""
        return self._jobs.get(name)

    def start(self, name: str, files: Sequence[Download]) -> None:
        """Begin a download, unless one for this network is running."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.finished:
                nothing = Received(0, sum(file.size for file in files))
                job = Job(partial(fetch_all, tuple(files)), progress=nothing, name="download", failed=_FAILED)
                # Begun before anybody can find it: a job that was stopped before must not begin.
                job.begin()
                self._jobs[name] = job
