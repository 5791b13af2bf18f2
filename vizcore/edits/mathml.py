"""Formulas in MathML, which every current browser draws by itself and screen readers speak.

A formula has placeholders for the chosen number: {amount} with its sign, or {sign} and {size} separately.
"""


def row(*parts: str) -> str:
    """A formula from left to right.

    Args:
        parts: MathML, or words and signs with spaces between them: "round ( 255 · v )".
    """
    inside = "".join(
        part if part.startswith("<") else "".join(_written(token) for token in part.split()) for part in parts
    )
    return f"<mrow>{inside}</mrow>"


def power(base: str, exponent: str) -> str:
    """A base and its exponent, each as in `row`."""
    return f"<msup>{row(base)}{row(exponent)}</msup>"


def _written(token: str) -> str:
    if token in ("{amount}", "{size}"):
        return f'<mn class="now">{token}</mn>'
    if token.isdecimal():
        return f"<mn>{token}</mn>"
    # Brackets as high as the line: a formula beside a slider has one line.
    return f"<mi>{token}</mi>" if token.isalpha() else f'<mo stretchy="false">{token}</mo>'
