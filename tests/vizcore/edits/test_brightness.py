"""Brightness against the tutorial's formula, against written-down answers, and its laws."""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vizcore.edits import brightness
from vizcore.edits.brightness import KINDS, adjust, code, exposure, increase_brightness, table, tables
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
    assert table(kind="gain", amount=factor).tolist() == expected


def test_gain_truncates_and_does_not_round() -> None:
    assert increase_brightness(np.array([1, 3, 101, 170, 171], np.uint8), 1.5).tolist() == [1, 4, 151, 255, 255]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_increase_brightness_takes_any_numbers_and_keeps_the_shape(dtype: type) -> None:
    brightened = increase_brightness(np.full((5, 7, 3), 100, dtype), 2)
    assert brightened.shape == (5, 7, 3)
    assert brightened.dtype == np.uint8
    assert (brightened == 200).all()


def test_offset_known_answers() -> None:
    assert table(kind="offset", amount=20)[[0, 100, 235, 236, 255]].tolist() == [20, 120, 255, 255, 255]
    assert table(kind="offset", amount=-20)[[0, 20, 21, 255]].tolist() == [0, 0, 1, 235]


def test_gamma_known_answers() -> None:
    # 255 · (64/255)^½ = 127.7…; 255 · (128/255)^2 = 64.25…
    assert table(kind="gamma", amount=0.5)[[0, 64, 255]].tolist() == [0, 128, 255]
    assert table(kind="gamma", amount=2)[[0, 128, 255]].tolist() == [0, 64, 255]


@pytest.mark.parametrize(("kind", "amount"), [("gain", 1), ("offset", 0), ("gamma", 1)])
def test_identity_changes_nothing_and_copies(picture: np.ndarray, kind: str, amount: float) -> None:
    same = adjust(picture, kind=kind, amount=amount)
    assert np.array_equal(same, picture)
    assert not np.shares_memory(same, picture)


@pytest.mark.parametrize(
    ("kind", "amount", "value"), [("gain", 0, 0), ("offset", -255, 0), ("offset", 255, 255), ("gamma", 1e-9, 255)]
)
def test_extremes_lose_everything(kind: str, amount: float, value: int) -> None:
    assert (table(kind=kind, amount=amount)[1:] == value).all()


