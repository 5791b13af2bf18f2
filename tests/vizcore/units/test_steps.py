"""How a step looks at a picture, and how far it moves."""

from collections.abc import Callable

import numpy as np
import pytest

from vizcore.units.constrained import cropped
from vizcore.units.steps import Adam, View, line, rate_at, shaken

PICTURE = np.arange(5.0).reshape(5, 1, 1)


def seen(*, factor: float = 1, shift: float = 0) -> list[float]:
    """What a view of five rows 0 … 4 shows."""
    view = View(line(5, factor=factor, shift=shift), np.eye(1))
    return np.round(view.of(PICTURE)[:, 0, 0], 9).tolist()


def test_a_view_is_shifted_and_scaled_around_its_middle_and_goes_on_as_in_a_mirror() -> None:
    assert seen() == [0, 1, 2, 3, 4]
    assert seen(shift=1) == [1, 2, 3, 4, 4]
    assert seen(shift=-2) == [1, 0, 0, 1, 2]
    assert seen(shift=0.25) == [0.25, 1.25, 2.25, 3.25, 4]
    assert seen(factor=0.5) == [1, 1.5, 2, 2.5, 3]
    assert seen(factor=1.25) == [0, 0.75, 2, 3.25, 4]


@pytest.mark.parametrize("view", [cropped, lambda size, chance: shaken(size, chance, shift=0.3, scaling=0.2)])
def test_a_gradient_goes_back_the_way_of_the_picture(view: Callable[..., View]) -> None:
    chance = np.random.default_rng(3)
    picture, gradient = chance.normal(size=(2, 7, 9, 3))
    looked_at = view((7, 9), chance)
    assert (looked_at.of(picture) * gradient).sum() == pytest.approx((picture * looked_at.back(gradient)).sum())


def test_a_crop_is_a_part_of_the_picture_anywhere_in_it() -> None:
    chance = np.random.default_rng(4)
    rows, columns = np.arange(21.0)[:, None, None], np.arange(31.0)[None, :, None]
    ends = []
    for _ in range(200):
        view = cropped((21, 31), chance)
        across, down = view.of(rows + 0 * columns)[:, 0, 0], view.of(0 * rows + columns)[0, :, 0]
        ends.append([across[0] / 20, across[-1] / 20, down[0] / 30, down[-1] / 30])
    top, bottom, left, right = np.array(ends).T
    for first, last in ((top, bottom), (left, right)):
        assert first.min() >= -1e-9
        assert last.max() <= 1 + 1e-9
        assert 0.6 - 1e-9 <= (last - first).min() < 0.65
        assert (last - first).max() > 0.95
        assert first.max() > 0.3
        assert last.min() < 0.7
    # Both sides have the same part, so that shapes stay.
    np.testing.assert_allclose(bottom - top, right - left)


def test_a_shaken_picture_is_shifted_and_scaled_within_bounds() -> None:
    chance = np.random.default_rng(5)
    places = []
    for _ in range(200):
        view = shaken((41, 41), chance, shift=0.1, scaling=0.05)
        found = view.of(np.arange(41.0)[:, None, None] + np.zeros((1, 41, 1)))[:, 0, 0]
        places.append([found[20] - 20, found[25] - found[15]])
    moved, wide = np.array(places).T
    assert 0.9 * 4.1 < np.abs(moved).max() <= 4.1
    assert 9.5 <= wide.min() < 9.6
    assert 10.4 < wide.max() <= 10.5


def test_the_first_steps_have_the_size_of_the_rate_whatever_the_gradient() -> None:
    adam = Adam()
    gradient = np.array([1e-9, -3.0, 0.0])
    for _ in range(3):
        np.testing.assert_allclose(adam.step(gradient, 0.5), [0.5, -0.5, 0])
    # Mean: 0.9 · 0.271 · 3 − 0.1 · 3, over 1 − 0.9⁴. Its square has been the same all the time.
    step = adam.step(-gradient, 0.5)
    np.testing.assert_allclose(step, [0.5 * (0.9 * 0.271 - 0.1) / 0.3439, -0.5 * (0.9 * 0.271 - 0.1) / 0.3439, 0])


def test_a_climb_comes_to_rest_in_its_second_half() -> None:
    assert [rate_at(3, step, 8) for step in range(9)] == [3, 3, 3, 3, 3, 2.25, 1.5, 0.75, 0]
