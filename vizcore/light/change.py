"""How an edit changed a layer: the activation of the edited picture against that of the original.

This module does not need Keras. All sums are computed in float64.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from math import inf

import numpy as np

from vizcore.activations.layer import LayerInfo
from vizcore.arrays import BoolArray, DoubleArray, FloatArray
from vizcore.errors import VizcoreError

# Dropout and noise act in training only.
_TAKES_NOTHING_AWAY = frozenset(
    {"InputLayer", "ZeroPadding2D", "Identity", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout"}
)


@dataclass(frozen=True, eq=False)
class Change:
    """How a layer has changed. In a vector each unit is a channel.

    Attributes:
        mean_change: mean of |edited − original| over all units, in the layer's own units.
        channel_change: (C,) float64, the same for each channel.
        cosine: −1 … 1, the cosine of the angle between the two activations as long vectors. 1: only the strength has
            changed. None if one of them is zero.
        woke: (C,) bool, channels that were zero everywhere and are no longer.
        died: (C,) bool, channels that are zero everywhere and were not.
        saturated: (C,) bool, channels with a unit above the largest value of the whole layer on the original, or below
            the smallest. On the locked scale such a unit is drawn at an end of the colours. This is about the scale: a
            ReLU has no upper end to reach.
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
    """How an edit changed a layer.

    Args:
        original: (h, w, C) or (C,), the layer's own units, finite, at least one value.
        edited: the same shape.

    Raises:
        VizcoreError: the shapes differ or are empty, or a value is not finite.
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


def cosine(before: FloatArray, after: FloatArray) -> float | None:
    """Cosine of the angle between two activations as long vectors.

    Args:
        before: any shape, finite, at least one value.
        after: the same shape.

    Returns:
        −1 … 1. None if one of them is zero and so has no direction.

    Raises:
        VizcoreError: as `compared`.
    """
    first, second = (values.ravel() for values in _alike(before, after))
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
        The same shape, float32, the layer's own units, signed. Show it in colours whose middle is zero; see
        `symmetric_range`.

    Raises:
        VizcoreError: as `compared`.
    """
    before, after = _alike(original, edited)
    return (after - before).astype(np.float32)


def symmetric_range(*differences: FloatArray) -> tuple[float, float]:
    """The range of a diverging palette: as far below zero as above, up to the largest magnitude of a finite value.

    Returns:
        (−limit, limit); (0, 0) if all finite values are 0.
    """
    limit = 0.0
    for values in differences:
        amounts = np.abs(values[np.isfinite(values)])
        limit = max(limit, float(amounts.max(initial=0)))
    return 0.0 - limit, limit


def strong_size(values: FloatArray, *, percentile: float = 97.0) -> float:
    """The size that only the strongest of some signed values exceed.

    Args:
        values: any shape. Values that are not finite do not count.
        percentile: of the magnitudes, 0 … 100.

    Returns:
        The percentile of the magnitudes; the largest of them where the percentile is 0; 0 if all are 0.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if sizes.size == 0:
        return 0.0
    return float(np.percentile(sizes, percentile)) or float(sizes.max())


def clipping_part(original: FloatArray, edited: FloatArray, unclipped: FloatArray) -> float:
    """The part of a change that comes from the clip at 0 and 255: mean |edited − unclipped| / mean |edited − original|.

    Args:
        original: any shape, the layer's activation on the picture as it is.
        edited: the same shape, on the edited picture, unrounded; see `vizcore.inputs.prepared.prepared_exactly`.
        unclipped: the same shape, under the same edit without the clip.

    Returns:
        0 or more. 0: the clip changes nothing, which is also the result if the edit changes nothing. Above 1: the clip
        takes away more than it leaves. Infinite: the clip takes away everything, as white times two stays white.

    Raises:
        VizcoreError: as `compared`.
    """
    by_clip, in_all = compared(unclipped, edited).mean_change, compared(original, edited).mean_change
    if in_all == 0:
        return 0.0 if by_clip == 0 else inf
    return by_clip / in_all


def relative_change(original: FloatArray, edited: FloatArray) -> float:
    """‖edited − original‖ / ‖original − its mean‖, the lengths of the activations as long vectors.

    The change is divided by the spread of the original, not by its size. So a layer that scales and shifts, such as one
    that maps 0 … 255 to −1 … 1, does not alter the result.

    Returns:
        0 or more. If the original is constant, 0 where the edited activation is the same, and infinite otherwise.

    Raises:
        VizcoreError: as `compared`.
    """
    before, after = _alike(original, edited)
    moved, length = float(np.linalg.norm(after - before)), float(np.linalg.norm(before - before.mean()))
    if length == 0:
        return 0.0 if moved == 0 else inf
    return moved / length


def remaining_part(*, before: tuple[FloatArray, FloatArray], after: tuple[FloatArray, FloatArray]) -> float | None:
    """The share of an edit that is left behind some layers: the relative change behind them over that in front.

    Args:
        before: any shape, original and edited in front of the layers.
        after: any shape, original and edited behind them.

    Returns:
        0: the layers undo the edit. 1: it passes unchanged. None: nothing was edited in front, or a relative change is
        infinite because an original is constant.

    Raises:
        VizcoreError: as `compared`.
    """
    first, last = relative_change(*before), relative_change(*after)
    return None if first == 0 or inf in (first, last) else last / first


def preprocessing_layers(layers: Iterable[LayerInfo]) -> tuple[LayerInfo, ...]:
    """The layers in front of the first one with a kernel: the network's own preprocessing.

    These are Rescaling, Normalization, LayerNormalization and the like, in the network's order. Behind the last of them
    an edit is as the first kernel sees it. Layers at the end that take nothing away, such as padding, are left out:
    zeros around a picture would count as a part of its spread.

    Args:
        layers: the layers of a network, in its order; see `vizcore.activations.tracing.TracedNetwork`.
    """
    leading = list(takewhile(lambda layer: not layer.has_kernel, layers))
    while leading and leading[-1].kind in _TAKES_NOTHING_AWAY:
        leading.pop()
    return tuple(leading)


def _alike(before: FloatArray, after: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != second.shape or first.ndim == 0 or first.size == 0:
        raise VizcoreError(
            f"Activations are compared unit by unit; these have the shapes {first.shape} and {second.shape}. Take the "
            "same layer twice."
        )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise VizcoreError("An activation holds values that are not finite numbers, so it cannot be compared.")
    return first, second
