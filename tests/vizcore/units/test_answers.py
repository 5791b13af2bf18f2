"""What an answer decides: the two classes, and the metrics, written down."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.units.answers import METRICS, Decision, decision
from vizcore.units.patching import shares


def vector(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize(
    ("before", "after", "classes"),
    [
        (vector(1, 5, 3), vector(7, 5, 3), (1, 0)),
        (vector(1, 5, 3), vector(1, 9, 8), (1, 2)),
        # Of equal ones the first comes first.
        (vector(5, 5, 5), vector(5, 5, 5), (0, 1)),
    ],
)
def test_the_winner_is_compared_with_that_of_the_other_picture_or_else_its_own_second(
    before: np.ndarray, after: np.ndarray, classes: tuple[int, int]
) -> None:
    found = decision(before, after, answer_kind="logits")
    assert (found.winner, found.other) == classes


def test_the_difference_of_logits_is_the_same_from_logits_and_from_probabilities() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 5))
    powers = np.exp(logits)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    first = Decision(2, 4, "logit difference", "logits").of(logits.astype(np.float32))
    np.testing.assert_allclose(first, logits[:, 2] - logits[:, 4], rtol=1e-6)
    second = Decision(2, 4, "logit difference", "probabilities").of(probabilities.astype(np.float32))
    np.testing.assert_allclose(first, second, rtol=1e-5)


def test_the_probability_is_that_of_the_winner() -> None:
    answers = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    np.testing.assert_allclose(Decision(1, 0, "probability", "probabilities").of(answers), [0.75, 0.5])
    np.testing.assert_allclose(Decision(1, 0, "probability", "logits").of(np.log(3 * answers)), [0.75, 0.5], rtol=1e-6)


def test_shares_of_a_way() -> None:
    measured = Decision(0, 1, "logit difference", "logits")
    answers = np.array([[4, 0], [10, 0], [7, 0], [0, 0], [13, 0], [10, 6]], np.float32)
    found = shares(answers, unedited=vector(10, 0), edited=vector(4, 0), measured=measured)
    assert found == (0, 1, 0.5, -4 / 6, 1.5, 0)


@pytest.mark.parametrize("metric", METRICS)
def test_a_way_no_longer_than_rounding_has_no_shares(metric: str) -> None:
    measured = Decision(0, 1, metric, "logits")
    ends = vector(100.00001, 99), vector(100, 99)
    assert shares(np.stack(ends), unedited=ends[0], edited=ends[1], measured=measured) == (None, None)
    assert None not in shares(np.stack(ends), unedited=vector(101, 99), edited=ends[1], measured=measured)


def test_a_probability_of_zero_has_no_share() -> None:
    measured = Decision(0, 1, "logit difference", "probabilities")
    ends = vector(0.5, 0.5), vector(0.25, 0.75)
    assert shares(np.array([[1.0, 0.0]]), unedited=ends[0], edited=ends[1], measured=measured) == (None,)
    assert shares(np.stack(ends), unedited=ends[0], edited=vector(1, 0), measured=measured) == (None, None)


@pytest.mark.parametrize(
    ("before", "answer_kind", "metric", "sentence"),
    [
        (vector(1, 2), "logits", "entropy", "no metric “entropy”; there are logit difference, probability"),
        (vector(1, 2), "features", "probability", "does not tell classes apart"),
        (vector(1), "logits", "probability", "does not tell classes apart"),
        (np.ones((2, 2), np.float32), "logits", "probability", "does not tell classes apart"),
        (vector(1, np.nan), "logits", "probability", "not finite"),
    ],
)
def test_what_cannot_be_measured_is_refused(before: np.ndarray, answer_kind: str, metric: str, sentence: str) -> None:
    with pytest.raises(VizcoreError, match=sentence):
        decision(before, before, answer_kind=answer_kind, metric=metric)
