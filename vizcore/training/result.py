"""What a training is given, and what it comes to."""

from dataclasses import dataclass

from vizcore.arrays import FloatArray, IntArray
from vizcore.datasets.source import Source
from vizcore.networks.network import Network
from vizcore.training.first_layer import FirstLayer
from vizcore.training.measures import Mistake
from vizcore.training.options import Epoch, Options, Segment


@dataclass(frozen=True, eq=False)
class Course:
    """A training so far, from the first epoch of the first one if it went on from others.

    Attributes:
        history: the epochs that are done.
        segments: what was learnt meanwhile, in finer parts.
        moments: the first layer after the epochs, from before the first.
    """

    history: tuple[Epoch, ...] = ()
    segments: tuple[Segment, ...] = ()
    moments: tuple[FirstLayer, ...] = ()


NOTHING_YET = Course()


@dataclass(frozen=True, eq=False, kw_only=True)
class Trained(Course):
    """What came of a training.

    Attributes:
        data: the name of the pictures.
        classes: what the logits stand for.
        weights: as `model.get_weights()` gives them.
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
    accuracy: float
    num_test: int
    confusion: IntArray
    mistakes: tuple[Mistake, ...]
    network: Network
    weights_file: bytes
    card: str


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
    before: Trained | None = None

    @property
    def course(self) -> Course:
        """What was done before."""
        before = self.before
        return NOTHING_YET if before is None else Course(before.history, before.segments, before.moments)

    @property
    def first(self) -> int:
        """How many epochs were done before."""
        history = self.course.history
        return history[-1].number if history else 0

    @property
    def last(self) -> int:
        """The number of the last epoch."""
        return self.first + self.options.epochs
