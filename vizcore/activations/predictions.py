"""Predictions of a network: probabilities from logits, and the most probable classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray
from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Candidate:
    """One class with its probability.

    Attributes:
        index: index of the class.
        name: name of the class.
        probability: 0 … 1.
        logit: value before the softmax; None where the network outputs probabilities only.
    """

    index: int
    name: str
    probability: float
    logit: float | None


def softmax(logits: FloatArray) -> DoubleArray:
    """Probabilities that add up to 1: exp(v) over its sum, in float64.

    Args:
        logits: (C,), finite, at least one. The largest is subtracted first, so that nothing overflows.

    Raises:
        VizcoreError: the argument is not a vector of finite numbers.
    """
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
        raise VizcoreError(
            f"The network's answer has the shape {values.shape} or is not finite. Expected: one number per class."
        )
    powers = np.exp(values - values.max())
    result: DoubleArray = powers / powers.sum()
    return result


def leading(output: FloatArray, classes: Sequence[str], *, kind: str, number: int = 5) -> tuple[Candidate, ...]:
    """The most probable classes, in falling order of probability; equal ones by index.

    Args:
        output: (C,), output of the network's last layer.
        classes: a name for each class.
        kind: "logits", or "probabilities" where the network ends in a softmax.
        number: number of classes to return; all if there are fewer.

    Raises:
        VizcoreError: the number of names differs from the number of outputs, or values are not finite.
    """
    if len(classes) != np.size(output):
        raise VizcoreError(f"The network tells {np.size(output)} classes apart, and there are {len(classes)} names.")
    logits = np.asarray(output, dtype=np.float64) if kind == "logits" else None
    probabilities = softmax(output) if logits is not None else np.asarray(output, dtype=np.float64)
    if not np.isfinite(probabilities).all():
        raise VizcoreError("The network's answer is not finite. Expected: one number per class.")
    # Logits decide the order: where two probabilities round to the same number, the larger logit still leads.
    order = np.argsort(-(probabilities if logits is None else logits), kind="stable")[:number]
    return tuple(
        Candidate(
            int(index),
            classes[index],
            float(probabilities[index]),
            None if logits is None else float(logits[index]),
        )
        for index in order
    )
