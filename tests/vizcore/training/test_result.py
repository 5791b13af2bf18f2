"""A plan that goes on counts the epochs on from the training before."""

import numpy as np

from vizcore.datasets.source import SHAPES, Source
from vizcore.networks.entries import untrained_tutorial
from vizcore.networks.network import Network
from vizcore.training.options import Epoch, Options, Segment
from vizcore.training.result import NOTHING_YET, Plan, Trained

SOURCE, OPTIONS = Source(SHAPES, 40, 20), Options(epochs=3)


def trained(*numbers: int) -> Trained:
    """What came of a training of these epochs, without the network that nobody asks for here."""
    return Trained(
        history=tuple(Epoch(number, 1.0, 0.5, 1.0, 0.5, 2.0) for number in numbers),
        segments=(Segment(0.5, 1.0, 0.5),),
        data="Shapes",
        classes=("a", "b"),
        weights=(),
        accuracy=0.5,
        num_test=20,
        confusion=np.zeros((2, 2), np.int64),
        mistakes=(),
        network=Network(untrained_tutorial(), None, ("a", "b"), "logits", "logits", ""),
        weights_file=b"",
        card="{}",
    )


def test_a_training_that_starts_anew_has_nothing_before_it() -> None:
    plan = Plan(SOURCE, OPTIONS)
    assert (plan.first, plan.last, plan.course) == (0, 3, NOTHING_YET)


def test_a_training_that_goes_on_begins_after_the_last_epoch() -> None:
    before = trained(1, 2, 3, 4)
    plan = Plan(SOURCE, OPTIONS, before)
    assert (plan.first, plan.last) == (4, 7)
    assert (plan.course.history, plan.course.segments) == (before.history, before.segments)


def test_a_training_that_was_stopped_in_its_first_epoch_counts_from_there() -> None:
    plan = Plan(SOURCE, OPTIONS, trained())
    assert (plan.first, plan.last) == (0, 3)
    assert len(plan.course.segments) == 1
