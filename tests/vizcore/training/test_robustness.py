"""Channels that are never active are counted, and the accuracy in each light is that of the brightened pictures."""

import numpy as np
import pytest

from tests.vizcore.training.test_batches import noise
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.edits.brightness import KINDS, Light
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.batches import batch_of
from vizcore.training.robustness import accuracy_over, first_of_each_class, never_active, robustness


def test_a_channel_is_never_active_if_no_picture_lifts_it_above_zero() -> None:
    network = build_simple_cnn((64, 64, 3), num_classes=3)
    for name, silenced in (("conv1", [0, 5]), ("dense1", [1, 2, 63])):
        layer = network.get_layer(name)
        kernel, bias = layer.get_weights()
        kernel[..., :], bias[:] = 0, 1
        bias[silenced] = -1
        layer.set_weights([kernel, bias])
    counts = never_active(network, noise(3, 20, 23))
    assert counts["conv1"] == (2, 32)
    assert counts["dense1"] == (3, 64)
    assert list(counts) == ["conv1", "conv2", "conv3", "dense1"]


def test_one_picture_of_many_is_enough_to_be_active() -> None:
    network = build_simple_cnn((64, 64, 3))
    layer = network.get_layer("conv1")
    kernel, _ = layer.get_weights()
    kernel[...] = 1
    # The sum of 27 ones is 27: only a white picture passes this bias.
    layer.set_weights([kernel, np.full(32, -26.5, np.float32)])
    black, white = np.zeros((1, 32, 32, 3), np.uint8), np.full((1, 32, 32, 3), 255, np.uint8)
    assert never_active(network, black)["conv1"] == (32, 32)
    # The white one lies in the second batch.
    assert never_active(network, np.concatenate([black.repeat(103, axis=0), white]))["conv1"] == (0, 32)


def test_accuracy_over_a_slider_is_counted_in_that_light() -> None:
    network = build_simple_cnn((64, 64, 3), num_classes=2, seed=3)
    pixels = noise(13, 32, 29)
    for kind in KINDS:
        first, *_, last = amounts = KINDS[kind].slider.levels(11)
        found = {}
        for amount in (first, last):
            lit = Light.of(kind, amount).table()[pixels]
            found[amount] = network(batch_of(lit, (64, 64))).numpy().argmax(axis=1)
        labels = found[first]
        shares = accuracy_over(network, Pictures(pixels, labels), kind)
        assert tuple(shares) == amounts
        assert shares[first] == 1
        assert shares[last] == pytest.approx((found[last] == labels).mean())


def test_pictures_are_the_first_of_each_class(tiny: Dataset) -> None:
    labels = np.array([2, 0, 2, 2, 0, 1])
    chosen = first_of_each_class(Pictures(noise(6, 4, 5), labels), 2)
    np.testing.assert_array_equal(chosen.pixels, noise(6, 4, 5)[[0, 1, 2, 4, 5]])
    about = robustness(build_simple_cnn((64, 64, 3), num_classes=len(tiny.classes)), tiny.test)
    assert about["measured_pictures"] == len(tiny.test)
    assert set(about["accuracy_over_brightness"]) == set(KINDS)
