"""One training runs, the others wait; one whose visitor has left ends."""

import threading

import pytest

from tests.ui.jobs.trainings import ENDLESS, FEW, QUICK, result_of, started, until
from ui.jobs.queue import JobQueue
from vizcore.training.result import Plan

pytestmark = pytest.mark.usefixtures("tensorflow")


def test_the_second_waits_and_sees_its_place(queue: JobQueue) -> None:
    first = started(queue, Plan(FEW, ENDLESS))
    second, third = started(queue, Plan(FEW, QUICK)), started(queue, Plan(FEW, QUICK))
    until(lambda: bool(first.course.history))
    assert [queue.place(job) for job in (first, second, third)] == [0, 1, 2]
    assert not second.begun
    queue.stop(second)
    assert second.finished
    assert second.result is None
    assert queue.place(third) == 1
    queue.stop(first)
    until(lambda: third.finished)
    assert result_of(first).accuracy >= 0
    assert len(result_of(third).history) == 1


def test_a_training_ends_when_its_visitor_has_left_and_the_next_begins(queue: JobQueue) -> None:
    here = threading.Event()
    here.set()
    first = started(queue, Plan(FEW, ENDLESS), here.is_set)
    gone = started(queue, Plan(FEW, QUICK), here.is_set)
    last = started(queue, Plan(FEW, QUICK))
    until(lambda: bool(first.course.history))
    here.clear()
    until(lambda: last.finished)
    assert first.finished
    assert first.result is None
    assert not gone.begun
    assert result_of(last).accuracy >= 0


def test_a_lost_connection_that_comes_back_in_time_ends_nothing() -> None:
    queue = JobQueue(patience=3600)
    looks = iter([True, False, False])
    job = started(queue, Plan(FEW, QUICK), lambda: next(looks, True))
    until(lambda: job.finished)
    assert result_of(job).history
