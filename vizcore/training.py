"""Training the tutorial's network with `model.fit`, and the command for it: `python -m vizcore.training --help`.

The architecture is the tutorial's. What is added around it is what such networks are usually trained with: pictures
mirrored and shifted at random, a learning rate that falls along a cosine after a short rise, weight decay.
"""

import argparse
import datetime
import hashlib
import json
import platform
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from vizcore.arrays import BoolArray, ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import ARCHIVE_DAMAGE, Dataset, Pictures
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training_options import SHAPES_OPTIONS, Epoch, Options, Step, check_options

__all__ = [
    "SHAPES_OPTIONS",
    "Epoch",
    "Options",
    "Step",
    "augmented",
    "batch_of",
    "calibration_error",
    "card",
    "confusion_matrix",
    "cross_entropy",
    "epochs",
    "load_checkpoint",
    "main",
    "prepare",
    "probabilities",
    "save_checkpoint",
    "save_weights",
]

_WARMUP_SHARE = 0.04
_SHIFT = 8
"""A picture is shifted by up to an eighth of its side."""

_CALIBRATION_BINS = 15

_TEST_BATCH = 100
"""Pictures that are answered in one go: their activations take 60 MB, and it is done in a tenth of a second."""

_INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ended."""


def augmented(pixels: ByteArray, *, random: np.random.Generator) -> ByteArray:
    """Pictures mirrored left to right with probability ½, and shifted by up to an eighth of their sides.

    Args:
        pixels: (N, h, w, 3) uint8. What a shift uncovers is the mirror image of what is beside it.
        random: decides; the same state gives the same pictures.

    Returns:
        A new array of the same shape.
    """
    number, height, width = pixels.shape[:3]
    down, across = height // _SHIFT, width // _SHIFT
    flips: BoolArray = random.integers(0, 2, number) == 1
    tops, lefts = random.integers(0, 2 * down + 1, number), random.integers(0, 2 * across + 1, number)
    padded = np.pad(pixels, ((0, 0), (down, down), (across, across), (0, 0)), mode="reflect")
    result = np.empty_like(pixels)
    for index in range(number):
        top, left = tops[index], lefts[index]
        moved = padded[index, top : top + height, left : left + width]
        result[index] = moved[:, ::-1] if flips[index] else moved
    return result


def batch_of(pixels: ByteArray, target_size: Sequence[int]) -> FloatArray:
    """(N, h, w, 3) pictures as one batch, each prepared as on the pages: `preprocess_image`."""
    return np.concatenate([preprocess_image(picture, target_size) for picture in pixels])


class _Batches:
    """The batches of one epoch. Order and augmentation follow from seed and epoch: a resumed run goes on the same."""

    def __init__(self, pictures: Pictures, options: Options, *, epoch: int, target_size: Sequence[int]) -> None:
        self._pictures, self._options, self._epoch, self._target_size = pictures, options, epoch, target_size
        self._order = np.random.default_rng([options.seed, epoch]).permutation(len(pictures))

    def at(self, index: int) -> tuple[FloatArray, IntArray]:
        """One batch: (N, h, w, 3) float32 and (N,) int64."""
        size = self._options.batch_size
        chosen = self._order[index * size : (index + 1) * size]
        pixels = self._pictures.pixels[chosen]
        if self._options.augment:
            pixels = augmented(pixels, random=np.random.default_rng([self._options.seed, self._epoch, index]))
        return batch_of(pixels, self._target_size), self._pictures.labels[chosen]

    def stream(self) -> Any:
        """All of them for `model.fit`, each made while the one before is learnt from.

        Not a generator or a `PyDataset`: with one of those TensorFlow 2.21 lowers malloc's trim threshold for the whole
        process, and every step takes half as long again.
        """

        def step(index: Any) -> Any:
            pictures, labels = tf.numpy_function(self.at, [index], [tf.float32, tf.int64], stateful=False)
            return tf.ensure_shape(pictures, (None, *self._target_size, 3)), tf.ensure_shape(labels, (None,))

        steps = -(-len(self._pictures) // self._options.batch_size)
        return tf.data.Dataset.range(steps).map(step, num_parallel_calls=1, deterministic=True).prefetch(2)


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
    steps = -(-len(dataset.training) // options.batch_size) * options.epochs
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
            _Batches(dataset.training, options, epoch=number, target_size=target_size).stream(),
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
    steps = -(-len(dataset.training) // options.batch_size)
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


def cross_entropy(given: FloatArray, labels: IntArray) -> float:
    """Mean of −log of the probability that was given to the true class; (N, classes) and (N,)."""
    true = given[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())


def confusion_matrix(labels: IntArray, predicted: IntArray, num_classes: int) -> IntArray:
    """(classes, classes): row the true class, column the predicted one, each cell a number of pictures."""
    flat = np.bincount(labels * num_classes + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes).astype(np.int64)


def calibration_error(given: FloatArray, labels: IntArray, *, bins: int = _CALIBRATION_BINS) -> float:
    """How far the probability of the winning class is from the share that is right, on average.

    The expected calibration error of Guo et al. 2017 (arXiv:1706.04599): pictures are put into bins of equal width by
    the probability of their winner; the differences between the mean probability and the share of right answers of each
    bin are averaged, weighted by the number of pictures.

    Args:
        given: (N, classes) probabilities.
        labels: (N,) the true classes.
        bins: how many.

    Returns:
        0 … 1; 0 for probabilities that are exactly as often right as they say.
    """
    confidence, right = given.max(axis=1).astype(np.float64), given.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def card(
    model: keras.Model,
    dataset: Dataset,
    options: Options,
    history: Sequence[Epoch],
    *,
    command: str,
    given: FloatArray | None = None,
) -> dict[str, Any]:
    """What is to be known about trained weights, measured on the test pictures here and now.

    Args:
        model: the trained network.
        dataset: what it was trained on.
        options: how.
        history: the epochs it was trained for.
        command: what a person types to do the same.
        given: the model's `probabilities` for the test pictures, if they are there already.

    Returns:
        Plain data for JSON. `confusion` has the true class in rows and the predicted one in columns. The accuracy of a
        class without any test picture is None.
    """
    given = probabilities(model, dataset.test) if given is None else given
    num_classes = len(dataset.classes)
    confusion = confusion_matrix(dataset.test.labels, given.argmax(axis=1), num_classes)
    right, of_class = confusion.diagonal(), confusion.sum(axis=1)
    return {
        "network": model.name,
        "input_shape": list(model.inputs[0].shape[1:]),
        "data": dataset.name,
        "training_pictures": len(dataset.training),
        "test_pictures": len(dataset.test),
        "classes": list(dataset.classes),
        "test_accuracy": round(float(right.sum() / of_class.sum()), 4),
        "accuracy_per_class": {
            name: round(float(right[index] / of_class[index]), 4) if of_class[index] else None
            for index, name in enumerate(dataset.classes)
        },
        "calibration_error": round(calibration_error(given, dataset.test.labels), 4),
        "confusion": confusion.tolist(),
        "epochs": len(history),
        "options": asdict(options),
        "history": [asdict(epoch) for epoch in history],
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "numpy", "pillow")}
        # Not by the name of the package, which is another one on other machines.
        | {"tensorflow": str(tf.__version__)},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": command,
    }


# A run that can be interrupted


def save_checkpoint(
    path: Path, model: keras.Model, dataset: Dataset, options: Options, history: Sequence[Epoch]
) -> None:
    """All that a run needs to go on: weights, the optimiser's state, what came before. Written whole or not at all."""
    arrays = {f"variable_{index}": value.numpy() for index, value in enumerate(_state(model))}
    about = json.dumps(
        {"data": _described(dataset), "options": asdict(options), "history": [asdict(epoch) for epoch in history]}
    )
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(about), **arrays)
    part.replace(path)


