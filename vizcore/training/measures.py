"""Measures of a network's quality on test pictures: accuracy, calibration, confusion, worst mistakes."""

from dataclasses import dataclass

import numpy as np

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import Pictures


@dataclass(frozen=True, eq=False)
class Mistake:
    """A picture with a wrong prediction.

    Attributes:
        pixels: (h, w, 3) uint8.
        true: index of its class.
        predicted: index of the predicted class.
        probability: 0 … 1, probability of the predicted class.
    """

    pixels: ByteArray
    true: int
    predicted: int
    probability: float


def wrongest(pictures: Pictures, probabilities: FloatArray, *, number: int = 12) -> tuple[Mistake, ...]:
    """The mistakes with the highest probability of the wrong class, highest first; equal ones in their order.

    Args:
        pictures: N pictures with their classes.
        probabilities: (N, classes), rows add up to 1.
        number: the largest number of mistakes to return.
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
    """Means over the pictures of an epoch so far, as Keras reports them after each step.

    Attributes:
        number: number of pictures.
        loss: mean cross-entropy.
        accuracy: 0 … 1, share of right predictions.
    """

    number: int = 0
    loss: float = 0.0
    accuracy: float = 0.0

    def since(self, earlier: "RunningMean") -> tuple[float, float]:
        """Mean loss and accuracy of the pictures after an earlier mean, which covers fewer pictures."""
        more = self.number - earlier.number
        loss, accuracy = (
            (self.number * now - earlier.number * before) / more
            for now, before in ((self.loss, earlier.loss), (self.accuracy, earlier.accuracy))
        )
        # The means are float32: a loss of nearly 0 may come out a little below it.
        return max(0.0, loss), min(1.0, max(0.0, accuracy))


_CALIBRATION_BINS = 15


def cross_entropy(probabilities: FloatArray, labels: IntArray) -> float:
    """Mean of −log of the probability of the true class, from probabilities (N, classes) and labels (N,)."""
    true = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())


def confusion_matrix(labels: IntArray, predicted: IntArray, num_classes: int) -> IntArray:
    """(classes, classes) int64: numbers of pictures, the true class in rows, the predicted one in columns."""
    flat = np.bincount(labels * num_classes + predicted, minlength=num_classes**2)
    return flat.reshape(num_classes, num_classes).astype(np.int64)


def calibration_error(probabilities: FloatArray, labels: IntArray, *, bins: int = _CALIBRATION_BINS) -> float:
    """Mean difference between the probability of the predicted class and the share of right predictions.

    The expected calibration error of Guo et al. 2017 (arXiv:1706.04599): pictures are put into bins of equal width by
    the probability of their predicted class. For each bin the absolute difference between the mean probability and the
    share of right predictions is computed. These are averaged, weighted by the number of pictures.

    Args:
        probabilities: (N, classes), rows add up to 1.
        labels: (N,) the true classes.
        bins: number of bins.

    Returns:
        0 … 1; 0 if in every bin the mean probability equals the share of right predictions.
    """
    confidence, right = probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
