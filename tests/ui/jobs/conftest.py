"""What the tests of jobs need."""

from collections.abc import Iterator

import pytest

from tests.ui.jobs.trainings import until
from ui.cached.tensorflow import load_tensorflow
from ui.jobs.queue import JobQueue


@pytest.fixture(scope="session")
def tensorflow() -> None:
    load_tensorflow()


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    queue = JobQueue(patience=0.2)
    yield queue
    # A job leaves the queue just after it has ended.
    until(lambda: not queue._jobs)
