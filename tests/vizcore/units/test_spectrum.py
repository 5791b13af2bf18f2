"""Pictures drawn by their spectrum: a picture of nothing is its start, and the way back is the adjoint."""

import numpy as np
import pytest

from vizcore.units.spectrum import Spectrum, start_of


@pytest.mark.parametrize("shape", [(6, 8, 3), (7, 5, 3), (6, 9, 1), (1, 2, 3)])
def test_the_gradient_is_that_of_small_steps(shape: tuple[int, int, int]) -> None:
    chance = np.random.default_rng(1)
    drawn = Spectrum(chance.normal(size=shape))
    at, way = (chance.normal(size=drawn.shape) + 1j * chance.normal(size=drawn.shape) for _ in range(2))
    weights = chance.normal(size=shape)
    step = 1e-5
    by_steps = ((drawn.picture(at + step * way) - drawn.picture(at - step * way)) * weights).sum() / (2 * step)
    gradient = drawn.gradient(drawn.picture(at), weights.astype(np.float64))
    assert (gradient * way.conj()).real.sum() == pytest.approx(by_steps, rel=1e-6)


def test_a_spectrum_of_nothing_is_the_picture_it_starts_from() -> None:
    levels = np.arange(256, dtype=np.float32).reshape(16, 16, 1).repeat(3, axis=2)
    drawn = Spectrum(start_of(levels, levels.shape))
    shown = drawn.picture(np.zeros(drawn.shape, np.complex128))
    np.testing.assert_array_equal(np.rint(shown), levels)
    assert shown.min() > 0
    assert shown.max() < 255


def test_nothing_to_start_from_is_grey() -> None:
    drawn = Spectrum(start_of(None, (4, 4, 3)))
    assert (drawn.picture(np.zeros(drawn.shape, np.complex128)) == 127.5).all()
