"""Training the tutorial's network with `model.fit`, and the command for it: `python -m vizcore.training --help`.

The architecture is the tutorial's. What is added around it is what such networks are usually trained with: pictures
mirrored and shifted at random, a learning rate that falls along a cosine after a short rise, weight decay.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from vizcore.arrays import FloatArray
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.errors import VizcoreError
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.numbers import ceil_division
from vizcore.training.batches import Batches, batch_of
from vizcore.training.measures import cross_entropy
from vizcore.training.options import Epoch, Options, Step, check_options

_WARMUP_SHARE = 0.04
_TEST_BATCH = 100
"""Pictures that are answered in one go: their activations take 60 MB, and it is done in a tenth of a second."""


def prepare(dataset: Dataset, options: Options, *, weights: Sequence[FloatArray] | None = None) -> keras.Model:
    """The tutorial's network, compiled for training on this data.

    Args:
        dataset: what it is to learn.
        options: how.
        weights: to go on from, as `model.get_weights()` gives them; fresh ones if left out.

    Raises:
        VizcoreError: there are not as many pictures or classes as training needs, the options make no sense, or the
            weights are those of another network.
    """
    check_options(options)
    if min(len(dataset.training), len(dataset.test)) < 1:
        raise VizcoreError("Training takes at least one picture to learn from and one to test with.")
    model = build_simple_cnn((64, 64, 3), num_classes=len(dataset.classes), seed=options.seed)
    if weights is not None:
        _take_over(model, weights)
    steps = ceil_division(len(dataset.training), options.batch_size) * options.epochs
    warmup = max(1, round(steps * _WARMUP_SHARE))
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=options.learning_rate / warmup,
        decay_steps=max(1, steps - warmup),
        warmup_target=options.learning_rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=options.weight_decay, name="adamw")
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(model.trainable_variables)
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float32"),
        metrics=["accuracy"],
    )
    return model


def _take_over(model: keras.Model, weights: Sequence[FloatArray]) -> None:
    expected, given = [tuple(one.shape) for one in model.weights], [one.shape for one in weights]
    if expected != given:
        raise VizcoreError(
            f"The weights to go on from are those of a network with {given[-1][0] if given else 0} classes, and the "
            f"pictures are of {expected[-1][0]}. Start anew, or take the same classes."
        )
    model.set_weights(list(weights))


def epochs(
    model: keras.Model,
    dataset: Dataset,
    options: Options,
    *,
    first: int = 1,
    callbacks: Sequence[Any] = (),
    after_step: Callable[[Step], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    verbose: int = 0,
) -> Iterator[Epoch]:
    """Train, an epoch each time the next result is asked for.

    Args:
        model: as made by `prepare`.
        dataset: what to learn from and to test with.
        options: how.
        first: the epoch to begin with, counted from 1; later ones than the first when a run goes on.
        callbacks: Keras's. One that sets `model.stop_training` ends the run after the step that is under way; an epoch
            that was not finished gives no result.
        after_step: told of every step.
        stopped: asked after every step, and before every batch of the test pictures, whether to end the run there.
        verbose: Keras's: 0 says nothing, 1 draws a bar, 2 writes a line per epoch.
    """
    target_size = model.inputs[0].shape[1:3]
    for number in range(first, options.epochs + 1):
        began = time.perf_counter()
        watch = _step_callback(model, dataset, options, number, after_step, stopped)
        result = model.fit(
            Batches(dataset.training, options, epoch=number, target_size=target_size).stream(),
            initial_epoch=number - 1,
            epochs=number,
            callbacks=[*callbacks, watch],
            verbose=verbose,
            # The order is in the batches; Keras would warn that it cannot change it.
            shuffle=False,
        ).history
        if model.stop_training:
            return
        answers = []
        for answer in _answers(model, dataset.test, _TEST_BATCH):
            if stopped is not None and stopped():
                return
            answers.append(answer)
        given = np.concatenate(answers)
        yield Epoch(
            number=number,
            loss=float(result["loss"][0]),
            accuracy=float(result["accuracy"][0]),
            validation_loss=cross_entropy(given, dataset.test.labels),
            validation_accuracy=float((given.argmax(axis=1) == dataset.test.labels).mean()),
            seconds=time.perf_counter() - began,
        )


def _step_callback(
    model: keras.Model,
    dataset: Dataset,
    options: Options,
    epoch: int,
    after_step: Callable[[Step], None] | None,
    stopped: Callable[[], bool] | None,
) -> Any:
    steps = ceil_division(len(dataset.training), options.batch_size)
    seen, sums = 0, np.zeros(2)

    def step(index: int, logs: Any) -> None:
        nonlocal seen, sums
        if after_step is not None:
            # Keras says the mean since the epoch began; a step's own is what the sum grew by.
            now = min((index + 1) * options.batch_size, len(dataset.training))
            total = now * np.array([float(logs["loss"]), float(logs["accuracy"])])
            loss, accuracy = (total - sums) / (now - seen)
            seen, sums = now, total
            after_step(Step(epoch, index + 1, steps, max(0.0, loss), min(1.0, max(0.0, accuracy))))
        if stopped is not None and stopped():
            model.stop_training = True

    return keras.callbacks.LambdaCallback(on_train_batch_end=step)


def probabilities(
    model: keras.Model,
    pictures: Pictures,
    *,
    batch_size: int = _TEST_BATCH,
    progress: Callable[[int, int], None] | None = None,
) -> FloatArray:
    """The softmax of the model's logits for every picture.

    Args:
        model: the network.
        pictures: N of them, at least one.
        batch_size: how many are answered in one go.
        progress: called after each batch with how many are done, and of how many.

    Returns:
        (N, classes) float32, rows add up to 1.
    """
    answers: list[FloatArray] = []
    for answer in _answers(model, pictures, batch_size):
        answers.append(answer)
        if progress is not None:
            progress(sum(map(len, answers)), len(pictures))
    return np.concatenate(answers)


def _answers(model: keras.Model, pictures: Pictures, batch_size: int) -> Iterator[FloatArray]:
    """The rows of `probabilities`, batch by batch."""
    target_size = model.inputs[0].shape[1:3]
    for start in range(0, len(pictures), batch_size):
        batch = batch_of(pictures.pixels[start : start + batch_size], target_size)
        yield tf.nn.softmax(model(tf.constant(batch), training=False)).numpy()
