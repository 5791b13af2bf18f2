"""One piece of work in a thread: it says how far it is, and ends well, with a sentence, stopped, or by our mistake."""

import gc
import threading
import weakref
from collections.abc import Callable

import pytest

from ui.jobs.job import Job, Stopped, Tell
from vizcore.errors import VizcoreError

Work = Callable[[Tell[int], Stopped], str]


def job_of(work: Work) -> Job[int, str]:
    return Job(work, progress=0, name="test", failed="Our mistake.")


def done(work: Work) -> Job[int, str]:
    job = job_of(work)
    job.begin()
    job.wait()
    return job


def test_a_job_that_has_not_begun_knows_nothing() -> None:
    job = job_of(lambda tell, stopped: "never")
    assert (job.begun, job.finished, job.stopped) == (False, False, False)
    assert (job.progress, job.result, job.error) == (0, None, None)
    job.wait()


def test_what_the_work_says_and_returns_is_there_to_be_read() -> None:
    said, go_on = threading.Event(), threading.Event()

    def work(tell: Tell[int], stopped: Stopped) -> str:
        tell(3)
        said.set()
        go_on.wait(30)
        tell(7)
        return "all"

    job = job_of(work)
    job.begin()
    assert said.wait(30)
    assert (job.begun, job.finished, job.progress, job.result) == (True, False, 3, None)
    go_on.set()
    job.wait()
    assert (job.finished, job.progress, job.result, job.error) == (True, 7, "all", None)


def test_a_sentence_that_the_work_raises_is_its_error() -> None:
    def work(tell: Tell[int], stopped: Stopped) -> str:
        raise VizcoreError("There is no room.")

    job = done(work)
    assert (job.finished, job.error, job.result) == (True, "There is no room.", None)


def test_a_mistake_of_ours_gets_the_sentence_for_it_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)

    def work(tell: Tell[int], stopped: Stopped) -> str:
        raise KeyError("slip")

    job = done(work)
    assert (job.finished, job.error, job.result) == (True, "Our mistake.", None)
    assert [report.exc_type for report in reported] == [KeyError]


def test_a_job_that_is_told_to_stop_keeps_what_its_work_returns() -> None:
    asked = threading.Event()

    def work(tell: Tell[int], stopped: Stopped) -> str:
        assert not stopped()
        asked.set()
        while not stopped():
            threading.Event().wait(0.01)
        return "half"

    job = job_of(work)
    job.begin()
    assert asked.wait(30)
    assert not job.stopped
    job.stop()
    job.wait()
    assert (job.stopped, job.finished, job.result, job.error) == (True, True, "half", None)


def test_a_job_that_is_stopped_before_it_begins_has_ended() -> None:
    job = job_of(lambda tell, stopped: "never")
    job.stop()
    assert (job.begun, job.stopped, job.finished, job.result) == (False, True, True, None)


class _Large:
    """What a piece of work holds, such as a network."""

    def work(self, tell: Tell[int], stopped: Stopped) -> str:
        return "all"


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_job_that_has_ended_does_not_hold_what_its_work_holds(is_begun: bool) -> None:
    large = _Large()
    held = weakref.ref(large)
    job = job_of(large.work)
    del large
    gc.collect()
    assert held() is not None
    if is_begun:
        job.begin()
        job.wait()
    else:
        job.stop()
    gc.collect()
    assert held() is None


@pytest.mark.parametrize("ends_well", [True, False])
def test_whoever_waits_for_the_end_hears_of_it_when_everything_is_there(ends_well: bool) -> None:
    def work(tell: Tell[int], stopped: Stopped) -> str:
        if not ends_well:
            raise VizcoreError("No.")
        return "all"

    job = job_of(work)
    heard: list[tuple[bool, str | None, str | None]] = []
    job.begin(lambda: heard.append((job.finished, job.result, job.error)))
    job.wait()
    assert heard == [(True, "all", None) if ends_well else (True, None, "No.")]
