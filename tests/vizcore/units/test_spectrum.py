"""Pictures drawn by their spectrum: a picture of nothing is its start, and the way back is the adjoint."""

import numpy as np
import pytest

from vizcore.units.spectrum import Spectrum, levels_of, start_of, values_of, within


@pytest.mark.parametrize("shape", [(6, 8, 3), (7, 5, 3), (6, 9, 1), (1, 2, 3)])
def test_the_gradient_is_that_of_small_steps(shape: tuple[int, int, int]) -> None:
    chance = np.random.default_rng(1)
    drawn = Spectrum(chance.uniform(90, 160, size=shape))
    at, way = 0.05 * chance.normal(size=(2, *drawn.shape))
    weights = chance.normal(size=shape)
    step = 1e-5
    by_steps = ((drawn.picture(at + step * way) - drawn.picture(at - step * way)) * weights).sum() / (2 * step)
    gradient = drawn.gradient(at, drawn.picture(at), weights.astype(np.float64))
    assert (gradient * way).sum() == pytest.approx(by_steps, rel=1e-6)


def test_at_black_and_white_only_the_way_back_is_open() -> None:
    picture = np.array([[[0.0], [0.0], [255.0], [255.0], [9.0]]])
    by_levels = np.array([[[1.0], [-1.0], [1.0], [-1.0], [1.0]]], np.float32)
    np.testing.assert_array_equal(within(picture, by_levels)[0, :, 0], [1, 0, 0, -1, 1])


def test_a_spectrum_of_nothing_is_the_picture_it_starts_from() -> None:
    levels = np.arange(256, dtype=np.float32).reshape(16, 16, 1).repeat(3, axis=2)
    drawn = Spectrum(start_of(levels, levels.shape))
    np.testing.assert_array_equal(drawn.picture(np.zeros(drawn.shape)), levels)


@pytest.mark.parametrize(("frequency", "part"), [(0, 1), (1, 2), (2, 1), (4, 0.5)])
def test_a_number_of_the_spectrum_counts_by_its_frequency(frequency: int, part: float) -> None:
    # In 16 columns: 63.75 levels · 16 / frequency / √256. A wave has two of the numbers; frequency 0 counts as 1.
    drawn = Spectrum(start_of(None, (16, 16, 1)))
    numbers = np.zeros(drawn.shape)
    numbers[0, 0, frequency] = 1
    wave = part * 63.75 / 16 * np.cos(2 * np.pi * frequency * np.arange(16) / 16)
    np.testing.assert_allclose(drawn.picture(numbers)[:, :, 0] - 127.5, np.broadcast_to(wave, (16, 16)), atol=1e-9)


def test_the_first_numbers_are_small_and_random() -> None:
    first = Spectrum(start_of(None, (40, 40, 3))).first(np.random.default_rng(8))
    assert first.std() == pytest.approx(0.1, rel=0.05)
    assert abs(first.mean()) < 0.01


def test_nothing_to_start_from_is_grey() -> None:
    drawn = Spectrum(start_of(None, (4, 4, 3)))
    assert (drawn.picture(np.zeros(drawn.shape)) == 127.5).all()


@pytest.mark.parametrize("shape", [(4, 6, 3), (4, 6, 1)])
def test_values_are_levels_in_other_colours(shape: tuple[int, int, int]) -> None:
    levels = np.random.default_rng(3).normal(scale=50, size=shape)
    np.testing.assert_allclose(levels_of(values_of(levels)), levels, atol=1e-9)
