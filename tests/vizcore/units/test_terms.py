"""Rankings, and the difference of two cells, with the answers written down."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.units.terms import NO_CONSTANTS, Cell, CellArithmetic, Combination, compare, ranked


def cell_of(
    window: list, kernel: list, *, bias: float = 0.0, combination: Combination = "sum", cell: Cell = (2, 3, 5)
) -> CellArithmetic:
    """A cell of a window (kh, kw, C), without an activation function."""
    values = np.array(window, dtype=np.float64)
    height, width, number = values.shape
    return CellArithmetic(
        window=values,
        padding=np.zeros((height, width), dtype=np.bool_),
        kernel=np.array(kernel, dtype=np.float64),
        rows=np.arange(height),
        columns=np.arange(width),
        channels=np.arange(number),
        sources=np.zeros(number, dtype=np.int64),
        bias=bias,
        combination=combination,
        layer="conv",
        kind="Conv2D",
        cell=cell,
        fed_by=("",),
        activation="linear",
        activation_constants=NO_CONSTANTS,
        over=np.empty(0),
        value=7.0,
        in_map=7.0,
    )


def test_contributions_are_summed_over_the_window_and_not_over_the_channels() -> None:
    shown = cell_of([[[1, 2, 3], [4, 5, 6]]], [[[1, 0, 2], [10, -1, 0.5]]], bias=-4)
    np.testing.assert_array_equal(shown.products, [[[1, 0, 6], [40, -5, 3]]])
    np.testing.assert_array_equal(shown.contributions, [41, -5, 9])
    assert shown.before == 41
    assert shown.winner is None


def test_a_product_multiplies_its_factors_and_the_rest() -> None:
    shown = cell_of([[[2, -3, 0.5]]], [[[1, 1, 1]]], combination="product")
    np.testing.assert_array_equal(shown.contributions, [2, -3, 0.5])
    assert shown.before == -3
    first = shown.largest(1)
    assert (first.order, first.values, first.rest, first.num_rest) == ((1,), (-3,), 1, 2)


def test_a_winner_is_where_the_kernel_is_one_though_others_are_infinite() -> None:
    shown = cell_of([[[-np.inf], [4]], [[2], [3]]], [[[0], [1]], [[0], [0]]], combination="largest")
    assert (shown.winner, shown.before) == ((0, 1, 0), 4)
    np.testing.assert_array_equal(shown.contributions, [4])


def test_the_largest_come_first_by_size_and_the_rest_is_one_number() -> None:
    values = np.array([1.0, -7.0, 0.5, 7.0, -2.0])
    ranking = ranked(values, 3)
    assert ranking.order == (1, 3, 4)
    assert ranking.values == (-7, 7, -2)
    assert (ranking.rest, ranking.num_rest) == (1.5, 2)


@pytest.mark.parametrize("number", [0, 1, 4, 5, 9])
def test_the_largest_and_the_rest_are_all(number: int) -> None:
    values = np.array([1.0, -7.0, 0.5, 7.0, -2.0])
    ranking = ranked(values, number)
    assert len(ranking.order) == len(ranking.values) == min(number, 5)
    assert ranking.num_rest == 5 - len(ranking.order)
    assert sum(ranking.values) + ranking.rest == values.sum()


def test_nan_comes_before_every_number() -> None:
    assert ranked(np.array([5.0, np.nan, np.inf]), 1).order == (1,)


def test_only_the_terms_that_an_edit_changes_differ_and_by_how_much() -> None:
    kernel = [[[1, 2, 0], [10, -1, 5]]]
    original = cell_of([[[1, 2, 3], [4, 5, 6]]], kernel, bias=1)
    edited = cell_of([[[1, 2, 9], [4, 8, 7]]], kernel, bias=1)
    change = compare(original, edited)
    np.testing.assert_array_equal(change.window, [[[0, 0, 6], [0, 3, 1]]])
    np.testing.assert_array_equal(change.products, [[[0, 0, 0], [0, -3, 5]]])
    # The third input of the first column differs, and a factor of 0 hides it.
    np.testing.assert_array_equal(change.differs, [[[False, False, False], [False, True, True]]])
    np.testing.assert_array_equal(change.contributions, [0, -3, 5])
    assert (change.before, change.value) == (2, 0)
    assert change.largest(1).order == (2,)
    assert change.largest(1).rest == -3


def test_a_winner_that_moves_differs_in_two_places() -> None:
    original = cell_of([[[4], [3]]], [[[1], [0]]], combination="largest")
    edited = cell_of([[[4], [9]]], [[[0], [1]]], combination="largest")
    change = compare(original, edited)
    np.testing.assert_array_equal(change.products, [[[-4], [9]]])
    assert change.before == 5


def test_nan_is_the_same_as_nan_and_infinite_terms_have_no_difference() -> None:
    shown = cell_of([[[np.nan, np.inf, 1]]], [[[1, 1, 1]]])
    change = compare(shown, shown)
    assert not change.differs.any()
    np.testing.assert_array_equal(change.products, [[[np.nan, np.nan, 0]]])


def test_two_different_cells_are_not_compared() -> None:
    one = cell_of([[[1]]], [[[1]]])
    for other in (cell_of([[[1]]], [[[1]]], cell=(2, 3, 6)), cell_of([[[1, 2]]], [[[1, 2]]])):
        with pytest.raises(VizcoreError, match="Only one cell for two pictures can be compared"):
            compare(one, other)
