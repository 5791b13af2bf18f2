"""What a network that is ready says of itself."""

import keras
import pytest

from vizcore.activations.tracing import trace
from vizcore.networks.entries import untrained_tutorial
from vizcore.networks.network import Network


def network(*layers: keras.Layer, size: tuple[int, int, int] = (5, 7, 1)) -> Network:
    model = keras.Sequential([keras.Input(size), *layers], name="model")
    return Network(untrained_tutorial(), trace(model), None, "last", "features", "")


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (keras.layers.Rescaling(1 / 255, name="first"), True),
        (keras.layers.Normalization(mean=0.5, variance=1.0, name="first"), True),
        (keras.layers.BatchNormalization(name="first"), False),
        (keras.layers.Conv2D(1, 1, name="first"), False),
    ],
)
def test_a_network_that_begins_with_scaling_scales_by_itself(first: keras.Layer, expected: bool) -> None:
    assert network(first, keras.layers.Flatten(name="last")).scales_by_itself is expected


def test_only_what_a_network_begins_with_counts() -> None:
    assert not network(keras.layers.ReLU(name="first"), keras.layers.Rescaling(2, name="last")).scales_by_itself


def test_a_small_network_has_up_to_two_million_values() -> None:
    # 1000 · 1000 values in each of the two layers, and then one more.
    layers = [keras.layers.ReLU(name="one"), keras.layers.ReLU(name="two")]
    assert network(*layers, size=(1000, 1000, 1)).is_small
    assert not network(*layers, keras.layers.GlobalMaxPooling2D(name="last"), size=(1000, 1000, 1)).is_small
