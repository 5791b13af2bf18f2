"""How a long computation lets the threads go first that answer pages."""

import os
import threading
import time
from collections.abc import Callable

_NICENESS = 10
_PAUSE = 0.02
"""Seconds between two steps, in which the threads that wait for the cores or for Python's lock get them."""
_VISIT, _LONGEST_PAUSE = 0.4, 0.6
"""As long as a page was begun within so many seconds, the next step waits, but no longer than the second."""


def lower_priority() -> None:
    """Give this thread a lower priority than the others, where the system has priorities for threads."""
    if hasattr(os, "setpriority"):
        # On Linux a thread has a priority of its own.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def let_others_go_first(
    last_visit: Callable[[], float],
    stopped: Callable[[], bool],
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Pause between two steps: for a moment, and longer while somebody waits for a page.

    Args:
        last_visit: when a page was last begun by anybody, in seconds of the clock.
        stopped: ends the pause early.
        clock: seconds since any fixed moment.
        wait: does nothing for so many seconds.
    """
    end = clock() + _LONGEST_PAUSE
    wait(_PAUSE)
    while not stopped() and clock() < min(end, last_visit() + _VISIT):
        wait(_PAUSE)
