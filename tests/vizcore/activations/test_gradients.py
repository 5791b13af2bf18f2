"""Gradients of single numbers: by hand, by small steps in float64, and against the derivative in forward mode."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.vizcore.activations.networks import flat, in_double_precision, nested, picture, with_random_weights
from vizcore.activations.interface import Objective, WeightedSum
from vizcore.activations.layers import layer_outputs
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError

layers = keras.layers
RAMP = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1)


def convolution() -> keras.Model:
    """Two channels on 3 × 4 pixels: 1, 2, 3, 4 in a window of 2 × 2; and the same negative, so that ReLU is off."""
    model = keras.Sequential([keras.Input((3, 4, 1)), layers.Conv2D(2, 2, activation="relu", name="conv")])
    kernel = np.array([[1.0, 2], [3, 4]])[..., np.newaxis, np.newaxis] * [1.0, -1.0]
    model.get_layer("conv").set_weights([kernel, np.zeros(2)])
    return model


def test_the_gradient_of_a_cell_is_its_kernel_where_it_looks() -> None:
    gradient = trace(convolution()).gradient(RAMP, Objective("conv", 0, (1, 2)))
    assert gradient[..., 0].tolist() == [[0, 0, 0, 0], [0, 0, 1, 2], [0, 0, 3, 4]]
    assert gradient.dtype == np.float32
    assert not gradient.flags.writeable


def test_a_cell_that_is_off_has_no_gradient() -> None:
    assert not trace(convolution()).gradient(RAMP, Objective("conv", 1, (1, 2))).any()


def test_without_a_cell_the_whole_map_is_added_up() -> None:
    gradient = trace(convolution()).gradient(RAMP, Objective("conv", 0))
    # Each pixel in the middle of the rows lies in windows with 1 + 3 and 2 + 4.
    assert gradient[..., 0].tolist() == [[1, 3, 3, 2], [4, 10, 10, 6], [3, 7, 7, 4]]


def test_a_weighted_sum_has_the_weighted_gradients_of_its_cells() -> None:
    traced, factors = trace(convolution()), np.zeros((2, 3, 2), np.float32)
    factors[1, 2, 0], factors[0, 0, 0], factors[0, 0, 1] = 2, -1, 5
    gradient = traced.gradient(RAMP, WeightedSum("conv", factors))
    # The second channel is off.
    assert gradient[..., 0].tolist() == [[-1, -2, 0, 0], [-3, -4, 2, 4], [0, 0, 6, 8]]
    with pytest.raises(VizcoreError, match=r"has the shape \(2, 3, 2\); these factors have \(2, 3, 1\)"):
        traced.gradient(RAMP, WeightedSum("conv", factors[..., :1]))


def test_a_unit_of_a_vector_is_one_number_whatever_its_cell() -> None:
    model = keras.Sequential([keras.Input((3, 4, 1)), layers.Flatten(), layers.Dense(2, name="answer")])
    kernel = np.arange(24).reshape(12, 2)
    model.get_layer("answer").set_weights([kernel, np.zeros(2)])
    for cell in (None, (0, 0)):
        gradient = trace(model).gradient(RAMP, Objective("answer", 1, cell))
        np.testing.assert_array_equal(gradient.ravel(), kernel[:, 1])


def objectives(traced: TracedNetwork, batch: np.ndarray) -> list[Objective]:
    """In each layer the channel that varies most: its largest cell, and in every second layer its whole map."""
    found = []
    for index, (name, values) in enumerate(traced.read(batch, [layer.name for layer in traced.layers]).items()):
        channel = int((values.std(axis=(0, 1)) if values.ndim == 3 else np.abs(values)).argmax())
        cell = None
        if values.ndim == 3 and index % 2:
            row, column = np.unravel_index(values[..., channel].argmax(), values.shape[:2])
            cell = int(row), int(column)
        found.append(Objective(name, channel, cell))
    return found


def numbers(model: keras.Model, objective: Objective, batch: np.ndarray) -> np.ndarray:
    """The number for each picture of a batch, in float64."""
    tensor = layer_outputs(model)[objective.layer].tensor
    with in_double_precision():
        outputs = np.asarray(keras.Model(model.inputs[0], tensor)(batch, training=False))
    assert outputs.dtype == np.float64
    return (outputs * objective.weights(outputs.shape[1:])).sum(axis=tuple(range(1, outputs.ndim)))


def mobilenet() -> keras.Model:
    return keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3), classifier_activation=None)


def test_small_steps_in_a_network_with_joins() -> None:
    with in_double_precision():
        exact = with_random_weights(nested())
    traced = trace(with_random_weights(nested()))
    for objective in objectives(traced, picture())[::3]:
        assert_small_steps(traced, exact, objective, picture())


def test_small_steps_in_mobilenet() -> None:
    with in_double_precision():
        exact = with_random_weights(mobilenet())
    traced = trace(with_random_weights(mobilenet()))
    for objective in objectives(traced, picture(shape=(32, 32, 3))):
        if objective.layer in ("Conv1", "block_2_add", "block_6_depthwise_BN", "predictions"):
            whole = Objective(objective.layer, objective.channel)
            assert_small_steps(traced, exact, whole, picture(shape=(32, 32, 3)))


def assert_small_steps(traced: TracedNetwork, exact: keras.Model, objective: Objective, batch: np.ndarray) -> None:
    gradient = traced.gradient(batch, objective).astype(np.float64)
    # Along the gradient, too, so that a cell that sees a few pixels is met.
    direction = np.random.default_rng(1).normal(size=gradient.shape) + np.sign(gradient)
    step = 1e-7
    before, after = numbers(exact, objective, batch + step * np.stack([-direction, direction]))
    size = np.abs(gradient * direction).sum()
    assert size > 0, objective
    assert abs((after - before) / (2 * step) - (gradient * direction).sum()) < 2e-4 * size, objective


def test_backwards_and_forwards_tell_the_same_derivative() -> None:
    traced, batch, direction = trace(with_random_weights(nested())), picture(), picture(1)
    names = [layer.name for layer in traced.layers]
    _, moving = traced.read_with_derivative(batch, direction, names)
    for objective in objectives(traced, batch):
        gradient, slopes = traced.gradient(batch, objective), moving[objective.layer]
        forwards = (slopes * objective.weights(slopes.shape)).sum()
        size = np.abs(gradient * direction[0]).sum()
        assert abs((gradient * direction[0]).sum() - forwards) <= 1e-5 * size, objective


def test_a_nested_model_has_the_gradients_of_the_flat_one() -> None:
    inside, outside = (trace(with_random_weights(build())) for build in (nested, flat))
    channels = {objective.layer: objective.channel for objective in objectives(inside, picture())}
    for name in ("inner/residual/res_depthwise", "inner/joined", "inner/gated/gate_conv", "inner/answer/logits"):
        last = "join_dropout" if name == "inner/joined" else name.rpartition("/")[2]
        first, second = (
            network.gradient(picture(), Objective(layer, channels[name]))
            for network, layer in ((inside, name), (outside, last))
        )
        np.testing.assert_array_equal(first, second, err_msg=name)
        assert first.any()


def test_a_number_that_does_not_depend_on_the_picture_has_the_gradient_zero() -> None:
    pixels = keras.Input((3, 4, 1))
    model = keras.Model(pixels, layers.Lambda(keras.ops.ones_like, name="ones", output_shape=(3, 4, 1))(pixels))
    gradient = trace(model).gradient(RAMP, Objective("ones", 0))
    assert gradient.shape == (3, 4, 1)
    assert not gradient.any()


def test_what_has_no_exact_gradient_is_refused_with_the_reason() -> None:
    pixels = keras.Input((3, 4, 1))
    rounded = layers.Lambda(keras.ops.round, name="rounded", output_shape=(3, 4, 1))(pixels)
    model = keras.Model(pixels, layers.Conv2D(1, 1, name="behind")(rounded))
    with pytest.raises(VizcoreError, match="The gradient of “behind” cannot be computed, because values are rounded"):
        trace(model).gradient(RAMP, Objective("behind", 0))


def test_an_operation_that_tensorflow_has_no_gradient_of_is_refused() -> None:
    pixels = keras.Input((3, 4, 1))
    area = layers.Lambda(lambda values: tf.image.resize(values, (2, 2), "area"), name="area", output_shape=(2, 2, 1))
    with pytest.raises(VizcoreError, match="The gradient of “area” cannot be computed, because TensorFlow has none"):
        trace(keras.Model(pixels, area(pixels))).gradient(RAMP, Objective("area", 0))


@pytest.mark.parametrize(
    ("objective", "sentence"),
    [
        (Objective("conv", 2), "“conv” has 2 × 3 cells in 2 channels, counted from 0; there is no channel 2"),
        (Objective("conv", 1, (2, 0)), r"there is no \(2, 0\) in channel 1"),
        (Objective("conv", 1, (0, -1)), r"there is no \(0, -1\) in channel 1"),
        (Objective("nothing", 0), "has no layer “nothing”"),
    ],
)
def test_what_is_not_there_is_refused(objective: Objective, sentence: str) -> None:
    with pytest.raises(VizcoreError, match=sentence):
        trace(convolution()).gradient(RAMP, objective)
