"""A climb of a visitor: pictures that a channel prefers, found in a thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ui.jobs.job import Stopped, Tell
from ui.jobs.pacing import let_others_go_first, lower_priority
from ui.jobs.progress import Doing
from ui.jobs.queue import QueuedJob
from vizcore.units.maximisation import Ascent, Climb, Preferred

FAILED = "The search failed because of an error in this app. The app's log says more."
_STEPS_BEFORE_A_GUESS = 3
"""The first step is slow, because it also builds the graph."""

Search = Callable[[Callable[[Ascent], None], Stopped], tuple[Preferred, ...]]
"""Searches. It calls the first function after every step, and stops before a step when the second returns true."""


@dataclass(frozen=True)
class Question:
    """What a climb looks for.

    Attributes:
        key: the same for two questions with the same answer.
        title: of the channel, as the page names it.
        climb: how.
    """

    key: str
    title: str
    climb: Climb


class ClimbJob(QueuedJob[Doing, tuple[Preferred, ...]]):
    """One climb.

    Args:
        question: what it looks for.
        search: the search itself.
        is_there: returns whether the visitor still has a connection.
        last_visit: the time at which any visitor last began to wait for a page, in seconds of `time.monotonic`.

    Attributes:
        question: what it looks for.
    """

    def __init__(
        self,
        question: Question,
        search: Search,
        *,
        is_there: Callable[[], bool],
        last_visit: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.question = question
        work = partial(_climb, question, search, last_visit)
        super().__init__(work, progress=Doing("Waiting"), name="climb", failed=FAILED, is_there=is_there)


def _climb(
    question: Question, search: Search, last_visit: Callable[[], float], tell: Tell[Doing], stopped: Stopped
) -> tuple[Preferred, ...]:
    lower_priority()
    tell(Doing("Building the gradient"))
    clock = _Clock()

    def after_step(ascent: Ascent) -> None:
        tell(_doing(question, ascent, clock.seconds_left(ascent)))
        let_others_go_first(last_visit, stopped)

    return search(after_step, stopped)


def _doing(question: Question, ascent: Ascent, seconds_left: float | None) -> Doing:
    steps, number = question.climb.steps, question.climb.number
    picture = (ascent.done - 1) // steps + 1
    which = f"picture {picture} of {number} · " if number > 1 else ""
    words = f"{question.title}: {which}step {ascent.done - (picture - 1) * steps} of {steps}"
    return Doing(words, ascent.done / ascent.of, seconds_left)


class _Clock:
    """The time of a climb, from its first step on."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def seconds_left(self, ascent: Ascent) -> float | None:
        """An estimate; None while it is too early for one."""
        now = time.monotonic()
        if self._first is None:
            self._first = now, ascent.done
        began, done = self._first
        steps = ascent.done - done
        return (now - began) / steps * (ascent.of - ascent.done) if steps >= _STEPS_BEFORE_A_GUESS else None
