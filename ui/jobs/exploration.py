"""A search for winners in slices of time. It has no thread of its own: each caller with time to spare continues it."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

from vizcore.light.winners import Winners


class Exploration:
    """The winners that are known so far.

    Attributes:
        known: replaced as a whole and never changed.
    """

    def __init__(self, known: Winners, *, clock: Callable[[], float] = monotonic) -> None:
        self.known = known
        self._clock = clock
        self._lock = Lock()

    def explore(self, step: Callable[[Winners], Winners], *, seconds: float) -> Winners:
        """Continue the search, and return what is known then. One caller at a time searches; the others wait.

        Args:
            step: makes the next winners of the known ones.
            seconds: time after which no further step is begun.
        """
        end = self._clock() + seconds
        with self._lock:
            while not self.known.is_complete and self._clock() < end:
                self.known = step(self.known)
        return self.known
