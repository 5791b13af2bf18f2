"""Networks with weights set by hand and the answer written down; the traced pass against plain loops; threads."""

import gc
import threading
import warnings
from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.vizcore.double_precision import outputs
from vizcore.activations.layer import LayerInfo
from vizcore.activations.layers import layer_outputs
from vizcore.activations.reading import read
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image
from vizcore.maps.channels import channel_statistics
from vizcore.networks.tutorial import build_simple_cnn

Reader = Callable[[keras.Model], keras.Model | TracedNetwork]


def convolution(kernel: list, *, bias: float = 0.0, activation: str | None = None) -> keras.Model:
    """A network of one convolution on a 5 × 7 picture with one colour."""
    weights = np.array(kernel, dtype=np.float32)
    network = keras.Sequential(
        [
            keras.Input((5, 7, 1), dtype="float32"),
            keras.layers.Conv2D(1, weights.shape, activation=activation, dtype="float32", name="conv"),
        ]
    )
    network.get_layer("conv").set_weights([weights[:, :, np.newaxis, np.newaxis], np.array([bias], np.float32)])
    return network


@pytest.fixture(params=["model", "traced"])
def ready(request: pytest.FixtureRequest) -> Reader:
    return (lambda model: model) if request.param == "model" else trace


@pytest.fixture
def ramp() -> np.ndarray:
    """Value 10·row + column."""
    return (10 * np.arange(5)[:, np.newaxis] + np.arange(7)).astype(np.float32)[np.newaxis, :, :, np.newaxis]


