"""The card of a trained network and its weights, as files."""

import datetime
import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from vizcore.arrays import FloatArray
from vizcore.datasets.dataset import Dataset
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.training import fitting
from vizcore.training.measures import calibration_error, confusion_matrix
from vizcore.training.options import Epoch, Options


def card(
    model: keras.Model,
    dataset: Dataset,
    options: Options,
    history: Sequence[Epoch],
    *,
    command: str,
    probabilities: FloatArray | None = None,
) -> dict[str, Any]:
    """The description of trained weights, with their quality on the test pictures.

    Args:
        model: the trained network.
        dataset: the training and test pictures.
        options: the options of the training.
        history: the epochs of the training.
        command: the command that repeats the training.
        probabilities: (N, classes), the model's probabilities for the test pictures; computed by default.

    Returns:
        Plain data for JSON. `confusion` has the true class in rows and the predicted one in columns. The accuracy of a
        class without any test picture is None.
    """
    if probabilities is None:
        probabilities = fitting.probabilities(model, dataset.test)
    return {
        "network": model.name,
        "input_shape": list(model.inputs[0].shape[1:]),
        "data": dataset.name,
        "training_pictures": len(dataset.training),
        "test_pictures": len(dataset.test),
        **({} if dataset.validation is None else {"validation_pictures": len(dataset.validation)}),
        "classes": list(dataset.classes),
        **_quality(dataset, probabilities),
        "epochs": len(history),
        "options": asdict(options),
        "history": [asdict(epoch) for epoch in history],
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "numpy", "pillow")}
        # The module has the version: TensorFlow's package has another name on other machines.
        | {"tensorflow": str(tf.__version__)},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": command,
    }


def _quality(dataset: Dataset, probabilities: FloatArray) -> dict[str, Any]:
    """Accuracy, calibration and confusion on the test pictures, from their probabilities (N, classes)."""
    confusion = confusion_matrix(dataset.test.labels, probabilities.argmax(axis=1), len(dataset.classes))
    right, of_class = confusion.diagonal(), confusion.sum(axis=1)
    return {
        "test_accuracy": round(float(right.sum() / of_class.sum()), 4),
        "accuracy_per_class": {
            name: round(float(right[index] / of_class[index]), 4) if of_class[index] else None
            for index, name in enumerate(dataset.classes)
        },
        "calibration_error": round(calibration_error(probabilities, dataset.test.labels), 4),
        "confusion": confusion.tolist(),
    }


def save_weights(out: Path, model: keras.Model, about: dict[str, Any]) -> Path:
    """Write `<out>.weights.h5` and beside it `<out>.json`, the card with the digest of the weights.

    Each file is written whole or not at all.

    Args:
        out: folder and name without an ending; the folder exists.
        model: the network whose weights are written.
        about: result of `card`.

    Returns:
        The file of the weights.
    """
    weights, card_file = out.with_name(out.name + ".weights.h5"), out.with_name(out.name + ".json")
    # Keras requires this ending.
    part = out.with_name(out.name + ".part.weights.h5")
    # Keras would also save the optimiser's state, which is twice as large. An untrained network has no such state.
    bare = build_simple_cnn(tuple(model.inputs[0].shape[1:]), num_classes=model.outputs[0].shape[-1])
    bare.set_weights(model.get_weights())
    bare.save_weights(part)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    text = json.dumps({"weights": weights.name, "sha256": digest, **about}, indent=1, ensure_ascii=False)
    text_part = card_file.with_suffix(".part")
    text_part.write_text(text + "\n", encoding="utf-8")
    part.replace(weights)
    text_part.replace(card_file)
    return weights
