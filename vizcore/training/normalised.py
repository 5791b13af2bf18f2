"""A twin of the tutorial's network with batch normalisation, for training, and its folding into that network.

Without normalisation many channels of the first layers fall below zero for every picture in the first steps, and no
gradient brings them back. A normalisation between a layer's sum and its ReLU prevents this. After the training it is a
scale and a shift per channel, which the layer's kernel and bias take in, so the network is the tutorial's again.
"""

import keras
import numpy as np

from vizcore.arrays import FloatArray
from vizcore.networks.tutorial import build_simple_cnn

_SUFFIX = "_norm"


def build_normalised_cnn(input_shape: tuple[int, int, int], *, num_classes: int, seed: int) -> keras.Model:
    """The tutorial's network with a batch normalisation before every ReLU; as `build_simple_cnn` in all else.

    The layers that are normalised have no bias of their own: the normalisation would take it away again.
    """
    plain = build_simple_cnn(input_shape, num_classes=num_classes, seed=seed)
    layers: list[keras.Layer] = []
    for layer in plain.layers:
        config = layer.get_config()
        if config.get("activation") != "relu":
            layers.append(type(layer).from_config(config))
            continue
        layers.append(type(layer).from_config({**config, "activation": "linear", "use_bias": False}))
        layers.append(keras.layers.BatchNormalization(dtype="float32", name=layer.name + _SUFFIX))
        layers.append(keras.layers.ReLU(dtype="float32", name=layer.name + "_relu"))
    return keras.Sequential([keras.Input(input_shape, dtype="float32", name="picture"), *layers], name=plain.name)


def is_normalised(model: keras.Model) -> bool:
    """Whether the network is one of `build_normalised_cnn`."""
    return any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)


def folded(twin: keras.Model) -> keras.Model:
    """The tutorial's network that computes what the twin computes after its training.

    Args:
        twin: a network of `build_normalised_cnn`.

    Returns:
        A new network of `build_simple_cnn`. Its values differ from the twin's by rounding alone.
    """
    plain = build_simple_cnn(tuple(twin.inputs[0].shape[1:]), num_classes=twin.outputs[0].shape[-1])
    norms = {layer.name.removesuffix(_SUFFIX): layer for layer in twin.layers if layer.name.endswith(_SUFFIX)}
    for layer in plain.layers:
        if layer.weights:
            own = twin.get_layer(layer.name).get_weights()
            layer.set_weights(_absorbed(own[0], norms[layer.name]) if layer.name in norms else own)
    return plain


def _absorbed(kernel: FloatArray, norm: keras.layers.BatchNormalization) -> list[FloatArray]:
    """Kernel and bias of a layer that includes the normalisation after it. The kernel's last axis is the channels."""
    gamma, beta, mean, variance = (array.astype(np.float64) for array in norm.get_weights())
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return [(kernel * scale).astype(np.float32), (beta - mean * scale).astype(np.float32)]
