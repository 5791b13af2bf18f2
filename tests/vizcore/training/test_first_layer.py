"""The first layer's maps and kernels, against the network itself and against numbers worked out by hand."""

import numpy as np
import pytest

from vizcore.activations.reading import read
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training.first_layer import FirstLayer, feature_maps, kernel_tiles, largest_weight, thinned_out


def layer(epoch: int = 0, *, shape: tuple[int, int, int, int] = (2, 3, 3, 5)) -> FirstLayer:
    random = np.random.default_rng(epoch)
    return FirstLayer(epoch, random.normal(size=shape).astype(np.float32), random.normal(size=shape[3]).astype("f4"))


def test_the_maps_are_those_of_the_network() -> None:
    network = build_simple_cnn(seed=3)
    kernels, biases = network.get_layer("conv1").get_weights()
    biases = np.linspace(-0.2, 0.2, biases.size, dtype=np.float32)
    network.get_layer("conv1").set_weights([kernels, biases])
    batch = preprocess_image(np.random.default_rng(0).integers(0, 256, (31, 43, 3), dtype=np.uint8))
    expected = read(network, batch, ["conv1"])["conv1"]
    found = feature_maps(FirstLayer(0, kernels, biases), batch)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_convolution_worked_out_place_by_place() -> None:
    one = layer()
    batch = np.random.default_rng(1).random((1, 7, 11, 3), dtype=np.float32)
    found = feature_maps(one, batch)
    assert found.shape == (6, 9, 5)
    for row, column, channel in ((0, 0, 0), (5, 8, 4), (2, 7, 3)):
        window = batch[0, row : row + 2, column : column + 3]
        expected = max(0.0, float((window * one.kernels[:, :, :, channel]).sum() + one.biases[channel]))
        assert found[row, column, channel] == pytest.approx(expected, abs=1e-5)
    assert (found >= 0).all()


@pytest.mark.parametrize("shape", [(2, 7, 11, 3), (1, 7, 11, 1), (1, 1, 11, 3), (1, 7, 2, 3), (7, 11, 3)])
def test_what_the_layer_cannot_take_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match="at least 2 × 3"):
        feature_maps(layer(), np.zeros(shape, np.float32))


def test_kernels_are_pictures_on_one_signed_scale() -> None:
    kernels = np.zeros((1, 2, 3, 2), np.float32)
    kernels[0, 1, :, 1] = [0.5, -0.5, 0.25]
    kernels[0, 0, 0, 0] = 9
    tiles = kernel_tiles(kernels, limit=0.5)
    assert tiles.shape == (2, 1, 2, 3)
    assert tiles[1, 0, 1].tolist() == [255, 1, 192]
    assert tiles[1, 0, 0].tolist() == [128, 128, 128]
    assert tiles[0, 0, 0].tolist() == [255, 128, 128]


def test_kernels_without_a_scale_or_three_colours_are_refused() -> None:
    with pytest.raises(VizcoreError, match="above 0"):
        kernel_tiles(np.zeros((3, 3, 3, 4), np.float32), limit=0)
    with pytest.raises(VizcoreError, match="height, width, 3, channels"):
        kernel_tiles(np.zeros((3, 3, 1, 4), np.float32), limit=1)


def test_the_scale_reaches_to_the_largest_weight_of_all_moments() -> None:
    moments = [layer(epoch) for epoch in range(3)]
    assert largest_weight(moments) == max(float(np.abs(moment.kernels).max()) for moment in moments)
    assert largest_weight([]) == 0


@pytest.mark.parametrize("number", [1, 2, 5, 6, 20, 301])
def test_few_enough_moments_are_kept_with_the_first_and_the_last(number: int) -> None:
    moments = [layer(epoch, shape=(1, 1, 3, 1)) for epoch in range(number)]
    epochs = [moment.epoch for moment in thinned_out(moments, most=5)]
    assert len(epochs) <= 5
    assert epochs == sorted(set(epochs))
    assert (epochs[0], epochs[-1]) == (0, number - 1)
    if number <= 5:
        assert len(epochs) == number


def test_moments_that_are_added_one_by_one_stay_few_and_spread() -> None:
    moments: tuple[FirstLayer, ...] = ()
    for epoch in range(200):
        moments = thinned_out((*moments, layer(epoch, shape=(1, 1, 3, 1))), most=9)
    epochs = [moment.epoch for moment in moments]
    assert len(epochs) <= 9
    assert (epochs[0], epochs[-1]) == (0, 199)
    assert max(np.diff(epochs)) <= 32
