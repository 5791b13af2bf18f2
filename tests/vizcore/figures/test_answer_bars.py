"""Bars that say what the candidates say."""

import pytest

from vizcore.activations.predictions import Candidate
from vizcore.errors import VizcoreError
from vizcore.figures.answer_bars import Bar, logit_bars, probability_bars

CANDIDATES = (Candidate(3, "cat", 0.625, 2.5), Candidate(0, "dog", 0.25, -1.25), Candidate(7, "cat", 0.0001, -7.5))


def test_probabilities_stand_on_an_axis_that_stays() -> None:
    assert probability_bars(CANDIDATES) == (
        Bar("cat", "62.5%", 0, 0.625),
        Bar("dog", "25.0%", 0, 0.25),
        Bar("cat", "< 0.1%", 0, 0.0001),
    )
    assert probability_bars(CANDIDATES[1:]) == probability_bars(CANDIDATES)[1:]


def test_logits_begin_at_zero_within_a_range_that_two_sets_share() -> None:
    # The axis runs from −7.5 to 2.5: zero stands at three quarters of it.
    assert logit_bars(CANDIDATES, value_range=(-7.5, 2.5)) == (
        Bar("cat", "2.50", 0.75, 1.0),
        Bar("dog", "−1.25", 0.625, 0.75),
        Bar("cat", "−7.50", 0.0, 0.75),
    )


def test_an_axis_of_positive_logits_begins_at_zero_and_one_of_zeros_has_a_width() -> None:
    assert logit_bars(CANDIDATES[:1], value_range=(2.0, 5.0)) == (Bar("cat", "2.50", 0.0, 0.5),)
    assert logit_bars([Candidate(0, "cat", 1.0, 0.0)], value_range=(0.0, 0.0)) == (Bar("cat", "0.00", 0.0, 0.0),)


def test_probabilities_have_no_logits_to_draw() -> None:
    with pytest.raises(VizcoreError):
        logit_bars([Candidate(0, "cat", 1.0, None)], value_range=(0, 1))
