"""Numbers as text."""

import pytest

from vizcore.figures.chart import percent


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
