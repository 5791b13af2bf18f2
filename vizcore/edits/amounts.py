"""The amounts that a slider has."""

from dataclasses import dataclass
from math import isfinite

from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Amounts:
    """The amounts that an edit can have: those of its slider.

    Attributes:
        minimum: the smallest amount.
        maximum: the largest amount.
        step: the distance between two neighbouring amounts.
        neutral: the amount that leaves the picture as it is.
        start: the amount at which the slider begins.
        decimals: how many decimals an amount is written with.
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
        # Adding 0 turns −0.0 into 0.
        return round(self.minimum + position * self.step, self.decimals) + 0.0

    def nearest(self, amount: float) -> float:
        """The nearest amount of the slider: an end for amounts beyond it, `start` for those that are not finite."""
        return self.at(self._position(amount)) if isfinite(amount) else self.start

    def between(self, low: float, high: float) -> float | None:
        """The middle one of the amounts between two others; None if there is none."""
        amounts = map(self.at, range(self._position(low), self._position(high) + 1))
        inner = [amount for amount in amounts if low < amount < high]
        return inner[len(inner) // 2] if inner else None

    def levels(self, number: int) -> tuple[float, ...]:
        """Some of the amounts in rising order, as evenly spread as the steps allow.

        They are even because a curve is drawn over the slider's own axis. Both ends and the neutral amount are among
        them. The neutral amount replaces the amount next to it, so the two steps around it may differ.

        Args:
            number: 3 … `self.number`, how many amounts.

        Raises:
            VizcoreError: the number is outside this range.
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
