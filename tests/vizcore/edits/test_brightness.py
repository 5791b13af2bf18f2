"""Brightness against the tutorial's formula, against written-down answers, and its laws."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from vizcore.edits.brightness import KINDS, UNEDITED, Kind, Light, adjust, increase_brightness
from vizcore.errors import VizcoreError

EVERY_VALUE = np.arange(256, dtype=np.uint8)
FACTORS = [0, 0.01, 0.5, 0.99, 1, 1.1, 1.15, 1.5, 2, 2.55, 3.999, 4, 255, 1e9]


@pytest.fixture
def picture() -> np.ndarray:
    """(7, 13, 3) with every channel different, and 0 and 255 in it."""
    pixels = np.random.default_rng(3).integers(0, 256, (7, 13, 3), dtype=np.uint8)
    pixels[0, 0], pixels[6, 12] = 0, 255
    return pixels


@pytest.mark.parametrize("factor", FACTORS)
def test_gain_is_the_tutorials_formula_for_every_value(factor: float) -> None:
    # In plain Python, one number at a time: IEEE doubles as NumPy's, and int() truncates as astype does.
    expected = [int(min(max(value * float(factor), 0.0), 255.0)) for value in range(256)]
    assert increase_brightness(EVERY_VALUE, factor).tolist() == expected
    assert Light.of("gain", factor).table().tolist() == expected


def test_gain_truncates_and_does_not_round() -> None:
    assert increase_brightness(np.array([1, 3, 101, 170, 171], np.uint8), 1.5).tolist() == [1, 4, 151, 255, 255]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_increase_brightness_takes_any_numbers_and_keeps_the_shape(dtype: type) -> None:
    brightened = increase_brightness(np.full((5, 7, 3), 100, dtype), 2)
    assert brightened.shape == (5, 7, 3)
    assert brightened.dtype == np.uint8
    assert (brightened == 200).all()


def test_offset_known_answers() -> None:
    assert Light.of("offset", 20).table()[[0, 100, 235, 236, 255]].tolist() == [20, 120, 255, 255, 255]
    assert Light.of("offset", -20).table()[[0, 20, 21, 255]].tolist() == [0, 0, 1, 235]


def test_gamma_known_answers() -> None:
    # 255 · (64/255)^½ = 127.7…; 255 · (128/255)^2 = 64.25…
    assert Light.of("gamma", 0.5).table()[[0, 64, 255]].tolist() == [0, 128, 255]
    assert Light.of("gamma", 2).table()[[0, 128, 255]].tolist() == [0, 64, 255]


@pytest.mark.parametrize(("kind", "amount"), [("gain", 1), ("offset", 0), ("gamma", 1), ("exposure", 0)])
def test_identity_changes_nothing_and_copies(picture: np.ndarray, kind: str, amount: float) -> None:
    same = adjust(picture, Light.of(kind, amount))
    assert np.array_equal(same, picture)
    assert not np.shares_memory(same, picture)


@pytest.mark.parametrize(
    ("kind", "amount", "value"),
    [("gain", 0, 0), ("offset", -255, 0), ("offset", 255, 255), ("gamma", 1e-9, 255), ("exposure", 15, 255)],
)
def test_extremes_lose_everything(kind: str, amount: float, value: int) -> None:
    assert (Light.of(kind, amount).table()[1:] == value).all()


@pytest.mark.parametrize("kind", KINDS)
def test_tables_never_decrease_and_answer_to_the_amount(kind: str) -> None:
    every = KINDS[kind].tables().astype(int)
    assert every.shape == (KINDS[kind].slider.number, 256)
    assert (np.diff(every, axis=1) >= 0).all()
    # More gamma darkens, more of the others brightens.
    direction = -1 if kind == "gamma" else 1
    assert (direction * np.diff(every, axis=0) >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_the_tables_belongs_to_its_amount(kind: str) -> None:
    every, slider = KINDS[kind].tables(), KINDS[kind].slider
    for position in (0, 1, 137, len(every) - 1):
        amount = slider.at(position)
        assert every[position].tolist() == Light.of(kind, amount).table().tolist()
    assert slider.at(0) == slider.minimum
    assert slider.at(len(every) - 1) == slider.maximum


def test_adjust_changes_each_pixel_on_its_own(picture: np.ndarray) -> None:
    changed = adjust(picture, Light.of("gamma", 0.4))
    for row, column, channel in np.ndindex(picture.shape):
        value = int(picture[row, column, channel])
        assert changed[row, column, channel] == round(255 * (value / 255) ** 0.4)


def test_a_read_only_picture_is_left_alone(picture: np.ndarray) -> None:
    before = picture.copy()
    picture.flags.writeable = False
    adjust(picture, Light.of("gain", 3))
    assert np.array_equal(picture, before)


@pytest.mark.parametrize(
    ("kind", "amount", "said"),
    [
        ("contrast", 1, "gain, offset, gamma, exposure"),
        ("gain", float("nan"), "finite"),
        ("offset", float("inf"), "finite"),
        ("gamma", 0, "above 0"),
        ("gamma", -1, "above 0"),
        ("exposure", float("nan"), "above -100 and below 100"),
        ("exposure", 100, "below 100"),
        ("exposure", -1e9, "above -100"),
    ],
)
def test_what_cannot_be_done_is_said(kind: str, amount: float, said: str) -> None:
    with pytest.raises(VizcoreError, match=said):
        Light.of(kind, amount)


def test_pixels_that_are_not_bytes_are_refused(picture: np.ndarray) -> None:
    with pytest.raises(VizcoreError, match="float64"):
        adjust(picture / 255, Light.of("gain", 1))
    with pytest.raises(VizcoreError, match="not finite"):
        increase_brightness(np.array([1.0, np.nan]))


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("gain", 1.15),
        ("offset", -37),
        ("offset", 12),
        ("gamma", 0.45),
        ("exposure", 1.35),
        ("exposure", 0),
        ("exposure", -2.6),
    ],
)
def test_the_code_box_does_exactly_this(tmp_path: Path, picture: np.ndarray, kind: str, amount: float) -> None:
    np.save(tmp_path / "pixels.npy", picture)
    script = Light.of(kind, amount).code(opening=['pixels = np.load("pixels.npy")'])
    subprocess.run([sys.executable, "-c", f"{script}\nnp.save('out.npy', brightened)"], cwd=tmp_path, check=True)
    result = np.load(tmp_path / "out.npy")
    assert result.dtype == np.uint8
    assert np.array_equal(result, adjust(picture, Light.of(kind, amount)))


def test_brightness_does_not_import_tensorflow() -> None:
    script = (
        "import sys, vizcore.edits.brightness, vizcore.pictures.photo; "
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_neutral_amount_changes_nothing() -> None:
    for kind in KINDS.values():
        np.testing.assert_array_equal(kind.neutral.table(), EVERY_VALUE)
        np.testing.assert_allclose(kind.neutral.exact_table(), EVERY_VALUE, rtol=1e-6)
    np.testing.assert_array_equal(UNEDITED.table(), EVERY_VALUE)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exact_table_is_the_table_before_it_is_rounded(kind: str) -> None:
    for amount in KINDS[kind].slider.levels(41):
        exact = Light.of(kind, amount).exact_table()
        assert exact.dtype == np.float32
        left_over = exact - Light.of(kind, amount).table() + (0.5 if kind in ("gamma", "exposure") else 0)
        assert left_over.min() >= -1e-4
        assert left_over.max() < 1 + 1e-4
        free = Light.of(kind, amount).exact_table(clipped=False)
        np.testing.assert_array_equal(np.clip(free, 0, 255), exact)


def test_without_the_clip_the_formulas_go_on() -> None:
    assert Light.of("gain", 4).exact_table(clipped=False)[255] == 1020
    assert Light.of("offset", -255).exact_table(clipped=False)[[0, 255]].tolist() == [-255, 0]
    assert Light.of("gamma", 0.1).exact_table(clipped=False)[255] == 255


@pytest.mark.parametrize("clipped", [True, False])
@pytest.mark.parametrize(("kind", "amount"), [("gain", 0.37), ("gain", 2.003), ("offset", -41.5), ("offset", 77.5)])
def test_slopes_are_what_a_small_step_does(kind: str, amount: float, clipped: bool) -> None:
    tables = [Light.of(kind, amount + step).exact_table(clipped=clipped) for step in (1e-3, -1e-3)]
    steps = (tables[0].astype(float) - tables[1]) / 2e-3
    np.testing.assert_allclose(Light.of(kind, amount).slopes(clipped=clipped), steps, atol=0.1)


@pytest.mark.parametrize("amount", [0.1, 0.5, 1, 2.2, 4])
def test_slopes_of_gamma(amount: float) -> None:
    shares = np.arange(256) / 255
    steps = 255 * (shares ** (amount + 1e-6) - shares ** (amount - 1e-6)) / 2e-6
    found = Light.of("gamma", amount).slopes()
    np.testing.assert_allclose(found, steps, atol=1e-3)
    assert found[[0, 255]].tolist() == [0, 0]


def test_a_limit_that_is_reached_counts_as_clipped() -> None:
    gain = Light.of("gain", 1).slopes()
    np.testing.assert_array_equal(gain, [*range(255), 0])
    offset = Light.of("offset", 0).slopes()
    np.testing.assert_array_equal(offset, [0, *[1] * 254, 0])
    assert Light.of("gain", 3).slopes()[[84, 85, 86]].tolist() == [84, 0, 0]
    assert Light.of("offset", 55).slopes()[[199, 200, 201]].tolist() == [1, 0, 0]
    # A gain of 0 is the one end that only one side is known of.
    np.testing.assert_array_equal(Light.of("gain", 0).slopes(), np.arange(256))
    assert not Light.of("gain", -1).slopes().any()


# A light is a value


def test_a_light_is_equal_by_the_kinds_name_and_the_amount() -> None:
    assert Light.of("gain", 1.5) == KINDS["gain"].light(1.5) == Light(KINDS["gain"], 1.5)
    assert len({Light.of("gain", 1.5), Light.of("gain", 1.5), Light.of("gamma", 1.5), Light.of("gain", 1.51)}) == 3
    assert Light.of("gain", 1.0) == UNEDITED != Light.of("gamma", 1.0)
    # Another formula under the same name is the same kind all the same.
    other = replace(KINDS["gain"], help="Another.", formula=lambda values, gain: values)
    assert other.light(1.5) == Light.of("gain", 1.5)


def test_keys_tell_apart_what_is_apart() -> None:
    lights = [kind.light(kind.slider.at(position)) for kind in KINDS.values() for position in range(kind.slider.number)]
    # Bisection stands between two steps of the slider.
    lights += [Light.of("gain", 1.5 + 1e-9), Light.of("exposure", 0.5 - 1e-9)]
    assert len({one.key for one in lights}) == len(lights)
    assert Light.of("offset", 3).key == Light.of("offset", 3.0).key


@pytest.mark.parametrize(
    ("chosen", "written"),
    [
        (Light.of("gain", 1.5), "gain-1.50"),
        (Light.of("offset", -40), "offset-minus-40"),
        (Light.of("gamma", 0.1), "gamma-0.10"),
        (Light.of("exposure", -1), "exposure-minus-1.00"),
    ],
)
def test_how_a_light_is_written_in_names_of_files(chosen: Light, written: str) -> None:
    assert chosen.written == written


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_formula_for_people_is_whole_and_has_a_place_for_the_number(kind: Kind) -> None:
    tree = ElementTree.fromstring(kind.mathml)
    places = [part.text for part in tree.iter("mn") if part.get("class") == "now"]
    signs = [part.text for part in tree.iter("mo") if part.text == "{sign}"]
    assert (places, signs) in ((["{amount}"], []), (["{size}"], ["{sign}"]))
    # What is chosen is spoken as a number, words as words, signs as signs.
    assert all(part.text.isalpha() for part in tree.iter("mi"))
    assert all(part.text.isdecimal() for part in tree.iter("mn") if part.get("class") is None)
    assert not any(part.text.isalnum() for part in tree.iter("mo"))


# Exposure


def linear(share: float) -> float:
    """The light behind a stored share of white, as IEC 61966-2-1 has it."""
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("stops", [-4, -1.35, -0.05, 0, 0.05, 1, 2.6, 4])
def test_a_stop_doubles_the_light(stops: float) -> None:
    """Without the inverse: a light becomes the byte whose neighbours halfway are darker and lighter."""
    halfway = np.array([linear((level + 0.5) / 255) for level in range(255)])
    found = Light.of("exposure", stops).table()
    num_certain = 0
    for value in range(256):
        exposed = linear(value / 255) * 2.0**stops
        # Near black whole stops lead exactly halfway: then either neighbour is right.
        least, most = (int((exposed >= halfway * (1 + rounding)).sum()) for rounding in (1e-9, -1e-9))
        assert least <= found[value] <= most
        num_certain += least == most
    assert num_certain >= 250


def test_exposure_known_answers() -> None:
    # 188 is as bright as a half of white; a stop less of white, and near black, where sRGB is straight, a doubled byte.
    assert Light.of("exposure", 1).table()[[0, 3, 5, 187, 188, 255]].tolist() == [0, 6, 10, 254, 255, 255]
    assert Light.of("exposure", -1).table()[[0, 6, 10, 255]].tolist() == [0, 3, 5, 188]
    # Without the clip light goes on along the same power: two stops over white are four times its light.
    beyond = Light.of("exposure", 2).exact_table(clipped=False)[255]
    assert linear(beyond / 255) == pytest.approx(4, rel=1e-6)


def test_exposures_add_up() -> None:
    for first, second in ((0.7, 1.65), (-2.0, 0.45), (3.0, -3.0)):
        together = Light.of("exposure", first + second).exact_table(clipped=False)
        values = Light.of("exposure", first).exact_table(clipped=False).astype(float)
        one_by_one = KINDS["exposure"].formula(values, second)
        np.testing.assert_allclose(one_by_one, together, rtol=1e-5)


@pytest.mark.parametrize("clipped", [True, False])
@pytest.mark.parametrize("stops", [-3.777, -1.03, 0.02, 0.515, 2.2, 3.99])
def test_slopes_of_exposure_are_what_a_small_step_does(stops: float, clipped: bool) -> None:
    step = 1e-4
    above, below = (
        # Of the formula itself: in float32 so small a step is rounding.
        KINDS["exposure"].formula(np.arange(256.0), stops + sign * step)
        for sign in (1, -1)
    )
    found = Light.of("exposure", stops).slopes(clipped=clipped)
    inside = (below < 255) | (not clipped)
    np.testing.assert_array_equal((below < 255), (above < 255))
    np.testing.assert_allclose(found, np.where(inside, (above - below) / (2 * step), 0), atol=2e-3)


def test_white_that_is_reached_stands_still_and_black_does() -> None:
    slopes = Light.of("exposure", 0).slopes()
    assert slopes[[0, 255]].tolist() == [0, 0]
    assert (slopes[1:255] > 0).all()
    # A stop makes a byte of the straight part grow by ln 2 times itself.
    np.testing.assert_allclose(slopes[:11], np.log(2) * np.arange(11), rtol=1e-6)
    # A stop more, and 187 is the last that is not white.
    power = 255 * np.log(2) * 1.055 / 2.4 * (2 * linear(187 / 255)) ** (1 / 2.4)
    assert Light.of("exposure", 1).slopes()[[187, 188]].tolist() == [pytest.approx(power, rel=1e-6), 0]
    # White has a slope, too, where nothing is clipped.
    assert Light.of("exposure", 0).slopes(clipped=False)[255] == pytest.approx(255 * np.log(2) * 1.055 / 2.4, rel=1e-6)
