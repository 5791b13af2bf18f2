"""Whole numbers, and numbers as people write them."""


def ceil_division(number: int, divisor: int) -> int:
    """The quotient, rounded up: so many parts of at most `divisor` hold `number` things; exact for any whole numbers.

    Args:
        number: at least 0.
        divisor: at least 1.
    """
    return -(-number // divisor)


def with_minus_signs(text: str) -> str:
    """The text with a minus sign, which is as wide as a plus sign, for every hyphen: "-1.5" becomes "−1.5"."""
    return text.replace("-", "−")
