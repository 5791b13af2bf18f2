"""Numbers as people write them."""


def with_minus_signs(text: str) -> str:
    """The text with a minus sign, which is as wide as a plus sign, for every hyphen: "-1.5" becomes "−1.5"."""
    return text.replace("-", "−")
