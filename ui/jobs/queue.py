"""The trainings of the process: one runs, the others wait."""

import threading
import time
from collections.abc import Callable
from functools import partial

from ui.jobs.training import TrainingJob

_SECONDS_BETWEEN_ROUNDS = 1.0


class TrainingQueue:
    """The trainings of this process: the first in the list runs, the others wait.

    Args:
        patience: seconds that a visitor may be without a connection before the job ends. The default is long enough to
            change from one wireless network to another.
    """

    def __init__(self, *, patience: float = 20.0) -> None:
        self._jobs: list[TrainingJob] = []
        self._patience = patience
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._last_visit = 0.0

    def page_begun(self) -> None:
        """Note that a visitor waits for a page: the training pauses for a moment."""
        self._last_visit = time.monotonic()

    def last_visit(self) -> float:
        """The time at which a visitor last began to wait for a page, in seconds of `time.monotonic`."""
        return self._last_visit

    def add(self, job: TrainingJob) -> None:
        """Append a job; it begins when all jobs before it have ended."""
        with self._lock:
            self._jobs.append(job)
            if len(self._jobs) == 1:
                job.begin(partial(self._ended, job))
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="training-watcher", daemon=True)
                self._watcher.start()

    def place(self, job: TrainingJob) -> int:
        """The number of jobs before this one: 0 if it is running or has ended."""
        with self._lock:
            return self._jobs.index(job) if job in self._jobs else 0

    def stop(self, job: TrainingJob) -> None:
        """Stop a job. A waiting job leaves the queue."""
        self._end(job, job.stop)

    def _end(self, job: TrainingJob, end: Callable[[], None]) -> None:
        with self._lock:
            if job in self._jobs and not job.begun:
                self._jobs.remove(job)
        end()

    def _ended(self, job: TrainingJob) -> None:
        with self._lock:
            self._jobs.remove(job)
            if self._jobs:
                self._jobs[0].begin(partial(self._ended, self._jobs[0]))

    def _watch(self) -> None:
        last_seen: dict[str, float] = {}
        while True:
            time.sleep(min(_SECONDS_BETWEEN_ROUNDS, self._patience / 2))
            with self._lock:
                if not self._jobs:
                    self._watcher = None
                    return
                jobs = tuple(self._jobs)
            now = time.monotonic()
            for job in jobs:
                if job.is_there():
                    last_seen[job.key] = now
                elif now - last_seen.setdefault(job.key, now) > self._patience:
                    self._end(job, job.abandon)
