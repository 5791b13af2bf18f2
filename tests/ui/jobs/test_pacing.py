"""How long a computation steps back between two of its steps, by a clock that the test moves."""

import pytest

from ui.jobs.pacing import let_others_go_first


class Clock:
    """Moves by what is waited, and by nothing else."""

    def __init__(self) -> None:
        self.now = 100.0

    def wait(self, seconds: float) -> None:
        self.now += seconds


def paused(*visits: float, stopped_at: float = float("inf")) -> float:
    """How long a pause takes while pages are begun so many seconds after its start."""
    clock = Clock()
    moments = [100 + visit for visit in visits]
    let_others_go_first(
        lambda: max((moment for moment in moments if moment <= clock.now), default=0.0),
        lambda: clock.now >= 100 + stopped_at,
        clock=lambda: clock.now,
        wait=clock.wait,
    )
    return clock.now - 100


MOMENT = 0.02
"""A pause ends with the first look after its time."""


def test_where_nobody_waits_a_pause_is_a_moment() -> None:
    assert paused() == pytest.approx(MOMENT)
    assert paused(-0.5) == pytest.approx(MOMENT)


def test_a_page_that_was_begun_is_let_go_first() -> None:
    assert paused(0) == pytest.approx(0.4, abs=MOMENT)
    assert paused(-0.1) == pytest.approx(0.3, abs=MOMENT)
    # The pause is longer if another page is begun meanwhile.
    assert paused(-0.3, 0.05) == pytest.approx(0.45, abs=MOMENT)


def test_visitors_one_after_the_other_do_not_hold_a_training_up_for_ever() -> None:
    assert paused(*(0.1 * index for index in range(100))) == pytest.approx(0.6, abs=MOMENT)


def test_a_training_that_is_stopped_waits_no_longer() -> None:
    assert paused(0, stopped_at=0.1) == pytest.approx(0.1, abs=MOMENT)
