"""Kernels of single channels, against the arithmetic of a cell, and their words."""

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import with_random_weights
from vizcore.activations.graph import FedLayer, fed_layer
from vizcore.activations.reading import read
from vizcore.activations.tracing import trace
from vizcore.errors import VizcoreError
from vizcore.units.arithmetic import arithmetic
from vizcore.units.kernels import Kernel, all_kernels, kernel_of

layers = keras.layers


def single(layer: keras.Layer, shape: tuple[int, ...] = (7, 5, 4)) -> keras.Model:
    return with_random_weights(keras.Sequential([keras.Input(shape), layer]))


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(6, (3, 2), name="it"),
        layers.Conv2D(6, 3, groups=2, use_bias=False, name="it"),
        layers.DepthwiseConv2D((2, 3), depth_multiplier=3, name="it"),
        layers.SeparableConv2D(3, (3, 2), depth_multiplier=2, name="it"),
        layers.Conv2DTranspose(3, (3, 2), name="it"),
        layers.Dense(3, name="it"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_kernel_is_the_one_that_the_arithmetic_of_a_cell_multiplies_with(layer: keras.Layer) -> None:
    model = single(layer)
    batch = np.random.default_rng(0).normal(size=(1, 7, 5, 4)).astype(np.float32)
    fed = fed_layer(model, "it")
    activations = {"": batch[0], **read(model, batch, ["it"])}
    kernels = all_kernels(fed)
    assert len(kernels) == model.output_shape[-1]
    for channel, kernel in enumerate(kernels):
        shown = arithmetic(fed, (3, 2, channel), activations)
        # A transposed convolution shows the inputs in their own order, and its kernel turned round.
        values = kernel.values[::-1, ::-1] if isinstance(layer, layers.Conv2DTranspose) else kernel.values
        np.testing.assert_array_equal(values, shown.kernel)
        np.testing.assert_array_equal(kernel.inputs, shown.channels)
        assert (kernel.layer, kernel.channel, kernel.bias) == ("it", channel, shown.bias)


def kernel(*values: float) -> Kernel:
    return Kernel("conv", 0, np.reshape(values, (1, -1, 1)), np.array([0]), 0.0)


@pytest.mark.parametrize(
    ("values", "total", "balance", "word"),
    [
        ((1, 2, 3), 6, 1, "light"),
        ((-1, -2, -3), -6, -1, "darkness"),
        ((1, -2, 1), 0, 0, "edges only"),
        # A tenth of the sizes is still cancelled, more is not.
        ((11, -9), 2, 0.1, "edges only"),
        ((-11, 9), -2, -0.1, "edges only"),
        ((12, -9), 3, 1 / 7, "light"),
        ((0, 0), 0, 0, "edges only"),
    ],
)
def test_words_for_a_sum(values: tuple[float, ...], total: float, balance: float, word: str) -> None:
    found = kernel(*values)
    assert (found.total, found.answers_to) == (total, word)
    assert found.balance == pytest.approx(balance)


def test_the_measured_slope_of_an_even_change_is_the_sum_where_nothing_intervenes() -> None:
    model = single(layers.Conv2D(3, 3, name="conv"))
    batch = np.random.default_rng(0).normal(size=(1, 7, 5, 4)).astype(np.float32)
    slopes = trace(model).read_with_derivative(batch, np.full_like(batch, 0.5), ["conv"])[1]["conv"].mean(axis=(0, 1))
    np.testing.assert_allclose(slopes, [each.total / 2 for each in all_kernels(fed_layer(model, "conv"))], rtol=1e-5)


def test_a_layer_without_a_known_kernel_is_refused() -> None:
    class Own(layers.Conv2D):
        pass

    for layer in (layers.ReLU(name="it"), Own(2, 1, name="it")):
        with pytest.raises(VizcoreError, match=r"“it” \((ReLU|Own)\) has no kernel"):
            kernel_of(fed_layer(single(layer), "it"), 0)


@pytest.mark.parametrize("channel", [-1, 2])
def test_a_channel_that_is_not_there_is_refused(channel: int) -> None:
    fed: FedLayer = fed_layer(single(layers.Conv2D(2, 1, name="it")), "it")
    with pytest.raises(VizcoreError, match=f"has 2 channels, counted from 0; there is no {channel}"):
        kernel_of(fed, channel)
