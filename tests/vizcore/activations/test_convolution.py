"""The convolution in NumPy against Keras's own, and windows worked out by hand."""

import keras
import numpy as np
import pytest

from vizcore.activations.convolution import convolved
from vizcore.activations.reading import read
from vizcore.errors import VizcoreError


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (3, 2), (1, 5)])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (3, 3), (5, 7), (7, 2)])
def test_it_is_keras_own(size: tuple[int, int], strides: tuple[int, int], padding: str) -> None:
    random = np.random.default_rng(1)
    kernels = random.normal(size=(*size, 3, 5)).astype(np.float32)
    picture = random.normal(size=(11, 13, 3)).astype(np.float32)
    layer = keras.layers.Conv2D(5, size, strides=strides, padding=padding, use_bias=False, name="conv")
    network = keras.Sequential([keras.Input((11, 13, 3)), layer])
    layer.set_weights([kernels])
    expected = read(network, picture[np.newaxis], ["conv"])["conv"]
    found = convolved(picture, kernels, strides=strides, padding=padding)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_odd_zero_lies_below_and_to_the_right() -> None:
    picture = np.arange(1.0, 5).reshape(2, 2, 1)
    kernels = np.array([[1.0, 10], [100, 1000]]).reshape(2, 2, 1, 1)
    found = convolved(picture, kernels, padding="same")[..., 0]
    assert found.tolist() == [[4321, 402], [43, 4]]
    assert found.dtype == np.float64


def test_what_does_not_fit_is_refused() -> None:
    kernels = np.zeros((2, 3, 3, 5), np.float32)
    for shape in [(7, 11, 1), (7, 11), (1, 7, 11, 3)]:
        with pytest.raises(VizcoreError, match=r"take \(h, w, 3\)"):
            convolved(np.zeros(shape, np.float32), kernels)
    for shape in [(1, 11, 3), (7, 2, 3)]:
        with pytest.raises(VizcoreError, match="2 × 3 pixels"):
            convolved(np.zeros(shape, np.float32), kernels)
    with pytest.raises(VizcoreError, match="no padding “full”"):
        convolved(np.zeros((7, 11, 3), np.float32), kernels, padding="full")
