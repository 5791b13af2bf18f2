"""The weights of the tutorial's network that come with this package, and the cards with their quality."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from vizcore.arrays import IntArray
from vizcore.errors import VizcoreError

CIFAR10 = "simple_cnn_cifar10"
"""The name of the weights that were trained on CIFAR-10."""
CIFAR10_BRIGHTENED = "simple_cnn_cifar10_brightened"
"""The name of the weights that were trained on CIFAR-10 with brightness augmentation."""


@dataclass(frozen=True, eq=False)
class Card:
    """The quality of trained weights, written by `python -m vizcore.training`.

    Attributes:
        classes: names of the classes, in the order of the logits.
        test_accuracy: 0 … 1, share of right predictions for the test pictures.
        test_pictures: number of test pictures.
        calibration_error: 0 … 1, mean error of the predicted class's probability; see
            `vizcore.training.measures.calibration_error`.
        confusion: (classes, classes), numbers of pictures, the true class in rows, the predicted one in columns.
        epochs: number of passes over the training pictures.
        sha256: SHA-256 of the weights file, in hexadecimal.
        never_active: layer → number of its channels that are 0 on each of the measured test pictures.
        channels: layer → number of its channels.
        measured_pictures: number of test pictures for `never_active` and `accuracy_over`.
        accuracy_over: kind of brightness → amount → accuracy, 0 … 1, with all pictures in this light.
    """

    classes: tuple[str, ...]
    test_accuracy: float
    test_pictures: int
    calibration_error: float
    confusion: IntArray
    epochs: int
    sha256: str
    never_active: Mapping[str, int]
    channels: Mapping[str, int]
    measured_pictures: int
    accuracy_over: Mapping[str, Mapping[float, float]]


def shipped_card(name: str = CIFAR10) -> Card:
    """The card of weights that come with this package.

    Args:
        name: `CIFAR10` or `CIFAR10_BRIGHTENED`.

    Raises:
        VizcoreError: the card is missing from this installation, or damaged.
    """
    try:
        about = json.loads(shipped_file(name, ".json"))
        return Card(
            classes=tuple(about["classes"]),
            test_accuracy=float(about["test_accuracy"]),
            test_pictures=int(about["test_pictures"]),
            calibration_error=float(about["calibration_error"]),
            confusion=np.array(about["confusion"], dtype=np.int64),
            epochs=int(about["epochs"]),
            sha256=str(about["sha256"]),
            never_active={layer: int(counts["never_active"]) for layer, counts in about["never_active"].items()},
            channels={layer: int(counts["channels"]) for layer, counts in about["never_active"].items()},
            measured_pictures=int(about["measured_pictures"]),
            accuracy_over={
                kind: {float(point["amount"]): float(point["accuracy"]) for point in curve}
                for kind, curve in about["accuracy_over_brightness"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VizcoreError(f"The card {name}.json is damaged. Install the app again.") from error


def shipped_file(name: str, ending: str) -> bytes:
    """The bytes of a file that comes with this package.

    Args:
        name: `CIFAR10` or `CIFAR10_BRIGHTENED`.
        ending: ".weights.h5" or ".json".

    Raises:
        VizcoreError: the file is missing from this installation.
    """
    try:
        return files("vizcore").joinpath("weights", f"{name}{ending}").read_bytes()
    except OSError as error:
        raise VizcoreError(f"{name}{ending} is missing from this installation. Install the app again.") from error
