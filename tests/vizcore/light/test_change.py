"""Changes of activations that were written down, their laws, and networks that undo an edit."""

from math import inf, sqrt

import keras
import numpy as np
import pytest

from vizcore.activations.layer import LayerInfo
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.inputs.prepared import InputFormat, prepared_exactly
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.change import (
    clipping_part,
    compared,
    cosine,
    difference,
    preprocessing_layers,
    relative_change,
    remaining_part,
    symmetric_range,
)
from vizcore.networks.tutorial import build_simple_cnn


def activation(*channels: list[float]) -> np.ndarray:
    """(1, cells, C), written down channel by channel."""
    return np.array(channels, np.float32).T[np.newaxis]


def noise(seed: int, shape: tuple[int, ...] = (5, 7, 11)) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


ORIGINAL = activation([0, 0, 0], [1, 2, 3], [0, 4, 0], [0, 0, 0], [1, 1, 1])
EDITED = activation([0, 0, 2], [0, 0, 0], [0, 4, 0], [0, 0, 0], [1, 1, 5])


def test_a_change_by_hand() -> None:
    change = compared(ORIGINAL, EDITED)
    np.testing.assert_allclose(change.channel_change, [2 / 3, 2, 0, 0, 4 / 3])
    assert change.mean_change == pytest.approx((2 + 6 + 4) / 15)
    assert change.woke.tolist() == [True, False, False, False, False]
    assert change.died.tolist() == [False, True, False, False, False]
    assert change.saturated.tolist() == [False, False, False, False, True]
    assert (change.woke_share, change.died_share, change.saturated_share) == (0.2, 0.2, 0.2)
    # Products 16 + 1 + 1 + 5; squares 1 + 4 + 9 + 16 + 3 and 4 + 16 + 1 + 1 + 25.
    assert change.cosine == pytest.approx(23 / sqrt(33 * 47))


def test_a_vector_is_channels_of_one_cell() -> None:
    change = compared(np.array([0, 1, 2], np.float32), np.array([3, 0, 2], np.float32))
    assert change.channel_change.tolist() == [3, 1, 0]
    assert (change.woke.tolist(), change.died.tolist()) == ([True, False, False], [False, True, False])
    assert change.saturated.tolist() == [True, False, False]
    # Below the smallest value is beyond the scale as well.
    assert compared(np.array([-3, -1, 2]), np.array([-9, -1, 2])).saturated.tolist() == [True, False, False]


def test_what_stays_the_same_has_not_changed() -> None:
    for values in (noise(1), ORIGINAL, np.zeros((5, 7, 11), np.float32)):
        change = compared(values, values)
        assert change.mean_change == 0
        assert change.cosine == (pytest.approx(1) if values.any() else None)
        assert not (change.woke | change.died | change.saturated).any()


def test_forth_and_back_wake_and_die_change_places() -> None:
    forth, back = compared(ORIGINAL, EDITED), compared(EDITED, ORIGINAL)
    assert forth.mean_change == back.mean_change
    assert forth.cosine == back.cosine
    np.testing.assert_array_equal(forth.woke, back.died)


def test_cosine_knows_the_direction_and_not_the_length() -> None:
    values = noise(1)
    for factor in (1e-30, 0.5, 7, 1e30):
        assert cosine(values, values * np.float32(factor)) == pytest.approx(1)
        assert cosine(values, -values * np.float32(factor)) == pytest.approx(-1)
    assert cosine(np.array([1, 0]), np.array([0, 3])) == 0
    assert cosine(np.array([1, 0]), np.array([1, 1])) == pytest.approx(sqrt(0.5))


def test_zeros_have_no_direction() -> None:
    nothing = np.zeros(3)
    assert cosine(nothing, nothing) is None
    assert cosine(nothing, np.ones(3)) is cosine(np.ones(3), nothing) is None


def test_the_difference_is_signed_and_its_range_has_zero_in_the_middle() -> None:
    found = difference(activation([1, 5], [0, 2]), activation([4, 3], [0, 2]))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, activation([3, -2], [0, 0]))
    assert symmetric_range(found) == (-3, 3)
    assert symmetric_range(found, -2 * found) == (-6, 6)
    assert symmetric_range(np.array([np.nan, -7, np.inf])) == (-7, 7)
    assert symmetric_range(np.zeros(3)) == symmetric_range(np.array([np.nan])) == symmetric_range() == (0, 0)


def test_the_part_of_the_clip_by_hand() -> None:
    original, edited, unclipped = np.array([1, 1, 1, 1]), np.array([3, 2, 2, 0]), np.array([3, 2, 3, -1])
    assert clipping_part(original, edited, unclipped) == 2 / 5
    assert clipping_part(original, edited, edited) == 0
    assert clipping_part(original, original, original) == 0
    assert clipping_part(original, original, unclipped) == inf


def test_relative_change_by_hand() -> None:
    # The original is (−3, 4) around its mean: as long as 5.
    assert relative_change(np.array([7, 14]), np.array([7, 14])) == 0
    assert relative_change(np.array([0, 8]), np.array([3, 12])) == pytest.approx(5 / sqrt(32))
    assert relative_change(np.array([7, 7]), np.array([7, 7])) == 0
    assert relative_change(np.array([7, 7]), np.array([7, 8])) == inf


@pytest.mark.parametrize(("factor", "shift"), [(1 / 127.5, -1), (255, 0), (-2, 100)])
def test_scaling_and_shifting_takes_nothing_away(factor: float, shift: float) -> None:
    before = (noise(1), noise(1) + noise(2))
    after = (factor * before[0] + shift, factor * before[1] + shift)
    assert remaining_part(before=before, after=after) == pytest.approx(1, rel=1e-4)


