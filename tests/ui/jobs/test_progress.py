"""How far a training is, in words and numbers that were worked out by hand."""

import pytest

from ui.jobs.progress import Progress, downloading, learning, measuring
from vizcore.datasets.source import SHAPES, Source
from vizcore.training.options import Options, TrainingStep
from vizcore.training.result import Plan

PLAN = Plan(Source(SHAPES, 160, 40), Options(epochs=3, batch_size=16))


def step(epoch: int, index: int) -> TrainingStep:
    return TrainingStep(epoch, index, 10, loss=1.0, accuracy=0.5)


def test_a_download_is_told_in_megabytes() -> None:
    assert downloading("CIFAR-10", 42_600_000, 170_400_000) == Progress(
        "Downloading CIFAR-10: 42.6 of 170.4 MB", share=0.25
    )
    # As long as the server has not said how many there are.
    assert downloading("CIFAR-10", 0, 0).share == 0


def test_a_step_is_told_with_its_epoch_and_the_time_that_is_left() -> None:
    told = learning(PLAN, step(2, 5), seconds=6.0)
    # 15 of 30 steps took 6 seconds.
    assert (told.words, told.share) == ("Epoch 2 of 3 · step 5 of 10", 0.5)
    assert told.seconds_left == pytest.approx(6.0)
    last = learning(PLAN, step(3, 10), seconds=12.0)
    assert (last.share, last.seconds_left) == (1.0, 0.0)


def test_the_first_steps_are_no_measure_of_the_others() -> None:
    assert [learning(PLAN, step(1, index), 1.0).seconds_left is None for index in (1, 4, 5)] == [True, True, False]


def test_measuring_is_told_in_pictures() -> None:
    assert measuring(1200, 4800, stopped=False) == Progress("Measuring on the test pictures: 1,200 of 4,800", 0.25)
    assert measuring(0, 4800, stopped=True).words == "Stopped. Measuring on the test pictures: 0 of 4,800"