def load_checkpoint(path: Path, model: keras.Model, dataset: Dataset, options: Options) -> list[Epoch]:
    """Put a run back where it was; the epochs that are done.

    Raises:
        VizcoreError: the file is damaged, or was made with other options or other data. The model is as it was.
    """
    variables = _state(model)
    try:
        with np.load(path, allow_pickle=False) as archive:
            about = json.loads(str(archive["about"]))
            arrays = [archive[f"variable_{index}"] for index in range(len(archive.files) - 1)]
            history = [Epoch(**epoch) for epoch in about["history"]]
            before, data = Options(**about["options"]), about["data"]
    except ARCHIVE_DAMAGE as error:
        raise VizcoreError(f"The checkpoint {path.name} cannot be read. Start anew with --fresh.") from error
    if before != options:
        raise VizcoreError(
            f"The checkpoint {path.name} was made with other options ({asdict(before)}). Give the same, or start anew "
            "with --fresh."
        )
    # All before the first is assigned, so that a refused checkpoint leaves no mixture behind.
    if data != _described(dataset) or [array.shape for array in arrays] != [tuple(one.shape) for one in variables]:
        raise VizcoreError(
            f"The checkpoint {path.name} was made with other data ({data}). Give the same, or start anew with --fresh."
        )
    for variable, value in zip(variables, arrays, strict=True):
        variable.assign(value)
    return history


