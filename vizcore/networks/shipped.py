"""The weights of the tutorial's network that come with this package, and the card with their quality."""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from vizcore.arrays import IntArray
from vizcore.errors import VizcoreError

_NAME = "simple_cnn_cifar10"


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
    """

    classes: tuple[str, ...]
    test_accuracy: float
    test_pictures: int
    calibration_error: float
    confusion: IntArray
    epochs: int
    sha256: str


def shipped_card() -> Card:
    """The card of the weights that come with this package.

    Raises:
        VizcoreError: the card is missing from this installation, or damaged.
    """
    try:
        about = json.loads(shipped_file(".json"))
        return Card(
            classes=tuple(about["classes"]),
            test_accuracy=float(about["test_accuracy"]),
            test_pictures=int(about["test_pictures"]),
            calibration_error=float(about["calibration_error"]),
            confusion=np.array(about["confusion"], dtype=np.int64),
            epochs=int(about["epochs"]),
            sha256=str(about["sha256"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise VizcoreError(f"The card {_NAME}.json is damaged. Install the app again.") from error


def shipped_file(ending: str) -> bytes:
    """The bytes of a file that comes with this package: ".weights.h5" or ".json".

    Raises:
        VizcoreError: the file is missing from this installation.
    """
    try:
        return files("vizcore").joinpath("weights", f"{_NAME}{ending}").read_bytes()
    except OSError as error:
        raise VizcoreError(f"{_NAME}{ending} is missing from this installation. Install the app again.") from error
