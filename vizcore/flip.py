"""Where along the brightness the winning class changes. Keras is not needed for it: it takes a function of the amount.

What is known of the winner is known at the levels that were tried. Between two neighbouring levels with different
winners there is a flip, and bisection finds one. A class that wins and loses again between two neighbouring levels is
not seen and not claimed; a finer grid sees more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vizcore.errors import VizcoreError

PRECISION = 0.001
"""To how much of an amount a flip is found, a tenth of the finest slider's step and finer."""


@dataclass(frozen=True)
class Segment:
    """A stretch of amounts with one winner, as far as the levels and flips tell.

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
        here: the stretch around the amount.
        below: the stretch that ends where this one starts; None where the levels start.
        above: the stretch that starts where this one ends; None where the levels end.
    """

    here: Segment
    below: Segment | None
    above: Segment | None


def segments(
    amounts: Sequence[float],
    winners: Sequence[int],
    *,
    winner_at: Callable[[float], int],
    step_between: Callable[[float, float], float | None] = lambda low, high: None,
    precision: float = PRECISION,
) -> tuple[Segment, ...]:
    """Who wins from where to where, with the flips between the levels found by bisection.

    Args:
        amounts: the levels, rising, at least one.
        winners: the winning class at each level, an index.
        winner_at: the winning class at any amount between the levels. It is asked about ten times per flip.
        step_between: an amount between two others that is asked for before any else, or None if there is none. With a
            slider's own amounts, as `vizcore.brightness.Kind.step_between` gives them, no flip is claimed at one of
            them without having asked there.
        precision: how far apart the last amount before a flip and the first one behind it may lie, above 0.

    Returns:
        The stretches from the lowest level to the highest; neighbours have different winners, and the gap between them
        is not wider than the precision. Where bisection meets a third class, it has a stretch of its own, and the flips
        on both sides of it are found. A flip at the very end gives a stretch that starts and ends there.

    Raises:
        VizcoreError: no levels, amounts that do not rise, another number of winners, or no precision.
    """
    _check(amounts, winners, precision)
    found = [Segment(int(winners[0]), float(amounts[0]), float(amounts[0]))]

    def extend(amount: float, winner: int) -> None:
        last = found[-1]
        if last.winner == winner:
            found[-1] = Segment(winner, last.start, amount)
        else:
            found.append(Segment(winner, amount, amount))

    def search(low: float, high: float, low_winner: int, high_winner: int) -> None:
        """Everything behind `low` up to and with `high`, from left to right."""
        middle = None
        if low_winner != high_winner:
            middle = step_between(low, high)
            if middle is None and high - low > precision:
                middle = low + (high - low) / 2
        if middle is not None and low < middle < high:
            winner = int(winner_at(middle))
            search(low, middle, low_winner, winner)
            search(middle, high, winner, high_winner)
        else:
            extend(high, high_winner)

    for (low, high), (low_winner, high_winner) in zip(pairwise(amounts), pairwise(winners), strict=True):
        search(float(low), float(high), int(low_winner), int(high_winner))
    return tuple(found)


def standing(stretches: Sequence[Segment], amount: float) -> Standing:
    """The stretch around an amount and its neighbours: "cat from 0.47 to 1.62; below it is frog".

    Args:
        stretches: from `segments`.
        amount: any. In the gap of a flip the nearer side counts, at the same distance the lower one; beyond the levels
            the stretch at that end.

    Raises:
        VizcoreError: no stretches.
    """
    if not stretches:
        raise VizcoreError("There is no stretch to stand on: try one level at least.")
    distances = [max(one.start - amount, amount - one.end, 0) for one in stretches]
    index = distances.index(min(distances))
    return Standing(
        here=stretches[index],
        below=stretches[index - 1] if index > 0 else None,
        above=stretches[index + 1] if index + 1 < len(stretches) else None,
    )


def flips(stretches: Sequence[Segment]) -> tuple[float, ...]:
    """The amounts at which the winner changes: the middle of each gap, exact to half the precision."""
    return tuple((left.end + right.start) / 2 for left, right in pairwise(stretches))


def _check(amounts: Sequence[float], winners: Sequence[int], precision: float) -> None:
    if len(amounts) == 0 or any(not low < high for low, high in pairwise(amounts)):
        raise VizcoreError("The levels are one amount or more, each higher than the one before.")
    if len(amounts) != len(winners):
        raise VizcoreError(
            f"There are {len(amounts)} levels and {len(winners)} winners; one winner per level is needed."
        )
    if not precision > 0:
        raise VizcoreError(f"A flip can be found to a precision above 0; given was {precision}.")
