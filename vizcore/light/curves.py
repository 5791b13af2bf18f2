"""One picture at many levels of brightness: how every channel's mean and maximum follow, and what can be read off it.

The curves come from `TracedNetwork.summarise_many`; all else is arithmetic on them. Importing this does not import
TensorFlow.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from vizcore.activations.predictions import softmax
from vizcore.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError

if TYPE_CHECKING:
    from vizcore.activations.tracing import TracedNetwork


CURVE_ORDERS = MappingProxyType(
    {
        "index": "the layer's own order",
        "slope": "the fastest rise first, at the level that is looked at",
        "peak": "the peak at the lowest amount first",
        "wakes": "active from the lowest amount first",
        "dies": "active up to the lowest amount first",
    }
)
"""The orders of channels that curves give: name → what comes first."""

MOST_VALUES = 2**21
"""How many numbers the largest layer may have in one pass over several pictures, 8 MB: larger passes are not faster."""


@dataclass(frozen=True, eq=False)
class Curves:
    """How a layer follows the amount.

    Attributes:
        amounts: rising, at least two.
        mean: (levels, C) float32, each channel's mean at each level, the layer's own units.
        maximum: (levels, C) float32, each channel's maximum. Of a vector both are the value of the unit.
    """

    amounts: tuple[float, ...]
    mean: FloatArray
    maximum: FloatArray


def tuning_curves(
    network: "TracedNetwork",
    amounts: Sequence[float],
    layer_names: Iterable[str],
    *,
    batch_of: Callable[[Sequence[float]], FloatArray],
    most_values: int = MOST_VALUES,
) -> dict[str, Curves]:
    """Mean and maximum of every channel of some layers at many levels.

    The levels go through the network in as many passes as memory asks for, and no feature map is kept. For what the
    network answers, ask for its last layer too: its `mean` is the answer at each level.

    Args:
        network: a traced network.
        amounts: the levels, rising, at least two; see `vizcore.edits.amounts.Amounts.levels`.
        layer_names: which layers, by name.
        batch_of: makes the network's input (n, h, w, colours) for some of the amounts, as
            `vizcore.inputs.prepared.prepared_levels` does.
        most_values: how many numbers the largest layer may have in one pass.

    Raises:
        VizcoreError: amounts that do not rise, an unknown layer, or what `batch_of` raises.
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
            frozen(np.concatenate([one[name].mean for one in passes])),
            frozen(np.concatenate([one[name].maximum for one in passes])),
        )
        for name in names
    }


