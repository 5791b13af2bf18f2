"""What a network that is ready says of itself."""

import keras

from vizcore.activations.tracing import trace
from vizcore.networks.entries import untrained_tutorial
from vizcore.networks.network import Network


def network(*layers: keras.Layer, size: tuple[int, int, int] = (5, 7, 1)) -> Network:
    model = keras.Sequential([keras.Input(size), *layers], name="model")
    return Network(untrained_tutorial(), trace(model), None, "last", "features", "")


def test_a_small_network_has_up_to_two_million_values() -> None:
    # 1000 · 1000 values in each of the two layers, and then one more.
    layers = [keras.layers.ReLU(name="one"), keras.layers.ReLU(name="two")]
    assert network(*layers, size=(1000, 1000, 1)).is_small
    assert not network(*layers, keras.layers.GlobalMaxPooling2D(name="last"), size=(1000, 1000, 1)).is_small
