"""The number that a climb raises, by the levels of a picture. This needs no Keras."""

import numpy as np

from vizcore.activations.interface import LayeredNetwork, Objective
from vizcore.arrays import ByteArray, DoubleArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import ValueRange
from vizcore.units.diversity import Apart


class Number:
    """A number of a layer as a function of levels; of a whole channel its mean."""

    def __init__(self, network: LayeredNetwork, objective: Objective, value_range: ValueRange) -> None:
        """Check that the network takes pictures that can be shown.

        Args:
            network: the network.
            objective: the number.
            value_range: the numbers that the network takes for a pixel.

        Raises:
            VizcoreError: it takes neither 1 nor 3 colours.
        """
        if network.input_shape[2] not in (1, 3):
            raise VizcoreError(f"A picture has 1 or 3 colours; this network takes {network.input_shape[2]}.")
        self._network, self._objective, self._range = network, objective, value_range
        shape = next((layer.shape for layer in network.layers if layer.name == objective.layer), (1,))
        whole_map = objective.cell is None and len(shape) == 3
        self._cells = shape[0] * shape[1] if whole_map else 1
        self._apart = Apart(network, objective.layer)

    def ascent(self, levels: DoubleArray) -> tuple[float, FloatArray]:
        """The number, and what raises it by levels."""
        total, direction = self._network.ascent(self._batch(levels), self._objective)
        if not (np.isfinite(total) and np.isfinite(direction).all()):
            raise VizcoreError(f"The layer “{self._objective.layer}” has values or a gradient that are not finite.")
        return total / self._cells, self._range.gradient_by_levels(direction)

    def of(self, pixels: ByteArray) -> float:
        """The number for whole levels."""
        return self.ascent(pixels.astype(np.float64))[0]

    def keep(self, pixels: ByteArray) -> None:
        """Let later pictures be different from this one."""
        self._apart.keep(self._batch(pixels.astype(np.float64)))

    def likeness_by_levels(self, levels: DoubleArray) -> FloatArray | None:
        """What makes a picture more like those that were kept; None if there are none."""
        by_input = self._apart.likeness_by_input(self._batch(levels))
        return None if by_input is None else self._range.gradient_by_levels(by_input)

    def _batch(self, levels: DoubleArray) -> FloatArray:
        return self._range.apply_exactly(levels.astype(np.float32))[np.newaxis]
