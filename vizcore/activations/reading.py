"""The activations of some layers for one picture, of a traced network or of any Keras model."""

from collections.abc import Iterable

import keras
import tensorflow as tf

from vizcore.activations.layers import layer_outputs
from vizcore.activations.passes import check_names, checked_batch, for_one_picture, input_shape_of, reading_model
from vizcore.activations.tracing import TracedNetwork
from vizcore.arrays import FloatArray


def read(network: keras.Model | TracedNetwork, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
    """The outputs of some layers for one picture.

    Args:
        network: a traced network, or a plain Keras model of a fixed or any input size. A plain model needs no
            preparation, and each pass is several times slower.
        batch: (1, h, w, colours) float32, as made by `preprocess_image`. It is not changed.
        layer_names: the names of the layers. Duplicates are ignored.

    Returns:
        Name → (h, w, C) or (C,), float32, read-only, in the order of the names, the layer's own units. Infinite values
        and NaN are preserved.

    Raises:
        VizcoreError: an unknown layer, a batch of another shape, or a model that cannot be read (see `trace`).

    Example:
        >>> network = build_simple_cnn((64, 64, 3))
        >>> read(network, preprocess_image(pixels), ["conv1"])["conv1"].shape
        (62, 62, 32)
    """
    if isinstance(network, TracedNetwork):
        return network.read(batch, layer_names)
    outputs = {name: layer.tensor for name, layer in layer_outputs(network).items()}
    names = list(dict.fromkeys(layer_names))
    check_names(names, outputs)
    values = checked_batch(batch, input_shape_of(network))
    if not names:
        return {}
    results = reading_model(network, {name: outputs[name] for name in names})(tf.constant(values), training=False)
    return {name: for_one_picture(results[name]) for name in names}
