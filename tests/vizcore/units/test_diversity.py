"""Gram matrices of small maps: known cosines, and the derivative by finite differences."""

import numpy as np
import pytest

from vizcore.units.diversity import gram, likeness


def maps(*cells: tuple[float, ...]) -> np.ndarray:
    """(1, n, C): one row of cells."""
    return np.array([cells], np.float32)


def test_the_order_of_cells_and_the_strength_do_not_count() -> None:
    here, there = maps((1, 0), (1, 1), (0, 3)), maps((0, 6), (2, 2), (2, 0))
    cosine, _ = likeness(here, [gram(there)])
    assert cosine == pytest.approx(1)


def test_channels_that_answer_in_other_places_are_not_like_those_that_answer_together() -> None:
    # Gram matrices: [[1, 1], [1, 1]] and [[1, 0], [0, 1]]. Their cosine is 2 / (2 · √2).
    together, apart = maps((1, 1)), maps((1, 0), (0, 1))
    cosine, _ = likeness(together, [gram(apart)])
    assert cosine == pytest.approx(1 / np.sqrt(2))
    # The mean of this one and of 1.
    assert likeness(together, [gram(apart), gram(together)])[0] == pytest.approx((1 + 1 / np.sqrt(2)) / 2)


def test_the_derivative_is_that_of_small_steps() -> None:
    chance = np.random.default_rng(3)
    here, way = chance.normal(size=(2, 3, 5, 4)).astype(np.float32)
    others = [gram(chance.normal(size=(3, 5, 4)).astype(np.float32)) for _ in range(2)]
    step = 1e-2
    ends = [likeness((here + side * step * way).astype(np.float32), others)[0] for side in (1, -1)]
    slope = (likeness(here, others)[1] * way).sum()
    assert slope == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-3)


def test_a_layer_that_is_off_is_like_nothing_and_has_no_way() -> None:
    off = np.zeros((2, 2, 3), np.float32)
    cosine, slope = likeness(off, [gram(maps((1, 2, 3)))])
    assert cosine == 0
    assert not slope.any()
    assert not gram(off).any()
