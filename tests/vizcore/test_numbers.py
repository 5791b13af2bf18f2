"""Numbers as people write them."""

import pytest

from vizcore.numbers import with_minus_signs


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-1.5", "−1.5"), ("1e-09", "1e−09"), ("-8 to -4", "−8 to −4"), ("0.25", "0.25"), ("−1", "−1"), ("", "")],
)
def test_every_hyphen_becomes_a_minus_sign(text: str, expected: str) -> None:
    assert with_minus_signs(text) == expected
