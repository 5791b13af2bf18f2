"""Work in a thread of its own, which continues while visitors change pages."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from vizcore.errors import VizcoreError

Progress = TypeVar("Progress")
Result = TypeVar("Result")

Tell = Callable[[Progress], None]
"""The work calls it with each new progress."""
Stopped = Callable[[], bool]
"""The work calls it to learn whether it must stop."""


class Job(Generic[Progress, Result]):
    """One piece of work. Its thread writes the attributes, and pages read them.

    The thread replaces a value as a whole and never changes it in place, so pages need no lock. A job that has ended
    does not hold its work, nor what the work holds, such as a network.

    Args:
        work: the work. It calls the first function with each new progress and ends soon after the second one returns
            true. A VizcoreError that it raises becomes the job's error. Any other exception is our bug: it goes to
            Python's report of threads and so to the log.
        progress: the progress before the work reports any.
        name: of the thread.
        failed: the sentence for the visitor after a bug of ours.

    Attributes:
        progress: the last progress that the work reported.
        result: the result of the work; None until it has returned.
        error: a sentence for the visitor if the work failed, or None.
        finished: whether the work has ended, with or without an error.
    """

    def __init__(
        self, work: Callable[[Tell[Progress], Stopped], Result], *, progress: Progress, name: str, failed: str
    ) -> None:
        self.progress = progress
        self.result: Result | None = None
        self.error: str | None = None
        self.finished = False
        self._work: Callable[[Tell[Progress], Stopped], Result] | None = work
        self._failed = failed
        self._ended: Callable[[], None] = _nothing
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def begun(self) -> bool:
        """Whether its thread was started."""
        return self._thread.ident is not None

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stop.is_set()

    def begin(self, ended: Callable[[], None] | None = None) -> None:
        """Start the thread.

        Args:
            ended: called by the thread after the work has ended.
        """
        if ended is not None:
            self._ended = ended
        self._thread.start()

    def stop(self) -> None:
        """Tell the work to stop. A job that has not begun is finished at once and must not be begun afterwards."""
        self._stop.set()
        if not self.begun:
            self._work = None
            self.finished = True

    def wait(self, timeout: float | None = None) -> None:
        """Wait until its thread has ended."""
        if self.begun:
            self._thread.join(timeout)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress

    def _run(self) -> None:
        error: str | None = self._failed
        work, self._work = self._work, None
        try:
            self.result = None if work is None else work(self._tell, self._stop.is_set)
            error = None
        except VizcoreError as refusal:
            error = str(refusal)
        finally:
            self.error = error
            self.finished = True
            self._ended()


def _nothing() -> None:
    """The default for a job without a callback at its end."""
