"""Steps put together into segments, against means that were worked out by hand."""

import pytest

from vizcore.training.options import Segment, TrainingStep
from vizcore.training.segments import Segments, segment_of


def added(num_steps: int, num_epochs: int = 1, *, epochs_before: int = 0) -> list[Segment]:
    """The segments of whole epochs; the loss of a step is its number."""
    segments, found, number = Segments(epochs_before=epochs_before), [], 0
    for epoch in range(1, num_epochs + 1):
        for index in range(1, num_steps + 1):
            number += 1
            segment = segments.add(TrainingStep(epoch, index, num_steps, loss=float(number), accuracy=number / 1000))
            if segment is not None:
                found.append(segment)
    return found


def test_a_segment_has_the_means_of_its_steps_and_ends_where_the_last_one_does() -> None:
    steps = [TrainingStep(2, index, 8, loss, accuracy) for index, loss, accuracy in ((3, 1.0, 0.25), (4, 4.0, 0.5))]
    assert segment_of(steps, epochs_before=5) == Segment(until=6.5, loss=2.5, accuracy=0.375)


def test_a_short_epoch_has_a_segment_for_every_step() -> None:
    assert [segment.until for segment in added(4)] == [0.25, 0.5, 0.75, 1]
    assert [segment.loss for segment in added(4)] == [1, 2, 3, 4]
    # Fewer than two steps a segment would be one.
    assert len(added(39)) == 39


def test_a_long_epoch_has_about_twenty_segments_and_none_reaches_into_the_next() -> None:
    found = added(47, num_epochs=2)
    # 23 of two steps, and the last step by itself, in each epoch.
    assert len(found) == 48
    assert [segment.loss for segment in found[:3]] == [1.5, 3.5, 5.5]
    assert found[23] == Segment(until=1, loss=47, accuracy=pytest.approx(0.047))
    assert found[24].loss == 48.5
    assert found[-1].until == 2


def test_a_training_that_goes_on_counts_on() -> None:
    assert [segment.until for segment in added(2, epochs_before=3)] == [3.5, 4]
