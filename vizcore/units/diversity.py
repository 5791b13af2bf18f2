"""How alike two pictures are to a layer, whatever the place of what it sees. This needs no Keras.

After Olah, Mordvintsev and Schubert, "Feature Visualization", 2017: the cosine between Gram matrices, which tell how
often two channels answer together (Gatys, Ecker and Bethge, 2015). Pictures that climb away from it show another side
of what a channel prefers.
"""

from collections.abc import Sequence

import numpy as np

from vizcore.activations.interface import LayeredNetwork, WeightedSum
from vizcore.arrays import DoubleArray, FloatArray


class Apart:
    """What leads a picture away from earlier ones, in the eyes of one layer.

    That is the layer itself, or for a unit of a vector the last layer with maps in front of it.
    """

    def __init__(self, network: LayeredNetwork, layer: str) -> None:
        """Begin without an earlier picture.

        Args:
            network: the network.
            layer: name of the layer whose number is raised.
        """
        names = [each.name for each in network.layers]
        seeing = [each.name for each in network.layers[: names.index(layer) + 1] if each.is_spatial]
        self._network, self._layer = network, seeing[-1] if seeing else ""
        self._others: list[DoubleArray] = []

    def keep(self, batch: FloatArray) -> None:
        """Take a picture as one of the earlier ones: (1, h, w, colours)."""
        if self._layer:
            self._others.append(gram(self._activation(batch)))

    def likeness_by_input(self, batch: FloatArray) -> FloatArray | None:
        """The derivative of the likeness to the earlier ones by the network's input; None if there are none.

        Args:
            batch: (1, h, w, colours).
        """
        if not self._others:
            return None
        _, by_activation = likeness(self._activation(batch), self._others)
        return self._network.gradient(batch, WeightedSum(self._layer, by_activation))

    def _activation(self, batch: FloatArray) -> FloatArray:
        return self._network.read(batch, [self._layer])[self._layer]


def gram(activation: FloatArray) -> DoubleArray:
    """(C, C) float64: for each two channels the sum of their products over all cells, divided by the root of the sum of
    squares of all of them.

    Args:
        activation: (h, w, C). Where all is 0 the matrix is 0, too.
    """
    found, size = _gram(activation)
    return found / size if size else found


def likeness(activation: FloatArray, others: Sequence[DoubleArray]) -> tuple[float, FloatArray]:
    """The mean cosine between the Gram matrix of an activation and others.

    Args:
        activation: (h, w, C).
        others: of `gram`, at least one.

    Returns:
        The cosine, 0 … 1, and its derivative by each value of the activation, in its shape.
    """
    found, size = _gram(activation)
    if not size:
        return 0.0, np.zeros_like(activation)
    own, mean = found / size, np.mean(others, axis=0)
    cosine = float((own * mean).sum())
    by_gram = (mean - cosine * own) / size
    return cosine, (2 * activation.astype(np.float64) @ by_gram).astype(np.float32)


def _gram(activation: FloatArray) -> tuple[DoubleArray, float]:
    cells = activation.reshape(-1, activation.shape[-1]).astype(np.float64)
    found = cells.T @ cells
    return found, float(np.linalg.norm(found))
