"""Tuning curves against single passes, and what is read off curves that were written down."""

import subprocess
import sys
from collections.abc import Sequence

import keras
import numpy as np
import pytest

from vizcore.activations.predictions import softmax
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import KINDS, Light
from vizcore.errors import VizcoreError
from vizcore.inputs.prepared import InputFormat, prepared, prepared_levels
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.curves import (
    CURVE_ORDERS,
    Curves,
    active,
    active_ranges,
    order_by_curves,
    peaks,
    pictures_at_once,
    probabilities_at_levels,
    slopes,
    tuning_curves,
    winners_at_levels,
)
from vizcore.networks.tutorial import build_simple_cnn

FORM = InputFormat((19, 23, 3), RANGES["0…1"])
AMOUNTS = (-2.0, 0.0, 1.0, 5.0)
NEVER = np.nan


def picture() -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (31, 43, 3), dtype=np.uint8)


def curves(mean: list[list[float]], maximum: list[list[float]] | None = None) -> Curves:
    """Written down channel by channel."""
    values = [np.array(part, np.float32).T for part in (mean, maximum or mean)]
    return Curves(AMOUNTS, *values)


@pytest.mark.parametrize("kind", KINDS)
def test_curves_are_the_levels_one_by_one(kind: str) -> None:
    network = trace(build_simple_cnn((19, 23, 3), seed=5))
    amounts = KINDS[kind].slider.levels(11)
    passes: list[int] = []

    def batch_of(some: Sequence[float]) -> np.ndarray:
        passes.append(len(some))
        return prepared_levels(picture(), [Light.of(kind, amount) for amount in some], wanted=FORM)

    found = tuning_curves(
        network,
        amounts,
        ["conv2", "logits"],
        batch_of=batch_of,
        # Of the largest layer; four pictures at once are two whole passes and one of three.
        most_values=4 * 17 * 21 * 32,
    )
    assert passes == [4, 4, 3]
    assert list(found) == ["conv2", "logits"]
    for index, amount in enumerate(amounts):
        one = network.read(prepared(picture(), Light.of(kind, amount), wanted=FORM), ["conv2", "logits"])
        np.testing.assert_allclose(found["conv2"].mean[index], one["conv2"].mean(axis=(0, 1)), atol=1e-5)
        np.testing.assert_allclose(found["conv2"].maximum[index], one["conv2"].max(axis=(0, 1)), atol=1e-5)
        np.testing.assert_allclose(found["logits"].mean[index], one["logits"], atol=1e-5)
    for layer in found.values():
        assert layer.amounts == amounts
        assert not layer.mean.flags.writeable
        assert not layer.maximum.flags.writeable


def test_a_linear_channel_has_a_straight_curve_and_the_slope_of_its_kernel() -> None:
    convolution = keras.layers.Conv2D(2, (2, 3), name="conv")
    model = keras.Sequential([keras.Input((19, 23, 3)), convolution])
    weights = np.random.default_rng(3).normal(size=(2, 3, 3, 2)).astype(np.float32)
    convolution.set_weights([weights, np.array([5, -7], np.float32)])
    dim = np.random.default_rng(2).integers(100, 120, (19, 23, 3), dtype=np.uint8)
    amounts = (-100.0, -50.0, 0.0, 25.0, 100.0)
    found = tuning_curves(
        trace(model),
        amounts,
        ["conv"],
        batch_of=lambda some: prepared_levels(dim, [Light.of("offset", amount) for amount in some], wanted=FORM),
    )["conv"]
    expected = weights.sum(axis=(0, 1, 2)) / 255
    for curve in (found.mean, found.maximum):
        np.testing.assert_allclose(slopes(curve, amounts), np.tile(expected, (5, 1)), atol=1e-5)


def test_as_many_pictures_at_once_as_the_largest_layer_allows() -> None:
    assert pictures_at_once([(62, 62, 32), (10,), (29, 29, 64)]) == 2**21 // (62 * 62 * 32)
    assert pictures_at_once([(224, 224, 64)]) == 1
    assert pictures_at_once([(10,)]) == 209_715


