"""A network with a channel held, at one brightness and along a slider."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import nested, picture, with_random_weights
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.edits.brightness import KINDS
from vizcore.errors import VizcoreError
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.passage import Passage
from vizcore.units.held import HeldNetwork
from vizcore.units.worth import HOLDS, worth


def test_the_answers_are_those_of_the_channels_worth() -> None:
    traced = trace(with_random_weights(nested()))
    answer = traced.layers[-1]
    behind = traced.behind("begin", answer.name)
    shown, original = behind.midway(picture()), behind.midway(picture(1))
    for hold in HOLDS:
        expected = worth(behind, shown, hold=hold, original=original, answer_kind="logits").answers
        for channel in range(4):
            held = HeldNetwork(behind, answer, channel, hold, original)
            read = held.read(picture(), [answer.name])[answer.name]
            np.testing.assert_allclose(read, expected[channel], atol=1e-5)
            assert read.shape == answer.shape


def two_means() -> TracedNetwork:
    """Red and green means of the picture: the logits are 2 · red, and green + 1."""
    pixels = keras.Input((5, 7, 3))
    means = keras.layers.GlobalAveragePooling2D(name="means")(keras.layers.ReLU(name="on")(pixels))
    dense = keras.layers.Dense(2, name="answer")
    model = keras.Model(pixels, dense(means))
    dense.set_weights([np.array([[2.0, 0], [0, 1], [0, 0]]), np.array([0.0, 1.0])])
    return trace(model)


def test_winners_and_flips_along_the_slider_are_those_of_the_held_network() -> None:
    network = two_means()
    # At a gain g the logits are 2 · 0.8 g and 0.6 g + 1: they are equal at g = 1. 255 is white.
    pixels = np.zeros((5, 7, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = 204, 153
    passage = Passage(network, pixels, InputFormat((5, 7, 3), RANGES["0…1"]))

    def flips(held: HeldNetwork | None) -> list[float]:
        found = replace(passage, answering=held).winners("answer", KINDS["gain"], answer_kind="logits", num_levels=21)
        return [segment.start for segment in found.segments[1:]]

    assert flips(None) == [pytest.approx(1, abs=0.02)]
    behind, answer = network.behind("on", "answer"), network.layers[-1]
    # Without green 1.6 g = 1.
    assert flips(HeldNetwork(behind, answer, 1, "zero")) == [pytest.approx(0.625, abs=0.02)]
    # Without red the second class wins everywhere.
    assert flips(HeldNetwork(behind, answer, 0, "zero")) == []
    # With green as it is unedited, 1.6 g = 1.6.
    original = behind.midway(np.float32(pixels[np.newaxis] / 255))
    assert flips(HeldNetwork(behind, answer, 1, "unedited", original)) == [pytest.approx(1, abs=0.02)]
    # Blue plays no part.
    assert flips(HeldNetwork(behind, answer, 2, "zero")) == flips(None)


def test_only_the_answer_can_be_read() -> None:
    network = two_means()
    held = HeldNetwork(network.behind("on", "answer"), network.layers[-1], 0, "zero")
    assert [layer.name for layer in held.layers] == ["answer"]
    batch = np.ones((2, 5, 7, 3), np.float32)
    assert held.summarise_many(batch, ["answer"])["answer"].mean.tolist() == [[0, 2], [0, 2]]
    with pytest.raises(VizcoreError, match="only “answer” can be read, not “means”"):
        held.read(batch[:1], ["means"])
    with pytest.raises(VizcoreError, match="no flips"):
        HeldNetwork(network.behind("on", "on"), network.layers[0], 0, "zero").summarise_many(batch, ["on"])
