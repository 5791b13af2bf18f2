"""Where along the brightness the winning class changes. Keras is not needed for it: it takes a function of the amount.

What is known of the winner is known at the levels that were tried. Between two neighbouring levels with different
winners there is a flip, and bisection finds one. A class that wins and loses again between two neighbouring levels is
not seen and not claimed; a finer grid sees more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite

from vizcore.errors import VizcoreError

PRECISION = 0.001
"""To how much of an amount a flip is found, a tenth of the finest slider's step and finer."""

StepBetween = Callable[[float, float], float | None]


def _no_step_between(low: float, high: float) -> float | None:
    return None


@dataclass(frozen=True)
class Segment:
    """A segment of amounts with one winner, as far as the levels and flips tell.

    Attributes:
        winner: index of the class.
        start: the amount from which on it wins: the lowest level, or the first amount found behind the flip.
        end: the amount up to which it wins: the highest level, or the last amount found before the flip.
    """

    winner: int
    start: float
    end: float


@dataclass(frozen=True)
class Standing:
    """The winner at an amount, how far it holds, and what is beyond.

    Attributes:
        here: the segment around the amount.
        below: the segment that ends where this one starts; None where the levels start.
        above: the segment that starts where this one ends; None where the levels end.
    """

    here: Segment
    below: Segment | None
    above: Segment | None


@dataclass(frozen=True)
class Search:
    """The segments as far as they are known, from left to right, and what is to be asked next.

    Whoever searches asks one question at a time, and may stop in between and go on later:

        search = Search().with_answers((0.0, 6), (1.0, 3))
        while search.question is not None:
            search = search.with_answers((search.question, winner_at(search.question)))

    Attributes:
        step_between: an amount between two others that is asked for before any else, or None if there is none. With a
            slider's own amounts, as `Amounts.between` gives them, no flip is claimed at one of
            them without having asked there.
        precision: how far apart the last amount before a flip and the first one behind it may lie, above 0.
        segments: from the lowest level on; the last one as far as it is known. Neighbours have different winners, and
            the gap between them is not wider than the precision.
        question: the amount whose winner is wanted next; None once all is known of the levels that were told.
    """

    step_between: StepBetween = field(default=_no_step_between, repr=False)
    precision: float = PRECISION
    segments: tuple[Segment, ...] = ()
    question: float | None = None
    _ahead: tuple[tuple[float, int], ...] = ()  # answers beyond the segments, the nearest last

    def __post_init__(self) -> None:
        if not self.precision > 0:
            raise VizcoreError(f"A flip can be found to a precision above 0; given was {self.precision}.")

    def with_answers(self, *answers: tuple[float, int]) -> "Search":
        """With more answers, (amount, winner): to the question, or at levels beyond all others if there is none.

        There are about ten questions per flip. Where bisection meets a third class, it has a segment of its own, and
        the flips on both sides of it are found. A flip at the very end gives a segment that starts and ends there.

        Raises:
            VizcoreError: an answer to another question, or levels that do not rise.
        """
        self._check([amount for amount, _ in answers])
        segments, ahead = list(self.segments), [*self._ahead, *reversed(answers)]
        while ahead:
            amount, winner = ahead[-1]
            last = segments[-1] if segments else None
            if last is not None and last.winner == winner:
                segments[-1] = Segment(winner, last.start, amount)
            else:
                question = None if last is None else self._between(last.end, amount)
                if question is not None:
                    return replace(self, segments=tuple(segments), question=question, _ahead=tuple(ahead))
                segments.append(Segment(winner, amount, amount))
            ahead.pop()
        return replace(self, segments=tuple(segments), question=None, _ahead=())

    def _check(self, amounts: Sequence[float]) -> None:
        if self.question is not None and list(amounts) != [self.question]:
            raise VizcoreError(f"Asked for was the winner at {self.question}; told was that at {list(amounts)}.")
        ends = [one.end for one in self.segments[-1:]] if self.question is None else []
        if not all(isfinite(amount) for amount in amounts) or any(
            not low < high for low, high in pairwise([*ends, *amounts])
        ):
            raise VizcoreError("The levels are finite amounts, each higher than the one before.")

    def _between(self, low: float, high: float) -> float | None:
        middle = self.step_between(low, high)
        if middle is None and high - low > self.precision:
            middle = low + (high - low) / 2
        # Two neighbouring floats have nothing between them.
        return middle if middle is not None and low < middle < high else None


def standing(segments: Sequence[Segment], amount: float) -> Standing:
    """The segment around an amount and its neighbours: "cat from 0.47 to 1.62; below it is frog".

    Args:
        segments: from `Search`.
        amount: any. In the gap of a flip the nearer side counts, at the same distance the lower one; beyond the levels
            the segment at that end.

    Raises:
        VizcoreError: no segments.
    """
    if not segments:
        raise VizcoreError("There is no stretch to stand on: try one level at least.")
    distances = [max(one.start - amount, amount - one.end, 0) for one in segments]
    index = distances.index(min(distances))
    return Standing(
        here=segments[index],
        below=segments[index - 1] if index > 0 else None,
        above=segments[index + 1] if index + 1 < len(segments) else None,
    )


def flips(segments: Sequence[Segment]) -> tuple[float, ...]:
    """The amounts at which the winner changes: the middle of each gap, exact to half the precision."""
    return tuple((left.end + right.start) / 2 for left, right in pairwise(segments))
