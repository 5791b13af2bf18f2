"""The weights of the tutorial's network that come with this package, and the card that says how good they are."""

import json
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from vizcore.arrays import IntArray
from vizcore.errors import VizcoreError

_NAME = "simple_cnn_cifar10"


@dataclass(frozen=True, eq=False)
class Card:
    """What was measured of trained weights, written by `python -m vizcore.training`.

    Attributes:
        classes: what the logits stand for, in order.
        test_accuracy: share of the test pictures that is right, 0 … 1.
        test_pictures: how many there were.
        calibration_error: by how much the winner's probability is off on average, 0 … 1; see
            `vizcore.training.measures.calibration_error`.
        confusion: true class in rows, predicted class in columns, numbers of pictures.
        epochs: how often every picture was seen.
        sha256: of the file of weights.
    """

    classes: tuple[str, ...]
    test_accuracy: float
    test_pictures: int
    calibration_error: float
    confusion: IntArray
    epochs: int
    sha256: str


def shipped_card() -> Card:
    """The card of the weights in the box.

    Raises:
        VizcoreError: it is missing from this installation, or damaged.
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
    """The bytes of one of the files in the box: ".weights.h5" or ".json".

    Raises:
        VizcoreError: it is missing from this installation.
    """
    try:
        return files("vizcore").joinpath("weights", f"{_NAME}{ending}").read_bytes()
    except OSError as error:
        raise VizcoreError(f"{_NAME}{ending} is missing from this installation. Install the app again.") from error
