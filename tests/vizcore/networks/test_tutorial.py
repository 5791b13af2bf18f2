"""The tutorial's network as it was written down, and the way from a picture to its input."""

import hashlib
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from vizcore.activations.tracing import trace
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import FITS, preprocess_image, received_pixels
from vizcore.networks.tutorial import SMALLEST_INPUT, build_simple_cnn


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * 1000 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_layers_are_the_tutorials() -> None:
    network = build_simple_cnn()
    assert [(layer.name, type(layer).__name__, layer.output.shape[1:]) for layer in network.layers] == [
        ("conv1", "Conv2D", (62, 62, 32)),
        ("pool1", "MaxPooling2D", (31, 31, 32)),
        ("conv2", "Conv2D", (29, 29, 64)),
        ("pool2", "MaxPooling2D", (14, 14, 64)),
        ("conv3", "Conv2D", (12, 12, 64)),
        ("flatten", "Flatten", (9216,)),
        ("dense1", "Dense", (64,)),
        ("logits", "Dense", (10,)),
    ]
    activations = {layer.name: layer.activation.__name__ for layer in network.layers if hasattr(layer, "activation")}
    assert activations == {"conv1": "relu", "conv2": "relu", "conv3": "relu", "dense1": "relu", "logits": "linear"}
    # 896 + 18,496 + 36,928 + 589,888 + 650, by hand.
    assert network.count_params() == 646_858


def test_it_is_compiled_like_the_tutorials_and_can_be_trained() -> None:
    network = build_simple_cnn((18, 19, 3))
    assert isinstance(network.optimizer, keras.optimizers.Adam)
    assert isinstance(network.loss, keras.losses.SparseCategoricalCrossentropy)
    assert network.loss.from_logits
    batch = np.random.default_rng(1).random((4, 18, 19, 3), np.float32)
    history = network.fit(batch, np.array([0, 1, 2, 3]), epochs=1, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert "accuracy" in history


def test_same_seed_same_weights_whatever_happened_before() -> None:
    first = build_simple_cnn(seed=3).get_weights()
    keras.utils.set_random_seed(99)
    keras.backend.clear_session()
    for one, other in zip(first, build_simple_cnn(seed=3).get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_same_seed_same_weights_in_another_process() -> None:
    code = (
        "from vizcore.networks.tutorial import build_simple_cnn;"
        "import hashlib;"
        "print(hashlib.sha256(b''.join(w.tobytes() for w in build_simple_cnn(seed=3).get_weights())).hexdigest())"
    )
    here = hashlib.sha256(b"".join(weights.tobytes() for weights in build_simple_cnn(seed=3).get_weights())).hexdigest()
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert there == here


def test_seeds_and_layers_do_not_share_their_numbers() -> None:
    first, other = (build_simple_cnn(seed=seed).get_weights()[::2] for seed in (0, 1))
    # Glorot's uniform numbers divided by their limit: equal seeds would make equal beginnings in every layer.
    beginnings = [tuple(np.round(kernel.ravel()[:8] / np.abs(kernel).max(), 2)) for kernel in (*first, *other)]
    assert len(set(beginnings)) == 10


def test_a_global_dtype_policy_does_not_reach_it() -> None:
    batch = preprocess_image(picture(19, 23), (19, 23))
    names = ["conv1", "dense1", "logits"]
    expected = trace(build_simple_cnn((19, 23, 3))).read(batch, names)
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        network = build_simple_cnn((19, 23, 3))
        traced = trace(network)
    finally:
        keras.config.set_dtype_policy(policy)
    assert {layer.compute_dtype for layer in network.layers} == {"float32"}
    for name, values in traced.read(batch, names).items():
        np.testing.assert_allclose(values, expected[name], atol=1e-6)


@pytest.mark.parametrize("shape", [(17, 64, 3), (64, 17, 3), (64, 64, 0), (64, 64)])
def test_too_small_an_input_is_refused_with_the_smallest_size(shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match="at least \\(18, 18, 1\\)"):
        build_simple_cnn(shape)


def test_the_smallest_input_leaves_one_cell() -> None:
    network = build_simple_cnn((SMALLEST_INPUT, SMALLEST_INPUT, 3))
    assert network.get_layer("conv3").output.shape == (None, 1, 1, 64)


@pytest.mark.parametrize("fit", FITS)
def test_batch_has_keras_shape_and_range(fit: str) -> None:
    pixels = picture(37, 53)
    before = pixels.copy()
    batch = preprocess_image(pixels, (19, 23), fit=fit)
    assert batch.shape == (1, 19, 23, 3)
    assert batch.dtype == np.float32
    assert batch.min() >= 0
    assert batch.max() <= 1
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("fit", FITS)
def test_the_targets_own_size_keeps_every_value(fit: str) -> None:
    pixels = picture(19, 23)
    batch = preprocess_image(pixels, (19, 23), fit=fit)
    np.testing.assert_array_equal(batch[0], pixels / np.float32(255))
    np.testing.assert_array_equal(received_pixels(batch), pixels)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("value", [0, 1, 127, 255])
def test_one_colour_stays_that_colour(fit: str, value: int) -> None:
    # Square to square, so that "pad" has no bars.
    batch = preprocess_image(np.full((31, 31, 3), value, np.uint8), fit=fit)
    assert np.all(received_pixels(batch) == value)


def test_every_byte_survives_the_round_trip() -> None:
    pixels = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    np.testing.assert_array_equal(received_pixels(preprocess_image(pixels, (16, 16))), pixels)


def test_it_is_the_tutorials_own_function(tmp_path: Path) -> None:
    for shape in [(37, 53), (640, 427), (5, 7), (64, 64)]:
        Image.fromarray(picture(*shape)).save(tmp_path / "picture.png")
        # The tutorial's lines.
        img = Image.open(tmp_path / "picture.png")
        img = img.resize((64, 64))
        img_array = np.array(img) / 255.0
        expected = np.expand_dims(img_array, axis=0).astype(np.float32)
        np.testing.assert_array_equal(preprocess_image(picture(*shape)), expected)


def test_fine_patterns_turn_grey_and_not_into_false_ones() -> None:
    stripes = np.zeros((640, 640, 3), np.uint8)
    stripes[:, ::2] = 255
    inner = received_pixels(preprocess_image(stripes))[:, 2:-2]
    assert inner.min() >= 120
    assert inner.max() <= 135


def test_crop_takes_the_middle() -> None:
    wide = np.zeros((40, 100, 3), np.uint8)
    wide[:, 30:70] = 200
    assert np.all(received_pixels(preprocess_image(wide, (20, 20), fit="crop")) == 200)
    tall = wide.transpose(1, 0, 2)
    assert np.all(received_pixels(preprocess_image(tall, (20, 20), fit="crop")) == 200)
    # The middle 40 columns and not one more: the column beside them would show.
    wide[:, 29] = wide[:, 70] = 255
    assert np.all(received_pixels(preprocess_image(wide, (20, 20), fit="crop")) == 200)


def test_pad_keeps_the_whole_picture_between_black_bars() -> None:
    received = received_pixels(preprocess_image(np.full((40, 100, 3), 200, np.uint8), (50, 50), fit="pad"))
    # 100 × 40 becomes 50 × 20, fifteen rows of black above and below.
    assert np.all(received[15:35] == 200)
    assert not received[:15].any()
    assert not received[35:].any()


def test_pad_keeps_proportions_where_stretch_gives_them_up() -> None:
    disc = np.zeros((60, 120, 3), np.uint8)
    rows, columns = np.ogrid[:60, :120]
    disc[(rows - 29.5) ** 2 + (columns - 59.5) ** 2 < 25**2] = 255
    shapes = {}
    for fit in FITS:
        lit = received_pixels(preprocess_image(disc, fit=fit))[..., 0] > 127
        shapes[fit] = (int(lit.any(axis=1).sum()), int(lit.any(axis=0).sum()))
    assert shapes["pad"][0] == shapes["pad"][1]
    assert shapes["crop"][0] == shapes["crop"][1]
    assert shapes["stretch"][0] == pytest.approx(2 * shapes["stretch"][1], abs=2)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1)])
