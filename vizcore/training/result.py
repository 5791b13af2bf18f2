"""What a training is given, says of itself, and comes to."""

from dataclasses import dataclass

from vizcore.arrays import FloatArray, IntArray
from vizcore.datasets.source import Source
from vizcore.networks.network import Network
from vizcore.training.first_layer import FirstLayer
from vizcore.training.measures import Mistake
from vizcore.training.options import Epoch, Options, Stretch


@dataclass(frozen=True)
class Plan:
    """What is to be trained on, how, and from where.

    Attributes:
        source: the pictures.
        options: how.
        before: what to go on from; None to start anew.
    """

    source: Source
    options: Options
    before: "Trained | None" = None

    @property
    def first(self) -> int:
        """How many epochs were done before."""
        return 0 if self.before is None or not self.before.history else self.before.history[-1].number

    @property
    def last(self) -> int:
        """The number of the last epoch."""
        return self.first + self.options.epochs


@dataclass(frozen=True, eq=False)
class Trained:
    """What came of a training.

    Attributes:
        data: the name of the pictures.
        classes: what the logits stand for.
        weights: as `model.get_weights()` gives them.
        history: the epochs, from the first.
        stretches: the finer steps, from the first.
        moments: the first layer after the epochs, from before the first.
        accuracy: share of the test pictures that is right, 0 … 1.
        num_test: how many there were.
        confusion: (classes, classes), true in rows, predicted in columns.
        mistakes: the wrongest of the test pictures.
        network: traced, of weights of its own.
        weights_file: as Keras reads it.
        card: JSON: what is to be known about the weights, with the history.
    """

    data: str
    classes: tuple[str, ...]
    weights: tuple[FloatArray, ...]
    history: tuple[Epoch, ...]
    stretches: tuple[Stretch, ...]
    moments: tuple[FirstLayer, ...]
    accuracy: float
    num_test: int
    confusion: IntArray
    mistakes: tuple[Mistake, ...]
    network: Network
    weights_file: bytes
    card: str


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        words: what it is doing, and how far it is.
        share: of the whole, 0 … 1.
        seconds_left: a guess, or None as long as there is nothing to guess by.
    """

    words: str
    share: float = 0.0
    seconds_left: float | None = None
