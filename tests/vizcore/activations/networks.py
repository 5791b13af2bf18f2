"""Random networks with joins, each nested and flat: the same layers with the same weights."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

layers = keras.layers
SIZE = (11, 13, 3)
NUM_CLASSES = 5
Part = Callable[[Any], Any]


def residual(values: Any) -> Any:
    """Two ways that meet in a sum."""
    inside = layers.Conv2D(7, 3, padding="same", use_bias=False, name="res_conv")(values)
    inside = layers.BatchNormalization(name="res_bn")(inside)
    inside = layers.ReLU(name="res_relu")(inside)
    inside = layers.DepthwiseConv2D(3, padding="same", name="res_depthwise")(inside)
    return layers.Add(name="res_add")([layers.Conv2D(7, 1, name="res_short")(values), inside])


def joined(values: Any) -> Any:
    """Three ways side by side, one of them the maps themselves, and dropout that does nothing outside of training."""
    narrow = layers.Conv2D(2, 1, activation="relu", name="join_narrow")(values)
    wide = layers.Conv2D(3, (3, 2), padding="same", activation="tanh", name="join_wide")(values)
    together = layers.Concatenate(name="join_all")([narrow, values, wide])
    return layers.Dropout(0.5, name="join_dropout")(together)


def gated(values: Any) -> Any:
    """A map that is multiplied with a gate for each channel, and an operation between layers."""
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="gate_mean")(values)
    gate = layers.Conv2D(values.shape[-1], 1, activation="sigmoid", name="gate_conv")(gate)
    return layers.Multiply(name="gate_product")([values * 0.5, gate])


def answer(values: Any) -> Any:
    """Pooling and logits."""
    values = layers.MaxPooling2D(2, name="pool")(values)
    values = layers.Flatten(name="flat")(values)
    return layers.Dense(NUM_CLASSES, name="logits")(values)


PARTS: tuple[Part, ...] = (residual, joined, gated, answer)


def begin(values: Any) -> Any:
    """The first layer."""
    return layers.Conv2D(4, 3, activation="relu", name="begin")(values)


def flat(parts: tuple[Part, ...] = PARTS) -> keras.Model:
    """All parts in one model."""
    picture = keras.Input(SIZE)
    values = begin(picture)
    for part in parts:
        values = part(values)
    return keras.Model(picture, values)


def nested(parts: tuple[Part, ...] = PARTS) -> keras.Model:
    """Each part in a model of its own, the second of them in another one, and all behind the first in one."""
    picture = keras.Input(SIZE)
    first = begin(picture)
    values = _as_model(_in_models(parts), "inner")(first)
    return keras.Model(picture, values)


def _in_models(parts: tuple[Part, ...]) -> Part:
    def build(values: Any) -> Any:
        for part in parts:
            values = _as_model(part, part.__name__)(values)
        return values

    return build


def _as_model(part: Part, name: str) -> Part:
    def called(values: Any) -> Any:
        entrance = keras.Input(values.shape[1:])
        return keras.Model(entrance, part(entrance), name=name)(values)

    return called


def with_random_weights(model: keras.Model, seed: int = 0) -> keras.Model:
    """The model with weights that no layer would begin with; the same ones for the same layers, nested or not."""
    generator = np.random.default_rng(seed)
    for weight in sorted(model.weights, key=lambda each: each.path.split("/")[-2:]):
        if "seed" in weight.path:
            continue
        low, high = (0.5, 1.5) if weight.path.endswith(("variance", "gamma")) else (-0.3, 0.3)
        if weight.path.endswith("kernel"):
            # As He: what goes through many layers neither vanishes nor drives ReLU6 to its end.
            inputs = weight.shape[:2] if "depthwise" in weight.path else weight.shape[:-1]
            low, high = -np.sqrt(6 / np.prod(inputs)), np.sqrt(6 / np.prod(inputs))
        weight.assign(generator.uniform(low, high, weight.shape))
    return model


def all_layers(model: keras.Model) -> Iterator[keras.Layer]:
    """The layers of a model, also those of the models in it."""
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from all_layers(layer)


def picture(seed: int = 0, shape: tuple[int, ...] = SIZE) -> np.ndarray:
    """A batch of one random picture."""
    return np.random.default_rng(seed).uniform(-1, 1, (1, *shape)).astype(np.float32)


@contextmanager
def in_double_precision() -> Iterator[None]:
    """Layers that are built meanwhile compute in float64."""
    _compute_in("float64")
    try:
        yield
    finally:
        _compute_in("float32")


def _compute_in(dtype: str) -> None:
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