def test_identity_kernel_gives_the_inner_picture(ready: Reader, ramp: np.ndarray) -> None:
    network = convolution([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(read(ready(network), ramp, ["conv"])["conv"][..., 0], ramp[0, 1:-1, 1:-1, 0])


def test_layers_that_are_known_already_are_not_asked_for_again() -> None:
    network = build_simple_cnn((20, 24, 3))
    known = layer_outputs(network)
    assert [layer.name for layer in trace(network, layers=known).layers] == list(known)
    some = {name: known[name] for name in ("conv2", "logits")}
    assert [layer.name for layer in trace(network, layers=some).layers] == ["conv2", "logits"]


def test_box_kernel_gives_the_mean_of_nine(ready: Reader, ramp: np.ndarray) -> None:
    # On a plane the mean of nine is the value in the middle.
    result = read(ready(convolution(np.full((3, 3), 1 / 9).tolist())), ramp, ["conv"])["conv"]
    np.testing.assert_allclose(result[..., 0], ramp[0, 1:-1, 1:-1, 0], rtol=1e-6)


def test_kernel_is_not_flipped_and_axes_are_not_swapped(ready: Reader, ramp: np.ndarray) -> None:
    # One row, two columns: right minus left is 1 everywhere. Two rows, one column: below minus above is 10.
    assert np.all(read(ready(convolution([[-1, 1]])), ramp, ["conv"])["conv"] == 1)
    below = read(ready(convolution([[-1], [1]])), ramp, ["conv"])["conv"]
    assert below.shape == (4, 7, 1)
    assert np.all(below == 10)


def test_one_by_one_kernel_scales_and_shifts(ready: Reader, ramp: np.ndarray) -> None:
    result = read(ready(convolution([[2]], bias=-3)), ramp, ["conv"])["conv"]
    np.testing.assert_array_equal(result[..., 0], 2 * ramp[0, :, :, 0] - 3)


def test_dead_relu_is_zero_everywhere(ready: Reader, ramp: np.ndarray) -> None:
    result = read(ready(convolution([[-1]], bias=-1, activation="relu")), ramp, ["conv"])["conv"]
    assert not result.any()
    assert channel_statistics(result).silent.tolist() == [True]


def test_pooling_takes_the_largest_of_four(ready: Reader, ramp: np.ndarray) -> None:
    network = keras.Sequential([keras.Input((5, 7, 1)), keras.layers.MaxPooling2D((2, 2), name="pool")])
    # The odd row and column are dropped; the largest is always below right.
    assert read(ready(network), ramp, ["pool"])["pool"][..., 0].tolist() == [[11, 13, 15], [31, 33, 35]]


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return build_simple_cnn((19, 23, 3), seed=5)


@pytest.fixture(scope="module")
def traced(network: keras.Model) -> TracedNetwork:
    return trace(network)


@pytest.fixture(scope="module")
def batch() -> np.ndarray:
    return preprocess_image(np.random.default_rng(2).integers(0, 256, (31, 41, 3), dtype=np.uint8), (19, 23))


def test_conv1_and_pool1_agree_with_plain_loops(network: keras.Model, traced: TracedNetwork, batch: np.ndarray) -> None:
    kernel, bias = (weights.astype(np.float64) for weights in network.get_layer("conv1").get_weights())
    expected = np.zeros((17, 21, 32))
    for row in range(17):
        for column in range(21):
            window = batch[0, row : row + 3, column : column + 3]
            for channel in range(32):
                expected[row, column, channel] = max(0.0, np.sum(window * kernel[..., channel]) + bias[channel])
    result = traced.read(batch, ["conv1", "pool1"])
    np.testing.assert_allclose(result["conv1"], expected, atol=1e-5)
    for row in range(8):
        for column in range(10):
            cells = result["conv1"][2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            np.testing.assert_array_equal(result["pool1"][row, column], cells.max(axis=(0, 1)))


def test_flatten_runs_through_channels_first_and_logits_are_their_product(
    network: keras.Model, traced: TracedNetwork, batch: np.ndarray
) -> None:
    result = traced.read(batch, ["conv3", "flatten", "dense1", "logits"])
    np.testing.assert_array_equal(result["flatten"], result["conv3"].ravel())
    weights, bias = network.get_layer("logits").get_weights()
    np.testing.assert_allclose(result["logits"], result["dense1"] @ weights + bias, atol=1e-5)


def test_traced_model_and_predict_agree(network: keras.Model, traced: TracedNetwork, batch: np.ndarray) -> None:
    names = [layer.name for layer in traced.layers]
    fast, plain = read(traced, batch, names), read(network, batch, names)
    assert list(fast) == list(plain) == names
    for name in names:
        np.testing.assert_allclose(fast[name], plain[name], atol=1e-6)
    np.testing.assert_allclose(fast["logits"], network.predict(batch, verbose=0)[0], atol=1e-6)


def test_layers_say_name_kind_and_shape(traced: TracedNetwork) -> None:
    assert traced.layers[0] == LayerInfo("conv1", "Conv2D", (17, 21, 32))
    assert [layer.shape for layer in traced.layers[1:]] == [
        (8, 10, 32),
        (6, 8, 64),
        (3, 4, 64),
        (1, 2, 64),
        (128,),
        (64,),
        (10,),
    ]
    assert traced.input_shape == (19, 23, 3)


def test_results_are_read_only_float32_in_the_order_asked_for(ready: Reader, batch: np.ndarray) -> None:
    result = read(ready(build_simple_cnn((19, 23, 3))), batch, ["logits", "conv1", "logits"])
    assert list(result) == ["logits", "conv1"]
    for values in result.values():
        assert values.dtype == np.float32
        assert not values.flags.writeable


def test_no_layers_asked_for_is_an_empty_answer(ready: Reader, batch: np.ndarray) -> None:
    assert read(ready(build_simple_cnn((19, 23, 3))), batch, []) == {}


def test_a_later_pass_leaves_earlier_results_alone(traced: TracedNetwork, batch: np.ndarray) -> None:
    first = traced.read(batch, ["conv1"])["conv1"]
    kept = first.copy()
    traced.read(1 - batch, ["conv1"])
    np.testing.assert_array_equal(first, kept)


def test_the_batch_is_not_changed_and_may_be_read_only(ready: Reader, batch: np.ndarray) -> None:
    fixed = batch.copy()
    fixed.setflags(write=False)
    read(ready(build_simple_cnn((19, 23, 3))), fixed, ["conv1"])
    np.testing.assert_array_equal(fixed, batch)


def test_infinite_and_nan_pass_through_to_statistics(ready: Reader, ramp: np.ndarray) -> None:
    broken = ramp.copy()
    broken[0, 2, 3, 0], broken[0, 4, 6, 0] = np.nan, np.inf
    result = read(ready(convolution([[1]])), broken, ["conv"])["conv"]
    assert np.isnan(result[2, 3, 0])
    assert np.isinf(result[4, 6, 0])
    statistics = channel_statistics(result)
    assert (statistics.minimum[0], statistics.maximum[0], statistics.non_finite[0]) == (0, 45, 2)


def test_unknown_layers_are_refused_with_the_known_ones(ready: Reader, batch: np.ndarray) -> None:
    with pytest.raises(VizcoreError, match=r"no layer “conv9”; it has conv1, pool1, .*logits"):
        read(ready(build_simple_cnn((19, 23, 3))), batch, ["conv1", "conv9"])


@pytest.mark.parametrize("shape", [(2, 19, 23, 3), (1, 23, 19, 3), (1, 19, 23, 1), (19, 23, 3)])
def test_batches_of_another_shape_are_refused(ready: Reader, shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match=r"\(1, 19, 23, 3\)"):
        read(ready(build_simple_cnn((19, 23, 3))), np.zeros(shape, np.float32), ["conv1"])


def test_a_model_without_a_picture_as_input_is_refused(ready: Reader) -> None:
    vector = keras.Sequential([keras.Input((7,)), keras.layers.Dense(5, name="dense")])
    unbuilt = keras.Sequential([keras.layers.Dense(5, name="dense")])
    for model in (vector, unbuilt):
        with pytest.raises(VizcoreError, match="one input"):
            read(ready(model), np.zeros((1, 7), np.float32), ["dense"])


def nested(height: int | None, width: int | None) -> keras.Model:
    inner = keras.Sequential([keras.Input((height, width, 3)), keras.layers.Conv2D(2, 3, name="conv")], name="inner")
    return keras.Sequential([keras.Input((height, width, 3)), inner, keras.layers.GlobalMaxPooling2D(name="largest")])


def test_a_model_within_a_model_is_one_layer(ready: Reader) -> None:
    result = read(ready(nested(7, 13)), np.zeros((1, 7, 13, 3), np.float32), ["inner", "largest"])
    assert {name: values.shape for name, values in result.items()} == {"inner": (5, 11, 2), "largest": (2,)}


def test_a_network_for_any_size_can_be_read_but_not_traced() -> None:
    network = nested(None, None)
    assert read(network, np.zeros((1, 7, 13, 3), np.float32), ["inner"])["inner"].shape == (5, 11, 2)
    with pytest.raises(VizcoreError, match=r"one size .* takes \(any, any, 3\)"):
        trace(network)


def test_dropout_is_off(ready: Reader, ramp: np.ndarray) -> None:
    network = keras.Sequential([keras.Input((5, 7, 1)), keras.layers.Dropout(0.9, name="drop")])
    np.testing.assert_array_equal(read(ready(network), ramp, ["drop"])["drop"], ramp[0])


def test_new_weights_are_read_by_a_network_traced_before(ramp: np.ndarray) -> None:
    model = convolution([[1]])
    before = trace(model)
    model.get_layer("conv").set_weights([np.full((1, 1, 1, 1), 4, np.float32), np.zeros(1, np.float32)])
    np.testing.assert_array_equal(before.read(ramp, ["conv"])["conv"], 4 * ramp[0])


def test_a_traced_network_outlives_its_model(ramp: np.ndarray) -> None:
    model = convolution([[3]])
    kept = trace(model)
    del model
    gc.collect()
    np.testing.assert_array_equal(kept.read(ramp, ["conv"])["conv"], 3 * ramp[0])


def test_no_warnings(network: keras.Model, traced: TracedNetwork, batch: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(network, batch, ["conv1", "logits"])
        traced.read(batch, ["conv1", "logits"])


def test_threads_agree_while_others_reset_keras(traced: TracedNetwork, network: keras.Model, batch: np.ndarray) -> None:
    expected = {
        shift: read(network, np.clip(batch + shift, 0, 1), ["conv1", "logits"]) for shift in (0.0, 0.1, 0.2, 0.3)
    }
    finished = threading.Event()
    failures: list[str] = []

    def reset() -> None:
        while not finished.is_set():
            keras.backend.clear_session(free_memory=False)
            finished.wait(0.0005)

    def work(shift: float) -> None:
        for _ in range(25):
            result = traced.read(np.clip(batch + np.float32(shift), 0, 1), ["conv1", "logits"])
            for name, values in expected[shift].items():
                if not np.allclose(result[name], values, atol=1e-6):
                    failures.append(f"{name} at {shift}")
        # Building and tracing use Keras's global state, which is just now reset again and again.
        other = trace(build_simple_cnn((19, 23, 3), seed=5)).read(np.clip(batch + np.float32(shift), 0, 1), ["conv1"])
        if not np.allclose(other["conv1"], expected[shift]["conv1"], atol=1e-6):
            failures.append(f"new network at {shift}")
        done.append(shift)

    done: list[float] = []
    resetting = threading.Thread(target=reset)
    workers = [threading.Thread(target=work, args=(shift,)) for shift in expected]
    resetting.start()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    finished.set()
    resetting.join()
    assert failures == []
    # A worker that raised did not get here.
    assert sorted(done) == [0.0, 0.1, 0.2, 0.3]


def together(*layers: keras.layers.Layer, shape: tuple[int, int, int] = (5, 7, 1)) -> keras.Model:
    return keras.Sequential([keras.Input(shape, dtype="float32"), *layers])


@pytest.fixture(scope="module")
def several() -> np.ndarray:
    """Five pictures for the 19 × 23 network."""
    return np.random.default_rng(8).random((5, 19, 23, 3), dtype=np.float32)


def test_summaries_are_the_mean_and_maximum_of_every_map(traced: TracedNetwork, several: np.ndarray) -> None:
    for number in (5, 1, 3):
        singly = [traced.read(several[index : index + 1], ["conv2", "logits"]) for index in range(number)]
        whole = {name: np.stack([one[name] for one in singly]) for name in ("conv2", "logits")}
        found = traced.summarise_many(several[:number], ["conv2", "logits"])
        assert list(found) == ["conv2", "logits"]
        assert found["conv2"].mean.shape == (number, 64)
        np.testing.assert_allclose(found["conv2"].mean, whole["conv2"].mean(axis=(1, 2)), atol=1e-6)
        np.testing.assert_allclose(found["conv2"].maximum, whole["conv2"].max(axis=(1, 2)), atol=1e-6)
        np.testing.assert_allclose(found["logits"].mean, whole["logits"], atol=1e-6)
        np.testing.assert_array_equal(found["logits"].maximum, found["logits"].mean)


def test_what_comes_of_many_is_read_only_float32_and_checked(traced: TracedNetwork, several: np.ndarray) -> None:
    summary = traced.summarise_many(several, ["conv1", "conv1"])
    for values in (summary["conv1"].mean, summary["conv1"].maximum):
        assert values.dtype == np.float32
        assert not values.flags.writeable
    assert traced.summarise_many(several, []) == {}
    with pytest.raises(VizcoreError, match="no layer “conv9”"):
        traced.summarise_many(several, ["conv9"])
    for shape in [(0, 19, 23, 3), (5, 23, 19, 3), (19, 23, 3)]:
        with pytest.raises(VizcoreError, match=r"takes pictures, a batch of shape \(any, 19, 23, 3\)"):
            traced.summarise_many(np.zeros(shape, np.float32), ["conv1"])


def test_the_derivative_of_a_linear_network_is_the_network_without_its_bias(ramp: np.ndarray) -> None:
    tangent = np.random.default_rng(3).normal(size=ramp.shape).astype(np.float32)
    kernel = [[1, -2, 3], [0.5, 4, -1]]
    values, slopes = trace(convolution(kernel, bias=7)).read_with_derivative(ramp, tangent, ["conv"])
    np.testing.assert_array_equal(values["conv"], read(convolution(kernel, bias=7), ramp, ["conv"])["conv"])
    np.testing.assert_allclose(slopes["conv"], read(convolution(kernel), tangent, ["conv"])["conv"], atol=1e-5)


def test_the_derivative_is_linear_in_the_tangent(traced: TracedNetwork, batch: np.ndarray) -> None:
    random = np.random.default_rng(4)
    one, other = (random.normal(size=batch.shape).astype(np.float32) for _ in range(2))
    slopes = [traced.read_with_derivative(batch, t, ["conv3", "logits"])[1] for t in (one, other, 2 * one - 3 * other)]
    for name in ("conv3", "logits"):
        np.testing.assert_allclose(slopes[2][name], 2 * slopes[0][name] - 3 * slopes[1][name], atol=1e-4)
    nothing = traced.read_with_derivative(batch, np.zeros_like(batch), ["conv3", "logits"])[1]
    assert not any(values.any() for values in nothing.values())


def test_the_derivative_is_what_a_tiny_step_does(
    network: keras.Model, traced: TracedNetwork, batch: np.ndarray
) -> None:
    tangent = np.random.default_rng(6).normal(size=batch.shape).astype(np.float32)
    names = [layer.name for layer in traced.layers]
    values, slopes = traced.read_with_derivative(batch, tangent, names)
    step = 1e-7 * tangent.astype(np.float64)
    above, below = outputs(network, batch + step), outputs(network, batch - step)
    for name in names:
        np.testing.assert_allclose(values[name], traced.read(batch, [name])[name], atol=1e-6)
        np.testing.assert_allclose(slopes[name], (above[name] - below[name]) / 2e-7, atol=1e-5)


def test_the_derivative_through_relu_pooling_and_dense_by_hand() -> None:
    picture = np.array([[3, -1, 2, 5], [1, 4, -6, 0]], np.float32).reshape(1, 2, 4, 1)
    tangent = np.array([[1, 10, 100, 1000], [2, 20, 200, 2000]], np.float32).reshape(1, 2, 4, 1)
    dense = keras.layers.Dense(1, dtype="float32", name="dense")
    model = together(
        keras.layers.ReLU(name="relu", dtype="float32"),
        keras.layers.MaxPooling2D((2, 2), name="pool", dtype="float32"),
        keras.layers.Flatten(name="flat", dtype="float32"),
        dense,
        shape=(2, 4, 1),
    )
    dense.set_weights([np.array([[0.5], [-2]], np.float32), np.array([9], np.float32)])
    values, slopes = trace(model).read_with_derivative(picture, tangent, ["relu", "pool", "dense"])
    assert values["pool"].ravel().tolist() == [4, 5]
    assert slopes["relu"][..., 0].tolist() == [[1, 0, 100, 1000], [2, 20, 0, 0]]
    assert slopes["pool"].ravel().tolist() == [20, 1000]
    assert (values["dense"].item(), slopes["dense"].item()) == (0.5 * 4 - 2 * 5 + 9, 0.5 * 20 - 2 * 1000)


def test_a_curved_network_follows_its_formula(ramp: np.ndarray) -> None:
    tangent = np.full_like(ramp, 0.5)
    values, slopes = trace(together(keras.layers.Activation("tanh", name="tanh"))).read_with_derivative(
        ramp / 40, tangent, ["tanh"]
    )
    np.testing.assert_allclose(slopes["tanh"], 0.5 * (1 - np.tanh(ramp[0] / 40) ** 2), atol=1e-6)
    np.testing.assert_allclose(values["tanh"], np.tanh(ramp[0] / 40), atol=1e-6)


def test_at_a_kink_the_derivative_is_that_of_the_side_that_is_said() -> None:
    model = together(
        keras.layers.ReLU(name="relu", dtype="float32"),
        keras.layers.MaxPooling2D((2, 2), name="pool", dtype="float32"),
        shape=(2, 2, 1),
    )
    network = trace(model)
    tangent = np.array([1, 2, 3, 4], np.float32).reshape(1, 2, 2, 1)
    off = network.read_with_derivative(np.zeros((1, 2, 2, 1), np.float32), tangent, ["relu", "pool"])[1]
    assert not off["relu"].any()
    assert not off["pool"].any()
    for equal, first in [([5, 5, 5, 5], 1), ([0, 5, 5, 5], 2), ([0, 1, 5, 5], 3)]:
        picture = np.array(equal, np.float32).reshape(1, 2, 2, 1)
        assert network.read_with_derivative(picture, tangent, ["pool"])[1]["pool"].item() == first


def test_a_layer_that_does_not_depend_on_the_picture_stands_still(ramp: np.ndarray) -> None:
    picture = keras.Input((5, 7, 1), dtype="float32")
    signs = keras.layers.Lambda(keras.ops.sign, name="signs")(picture)
    values, slopes = trace(keras.Model(picture, signs)).read_with_derivative(ramp, np.ones_like(ramp), ["signs"])
    np.testing.assert_array_equal(values["signs"], np.sign(ramp[0]))
    assert not slopes["signs"].any()


@keras.saving.register_keras_serializable("tests")
class Erosion(keras.layers.Layer):
    """TensorFlow has a first derivative for it and no second, which forward mode asks for."""

    def call(self, values: tf.Tensor) -> tf.Tensor:
        return tf.nn.erosion2d(values, tf.zeros((2, 2, 1)), (1, 1, 1, 1), "SAME", "NHWC", (1, 1, 1, 1))


def test_a_step_without_a_derivative_is_said(ramp: np.ndarray) -> None:
    network = trace(together(Erosion(name="erosion")))
    assert network.read(ramp, ["erosion"])["erosion"].shape == (5, 7, 1)
    with pytest.raises(VizcoreError, match="knows no derivative"):
        network.read_with_derivative(ramp, ramp, ["erosion"])


def test_derivatives_are_read_only_float32_and_checked(traced: TracedNetwork, batch: np.ndarray) -> None:
    for found in traced.read_with_derivative(batch, batch, ["logits", "conv1", "logits"]):
        assert list(found) == ["logits", "conv1"]
        assert all(values.dtype == np.float32 and not values.flags.writeable for values in found.values())
    assert traced.read_with_derivative(batch, batch, []) == ({}, {})
    with pytest.raises(VizcoreError, match="no layer “conv9”"):
        traced.read_with_derivative(batch, batch, ["conv9"])
    with pytest.raises(VizcoreError, match=r"\(1, 19, 23, 3\)"):
        traced.read_with_derivative(batch, batch[:, 1:], ["conv1"])


def test_every_way_of_reading_is_traced_once(batch: np.ndarray, several: np.ndarray) -> None:
    model = build_simple_cnn((19, 23, 3))
    calls: list[None] = []
    counted = keras.layers.Lambda(lambda values: calls.append(None) or values, output_shape=(19, 23, 3), name="counted")
    picture = keras.Input((19, 23, 3), dtype="float32")
    network = trace(keras.Model(picture, model(counted(picture))))

    def use() -> None:
        for names in (["counted"], ["simple_cnn"]):
            network.read(batch, names)
            network.summarise_many(several[:2], names)
            network.read_with_derivative(batch, batch, names)

    use()
    traced_once = len(calls)
    use()
    assert len(calls) == traced_once
