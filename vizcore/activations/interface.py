"""What may be asked of a network: the one interface that the rooms above take. Importing this does not import Keras.

`vizcore.activations.tracing.TracedNetwork` has it for Keras models.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vizcore.activations.layer import ChannelSummary, LayerInfo
from vizcore.arrays import FloatArray
from vizcore.errors import VizcoreError


@dataclass(frozen=True)
class Objective:
    """One number that a network computes of a picture.

    Attributes:
        layer: name of a layer.
        channel: of the layer; in a vector the unit, such as the logit of a class.
        cell: row and column; None for the sum over all cells of the channel.
    """

    layer: str
    channel: int
    cell: tuple[int, int] | None = None

    def weights(self, shape: tuple[int, ...]) -> FloatArray:
        """The number as a sum over the layer: 1 where a value counts, 0 elsewhere.

        Args:
            shape: (h, w, C) or (C,), of the layer. A vector is one cell.

        Returns:
            The same shape, float32.

        Raises:
            VizcoreError: the layer has no such cell or channel.
        """
        height, width, num_channels = shape if len(shape) == 3 else (1, 1, shape[-1])
        row, column = self.cell or (0, 0)
        if not (0 <= row < height and 0 <= column < width and 0 <= self.channel < num_channels):
            place = f"channel {self.channel}" if self.cell is None else f"{(row, column)} in channel {self.channel}"
            raise VizcoreError(
                f"The layer “{self.layer}” has {height} × {width} cells in {num_channels} channels, counted from 0; "
                f"there is no {place}."
            )
        weights = np.zeros((height, width, num_channels), np.float32)
        cells = (slice(None), slice(None)) if self.cell is None else self.cell
        weights[(*cells, self.channel)] = 1
        return weights.reshape(shape)


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """The sum of all values of a layer, each multiplied by a weight of its own.

    Attributes:
        layer: name of a layer.
        factors: in the shape of the layer, float32.
    """

    layer: str
    factors: FloatArray

    def weights(self, shape: tuple[int, ...]) -> FloatArray:
        """The factors.

        Raises:
            VizcoreError: the layer has another shape.
        """
        if self.factors.shape != shape:
            raise VizcoreError(
                f"The layer “{self.layer}” has the shape {shape}; these factors have {self.factors.shape}."
            )
        return self.factors


@dataclass(frozen=True, eq=False)
class Variants:
    """Several activations of one layer, made a few at a time, so that they need not be in memory together.

    Attributes:
        number: how many there are.
        make: first index and the one behind the last → (n, h, w, C) or (n, C) float32.
    """

    number: int
    make: Callable[[int, int], FloatArray]

    @classmethod
    def of(cls, activations: FloatArray) -> "Variants":
        """Variants that are in memory already: (n, h, w, C) or (n, C)."""
        return cls(len(activations), lambda start, end: activations[start:end])


@dataclass(frozen=True, eq=False)
class Midway:
    """One picture on its way through a network: all that the layers behind one layer take.

    Attributes:
        activation: (h, w, C) or (C,) float32, read-only, the layer's own units.
        beside: the values that lead past the layer, in an order and in types of the network's own.
    """

    activation: FloatArray
    beside: tuple[object, ...]


class Continuation(Protocol):
    """The part of a network that lies behind one layer, up to an answer."""

    @property
    def layer(self) -> str:
        """Name of the layer."""

    @property
    def bypassed_by(self) -> tuple[str, ...]:
        """The layers whose outputs lead past this one to the answer, by their names; "" for the network's input.

        Empty for a layer that cuts the network in two: what is behind it depends on the picture through it alone.
        """

    def midway(self, batch: FloatArray) -> Midway:
        """A picture, up to the layer.

        Args:
            batch: (1, h, w, colours) float32. It is not changed.
        """

    def answers(self, midway: Midway, variants: Variants) -> FloatArray:
        """The answers that come of other activations of the layer, for one picture.

        Args:
            midway: the picture. Its values beside the layer stay.
            variants: in place of its activation.

        Returns:
            (n, C) float32, read-only; (n, h, w, C) where the answer is feature maps.
        """


class ReadableNetwork(Protocol):
    """A network whose layers can be read."""

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The layers, in the network's order."""

    def read(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
        """The outputs of some layers for one picture (1, h, w, colours): name → (h, w, C) or (C,) float32."""

    def summarise_many(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, ChannelSummary]:
        """Mean and maximum of every channel of some layers for several pictures (n, h, w, colours)."""


class LayeredNetwork(ReadableNetwork, Protocol):
    """A network whose layers can be read, differentiated and changed."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """Height, width and number of colours of a picture."""

    def read_with_derivative(
        self, batch: FloatArray, tangent: FloatArray, layer_names: Iterable[str]
    ) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """Forward mode: the outputs of some layers, and their derivatives along a change of the picture."""

    def gradient(self, batch: FloatArray, objective: Objective | WeightedSum) -> FloatArray:
        """Reverse mode: (h, w, colours) float32, the derivative of one number by every value of the picture."""

    def ascent(self, batch: FloatArray, objective: Objective) -> tuple[float, FloatArray]:
        """One number, and the direction in which the picture raises it, also where its gradient is 0."""

    def behind(self, layer_name: str, answer: str) -> Continuation:
        """The part of the network from a layer to an answering layer, both by their names."""
