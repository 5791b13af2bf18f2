"""The progress of a job, in words and numbers."""

from dataclasses import dataclass

from vizcore.training.options import TrainingStep
from vizcore.training.result import NOTHING_YET, Course, Plan

_STEPS_BEFORE_A_GUESS = 5
"""The first steps are slow, because they also build their graphs."""


@dataclass(frozen=True)
class Doing:
    """What a job is doing.

    Attributes:
        words: the current activity and its progress.
        share: of the activity that is done, 0 … 1.
        seconds_left: an estimate; None while it is too early for one.
    """

    words: str
    share: float = 0.0
    seconds_left: float | None = None


@dataclass(frozen=True)
class Progress(Doing):
    """The progress of a training.

    Attributes:
        course: the epochs so far.
    """

    course: Course = NOTHING_YET


def downloading(name: str, received: int, expected: int) -> Progress:
    """The progress during the download of a data set.

    Args:
        name: of the data set.
        received: number of bytes that have arrived.
        expected: number of bytes of the whole download; 0 if unknown.
    """
    share = received / expected if expected else 0.0
    return Progress(f"Downloading {name}: {received / 1e6:.1f} of {expected / 1e6:.1f} MB", share)


def learning(plan: Plan, step: TrainingStep, seconds: float) -> Progress:
    """The progress after a step.

    Args:
        plan: of the training.
        step: the last step.
        seconds: since the first step of this run began.
    """
    done, total = (step.epoch - 1) * step.of + step.index, plan.options.epochs * step.of
    return Progress(
        f"Epoch {plan.first + step.epoch} of {plan.last} · step {step.index} of {step.of}",
        done / total,
        seconds / done * (total - done) if done >= _STEPS_BEFORE_A_GUESS else None,
    )


def measuring(done: int, of: int, *, stopped: bool) -> Progress:
    """The progress while the network is measured.

    Args:
        done: number of test pictures that the network has answered.
        of: number of test pictures.
        stopped: whether the training was stopped early.
    """
    how = "Stopped. " if stopped else ""
    return Progress(f"{how}Measuring on the test pictures: {done:,} of {of:,}", done / of)
