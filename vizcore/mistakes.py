"""The pictures that a network is most wrong about."""

from dataclasses import dataclass

import numpy as np

from vizcore.arrays import ByteArray, FloatArray
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


def wrongest(pictures: Pictures, given: FloatArray, *, number: int = 12) -> tuple[Mistake, ...]:
    """The pictures whose wrong class was given the highest probability, the highest first; equals in their order.

    Args:
        pictures: N pictures with their classes.
        given: (N, classes) probabilities.
        number: how many; fewer if there are fewer mistakes.
    """
    winners = given.argmax(axis=1)
    wrong = np.nonzero(winners != pictures.labels)[0]
    order = wrong[np.argsort(-given[wrong, winners[wrong]], kind="stable")][:number]
    return tuple(
        Mistake(
            pictures.pixels[index],
            int(pictures.labels[index]),
            int(winners[index]),
            float(given[index, winners[index]]),
        )
        for index in order
    )
