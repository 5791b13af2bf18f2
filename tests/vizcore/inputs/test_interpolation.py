"""Interpolations against their formulas, one pixel after the other, and against Pillow and TensorFlow."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from vizcore.inputs.interpolation import INTERPOLATIONS, OF_KERAS_FILES, OF_KERAS_FOLDERS, TUTORIALS, Pillow

PILLOWS = [name for name, way in INTERPOLATIONS.items() if isinstance(way.method, Pillow)]
TENSORFLOWS = {
    "area": "area",
    "bilinear without antialiasing": "bilinear",
    "bicubic without antialiasing": "bicubic",
    "Lanczos without antialiasing": "lanczos3",
}
SIZES = [((31, 43), (19, 23)), ((31, 43), (61, 67)), ((101, 7), (11, 29)), ((2, 3), (5, 7)), ((1, 1), (3, 2))]


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def triangle(x: float) -> float:
    return max(0.0, 1 - abs(x))


def keys(x: float) -> float:
    x = abs(x)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def lanczos(x: float) -> float:
    if x == 0:
        return 1.0
    return math.sin(math.pi * x) * math.sin(math.pi * x / 3) * 3 / (math.pi * x) ** 2 if abs(x) < 3 else 0.0


KERNELS: dict[str, tuple[Callable[[float], float], bool]] = {
    "bicubic": (keys, True),
    "bilinear": (triangle, True),
    "Lanczos": (lanczos, True),
    "bilinear without antialiasing": (triangle, False),
    "bicubic without antialiasing": (keys, False),
    "Lanczos without antialiasing": (lanczos, False),
}
"""By name: the kernel, and whether it grows with the step from one new pixel to the next."""


def along(values: np.ndarray, new: int, kernel: Callable[[float], float], *, grows: bool) -> np.ndarray:
    """One dimension, the first, of an array in another size: sum over all old pixels, one after the other."""
    old, rows = len(values), []
    for index in range(new):
        middle, width = (index + 0.5) * old / new, max(1.0, old / new) if grows else 1.0
        weights = [kernel((place + 0.5 - middle) / width) for place in range(old)]
        rows.append(sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights))
    return np.array(rows)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize(("old", "new"), SIZES)
def test_every_kernel_is_its_formula(name: str, old: tuple[int, int], new: tuple[int, int]) -> None:
    (kernel, grows), values = KERNELS[name], picture(*old).astype(np.float64)
    rows = along(values.swapaxes(0, 1), new[1], kernel, grows=grows).swapaxes(0, 1)
    expected = along(rows, new[0], kernel, grows=grows)
    found = INTERPOLATIONS[name].method.exactly(values.astype(np.float32), *new, clipped=False)
    assert found.dtype == np.float32
    # TensorFlow's table of the bicubic kernel has 1024 steps.
    np.testing.assert_allclose(found, expected, atol=0.6 if name == "bicubic without antialiasing" else 0.01)


def test_nearest_and_area_by_hand() -> None:
    values = np.array([10, 20, 40, 80, 160], np.float32).reshape(1, 5, 1)
    # The middles of two new pixels lie at 1.25 and 3.75 old ones; each covers two and a half.
    nearest = INTERPOLATIONS["nearest"].method.exactly(values, 1, 2, clipped=True)
    np.testing.assert_array_equal(nearest.ravel(), [20, 80])
    area = INTERPOLATIONS["area"].method.exactly(values, 1, 2, clipped=True)
    np.testing.assert_allclose(area.ravel(), [(10 + 20 + 40 / 2) / 2.5, (40 / 2 + 80 + 160) / 2.5], rtol=1e-6)


@pytest.mark.parametrize(("name", "method"), [*TENSORFLOWS.items(), ("nearest", "nearest")])
@pytest.mark.parametrize(("old", "new"), SIZES)
def test_tensorflow_gives_the_same(name: str, method: str, old: tuple[int, int], new: tuple[int, int]) -> None:
    found = INTERPOLATIONS[name].method.resized(picture(*old), *new)
    expected = tf.image.resize(picture(*old), new, method=method).numpy()
    # Where a place falls between two entries of TensorFlow's bicubic table, float32 decides.
    np.testing.assert_allclose(found, expected, atol=0.6 if method == "bicubic" else 0.02)


@pytest.mark.parametrize("name", PILLOWS)
@pytest.mark.parametrize(("old", "new"), SIZES)
def test_pillow_gives_the_same_but_for_rounding_and_clips_where_it_clips(
    name: str, old: tuple[int, int], new: tuple[int, int]
) -> None:
    # Black and white only: every kernel with weights below 0 overshoots, in the rows and in the columns.
    pixels, method = np.where(picture(*old) < 128, 0, 255).astype(np.uint8), INTERPOLATIONS[name].method
    filters = {"bicubic": 3, "bilinear": 2, "Lanczos": 1, "nearest": 0}
    expected = np.asarray(Image.fromarray(pixels).resize((new[1], new[0]), filters[name]))
    np.testing.assert_array_equal(method.resized(pixels, *new), expected)
    exact = method.exactly(pixels.astype(np.float32), *new, clipped=True)
    assert exact.min() >= 0
    assert exact.max() <= 255
    np.testing.assert_allclose(exact, expected, atol=1.25)


def test_pillows_own_default_is_the_first() -> None:
    assert next(iter(INTERPOLATIONS)) == TUTORIALS == "bicubic"
    expected = np.asarray(Image.fromarray(picture(31, 43)).resize((23, 19)))
    np.testing.assert_array_equal(INTERPOLATIONS[TUTORIALS].method.resized(picture(31, 43), 19, 23), expected)


@pytest.mark.parametrize("name", INTERPOLATIONS)
def test_a_picture_of_the_size_stays_as_it_is_and_one_colour_that_colour(name: str) -> None:
    method = INTERPOLATIONS[name].method
    np.testing.assert_array_equal(method.resized(picture(19, 23), 19, 23), picture(19, 23))
    for clipped in (False, True):
        exact = method.exactly(picture(19, 23).astype(np.float32), 19, 23, clipped=clipped)
        np.testing.assert_array_equal(exact, picture(19, 23))
    for value in (0, 1, 137, 255):
        for size in ((7, 11), (61, 67)):
            found = method.resized(np.full((31, 43, 3), value, np.uint8), *size)
            np.testing.assert_allclose(found, value, atol=1e-4)


@pytest.mark.parametrize("name", INTERPOLATIONS)
def test_the_call_that_is_named_does_the_same(name: str) -> None:
    names = {
        "img": Image.fromarray(picture(31, 43)),
        "pixels": picture(31, 43),
        "Image": Image,
        "tf": tf,
    }
    found = np.asarray(eval(INTERPOLATIONS[name].call(19, 23), names))
    np.testing.assert_allclose(found, INTERPOLATIONS[name].method.resized(picture(31, 43), 19, 23), atol=0.6)


def test_keras_loads_files_and_folders_in_the_ways_that_are_named_after_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    import keras

    folder = tmp_path_factory.mktemp("pictures")
    (folder / "only").mkdir()
    Image.fromarray(picture(31, 43)).save(folder / "only" / "a.png")
    loaded = keras.utils.load_img(folder / "only" / "a.png", target_size=(19, 23))
    expected = INTERPOLATIONS[OF_KERAS_FILES].method.resized(picture(31, 43), 19, 23)
    np.testing.assert_array_equal(np.asarray(loaded), expected)
    (batch,) = keras.utils.image_dataset_from_directory(folder, labels=None, image_size=(19, 23), verbose=False)
    expected = INTERPOLATIONS[OF_KERAS_FOLDERS].method.resized(picture(31, 43), 19, 23)
    np.testing.assert_allclose(batch[0], expected, atol=1e-3)
