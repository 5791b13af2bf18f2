"""Typed arrays, numbers as text, and the space around figures."""

import numpy as np
import pytest

from vizcore.figures.chart import cell_layout, number_texts, percent, typed_array, untyped_array, widened


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0%"),
        (1e-9, "< 0.1%"),
        (0.0005, "0.1%"),
        (0.5, "50.0%"),
        (0.99949, "99.9%"),
        (0.9996, "> 99.9%"),
        (1.0, "100.0%"),
    ],
)
def test_a_share_is_never_rounded_to_certainty(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32", "float64"])
def test_an_array_comes_back_as_it_was(dtype: str) -> None:
    for array in (np.arange(6, dtype=dtype), np.arange(30, dtype=dtype).reshape(2, 3, 5)[:, ::-1]):
        back = untyped_array(typed_array(array))
        assert back.dtype == array.dtype
        np.testing.assert_array_equal(back, array)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.0, -1.5, 1234.0], ["0", "−1.5", "1.23e+03"]),
        ([1000.125, 1000.25], ["1000.1", "1000.2"]),
        ([1e-9, -1e-9], ["1e−09", "−1e−09"]),
        ([2.0, 2.0], ["2", "2"]),
        ([], []),
    ],
)
def test_numbers_are_short_and_differ_where_they_differ(values: list[float], texts: list[str]) -> None:
    assert number_texts(values) == texts


@pytest.mark.parametrize(
    ("value_range", "expected"),
    [
        ((-1, 3), (-1, 3)),
        ((0, 0), (-0.5, 0.5)),
        ((8, 8), (4, 12)),
        ((-8, -8), (-12, -4)),
        ((1e-3, 1e-3), (-0.499, 0.501)),
    ],
)
def test_a_range_of_one_value_is_widened_and_any_other_stays(
    value_range: tuple[float, float], expected: tuple[float, float]
) -> None:
    assert widened(*value_range) == pytest.approx(expected)


def test_cells_are_square_unless_they_need_not_be() -> None:
    square, free = (cell_layout(3, 7, title="t", is_square=is_square) for is_square in (True, False))
    assert (square["yaxis"]["scaleanchor"], square["yaxis"]["scaleratio"]) == ("x", 1)
    assert "scaleanchor" not in free["yaxis"]
    for layout in (square, free):
        # Cell (0, 0) is whole, and on top.
        assert (layout["xaxis"]["range"], layout["yaxis"]["range"]) == ([-0.5, 6.5], [2.5, -0.5])
