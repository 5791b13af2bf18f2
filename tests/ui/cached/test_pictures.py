"""Pictures for a row on a page."""

import io

import numpy as np
from PIL import Image

from ui.cached.pictures import png_at_most


def decoded(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_a_small_picture_is_sent_as_it_is_and_a_wide_one_as_wide_as_it_is_drawn() -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (6, 10, 3), dtype=np.uint8)
    for width in (10, 11):
        np.testing.assert_array_equal(decoded(png_at_most(pixels, width)), pixels)
    # Each pixel of the smaller one is the mean of four; Pillow rounds it twice.
    means = pixels.reshape(3, 2, 5, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(decoded(png_at_most(pixels, 5)).astype(float), means, atol=1)


def test_pictures_of_the_same_bytes_and_another_shape_are_told_apart() -> None:
    flat = np.arange(36, dtype=np.uint8)
    for shape in ((3, 4, 3), (4, 3, 3), (2, 6, 3)):
        np.testing.assert_array_equal(decoded(png_at_most(flat.reshape(shape), 99)), flat.reshape(shape))
