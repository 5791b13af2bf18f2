"""What a channel is worth: the answer when it is held, and all channels of a layer ranked by that.

Only the part of the network behind the layer is computed, for many channels in one pass. This needs no Keras.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vizcore.activations.interface import Continuation, Midway, Variants
from vizcore.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.units.answers import decision

_Hold = Callable[[FloatArray, FloatArray], FloatArray]


def _zero(shown: FloatArray, _: FloatArray) -> FloatArray:
    return np.zeros_like(shown)


def _mean(shown: FloatArray, _: FloatArray) -> FloatArray:
    cells = tuple(range(shown.ndim - 1))
    return np.broadcast_to(shown.mean(axis=cells, dtype=np.float64).astype(np.float32), shown.shape)


def _unedited(_: FloatArray, original: FloatArray) -> FloatArray:
    return original


HOLDS: Mapping[str, _Hold] = MappingProxyType({"zero": _zero, "mean": _mean, "unedited": _unedited})
"""Name → function of a layer's activation and of that for the unedited picture, which gives what channels are held at.

"zero": nothing. "mean": the channel's mean over its map, in every cell. A unit of a vector is its own mean, so that
nothing changes. "unedited": what it was for the unedited picture, cell by cell.
"""


@dataclass(frozen=True, eq=False)
class Worth:
    """The answers of a network while one channel of a layer after the other is held.

    Attributes:
        layer: name of the layer.
        hold: a name in HOLDS.
        answer: (classes,) float32, the network's own units, while nothing is held.
        answers: (C, classes) float32, while each channel is held. `vizcore.activations.predictions.leading` makes the
            most probable classes of one of them.
        is_changed: (C,) bool, whether the hold changes the channel at all. Where it does not, the answer is the same.
        effect: (C,) float64, how much the hold raises the winner's logit above that of the second class. Below 0: the
            channel speaks for the winner. Both classes are those of `answer`.
    """

    layer: str
    hold: str
    answer: FloatArray
    answers: FloatArray
    is_changed: BoolArray
    effect: DoubleArray

    @property
    def order(self) -> IntArray:
        """(C,) the channels: the largest effect first, whatever its sign; equal ones by index."""
        return np.argsort(-np.abs(self.effect), kind="stable").astype(np.int64)

    @property
    def winners(self) -> IntArray:
        """(C,) the class that wins while each channel is held."""
        return np.asarray(self.answers.argmax(axis=1), dtype=np.int64)


def worth(
    behind: Continuation,
    shown: Midway,
    *,
    hold: str,
    answer_kind: str,
    original: Midway | None = None,
    channels: IntArray | None = None,
) -> Worth:
    """The answers while one channel of a layer after the other is held.

    Args:
        behind: the network behind the layer.
        shown: the picture that is looked at, from `behind.midway`.
        hold: a name in HOLDS.
        answer_kind: "logits" or "probabilities".
        original: the unedited picture; needed for the hold "unedited".
        channels: those that are held; all by default. The others count as not changed.

    Raises:
        VizcoreError: an unknown hold, one without the picture that it needs, or an answer that is no classes.
    """
    activation, held = shown.activation, held_at(hold, shown, original)
    is_changed = changed_channels(activation, held)
    if channels is not None:
        is_changed &= np.isin(np.arange(is_changed.size), channels)
    answer = behind.answers(shown, Variants.of(activation[np.newaxis]))[0]
    answers = answers_with_channels(behind, shown, held, is_changed, otherwise=answer)
    measured = decision(answer, answer, answer_kind=answer_kind)
    effect = measured.of(answers) - measured.of(answer[np.newaxis])
    return Worth(behind.layer, hold, answer, answers, frozen(is_changed), frozen(effect))


def held_at(hold: str, shown: Midway, original: Midway | None) -> FloatArray:
    """What the channels of a layer are held at: (h, w, C) or (C,).

    Args:
        hold: a name in HOLDS.
        shown: the picture that is looked at.
        original: the unedited picture; needed for the hold "unedited".

    Raises:
        VizcoreError: an unknown hold, or one without the picture that it needs.
    """
    if hold not in HOLDS:
        raise VizcoreError(f"There is no hold “{hold}”; there are {', '.join(HOLDS)}.")
    if hold == "unedited" and original is None:
        raise VizcoreError("To hold a channel at its value for the unedited picture, that picture is needed.")
    return HOLDS[hold](shown.activation, (original or shown).activation)


def changed_channels(activation: FloatArray, other: FloatArray) -> BoolArray:
    """(C,) which channels of two activations (h, w, C) or (C,) differ in some cell. NaN is the same as NaN."""
    differs = (activation != other) & ~(np.isnan(activation) & np.isnan(other))
    return np.asarray(differs.any(axis=tuple(range(differs.ndim - 1))))


def answers_with_channels(
    behind: Continuation, shown: Midway, other: FloatArray, chosen: BoolArray, *, otherwise: FloatArray
) -> FloatArray:
    """The answers with one channel after the other taken from another activation.

    Args:
        behind: the network behind the layer.
        shown: the picture that the other channels come from.
        other: (h, w, C) or (C,), what a channel is replaced by.
        chosen: (C,) which channels are replaced. The others are not computed.
        otherwise: (classes,) the answer of those.

    Returns:
        (C, classes) float32, read-only.
    """
    numbers = np.flatnonzero(chosen)

    def make(start: int, end: int) -> FloatArray:
        some = numbers[start:end]
        variants = np.repeat(shown.activation[np.newaxis], len(some), axis=0)
        for variant, channel in zip(variants, some, strict=True):
            variant[..., channel] = other[..., channel]
        return variants

    answers = np.repeat(otherwise[np.newaxis], chosen.size, axis=0)
    if numbers.size:
        answers[numbers] = behind.answers(shown, Variants(numbers.size, make))
    return frozen(answers)
