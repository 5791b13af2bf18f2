"""Several ways to do the same, measured in turns."""

import time
from collections.abc import Callable
from statistics import median


def interleaved(*ways: Callable[[], object], repeats: int, warm_up: int = 1) -> list[float]:
    """Median seconds of each way.

    The ways take turns, so that other work of the machine affects all of them. The order changes from turn to turn, so
    that no way always follows the same other way.

    Args:
        ways: the functions to measure.
        repeats: how many turns count.
        warm_up: how many turns come before and do not count.
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
