"""Whole numbers, and numbers as people write them."""

import pytest

from vizcore.numbers import ceil_division, with_minus_signs


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-1.5", "−1.5"), ("1e-09", "1e−09"), ("-8 to -4", "−8 to −4"), ("0.25", "0.25"), ("−1", "−1"), ("", "")],
)
def test_every_hyphen_becomes_a_minus_sign(text: str, expected: str) -> None:
    assert with_minus_signs(text) == expected


@pytest.mark.parametrize(
    ("number", "divisor", "expected"),
    [(0, 7, 0), (1, 7, 1), (7, 7, 1), (8, 7, 2), (13, 1, 13), (2**60 + 1, 2, 2**59 + 1)],
)
def test_so_many_parts_hold_so_many_things(number: int, divisor: int, expected: int) -> None:
    assert ceil_division(number, divisor) == expected
