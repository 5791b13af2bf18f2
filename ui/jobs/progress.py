"""How far a training is, in words and numbers."""

from dataclasses import dataclass

from vizcore.training.options import Step
from vizcore.training.result import NOTHING_YET, Course, Plan

_STEPS_BEFORE_A_GUESS = 5
"""The first steps also build their graphs."""


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        words: what it is doing, and how far it is.
        share: of the whole, 0 … 1.
        seconds_left: a guess, or None as long as there is nothing to guess by.
        course: the epochs so far.
    """

    words: str
    share: float = 0.0
    seconds_left: float | None = None
    course: Course = NOTHING_YET


def downloading(name: str, received: int, expected: int) -> Progress:
    """While pictures are downloaded, of which so many bytes came."""
    share = received / expected if expected else 0.0
    return Progress(f"Downloading {name}: {received / 1e6:.1f} of {expected / 1e6:.1f} MB", share)


def learning(plan: Plan, step: Step, seconds: float) -> Progress:
    """After a step, so many seconds after the first one began."""
    done, total = (step.epoch - 1) * step.of + step.index, plan.options.epochs * step.of
    return Progress(
        f"Epoch {plan.first + step.epoch} of {plan.last} · step {step.index} of {step.of}",
        done / total,
        seconds / done * (total - done) if done >= _STEPS_BEFORE_A_GUESS else None,
    )


def measuring(done: int, of: int, *, stopped: bool) -> Progress:
    """While the network is measured, after so many of the test pictures."""
    how = "Stopped. " if stopped else ""
    return Progress(f"{how}Measuring on the test pictures: {done:,} of {of:,}", done / of)
