"""The terms of layers that work on every cell by itself, and of those that join the same cell of several inputs.

Each function takes what is given of a cell and returns its terms before the activation function. Importing this does
not import Keras.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from vizcore.arrays import DoubleArray
from vizcore.units.given import Given, as_maps, number, weight, whole
from vizcore.units.terms import Combination, Terms
from vizcore.units.windows import won


def identity(given: Given) -> Terms:
    """Layers that pass their input on, or only through an activation function."""
    return given.own_input


def batch_normalization(given: Given) -> Terms:
    """BatchNormalization with the moving mean and variance, as one factor and one number added."""
    layer, channel = given.layer, given.cell[2]
    if not given.is_channel_axis(layer.axis):
        raise given.refused(f", which normalises along axis {layer.axis},")
    mean, variance, gamma, beta = (
        absent if variable is None else float(weight(variable, (channel,)))
        for variable, absent in (
            (layer.moving_mean, 0.0),
            (layer.moving_variance, 1.0),
            (layer.gamma if layer.scale else None, 1.0),
            (layer.beta if layer.center else None, 0.0),
        )
    )
    factor = gamma / math.sqrt(variance + layer.epsilon)
    constants = {"mean": mean, "variance": variance, "gamma": gamma, "beta": beta, "epsilon": layer.epsilon}
    return replace(
        given.own_input,
        kernel=np.full((1, 1, 1), factor),
        bias=beta - mean * factor,
        constants=MappingProxyType(constants),
    )


def rescaling(given: Given) -> Terms:
    """Rescaling, with one factor or one for each channel."""
    # The network multiplies in float32. The rounded factor is the one that the map was made with.
    scale, offset = (
        number(np.asarray(values, dtype=np.float32), given.cell) for values in (given.layer.scale, given.layer.offset)
    )
    return replace(given.own_input, kernel=np.full((1, 1, 1), scale), bias=offset)


def add(given: Given) -> Terms:
    """Add."""
    return _joined(given)


def subtract(given: Given) -> Terms:
    """Subtract: the first input minus the second."""
    return replace(_joined(given), kernel=np.array([[[1.0, -1.0]]]))


def average(given: Given) -> Terms:
    """Average."""
    joined = _joined(given)
    return replace(joined, kernel=joined.kernel / len(given.inputs))


def multiply(given: Given) -> Terms:
    """Multiply: the terms are factors."""
    return replace(_joined(given), combination="product")


def extreme(combination: Combination) -> Callable[[Given], Terms]:
    """Maximum ("largest") and Minimum ("smallest")."""
    return lambda given: won(_joined(given), combination)


def _joined(given: Given) -> Terms:
    """The cell in each input. An input with one row, column or channel is spread over the others."""
    row, column, channel = given.cell
    inputs = [as_maps(activation) for activation in given.inputs]
    window: DoubleArray = np.array([[[number(maps, given.cell) for maps in inputs]]])
    return Terms(
        window=window,
        padding=np.zeros((1, 1), dtype=np.bool_),
        kernel=np.ones_like(window),
        rows=whole([row]),
        columns=whole([column]),
        channels=whole([min(channel, maps.shape[2] - 1) for maps in inputs]),
        sources=np.arange(len(inputs)),
    )
