"""A search in slices of time, with steps and a clock that a test holds."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from ui.jobs.exploration import Exploration
from vizcore.edits.brightness import KINDS
from vizcore.light.winners import Winners, unknown_winners

LEVELS = 7


@pytest.fixture
def ticks() -> Iterator[float]:
    return iter(count())


def one_level_more(known: Winners) -> Winners:
    """The same class wins at each level, so that there is no flip to look for."""
    return replace(known, winners=(*known.winners, 3), probabilities=(*known.probabilities, 0.5))


def test_each_caller_continues_where_the_one_before_ended(ticks: Iterator[float]) -> None:
    # Asked once for the end and once before each step, this clock gives a step less than seconds.
    exploration = Exploration(unknown_winners(KINDS["gain"], LEVELS), clock=lambda: next(ticks))
    assert [len(exploration.explore(one_level_more, seconds=seconds).winners) for seconds in (3, 2, 1)] == [2, 3, 3]
    assert exploration.known.winners == (3, 3, 3)


def test_a_search_ends_when_everything_is_known() -> None:
    exploration = Exploration(unknown_winners(KINDS["gain"], LEVELS))
    known = exploration.explore(one_level_more, seconds=float("inf"))
    assert known.is_complete
    assert len(known.winners) == LEVELS
    assert exploration.explore(one_level_more, seconds=float("inf")) is known
