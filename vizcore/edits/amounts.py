"""The amounts that a slider has."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True)
class Slider:
    """The amounts that a transformation can have.

    Attributes:
        minimum: the smallest.
        maximum: the largest.
        step: between two neighbours.
        neutral: the amount that leaves the picture as it is. A step at this amount is not called.
        start: the amount that a new step has.
        decimals: that an amount is written with.
    """

    minimum: float
    maximum: float
    step: float
    neutral: float
    start: float
    decimals: int

    def nearest(self, amount: float) -> float:
        """The amount that lies nearest; beyond the ends, the end. Not finite: the neutral one."""
        if not isfinite(amount):
            return self.neutral
        inside = min(max(amount, self.minimum), self.maximum)
        # Adding 0 makes −0.0 the 0 that it is.
        return round(self.minimum + round((inside - self.minimum) / self.step) * self.step, self.decimals) + 0.0

    def written(self, amount: float) -> str:
        """The amount with as many decimals as the slider resolves: "1.50", "-20"."""
        return f"{amount:.{self.decimals}f}"
