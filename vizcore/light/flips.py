"""The amounts of brightness at which the winning class changes. This module does not need Keras.

The winner is known at the levels that were tried. Between two neighbouring levels with different winners there is a
flip, and bisection finds one. A class that wins and loses again between two neighbouring levels is neither seen nor
claimed; a finer grid sees more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite

from vizcore.errors import VizcoreError

PRECISION = 0.001
"""The amount to which a flip is found: a tenth of the finest slider's step, or less."""

StepBetween = Callable[[float, float], float | None]


def _no_step_between(low: float, high: float) -> float | None:
    return None


@dataclass(frozen=True)
class Segment:
    """A range of amounts with one winner, as far as levels and flips show.

    Attributes:
        winner: the index of the class.
        start: the first amount at which the class wins: the lowest level, or the first amount known behind the flip.
        end: the last amount at which the class wins: the highest level, or the last amount known before the flip.
    """

    winner: int
    start: float
    end: float


@dataclass(frozen=True)
class Standing:
    """The segment around an amount and its neighbours.

    Attributes:
        here: the segment around the amount.
        below: the segment that ends where `here` starts; None where the levels start.
        above: the segment that starts where `here` ends; None where the levels end.
    """

    here: Segment
    below: Segment | None
    above: Segment | None


@dataclass(frozen=True)
class Search:
    """The segments as far as they are known, from left to right, and the next question.

    The caller answers one question at a time, and may stop in between and go on later:

        search = Search().with_answers((0.0, 6), (1.0, 3))
        while search.question is not None:
            search = search.with_answers((search.question, winner_at(search.question)))

    Attributes:
        step_between: two amounts → the amount between them that is asked for first, or None if there is none. With a
            slider's own amounts, as `Amounts.between` gives them, no flip is claimed at one of them without a question
            there.
        precision: above 0, how far apart the last amount before a flip and the first one behind it may lie.
        segments: from the lowest level on; the last one as far as it is known. Neighbours have different winners, and
            the gap between them is not wider than the precision.
        question: the amount whose winner is asked for next; None once all flips between the levels so far are known.
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
        """The search after more answers.

        There are about ten questions per flip. If bisection meets a third class, that class gets a segment of its own,
        and the flips on both sides of it are found. A flip at the very end gives a segment that starts and ends there.

        Args:
            answers: (amount, winner) each: one for the question, or levels beyond all others if there is no question.

        Raises:
            VizcoreError: the answer is to another question, or the levels do not rise or are not finite.
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
        ends = [segment.end for segment in self.segments[-1:]] if self.question is None else []
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


def standing_at(segments: Sequence[Segment], amount: float) -> Standing:
    """The segment around an amount and its neighbours: "cat from 0.47 to 1.62; below it is frog".

    Args:
        segments: the segments of a `Search`.
        amount: any amount. In the gap of a flip the nearer side counts, at equal distance the lower one. Beyond the
            levels the segment at that end counts.

    Raises:
        VizcoreError: there are no segments.
    """
    if not segments:
        raise VizcoreError("There is no segment to stand on: try one level at least.")
    distances = [max(segment.start - amount, amount - segment.end, 0) for segment in segments]
    index = distances.index(min(distances))
    return Standing(
        here=segments[index],
        below=segments[index - 1] if index > 0 else None,
        above=segments[index + 1] if index + 1 < len(segments) else None,
    )


def flips(segments: Sequence[Segment]) -> tuple[float, ...]:
    """The amounts at which the winner changes: the middle of each gap, exact to half the precision."""
    return tuple((left.end + right.start) / 2 for left, right in pairwise(segments))
