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


_REDIRECTED = "VizcoreRedirected"


def _redirected(operation: Any, gradient: Any) -> Any:
    """The gradient of a ReLU; where it lets nothing of a picture pass, what would wake its values that are off.

    After the redirected gradients of Olah, Mordvintsev and Schubert, "Feature Visualization", 2017. The gradient of the
    number is positive where a larger value would raise it.
    """
    value = operation.outputs[0]
    is_open = value > 0
    if operation.type == "Relu6":
        is_open &= value < 6
    nothing = tf.zeros_like(gradient)
    plain = tf.where(is_open, gradient, nothing)
    waking = tf.where((value <= 0) & (gradient > 0), gradient, nothing)
    return tf.cond(tf.reduce_any(tf.not_equal(plain, 0)), lambda: plain, lambda: waking)


tf.RegisterGradient(_REDIRECTED)(_redirected)


def traced_ascent(model: keras.Model, tensor: Any, *, input_shape: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """A graph that computes weighted sums over one layer, and in which direction the picture raises them.

    The direction is the gradient, but a ReLU through which nothing passes lets pass what would wake it. Operations are
    redirected, not layers, so that a ReLU in a nested model or outside of a layer is redirected, too.

    Args:
        model: as in `traced_gradient`, and all others.

    Returns:
        A function as from `traced_gradient`. It returns the sum and the direction.

    Raises:
        LookupError: TensorFlow has no gradient of an operation between the two.
    """
    reading = reading_model(model, {_OUTPUT: tensor})

    def ascend(batch: Any, weights: Any) -> Any:
        graph = tf.compat.v1.get_default_graph()
        with graph.gradient_override_map({"Relu": _REDIRECTED, "Relu6": _REDIRECTED}):
            output = reading(batch, training=False)[_OUTPUT]
        total = tf.reduce_sum(output * tf.cast(weights, output.dtype))
        (direction,) = tf.gradients(total, batch, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return total, direction

    function = tf.autograph.experimental.do_not_convert(ascend)
    return traced(function, *(tf.TensorSpec((1, *each), tf.float32) for each in (input_shape, shape)))
