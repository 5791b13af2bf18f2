"""Small trainings for the tests of this folder."""

import time
from collections.abc import Callable

from ui.jobs.queue import JobQueue
from ui.jobs.training import TrainingJob
from vizcore.datasets.source import SHAPES, Source
from vizcore.training.options import Options
from vizcore.training.result import Plan, Trained

FEW = Source(SHAPES, 48, 20)
QUICK = Options(epochs=1, batch_size=16, learning_rate=2e-3, augment=False)
ENDLESS = Options(epochs=1000, batch_size=8, augment=False)
PATIENCE = 90.0  # seconds until a test gives up, on cores that do other things as well


def always() -> bool:
    return True


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def started(queue: JobQueue, plan: Plan, is_there: Callable[[], bool] = always) -> TrainingJob:
    job = TrainingJob(plan, is_there=is_there)
    queue.add(job)
    return job


def ended(queue: JobQueue, plan: Plan) -> TrainingJob:
    job = started(queue, plan)
    until(lambda: job.finished)
    return job


def result_of(job: TrainingJob) -> Trained:
    assert job.error is None
    assert job.result is not None
    return job.result
