"""The class that wins along a kind of brightness, as far as it is known."""

from dataclasses import dataclass, field
from math import inf

from vizcore.edits.brightness import Kind
from vizcore.light import flips


@dataclass(frozen=True)
class Winners:
    """Who wins along a kind of brightness, as far as it is known: first at the levels, then at the flips between them.

    Attributes:
        kind: of brightness.
        levels: the amounts that are tried, rising.
        winners: index of the winning class at each of the first of them.
        probabilities: of the winner at each of these, 0 … 1.
        search: for the flips, once all levels are tried.
    """

    kind: Kind
    levels: tuple[float, ...]
    winners: tuple[int, ...] = ()
    probabilities: tuple[float, ...] = ()
    search: flips.Search = field(default_factory=flips.Search)

    @property
    def amounts(self) -> tuple[float, ...]:
        """The levels that have been tried."""
        return self.levels[: len(self.winners)]

    @property
    def is_complete(self) -> bool:
        """Whether all levels have been tried, and all flips between them found."""
        return len(self.winners) == len(self.levels) and self.search.question is None

    @property
    def segments(self) -> tuple[flips.Segment, ...]:
        """From where to where each class wins; as long as it is not complete, only as far as the levels tell."""
        return self.search.segments if self.is_complete else self._between_levels

    @property
    def flips_found(self) -> tuple[int, int]:
        """Of how many pairs of neighbouring levels with different winners the flip is known, and how many there are."""
        done = self.search.segments[-1].end if self.search.segments else -inf
        return sum(one.start <= done for one in self._between_levels[1:]), max(len(self._between_levels) - 1, 0)

    @property
    def _between_levels(self) -> tuple[flips.Segment, ...]:
        return flips.Search(precision=inf).with_answers(*zip(self.amounts, self.winners, strict=True)).segments


def unknown_winners(kind: Kind, num_levels: int) -> Winners:
    """What is known of the winners before the first pass.

    Args:
        kind: of brightness.
        num_levels: how many amounts are to be tried, from one end of the slider to the other.
    """
    slider = kind.slider
    # Between two whole offsets every byte stays what it was at the lower one.
    precision = flips.PRECISION if slider.decimals else slider.step
    return Winners(kind, slider.levels(num_levels), search=flips.Search(slider.between, precision))
