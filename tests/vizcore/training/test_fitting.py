"""Training improves on chance, can be stopped, and says of every step and epoch what the network can do."""

import inspect
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.vizcore.training.test_batches import batches, noise
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.datasets.shapes import shapes_dataset
from vizcore.errors import VizcoreError
from vizcore.training.batches import batch_of
from vizcore.training.fitting import Watch, epochs, prepare, probabilities
from vizcore.training.measures import cross_entropy
from vizcore.training.options import SHAPES_OPTIONS, Options, TrainingStep

TINY = Options(epochs=3, batch_size=8)


def test_probabilities_are_the_softmax_of_the_logits_in_any_batches(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    given = probabilities(model, tiny.test, batch_size=7)
    logits = model(batch_of(tiny.test.pixels, (64, 64)), training=False).numpy().astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(given, powers / powers.sum(axis=1, keepdims=True), atol=1e-6)


def test_the_options_for_shapes_are_few_steps() -> None:
    # How well they do is measured where time does not matter: this many steps take a minute or more.
    pictures = inspect.signature(shapes_dataset).parameters["training"].default
    assert SHAPES_OPTIONS.epochs * -(-pictures // SHAPES_OPTIONS.batch_size) <= 300


@pytest.mark.parametrize(
    "changed",
    [
        {"epochs": 0},
        {"batch_size": 0},
        {"learning_rate": 0.0},
        {"learning_rate": 1.0},
        {"learning_rate": float("nan")},
        {"weight_decay": -0.1},
        {"weight_decay": float("nan")},
        {"weight_decay": float("inf")},
        {"seed": -1},
    ],
    ids=str,
)
def test_options_without_sense_are_refused(changed: dict[str, Any], tiny: Dataset) -> None:
    with pytest.raises(VizcoreError, match="Training takes at least one epoch"):
        prepare(tiny, replace(TINY, **changed))


def test_data_without_pictures_or_with_one_class_is_refused(tiny: Dataset) -> None:
    nothing = tiny.test.at(np.arange(0))
    for dataset in (replace(tiny, training=nothing), replace(tiny, test=nothing)):
        with pytest.raises(VizcoreError, match="at least one picture"):
            prepare(dataset, TINY)
    with pytest.raises(VizcoreError, match="two of them at least"):
        prepare(replace(tiny, classes=("circle",)), TINY)


def test_the_rate_rises_for_a_short_time_and_falls_to_zero(tiny: Dataset) -> None:
    model = prepare(tiny, Options(epochs=20, batch_size=8, learning_rate=0.01))
    # 100 steps, of which 4 for the rise.
    rates = []
    for step in (0, 4, 52, 100):
        model.optimizer.iterations.assign(step)
        rates.append(float(model.optimizer.learning_rate))
    assert rates == pytest.approx([0.0025, 0.01, 0.005, 0], abs=1e-6)


def test_a_short_training_on_shapes_is_better_than_chance() -> None:
    dataset = shapes_dataset(training=1200, test=200)
    options = replace(SHAPES_OPTIONS, epochs=1, batch_size=16)
    (epoch,) = epochs(prepare(dataset, options), dataset, options)
    # Chance is 10 %, with a standard deviation of 2 %.
    assert epoch.validation_accuracy > 0.2
    assert epoch.validation_loss < np.log(10)
    assert epoch.number == 1
    assert epoch.seconds > 0


def test_after_an_epoch_the_validation_pictures_are_measured_if_there_are_such(tiny: Dataset) -> None:
    random = np.random.default_rng(0)
    noise = Pictures(random.integers(0, 256, (7, 32, 32, 3), dtype=np.uint8), np.arange(7) % 2)
    found = []
    for dataset in (tiny, replace(tiny, validation=noise), replace(tiny, test=noise)):
        (epoch,) = epochs(prepare(dataset, replace(TINY, epochs=1)), dataset, replace(TINY, epochs=1))
        found.append((epoch.validation_loss, epoch.validation_accuracy))
    assert found[1] == pytest.approx(found[2], abs=1e-6)
    assert found[1][0] != pytest.approx(found[0][0], abs=1e-3)


def stopped_after(number: int) -> tuple[Watch, list[TrainingStep]]:
    """Stops the run after so many steps, as a button does."""
    steps: list[TrainingStep] = []
    return Watch(after_step=steps.append, stopped=lambda: len(steps) == number), steps


def test_a_stopped_run_ends_after_the_step_and_an_unfinished_epoch_gives_nothing(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    watch, steps = stopped_after(2)
    assert list(epochs(model, tiny, TINY, watch=watch)) == []
    assert len(steps) == 2
    # Five steps are an epoch; this one stops in the second.
    watch, steps = stopped_after(7)
    assert [epoch.number for epoch in epochs(model, tiny, TINY, watch=watch)] == [1]
    assert len(steps) == 7


def test_an_epoch_says_what_the_network_can_do_now(tiny: Dataset) -> None:
    model = prepare(tiny, TINY)
    for number, epoch in enumerate(epochs(model, tiny, TINY), start=1):
        assert epoch.number == number
        given = probabilities(model, tiny.test)
        assert epoch.validation_loss == pytest.approx(cross_entropy(given, tiny.test.labels))
        assert epoch.validation_accuracy == np.mean(given.argmax(axis=1) == tiny.test.labels)
        assert 0 <= epoch.accuracy <= 1
    assert number == 3


def test_the_loss_of_a_step_is_that_of_its_own_batch(tiny: Dataset) -> None:
    # So low a rate that no weight moves. Every logit is its bias, so a class's loss is the same in every picture.
    options = Options(epochs=2, batch_size=12, learning_rate=1e-30, weight_decay=0, augment=False)
    model = prepare(tiny, options)
    bias = np.linspace(-3, 3, 10, dtype=np.float32)
    model.get_layer("logits").set_weights([np.zeros((64, 10), np.float32), bias])
    loss_of_class = np.log(np.exp(bias.astype(np.float64)).sum()) - bias
    steps: list[TrainingStep] = []
    list(epochs(model, tiny, options, watch=Watch(after_step=steps.append)))
    labels = [made for epoch in (1, 2) for _, made in batches(tiny, options, epoch)]
    # Four pictures are left for the last batch of an epoch.
    assert [len(made) for made in labels] == [12, 12, 12, 4] * 2
    assert [(step.epoch, step.index, step.of) for step in steps] == [
        (epoch, n, 4) for epoch in (1, 2) for n in range(1, 5)
    ]
    assert [step.loss for step in steps] == pytest.approx([loss_of_class[made].mean() for made in labels], abs=1e-4)
    assert [step.accuracy for step in steps] == pytest.approx([np.mean(made == 9) for made in labels], abs=1e-5)


def test_pictures_of_another_size_are_learnt_from_too() -> None:
    pictures = Pictures(noise(6, 5, 90), np.array([0, 1, 0, 1, 0, 1]))
    dataset = Dataset("noise", ("a", "b"), pictures, pictures)
    options = Options(epochs=1, batch_size=4)
    assert len(list(epochs(prepare(dataset, options), dataset, options))) == 1
