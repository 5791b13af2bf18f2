"""Activation functions in float64, and which of them a layer ends with. Importing this imports Keras."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import keras

from vizcore.units.given import Given, number
from vizcore.units.terms import NO_CONSTANTS

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


@dataclass(frozen=True)
class Function:
    """An activation function of one number.

    Attributes:
        name: Keras's name of it.
        compute: the function. Softmax has none: it needs the values of all channels.
        constants: its numbers, by their names in Keras.
    """

    name: str
    compute: Callable[[float], float] | None
    constants: Mapping[str, float] = field(default_factory=lambda: NO_CONSTANTS)

    def __call__(self, value: float) -> float:
        """The function at a value; NaN at NaN."""
        if self.compute is None:
            raise TypeError(f"{self.name} is no function of one number.")
        return value if math.isnan(value) else self.compute(value)


def function_of(given: Given) -> Function:
    """The activation function that a layer is, or ends with; "linear" for none.

    Raises:
        VizcoreError: a function that is not known here.
    """
    layer = given.layer
    if type(layer) in _OF_LAYERS:
        return _OF_LAYERS[type(layer)](given)
    activation = getattr(layer, "activation", keras.activations.linear)
    if type(activation) in _OF_LAYERS:
        return _OF_LAYERS[type(activation)](replace(given, layer=activation))
    if activation is None:
        activation = keras.activations.linear
    # The comparison is of the functions themselves, because another function may have the name of one of Keras's.
    known = next((function for published, function in _FUNCTIONS if published is activation), None)
    if known is None:
        name = getattr(activation, "__name__", type(activation).__name__)
        raise given.refused(f" with the activation function “{name}”")
    return known


def _relu(value: float, *, negative_slope: float, max_value: float, threshold: float) -> float:
    if value > threshold:
        return min(value, max_value)
    return negative_slope * (value - threshold) if negative_slope else 0.0


def _elu(value: float, *, alpha: float, scale: float = 1.0) -> float:
    return scale * (value if value > 0 else alpha * math.expm1(value))


def _sigmoid(value: float) -> float:
    # Neither exponential overflows.
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def _silu(value: float) -> float:
    return value * _sigmoid(value)


def _gelu(value: float) -> float:
    return value * math.erfc(-value / math.sqrt(2)) / 2


def _hard_sigmoid(value: float) -> float:
    return min(max(value + 3, 0.0), 6.0) / 6


def _hard_silu(value: float) -> float:
    return value * _hard_sigmoid(value)


def _identity(value: float) -> float:
    return value


def _rectifier(name: str, *, slope: float = 0.0, most: float | None = None, threshold: float = 0.0) -> Function:
    constants = {"negative_slope": float(slope), "threshold": float(threshold)}
    if most is not None:
        constants["max_value"] = float(most)
    compute = partial(_relu, **{"max_value": math.inf, **constants})
    return Function(name, compute, MappingProxyType(constants))


def _exponential(alpha: float) -> Function:
    return Function("elu", partial(_elu, alpha=alpha), MappingProxyType({"alpha": float(alpha)}))


def _of_relu(given: Given) -> Function:
    layer = given.layer
    return _rectifier("relu", slope=layer.negative_slope, most=layer.max_value, threshold=layer.threshold)


def _of_softmax(given: Given) -> Function:
    axes = given.layer.axis if isinstance(given.layer.axis, list | tuple) else [given.layer.axis]
    if len(given.inputs) != 1 or len(axes) != 1 or not _is_last(axes[0], given):
        raise given.refused(f" along axis {given.layer.axis}")
    return _SOFTMAX


def _is_last(axis: int, given: Given) -> bool:
    return axis in (-1, given.output.ndim)


_SOFTMAX = Function("softmax", None)
_OF_LAYERS: Mapping[type, Callable[[Given], Function]] = MappingProxyType(
    {
        keras.layers.ReLU: _of_relu,
        keras.layers.LeakyReLU: lambda given: _rectifier("leaky_relu", slope=given.layer.negative_slope),
        keras.layers.PReLU: lambda given: _rectifier("prelu", slope=number(given.layer.alpha, given.cell)),
        keras.layers.ELU: lambda given: _exponential(given.layer.alpha),
        keras.layers.Softmax: _of_softmax,
    }
)
_FUNCTIONS: tuple[tuple[Any, Function], ...] = (
    (keras.activations.linear, Function("linear", _identity)),
    (keras.activations.relu, _rectifier("relu")),
    (keras.activations.relu6, _rectifier("relu6", most=6)),
    (keras.activations.leaky_relu, _rectifier("leaky_relu", slope=0.2)),
    (keras.activations.elu, _exponential(1.0)),
    (keras.activations.selu, Function("selu", partial(_elu, alpha=_SELU_ALPHA, scale=_SELU_SCALE))),
    (keras.activations.sigmoid, Function("sigmoid", _sigmoid)),
    (keras.activations.hard_sigmoid, Function("hard_sigmoid", _hard_sigmoid)),
    (keras.activations.tanh, Function("tanh", math.tanh)),
    (keras.activations.softplus, Function("softplus", _softplus)),
    (keras.activations.silu, Function("silu", _silu)),
    (keras.activations.hard_silu, Function("hard_silu", _hard_silu)),
    (keras.activations.gelu, Function("gelu", _gelu)),
    (keras.activations.softmax, _SOFTMAX),
)
