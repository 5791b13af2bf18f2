"""What an edit did to a layer: the activation of the edited picture against that of the original.

Keras is not needed for it. All sums are taken in float64.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from vizcore.arrays import BoolArray, DoubleArray, FloatArray
from vizcore.errors import VizcoreError

if TYPE_CHECKING:
    from vizcore.activations.layer import LayerInfo


# Dropout and noise are for training only.
_TAKES_NOTHING_AWAY = frozenset(
    {"InputLayer", "ZeroPadding2D", "Identity", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout"}
)


@dataclass(frozen=True, eq=False)
class Change:
    """What became of a layer. Of a vector each unit is a channel.

    Attributes:
        mean_change: mean of |edited − original| over all units, the layer's own units.
        channel_change: (C,) float64, the same for each channel.
        cosine: of the angle between the two activations as long vectors, −1 … 1. 1: only the strength has changed. None
            where one of them is zero.
        woke: (C,) channels that were zero everywhere and are no longer.
        died: (C,) channels that are zero everywhere and were not.
        saturated: (C,) channels with a unit above the largest value of the whole layer on the original, or below the
            smallest. On the locked scale it is drawn at an end of the colours. This speaks of the scale: a ReLU has no
            upper end to reach.
    """

    mean_change: float
    channel_change: DoubleArray
    cosine: float | None
    woke: BoolArray
    died: BoolArray
    saturated: BoolArray

    @property
    def woke_share(self) -> float:
        """Share of the channels that woke, 0 … 1."""
        return float(self.woke.mean())

    @property
    def died_share(self) -> float:
        """Share of the channels that died, 0 … 1."""
        return float(self.died.mean())

    @property
    def saturated_share(self) -> float:
        """Share of the channels that go beyond the scale of the original, 0 … 1."""
        return float(self.saturated.mean())


def compared(original: FloatArray, edited: FloatArray) -> Change:
    """What an edit did to a layer.

    Args:
        original: (h, w, C) or (C,), the layer's own units, finite, at least one value.
        edited: the same shape.

    Raises:
        VizcoreError: other shapes, or values that are not finite.
    """
    before, after = _alike(original, edited)
    rows_before, rows_after = (values.reshape(-1, values.shape[-1]) for values in (before, after))
    channel_change = np.abs(rows_after - rows_before).mean(axis=0)
    was_silent, is_silent = (np.all(rows == 0, axis=0) for rows in (rows_before, rows_after))
    return Change(
        mean_change=float(channel_change.mean()),
        channel_change=channel_change,
        cosine=cosine(original, edited),
        woke=was_silent & ~is_silent,
        died=~was_silent & is_silent,
        saturated=(rows_after.max(axis=0) > rows_before.max()) | (rows_after.min(axis=0) < rows_before.min()),
    )


def cosine(one: FloatArray, other: FloatArray) -> float | None:
    """Cosine of the angle between two activations as long vectors.

    Args:
        one: any shape, finite, at least one value.
        other: the same shape.

    Returns:
        −1 … 1. None where one of them is zero and so has no direction.

    Raises:
        VizcoreError: as `compared`.
    """
    first, second = (values.ravel() for values in _alike(one, other))
    # Scaled to 1 first, so that squares neither overflow nor vanish.
    largest = [float(np.abs(values).max()) for values in (first, second)]
    if 0 in largest:
        return None
    first, second = first / largest[0], second / largest[1]
    value = first @ second / np.sqrt((first @ first) * (second @ second))
    return float(np.clip(value, -1, 1))


def difference(original: FloatArray, edited: FloatArray) -> FloatArray:
    """Edited − original, for each unit.

    Returns:
        The same shape, float32, the layer's own units, signed: show it in colours with zero in their middle, see
        `symmetric_range`.

    Raises:
        VizcoreError: as `compared`.
    """
    before, after = _alike(original, edited)
    return (after - before).astype(np.float32)


def symmetric_range(*differences: FloatArray) -> tuple[float, float]:
    """The range of a diverging palette: as far below zero as above, to the largest amount of any finite value.

    Returns:
        (−limit, limit); (0, 0) if there is no value but 0.
    """
    limit = 0.0
    for values in differences:
        amounts = np.abs(values[np.isfinite(values)])
        limit = max(limit, float(amounts.max(initial=0)))
    return 0.0 - limit, limit


def clipping_part(original: FloatArray, edited: FloatArray, unclipped: FloatArray) -> float:
    """How much of a change comes from the clip at 0 and 255: mean |edited − unclipped| / mean |edited − original|.

    Args:
        original: the layer on the picture as it is.
        edited: on the edited picture, unrounded; see `vizcore.inputs.prepared.prepared_exactly`.
        unclipped: on the same edit without the clip.

    Returns:
        0 where the clip changes nothing, also if the edit changes nothing. It may be more than 1: then the clip takes
        away more than is left. Infinite where it takes away all: white times two stays white.

    Raises:
        VizcoreError: as `compared`.
    """
    by_clip, in_all = compared(unclipped, edited).mean_change, compared(original, edited).mean_change
    if in_all == 0:
        return 0.0 if by_clip == 0 else inf
    return by_clip / in_all


def relative_change(original: FloatArray, edited: FloatArray) -> float:
    """‖edited − original‖ / ‖original − its mean‖, the lengths of the activations as long vectors.

    Against the spread of the original and not against its size, so that a layer that scales and shifts, as those that
    bring 0 … 255 to −1 … 1, leaves it as it is.

    Returns:
        0 or more; infinite where the original is constant and the edited is another, and 0 where both are the same.

    Raises:
        VizcoreError: as `compared`.
    """
    before, after = _alike(original, edited)
    moved, length = float(np.linalg.norm(after - before)), float(np.linalg.norm(before - before.mean()))
    if length == 0:
        return 0.0 if moved == 0 else inf
    return moved / length


def remaining_part(*, before: tuple[FloatArray, FloatArray], after: tuple[FloatArray, FloatArray]) -> float | None:
    """What is left of an edit behind some layers, as a share: their relative change over that in front of them.

    Args:
        before: original and edited in front of the layers.
        after: original and edited behind them, of another shape perhaps.

    Returns:
        0: the layers undo the edit. 1: it passes as it is. None where nothing was edited in front, or where a relative
        change is infinite because an original is constant.

    Raises:
        VizcoreError: as `compared`.
    """
    first, last = relative_change(*before), relative_change(*after)
    return None if first == 0 or inf in (first, last) else last / first


def preprocessing_layers(layers: Iterable["LayerInfo"]) -> tuple["LayerInfo", ...]:
    """The layers in front of the first one with a kernel: what a network does to a picture before it looks at it.

    Rescaling, Normalization, LayerNormalization and the like, in the network's order. Behind the last of them an edit
    is what the first kernel sees of it. Those that come last and take nothing away, as padding, are left out: zeros
    around a picture would count as a part of its spread.

    Args:
        layers: of a network, in its order; see `vizcore.activations.tracing.TracedNetwork`.
    """
    leading = list(takewhile(lambda layer: not layer.has_kernel, layers))
    while leading and leading[-1].kind in _TAKES_NOTHING_AWAY:
        leading.pop()
    return tuple(leading)


def _alike(one: FloatArray, other: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if first.shape != second.shape or first.ndim == 0 or first.size == 0:
        raise VizcoreError(
            f"Activations are compared unit by unit; these have the shapes {first.shape} and {second.shape}. Take the "
            "same layer twice."
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise VizcoreError("An activation holds values that are not finite numbers, so it cannot be compared.")
    return first, second
