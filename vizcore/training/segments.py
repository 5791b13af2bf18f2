"""Segments of a training: means over a few steps, for a smoother curve."""

from collections.abc import Sequence

import numpy as np

from vizcore.training.options import Segment, TrainingStep

_PER_EPOCH = 20


class Segments:
    """Collects steps into segments. A segment never extends into the next epoch.

    Args:
        epochs_before: number of epochs before the first step.
    """

    def __init__(self, *, epochs_before: int = 0) -> None:
        self._epochs_before = epochs_before
        self._steps: list[TrainingStep] = []

    def add(self, step: TrainingStep) -> Segment | None:
        """The segment that ends with this step; None if no segment ends here."""
        self._steps.append(step)
        if len(self._steps) < max(1, step.of // _PER_EPOCH) and step.index < step.of:
            return None
        steps, self._steps = self._steps, []
        return segment_of(steps, epochs_before=self._epochs_before)


def segment_of(steps: Sequence[TrainingStep], *, epochs_before: int) -> Segment:
    """The segment of some consecutive steps, at least one."""
    last = steps[-1]
    return Segment(
        until=epochs_before + last.epoch - 1 + last.index / last.of,
        loss=float(np.mean([step.loss for step in steps])),
        accuracy=float(np.mean([step.accuracy for step in steps])),
    )
