"""Two ways of doing the same, taken in turns."""

import time
from collections.abc import Callable
from statistics import median


def interleaved(*ways: Callable[[], object], repeats: int, warm_up: int = 1) -> list[float]:
    """Median seconds of each way.

    The ways take turns, so that whatever else the machine is doing hits all of them; the order changes from turn to
    turn, so that none always comes after the same other one.

    Args:
        ways: what to measure.
        repeats: how many turns count.
        warm_up: how many turns before that do not.
    """
    durations: list[list[float]] = [[] for _ in ways]
    for turn in range(warm_up + repeats):
        order = range(len(ways)) if turn % 2 else reversed(range(len(ways)))
        for index in order:
            start = time.perf_counter()
            ways[index]()
            if turn >= warm_up:
                durations[index].append(time.perf_counter() - start)
    return [median(each) for each in durations]