def test_slopes_are_exact_for_parabolas_inside_and_one_sided_at_the_ends() -> None:
    amounts = np.array(AMOUNTS)
    curve = np.stack([3 * amounts**2 - amounts + 2, np.full(4, 7.0), -4 * amounts], axis=1)
    found = slopes(curve, AMOUNTS)
    np.testing.assert_allclose(found[1:3, 0], 6 * amounts[1:3] - 1)
    assert found[[0, 3], 0].tolist() == [(2 - 16) / 2, (72 - 4) / 4]
    np.testing.assert_allclose(found[:, 1:], [[0, -4]] * 4)


def test_peaks_are_among_the_levels() -> None:
    by_channel = [[0, 3, 1, 1], [9, 9, 9, 9], [1, 2, 2, 0], [0, 0, 0, 4], [0, 0, 0, 0], [1, np.inf, 0, 0], [8, 1, 2, 3]]
    found = peaks(curves(by_channel).mean, AMOUNTS)
    np.testing.assert_array_equal(found, [0, NEVER, 0, 5, NEVER, NEVER, -2])


def test_a_channel_wakes_at_its_first_and_dies_at_its_last_answer() -> None:
    by_channel = [[0, 3, 0, 0], [0, 0, 0, 0], [1, 0, 0, 2], [0, 0, 4, 1], [-1, 0, 0, 0]]
    wakes, dies = active_ranges(curves(by_channel))
    np.testing.assert_array_equal(wakes, [0, NEVER, -2, 1, -2])
    np.testing.assert_array_equal(dies, [0, NEVER, 5, 5, -2])


def test_zeros_that_padding_puts_around_negative_values_are_no_silence() -> None:
    padded = curves([[-3, -2, 0, 0]], [[0, 0, 0, 0]])
    assert active(padded).tolist() == [[True], [True], [False], [False]]
    assert [ends.tolist() for ends in active_ranges(padded)] == [[-2], [0]]


def test_orders_by_hand() -> None:
    given = curves(
        [[0, 1, 2, 0], [5, 5, 5, 5], [9, 0, 9, 0], [0, 1, 2, 0], [0, 0, 0, 1]],
        [[0, 1, 2, 0], [5, 5, 5, 5], [0, 0, 0, 0], [0, 1, 2, 0], [0, 0, 0, 1]],
    )
    # Steps of 2, 1 and 4. At the last level to the left: -0.5, 0, -2.25, -0.5, 0.25.
    expected = {
        "index": [0, 1, 2, 3, 4],
        "slope": [4, 1, 0, 3, 2],
        "peak": [2, 0, 3, 4, 1],
        "wakes": [1, 2, 0, 3, 4],
        "dies": [0, 2, 3, 1, 4],
    }
    assert set(expected) == set(CURVE_ORDERS)
    for by, order in expected.items():
        found = order_by_curves(given, by, level=3)
        assert found.tolist() == order, by
        assert found.dtype == np.int64


def test_the_order_by_slope_follows_the_level() -> None:
    given = curves([[0, 4, 4, 4], [0, 0, 3, 3], [4, 2, 2, 9]])
    assert [order_by_curves(given, "slope", level=level)[0] for level in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_answers_over_levels() -> None:
    logits = np.array([[1, 3, 3], [2, -1, 0]], np.float32)
    np.testing.assert_array_equal(probabilities_at_levels(logits, kind="logits"), [softmax(row) for row in logits])
    shares = np.array([[0.25, 0.75]], np.float32)
    np.testing.assert_array_equal(probabilities_at_levels(shares, kind="probabilities"), shares)
    assert winners_at_levels(logits).tolist() == [1, 0]


def test_what_is_no_curve_is_refused() -> None:
    for amounts in [(1.0,), (1.0, 1.0), (2.0, 1.0), (0.0, np.nan)]:
        with pytest.raises(VizcoreError, match="each higher"):
            slopes(np.zeros((len(amounts), 3), np.float32), amounts)
    for function in (slopes, peaks):
        with pytest.raises(VizcoreError, match=r"\(4, channels\); this one has \(3, 5\)"):
            function(np.zeros((3, 5), np.float32), AMOUNTS)
    with pytest.raises(VizcoreError, match="no order “mood”"):
        order_by_curves(curves([[0, 1, 2, 3]]), "mood")
    for level in (-1, 4):
        with pytest.raises(VizcoreError, match="there are 4"):
            order_by_curves(curves([[0, 1, 2, 3]]), "slope", level=level)


def test_curves_do_not_import_tensorflow() -> None:
    code = (
        "import sys, vizcore.light.curves, vizcore.inputs.prepared; "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
