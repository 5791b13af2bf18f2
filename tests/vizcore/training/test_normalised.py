"""A twin with batch normalisation trains, and the tutorial's network takes it in without a change of its values."""

import numpy as np
import pytest

from tests.vizcore.training.test_batches import noise
from vizcore.datasets.dataset import Dataset
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.batches import batch_of
from vizcore.training.fitting import epochs, prepare
from vizcore.training.normalised import build_normalised_cnn, folded
from vizcore.training.options import Options

SIZE = (22, 19, 3)


def test_the_folded_network_is_the_tutorials_with_the_values_of_the_twin(tiny: Dataset) -> None:
    options = Options(epochs=2, batch_size=8, learning_rate=0.01, normalise=True)
    twin = prepare(tiny, options)
    assert len(list(epochs(twin, tiny, options))) == 2
    plain = folded(twin)
    assert [layer.name for layer in plain.layers] == [layer.name for layer in build_simple_cnn().layers]
    batch = batch_of(noise(5, 31, 37), (64, 64))
    np.testing.assert_allclose(plain(batch), twin(batch, training=False), rtol=1e-4, atol=1e-5)
    # A rectified layer of the twin is the layer of the tutorial's network.
    for name in ("conv1", "conv2", "conv3", "dense1"):
        before, after = twin.get_layer(f"{name}_relu").output, plain.get_layer(name).output
        assert before.shape == after.shape
    assert np.abs(plain.get_layer("conv1").get_weights()[1]).max() > 0


def test_folding_is_the_arithmetic_of_the_normalisation() -> None:
    twin = build_normalised_cnn(SIZE, num_classes=4, seed=1)
    random = np.random.default_rng(0)
    means = {}
    for layer in twin.layers:
        if layer.name.endswith("_norm"):
            number = layer.gamma.shape[0]
            means[layer.name] = gamma, beta, mean, variance = (
                random.uniform(-2, 2, number),
                random.uniform(-1, 1, number),
                random.uniform(-1, 1, number),
                random.uniform(0.1, 3, number),
            )
            layer.set_weights([gamma, beta, mean, variance])
    kernel, bias = folded(twin).get_layer("conv2").get_weights()
    (untouched,) = twin.get_layer("conv2").get_weights()
    gamma, beta, mean, variance = means["conv2_norm"]
    for channel in (0, 7, 63):
        scale = gamma[channel] / np.sqrt(variance[channel] + 1e-3)
        np.testing.assert_allclose(kernel[..., channel], untouched[..., channel] * scale, rtol=1e-5)
        assert bias[channel] == pytest.approx(beta[channel] - mean[channel] * scale, rel=1e-5)


def test_the_twin_begins_with_the_kernels_of_the_tutorials_network() -> None:
    plain, twin = (build(SIZE, num_classes=3, seed=5) for build in (build_simple_cnn, build_normalised_cnn))
    for name in ("conv1", "conv2", "conv3", "dense1", "logits"):
        np.testing.assert_array_equal(plain.get_layer(name).get_weights()[0], twin.get_layer(name).get_weights()[0])
