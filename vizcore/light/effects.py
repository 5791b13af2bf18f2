"""What an edit does to each channel, in words: it woke, fell silent, was excited or inhibited. This needs no Keras.

The words for a channel that takes part are those of Bluff (Das et al., 2020), which compares a picture with an attacked
one.
"""

from enum import StrEnum

import numpy as np

from vizcore.arrays import FloatArray
from vizcore.errors import VizcoreError

LARGE = 0.1
"""A mean that rises or falls by this part of the larger of the two, or more, counts as excited or inhibited."""


class Effect(StrEnum):
    """What an edit did to a channel.

    WOKE: its mean was 0 and is not. Behind a ReLU a mean of 0 is a map of zeros.
    FELL_SILENT: its mean was not 0 and is.
    EXCITED: its mean rose, by LARGE of the larger size or more.
    INHIBITED: its mean fell by as much.
    STEADY: none of these.
    """

    WOKE = "woke"
    FELL_SILENT = "fell silent"
    EXCITED = "excited"
    INHIBITED = "inhibited"
    STEADY = "steady"


def effects(original: FloatArray, edited: FloatArray) -> tuple[Effect, ...]:
    """What an edit did to each channel of a layer.

    Args:
        original: (C,) the mean activation of each channel for the unedited picture, finite.
        edited: (C,) the same for the edited one.

    Raises:
        VizcoreError: the numbers of channels differ, or a value is not finite.
    """
    before, after = (np.asarray(means, dtype=np.float64) for means in (original, edited))
    if before.ndim != 1 or before.shape != after.shape:
        raise VizcoreError(
            f"Means of the same channels are compared; these have the shapes {before.shape} and {after.shape}."
        )
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        raise VizcoreError("A channel's mean is not a finite number, so it cannot be compared.")
    return tuple(_effect(first, second) for first, second in zip(before.tolist(), after.tolist(), strict=True))


def _effect(before: float, after: float) -> Effect:
    if before == 0 or after == 0:
        if before == after:
            return Effect.STEADY
        return Effect.WOKE if before == 0 else Effect.FELL_SILENT
    if abs(after - before) < LARGE * max(abs(before), abs(after)):
        return Effect.STEADY
    return Effect.EXCITED if after > before else Effect.INHIBITED
