"""The wrongest pictures, means of single steps and figures of a network, on answers written down."""

import numpy as np
import pytest

from vizcore.datasets.dataset import Pictures
from vizcore.training.measures import RunningMean, calibration_error, confusion_matrix, cross_entropy, wrongest

GIVEN = np.array([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.05, 0.05, 0.9], [0.4, 0.3, 0.3], [0.1, 0.2, 0.7]], np.float32)
PICTURES = Pictures(
    np.arange(5 * 2 * 3 * 3, dtype=np.uint8).reshape(5, 2, 3, 3), np.array([0, 0, 1, 2, 0], dtype=np.int64)
)


def test_the_surest_mistake_comes_first_and_right_answers_do_not_come() -> None:
    found = wrongest(PICTURES, GIVEN)
    assert [(one.true, one.predicted) for one in found] == [(1, 2), (0, 1), (0, 2), (2, 0)]
    np.testing.assert_allclose([one.probability for one in found], [0.9, 0.7, 0.7, 0.4])
    np.testing.assert_array_equal(found[0].pixels, PICTURES.pixels[2])


def test_no_more_than_asked_for_and_none_if_all_is_right() -> None:
    assert len(wrongest(PICTURES, GIVEN, number=2)) == 2
    assert wrongest(PICTURES.at(np.array([0])), GIVEN[:1]) == ()


def test_the_mean_of_what_came_since_is_taken_out_of_two_means() -> None:
    # Losses 1 and 3 in two pictures, then 8 in a third; right, wrong, right.
    two, three = RunningMean(2, 2.0, 0.5), RunningMean(3, 4.0, 2 / 3)
    assert two.since(RunningMean()) == (2.0, 0.5)
    assert three.since(two) == pytest.approx((8.0, 1.0))


def test_rounding_takes_no_loss_below_nothing_and_no_share_beyond_all() -> None:
    before = RunningMean(1000, 1e-3, 0.999)
    assert RunningMean(1001, 0.9989e-3, 0.9999).since(before) == (0.0, 1.0)
    assert RunningMean(1001, 1e-3, 0.997).since(before)[1] == 0.0


def test_cross_entropy_is_the_mean_of_minus_log_of_the_true_probability() -> None:
    given = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], np.float32)
    assert cross_entropy(given, np.array([0, 2])) == pytest.approx(2 * np.log(2))
    assert cross_entropy(given, np.array([1, 1])) == pytest.approx((np.log(4) - np.log(0.75)) / 2)
    # A probability that was rounded to 0 is bad, and not infinite.
    assert 80 < cross_entropy(np.array([[1, 0]], np.float32), np.array([1])) < 100


def test_confusion_has_the_true_class_in_rows() -> None:
    matrix = confusion_matrix(np.array([0, 0, 0, 2, 2]), np.array([0, 1, 1, 2, 0]), 3)
    assert matrix.tolist() == [[1, 2, 0], [0, 0, 0], [1, 0, 1]]
    assert matrix.dtype == np.int64


def test_calibration_error_of_known_probabilities() -> None:
    # Four pictures at 0.75, three right: as said. Two at 0.95, one right: 0.45 too sure.
    given = np.array([[0.75, 0.25]] * 4 + [[0.05, 0.95]] * 2)
    labels = np.array([0, 0, 0, 1, 1, 0])
    assert calibration_error(given[:4], labels[:4]) == pytest.approx(0)
    assert calibration_error(given[4:], labels[4:]) == pytest.approx(0.45)
    assert calibration_error(given, labels) == pytest.approx(0.45 * 2 / 6)
    # In a single bin, what is too sure and what is too modest cancel.
    assert calibration_error(np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([0, 1]), bins=1) == pytest.approx(0.25)


def test_certainty_has_a_bin() -> None:
    assert calibration_error(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0, 1])) == 0
    assert calibration_error(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1, 0])) == 1
