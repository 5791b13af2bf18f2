"""Jobs of visitors that wait for each other: one runs, the others wait."""

import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ui.jobs.job import Job, Stopped, Tell

_SECONDS_BETWEEN_ROUNDS = 1.0

Progress = TypeVar("Progress")
Result = TypeVar("Result")


class QueuedJob(Job[Progress, Result]):
    """A job of one visitor, which ends when the visitor has left.

    Args:
        work: as in `Job`, and so are the others.
        is_there: returns whether the visitor still has a connection.

    Attributes:
        key: a text that identifies the job.
        is_there: returns whether the visitor still has a connection.
    """

    def __init__(
        self,
        work: Callable[[Tell[Progress], Stopped], Result],
        *,
        progress: Progress,
        name: str,
        failed: str,
        is_there: Callable[[], bool],
    ) -> None:
        self.key = uuid.uuid4().hex
        self.is_there = is_there
        self._abandoned = threading.Event()
        super().__init__(work, progress=progress, name=name, failed=failed)

    @property
    def is_wanted(self) -> bool:
        """Whether anybody still wants the result."""
        return not self._abandoned.is_set()

    def abandon(self) -> None:
        """Stop without a result, because the visitor has left."""
        self._abandoned.set()
        self.stop()


class JobQueue:
    """The jobs of one kind in this process: the first in the list runs, the others wait.

    Args:
        patience: seconds that a visitor may be without a connection before the job ends. The default is long enough to
            change from one wireless network to another.
    """

    def __init__(self, *, patience: float = 20.0) -> None:
        self._jobs: list[QueuedJob[Any, Any]] = []
        self._patience = patience
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None

    def add(self, job: QueuedJob[Any, Any]) -> None:
        """Append a job; it begins when all jobs before it have ended."""
        with self._lock:
            self._jobs.append(job)
            if len(self._jobs) == 1:
                job.begin(partial(self._ended, job))
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="queue-watcher", daemon=True)
                self._watcher.start()

    def place(self, job: QueuedJob[Any, Any]) -> int:
        """The number of jobs before this one: 0 if it is running or has ended."""
        with self._lock:
            return self._jobs.index(job) if job in self._jobs else 0

    def stop(self, job: QueuedJob[Any, Any]) -> None:
        """Stop a job. A waiting job leaves the queue."""
        self._end(job, job.stop)

    def _end(self, job: QueuedJob[Any, Any], end: Callable[[], None]) -> None:
        with self._lock:
            if job in self._jobs and not job.begun:
                self._jobs.remove(job)
        end()

    def _ended(self, job: QueuedJob[Any, Any]) -> None:
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
