"""The leading classes of a network's answer as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from vizcore.activations.predictions import Candidate
from vizcore.errors import VizcoreError
from vizcore.figures.chart import percent
from vizcore.numbers import with_minus_signs


@dataclass(frozen=True)
class Bar:
    """The bar of one class.

    Attributes:
        name: the name of the class.
        text: the number of the class, for people.
        start: 0 … 1, left end of the bar, as a part of the axis.
        end: `start` … 1, right end of the bar, as a part of the axis.
    """

    name: str
    text: str
    start: float
    end: float


def probability_bars(candidates: Sequence[Candidate]) -> tuple[Bar, ...]:
    """Probabilities on an axis from 0 to 100 %, in the order of the candidates."""
    return tuple(Bar(each.name, percent(each.probability), 0.0, each.probability) for each in candidates)


def logit_bars(candidates: Sequence[Candidate], *, value_range: tuple[float, float]) -> tuple[Bar, ...]:
    """Logits as bars from 0, to the left where they are negative, in the order of the candidates.

    Args:
        candidates: each with a logit.
        value_range: smallest and largest logit that the axis must hold besides 0, so that sets of bars can be compared.

    Raises:
        VizcoreError: a candidate has no logit.
    """
    low, high = min(0.0, value_range[0]), max(0.0, value_range[1])
    width = (high - low) or 1.0
    bars = []
    for each in candidates:
        if each.logit is None:
            raise VizcoreError("This network gives probabilities; its logits are not known.")
        ends = ((min(0.0, each.logit) - low) / width, (max(0.0, each.logit) - low) / width)
        bars.append(Bar(each.name, with_minus_signs(f"{each.logit:.2f}"), *ends))
    return tuple(bars)