def pictures_at_once(shapes: Iterable[tuple[int, ...]], *, most_values: int = MOST_VALUES) -> int:
    """How many pictures a pass may take: at least 1, else as many as leave no layer with more numbers than allowed.

    Args:
        shapes: of the network's layers, for one picture.
        most_values: how many numbers a layer may have.
    """
    return max(1, most_values // max((prod(shape) for shape in shapes), default=1))


def slopes(curve: FloatArray, amounts: Sequence[float]) -> DoubleArray:
    """How fast each channel's curve rises at each level.

    The central difference, weighted where the steps on both sides differ, so that it is exact for parabolas; at the
    two ends the difference to the one neighbour.

    Args:
        curve: (levels, C), a mean or a maximum.
        amounts: of the levels.

    Returns:
        (levels, C) float64, the layer's own units per unit of the amount.

    Raises:
        VizcoreError: amounts that do not rise, or another number of them than of levels.
    """
    steps = np.diff(_rising(amounts, curve))[:, np.newaxis]
    # Infinite responses have no slope: NaN, as everything that comes of them.
    with np.errstate(invalid="ignore"):
        secants = np.diff(np.asarray(curve, dtype=np.float64), axis=0) / steps
        # Of secants and not of values, as NumPy's gradient: a channel that stands still has a slope of exactly 0.
        inner = (secants[:-1] * steps[1:] + secants[1:] * steps[:-1]) / (steps[1:] + steps[:-1])
    return np.concatenate([secants[:1], inner, secants[-1:]])


def peaks(curve: FloatArray, amounts: Sequence[float]) -> DoubleArray:
    """The amount at which each channel is strongest, among the levels.

    Args:
        curve: (levels, C), a mean or a maximum.
        amounts: of the levels.

    Returns:
        (C,) float64. Of equal peaks the lowest amount; NaN for a channel that is the same at all levels, or not finite
        at one of them.

    Raises:
        VizcoreError: as `slopes`.
    """
    levels = np.array(_rising(amounts, curve))
    values = np.asarray(curve)
    has_peak = np.isfinite(values).all(axis=0) & (values != values[:1]).any(axis=0)
    return np.where(has_peak, levels[values.argmax(axis=0)], np.nan)


def active(curves: Curves) -> BoolArray:
    """Whether each channel says anything at each level: (levels, C).

    Behind a ReLU a channel whose maximum is zero is silent; zeros that padding puts around negative values are not.
    """
    said: BoolArray = (curves.maximum != 0) | (curves.mean != 0)
    return said


def active_ranges(curves: Curves) -> tuple[DoubleArray, DoubleArray]:
    """Where each channel wakes and where it dies: the first and the last level at which it is active.

    In between it may be silent again; and between two levels it is not known.

    Returns:
        Two (C,) float64, amounts; NaN in both for a channel that is silent at all levels.
    """
    levels, is_active = np.array(curves.amounts), active(curves)
    ever = is_active.any(axis=0)
    first, last = is_active.argmax(axis=0), len(levels) - 1 - is_active[::-1].argmax(axis=0)
    return np.where(ever, levels[first], np.nan), np.where(ever, levels[last], np.nan)


def order_by_curves(curves: Curves, by: str, *, level: int = 0) -> IntArray:
    """The channels in an order that their curves give; equals by index, channels without an answer last.

    Args:
        curves: of all channels of the layer.
        by: a name in CURVE_ORDERS. Slope and peak are those of the mean.
        level: for "slope", the index of the level that is looked at.

    Returns:
        (C,) the channel indices.

    Raises:
        VizcoreError: an unknown order, or a level that does not exist.
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
        VizcoreError: an answer that is not finite.
    """
    if kind == "logits":
        return np.stack([softmax(row) for row in answers])
    if not np.isfinite(answers).all():
        raise VizcoreError("The network's answer is not finite at some of the levels.")
    return np.asarray(answers, dtype=np.float64)


def winners_at_levels(answers: FloatArray) -> IntArray:
    """The class that leads at each level; of equals the first, as in `vizcore.activations.predictions.leading`.

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
        curves: of a layer.
        channels: which of its channels; all if left out.

    Returns:
        Values that are not finite do not count; without any other, (0, 0).
    """
    chosen = slice(None) if channels is None else channels
    return finite_range(np.concatenate([curves.mean[:, chosen], curves.maximum[:, chosen]]))


def responses_at(curve: FloatArray | DoubleArray, amounts: tuple[float, ...], amount: float) -> DoubleArray:
    """Where the drawn curves are at an amount: between two levels on the straight line from one to the other.

    Args:
        curve: (levels, C).
        amounts: of the levels.
        amount: beyond the ends, the end.

    Returns:
        (C,) float64; NaN where a level that is needed is.
    """
    inside = min(max(amount, amounts[0]), amounts[-1])
    after = int(np.searchsorted(amounts, inside))
    # On a level its neighbours do not matter, not even if they are NaN.
    share = (inside - amounts[after - 1]) / (amounts[after] - amounts[after - 1]) if after else 1.0
    values: DoubleArray = curve.astype(np.float64)
    with np.errstate(invalid="ignore"):  # between two infinite responses: NaN
        here: DoubleArray = (
            values[after] if share == 1 else values[after - 1] + share * (values[after] - values[after - 1])
        )
    return here


def never_active(curves: Curves) -> IntArray:
    """The channels whose response is zero at all levels: those that do not wake."""
    return np.flatnonzero(~active(curves).any(axis=0)).astype(np.int64)


def is_vector(curves: Curves) -> bool:
    """Whether mean and maximum are the same, as those of units are."""
    return np.array_equal(curves.mean, curves.maximum, equal_nan=True)


def finite_range(values: FloatArray) -> tuple[float, float]:
    """The smallest and the largest finite value; (0, 0) if there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
