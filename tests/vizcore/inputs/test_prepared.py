"""A picture on its way into a network: the real way against its steps, the exact way against its laws."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.vizcore.double_precision import outputs
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import KINDS, Light, adjust
from vizcore.errors import VizcoreError
from vizcore.inputs import prepared as prepared_module
from vizcore.inputs.fitting import FITS, fitted, fitted_exactly
from vizcore.inputs.interpolation import INTERPOLATIONS
from vizcore.inputs.lens import LENSES, Lens, standardised, standardised_slopes
from vizcore.inputs.prepared import InputFormat, prepared, prepared_exactly, prepared_levels, tangent
from vizcore.inputs.value_ranges import RANGES, to_grey, to_grey_exactly
from vizcore.networks.tutorial import build_simple_cnn

AMOUNTS = [
    ("gain", 0.0),
    ("gain", 1.37),
    ("offset", -61.0),
    ("offset", 88.0),
    ("gamma", 0.45),
    ("gamma", 2.2),
    ("exposure", -1.9),
    ("exposure", 1.35),
]
SMOOTH = [("gain", 0.377), ("gain", 1.907), ("offset", 60.5), ("gamma", 0.45), ("exposure", -1.03), ("exposure", 0.515)]
"""Amounts at which no value lies within a small step of the limit."""


def picture(height: int = 31, width: int = 43) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def dim(height: int = 31, width: int = 43) -> np.ndarray:
    """Nothing in it reaches the limits while it is less than doubled or moved by less than 40 levels."""
    return np.random.default_rng(3).integers(41, 120, (height, width, 3), dtype=np.uint8)


def exposed(values: np.ndarray, stops: float) -> np.ndarray:
    """(h, w, c) float64: IEC 61966-2-1 there and back, one value at a time."""

    def one(value: float) -> float:
        share = value / 255
        light = 2**stops * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
        return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)

    return np.vectorize(one)(values)


def wanted(
    name: str = "0…1", *, colours: int = 3, fit: str = "stretch", lens: str = "plain", way: str = "bicubic"
) -> InputFormat:
    return InputFormat((19, 23, colours), RANGES[name], fit, lens, way)


# The real way


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("fit", FITS)
def test_the_real_way_is_edit_fit_numbers(name: str, fit: str) -> None:
    pixels = picture()
    before = pixels.copy()
    for kind, amount in AMOUNTS:
        expected = RANGES[name].apply(fitted(adjust(pixels, Light.of(kind, amount)), (19, 23), fit=fit))
        found = prepared(pixels, Light.of(kind, amount), wanted=wanted(name, fit=fit))
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected[np.newaxis])
    np.testing.assert_array_equal(pixels, before)


def test_a_grey_network_receives_grey() -> None:
    found = prepared(picture(), Light.of("gain", 1.5), wanted=wanted("−1…1", colours=1))
    expected = RANGES["−1…1"].apply(to_grey(fitted(adjust(picture(), Light.of("gain", 1.5)), (19, 23), fit="stretch")))
    np.testing.assert_array_equal(found[0], expected)
    assert prepared_exactly(picture(), Light.of("gain", 1.5), wanted=wanted(colours=1)).shape == (1, 19, 23, 1)
    with pytest.raises(VizcoreError, match="is for colours"):
        prepared(picture(), Light.of("gain", 1.5), wanted=wanted("BGR − mean", colours=1))


@pytest.mark.parametrize("lens", ["plain", "standardised"])
@pytest.mark.parametrize("kind", KINDS)
def test_many_levels_are_the_levels_one_by_one(kind: str, lens: str) -> None:
    form = wanted("BGR − mean", fit="pad", lens=lens)
    amounts = KINDS[kind].slider.levels(11)
    batch = prepared_levels(picture(), [Light.of(kind, amount) for amount in amounts], wanted=form)
    assert batch.shape == (11, 19, 23, 3)
    for index, amount in enumerate(amounts):
        np.testing.assert_array_equal(batch[index], prepared(picture(), Light.of(kind, amount), wanted=form)[0])


def test_one_level_is_enough_and_none_is_not() -> None:
    assert prepared_levels(picture(), [Light.of("gain", 1.0)], wanted=wanted()).shape == (1, 19, 23, 3)
    with pytest.raises(VizcoreError, match="no level"):
        prepared_levels(picture(), [], wanted=wanted())


# The exact way


@pytest.mark.parametrize("way", INTERPOLATIONS)
@pytest.mark.parametrize("fit", FITS)
def test_unrounded_pixels_take_the_same_places(fit: str, way: str) -> None:
    for target in [(19, 23), (61, 67), (31, 43), (7, 89)]:
        exact = fitted_exactly(picture().astype(np.float32), target, fit=fit, interpolation=way)
        assert exact.dtype == np.float32
        # Half a level within the rows, weighted within the columns, and half a level after these.
        assert np.abs(exact - fitted(picture(), target, fit=fit, interpolation=way)).max() <= 1.25


@pytest.mark.parametrize("way", INTERPOLATIONS)
@pytest.mark.parametrize("fit", FITS)
def test_the_unrounded_resize_is_linear_but_for_its_clip(fit: str, way: str) -> None:
    one, other = (np.random.default_rng(seed).normal(0, 300, (31, 43, 3)).astype(np.float32) for seed in (1, 2))
    parts = [
        fitted_exactly(values, (19, 23), fit=fit, interpolation=way, clipped=False)
        for values in (one, other, 2 * one - 3 * other)
    ]
    np.testing.assert_allclose(parts[2], 2 * parts[0] - 3 * parts[1], atol=3e-3)


@pytest.mark.parametrize("given", [np.zeros((5, 7, 3)), np.zeros((5, 7), np.float32), np.zeros((5, 7, 3), np.uint8), 1])
def test_only_unrounded_pixels_are_fitted_exactly(given: object) -> None:
    with pytest.raises(VizcoreError, match="array \\(height, width, 3\\) of float32"):
        fitted_exactly(given, (19, 23), fit="stretch")


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(("kind", "amount"), AMOUNTS)
def test_the_two_ways_differ_by_rounding_only(kind: str, amount: float, fit: str) -> None:
    form = wanted("0…255", fit=fit)
    real = prepared(picture(), Light.of(kind, amount), wanted=form)
    exact = prepared_exactly(picture(), Light.of(kind, amount), wanted=form)
    assert exact.dtype == np.float32
    assert np.abs(real - exact).max() < 2.5


@pytest.mark.parametrize("name", RANGES)
def test_without_a_resize_the_exact_input_is_the_formula(name: str) -> None:
    pixels, form = picture(19, 23), wanted(name)
    for kind, amount in AMOUNTS:
        for clipped in (True, False):
            values = Light.of(kind, amount).exact_table(clipped=clipped)[pixels]
            slopes = Light.of(kind, amount).slopes(clipped=clipped)[pixels]
            found = prepared_exactly(pixels, Light.of(kind, amount), wanted=form, clipped=clipped)
            np.testing.assert_array_equal(found[0], RANGES[name].apply_exactly(values))
            moving = tangent(pixels, Light.of(kind, amount), wanted=form, clipped=clipped)
            np.testing.assert_array_equal(moving[0], RANGES[name].apply_to_slopes(slopes))


@pytest.mark.parametrize("fit", FITS)
def test_without_the_clip_gain_and_offset_are_straight_lines(fit: str) -> None:
    form = wanted("0…255", fit=fit)
    plain = prepared_exactly(picture(), Light.of("gain", 1), wanted=form, clipped=False)
    louder = prepared_exactly(picture(), Light.of("gain", 3.5), wanted=form, clipped=False)
    np.testing.assert_allclose(louder, 3.5 * plain, atol=1e-3)
    moved = prepared_exactly(picture(), Light.of("offset", -200), wanted=form, clipped=False)
    # The bars of "pad" are no part of the picture.
    inside = fitted_exactly(np.ones((31, 43, 3), np.float32), (19, 23), fit=fit)
    np.testing.assert_allclose(moved, plain - 200 * inside, atol=1e-3)
    for amount in (0.3, 3.5):
        slope = tangent(picture(), Light.of("gain", amount), wanted=form, clipped=False)
        np.testing.assert_allclose(slope, plain, atol=1e-3)
    # An edit that is clipped, through a resize that is not: what it clips is the edit's own.
    clipped = prepared_exactly(picture(), Light.of("gain", 3.5), wanted=form, overshoots=True)
    edited = np.clip(picture() * np.float32(3.5), 0, 255)
    np.testing.assert_allclose(clipped[0], fitted_exactly(edited, (19, 23), fit=fit, clipped=False), atol=1e-3)


@pytest.mark.parametrize("lens", ["plain", "standardised"])
@pytest.mark.parametrize(("colours", "name"), [(3, "BGR − mean"), (1, "−1…1")])
@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(("kind", "amount"), SMOOTH)
def test_the_tangent_is_what_a_small_step_does(
    kind: str, amount: float, fit: str, colours: int, name: str, lens: str
) -> None:
    form = wanted(name, colours=colours, fit=fit, lens=lens, way="bilinear")
    # No whole number lies within a step of the limit.
    step, unit = (0.1, 0.1) if kind == "offset" else (1e-3, 5)
    above, below = (
        prepared_exactly(picture(), Light.of(kind, amount + sign * step), wanted=form).astype(np.float64)
        for sign in (1, -1)
    )
    found = tangent(picture(), Light.of(kind, amount), wanted=form)
    assert found.shape == above.shape
    unit = max(np.abs(found).max(), unit / RANGES[name].divisor)
    np.testing.assert_allclose(found / unit, (above - below) / (2 * step) / unit, atol=0.01)


@pytest.mark.parametrize("lens", ["plain", "standardised"])
@pytest.mark.parametrize("way", INTERPOLATIONS)
@pytest.mark.parametrize(("kind", "amount"), [("gain", 1.907), ("offset", 60.5), ("offset", -60.5), ("gamma", 0.45)])
def test_the_tangent_of_every_resize_is_what_a_small_step_does(kind: str, amount: float, way: str, lens: str) -> None:
    """Also where a resize overshoots and is clipped: there nothing moves."""
    form, step = wanted("0…255", way=way, lens=lens), 0.02 if kind == "offset" else 2e-4
    at = [
        prepared_exactly(picture(), Light.of(kind, amount + sign * step), wanted=form).astype(np.float64)
        for sign in (-1, 0, 1)
    ]
    found = tangent(picture(), Light.of(kind, amount), wanted=form)
    unit = np.abs(found).max()
    steps = (at[2] - at[0]) / (2 * step)
    # A step across the limit, or within the rows across it, has no derivative: a kink between the two slopes.
    smooth = np.abs((at[2] - at[1]) - (at[1] - at[0])) / step < 0.02 * unit
    assert smooth.mean() > 0.98
    np.testing.assert_allclose(found[smooth] / unit, steps[smooth] / unit, atol=0.02)
    if way in ("bicubic", "Lanczos") and (kind, lens) == ("gain", "plain"):
        stands = (at[1] == 0) | (at[1] == 255)
        edited = Light.of(kind, amount).exact_table()[picture()]
        assert np.any(stands & (np.abs(fitted_exactly(edited, (19, 23), fit="stretch", clipped=False) - at[1]) > 1))
        assert not found[stands].any()


@pytest.mark.parametrize("way", INTERPOLATIONS)
def test_at_a_gain_of_0_everything_is_about_to_rise_but_what_is_clipped(way: str) -> None:
    form = wanted("0…255", way=way)
    step = prepared_exactly(picture(), Light.of("gain", 1e-3), wanted=form) / 1e-3
    found = tangent(picture(), Light.of("gain", 0), wanted=form)
    np.testing.assert_allclose(found, step, atol=0.05)
    assert found.max() > 100


def test_what_tensorflow_resizes_is_neither_rounded_nor_clipped_and_grey_is_grey() -> None:
    edited = adjust(picture(), Light.of("gain", 1.37))
    for way, method in (("bicubic without antialiasing", "bicubic"), ("area", "area")):
        expected = tf.image.resize(edited, (19, 23), method=method).numpy()
        form = wanted("0…255", way=way)
        np.testing.assert_allclose(prepared(picture(), Light.of("gain", 1.37), wanted=form)[0], expected, atol=0.01)
        grey = prepared(picture(), Light.of("gain", 1.37), wanted=wanted("0…255", way=way, colours=1))
        np.testing.assert_allclose(grey[0], to_grey_exactly(expected), atol=0.01)
    assert prepared(picture(), Light.of("gain", 3), wanted=wanted(way="bicubic without antialiasing")).max() > 1.01


# Standardised


def test_a_standardised_picture_by_hand() -> None:
    values = np.array([[[1, 3], [5, 7]]], np.float32)
    # Mean 4, squares 9 + 1 + 1 + 9 over 4 is 5.
    expected = 128 + 64 * np.array([-3, -1, 1, 3]) / np.sqrt(5)
    np.testing.assert_allclose(standardised(values).ravel(), expected, rtol=1e-6)
    assert standardised(values).shape == (1, 2, 2)


def test_a_constant_picture_is_128_and_stands_still() -> None:
    for level in (0, 137, 255):
        pixels = np.full((31, 43, 3), level, np.uint8)
        for kind, amount in AMOUNTS:
            form = wanted("0…255", lens="standardised")
            for values in (
                prepared(pixels, Light.of(kind, amount), wanted=form),
                prepared_exactly(pixels, Light.of(kind, amount), wanted=form, clipped=False),
            ):
                assert np.all(values == 128)
            assert not tangent(pixels, Light.of(kind, amount), wanted=form).any()


def test_the_smallest_spread_of_bytes_is_a_spread() -> None:
    values = np.full((224, 224, 3), 90, np.float32)
    values[0, 0, 0] = 91
    assert standardised(values)[0, 0, 0] > 10_000


@pytest.mark.parametrize("colours", [1, 3])
@pytest.mark.parametrize("fit", ["stretch", "crop"])
def test_standardised_does_not_see_a_gain_or_an_offset_that_clips_nothing(fit: str, colours: int) -> None:
    form = wanted("0…255", fit=fit, colours=colours, lens="standardised", way="bilinear")
    neutral = prepared_exactly(picture(), Light.of("gain", 1), wanted=form)
    assert neutral.mean() == pytest.approx(128, abs=1e-3)
    assert neutral.std() == pytest.approx(64, abs=1e-3)
    for kind, amount in [("gain", 0.01), ("gain", 4), ("offset", -255), ("offset", 90)]:
        edited = Light.of(kind, amount)
        found = prepared_exactly(picture(), edited, wanted=form, clipped=False)
        np.testing.assert_allclose(found, neutral, atol=2e-2)
        assert np.abs(tangent(picture(), edited, wanted=form, clipped=False)).max() < 1e-2
    # Where the clip has nothing to do it is the same with it, and then the real way differs by its rounding only.
    neutral = prepared_exactly(dim(), Light.of("gain", 1), wanted=form)
    for kind, amount in [("gain", 0.5), ("gain", 2), ("offset", -40), ("offset", 100)]:
        edited = Light.of(kind, amount)
        np.testing.assert_allclose(prepared_exactly(dim(), edited, wanted=form), neutral, atol=2e-2)
        assert np.abs(prepared(dim(), edited, wanted=form) - neutral).max() < 30


def test_standardised_sees_gamma_and_what_is_clipped() -> None:
    form = wanted("0…255", lens="standardised")
    neutral = prepared_exactly(picture(), Light.of("gain", 1), wanted=form)
    for kind, amount in [("gamma", 2.2), ("gain", 3), ("offset", 120)]:
        seen = prepared_exactly(picture(), Light.of(kind, amount), wanted=form)
        assert np.abs(seen - neutral).max() > 5


def test_slopes_of_a_standardised_picture_are_what_a_small_step_does() -> None:
    random = np.random.default_rng(5)
    values, slopes = (random.normal(90, 40, (7, 11, 3)).astype(np.float32) for _ in range(2))

    def exactly(doubles: np.ndarray) -> np.ndarray:
        return 128 + 64 * (doubles - doubles.mean()) / doubles.std()

    steps = (exactly(values + 1e-6 * slopes.astype(float)) - exactly(values - 1e-6 * slopes.astype(float))) / 2e-6
    np.testing.assert_allclose(standardised_slopes(values, slopes), steps, atol=1e-4)
    np.testing.assert_allclose(standardised_slopes(values, 3 * values + 7), 0, atol=1e-4)


def test_a_standardised_picture_becomes_numbers_after_the_lens() -> None:
    plain, lens = wanted("BGR − mean"), wanted("BGR − mean", lens="standardised")
    fitted_pixels = fitted(picture(), (19, 23), fit="stretch").astype(np.float32)
    expected = RANGES["BGR − mean"].apply_exactly(standardised(fitted_pixels))
    np.testing.assert_array_equal(prepared(picture(), Light.of("gain", 1), wanted=lens)[0], expected)
    assert not np.array_equal(prepared(picture(), Light.of("gain", 1), wanted=plain)[0], expected)


@pytest.mark.parametrize("lens", LENSES)
def test_the_slopes_of_a_lens_are_what_a_small_step_does(lens: str) -> None:
    random = np.random.default_rng(8)
    values, slopes = (random.normal(90, 40, (7, 11, 3)).astype(np.float32) for _ in range(2))
    apply = LENSES[lens].apply
    steps = (apply(values + slopes / 64).astype(float) - apply(values - slopes / 64)) * 32
    found = LENSES[lens].slopes(values, slopes)
    np.testing.assert_allclose(found, steps, atol=0.002 * np.abs(steps).max())


def test_a_lens_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A negative: as it happens, as the formula has it, and its derivative."""
    negative = Lens("255 − v", lambda values: 255 - values, lambda values, slopes: -slopes)
    monkeypatch.setattr(prepared_module, "LENSES", {**LENSES, "negative": negative})
    plain, form, edited = wanted(), wanted(lens="negative"), Light.of("gain", 1.37)
    for way, expected in (
        (prepared, 1 - prepared(picture(), edited, wanted=plain)),
        (prepared_exactly, 1 - prepared_exactly(picture(), edited, wanted=plain)),
        (tangent, -tangent(picture(), edited, wanted=plain)),
    ):
        np.testing.assert_allclose(way(picture(), edited, wanted=form), expected, atol=1e-6)


