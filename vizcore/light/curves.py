"""Tuning curves: the mean and maximum of every channel at many levels of brightness, and numbers read off them.

The curves come from `TracedNetwork.summarise_many`; all else is arithmetic on them. Importing this module does not
import TensorFlow.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from types import MappingProxyType

import numpy as np

from vizcore.activations.interface import ReadableNetwork
from vizcore.activations.predictions import softmax
from vizcore.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError

CURVE_ORDERS = MappingProxyType(
    {
        "index": "the layer's own order",
        "slope": "the fastest rise first, at the level that is looked at",
        "peak": "the peak at the lowest amount first",
        "wakes": "active from the lowest amount first",
        "dies": "active up to the lowest amount first",
    }
)
"""The orders of channels by their curves: name → which channels come first."""

MOST_VALUES = 2**21
"""How many numbers the largest layer may have in one pass over several pictures, 8 MB: larger passes are not faster."""


@dataclass(frozen=True, eq=False)
class Curves:
    """The responses of a layer's channels over the amount.

    Attributes:
        amounts: (levels,) rising, at least two.
        mean: (levels, C) float32, each channel's mean at each level, the layer's own units.
        maximum: (levels, C) float32, each channel's maximum. In a vector both are the value of the unit.
    """

    amounts: tuple[float, ...]
    mean: FloatArray
    maximum: FloatArray


def tuning_curves(
    network: ReadableNetwork,
    amounts: Sequence[float],
    layer_names: Iterable[str],
    *,
    batch_of: Callable[[Sequence[float]], FloatArray],
    most_values: int = MOST_VALUES,
) -> dict[str, Curves]:
    """Mean and maximum of every channel of some layers at many levels.

    The levels go through the network in as many passes as memory requires, and no feature map is retained. To get the
    network's answers, name its last layer too: its `mean` is the answer at each level.

    Args:
        network: a traced network, or another one with such layers.
        amounts: (levels,) rising, at least two; see `vizcore.edits.amounts.Amounts.levels`.
        layer_names: the names of the layers.
        batch_of: some of the amounts → the network's input (n, h, w, colours), as
            `vizcore.inputs.prepared.prepared_levels` makes it.
        most_values: how many numbers the largest layer may have in one pass.

    Raises:
        VizcoreError: the amounts do not rise, or a layer is unknown; or as `batch_of` raises.
    """
    levels = _rising(amounts)
    names = list(dict.fromkeys(layer_names))
    at_once = pictures_at_once((layer.shape for layer in network.layers), most_values=most_values)
    passes = []
    for start in range(0, len(levels), at_once):
        passes.append(network.summarise_many(batch_of(levels[start : start + at_once]), names))
    return {
        name: Curves(
            levels,
            frozen(np.concatenate([summaries[name].mean for summaries in passes])),
            frozen(np.concatenate([summaries[name].maximum for summaries in passes])),
        )
        for name in names
    }


def pictures_at_once(shapes: Iterable[tuple[int, ...]], *, most_values: int = MOST_VALUES) -> int:
    """How many pictures a pass may take: at least 1, otherwise as many as keep every layer within the limit.

    Args:
        shapes: the shapes of the network's layers, for one picture.
        most_values: how many numbers a layer may have.
    """
    return max(1, most_values // max((prod(shape) for shape in shapes), default=1))


def slopes(curve: FloatArray, amounts: Sequence[float]) -> DoubleArray:
    """How fast each channel's curve rises at each level.

    Inside it is the central difference, weighted where the steps on both sides differ, so that it is exact for
    parabolas. At the two ends it is the difference to the only neighbour.

    Args:
        curve: (levels, C), a mean or a maximum.
        amounts: (levels,) rising.

    Returns:
        (levels, C) float64, the layer's own units per unit of the amount.

    Raises:
        VizcoreError: the amounts do not rise, or there are not as many as levels.
    """
    steps = np.diff(_rising(amounts, curve))[:, np.newaxis]
    # An infinite response has no slope: the result is NaN.
    with np.errstate(invalid="ignore"):
        secants = np.diff(np.asarray(curve, dtype=np.float64), axis=0) / steps
        # From secants, not from values as in `np.gradient`: a constant channel has a slope of exactly 0.
        inner = (secants[:-1] * steps[1:] + secants[1:] * steps[:-1]) / (steps[1:] + steps[:-1])
    return np.concatenate([secants[:1], inner, secants[-1:]])


def peaks(curve: FloatArray, amounts: Sequence[float]) -> DoubleArray:
    """The amount at which each channel is strongest, among the levels.

    Args:
        curve: (levels, C), a mean or a maximum.
        amounts: (levels,) rising.

    Returns:
        (C,) float64. Among equal peaks the lowest amount counts. NaN for a channel that is the same at all levels, or
        not finite at one of them.

    Raises:
        VizcoreError: as `slopes`.
    """
    levels = np.array(_rising(amounts, curve))
    values = np.asarray(curve)
    has_peak = np.isfinite(values).all(axis=0) & (values != values[:1]).any(axis=0)
    return np.where(has_peak, levels[values.argmax(axis=0)], np.nan)


def active(curves: Curves) -> BoolArray:
    """Whether each channel is active at each level: (levels, C) bool.

    Behind a ReLU a channel whose maximum is zero is silent. Negative values with padding's zeros around them are not.
    """
    is_active: BoolArray = (curves.maximum != 0) | (curves.mean != 0)
    return is_active


def active_ranges(curves: Curves) -> tuple[DoubleArray, DoubleArray]:
    """The first and the last level at which each channel is active: where it wakes and where it dies.

    A channel may be silent at levels in between. Nothing is known between two levels.

    Returns:
        Two arrays (C,) float64, amounts; NaN in both for a channel that is silent at all levels.
    """
    levels, is_active = np.array(curves.amounts), active(curves)
    ever = is_active.any(axis=0)
    first, last = is_active.argmax(axis=0), len(levels) - 1 - is_active[::-1].argmax(axis=0)
    return np.where(ever, levels[first], np.nan), np.where(ever, levels[last], np.nan)


def order_by_curves(curves: Curves, by: str, *, level: int = 0) -> IntArray:
    """The channels in an order by their curves: equal ones by index, those without a value last.

    Args:
        curves: the curves of all channels of the layer.
        by: a name in CURVE_ORDERS. Slope and peak are those of the mean.
        level: the index of the level whose slope counts; it matters for "slope" alone.

    Returns:
        (C,) the channel indices.

    Raises:
        VizcoreError: the order is unknown, or the level does not exist.
    """
    if by not in CURVE_ORDERS:
        raise VizcoreError(f"There is no order “{by}”; there are {', '.join(CURVE_ORDERS)}.")
    if not 0 <= level < len(curves.amounts):
        raise VizcoreError(f"There is no level {level}; there are {len(curves.amounts)}, counted from 0.")
    if by == "index":
        return np.arange(curves.mean.shape[1], dtype=np.int64)
    if by == "slope":
        keys = -slopes(curves.mean, curves.amounts)[level]
    elif by == "peak":
        keys = peaks(curves.mean, curves.amounts)
    else:
        keys = active_ranges(curves)[("wakes", "dies").index(by)]
    # NumPy sorts NaN to the end.
    return np.argsort(keys, kind="stable").astype(np.int64)


def probabilities_at_levels(answers: FloatArray, *, kind: str) -> DoubleArray:
    """The classes' probabilities at each level.

    Args:
        answers: (levels, classes), the network's last layer.
        kind: "logits", or "probabilities" where the network ends in a softmax.

    Returns:
        (levels, classes) float64.

    Raises:
        VizcoreError: an answer is not finite.
    """
    if kind == "logits":
        return np.stack([softmax(row) for row in answers])
    if not np.isfinite(answers).all():
        raise VizcoreError("The network's answer is not finite at some of the levels.")
    return np.asarray(answers, dtype=np.float64)


def winners_at_levels(answers: FloatArray) -> IntArray:
    """The class that leads at each level; among equals the first, as in `vizcore.activations.predictions.leading`.

    Args:
        answers: (levels, classes), logits or probabilities.

    Returns:
        (levels,) the indices of the classes.
    """
    classes: IntArray = np.argmax(answers, axis=1).astype(np.int64)
    return classes


def _rising(amounts: Sequence[float], curve: FloatArray | None = None) -> tuple[float, ...]:
    levels = tuple(float(amount) for amount in amounts)
    if len(levels) < 2 or any(not low < high for low, high in pairwise(levels)):
        raise VizcoreError("The levels of a curve are at least two amounts, each higher than the one before.")
    if curve is not None and (np.ndim(curve) != 2 or len(curve) != len(levels)):
        raise VizcoreError(
            f"A curve of {len(levels)} levels has the shape ({len(levels)}, channels); this one has {np.shape(curve)}."
        )
    return levels


def response_range(curves: Curves, channels: IntArray | None = None) -> tuple[float, float]:
    """The smallest and the largest response over all levels, mean and maximum alike.

    Args:
        curves: the curves of a layer.
        channels: (n,) the channels; all if left out.

    Returns:
        (smallest, largest). Values that are not finite do not count; (0, 0) if there are no others.
    """
    chosen = slice(None) if channels is None else channels
    return finite_range(np.concatenate([curves.mean[:, chosen], curves.maximum[:, chosen]]))


def responses_at(curve: FloatArray | DoubleArray, amounts: tuple[float, ...], amount: float) -> DoubleArray:
    """The values of the drawn curves at an amount: between two levels on the straight line that joins them.

    Args:
        curve: (levels, C).
        amounts: (levels,) rising.
        amount: any amount; beyond an end the end counts.

    Returns:
        (C,) float64; NaN if a level that is needed is NaN.
    """
    inside = min(max(amount, amounts[0]), amounts[-1])
    after = int(np.searchsorted(amounts, inside))
    # On a level its neighbours do not count, even if they are NaN.
    share = (inside - amounts[after - 1]) / (amounts[after] - amounts[after - 1]) if after else 1.0
    values: DoubleArray = curve.astype(np.float64)
    with np.errstate(invalid="ignore"):  # between two infinite responses: NaN
        here: DoubleArray = (
            values[after] if share == 1 else values[after - 1] + share * (values[after] - values[after - 1])
        )
    return here


def never_active(curves: Curves) -> IntArray:
    """The channels that are silent at all levels: (n,) indices."""
    return np.flatnonzero(~active(curves).any(axis=0)).astype(np.int64)


def is_vector(curves: Curves) -> bool:
    """Whether the layer is a vector: each channel is one unit, so mean and maximum are the same."""
    return np.array_equal(curves.mean, curves.maximum, equal_nan=True)


def finite_range(values: FloatArray) -> tuple[float, float]:
    """The smallest and the largest finite value; (0, 0) if there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
