"""The gradient of one number of a layer by the network's input, in reverse mode. Importing this imports TensorFlow."""

from typing import Any

import keras
import tensorflow as tf

from vizcore.activations.passes import reading_model, traced

_OUTPUT = "output"


def traced_gradient(model: keras.Model, tensor: Any, *, input_shape: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """A graph that computes gradients of weighted sums over one layer.

    Args:
        model: with one input.
        tensor: the layer's output in the model, symbolic.
        input_shape: height, width and number of colours of a picture.
        shape: (h, w, C) or (C,), of the layer's output for one picture.

    Returns:
        A function of a batch of one picture and of weights (1, h, w, C) or (1, C), both float32. It returns the
        gradient of the sum in the shape of the batch; 0 where the sum does not depend on it.

    Raises:
        LookupError: TensorFlow has no gradient of an operation between the two.
    """
    reading = reading_model(model, {_OUTPUT: tensor})

    def backward(batch: Any, weights: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(batch)
            output = reading(batch, training=False)[_OUTPUT]
        return tape.gradient(
            output,
            batch,
            output_gradients=tf.cast(weights, output.dtype),
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )

    # Keras's layers do not need autograph, which wraps errors in its own.
    function = tf.autograph.experimental.do_not_convert(backward)
    return traced(function, *(tf.TensorSpec((1, *each), tf.float32) for each in (input_shape, shape)))