def test_extreme_shapes(fit: str, shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), 99, np.uint8)
    received = received_pixels(preprocess_image(pixels, (7, 13), fit=fit))
    assert received.shape == (7, 13, 3)
    assert (received == 99).any()


def test_channels_are_not_swapped() -> None:
    pixels = np.zeros((5, 7, 3), np.uint8)
    pixels[...] = (255, 128, 0)
    assert received_pixels(preprocess_image(pixels, (3, 2)))[1, 1].tolist() == [255, 128, 0]


def test_read_only_and_strided_pixels_are_fine() -> None:
    pixels = picture(38, 54)
    view = pixels[::2, ::-1]
    view.setflags(write=False)
    np.testing.assert_array_equal(preprocess_image(view), preprocess_image(view.copy()))


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((5, 7), np.uint8),
        np.zeros((5, 7, 4), np.uint8),
        np.zeros((1, 5, 7, 3), np.uint8),
        np.zeros((5, 7, 3), np.float32),
        np.zeros((0, 7, 3), np.uint8),
        [[[0, 0, 0]]],
        None,
    ],
)
def test_what_is_not_a_picture_is_refused(pixels: object) -> None:
    with pytest.raises(VizcoreError, match="A picture"):
        preprocess_image(pixels)


def test_bad_targets_and_fits_are_refused() -> None:
    with pytest.raises(VizcoreError, match="target size"):
        preprocess_image(picture(5, 7), (0, 3))
    with pytest.raises(VizcoreError, match="target size"):
        preprocess_image(picture(5, 7), (3,))
    with pytest.raises(VizcoreError, match="“squeeze”"):
        preprocess_image(picture(5, 7), fit="squeeze")
    with pytest.raises(VizcoreError, match="no interpolation “cubic”"):
        preprocess_image(picture(5, 7), interpolation="cubic")


@pytest.mark.parametrize("batch", [np.zeros((2, 5, 7, 3)), np.zeros((5, 7, 3)), np.full((1, 5, 7, 3), np.nan)])
def test_received_pixels_refuses_what_is_no_batch_of_one(batch: np.ndarray) -> None:
    with pytest.raises(VizcoreError, match="batch"):
        received_pixels(batch)