def _described(dataset: Dataset) -> dict[str, Any]:
    """What tells a dataset from others, in a few words of JSON."""
    return {
        "name": dataset.name,
        "classes": list(dataset.classes),
        "training_pictures": len(dataset.training),
        "test_pictures": len(dataset.test),
    }


def _state(model: keras.Model) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


# The command


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line. The exit code: 0 when done, 1 with a sentence, 130 after Ctrl-C.

    Args:
        arguments: what stands after `python -m vizcore.training`; None for what the person typed.
    """
    given = _parser().parse_args(arguments)
    options = Options(
        epochs=given.epochs,
        batch_size=given.batch_size,
        learning_rate=given.learning_rate,
        weight_decay=given.weight_decay,
        augment=not given.no_augmentation,
        seed=given.seed,
    )
    command = shlex.join(["python", "-m", "vizcore.training", *(sys.argv[1:] if arguments is None else arguments)])
    try:
        return _run(given, options, command)
    except VizcoreError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Before the first step, or while saving: what was saved before is as it was.
        print("\nInterrupted.", file=sys.stderr)
        return _INTERRUPTED


def _beside(out: Path, ending: str) -> Path:
    """A file to write, in a folder that is there. Before the training: afterwards it would be in vain."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        return out.with_name(out.name + ending)
    except (OSError, ValueError) as error:
        raise VizcoreError(f"Nothing can be written to “{out}”: {error}. Please give another --out.") from error


def _run(given: argparse.Namespace, options: Options, command: str) -> int:
    check_options(options)
    print(f"Reading {given.data} …", flush=True)
    dataset = open_dataset(given.data, seed=given.seed, progress=_Downloading().say)
    if given.limit is not None:
        dataset = dataset.limited(given.limit, seed=given.seed)
    print(f"{len(dataset.training)} pictures to learn from, {len(dataset.test)} to test with.", flush=True)
    model = prepare(dataset, options)
    checkpoint = _beside(given.out, ".checkpoint.npz")
    history: list[Epoch] = []
    if checkpoint.exists() and not given.fresh:
        history = load_checkpoint(checkpoint, model, dataset, options)
        print(f"Going on after epoch {len(history)}.", flush=True)
    interrupted = False
    try:
        verbose = 1 if sys.stdout.isatty() else 0
        for epoch in epochs(model, dataset, options, first=len(history) + 1, verbose=verbose):
            history.append(epoch)
            save_checkpoint(checkpoint, model, dataset, options, history)
            print(_line(epoch, options), flush=True)
    except KeyboardInterrupt:
        interrupted = True
        print(
            "\nInterrupted: saving the weights as they are. The same command without --fresh goes on after the last "
            "whole epoch."
        )
    about = card(model, dataset, options, history, command=command)
    weights = save_weights(given.out, model, about)
    print(f"{weights} · test accuracy {about['test_accuracy']:.2%} after {_epochs(len(history))}")
    if interrupted:
        return _INTERRUPTED
    checkpoint.unlink(missing_ok=True)
    return 0


