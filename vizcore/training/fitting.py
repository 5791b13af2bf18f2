"""Training of the tutorial's network with `model.fit`.

The architecture is the tutorial's. The training adds the usual methods for such networks: pictures mirrored and shifted
at random, a learning rate that falls along a cosine after a short rise, weight decay.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from vizcore.training.measures import RunningMean, cross_entropy
from vizcore.training.normalised import build_normalised_cnn
from vizcore.training.options import Epoch, Options, TrainingStep, check_options

_WARMUP_SHARE = 0.04
_TEST_BATCH = 100
"""Test pictures in one batch: its activations take 60 MB, and its pass takes a tenth of a second."""


def prepare(dataset: Dataset, options: Options, *, weights: Sequence[FloatArray] | None = None) -> keras.Model:
    """The tutorial's network, or its normalised twin, compiled for training on this data.

    Args:
        dataset: the training and test pictures.
        options: the options of the training.
        weights: initial weights, as returned by `model.get_weights()`; by default the network's initialisation.

    Raises:
        VizcoreError: there are too few pictures or classes, the options are invalid, or the weights are those of
            another network.
    """
    check_options(options)
    if min(len(dataset.training), len(dataset.test)) < 1:
        raise VizcoreError("Training takes at least one picture to learn from and one to test with.")
    build = build_normalised_cnn if options.normalise else build_simple_cnn
    model = build((64, 64, 3), num_classes=len(dataset.classes), seed=options.seed)
    if weights is not None:
        _take_over(model, weights)
    if options.hold_first_layer:
        first = model.layers[0]
        first.bias.assign(np.zeros(first.filters))
        first.trainable = False
    steps = ceil_division(len(dataset.training), options.batch_size) * options.epochs
    warmup = max(1, round(steps * _WARMUP_SHARE))
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=options.learning_rate / warmup,
        decay_steps=max(1, steps - warmup),
        warmup_target=options.learning_rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=options.weight_decay, name="adamw")
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(model.trainable_variables)
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float32"),
        metrics=["accuracy"],
    )
    return model


def _take_over(model: keras.Model, weights: Sequence[FloatArray]) -> None:
    expected, actual = [tuple(variable.shape) for variable in model.weights], [array.shape for array in weights]
    if expected != actual:
        raise VizcoreError(
            f"The weights to go on from are those of a network with {actual[-1][0] if actual else 0} classes, and the "
            f"pictures are of {expected[-1][0]}. Start anew, or take the same classes."
        )
    model.set_weights(list(weights))


@dataclass(frozen=True)
class Watch:
    """Callbacks of a training.

    Attributes:
        after_step: called after every step.
        stopped: called after every step, and before every batch of measured pictures; True ends the training there.
    """

    after_step: Callable[[TrainingStep], None] = lambda step: None
    stopped: Callable[[], bool] = lambda: False


def epochs(
    model: keras.Model,
    dataset: Dataset,
    options: Options,
    *,
    first: int = 1,
    watch: Watch = Watch(),
    verbose: int = 0,
) -> Iterator[Epoch]:
    """Train the model; each iteration trains one epoch.

    Args:
        model: as made by `prepare`.
        dataset: the training and test pictures.
        options: the options of the training.
        first: the first epoch to train, counted from 1; more than 1 for a resumed run.
        watch: callbacks. If they end the training, the unfinished epoch gives no result.
        verbose: Keras's option: 0 prints nothing, 1 a bar, 2 a line per epoch.
    """
    target_size = model.inputs[0].shape[1:3]
    for number in range(first, options.epochs + 1):
        began = time.perf_counter()
        steps = _Steps(model, watch, epoch=number, num_pictures=len(dataset.training), batch_size=options.batch_size)
        result = model.fit(
            Batches(dataset.training, options, epoch=number, target_size=target_size).stream(),
            initial_epoch=number - 1,
            epochs=number,
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=steps.ended)],
            verbose=verbose,
            # The batches are shuffled already, and Keras would warn that it cannot shuffle them.
            shuffle=False,
        ).history
        if model.stop_training:
            return
        batches = []
        for batch in _probability_batches(model, dataset.watched, _TEST_BATCH):
            if watch.stopped():
                return
            batches.append(batch)
        watched, measured = dataset.watched.labels, np.concatenate(batches)
        yield Epoch(
            number=number,
            loss=float(result["loss"][0]),
            accuracy=float(result["accuracy"][0]),
            validation_loss=cross_entropy(measured, watched),
            validation_accuracy=float((measured.argmax(axis=1) == watched).mean()),
            seconds=time.perf_counter() - began,
        )


class _Steps:
    """Reports the steps of one epoch to the callbacks.

    Keras reports the means since the start of the epoch, and shows them in the bar on the terminal. A metric of the
    single step would appear in that bar as well, so a step's own loss is computed from two means.
    """

    def __init__(self, model: keras.Model, watch: Watch, *, epoch: int, num_pictures: int, batch_size: int) -> None:
        self._model, self._watch = model, watch
        self._epoch, self._num_pictures, self._batch_size = epoch, num_pictures, batch_size
        self._before = RunningMean()

    def ended(self, index: int, logs: Mapping[str, Any]) -> None:
        """Keras calls this after the step with this index, with the means of the epoch so far."""
        # The last batch may be smaller than the others.
        number = min((index + 1) * self._batch_size, self._num_pictures)
        mean = RunningMean(number, float(logs["loss"]), float(logs["accuracy"]))
        num_steps = ceil_division(self._num_pictures, self._batch_size)
        self._watch.after_step(TrainingStep(self._epoch, index + 1, num_steps, *mean.since(self._before)))
        self._before = mean
        if self._watch.stopped():
            self._model.stop_training = True


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
        pictures: N pictures, at least one.
        batch_size: pictures in one pass.
        progress: called after each batch with the number of pictures done and the number of all.

    Returns:
        (N, classes) float32, rows add up to 1.
    """
    batches: list[FloatArray] = []
    for batch in _probability_batches(model, pictures, batch_size):
        batches.append(batch)
        if progress is not None:
            progress(sum(map(len, batches)), len(pictures))
    return np.concatenate(batches)


def _probability_batches(model: keras.Model, pictures: Pictures, batch_size: int) -> Iterator[FloatArray]:
    """The rows of `probabilities`, batch by batch."""
    target_size = model.inputs[0].shape[1:3]
    for start in range(0, len(pictures), batch_size):
        batch = batch_of(pictures.pixels[start : start + batch_size], target_size)
        yield tf.nn.softmax(model(tf.constant(batch), training=False)).numpy()
