"""The strongest cells of known maps."""

import numpy as np
import pytest

from vizcore.units.strongest import peaks


def test_the_strongest_cell_of_each_channel_is_found_and_pictures_are_ranked_by_it() -> None:
    first, second = np.zeros((2, 3, 2), np.float32), np.zeros((2, 3, 2), np.float32)
    first[1, 2, 0], second[0, 1, 0], second[1, 0, 1] = 5, 7, -3
    found = peaks([first, second])
    np.testing.assert_array_equal(found.values, [[5, 0], [7, 0]])
    np.testing.assert_array_equal(found.cells[:, 0], [[1, 2], [0, 1]])
    np.testing.assert_allclose(found.means, [[5 / 6, 0], [7 / 6, -0.5]])
    assert found.order(0) == [1, 0]
    # The first map of channel 1 is 0 in every cell: no cell of it is the strongest.
    assert found.order(1) == [1]


def test_values_that_are_not_finite_are_passed_over() -> None:
    broken = np.array([[[np.nan], [2.0], [1.0]]], np.float32)
    lost = np.full((1, 3, 1), np.nan, np.float32)
    of_one_value = np.array([[[3.0], [np.nan], [3.0]]], np.float32)
    found = peaks([broken, lost, of_one_value])
    assert found.values[0, 0] == 2
    np.testing.assert_array_equal(found.cells[0, 0], [0, 1])
    assert found.order(0) == [0]


@pytest.mark.parametrize("shape", [(2,), (1, 1, 2)])
def test_a_unit_of_a_vector_or_of_maps_of_one_cell_is_its_own_strongest_cell(shape: tuple[int, ...]) -> None:
    found = peaks([np.reshape(values, shape).astype(np.float32) for values in ([1, 4], [3, 2])])
    np.testing.assert_array_equal(found.values, found.means)
    np.testing.assert_array_equal(found.cells, np.zeros((2, 2, 2)))
    assert found.order(0) == [1, 0]
    assert found.order(1) == [0, 1]