class _Downloading:
    """Says on the terminal how far a download is: a line for every tenth of it."""

    def __init__(self) -> None:
        self._tenths = 0

    def say(self, received: int, expected: int) -> None:
        tenths = 10 * received // max(1, expected)
        if tenths > self._tenths:
            self._tenths = tenths
            print(f"{received / 1e6:.0f} of {expected / 1e6:.0f} MB downloaded", flush=True)


def _line(epoch: Epoch, options: Options) -> str:
    return (
        f"epoch {epoch.number} of {options.epochs}: loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.1%}, test loss "
        f"{epoch.validation_loss:.4f}, test accuracy {epoch.validation_accuracy:.1%}, {epoch.seconds:.0f} s"
    )


def _epochs(number: int) -> str:
    return "1 epoch" if number == 1 else f"{number} epochs"


def save_weights(out: Path, model: keras.Model, about: dict[str, Any]) -> Path:
    """Write `<out>.weights.h5` and beside it `<out>.json`, the card, which also says the digest of the weights.

    Args:
        out: folder and name without an ending; the folder is there.
        model: the network whose weights are written, each file whole or not at all.
        about: as made by `card`.

    Returns:
        The file of the weights.
    """
    weights, described = out.with_name(out.name + ".weights.h5"), out.with_name(out.name + ".json")
    # Keras insists on the ending.
    part = out.with_name(out.name + ".part.weights.h5")
    # Of a network that has not trained: the optimiser's state would be saved, too, and is twice as large.
    bare = build_simple_cnn(tuple(model.inputs[0].shape[1:]), num_classes=model.outputs[0].shape[-1])
    bare.set_weights(model.get_weights())
    bare.save_weights(part)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    text = json.dumps({"weights": weights.name, "sha256": digest, **about}, indent=1, ensure_ascii=False)
    text_part = described.with_suffix(".part")
    text_part.write_text(text + "\n", encoding="utf-8")
    part.replace(weights)
    text_part.replace(described)
    return weights


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vizcore.training",
        description="Train the tutorial's network and write its weights with a card that says how good they are.",
    )
    first = Options()
    parser.add_argument(
        "--data",
        default="cifar10",
        help="cifar10 (downloaded the first time to where Keras keeps it), a folder with one sub-folder of pictures "
        "per class (below train/ and test/ if there are such), or an .npz with x_train, y_train, x_test, y_test "
        "(%(default)s)",
    )
    parser.add_argument("--out", type=Path, required=True, help="where to write: OUT.weights.h5 and the card OUT.json")
    parser.add_argument(
        "--epochs", type=int, default=first.epochs, help="how often every picture is seen (%(default)s)"
    )
    parser.add_argument("--batch-size", type=int, default=first.batch_size, help="pictures per step (%(default)s)")
    parser.add_argument(
        "--learning-rate",
        type=float,
        default=first.learning_rate,
        help="at its highest; it falls along a cosine (%(default)s)",
    )
    parser.add_argument(
        "--weight-decay", type=float, default=first.weight_decay, help="AdamW's, on kernels (%(default)s)"
    )
    parser.add_argument("--no-augmentation", action="store_true", help="pictures as they are: no flips, no shifts")
    parser.add_argument(
        "--seed", type=int, default=first.seed, help="of weights, order and augmentation, from 0 (%(default)s)"
    )
    parser.add_argument("--limit", type=int, help="learn from so many pictures only, chosen at random; else from all")
    parser.add_argument(
        "--fresh", action="store_true", help="start anew instead of going on where an interrupted run stopped"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
