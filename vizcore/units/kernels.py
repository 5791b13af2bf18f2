"""The kernel of one channel, as values and in words. Importing this imports Keras."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import numpy as np

from vizcore.activations.graph import FedLayer
from vizcore.arrays import DoubleArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.units.given import bias_of, weight

EDGES_ONLY = 0.1
"""A kernel whose sum is at most this part of the sum of its sizes answers to edges only."""


@dataclass(frozen=True, eq=False)
class Kernel:
    """What one channel of a layer multiplies its inputs with.

    Attributes:
        layer: name of the layer.
        channel: of the layer.
        values: (kh, kw, C) float64, read-only, C counts the channels that it reads; (1, 1, C) for a dense layer.
        inputs: (C,) the numbers of those channels.
        bias: added to the sum.
    """

    layer: str
    channel: int
    values: DoubleArray
    inputs: IntArray
    bias: float

    @property
    def total(self) -> float:
        """ΣK: how much the sum rises when all inputs rise by 1."""
        return float(self.values.sum())

    @property
    def balance(self) -> float:
        """ΣK / Σ|K|, −1 … 1: 1 for weights that are all positive, 0 where they cancel, and for a kernel of zeros."""
        size = float(np.abs(self.values).sum())
        return self.total / size if size else 0.0

    @property
    def answers_to(self) -> str:
        """What it answers to where its input is even, in words: "light", "darkness" or "edges only"; see EDGES_ONLY."""
        if abs(self.balance) <= EDGES_ONLY:
            return "edges only"
        return "light" if self.balance > 0 else "darkness"


def kernel_of(fed: FedLayer, channel: int) -> Kernel:
    """The kernel of one channel.

    Args:
        fed: the layer, from `vizcore.activations.graph.fed_layer`.
        channel: number of the channel.

    Raises:
        VizcoreError: a layer without a kernel that is known here, or without such a channel.
    """
    layer = fed.layer
    # The class itself is asked for, because a subclass of a layer may compute anything.
    found = KERNELS.get(type(layer))
    if found is None or getattr(layer, "quantization_mode", None) is not None:
        raise VizcoreError(f"The layer “{fed.name}” ({type(layer).__name__}) has no kernel that can be shown.")
    if not 0 <= channel < found.number(layer):
        raise VizcoreError(
            f"The layer “{fed.name}” has {found.number(layer)} channels, counted from 0; there is no {channel}."
        )
    values, inputs = found.read(layer, channel)
    return Kernel(fed.name, channel, frozen(values), frozen(inputs), bias_of(layer, channel))


def all_kernels(fed: FedLayer) -> tuple[Kernel, ...]:
    """The kernels of all channels of a layer, for a mosaic of them.

    Raises:
        VizcoreError: as `kernel_of`.
    """
    first = kernel_of(fed, 0)
    return (first, *(kernel_of(fed, channel) for channel in range(1, KERNELS[type(fed.layer)].number(fed.layer))))


@dataclass(frozen=True)
class _Kind:
    """How the kernels of a class of layers are read.

    Attributes:
        number: layer → the number of its channels.
        read: layer and channel → (kh, kw, C) values, and the (C,) channels of the input.
    """

    number: Callable[[Any], int]
    read: Callable[[Any, int], tuple[DoubleArray, IntArray]]


def _conv2d(layer: Any, channel: int) -> tuple[DoubleArray, IntArray]:
    values = weight(layer.kernel, (..., channel))
    first = channel // (layer.filters // layer.groups) * values.shape[2]
    return values, np.arange(first, first + values.shape[2])


def _depthwise(layer: Any, channel: int) -> tuple[DoubleArray, IntArray]:
    source, index = divmod(channel, layer.depth_multiplier)
    return weight(layer.kernel, (..., source, index))[..., np.newaxis], np.array([source])


def _separable(layer: Any, channel: int) -> tuple[DoubleArray, IntArray]:
    depthwise = weight(layer.depthwise_kernel, (...,))
    num_inputs = depthwise.shape[2]
    pointwise = weight(layer.pointwise_kernel, (0, 0, slice(None), channel)).reshape(num_inputs, -1)
    return np.einsum("hwcm,cm->hwc", depthwise, pointwise), np.arange(num_inputs)


def _transposed(layer: Any, channel: int) -> tuple[DoubleArray, IntArray]:
    values = weight(layer.kernel, (slice(None), slice(None), channel))
    return values, np.arange(values.shape[2])


def _dense(layer: Any, channel: int) -> tuple[DoubleArray, IntArray]:
    values = weight(layer.kernel, (slice(None), channel))
    return values[np.newaxis, np.newaxis], np.arange(len(values))


KERNELS: Mapping[type, _Kind] = MappingProxyType(
    {
        keras.layers.Conv2D: _Kind(lambda layer: int(layer.filters), _conv2d),
        keras.layers.DepthwiseConv2D: _Kind(lambda layer: int(np.prod(layer.kernel.shape[2:])), _depthwise),
        keras.layers.SeparableConv2D: _Kind(lambda layer: int(layer.filters), _separable),
        keras.layers.Conv2DTranspose: _Kind(lambda layer: int(layer.filters), _transposed),
        keras.layers.Dense: _Kind(lambda layer: int(layer.units), _dense),
    }
)
"""Class of a layer → how its kernels are read."""
