"""Probabilities with answers worked out by hand; the order of classes."""

import math

import numpy as np
import pytest

from vizcore.activations.predictions import leading, softmax
from vizcore.errors import VizcoreError


def test_known_probabilities() -> None:
    np.testing.assert_allclose(softmax(np.log(np.array([1, 2, 5], np.float32))), [1 / 8, 2 / 8, 5 / 8], rtol=1e-6)


def test_a_shift_of_all_logits_changes_nothing() -> None:
    logits = np.random.default_rng(1).normal(size=7).astype(np.float32)
    np.testing.assert_allclose(softmax(logits), softmax(logits + np.float32(64)), rtol=1e-5)


def test_large_logits_do_not_overflow() -> None:
    assert softmax(np.array([3e38, -3e38, 3e38], np.float32)).tolist() == [0.5, 0.0, 0.5]


@pytest.mark.parametrize("logits", [[np.nan, 0.0], [np.inf, 0.0], [], [[1.0, 2.0]]])
def test_what_is_no_answer_is_refused(logits: list) -> None:
    with pytest.raises(VizcoreError):
        softmax(np.array(logits, np.float32))


def test_the_leading_classes_of_logits() -> None:
    first, second = leading(np.array([0, 2, 1], np.float32), ("ant", "bee", "cow"), kind="logits", number=2)
    total = 1 + math.e + math.e**2
    assert (first.name, first.index, first.logit) == ("bee", 1, 2.0)
    assert first.probability == pytest.approx(math.e**2 / total)
    assert (second.name, second.probability) == ("cow", pytest.approx(math.e / total))


def test_probabilities_are_taken_as_they_are_and_have_no_logit() -> None:
    found = leading(np.array([0.25, 0.5, 0.25], np.float32), ("ant", "bee", "cow"), kind="probabilities")
    assert [(candidate.name, candidate.probability, candidate.logit) for candidate in found] == [
        ("bee", 0.5, None),
        ("ant", 0.25, None),
        ("cow", 0.25, None),
    ]


def test_where_probabilities_round_to_the_same_the_logit_decides() -> None:
    found = leading(np.array([-900, -800, 0], np.float32), ("ant", "bee", "cow"), kind="logits")
    assert [candidate.name for candidate in found] == ["cow", "bee", "ant"]


def test_names_must_be_as_many_as_outputs() -> None:
    with pytest.raises(VizcoreError, match="3 classes"):
        leading(np.zeros(3, np.float32), ("ant", "bee"), kind="logits")
