"""How a long computation gives way to the threads that answer pages."""

import os
import threading
import time
from collections.abc import Callable

_NICENESS = 10
_PAUSE = 0.02
"""Seconds between two steps. In a pause, threads that wait for a core or for Python's global lock get it."""
_VISIT, _LONGEST_PAUSE = 0.4, 0.6
"""Seconds: a pause lasts until no page was begun for the first time span, but at most for the second."""


class Visits:
    """When visitors last began to wait for a page.

    Attributes:
        last: in seconds of `time.monotonic`.
    """

    def __init__(self) -> None:
        self.last = 0.0

    def begun(self) -> None:
        """Note that a visitor waits for a page: long computations pause for a moment."""
        self.last = time.monotonic()


def lower_priority() -> None:
    """Give this thread a lower priority than the others, if the system has priorities."""
    if hasattr(os, "setpriority"):
        # On Linux each thread has its own priority.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def let_others_go_first(
    last_visit: Callable[[], float],
    stopped: Callable[[], bool],
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Pause between two steps: for a moment, and longer while a visitor waits for a page.

    Args:
        last_visit: the time at which any visitor last began to wait for a page, in seconds of the clock.
        stopped: ends the pause early when it returns true.
        clock: returns seconds since any fixed moment.
        wait: waits for a number of seconds.
    """
    end = clock() + _LONGEST_PAUSE
    wait(_PAUSE)
    while not stopped() and clock() < min(end, last_visit() + _VISIT):
        wait(_PAUSE)
