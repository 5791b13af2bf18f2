"""The amounts that a slider has."""

from dataclasses import dataclass
from math import isfinite

from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Amounts:
    """The amounts that an edit can have: those of its slider.

    Attributes:
        minimum: the smallest.
        maximum: the largest.
        step: between two neighbours.
        neutral: the amount that leaves the picture as it is.
        start: the amount that the slider begins at.
        decimals: that an amount is written with.
    """

    minimum: float
    maximum: float
    step: float
    neutral: float
    start: float
    decimals: int

    @property
    def number(self) -> int:
        """How many amounts there are, both ends included."""
        return round((self.maximum - self.minimum) / self.step) + 1

    def at(self, position: int) -> float:
        """The amount at a position 0 … number − 1, as the decimal that a person would type."""
        # Adding 0 makes −0.0 the 0 that it is.
        return round(self.minimum + position * self.step, self.decimals) + 0.0

    def nearest(self, amount: float) -> float:
        """The amount that lies nearest; beyond the ends, the end. Not finite: where the slider begins."""
        return self.at(self._position(amount)) if isfinite(amount) else self.start

    def between(self, low: float, high: float) -> float | None:
        """The amount in the middle between two others; None if there is none."""
        amounts = map(self.at, range(self._position(low), self._position(high) + 1))
        found = [amount for amount in amounts if low < amount < high]
        return found[len(found) // 2] if found else None

    def levels(self, number: int) -> tuple[float, ...]:
        """Some of the amounts, as evenly spread as the steps allow, rising.

        Evenly, because a curve is drawn over the slider's own axis. Both ends and the neutral amount are among them;
        the amount next to the neutral one gives way to it, so that two steps around it may differ.

        Args:
            number: how many, from 3 to as many as there are.

        Raises:
            VizcoreError: another number.
        """
        if not 3 <= number <= self.number:
            raise VizcoreError(f"This slider has 3 to {self.number} levels; asked for were {number}.")
        last = self.number - 1
        positions = [round(index * last / (number - 1)) for index in range(number)]
        neutral = self._position(self.neutral)
        positions[min(range(1, number - 1), key=lambda index: abs(positions[index] - neutral))] = neutral
        return tuple(self.at(position) for position in positions)

    def written(self, amount: float) -> str:
        """The amount with as many decimals as the slider resolves: "1.50", "-20"."""
        return f"{amount:.{self.decimals}f}"

    def _position(self, amount: float) -> int:
        inside = min(max(amount, self.minimum), self.maximum)
        return round((inside - self.minimum) / self.step)