def test_what_is_left_of_an_edit() -> None:
    one, other = noise(1), noise(2)
    assert remaining_part(before=(one, one + other), after=(one, one + other / 4)) == pytest.approx(0.25, rel=1e-5)
    assert remaining_part(before=(one, one + other), after=(one, one)) == 0
    # The shapes behind may be others.
    assert remaining_part(before=(one, 2 * one), after=(9 * one.ravel(), 18 * one.ravel())) == pytest.approx(1)
    assert remaining_part(before=(one, one), after=(one, other)) is None
    assert remaining_part(before=(0 * one, one), after=(one, other)) is None
    assert remaining_part(before=(one, other), after=(0 * one, other)) is None


@pytest.mark.parametrize("shapes", [((5, 7), (7, 5)), ((5,), (5, 1)), ((0,), (0,)), ((), ())])
def test_only_the_same_layer_is_compared(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    one, other = (np.ones(shape, np.float32) for shape in shapes)
    for function in (compared, cosine, difference, relative_change):
        with pytest.raises(VizcoreError, match="the same layer twice"):
            function(one, other)


def test_what_is_not_finite_is_not_compared() -> None:
    for wrong in (np.nan, inf):
        with pytest.raises(VizcoreError, match="not finite"):
            compared(np.ones(3, np.float32), np.array([1, wrong, 1], np.float32))


# Preprocessing


def test_the_tutorials_network_has_no_preprocessing() -> None:
    assert preprocessing_layers(trace(build_simple_cnn((19, 23, 3))).layers) == ()


def test_everything_in_front_of_the_first_kernel_is_preprocessing() -> None:
    layers = [
        keras.layers.Rescaling(1 / 255, name="scale"),
        keras.layers.BatchNormalization(name="batch_norm"),
        keras.layers.ZeroPadding2D(name="padding"),
    ]
    for kernel in (
        keras.layers.DepthwiseConv2D(3, name="kernel"),
        keras.layers.SeparableConv2D(5, 3, name="kernel"),
        keras.layers.Dense(5, name="kernel"),
        keras.Sequential(
            [keras.Input((21, 25, 3)), keras.layers.ReLU(name="relu"), keras.layers.Dense(5, name="inner")],
            name="sequential",
        ),
    ):
        network = trace(keras.Sequential([keras.Input((19, 23, 3)), *layers, kernel, keras.layers.ReLU(name="last")]))
        found = [layer.name for layer in preprocessing_layers(network.layers)]
        # Zeros around a picture are not what takes an edit away, unless something goes on behind them.
        assert found in (["scale", "batch_norm"], ["scale", "batch_norm", "padding", "sequential/relu"])
        assert ("padding" in found) == isinstance(kernel, keras.Sequential)
    assert preprocessing_layers([LayerInfo("only", "ReLU", (5, 7, 3))]) == (LayerInfo("only", "ReLU", (5, 7, 3)),)


def standardising_network() -> keras.Model:
    """Every picture is brought to mean 0 and deviation 1 before the first kernel sees it."""
    convolution = keras.layers.Conv2D(5, (2, 3), activation="relu", name="conv")
    model = keras.Sequential(
        [
            keras.Input((19, 23, 3)),
            keras.layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-12, center=False, scale=False, name="standard"),
            convolution,
        ]
    )
    convolution.set_weights([noise(3, (2, 3, 3, 5)), noise(4, (5,))])
    return model


def test_a_network_that_standardises_sees_nothing_of_a_gain() -> None:
    network = trace(standardising_network())
    assert [layer.name for layer in preprocessing_layers(network.layers)] == ["standard"]
    form = InputFormat((19, 23, 3), RANGES["0…1"])
    dim = np.random.default_rng(2).integers(41, 120, (31, 43, 3), dtype=np.uint8)

    def seen(kind: str, amount: float) -> dict[str, np.ndarray]:
        batch = prepared_exactly(dim, Light.of(kind, amount), wanted=form)
        return {"picture": batch[0], **network.read(batch, ["standard", "conv"])}

    plain = seen("gain", 1)
    for kind, amount in [("gain", 0.5), ("gain", 2), ("offset", 100), ("gamma", 2.2)]:
        edited = seen(kind, amount)
        assert relative_change(plain["picture"], edited["picture"]) > 0.3
        left = remaining_part(
            before=(plain["picture"], edited["picture"]), after=(plain["standard"], edited["standard"])
        )
        change = compared(plain["conv"], edited["conv"])
        if kind == "gamma":
            assert left > 0.01
            assert change.mean_change > 0.01
        else:
            assert left < 1e-4
            assert change.mean_change < 1e-4
            assert change.cosine == pytest.approx(1)


def test_the_clip_alone_is_the_whole_change_behind_a_standardisation() -> None:
    network = trace(standardising_network())
    form = InputFormat((19, 23, 3), RANGES["0…1"])
    pixels = np.random.default_rng(2).integers(0, 256, (19, 23, 3), dtype=np.uint8)
    original, edited, unclipped = (
        network.read(prepared_exactly(pixels, Light.of("gain", amount), wanted=form, clipped=clipped), ["conv"])["conv"]
        for amount, clipped in [(1, True), (2.5, True), (2.5, False)]
    )
    assert clipping_part(original, edited, unclipped) == pytest.approx(1, abs=1e-3)
