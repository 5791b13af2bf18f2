"""The class that wins along a kind of brightness, as far as it is known."""

from dataclasses import dataclass, field
from math import inf

from vizcore.edits.brightness import Kind
from vizcore.light import flips


@dataclass(frozen=True)
class Winners:
    """The winners along a kind of brightness, as far as they are known: first at the levels, then at the flips between.

    Attributes:
        kind: the kind of brightness.
        levels: the amounts that are tried, rising.
        winners: the index of the winning class at each level that has been tried, from the first on.
        probabilities: 0 … 1, the winner's probability at each of these levels.
        search: the search for the flips; it begins once all levels have been tried.
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
        """The segments in which each class wins; until all flips are known, only as far as the levels show."""
        return self.search.segments if self.is_complete else self._between_levels

    @property
    def flips_found(self) -> tuple[int, int]:
        """How many flips are known, and how many neighbouring levels with different winners there are."""
        done = self.search.segments[-1].end if self.search.segments else -inf
        return sum(segment.start <= done for segment in self._between_levels[1:]), max(len(self._between_levels) - 1, 0)

    @property
    def _between_levels(self) -> tuple[flips.Segment, ...]:
        return flips.Search().with_answers(*zip(self.amounts, self.winners, strict=True)).segments


def unknown_winners(kind: Kind, num_levels: int) -> Winners:
    """The winners before the first pass, when none is known.

    Args:
        kind: the kind of brightness.
        num_levels: how many amounts are to be tried, from one end of the slider to the other.
    """
    slider = kind.slider
    return Winners(kind, slider.levels(num_levels), search=flips.Search(slider.between))
