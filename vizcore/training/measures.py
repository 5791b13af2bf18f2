"""How good a network is on pictures it has not seen: accuracy, calibration, confusion, its worst mistakes."""

from dataclasses import dataclass

import numpy as np

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import Pictures


@dataclass(frozen=True, eq=False)
class Mistake:
    """A picture that was taken for something else.

    Attributes:
        pixels: (h, w, 3) uint8.
        true: index of its class.
        predicted: index of the class that won.
        probability: that the winner was given, 0 … 1.
    """

    pixels: ByteArray
    true: int
    predicted: int
    probability: float


def wrongest(pictures: Pictures, probabilities: FloatArray, *, number: int = 12) -> tuple[Mistake, ...]:
    """The pictures whose wrong class was given the highest probability, the highest first; equals in their order.

    Args:
        pictures: N pictures with their classes.
        probabilities: (N, classes), rows add up to 1.
        number: how many; fewer if there are fewer mistakes.
    """
    winners = probabilities.argmax(axis=1)
    wrong = np.nonzero(winners != pictures.labels)[0]
    order = wrong[np.argsort(-probabilities[wrong, winners[wrong]], kind="stable")][:number]
    return tuple(
        Mistake(
            pictures.pixels[index],
            int(pictures.labels[index]),
            int(winners[index]),
            float(probabilities[index, winners[index]]),
        )
        for index in order
    )


@dataclass(frozen=True)
class RunningMean:
    """Means over the pictures of an epoch so far, as Keras says them after each step.

    Attributes:
        number: of pictures.
        loss: mean cross-entropy.
        accuracy: share that was right, 0 … 1.
    """

    number: int = 0
    loss: float = 0.0
    accuracy: float = 0.0

    def since(self, earlier: "RunningMean") -> tuple[float, float]:
        """Loss and accuracy of the pictures that came after an earlier mean, of fewer pictures."""
        more = self.number - earlier.number
        loss, accuracy = (
            (self.number * now - earlier.number * before) / more
            for now, before in ((self.loss, earlier.loss), (self.accuracy, earlier.accuracy))
        )
        # The means are float32: a loss of nearly 0 may come out a little below it.
        return max(0.0, loss), min(1.0, max(0.0, accuracy))


_CALIBRATION_BINS = 15


def cross_entropy(probabilities: FloatArray, labels: IntArray) -> float:
    """Mean of −log of the probability that was given to the true class; (N, classes) and (N,)."""
    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())


def confusion_matrix(labels: IntArray, predicted: IntArray, num_classes: int) -> IntArray:
    """(classes, classes): row the true class, column the predicted one, each cell a number of pictures."""
    flat = np.bincount(labels * num_classes + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes).astype(np.int64)


def calibration_error(probabilities: FloatArray, labels: IntArray, *, bins: int = _CALIBRATION_BINS) -> float:
    """How far the probability of the winning class is from the share that is right, on average.

    The expected calibration error of Guo et al. 2017 (arXiv:1706.04599): pictures are put into bins of equal width by
    the probability of their winner; the differences between the mean probability and the share of right answers of each
    bin are averaged, weighted by the number of pictures.

    Args:
        probabilities: (N, classes), rows add up to 1.
        labels: (N,) the true classes.
        bins: how many.

    Returns:
        0 … 1; 0 for probabilities that are exactly as often right as they say.
    """
    confidence, right = probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
