"""Who listens to a channel: by hand, and against what a network does when the channel rises."""

from typing import Any

import keras
import numpy as np
import pytest

from tests.vizcore.activations.networks import all_layers, with_random_weights
from vizcore.activations.graph import unrolled
from vizcore.activations.interface import Variants
from vizcore.activations.tracing import trace
from vizcore.errors import VizcoreError
from vizcore.units.listeners import audience

layers = keras.layers
SIZE = (12, 14)


def behind(build: Any, *, channels: int = 4) -> keras.Model:
    """A first layer, and what `build` makes of it."""
    pixels = keras.Input((*SIZE, 2))
    return with_random_weights(keras.Model(pixels, build(layers.Conv2D(channels, 1, name="first")(pixels))))


def test_known_listeners() -> None:
    model = behind(lambda values: layers.Conv2D(3, (1, 2), name="next")(values), channels=2)
    kernel = np.zeros((1, 2, 2, 3))
    kernel[0, :, 1] = [[1, 3, 0], [-4, 4, 0]]
    model.get_layer("next").set_weights([kernel, np.ones(3)])
    (found,) = audience(unrolled(model), "first", 1).listeners
    assert (found.layer, found.strength.tolist(), found.total.tolist()) == ("next", [5, 7, 0], [-3, 7, 0])
    # One that gives it no weight does not listen.
    assert found.order().tolist() == [1, 0]
    assert found.order(1).tolist() == [1]
    (other,) = audience(unrolled(model), "first", 0).listeners
    assert other.order().size == 0


def test_what_lies_between_counts_with_its_factors() -> None:
    def build(values: Any) -> Any:
        values = layers.BatchNormalization(epsilon=0, name="norm")(values)
        values = layers.DepthwiseConv2D((1, 2), depth_multiplier=2, use_bias=False, name="depthwise")(values)
        values = layers.ReLU()(layers.MaxPooling2D(2)(values))
        return layers.Conv2D(1, 1, use_bias=False, name="next")(values)

    model = behind(build, channels=2)
    # γ, β, mean, variance: a factor of −6 / 2.
    model.get_layer("norm").set_weights([np.array(part) for part in ([9, -6], [1, 1], [5, 5], [1, 4])])
    depthwise = np.zeros((1, 2, 2, 2))
    depthwise[0, :, 1] = [[1, 10], [-2, 20]]
    model.get_layer("depthwise").set_weights([depthwise])
    model.get_layer("next").set_weights([np.reshape([7.0, 7, 100, 1], (1, 1, 4, 1))])
    (found,) = audience(unrolled(model), "first", 1).listeners
    # (1 − 2) · −3 · 100 + (10 + 20) · −3 · 1, and (1 + 2) · 3 · 100 + 30 · 3.
    assert (found.total.tolist(), found.strength.tolist()) == ([300 - 90], [900 + 90])


def residual(values: Any) -> Any:
    inside = layers.Conv2D(4, 3, padding="same", name="inside")(layers.ReLU(name="on")(values))
    total = layers.Add(name="sum")([inside, layers.BatchNormalization(name="norm")(values)])
    return layers.Conv2D(3, 1, name="behind")(total)


def joined(values: Any) -> Any:
    other = layers.AveragePooling2D(3, strides=1, padding="same")(values)
    together = layers.Concatenate(name="together")([layers.Conv2D(3, 1, name="side")(values), values, other])
    return layers.SeparableConv2D(3, 2, depth_multiplier=2, name="behind")(together)


def flattened(values: Any) -> Any:
    return layers.Dense(3, name="behind")(layers.Flatten()(layers.MaxPooling2D(3)(values)))


def in_groups(values: Any) -> Any:
    return layers.Conv2D(6, 3, groups=2, name="behind")(layers.UpSampling2D(2)(values))


def transposed(values: Any) -> Any:
    tripled = layers.Rescaling(3.0)(values)
    scaled = layers.Subtract()([layers.Average()([values, layers.ReLU()(values)]), tripled])
    return layers.Conv2DTranspose(3, 4, strides=2, padding="same", name="behind")(scaled)


def averaged(values: Any) -> Any:
    return layers.Dense(3, name="behind")(layers.GlobalAveragePooling2D()(values))


def nested(values: Any) -> Any:
    entrance = keras.Input(values.shape[1:])
    return keras.Model(entrance, residual(entrance), name="inner")(values)


@pytest.mark.parametrize("build", [residual, joined, flattened, in_groups, transposed, averaged, nested])
def test_the_total_is_how_much_a_later_channel_rises_with_the_whole_map(build: Any) -> None:
    model = behind(build)
    traced = trace(model)
    batch = np.random.default_rng(0).normal(size=(1, *SIZE, 2)).astype(np.float32)
    for channel in range(4):
        found = {listeners.layer: listeners for listeners in audience(unrolled(model), "first", channel).listeners}
        assert found.keys() == {name for name in model_layers(traced) if name.rpartition("/")[2] in LISTENING}
        for name, listeners in found.items():
            cut = traced.behind("first", name)
            midway = cut.midway(batch)
            # Far above 0, where every ReLU is on; all convolutions but the listeners add nothing that rises.
            base = np.full_like(midway.activation, 50)
            raised = base.copy()
            raised[..., channel] += 1
            silent = without_others(model, name)
            low, high = silent.behind("first", name).answers(midway, Variants.of(np.stack([base, raised])))
            rise = high - low
            inner = rise[4:-4, 4:-4].mean(axis=(0, 1)) if rise.ndim == 3 else rise
            np.testing.assert_allclose(inner, listeners.total, atol=2e-3, err_msg=name)
            assert (np.abs(listeners.total) <= listeners.strength + 1e-9).all()


LISTENING = {"inside", "side", "behind"}


def model_layers(traced: Any) -> list[str]:
    return [layer.name for layer in traced.layers]


def without_others(model: keras.Model, name: str) -> Any:
    """The model with all listening layers but one set to 0, so that a rise comes to that one directly."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in all_layers(copy):
        if layer.name in LISTENING - {name.rpartition("/")[2]}:
            layer.set_weights([0 * np.asarray(weight) for weight in layer.get_weights()])
    return trace(copy)


def test_what_cannot_be_crossed_is_named() -> None:
    def build(values: Any) -> Any:
        gate = layers.Activation("sigmoid")(layers.Conv2D(4, 1, name="gate")(values))
        product = layers.Multiply(name="product")([values, gate])
        softmax = layers.Activation("softmax", name="softmax")(values)
        return layers.Conv2D(3, 1, name="behind")(layers.Add()([product, softmax, values * 2.0]))

    found = audience(unrolled(behind(build)), "first", 0)
    assert [listeners.layer for listeners in found.listeners] == ["gate"]
    # Keras gives the name of the operation a number of its own.
    assert {name.split("_")[0] for name in found.not_followed} >= {"product", "softmax", "multiply"}


def test_a_channel_that_is_not_there_is_refused() -> None:
    network = unrolled(behind(residual))
    with pytest.raises(VizcoreError, match="has 4 channels, counted from 0; there is no 4"):
        audience(network, "first", 4)
    with pytest.raises(VizcoreError, match="no layer “last”"):
        audience(network, "last", 0)


def test_the_last_layer_has_no_audience() -> None:
    found = audience(unrolled(behind(residual)), "behind", 0)
    assert (found.listeners, found.not_followed) == ((), ())
