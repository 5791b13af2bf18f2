"""The result of a part of the measurements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of the table.

    Attributes:
        what: the quantity.
        measured: the result, with its unit.
        target: the limit that the result should keep; empty if there is none.
        met: whether the result keeps it, computed from the numbers before rounding; None without a target.
        beside: absolute times and further explanations of the result.
    """

    what: str
    measured: str
    target: str = ""
    met: bool | None = None
    beside: str = ""


def times(ratio: float) -> str:
    """A ratio with three digits at least: "27.3 ×"."""
    return f"{ratio:.0f} ×" if ratio >= 100 else f"{ratio:.3g} ×"


def milliseconds(seconds: float) -> str:
    """A duration: "7.31 ms"."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.3g} ms"
