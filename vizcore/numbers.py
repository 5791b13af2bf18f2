"""Integer arithmetic, and numbers as text."""


def ceil_division(number: int, divisor: int) -> int:
    """The quotient, rounded up: the number of parts of at most `divisor` that hold `number` items. Exact for any size.

    Args:
        number: at least 0.
        divisor: at least 1.
    """
    return -(-number // divisor)


def with_minus_signs(text: str) -> str:
    """The text with every hyphen replaced by a minus sign, which is as wide as a plus sign: "-1.5" becomes "−1.5"."""
    return text.replace("-", "−")
