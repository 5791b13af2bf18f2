"""The direction that raises a number: its gradient, but out of a start where every ReLU is off."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from vizcore.activations.interface import Objective
from vizcore.activations.tracing import TracedNetwork, trace

layers = keras.layers
KERNEL = np.array([2.0, -1.0, 0.5])
GREY = np.full((1, 4, 5, 3), 0.5, np.float32)


def convolution(bias: float, activation: str | None = None) -> keras.layers.Layer:
    """One channel, 0.75 + bias for grey."""
    layer = layers.Conv2D(1, 1, activation=activation, name="conv")
    layer.build((None, 4, 5, 3))
    layer.set_weights([KERNEL.reshape(1, 1, 3, 1), np.array([bias])])
    return layer


def by_activation(pixels: Any, bias: float) -> Any:
    return convolution(bias, "relu")(pixels)


def by_operation(pixels: Any, bias: float) -> Any:
    return keras.ops.relu(convolution(bias)(pixels))


def by_layer(pixels: Any, bias: float) -> Any:
    return layers.ReLU(max_value=6)(convolution(bias)(pixels))


WAYS = [by_activation, by_operation, by_layer]


def network(relu: Callable[[Any, float], Any], bias: float, *, inside: bool) -> TracedNetwork:
    """The mean of the channel behind a ReLU, which is inside a model of its own or not."""
    pixels = keras.Input((4, 5, 3))
    if inside:
        inner = keras.Input((4, 5, 3))
        values = keras.Model(inner, relu(inner, bias), name="inner")(pixels)
    else:
        values = relu(pixels, bias)
    return trace(keras.Model(pixels, layers.GlobalAveragePooling2D(name="mean")(values)))


@pytest.mark.parametrize("inside", [False, True], ids=["flat", "nested"])
@pytest.mark.parametrize("relu", WAYS)
def test_a_relu_that_is_off_everywhere_lets_pass_what_wakes_it(relu: Callable[[Any, float], Any], inside: bool) -> None:
    traced = network(relu, -1.0, inside=inside)
    assert not traced.gradient(GREY, Objective("mean", 0)).any()
    number, direction = traced.ascent(GREY, Objective("mean", 0))
    assert number == 0
    np.testing.assert_allclose(direction, np.broadcast_to(KERNEL / 20, (4, 5, 3)), rtol=1e-6)


@pytest.mark.parametrize("inside", [False, True], ids=["flat", "nested"])
@pytest.mark.parametrize("relu", WAYS)
def test_a_relu_that_is_on_somewhere_has_its_gradient(relu: Callable[[Any, float], Any], inside: bool) -> None:
    traced = network(relu, -1.0, inside=inside)
    batch = GREY.copy()
    batch[0, 1, 2, 0] = 1
    number, direction = traced.ascent(batch, Objective("mean", 0))
    assert number == pytest.approx(0.75 / 20)
    np.testing.assert_array_equal(direction, traced.gradient(batch, Objective("mean", 0)))
    assert np.argwhere(direction.any(axis=2)).tolist() == [[1, 2]]


@pytest.mark.parametrize("inside", [False, True], ids=["flat", "nested"])
def test_a_relu_that_is_full_is_not_off(inside: bool) -> None:
    # The channel is 9.75, cut off at 6: nothing that raises it raises the number.
    number, direction = network(by_layer, 9.0, inside=inside).ascent(GREY, Objective("mean", 0))
    assert number == 6
    assert not direction.any()


def test_what_would_only_lower_a_number_does_not_wake_a_relu() -> None:
    pixels = keras.Input((4, 5, 3))
    less = layers.Dense(1, name="less")
    model = keras.Model(pixels, less(layers.Flatten()(by_activation(pixels, -1.0))))
    less.set_weights([np.full((20, 1), -1.0), np.zeros(1)])
    assert not trace(model).ascent(GREY, Objective("less", 0))[1].any()
