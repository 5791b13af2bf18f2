"""The result of a training: the network's quality on test pictures, and its files. Importing this imports Keras."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from vizcore.datasets.dataset import Dataset
from vizcore.networks.entries import TrainedHere, name_of_trained
from vizcore.training import card as training_card
from vizcore.training import fitting
from vizcore.training.first_layer import FirstLayer
from vizcore.training.measures import confusion_matrix, wrongest
from vizcore.training.options import Options
from vizcore.training.result import Course, Trained


def first_layer(model: keras.Model, *, epoch: int) -> FirstLayer:
    """A copy of the present first layer, after `epoch` epochs."""
    kernels, biases = model.get_layer("conv1").get_weights()
    return FirstLayer(epoch, np.array(kernels), np.array(biases))


def measured(
    model: keras.Model, dataset: Dataset, options: Options, course: Course, *, progress: Callable[[int, int], None]
) -> Trained:
    """The result of a training on a page.

    Args:
        model: the trained network. Its training may continue: the result has copies of its weights.
        dataset: the training and test pictures.
        options: the options of the training, for the card.
        course: the course of the training.
        progress: called after each batch of test pictures with the number of pictures done and the number of all.
    """
    probabilities = fitting.probabilities(model, dataset.test, progress=progress)
    winners = probabilities.argmax(axis=1)
    weights = tuple(np.array(array) for array in model.get_weights())
    about = training_card.card(
        model, dataset, options, course.history, command="the Train page", probabilities=probabilities
    )
    with tempfile.TemporaryDirectory() as folder:
        file = training_card.save_weights(Path(folder) / "trained", model, about)
        weights_file, card = file.read_bytes(), file.with_name("trained.json").read_text(encoding="utf-8")
    accuracy, num_test = float((winners == dataset.test.labels).mean()), len(dataset.test)
    entry = TrainedHere(
        name=name_of_trained(hashlib.sha256(weights_file).hexdigest()),
        about=f"Trained here on {dataset.name}: right on {accuracy:.1%} of {num_test:,} test pictures.",
        trust=f"On its test pictures its probabilities are off by {about['calibration_error']:.1%} on average; they "
        "say nothing about pictures of other things.",
        classes=dataset.classes,
        input_shape=tuple(model.inputs[0].shape[1:]),
        weights=weights,
    )
    return Trained(
        history=course.history,
        segments=course.segments,
        moments=course.moments,
        data=dataset.name,
        classes=dataset.classes,
        weights=weights,
        accuracy=accuracy,
        num_test=num_test,
        confusion=confusion_matrix(dataset.test.labels, winners, len(dataset.classes)),
        mistakes=wrongest(dataset.test, probabilities),
        network=entry.build(),
        weights_file=weights_file,
        card=card,
    )
