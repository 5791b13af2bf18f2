"""Which channels of later layers listen to a channel, followed through the graph. Importing this imports Keras.

A channel is followed until it is multiplied with weights that mix channels. What lies between (normalisation, ReLU,
pooling, depthwise convolutions, joins) is crossed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import keras
import numpy as np

from vizcore.activations.graph import Step, Unrolled
from vizcore.activations.passes import check_names
from vizcore.arrays import DoubleArray, IntArray, frozen
from vizcore.errors import VizcoreError


@dataclass(frozen=True, eq=False)
class Listeners:
    """How the channels of a later layer listen to a channel.

    Attributes:
        layer: name of the later layer.
        strength: (C,) float64, 0 or more, the sum of the sizes of the weights that each channel gives it, times those
            of what lies between.
        total: (C,) float64, the same with the signs: how much the channel's sum rises when the whole map rises by 1, if
            every ReLU between is on. Between −strength and strength.
    """

    layer: str
    strength: DoubleArray
    total: DoubleArray

    def order(self, number: int = 10) -> IntArray:
        """The channels that listen most, those with weights of 0 left out; equal ones by index."""
        order = np.argsort(-self.strength, kind="stable")[:number]
        return np.asarray(order[self.strength[order] > 0], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Audience:
    """Who listens to a channel.

    Attributes:
        listeners: one for each of the next layers with weights, in the network's order.
        not_followed: layers and operations that the channel reaches as well and that are not crossed, by their names.
    """

    listeners: tuple[Listeners, ...]
    not_followed: tuple[str, ...]


def audience(network: Unrolled, layer: str, channel: int) -> Audience:
    """The next layers with weights that a channel reaches, and how their channels listen to it.

    Args:
        network: the network's graph.
        layer: name of the channel's layer.
        channel: number of the channel.

    Raises:
        VizcoreError: an unknown layer, or one without such a channel.
    """
    check_names([layer], network.layers)
    start = network.layers[layer]
    number = network.shapes[start][-1] or 0
    if not 0 <= channel < number:
        raise VizcoreError(f"The layer “{layer}” has {number} channels, counted from 0; there is no {channel}.")
    heard = {start: _Heard.of(np.eye(number)[channel])}
    listeners, not_followed = [], []
    for step in network.steps:
        if not any(tensor in heard for tensor in step.inputs):
            continue
        given = [heard.get(tensor) or _Heard.nothing(network.shapes[tensor]) for tensor in step.inputs]
        if type(step.operation) in _LISTENING:
            result = _LISTENING[type(step.operation)](step.operation, *given)
            listeners.append(Listeners(step.name, frozen(result.strength), frozen(result.total)))
            continue
        crossed = _crossed(step, given, network.shapes[step.outputs[0]])
        if crossed is None:
            not_followed.append(step.name)
        else:
            heard[step.outputs[0]] = crossed
    return Audience(tuple(listeners), tuple(not_followed))


@dataclass(frozen=True, eq=False)
class _Heard:
    """How much of a channel is in each channel of a tensor; see `Listeners`."""

    strength: DoubleArray
    total: DoubleArray

    @classmethod
    def of(cls, total: DoubleArray) -> "_Heard":
        return cls(np.abs(total), total)

    @classmethod
    def nothing(cls, shape: tuple[int | None, ...]) -> "_Heard":
        """Of a tensor that the channel does not reach."""
        return cls.of(np.zeros(shape[-1] or 0 if shape else 0))

    def times(self, factors: DoubleArray | float) -> "_Heard":
        """Behind a factor for each channel, or one for all."""
        return _Heard(self.strength * np.abs(factors), self.total * factors)

    def mixed(self, kernel: Any) -> "_Heard":
        """Behind a kernel (…, C, C′), whose places add up."""
        # Only the channels that are reached are copied, since a kernel may have 400 MB.
        reached = np.flatnonzero(self.strength)
        taken = np.asarray(keras.ops.take(kernel, reached, axis=-2), dtype=np.float64)
        taken = taken.reshape(math.prod(kernel.shape[:-2]), *taken.shape[-2:])
        return _Heard(self.strength[reached] @ np.abs(taken).sum(axis=0), self.total[reached] @ taken.sum(axis=0))


_Crossing = Callable[[Any, Sequence[_Heard]], _Heard | None]
"""A layer and what is heard in its inputs → what is heard in its output; None where it cannot be told."""


def _crossed(step: Step, given: Sequence[_Heard], shape: tuple[int | None, ...]) -> _Heard | None:
    layer = step.operation
    if type(layer) in _REARRANGED:
        return _rearranged(given[0], shape)
    # Softmax gives each channel a part of all others.
    mixes = getattr(layer, "activation", None) is keras.activations.softmax
    return None if mixes or type(layer) not in _CROSSED else _CROSSED[type(layer)](layer, given)


def _same(_: Any, given: Sequence[_Heard]) -> _Heard:
    return given[0]


def _rearranged(heard: _Heard, shape: tuple[int | None, ...]) -> _Heard | None:
    """Behind Flatten and Reshape. In a vector, the channels of a cell stay next to one another."""
    number = shape[-1] or 0
    if number == len(heard.total):
        return heard
    if len(shape) != 1 or number % len(heard.total):
        return None
    return _Heard(np.tile(heard.strength, number // len(heard.total)), np.tile(heard.total, number // len(heard.total)))


def _batch_normalization(layer: Any, given: Sequence[_Heard]) -> _Heard | None:
    if layer.axis not in (-1, 3) or layer.moving_variance.shape != given[0].total.shape:
        return None
    scale = np.asarray(layer.gamma, dtype=np.float64) if layer.scale else 1.0
    return given[0].times(scale / np.sqrt(np.asarray(layer.moving_variance, dtype=np.float64) + layer.epsilon))


def _rescaling(layer: Any, given: Sequence[_Heard]) -> _Heard:
    return given[0].times(np.asarray(layer.scale, dtype=np.float64))


def _depthwise(layer: Any, given: Sequence[_Heard]) -> _Heard:
    return _each_by_itself(given[0], layer.kernel)


def _each_by_itself(heard: _Heard, kernel: Any) -> _Heard:
    """Behind a depthwise kernel (kh, kw, C, multiplier)."""
    weights = np.asarray(kernel, dtype=np.float64)
    strength = heard.strength[:, np.newaxis] * np.abs(weights).sum(axis=(0, 1))
    return _Heard(strength.ravel(), (heard.total[:, np.newaxis] * weights.sum(axis=(0, 1))).ravel())


def _add(_: Any, given: Sequence[_Heard]) -> _Heard:
    return _Heard(np.sum([each.strength for each in given], axis=0), np.sum([each.total for each in given], axis=0))


def _subtract(layer: Any, given: Sequence[_Heard]) -> _Heard:
    return _add(layer, (given[0], given[1].times(-1.0)))


def _average(layer: Any, given: Sequence[_Heard]) -> _Heard:
    return _add(layer, given).times(1 / len(given))


def _concatenate(layer: Any, given: Sequence[_Heard]) -> _Heard | None:
    return _side_by_side(given) if layer.axis in (-1, 3) else None


def _side_by_side(parts: Sequence[_Heard]) -> _Heard:
    return _Heard(np.concatenate([each.strength for each in parts]), np.concatenate([each.total for each in parts]))


# Layers with weights that mix channels: layer and what is heard in its input → what its channels hear.


def _conv2d(layer: Any, heard: _Heard) -> _Heard:
    if layer.groups == 1:
        return heard.mixed(layer.kernel)
    kernels = np.split(np.asarray(layer.kernel), layer.groups, axis=-1)
    parts = zip(np.split(heard.strength, layer.groups), np.split(heard.total, layer.groups), kernels, strict=True)
    return _side_by_side([_Heard(strength, total).mixed(kernel) for strength, total, kernel in parts])


def _separable_conv2d(layer: Any, heard: _Heard) -> _Heard:
    return _each_by_itself(heard, layer.depthwise_kernel).mixed(layer.pointwise_kernel)


def _conv2d_transpose(layer: Any, heard: _Heard) -> _Heard:
    # With strides each cell takes a part of the kernel; on average it is this.
    return heard.mixed(keras.ops.swapaxes(layer.kernel, -1, -2)).times(1 / math.prod(layer.strides))


def _dense(layer: Any, heard: _Heard) -> _Heard:
    return heard.mixed(layer.kernel)


_REARRANGED = frozenset({keras.layers.Flatten, keras.layers.Reshape})
_CROSSED: Mapping[type, _Crossing] = MappingProxyType(
    dict.fromkeys(
        (
            keras.layers.Activation,
            keras.layers.ReLU,
            keras.layers.LeakyReLU,
            keras.layers.PReLU,
            keras.layers.ELU,
            keras.layers.Dropout,
            keras.layers.SpatialDropout2D,
            keras.layers.Identity,
            keras.layers.MaxPooling2D,
            keras.layers.AveragePooling2D,
            keras.layers.GlobalMaxPooling2D,
            keras.layers.GlobalAveragePooling2D,
            keras.layers.UpSampling2D,
            keras.layers.ZeroPadding2D,
            keras.layers.Cropping2D,
        ),
        _same,
    )
    | {
        keras.layers.BatchNormalization: _batch_normalization,
        keras.layers.Rescaling: _rescaling,
        keras.layers.DepthwiseConv2D: _depthwise,
        keras.layers.Add: _add,
        keras.layers.Subtract: _subtract,
        keras.layers.Average: _average,
        keras.layers.Concatenate: _concatenate,
    }
)
_LISTENING: Mapping[type, Callable[[Any, _Heard], _Heard]] = MappingProxyType(
    {
        keras.layers.Conv2D: _conv2d,
        keras.layers.SeparableConv2D: _separable_conv2d,
        keras.layers.Conv2DTranspose: _conv2d_transpose,
        keras.layers.Dense: _dense,
    }
)
