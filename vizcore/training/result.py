"""The plan and the result of a training."""

from dataclasses import dataclass

from vizcore.arrays import FloatArray, IntArray
from vizcore.datasets.source import Source
from vizcore.networks.network import Network
from vizcore.training.first_layer import FirstLayer
from vizcore.training.measures import Mistake
from vizcore.training.options import Epoch, Options, Segment


@dataclass(frozen=True, eq=False)
class Course:
    """The course of a training so far, including the earlier trainings that it continues.

    Attributes:
        history: the finished epochs.
        segments: results of parts of the epochs.
        moments: the first layer before the first epoch and after the epochs.
    """

    history: tuple[Epoch, ...] = ()
    segments: tuple[Segment, ...] = ()
    moments: tuple[FirstLayer, ...] = ()


NOTHING_YET = Course()


@dataclass(frozen=True, eq=False, kw_only=True)
class Trained(Course):
    """The result of a training.

    Attributes:
        data: name of the data set.
        classes: names of the classes, in the order of the logits.
        weights: as returned by `model.get_weights()`.
        accuracy: 0 … 1, share of right predictions for the test pictures.
        num_test: number of test pictures.
        confusion: (classes, classes), numbers of pictures, the true class in rows, the predicted one in columns.
        mistakes: the mistakes with the highest probability.
        network: the traced network, with its own copy of the weights.
        weights_file: bytes of a weights file for Keras.
        card: JSON, the description of the weights with the history.
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
    """The plan of a training.

    Attributes:
        source: the pictures.
        options: the options of the training.
        before: the result that the training continues; None to start anew.
    """

    source: Source
    options: Options
    before: Trained | None = None

    @property
    def course(self) -> Course:
        """The course of the earlier trainings."""
        before = self.before
        return NOTHING_YET if before is None else Course(before.history, before.segments, before.moments)

    @property
    def first(self) -> int:
        """The number of epochs of the earlier trainings."""
        history = self.course.history
        return history[-1].number if history else 0

    @property
    def last(self) -> int:
        """The number of the last epoch."""
        return self.first + self.options.epochs
