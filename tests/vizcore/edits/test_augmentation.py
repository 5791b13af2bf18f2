"""Every step against `tf.image` itself, the text of an address, chance, and the code box."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from vizcore.edits.augmentation import (
    MOST_SEED,
    MOST_STEPS,
    Step,
    augment,
    code,
    different_versions,
    new_step,
    parse,
    random_versions,
    write,
)
from vizcore.edits.transformations import SWITCH, TRANSFORMATIONS
from vizcore.errors import VizcoreError

ALL = tuple(new_step(name) for name in TRANSFORMATIONS)
LONG = "flip-1_rotate-3_crop-0.70_contrast-1.50_hue--0.10_jpeg-20_noise-0.10-7"


@pytest.fixture
def picture() -> np.ndarray:
    """(23, 31, 3) with every channel different, and 0 and 255 in it."""
    pixels = np.random.default_rng(3).integers(0, 256, (23, 31, 3), dtype=np.uint8)
    pixels[0, 0], pixels[22, 30] = 0, 255
    return pixels


def by_tf_image(pixels: np.ndarray, call: Callable[[tf.Tensor], tf.Tensor]) -> np.ndarray:
    image = tf.clip_by_value(call(tf.image.convert_image_dtype(pixels, tf.float32)), 0, 1)
    result: np.ndarray = tf.image.convert_image_dtype(image, tf.uint8, saturate=True).numpy()
    return result


def cropped(image: tf.Tensor) -> tf.Tensor:
    # int((23 − 23 · 0.7) / 2) = 3 and int((31 − 31 · 0.7) / 2) = 4, on both sides.
    return tf.image.resize(image[3:20, 4:27], (23, 31), antialias=True)


@pytest.mark.parametrize(
    ("step", "call"),
    [
        (Step("flip", 1), tf.image.flip_left_right),
        (Step("flipud", 1), tf.image.flip_up_down),
        (Step("rotate", 1), lambda image: tf.image.rot90(image, k=1)),
        (Step("rotate", 3), lambda image: tf.image.rot90(image, k=3)),
        (Step("crop", 0.7), cropped),
        (Step("brightness", -0.35), lambda image: tf.image.adjust_brightness(image, -0.35)),
        (Step("brightness", 0.6), lambda image: tf.image.adjust_brightness(image, 0.6)),
        (Step("contrast", 2.75), lambda image: tf.image.adjust_contrast(image, 2.75)),
        (Step("contrast", 0), lambda image: tf.image.adjust_contrast(image, 0)),
        (Step("saturation", 0), lambda image: tf.image.adjust_saturation(image, 0)),
        (Step("saturation", 2.5), lambda image: tf.image.adjust_saturation(image, 2.5)),
        (Step("hue", -0.5), lambda image: tf.image.adjust_hue(image, -0.5)),
        (Step("hue", 0.13), lambda image: tf.image.adjust_hue(image, 0.13)),
        (Step("gamma", 0.1), lambda image: tf.image.adjust_gamma(image, 0.1)),
        (Step("gamma", 4), lambda image: tf.image.adjust_gamma(image, 4)),
        (Step("jpeg", 1), lambda image: tf.image.adjust_jpeg_quality(image, 1)),
        (Step("jpeg", 60), lambda image: tf.image.adjust_jpeg_quality(image, 60)),
        (Step("noise", 0.25, 41), lambda image: image + tf.random.stateless_normal((23, 31, 3), (41, 0), stddev=0.25)),
    ],
    ids=lambda value: value.label if isinstance(value, Step) else "",
)
def test_each_step_is_tf_images(picture: np.ndarray, step: Step, call: Callable[[tf.Tensor], tf.Tensor]) -> None:
    before = picture.copy()
    result = augment(picture, [step])
    assert np.array_equal(result, by_tf_image(picture, call))
    assert not np.array_equal(result, picture)
    assert np.array_equal(picture, before)


def test_flips_and_turns_move_pixels_and_change_none(picture: np.ndarray) -> None:
    assert np.array_equal(augment(picture, [Step("flip", 1)]), picture[:, ::-1])
    assert np.array_equal(augment(picture, [Step("flipud", 1)]), picture[::-1])
    for turns in (1, 2, 3):
        assert np.array_equal(augment(picture, [Step("rotate", turns)]), np.rot90(picture, turns))
    assert np.array_equal(augment(picture, [Step("rotate", 1)] * 4), picture)


def test_jpeg_keeps_an_even_grey() -> None:
    grey = np.full((16, 16, 3), 128, np.uint8)
    assert np.array_equal(augment(grey, [Step("jpeg", 50)]), grey)


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_a_neutral_amount_changes_nothing_and_is_not_called(picture: np.ndarray, name: str) -> None:
    neutral = Step(name, TRANSFORMATIONS[name].slider.neutral, 5)
    assert augment(picture, [neutral]) is picture
    others = [Step("hue", 0.2), Step("contrast", 1.3)]
    assert np.array_equal(augment(picture, [others[0], neutral, others[1]]), augment(picture, others))
    assert code([neutral], opening=["pixels = 1"]) == "pixels = 1"


@pytest.mark.parametrize("name", [name for name in TRANSFORMATIONS if name != "jpeg"])
def test_tf_image_itself_changes_no_byte_at_the_neutral_amount(picture: np.ndarray, name: str) -> None:
    # So that leaving the step out is what calling it would be. JPEG loses something at 100, too.
    transformation = TRANSFORMATIONS[name]
    if transformation.unit != SWITCH:
        amount = transformation.slider.neutral
        called = by_tf_image(picture, lambda image: transformation.compute(tf, image, amount, 3))
        assert np.array_equal(called, picture)


def test_every_value_comes_back_from_the_way_through_floats() -> None:
    every_value = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    assert np.array_equal(augment(every_value, [Step("flip", 1), Step("flip", 1)]), every_value)


def test_the_order_matters(picture: np.ndarray) -> None:
    first, second = Step("brightness", 0.5), Step("contrast", 0.4)
    assert not np.array_equal(augment(picture, [first, second]), augment(picture, [second, first]))
    # Clipped between them: what became white stays as white as what was.
    light = augment(picture, [Step("brightness", 0.9), Step("brightness", -0.9)])
    assert light.max() < 27


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (13, 1), (2, 3), (97, 89)])
def test_pictures_of_any_size(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    for amount in (0.1, 0.55, 0.99):
        assert augment(pixels, [Step("crop", amount)]).shape == pixels.shape
    result = augment(pixels, ALL)
    assert result.shape == (size[1], size[0], 3)
    assert result.dtype == np.uint8


def test_the_same_steps_give_the_same_bytes_again() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (397, 601, 3), dtype=np.uint8)
    first = augment(pixels, ALL)
    for _ in range(3):
        assert np.array_equal(augment(pixels, ALL), first)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(VizcoreError):
        augment(pixels, ALL)


@pytest.mark.parametrize(
    "steps", [(), *((step,) for step in ALL), ALL, parse(LONG), tuple(reversed(ALL)), ALL[:1] * 12]
)
def test_what_is_written_is_read_again(steps: tuple[Step, ...]) -> None:
    assert parse(write(steps)) == steps
    assert all(letter.isalnum() or letter in "-._" for letter in write(steps))


def test_the_text_of_an_address_is_short_and_known() -> None:
    assert write(parse(LONG)) == LONG
    assert parse("hue--0.00") == (Step("hue", 0),)
    assert write(parse("hue--0.00")) == "hue-0.00"
    assert len(write([Step("noise", 0.5, MOST_SEED)] * MOST_STEPS)) < 200


@pytest.mark.parametrize("name", TRANSFORMATIONS)
def test_every_amount_of_every_slider_is_read_again(name: str) -> None:
    slider = TRANSFORMATIONS[name].slider
    for position in range(round((slider.maximum - slider.minimum) / slider.step) + 1):
        amount = slider.nearest(slider.minimum + position * slider.step)
        assert parse(write([Step(name, amount)])) == (Step(name, amount),)
        assert slider.nearest(amount) == amount
    assert slider.nearest(slider.neutral) == slider.neutral
    assert slider.nearest(slider.start) == slider.start != slider.neutral


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("contrast-99", Step("contrast", 3)),
        ("hue--9999", Step("hue", -0.5)),
        ("contrast-1.499", Step("contrast", 1.5)),
        ("rotate-1.5", Step("rotate", 2)),
        ("flip-0.2", Step("flip", 0)),
        ("contrast-1.5-9", Step("contrast", 1.5)),
        ("noise-0.1", Step("noise", 0.1, 0)),
        ("jpeg-0", Step("jpeg", 1)),
    ],
)
def test_an_amount_that_the_slider_does_not_have_becomes_the_nearest(text: str, step: Step) -> None:
    assert parse(text) == (step,)


@pytest.mark.parametrize(
    "text",
    [
        "garbage",
        "flip",
        "flip-",
        "-1",
        "_",
        "flip-1_",
        "_flip-1",
        "flip-1__flip-1",
        "FLIP-1",
        " flip-1",
        "flip-1\n",
        "flip-１",
        "flip-٣",
        "contrast-nan",
        "contrast-inf",
        "contrast-1e3",
        "contrast-1.",
        "contrast-.5",
        "contrast-+1",
        "contrast-1,5",
        "contrast-99999",
        "contrast-1.55555",
        "noise-0.1--1",
        "noise-0.1-10000",
        "noise-0.1-1-1",
        "sharpen-1.00",
        "__import__-1",
        "hue-0.1;flip-1",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "\x00",
        "💡-1",
        "_".join(["flip-1"] * (MOST_STEPS + 1)),
        "flip-1_" * 100_000,
        "9" * 1_000_000,
    ],
)
def test_a_hostile_text_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(VizcoreError) as refused:
        parse(text)
    assert len(str(refused.value)) < 220


@pytest.mark.parametrize("steps", [*((step,) for step in ALL), ALL, parse(LONG), tuple(reversed(ALL))], ids=write)
def test_the_code_does_exactly_what_is_computed(picture: np.ndarray, steps: tuple[Step, ...]) -> None:
    text = code(steps, opening=["import numpy", "pixels = numpy.array(given)"])
    names: dict[str, object] = {"given": picture}
    exec(text, names)
    assert np.array_equal(names["pixels"], augment(picture, steps))
    assert "vizcore" not in text


def test_versions_are_the_same_for_a_seed_and_others_for_others() -> None:
    versions = random_versions(ALL, seed=4, number=9)
    assert versions == random_versions(ALL, seed=4, number=9)
    assert versions[:3] == random_versions(ALL, seed=4, number=3)
    assert len({write(version) for version in (*versions, *random_versions(ALL, seed=5, number=9))}) == 18
    # Written down: whoever opens a link next year sees the same nine.
    steps = parse("contrast-1.50_noise-0.10-7")
    known = ["contrast-1.01_noise-0.01-9486", "contrast-0.83_noise-0.05-1562"]
    assert [write(version) for version in random_versions(steps, seed=1, number=2)] == known


@pytest.mark.parametrize("step", [*ALL, Step("contrast", 0.2), Step("hue", -0.3), Step("gamma", 4), Step("crop", 0.1)])
def test_versions_stay_between_neutral_and_what_is_chosen(step: Step) -> None:
    slider = step.transformation.slider
    amounts = np.array([version[0].amount for version in random_versions([step], seed=2, number=600)])
    reach = abs(step.amount - slider.neutral)
    low, high = max(slider.minimum, slider.neutral - reach), min(slider.maximum, slider.neutral + reach)
    assert low - 1e-9 <= amounts.min()
    assert amounts.max() <= high + 1e-9
    # All of it, evenly.
    assert amounts.mean() == pytest.approx((low + high) / 2, abs=0.12 * (high - low))
    assert amounts.min() <= low + 0.1 * (high - low)
    assert amounts.max() >= high - 0.1 * (high - low)
    assert all(slider.nearest(amount) == amount for amount in amounts)


def test_versions_of_neutral_steps_are_neutral() -> None:
    neutral = [Step(name, one.slider.neutral) for name, one in TRANSFORMATIONS.items()]
    assert all(step.is_neutral for version in random_versions(neutral, seed=1, number=5) for step in version)
    assert random_versions([], seed=1, number=2) == [(), ()]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("flip-1", 2),
        ("flip-1_rotate-0", 2),
        ("flip-1_rotate-2", 6),
        ("brightness-0.02", 5),
        ("brightness-0.02_flip-1", 9),
        ("flip-1_flip-1", 3),  # the steps of two flips are others than none
        ("noise-0.01-3", 9),  # silent noise is the same with every seed; every other seed is another picture
        ("contrast-1.50_noise-0.10-7", 9),
        ("contrast-1.00", 1),
    ],
)
def test_nine_versions_differ_in_what_they_do_as_far_as_the_steps_allow_nine(text: str, number: int) -> None:
    for seed in range(30):
        versions = different_versions(parse(text), seed=seed, number=9)
        assert len(versions) == number
        done = [tuple(step for step in version if not step.is_neutral) for version in versions]
        assert len(set(done)) == number
        # They are the first of the random ones.
        assert versions[0] == random_versions(parse(text), seed=seed, number=1)[0]


def test_an_unknown_transformation_has_no_step() -> None:
    with pytest.raises(VizcoreError, match="flipud"):
        new_step("sharpen")


def test_steps_are_read_and_drawn_without_tensorflow() -> None:
    script = (
        "import sys\nfrom vizcore.edits.augmentation import code, random_versions, parse, write\n"
        f"steps = parse({LONG!r})\nwrite(random_versions(steps, seed=1, number=9)[0])\ncode(steps, opening=[])\n"
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
