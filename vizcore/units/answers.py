"""Numbers that tell what an answer of a network decides. This needs no Keras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray
from vizcore.errors import VizcoreError

_ROUNDING = 64 * 2.0**-23
"""The part of a number that may be rounding alone. A network adds up thousands of terms in float32."""


@dataclass(frozen=True)
class Decision:
    """Two classes between which an answer decides, and how that is measured.

    Attributes:
        winner: index of the class that wins.
        other: index of the class that it is compared with.
        metric: a name in METRICS.
        answer_kind: "logits" or "probabilities".
    """

    winner: int
    other: int
    metric: str
    answer_kind: str

    def of(self, answers: FloatArray) -> DoubleArray:
        """The metric of some answers: (n, C) → (n,) float64."""
        values = np.asarray(answers, dtype=np.float64)
        return METRICS[self.metric].value(_as_logits(values, self.answer_kind), self.winner, self.other)

    def rounding(self, answers: FloatArray) -> float:
        """How far the metric of some answers (n, C) may differ by the rounding of float32 alone."""
        logits = _as_logits(np.asarray(answers, dtype=np.float64), self.answer_kind)
        return _ROUNDING * METRICS[self.metric].size(logits, self.winner, self.other)


def decision(before: FloatArray, after: FloatArray, *, answer_kind: str, metric: str = "logit difference") -> Decision:
    """What is decided differently for two pictures.

    Args:
        before: (C,) the answer for the first picture, whose winner counts.
        after: (C,) the answer for the second. Its winner is the other class; if both have the same winner, the other
            class is the second of the first picture.
        answer_kind: "logits" or "probabilities", as in `vizcore.networks.network.Network`.
        metric: a name in METRICS.

    Raises:
        VizcoreError: the answers are no classes, or not finite, or the metric is unknown.
    """
    if metric not in METRICS:
        raise VizcoreError(f"There is no metric “{metric}”; there are {', '.join(METRICS)}.")
    if answer_kind not in ("logits", "probabilities") or before.ndim != 1 or before.size < 2:
        raise VizcoreError("This network does not tell classes apart, so no decision of it can be measured.")
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise VizcoreError("The network's answer is not finite, so no decision of it can be measured.")
    winner, second = (int(index) for index in np.argsort(-before, kind="stable")[:2])
    other = int(after.argmax())
    return Decision(winner, second if other == winner else other, metric, answer_kind)


class Metric(NamedTuple):
    """A number that tells how an answer decides. Both functions take logits (n, C), winner and other class.

    Attributes:
        value: (n,) the metric.
        size: the size of the numbers that it is made of, for its rounding.
    """

    value: Callable[[DoubleArray, int, int], DoubleArray]
    size: Callable[[DoubleArray, int, int], float]


def _as_logits(answers: DoubleArray, answer_kind: str) -> DoubleArray:
    """Logits up to a number that all classes share: (n, C). −∞ for a probability of 0."""
    if answer_kind == "logits":
        return answers
    with np.errstate(divide="ignore"):
        return np.log(answers)


def _difference(logits: DoubleArray, winner: int, other: int) -> DoubleArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(logits[:, winner] - logits[:, other])


def _size_of_logits(logits: DoubleArray, winner: int, other: int) -> float:
    return float(np.abs(logits[:, [winner, other]]).max())


def _probability(logits: DoubleArray, winner: int, _: int) -> DoubleArray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers[:, winner] / powers.sum(axis=1))


def _size_of_probability(logits: DoubleArray, winner: int, other: int) -> float:
    # An error of a logit is an error of that part of the probability.
    return float(_probability(logits, winner, other).max()) * max(_size_of_logits(logits, winner, other), 1.0)


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "logit difference": Metric(_difference, _size_of_logits),
        "probability": Metric(_probability, _size_of_probability),
    }
)
"""The metrics by name.

"logit difference": the winner's logit minus the other's. It adds up over what the network adds up, and does not
saturate. From probabilities it is the difference of their logarithms, which is the same number. "probability": the
winner's. Near 0 and 1 it hardly moves whatever the logits do.
"""
