"""The numbers of each convention, against Keras's own and against the formulas by hand."""

import keras
import numpy as np
import pytest
from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image, received_pixels
from vizcore.inputs.value_ranges import RANGES, to_grey, to_grey_exactly

KERAS = {
    "−1…1": [keras.applications.mobilenet_v2.preprocess_input],
    "BGR − mean": [keras.applications.resnet50.preprocess_input, keras.applications.vgg16.preprocess_input],
}
ENDS = {"0…1": (0, 1), "0…255": (0, 255), "−1…1": (-1, 1), "BGR − mean": (-123.68, 151.061)}
"""The lowest and the highest value that a byte can become in any channel."""
EVERY_BYTE = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)


def pictures(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("name", KERAS)
@pytest.mark.parametrize("shape", [(19, 23, 3), (5, 7, 11, 3), (1, 1, 3)])
def test_the_values_are_keras_own_bit_for_bit(name: str, shape: tuple[int, ...]) -> None:
    pixels = pictures(*shape)
    for preprocess_input in KERAS[name]:
        np.testing.assert_array_equal(RANGES[name].apply(pixels), preprocess_input(pixels.astype(np.float32)))


def test_the_first_is_the_tutorials() -> None:
    assert next(iter(RANGES)) == "0…1"
    pixels = pictures(19, 23, 3)
    batch = preprocess_image(pixels, (19, 23))
    np.testing.assert_array_equal(RANGES["0…1"].apply(pixels)[np.newaxis], batch)
    np.testing.assert_array_equal(RANGES["0…1"].as_pixels(batch), received_pixels(batch))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0…1", [0, 51 / 255, 1]),
        ("0…255", [0, 51, 255]),
        ("−1…1", [-1, 51 / 127.5 - 1, 1]),
        ("BGR − mean", [255 - 103.939, 51 - 116.779, 0 - 123.68]),
    ],
)
def test_a_pixel_by_hand(name: str, expected: list[float]) -> None:
    pixel = np.array([[[0, 51, 255]]], np.uint8)
    np.testing.assert_allclose(RANGES[name].apply(pixel)[0, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("shape", [(19, 23, 3), (5, 7, 11, 3), (0, 7, 11, 3)])
def test_shape_stays_and_the_pixels_are_not_touched(name: str, shape: tuple[int, ...]) -> None:
    pixels = pictures(*shape)
    before = pixels.copy()
    pixels.setflags(write=False)
    values = RANGES[name].apply(pixels)
    assert values.shape == shape
    assert values.dtype == np.float32
    values[...] = 7
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("name", RANGES)
def test_black_and_white_reach_the_ends(name: str) -> None:
    values = RANGES[name].apply(np.stack([np.zeros((2, 3, 3), np.uint8), np.full((2, 3, 3), 255, np.uint8)]))
    lowest, highest = ENDS[name]
    assert values.min() == np.float32(lowest)
    assert values.max() == np.float32(highest)


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("pixels", [EVERY_BYTE, pictures(19, 23, 3)], ids=["every byte", "random"])
def test_a_network_receives_the_bytes_in_its_own_order(name: str, pixels: np.ndarray) -> None:
    batch = RANGES[name].apply(pixels)[np.newaxis]
    before = batch.copy()
    shown = RANGES[name].as_pixels(batch)
    assert shown.dtype == np.uint8
    np.testing.assert_array_equal(shown, pixels[..., ::-1] if name == "BGR − mean" else pixels)
    np.testing.assert_array_equal(batch, before)


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("wrong", [1.001, -0.001, np.nan, np.inf])
def test_values_that_no_byte_can_become_are_not_shown(name: str, wrong: float) -> None:
    lowest, highest = ENDS[name]
    batch = RANGES[name].apply(pictures(1, 5, 7, 3))
    batch[0, 2, 3, 0] = lowest + wrong * (highest - lowest)
    with pytest.raises(VizcoreError, match="some lie outside"):
        RANGES[name].as_pixels(batch)


@pytest.mark.parametrize("shape", [(5, 7, 3), (2, 5, 7, 3), (1, 5, 7, 2)])
def test_only_one_picture_is_shown(shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match="batch of one picture"):
        RANGES["0…1"].as_pixels(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    "given", [np.zeros((5, 7, 3)), np.zeros((5, 7), np.uint8), np.zeros((5, 7, 4), np.uint8), [[[1, 2, 3]]]]
)
def test_only_pixels_are_taken(given: object) -> None:
    with pytest.raises(VizcoreError, match="Pictures are an array"):
        RANGES["0…1"].apply(given)
    with pytest.raises(VizcoreError, match="Pictures are an array"):
        to_grey(given)


def test_grey_is_pillows() -> None:
    pixels = pictures(251, 257, 3)
    expected = np.asarray(Image.fromarray(pixels).convert("L"))
    np.testing.assert_array_equal(to_grey(pixels)[..., 0], expected)
    several = pictures(5, 7, 11, 3)
    assert to_grey(several).shape == (5, 7, 11, 1)
    np.testing.assert_array_equal(to_grey(several)[3], to_grey(several[3]))


def test_grey_stays_grey() -> None:
    np.testing.assert_array_equal(to_grey(EVERY_BYTE), EVERY_BYTE[..., :1])
    with pytest.raises(VizcoreError, match="Only colours turn into grey"):
        to_grey(to_grey(EVERY_BYTE))


def test_grey_pictures_go_the_same_way() -> None:
    grey = to_grey(pictures(19, 23, 3))
    values = RANGES["−1…1"].apply(grey)
    np.testing.assert_array_equal(values, grey / np.float32(127.5) - 1)
    np.testing.assert_array_equal(RANGES["−1…1"].as_pixels(values[np.newaxis]), grey.repeat(3, axis=2))
    with pytest.raises(VizcoreError, match="is for colours"):
        RANGES["BGR − mean"].apply(grey)


@pytest.mark.parametrize("name", RANGES)
def test_unrounded_pixels_go_the_same_way(name: str) -> None:
    pixels = pictures(5, 7, 11, 3)
    np.testing.assert_array_equal(RANGES[name].apply_exactly(pixels.astype(np.float32)), RANGES[name].apply(pixels))


@pytest.mark.parametrize("name", RANGES)
def test_slopes_are_differences_of_what_the_range_makes(name: str) -> None:
    random = np.random.default_rng(1)
    before, step = (random.normal(100, 90, (7, 11, 3)).astype(np.float32) for _ in range(2))
    moved = RANGES[name].apply_exactly(before + step) - RANGES[name].apply_exactly(before)
    np.testing.assert_allclose(RANGES[name].apply_to_slopes(step), moved, atol=1e-4)
    assert not RANGES[name].apply_to_slopes(np.zeros((7, 11, 3), np.float32)).any()


def test_unrounded_grey_is_the_weighted_mean_and_rounds_to_grey() -> None:
    pixels = pictures(19, 23, 3)
    exact = to_grey_exactly(pixels.astype(np.float32))
    np.testing.assert_allclose(exact[..., 0], pixels @ [0.299, 0.587, 0.114], atol=2e-3)
    np.testing.assert_array_equal(np.floor(exact + 0.5), to_grey(pixels))
    np.testing.assert_array_equal(RANGES["−1…1"].apply_exactly(exact), exact / np.float32(127.5) - 1)


def test_unrounded_pixels_are_float32_colours() -> None:
    for method in (RANGES["0…1"].apply_exactly, RANGES["0…1"].apply_to_slopes, to_grey_exactly):
        for given in (pictures(5, 7, 3), np.zeros((5, 7, 4), np.float32), np.zeros((5, 7, 3))):
            with pytest.raises(VizcoreError, match="of float32"):
                method(given)
    grey = np.zeros((5, 7, 1), np.float32)
    for method in (RANGES["BGR − mean"].apply_exactly, RANGES["BGR − mean"].apply_to_slopes):
        with pytest.raises(VizcoreError, match="is for colours"):
            method(grey)
    with pytest.raises(VizcoreError, match="Only colours turn into grey"):
        to_grey_exactly(grey)
