"""Work in a thread of its own, which goes on while pages come and go."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from vizcore.errors import VizcoreError

Progress = TypeVar("Progress")
Result = TypeVar("Result")

Tell = Callable[[Progress], None]
"""How the work says how far it is."""
Stopped = Callable[[], bool]
"""How the work asks whether it was told to stop."""


class Job(Generic[Progress, Result]):
    """One piece of work. Its thread writes, pages read; what they read is replaced as a whole and never changed.

    Args:
        work: the work. It calls the first function with each new progress and ends soon after the second one is true.
            A VizcoreError that it raises is the job's error; anything else is a mistake of ours, which goes to Python's
            report of threads and so to the log.
        progress: what is said before the work says anything.
        name: of the thread.
        failed: the sentence for the visitor after a mistake of ours.

    Attributes:
        progress: how far it is.
        result: what the work returned; None until then.
        error: a sentence for the visitor if it ended early, or None.
        finished: whether it has ended, well or not.
    """

    def __init__(
        self, work: Callable[[Tell[Progress], Stopped], Result], *, progress: Progress, name: str, failed: str
    ) -> None:
        self.progress = progress
        self.result: Result | None = None
        self.error: str | None = None
        self.finished = False
        self._work = work
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
        """Whether it was told to stop."""
        return self._stop.is_set()

    def begin(self, ended: Callable[[], None] | None = None) -> None:
        """Start the thread.

        Args:
            ended: called last, by the thread.
        """
        if ended is not None:
            self._ended = ended
        self._thread.start()

    def stop(self) -> None:
        """Tell the work to stop; a job that has not begun ends at once and must not begin any more."""
        self._stop.set()
        if not self.begun:
            self.finished = True

    def wait(self, timeout: float | None = None) -> None:
        """Wait until its thread has ended."""
        if self.begun:
            self._thread.join(timeout)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress

    def _run(self) -> None:
        error: str | None = self._failed
        try:
            self.result = self._work(self._tell, self._stop.is_set)
            error = None
        except VizcoreError as refusal:
            error = str(refusal)
        finally:
            self.error = error
            self.finished = True
            self._ended()


def _nothing() -> None:
    """For whoever does not want to hear of the end."""
