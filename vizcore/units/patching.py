"""Which layers and channels carry the light: activation patching, with controls that prove that a patch took.

A layer or channel of the edited picture is replaced by what it is for the unedited one, and the rest of the network is
computed again. The share of the way back to the unedited answer is what the layer carries. The method: Heimersheim and
Nanda, "How to use and interpret activation patching", 2024, with clean = unedited, corrupted = edited ("denoising").
This needs no Keras.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.activations.interface import Continuation, Midway, Variants
from vizcore.arrays import BoolArray, FloatArray
from vizcore.units.answers import Decision
from vizcore.units.worth import answers_with_channels, changed_channels


@dataclass(frozen=True, eq=False)
class Patching:
    """Shares of the way from the edited answer, 0, back to the unedited one, 1.

    A share may be below 0 (the patch leads further away) or above 1 (it leads beyond). None where both answers are the
    same in the metric, up to rounding, so that there is no way.

    Attributes:
        layer: name of the layer.
        whole: the share of the whole layer.
        channels: the share of each channel; exactly 0 for one that the edit does not change. Empty where not asked for.
        nothing: the first control, a patch of no channel: exactly 0.
        with_bypass: the second control, a patch of the whole layer and of what leads past it: exactly 1.
        bypassed_by: the layers that lead past this one; "" for the network's input. Empty for a layer that cuts the
            network in two, and then `whole` is a control itself: exactly 1.
        unedited: (classes,) the unedited answer.
        edited: (classes,) the edited answer.
    """

    layer: str
    whole: float | None
    channels: tuple[float | None, ...]
    nothing: float | None
    with_bypass: float | None
    bypassed_by: tuple[str, ...]
    unedited: FloatArray
    edited: FloatArray

    @property
    def is_cut(self) -> bool:
        """Whether the light can reach the answer through this layer alone."""
        return not self.bypassed_by

    @property
    def about_bypass(self) -> str:
        """A sentence on why the whole layer need not give 1; empty for a cut."""
        if self.is_cut:
            return ""
        names = ["the picture itself" if not name else f"“{name}”" for name in self.bypassed_by]
        through = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        return (
            f"The light also leads past this layer, through {through}: the whole layer need not give 1, but it does "
            "together with what leads past it."
        )


def patching(
    behind: Continuation, unedited: Midway, edited: Midway, measured: Decision, *, by_channel: bool = True
) -> Patching:
    """What a layer carries, and each of its channels.

    Args:
        behind: the network behind the layer.
        unedited: the unedited picture, from `behind.midway`.
        edited: the edited one.
        measured: the metric, from `vizcore.units.answers.decision` of the unedited and the edited answer.
        by_channel: whether the channels are patched one by one, too.
    """
    nothing = np.zeros(edited.activation.shape[-1], dtype=np.bool_)
    # The controls go through the network by themselves like the two answers that they are compared with, because a pass
    # of several pictures may round another way.
    alone = [
        (unedited, unedited.activation),
        (edited, edited.activation),
        (edited, patched(edited.activation, unedited.activation, nothing)),
        (edited, patched(edited.activation, unedited.activation, ~nothing)),
        (
            Midway(edited.activation, unedited.beside),
            patched(edited.activation, unedited.activation, ~nothing),
        ),
    ]
    answers = [behind.answers(midway, Variants.of(activation[np.newaxis]))[0] for midway, activation in alone]
    channels: tuple[float | None, ...] = ()
    if by_channel:
        is_changed = changed_channels(edited.activation, unedited.activation)
        singly = answers_with_channels(behind, edited, unedited.activation, is_changed, otherwise=answers[1])
        channels = shares(singly, unedited=answers[0], edited=answers[1], measured=measured)
    controls = shares(np.stack(answers[2:]), unedited=answers[0], edited=answers[1], measured=measured)
    return Patching(
        layer=behind.layer,
        whole=controls[1],
        channels=channels,
        nothing=controls[0],
        with_bypass=controls[2],
        bypassed_by=behind.bypassed_by,
        unedited=answers[0],
        edited=answers[1],
    )


def patched(activation: FloatArray, other: FloatArray, channels: BoolArray) -> FloatArray:
    """An activation with some channels from another one.

    Args:
        activation: (h, w, C) or (C,).
        other: the same shape.
        channels: (C,) which come from it.
    """
    return np.where(channels, other, activation)


def shares(
    answers: FloatArray, *, unedited: FloatArray, edited: FloatArray, measured: Decision
) -> tuple[float | None, ...]:
    """How far some answers are on the way from the edited to the unedited one.

    Args:
        answers: (n, classes).
        unedited: (classes,), where the share is 1.
        edited: (classes,), where it is 0.
        measured: the metric.

    Returns:
        One for each; None where the way has no length beyond rounding, or a metric is not finite.
    """
    ends = np.stack([unedited, edited])
    end, start = measured.of(ends)
    length = end - start
    is_way = np.isfinite(length) and abs(length) > measured.rounding(ends)
    found = [(value - start) / length if is_way else np.nan for value in measured.of(answers)]
    return tuple(float(share) if np.isfinite(share) else None for share in found)
