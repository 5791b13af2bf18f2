"""A climb in its thread: it tells each step, stops before the next, and waits for its turn."""

import threading
from collections.abc import Callable

import numpy as np
import pytest

from tests.ui.jobs.trainings import until
from ui.jobs.climbing import FAILED, ClimbJob, Question
from ui.jobs.job import Stopped
from ui.jobs.queue import JobQueue
from vizcore.errors import VizcoreError
from vizcore.units.maximisation import Ascent, Climb, Preferred

STEPS, NUMBER = 4, 2
QUESTION = Question("conv1 3", "conv1 · 3", Climb(steps=STEPS, number=NUMBER))


class _Search:
    """A search that makes steps one by one as the test lets it go, and finds their number."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)

    def __call__(self, tell: Callable[[Ascent], None], stopped: Stopped) -> tuple[Preferred, ...]:
        done = 0
        while done < STEPS * NUMBER:
            self.go.acquire(timeout=60)
            if stopped():
                break
            done += 1
            tell(Ascent(done, STEPS * NUMBER, 0.0))
        return (Preferred(np.zeros((1, 1, 3), np.uint8), 0.0, float(done), done),)


def begun(queue: JobQueue, search: _Search) -> ClimbJob:
    job = ClimbJob(QUESTION, search, is_there=lambda: True)
    queue.add(job)
    return job


def test_each_step_is_told_with_its_picture_and_the_time_that_is_left(queue: JobQueue) -> None:
    search = _Search()
    job = begun(queue, search)
    said = []
    for step in range(1, STEPS * NUMBER):
        search.go.release()
        until(lambda step=step: job.progress.share == step / (STEPS * NUMBER))
        said.append(job.progress)
    assert [each.words for each in said[:2]] == [f"conv1 · 3: picture 1 of 2 · step {step} of 4" for step in (1, 2)]
    assert said[STEPS].words == "conv1 · 3: picture 2 of 2 · step 1 of 4"
    assert said[0].seconds_left is None
    assert said[-1].seconds_left is not None
    assert said[-1].seconds_left >= 0
    search.go.release()
    until(lambda: job.finished)
    assert job.result is not None
    assert job.result[0].steps == STEPS * NUMBER


def test_a_stop_ends_it_before_the_next_step_with_what_there_is_and_the_next_one_has_its_turn(queue: JobQueue) -> None:
    first, second = _Search(), _Search()
    job, waiting = begun(queue, first), begun(queue, second)
    first.go.release(3)
    until(lambda: job.progress.share == 3 / 8)
    assert queue.place(waiting) == 1
    assert not waiting.begun
    queue.stop(job)
    first.go.release()
    until(lambda: job.finished)
    assert job.result is not None
    assert job.result[0].steps == 3
    second.go.release(8)
    until(lambda: waiting.finished)
    assert waiting.result is not None


def test_after_each_step_it_looks_whether_a_visitor_waits_for_a_page(queue: JobQueue) -> None:
    search, looks = _Search(), []

    def last_visit() -> float:
        looks.append(search)
        return 0.0

    search.go.release(STEPS * NUMBER)
    job = ClimbJob(QUESTION, search, is_there=lambda: True, last_visit=last_visit)
    queue.add(job)
    until(lambda: job.finished)
    assert len(looks) == STEPS * NUMBER


def test_a_refusal_is_its_sentence_and_a_bug_is_told_as_ours(queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(tell: object, stopped: object) -> tuple[Preferred, ...]:
        raise VizcoreError("The layer has no gradient.")

    def fail(tell: object, stopped: object) -> tuple[Preferred, ...]:
        raise ZeroDivisionError

    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    for search, sentence in ((refuse, "The layer has no gradient."), (fail, FAILED)):
        job = ClimbJob(QUESTION, search, is_there=lambda: True)
        queue.add(job)
        until(lambda job=job: job.finished)
        job.wait()
        assert job.error == sentence
        assert job.result is None
    assert len(reported) == 1
