"""The amounts of brightness at which the winning class changes. This module does not need Keras.

The winner is known at the levels that were tried. Between two neighbouring levels with different winners there is a
flip, and bisection among the slider's own amounts finds two neighbouring steps with different winners. So each amount
that is named can be dialled. A class that wins and loses again between two levels is neither seen nor claimed; a finer
grid sees more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import isfinite

from vizcore.errors import VizcoreError

Between = Callable[[float, float], float | None]


def _nothing_between(low: float, high: float) -> float | None:
    return None


@dataclass(frozen=True)
class Segment:
    """A range of amounts with one winner, as far as levels and flips show.

    Attributes:
        winner: the index of the class.
        start: the first amount at which the class wins: the lowest level, or the first step behind the flip.
        end: the last amount at which the class wins: the highest level, or the last step before the flip.
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

        search = Search(slider.between).with_answers((0.0, 6), (1.0, 3))
        while search.question is not None:
            search = search.with_answers((search.question, winner_at(search.question)))

    Attributes:
        between: two amounts → an amount between them, or None if there is none: `Amounts.between` for a slider. With
            the default nothing lies between two levels.
        segments: from the lowest level on; the last one as far as it is known. Neighbours have different winners, and
            nothing lies between the end of one and the start of the next. At both of these amounts the class has won.
        question: the amount whose winner is asked for next; None once all flips between the levels so far are known.
    """

    between: Between = field(default=_nothing_between, repr=False)
    segments: tuple[Segment, ...] = ()
    question: float | None = None
    _ahead: tuple[tuple[float, int], ...] = ()  # answers beyond the segments, the nearest last

    def with_answers(self, *answers: tuple[float, int]) -> "Search":
        """The search after more answers.

        With four steps between two levels there are two questions per flip. If bisection meets a third class, that
        class gets a segment of its own, and the flips on both sides of it are found. A flip at the very end gives a
        segment that starts and ends there.

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
                question = None if last is None else self.between(last.end, amount)
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
    """The amounts at which the winner changes: the middle between two neighbouring steps."""
    return tuple((left.end + right.start) / 2 for left, right in pairwise(segments))
