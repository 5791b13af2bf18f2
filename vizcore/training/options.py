"""How to train, and what came of an epoch, in words that need neither Keras nor TensorFlow."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Options:
    """How to train.

    Attributes:
        epochs: how often every picture is seen, at least 1.
        batch_size: pictures per step, at least 1.
        learning_rate: of AdamW at its highest; it rises over the first 4% of the steps and falls along a cosine to 0.
        weight_decay: AdamW's, on kernels, not on biases.
        augment: mirror every second picture, and shift each by up to an eighth of its side.
        seed: of the first weights, the order of the pictures and their augmentation; at least 0.
    """

    epochs: int = 30
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    augment: bool = True
    seed: int = 0


SHAPES_OPTIONS = Options(epochs=4, learning_rate=2e-3, augment=False)
"""For `vizcore.datasets.shapes.shapes_dataset()`: 252 steps, a minute or two on two cores, over nine in ten right.

So few steps want a higher rate; and so few repetitions of pictures that are drawn at random need no augmentation.
"""


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to.

    Attributes:
        number: 1 for the first.
        loss: mean cross-entropy over the (augmented) pictures learnt from, while they were learnt from.
        accuracy: share of them that was right, 0 … 1.
        validation_loss: mean cross-entropy over the test pictures, after the epoch.
        validation_accuracy: share of them that is right, 0 … 1.
        seconds: how long it took.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Step:
    """What one step came to.

    Attributes:
        epoch: the epoch it belongs to, 1 for the first.
        index: 1 for the first step of the epoch.
        of: how many steps an epoch has.
        loss: mean cross-entropy over the pictures of this step.
        accuracy: share of them that was right, 0 … 1.
    """

    epoch: int
    index: int
    of: int
    loss: float
    accuracy: float


def check_options(options: Options) -> None:
    """Refuse options that make no sense.

    Raises:
        VizcoreError: a number is out of its range.
    """
    whole = min(options.epochs, options.batch_size) >= 1 and options.seed >= 0
    # NaN fails these comparisons. Infinity fails them because both ranges have an upper end.
    if not whole or not 0 < options.learning_rate < 1 or not 0 <= options.weight_decay < math.inf:
        raise VizcoreError(
            "Training takes at least one epoch, at least one picture per step, a learning rate between 0 and 1, a "
            f"weight decay of at least 0 and a seed of at least 0; given were {asdict(options)}."
        )


def history_csv(history: Sequence[Epoch]) -> str:
    """A table of the epochs: a line of names, then one line per epoch, numbers as Python writes them."""
    text = io.StringIO()
    table = csv.DictWriter(text, [field.name for field in fields(Epoch)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


@dataclass(frozen=True)
class Segment:
    """Some steps in a row, a part of an epoch.

    Attributes:
        until: where they end, in epochs.
        loss: mean of the steps' losses.
        accuracy: mean of their accuracies.
    """

    until: float
    loss: float
    accuracy: float
