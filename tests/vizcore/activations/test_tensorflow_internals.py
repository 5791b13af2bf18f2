"""What is used of TensorFlow and not published by it, run against the installed version, one name a test."""

import numpy as np
import pytest
import tensorflow as tf

from vizcore.activations.tensorflow_internals import DERIVATIVES, called_graphs, give_operations_their_derivatives

USED = f"(TensorFlow {tf.__version__}; the only place that uses it is vizcore/activations/tensorflow_internals.py)"


@pytest.mark.parametrize("name", DERIVATIVES)
def test_forward_mode_asks_for_the_derivative_of_an_operation(name: str) -> None:
    give_operations_their_derivatives()
    operation = {
        "ResizeBilinear": lambda values: tf.image.resize(values, (7, 5)),
        "ResizeNearestNeighbor": lambda values: tf.image.resize(values, (7, 5), "nearest"),
        "ResizeBicubic": lambda values: tf.image.resize(values, (7, 5), "bicubic"),
        "ResizeArea": lambda values: tf.image.resize(values, (7, 5), "area"),
        "ScaleAndTranslate": lambda values: tf.image.resize(values, (7, 5), "lanczos3"),
        "Softsign": tf.nn.softsign,
    }[name]

    @tf.function(autograph=False)
    def both(values: tf.Tensor, tangent: tf.Tensor) -> tf.Tensor:
        with tf.autodiff.ForwardAccumulator(values, tangent) as accumulator:
            return accumulator.jvp(operation(values))

    assert name in {
        each.type
        for each in tf.function(operation).get_concrete_function(tf.zeros((1, 3, 4, 2))).graph.get_operations()
    }
    random = np.random.default_rng(3)
    values, tangent = (random.normal(size=(1, 3, 4, 2)).astype(np.float32) for _ in range(2))
    step = 1e-2
    expected = (operation(values + step * tangent) - operation(values - step * tangent)) / (2 * step)
    found = both(tf.constant(values), tf.constant(tangent))
    assert found is not None, f"Forward mode no longer reads `_SPECIAL_CASES`. {USED}"
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_the_graph_of_a_called_function_has_its_inputs_and_outputs() -> None:
    @tf.function(autograph=False)
    def inner(values: tf.Tensor) -> tf.Tensor:
        return tf.tanh(values)

    graph = tf.function(lambda values: inner(values), autograph=False).get_concrete_function(tf.zeros(3)).graph
    (found,) = called_graphs(graph).values()
    assert (len(found.inputs), len(found.outputs)) == (1, 1), f"`function_def_to_graph` has changed. {USED}"
    assert "Tanh" in {operation.type for operation in found.get_operations()}
