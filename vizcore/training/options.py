"""The options of a training, and the results of its epochs and steps. Importing this does not import Keras."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Options:
    """The options of a training.

    Attributes:
        epochs: number of passes over the training pictures, at least 1.
        batch_size: pictures per step, at least 1.
        learning_rate: AdamW's highest learning rate; it rises over the first 4% of the steps and then falls along a
            cosine to 0.
        weight_decay: AdamW's weight decay, on kernels, not on biases.
        augment: whether to mirror every second picture, and to shift each by up to an eighth of its side.
        seed: at least 0, seed of the initial weights, the order of the pictures and their augmentation.
        normalise: whether the network is trained with batch normalisation; see `vizcore.training.normalised`.
        brighten: whether to show every picture in a light of its own; see `vizcore.training.batches.brightened`.
        hold_first_layer: whether the first layer keeps the kernels that it starts with, without bias. Black is then 0
            in each of its channels, and a gain multiplies them.
    """

    epochs: int = 30
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    augment: bool = True
    seed: int = 0
    normalise: bool = False
    brighten: bool = False
    hold_first_layer: bool = False


SHAPES_OPTIONS = Options(epochs=4, learning_rate=2e-3, augment=False)
"""For `vizcore.datasets.shapes.shapes_dataset()`: 252 steps, a minute or two on two cores, accuracy over 90%.

So few steps need a higher learning rate. So few epochs of randomly drawn pictures need no augmentation.
"""


@dataclass(frozen=True)
class Epoch:
    """The results of one epoch.

    Attributes:
        number: 1 for the first.
        loss: mean cross-entropy over the (augmented) training pictures, measured during the epoch.
        accuracy: 0 … 1, share of right predictions for them.
        validation_loss: mean cross-entropy over the validation pictures, or the test pictures where there are no
            others, measured after the epoch.
        validation_accuracy: 0 … 1, share of right predictions for them.
        seconds: duration of the epoch.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class TrainingStep:
    """The results of one step.

    Attributes:
        epoch: number of its epoch, 1 for the first.
        index: 1 for the first step of the epoch.
        of: number of steps in an epoch.
        loss: mean cross-entropy over the pictures of this step.
        accuracy: 0 … 1, share of right predictions for them.
    """

    epoch: int
    index: int
    of: int
    loss: float
    accuracy: float


def check_options(options: Options) -> None:
    """Refuse invalid options.

    Raises:
        VizcoreError: a number is outside of its range, or the first layer is to be held and normalised.
    """
    whole = min(options.epochs, options.batch_size) >= 1 and options.seed >= 0
    # NaN fails these comparisons. Infinity fails them because both ranges have an upper bound.
    if not whole or not 0 < options.learning_rate < 1 or not 0 <= options.weight_decay < math.inf:
        raise VizcoreError(
            "Training takes at least one epoch, at least one picture per step, a learning rate between 0 and 1, a "
            f"weight decay of at least 0 and a seed of at least 0; given were {asdict(options)}."
        )
    if options.normalise and options.hold_first_layer:
        raise VizcoreError("A training with normalisation changes the first layer; choose this or to hold that layer.")


def history_csv(history: Sequence[Epoch]) -> str:
    """The epochs as CSV: a line of names, then one line per epoch. Numbers are in Python's notation."""
    text = io.StringIO()
    table = csv.DictWriter(text, [field.name for field in fields(Epoch)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


@dataclass(frozen=True)
class Segment:
    """Consecutive steps, a part of an epoch.

    Attributes:
        until: in epochs, the end of the last step.
        loss: mean of the steps' losses.
        accuracy: 0 … 1, mean of the steps' accuracies.
    """

    until: float
    loss: float
    accuracy: float