# What is refused


def test_what_cannot_be_prepared_is_said() -> None:
    with pytest.raises(VizcoreError, match="1 or 3 colours; this one takes 4"):
        InputFormat((19, 23, 4), RANGES["0…1"])
    with pytest.raises(VizcoreError, match="no lens “fish”"):
        InputFormat((19, 23, 3), RANGES["0…1"], lens="fish")
    with pytest.raises(VizcoreError, match="no interpolation “cubic”"):
        InputFormat((19, 23, 3), RANGES["0…1"], interpolation="cubic")
    for way in (prepared, prepared_exactly, tangent):
        with pytest.raises(VizcoreError, match="uint8"):
            way(picture().astype(np.float32), Light.of("gain", 1), wanted=wanted())
        with pytest.raises(VizcoreError, match="no way “squeeze”"):
            way(picture(), Light.of("gain", 1), wanted=wanted(fit="squeeze"))


# Through a network


@pytest.mark.parametrize(("kind", "amount"), SMOOTH)
def test_every_layer_moves_with_the_amount_as_a_tiny_step_says(kind: str, amount: float) -> None:
    network = build_simple_cnn((19, 23, 3), seed=5)
    traced = trace(network)
    names = [layer.name for layer in traced.layers]
    pixels, form = picture(19, 23), wanted()
    edited = Light.of(kind, amount)
    _, slopes = traced.read_with_derivative(
        prepared_exactly(pixels, edited, wanted=form), tangent(pixels, edited, wanted=form), names
    )

    def exactly(amount: float) -> np.ndarray:
        values = pixels.astype(np.float64)
        moved = {
            "gain": lambda: values * amount,
            "offset": lambda: values + amount,
            "gamma": lambda: 255 * (values / 255) ** amount,
            "exposure": lambda: exposed(values, amount),
        }[kind]()
        return (np.clip(moved, 0, 255) / 255)[np.newaxis]

    step = 1e-6 * KINDS[kind].slider.step
    above, below = outputs(network, exactly(amount + step)), outputs(network, exactly(amount - step))
    for name in names:
        np.testing.assert_allclose(slopes[name], (above[name] - below[name]) / (2 * step), atol=2e-5, rtol=1e-4)


