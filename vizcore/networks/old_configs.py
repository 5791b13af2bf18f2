"""Architectures that Keras 2 saved, in the words of Keras 3. Importing this does not import Keras.

Only keywords are left out that change no number, and parts are renamed that are the same; whatever else is old stays as
it is, and Keras refuses it by its name.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Accepts = Callable[[str, str], bool]
"""Whether a class of Keras, by its name, takes a keyword; True for an unknown class."""

_ANY = object()
_NEUTRAL: Mapping[str, Any] = MappingProxyType(
    {
        "groups": 1,
        "time_major": False,
        "rng_type": _ANY,
        "implementation": _ANY,
        "zero_output_for_mask": False,
        "renorm": False,
        "softmax_robust_masking": False,
        "trainable": _ANY,
        # Separable convolutions have two kernels with names of their own. The weights are loaded anyway.
        "kernel_initializer": _ANY,
        "kernel_regularizer": _ANY,
        "kernel_constraint": _ANY,
        # Attention layers find these from their inputs.
        "query_shape": _ANY,
        "key_shape": _ANY,
        "value_shape": _ANY,
    }
)
"""Keywords that Keras 3 has no more → the value that means what Keras 3 does; `_ANY` if all of them do."""

_SCALINGS: Mapping[str, Callable[[float], dict[str, float]]] = MappingProxyType(
    {
        "math.truediv": lambda number: {"scale": 1 / number, "offset": 0.0},
        "math.divide": lambda number: {"scale": 1 / number, "offset": 0.0},
        "math.multiply": lambda number: {"scale": number, "offset": 0.0},
        "math.add": lambda number: {"scale": 1.0, "offset": number},
        "__operators__.add": lambda number: {"scale": 1.0, "offset": number},
        "math.subtract": lambda number: {"scale": 1.0, "offset": -number},
    }
)
"""Functions of TensorFlow with a number, as Keras 2 saves preprocess_input → the Rescaling that is the same."""


def modernised(config: Any, accepts: Accepts) -> Any:
    """An architecture that an older Keras saved, as Keras 3 reads it. What was not old is equal.

    Args:
        config: JSON data. It is not changed.
        accepts: tells which keywords Keras has.
    """
    if isinstance(config, list):
        return [modernised(part, accepts) for part in config]
    if not isinstance(config, dict):
        return config
    part = {name: modernised(value, accepts) for name, value in config.items()}
    inner, kind = part.get("config"), part.get("class_name")
    if kind in ("Policy", "PolicyV1") and isinstance(inner, dict):
        # The dtype of a layer in mixed precision.
        return inner.get("name")
    if not isinstance(inner, dict) or not isinstance(kind, str):
        return part
    if kind == "TFOpLambda":
        return _as_rescaling(part)
    part["config"] = _inner(inner, kind, accepts)
    if ".engine." in str(part.get("module")):
        part |= {"module": "keras", "class_name": {"Functional": "Model"}.get(kind, kind), "registered_name": None}
    return part


def _inner(inner: dict[str, Any], kind: str, accepts: Accepts) -> dict[str, Any]:
    config = {name: value for name, value in inner.items() if accepts(kind, name) or not _is_neutral(name, value)}
    if kind == "InputLayer" and "batch_input_shape" in config:
        config["batch_shape"] = config.pop("batch_input_shape")
    axis = config.get("axis")
    if kind == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        config["axis"] = axis[0]
    return _with_calls_from_0(config) if isinstance(config.get("layers"), list) else config


def _is_neutral(name: str, value: Any) -> bool:
    return value is None or (name in _NEUTRAL and (_NEUTRAL[name] is _ANY or _NEUTRAL[name] == value))


def _with_calls_from_0(config: dict[str, Any]) -> dict[str, Any]:
    """A functional model whose layers count their calls from 0. Keras 2 counted one for building a nested model."""
    layers = [layer for layer in config["layers"] if isinstance(layer, dict)]
    used: dict[str, int] = {}
    for reference in _references(config):
        used[reference[0]] = max(used.get(reference[0], 0), reference[1])
    for layer in layers:
        calls = layer.get("inbound_nodes")
        name = layer.get("name")
        if not isinstance(name, str) or not isinstance(calls, list) or not calls:
            continue
        surplus = used.get(name, 0) - (len(calls) - 1)
        if surplus > 0:
            for reference in _references(config):
                if reference[0] == name:
                    reference[1] -= surplus
    return config


def _references(config: dict[str, Any]) -> list[list[Any]]:
    """All mentions [layer, number of the call, number of the output, …] in a functional model of Keras 2."""
    waiting: list[Any] = [config.get("input_layers"), config.get("output_layers")]
    waiting += [layer.get("inbound_nodes") for layer in config["layers"] if isinstance(layer, dict)]
    found = []
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            if len(part) >= 3 and isinstance(part[0], str) and all(type(number) is int for number in part[1:3]):
                found.append(part)
            else:
                waiting.extend(part)
    return found


def _as_rescaling(part: dict[str, Any]) -> dict[str, Any]:
    """A call of a function of TensorFlow with one number as a layer, if it is one of `_SCALINGS`; else as it is."""
    function, calls = part["config"].get("function"), part.get("inbound_nodes")
    scaling = _SCALINGS.get(function) if isinstance(function, str) else None
    call = calls[0] if isinstance(calls, list) and len(calls) == 1 else None
    # Keras 2 writes the one tensor of such a call without a list around it.
    single = call if isinstance(call, list) and call and isinstance(call[0], str) else None
    if single is None and isinstance(call, list) and len(call) == 1 and isinstance(call[0], list):
        single = call[0]
    if scaling is None or single is None or len(single) != 4 or not isinstance(single[3], dict):
        return part
    keywords = {name: value for name, value in single[3].items() if name != "name"}
    number = keywords.get("y")
    if set(keywords) != {"y"} or not isinstance(number, int | float) or (number == 0 and "div" in str(function)):
        return part
    name = part["config"].get("name")
    config = {"name": name, "trainable": True, "dtype": part["config"].get("dtype", "float32"), **scaling(number)}
    written = {key: value for key, value in part.items() if key not in ("module", "registered_name", "build_config")}
    if "module" in part:
        written |= {"module": "keras.layers", "registered_name": None}
    return {**written, "class_name": "Rescaling", "config": config, "inbound_nodes": [[[*single[:3], {}]]]}