@pytest.mark.parametrize("kind", KINDS)
def test_tables_never_decrease_and_answer_to_the_amount(kind: str) -> None:
    every = tables(KINDS[kind]).astype(int)
    assert every.shape == (KINDS[kind].num_steps, 256)
    assert (np.diff(every, axis=1) >= 0).all()
    # More gain and more offset brighten, more gamma darkens.
    direction = -1 if kind == "gamma" else 1
    assert (direction * np.diff(every, axis=0) >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_the_tables_belongs_to_its_amount(kind: str) -> None:
    every = tables(KINDS[kind])
    for position in (0, 1, 137, len(every) - 1):
        amount = KINDS[kind].amount_at(position)
        assert every[position].tolist() == table(kind=kind, amount=amount).tolist()
    assert KINDS[kind].amount_at(0) == KINDS[kind].minimum
    assert KINDS[kind].amount_at(len(every) - 1) == KINDS[kind].maximum


def test_adjust_changes_each_pixel_on_its_own(picture: np.ndarray) -> None:
    changed = adjust(picture, kind="gamma", amount=0.4)
    for row, column, channel in np.ndindex(picture.shape):
        value = int(picture[row, column, channel])
        assert changed[row, column, channel] == round(255 * (value / 255) ** 0.4)


def test_a_read_only_picture_is_left_alone(picture: np.ndarray) -> None:
    before = picture.copy()
    picture.flags.writeable = False
    adjust(picture, kind="gain", amount=3)
    assert np.array_equal(picture, before)


@pytest.mark.parametrize(
    ("kind", "amount", "said"),
    [
        ("contrast", 1, "gain, offset, gamma"),
        ("gain", float("nan"), "finite"),
        ("offset", float("inf"), "finite"),
        ("gamma", 0, "above 0"),
        ("gamma", -1, "above 0"),
    ],
)
def test_what_cannot_be_done_is_said(picture: np.ndarray, kind: str, amount: float, said: str) -> None:
    with pytest.raises(VizcoreError, match=said):
        adjust(picture, kind=kind, amount=amount)


def test_pixels_that_are_not_bytes_are_refused(picture: np.ndarray) -> None:
    with pytest.raises(VizcoreError, match="float64"):
        adjust(picture / 255, kind="gain", amount=1)
    with pytest.raises(VizcoreError, match="not finite"):
        increase_brightness(np.array([1.0, np.nan]))


def test_the_nearest_amount_of_the_slider() -> None:
    gain = KINDS["gain"]
    assert [gain.nearest(x) for x in (-1, 0.004, 0.006, 1.499, 99, float("nan"))] == [0, 0, 0.01, 1.5, 4, 1.5]
    assert KINDS["offset"].nearest(12.4) == 12
    assert (gain.nearest(1e308), gain.nearest(-1e308)) == (4, 0)


def test_exposure_counts_what_a_loop_counts(picture: np.ndarray) -> None:
    measured = exposure(picture)
    counts = np.zeros((4, 256), int)
    total = 0.0
    for red, green, blue in picture.reshape(-1, 3).tolist():
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        total += luminance
        for row, value in enumerate((red, green, blue, int(luminance + 0.5))):
            counts[row, value] += 1
    assert np.array_equal(measured.counts, counts)
    assert measured.mean_luminance == pytest.approx(total / 91)
    assert measured.shadows == pytest.approx(tuple((picture == 0).reshape(-1, 3).mean(axis=0)))
    assert measured.highlights == pytest.approx(tuple((picture == 255).reshape(-1, 3).mean(axis=0)))


@pytest.mark.parametrize(("colour", "luminance"), [((255, 0, 0), 54), ((0, 255, 0), 182), ((0, 0, 255), 18)])
def test_luminance_of_the_primaries(colour: tuple[int, int, int], luminance: int) -> None:
    one_pixel = np.array([[colour]], np.uint8)
    assert exposure(one_pixel).counts[3].argmax() == luminance


def test_white_is_all_highlights_and_black_all_shadows() -> None:
    white, black = exposure(np.full((2, 3, 3), 255, np.uint8)), exposure(np.zeros((2, 3, 3), np.uint8))
    assert white.highlights == (1, 1, 1)
    assert white.shadows == (0, 0, 0)
    assert white.mean_luminance == pytest.approx(255)
    assert black.shadows == (1, 1, 1)
    assert black.mean_luminance == 0


@pytest.mark.parametrize(("kind", "amount"), [("gain", 1.15), ("offset", -37), ("offset", 12), ("gamma", 0.45)])
def test_the_code_box_does_exactly_this(tmp_path: Path, picture: np.ndarray, kind: str, amount: float) -> None:
    np.save(tmp_path / "pixels.npy", picture)
    script = code(kind=kind, amount=amount, opening=['pixels = np.load("pixels.npy")'])
    subprocess.run([sys.executable, "-c", f"{script}\nnp.save('out.npy', brightened)"], cwd=tmp_path, check=True)
    result = np.load(tmp_path / "out.npy")
    assert result.dtype == np.uint8
    assert np.array_equal(result, adjust(picture, kind=kind, amount=amount))


def test_brightness_does_not_import_tensorflow() -> None:
    script = (
        "import sys, vizcore.edits.brightness, vizcore.pictures.photo; "
        "print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_channel_names_match_the_counts(picture: np.ndarray) -> None:
    assert len(brightness.CHANNELS) == len(exposure(picture).counts)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [3, 4, 41, 101, "all"])
def test_levels_are_the_sliders_own_with_both_ends_and_the_neutral_amount(kind: str, number: int | str) -> None:
    slider = KINDS[kind]
    count = slider.num_steps if number == "all" else int(number)
    levels = slider.levels(count)
    assert len(set(levels)) == count
    assert list(levels) == sorted(levels)
    assert {slider.minimum, slider.neutral, slider.maximum} <= set(levels)
    assert all(slider.nearest(amount) == amount for amount in levels)
    if count > 40:
        steps = np.diff(levels) / slider.step
        assert steps.max() - steps.min() <= (slider.num_steps - 1) / (count - 1) + 1


def test_the_neutral_amount_changes_nothing() -> None:
    for kind, slider in KINDS.items():
        np.testing.assert_array_equal(table(kind=kind, amount=slider.neutral), EVERY_VALUE)
        np.testing.assert_allclose(brightness.exact_table(kind=kind, amount=slider.neutral), EVERY_VALUE, rtol=1e-6)


@pytest.mark.parametrize("number", [2, 0, -1, 402])
def test_other_numbers_of_levels_are_refused(number: int) -> None:
    with pytest.raises(VizcoreError, match="3 to 401 levels"):
        KINDS["gain"].levels(number)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exact_table_is_the_table_before_it_is_rounded(kind: str) -> None:
    for amount in KINDS[kind].levels(41):
        exact = brightness.exact_table(kind=kind, amount=amount)
        assert exact.dtype == np.float32
        left_over = exact - table(kind=kind, amount=amount) + (0.5 if kind == "gamma" else 0)
        assert left_over.min() >= -1e-4
        assert left_over.max() < 1 + 1e-4
        free = brightness.exact_table(kind=kind, amount=amount, clipped=False)
        np.testing.assert_array_equal(np.clip(free, 0, 255), exact)


def test_without_the_clip_the_formulas_go_on() -> None:
    assert brightness.exact_table(kind="gain", amount=4, clipped=False)[255] == 1020
    assert brightness.exact_table(kind="offset", amount=-255, clipped=False)[[0, 255]].tolist() == [-255, 0]
    assert brightness.exact_table(kind="gamma", amount=0.1, clipped=False)[255] == 255


@pytest.mark.parametrize("clipped", [True, False])
@pytest.mark.parametrize(("kind", "amount"), [("gain", 0.37), ("gain", 2.003), ("offset", -41.5), ("offset", 77.5)])
def test_slopes_are_what_a_small_step_does(kind: str, amount: float, clipped: bool) -> None:
    tables = [brightness.exact_table(kind=kind, amount=amount + step, clipped=clipped) for step in (1e-3, -1e-3)]
    steps = (tables[0].astype(float) - tables[1]) / 2e-3
    np.testing.assert_allclose(brightness.slope_table(kind=kind, amount=amount, clipped=clipped), steps, atol=0.1)


@pytest.mark.parametrize("amount", [0.1, 0.5, 1, 2.2, 4])
def test_slopes_of_gamma(amount: float) -> None:
    shares = np.arange(256) / 255
    steps = 255 * (shares ** (amount + 1e-6) - shares ** (amount - 1e-6)) / 2e-6
    found = brightness.slope_table(kind="gamma", amount=amount)
    np.testing.assert_allclose(found, steps, atol=1e-3)
    assert found[[0, 255]].tolist() == [0, 0]


def test_a_limit_that_is_reached_counts_as_clipped() -> None:
    gain = brightness.slope_table(kind="gain", amount=1)
    np.testing.assert_array_equal(gain, [*range(255), 0])
    offset = brightness.slope_table(kind="offset", amount=0)
    np.testing.assert_array_equal(offset, [0, *[1] * 254, 0])
    assert brightness.slope_table(kind="gain", amount=3)[[84, 85, 86]].tolist() == [84, 0, 0]
    assert brightness.slope_table(kind="offset", amount=55)[[199, 200, 201]].tolist() == [1, 0, 0]
    # A gain of 0 is the one end that only one side is known of.
    np.testing.assert_array_equal(brightness.slope_table(kind="gain", amount=0), np.arange(256))
    assert not brightness.slope_table(kind="gain", amount=-1).any()


@pytest.mark.parametrize("function", [brightness.exact_table, brightness.slope_table])
def test_exact_tables_refuse_what_tables_refuse(function: Callable[..., np.ndarray]) -> None:
    for kind, amount, said in [("blur", 1, "blur"), ("gain", np.inf, "finite"), ("gamma", 0, "above 0")]:
        with pytest.raises(VizcoreError, match=said):
            function(kind=kind, amount=amount)


@pytest.mark.parametrize("kind", brightness.KINDS.values(), ids=lambda kind: kind.name)
def test_the_step_between_is_one_of_the_sliders_and_neighbours_have_none(kind: brightness.Kind) -> None:
    steps = [kind.amount_at(position) for position in range(kind.num_steps)]
    for low, high in ((0, 2), (3, 11), (5, kind.num_steps - 1), (0, kind.num_steps - 1)):
        middle = kind.step_between(steps[low], steps[high])
        assert low < steps.index(middle) < high
        assert abs(steps.index(middle) - (low + high) / 2) <= 1
    assert all(kind.step_between(*ends) is None for ends in pairwise(steps))
    # Also between amounts that the slider does not have.
    assert kind.step_between(steps[1] + kind.step / 4, steps[2] - kind.step / 4) is None
    assert kind.step_between(steps[1] - kind.step / 4, steps[1] + kind.step / 4) == steps[1]
