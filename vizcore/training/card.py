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
    """What is to be known about trained weights, measured on the test pictures here and now.

    Args:
        model: the trained network.
        dataset: what it was trained on.
        options: how.
        history: the epochs it was trained for.
        command: what a person types to do the same.
        probabilities: the model's for the test pictures, if they are there already.

    Returns:
        Plain data for JSON. `confusion` has the true class in rows and the predicted one in columns. The accuracy of a
        class without any test picture is None.
    """
    if probabilities is None:
        probabilities = fitting.probabilities(model, dataset.test)
    num_classes = len(dataset.classes)
    confusion = confusion_matrix(dataset.test.labels, probabilities.argmax(axis=1), num_classes)
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
        "calibration_error": round(calibration_error(probabilities, dataset.test.labels), 4),
        "confusion": confusion.tolist(),
        "epochs": len(history),
        "options": asdict(options),
        "history": [asdict(epoch) for epoch in history],
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "numpy", "pillow")}
        # TensorFlow itself is asked: its package has another name on other machines.
        | {"tensorflow": str(tf.__version__)},
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": command,
    }


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
    # Keras would save the optimiser's state as well, which is twice as large. A network that has not trained has none.
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
