"""What climbs have found, kept for all visitors and for one, within bounds."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.ui.apps import result_of, visitor
from ui.cached import climbs as cached_climbs
from ui.cached.networks import network_of
from ui.jobs.climbing import ClimbJob, Question
from ui.jobs.job import Stopped
from ui.session.climbs import climb_of, keep_climb
from vizcore.activations.interface import Objective
from vizcore.networks.catalogue import entries
from vizcore.units.maximisation import ACCENTUATION, Ascent, Climb, Preferred


def found(num_bytes: int) -> tuple[Preferred, ...]:
    """One picture, with as many bytes for what counts of it."""
    side = np.zeros((num_bytes // 8, 1), np.float32)
    return (Preferred(np.zeros((num_bytes // 2, 1, 1), np.uint8), 0.0, 1.0, 1, side),)


def test_the_answers_that_were_not_asked_for_longest_leave_when_they_are_many_or_large() -> None:
    shelf = cached_climbs._Shelf()
    for number in range(64):
        shelf.put(str(number), found(800))
    assert shelf.get("0") is not None
    shelf.put("64", found(800))
    assert shelf.get("1") is None
    assert shelf.get("0") is not None
    shelf.put("large", found(32_000_000 - 3 * 800))
    kept = [number for number in range(65) if shelf.get(str(number)) is not None]
    assert kept == [0, 63, 64]
    assert sum(each.num_bytes for each in found(800)) == 800
    shelf.put("too large", found(32_800_000))
    assert shelf.get("too large") is None


def test_a_picture_of_which_no_step_was_made_is_not_accentuated() -> None:
    objective, question = Objective("conv1", 3), Question("still", "still", ACCENTUATION)

    def search() -> tuple[int, int]:
        levels = np.full((64, 64, 3), 100, np.float32)
        look = cached_climbs.search(question, network_of(entries()["untrained"]), objective, levels)
        return len(look(lambda ascent: None, lambda: True)), len(look(lambda ascent: None, lambda: False))

    assert result_of(visitor(), search) == (0, 1)


def ended(key: str, num_bytes: int) -> ClimbJob:
    def search(tell: Callable[[Ascent], None], stopped: Stopped) -> tuple[Preferred, ...]:
        return found(num_bytes)

    job = ClimbJob(Question(key, key, Climb()), search, is_there=lambda: True)
    job.begin()
    job.wait()
    return job


@pytest.mark.parametrize(("num_bytes", "kept"), [(800, 16), (1_600_000, 5), (16_000_000, 1)])
def test_a_session_keeps_the_newest_climbs_and_not_too_many_bytes(num_bytes: int, kept: int) -> None:
    jobs = [ended(str(number), num_bytes) for number in range(18)]

    def keep() -> list[str]:
        for job in jobs:
            keep_climb(job)
        return [job.question.key for job in jobs if climb_of(job.question.key) is job]

    assert result_of(visitor(), keep) == [str(number) for number in range(18 - kept, 18)]
