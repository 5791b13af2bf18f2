"""Channels that are held: by hand, and against the network rebuilt without them."""

import threading
from collections.abc import Callable

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import all_layers, flat, nested, picture, with_random_weights
from vizcore.activations.continuation import Cut
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError
from vizcore.units.worth import HOLDS, Worth, worth

layers = keras.layers
PIXELS = np.array([[1.0, 2.0], [3.0, 6.0]], np.float32)[np.newaxis, ..., np.newaxis]
"""The mean is 3, the sum 12."""


def by_hand() -> TracedNetwork:
    """2 × 2 pixels x: the maps x, 2x and −x behind ReLU, their largest values, and two logits."""
    pixels = keras.Input((2, 2, 1))
    conv = layers.Conv2D(3, 1, activation="relu", use_bias=False, name="conv")
    dense = layers.Dense(2, name="answer")
    model = keras.Model(pixels, dense(layers.GlobalMaxPooling2D(name="largest")(conv(pixels))))
    conv.set_weights([np.array([1.0, 2.0, -1.0]).reshape(1, 1, 1, 3)])
    dense.set_weights([np.array([[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]]), np.array([0.0, -1.0])])
    return trace(model)


def held(hold: str, *, layer: str = "conv", channels: list[int] | None = None) -> Worth:
    traced = by_hand()
    behind = traced.behind(layer, "answer")
    return worth(
        behind,
        behind.midway(PIXELS),
        hold=hold,
        answer_kind="logits",
        original=behind.midway(PIXELS[:, ::-1] / 2),
        channels=None if channels is None else np.array(channels),
    )


@pytest.mark.parametrize(
    ("hold", "answers"),
    [
        # The largest values 6, 12 and 0 give the logits 6 and 11.
        ("zero", [[0, 11], [6, -1], [6, 11]]),
        # The means 3 and 6 fill the maps.
        ("mean", [[3, 11], [6, 5], [6, 11]]),
        # Half of the pixels: 3 and 6.
        ("unedited", [[3, 11], [6, 5], [6, 11]]),
    ],
)
def test_known_answers(hold: str, answers: list) -> None:
    result = held(hold)
    assert (result.layer, result.hold) == ("conv", hold)
    assert result.answer.tolist() == [6, 11]
    assert result.answers.tolist() == answers
    # 11 − 6 = 5 becomes …
    assert result.effect.tolist() == [(b - a) - 5 for a, b in answers]
    assert result.is_changed.tolist() == [True, True, False]
    assert result.order.tolist() == [1, 0, 2]
    assert result.winners.tolist() == [int(b > a) for a, b in answers]


def test_a_channel_that_is_off_is_not_computed_and_worth_exactly_nothing() -> None:
    result = held("zero")
    assert not result.is_changed[2]
    assert result.effect[2] == 0
    assert (result.answers[2] == result.answer).all()


def test_only_the_channels_that_are_asked_for_are_held() -> None:
    assert held("zero", channels=[1]).answers.tolist() == [[6, 11], [6, -1], [6, 11]]


def test_a_unit_of_a_vector_is_its_own_mean() -> None:
    assert not held("mean", layer="largest").is_changed.any()
    assert held("zero", layer="largest").answers.tolist() == [[0, 11], [6, -1], [6, 11]]
    assert held("unedited", layer="largest").answers.tolist() == [[3, 11], [6, 5], [6, 11]]


def test_one_channel_a_pass_gives_the_same_answers() -> None:
    small = Cut(by_hand().graph, "conv", "answer", takes_many=True, lock=threading.Lock(), most_bytes=1)
    assert small.at_once == 1
    result = worth(small, small.midway(PIXELS), hold="zero", answer_kind="logits")
    assert result.answers.tolist() == [[0, 11], [6, -1], [6, 11]]


def test_the_activation_of_the_picture_is_not_changed() -> None:
    traced = by_hand()
    behind = traced.behind("conv", "answer")
    shown = behind.midway(PIXELS)
    before = shown.activation.copy()
    for hold in HOLDS:
        worth(behind, shown, hold=hold, answer_kind="logits", original=shown)
    np.testing.assert_array_equal(shown.activation, before)


@pytest.mark.parametrize("build", [flat, nested])
def test_zero_is_the_network_without_the_channel_in_the_layers_that_it_feeds(build: Callable[[], keras.Model]) -> None:
    traced, answer = trace(with_random_weights(build())), "inner" if build is nested else "logits"
    behind = traced.behind("begin", answer)
    result = worth(behind, behind.midway(picture()), hold="zero", answer_kind="logits")
    assert result.is_changed.all()
    for channel in range(result.is_changed.size):
        rebuilt = with_random_weights(build())
        for layer in all_layers(rebuilt):
            if layer.name in ("res_conv", "res_short"):
                kernel = np.asarray(layer.kernel).copy()
                kernel[:, :, channel] = 0
                layer.kernel.assign(kernel)
        expected = trace(rebuilt).read(picture(), [answer])[answer]
        np.testing.assert_allclose(result.answers[channel], expected, atol=1e-5)
        assert np.abs(result.answer - expected).max() > 1e-3


def test_what_cannot_be_held_is_refused() -> None:
    traced = by_hand()
    behind = traced.behind("conv", "answer")
    shown = behind.midway(PIXELS)
    with pytest.raises(VizcoreError, match="no hold “one”; there are zero, mean, unedited"):
        worth(behind, shown, hold="one", answer_kind="logits")
    with pytest.raises(VizcoreError, match="that picture is needed"):
        worth(behind, shown, hold="unedited", answer_kind="logits")
    with pytest.raises(VizcoreError, match="does not tell classes apart"):
        worth(behind, shown, hold="zero", answer_kind="features")