def test_a_bias_free_network_scales_with_the_gain() -> None:
    network = trace(build_simple_cnn((19, 23, 3), seed=5))
    names = [layer.name for layer in network.layers]
    neutral = prepared_exactly(dim(), Light.of("gain", 1), wanted=wanted())
    plain, slopes = network.read_with_derivative(neutral, tangent(dim(), Light.of("gain", 1), wanted=wanted()), names)
    for gain in (0.25, 0.5, 2):
        edited = network.read(prepared_exactly(dim(), Light.of("gain", gain), wanted=wanted()), names)
        for name in names:
            np.testing.assert_allclose(edited[name], gain * plain[name], atol=1e-5)
    for name in names:
        # The slope of a line through the origin is the value at 1.
        np.testing.assert_allclose(slopes[name], plain[name], atol=1e-5)


def test_an_offset_moves_a_convolution_by_the_sum_of_its_kernel() -> None:
    weights = np.random.default_rng(9).normal(size=(2, 3, 3, 5)).astype(np.float32)
    convolution = keras.layers.Conv2D(5, (2, 3), name="conv")
    model = keras.Sequential([keras.Input((19, 23, 3)), convolution])
    convolution.set_weights([weights, np.arange(5, dtype=np.float32)])
    network, sums = trace(model), weights.sum(axis=(0, 1, 2)) / 127.5
    form = wanted("−1…1")
    before, after = (
        network.read(prepared_exactly(dim(), Light.of("offset", amount), wanted=form), ["conv"])["conv"]
        for amount in (-40, 100)
    )
    np.testing.assert_allclose(after - before, np.broadcast_to(140 * sums, before.shape), atol=1e-4)
    # Bytes add up without rounding, so that the real way obeys as well where the picture keeps its size.
    small = dim(19, 23)
    before, after = (
        network.read(prepared(small, Light.of("offset", amount), wanted=form), ["conv"])["conv"]
        for amount in (-40, 100)
    )
    np.testing.assert_allclose(after - before, np.broadcast_to(140 * sums, before.shape), atol=1e-4)


def test_unrounded_grey_is_grey() -> None:
    exact = fitted_exactly(picture().astype(np.float32), (19, 23), fit="stretch")
    found = prepared_exactly(picture(), Light.of("gain", 1), wanted=wanted("0…255", colours=1))
    np.testing.assert_allclose(found[0], to_grey_exactly(exact), atol=1e-3)
