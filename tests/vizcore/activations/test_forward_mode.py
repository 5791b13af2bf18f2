"""Derivatives of all of Keras's layers, and of operations between layers, against what a small step does."""

import inspect
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from vizcore.activations.forward_mode import layers_without_derivative
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError

layers, ops = keras.layers, keras.ops
Step = Callable[[Any], Any]
SHAPE = (6, 8, 4)
SIZES = ("bilinear", "bicubic", "nearest", "area", "lanczos3", "lanczos5")


def sequence(values: Any) -> Any:
    return layers.Reshape((6, 32))(values)


def over(dimensions: int, layer: keras.layers.Layer) -> Step:
    """A layer on a vector of one number per cell, or on a volume."""
    return lambda values: layer(layers.Reshape({1: (48, 4), 3: (6, 4, 4, 2)}[dimensions])(values))


def with_itself(layer: keras.layers.Layer) -> Step:
    return lambda values: layer([values, layers.Rescaling(-0.5, 0.7)(values)])


def attending(layer: keras.layers.Layer) -> Step:
    return lambda values: layer(sequence(values), sequence(values))


def of_two_sequences(layer: keras.layers.Layer) -> Step:
    return lambda values: layer([sequence(values), sequence(values)])


LAYERS: dict[str, list[Step]] = {
    "Activation": [layers.Activation("silu")],
    "ActivityRegularization": [layers.ActivityRegularization(0.1)],
    "Add": [with_itself(layers.Add())],
    "AdditiveAttention": [of_two_sequences(layers.AdditiveAttention())],
    "AlphaDropout": [layers.AlphaDropout(0.5)],
    "Attention": [of_two_sequences(layers.Attention())],
    "AutoContrast": [layers.AutoContrast(value_range=(0, 1))],
    "Average": [with_itself(layers.Average())],
    "BatchNormalization": [layers.BatchNormalization()],
    "CenterCrop": [layers.CenterCrop(3, 5), layers.CenterCrop(9, 11)],
    "Concatenate": [with_itself(layers.Concatenate())],
    "Conv2D": [
        layers.Conv2D(5, 3, strides=2, padding="same"),
        layers.Conv2D(4, 3, groups=2),
        layers.Conv2D(5, 2, dilation_rate=2, activation="gelu"),
    ],
    "Conv2DTranspose": [layers.Conv2DTranspose(5, 3, strides=2, padding="same")],
    "DepthwiseConv2D": [layers.DepthwiseConv2D(3, depth_multiplier=2)],
    "Dense": [layers.Dense(5, activation="tanh")],
    "Dot": [with_itself(layers.Dot(axes=(3, 3)))],
    "Dropout": [layers.Dropout(0.5)],
    "ELU": [layers.ELU()],
    "EinsumDense": [layers.EinsumDense("abcd,de->abce", output_shape=(None, None, 5))],
    "Equalization": [layers.Equalization(value_range=(0, 1))],
    "Flatten": [layers.Flatten()],
    "GaussianDropout": [layers.GaussianDropout(0.5)],
    "GaussianNoise": [layers.GaussianNoise(0.5)],
    "GroupNormalization": [layers.GroupNormalization(2)],
    "GroupedQueryAttention": [attending(layers.GroupQueryAttention(3, 4, 2))],
    "Identity": [layers.Identity()],
    "Lambda": [layers.Lambda(lambda values: values * values)],
    "LayerNormalization": [layers.LayerNormalization(), layers.LayerNormalization(axis=(1, 2, 3))],
    "LeakyReLU": [layers.LeakyReLU()],
    "Masking": [layers.Masking()],
    "Maximum": [with_itself(layers.Maximum())],
    "Minimum": [with_itself(layers.Minimum())],
    "MultiHeadAttention": [attending(layers.MultiHeadAttention(2, 3))],
    "Multiply": [with_itself(layers.Multiply())],
    "Normalization": [layers.Normalization(mean=0.4, variance=0.09)],
    "PReLU": [layers.PReLU(alpha_initializer="random_normal")],
    "Permute": [layers.Permute((2, 1, 3))],
    "RMSNormalization": [layers.RMSNormalization()],
    "ReLU": [layers.ReLU(max_value=0.8, negative_slope=0.1, threshold=0.2)],
    "RepeatVector": [lambda values: layers.RepeatVector(3)(layers.Flatten()(values))],
    "Rescaling": [layers.Rescaling(3, -1)],
    "Reshape": [layers.Reshape((8, 6, 4))],
    "Resizing": [
        *(layers.Resizing(9, 5, interpolation=way, antialias=smooth) for way in SIZES for smooth in (False, True)),
        layers.Resizing(9, 5, crop_to_aspect_ratio=True),
        layers.Resizing(9, 5, pad_to_aspect_ratio=True),
    ],
    "SeparableConv2D": [layers.SeparableConv2D(5, 3)],
    "Softmax": [layers.Softmax()],
    "SpectralNormalization": [layers.SpectralNormalization(layers.Conv2D(5, 3))],
    "Subtract": [with_itself(layers.Subtract())],
    "TimeDistributed": [layers.TimeDistributed(layers.Conv1D(5, 3))],
    "UnitNormalization": [layers.UnitNormalization()],
    "UpSampling2D": [layers.UpSampling2D((2, 3), interpolation=way) for way in SIZES if way != "area"],
    "ZeroPadding2D": [layers.ZeroPadding2D(1)],
    **{
        f"{kind}{dimensions}D": [over(dimensions, getattr(layers, f"{kind}{dimensions}D")(*arguments))]
        for kind, arguments in {
            "AdaptiveAveragePooling": (3,),
            "AdaptiveMaxPooling": (3,),
            "AveragePooling": (2,),
            "Conv": (3, 2),
            "ConvTranspose": (3, 2),
            "Cropping": (1,),
            "DepthwiseConv": (2,),
            "GlobalAveragePooling": (),
            "GlobalMaxPooling": (),
            "MaxPooling": (2,),
            "SeparableConv": (3, 2),
            "SpatialDropout": (0.5,),
            "UpSampling": (2,),
            "ZeroPadding": (1,),
        }.items()
        for dimensions in (1, 3)
        if hasattr(layers, f"{kind}{dimensions}D")
    },
    **{
        f"{kind}2D": [getattr(layers, f"{kind}2D")(*arguments)]
        for kind, arguments in {
            "AdaptiveAveragePooling": (3,),
            "AdaptiveMaxPooling": (3,),
            "AveragePooling": (3, 2, "same"),
            "Cropping": (1,),
            "GlobalAveragePooling": (),
            "GlobalMaxPooling": (),
            "MaxPooling": (3, 2, "same"),
            "SpatialDropout": (0.5,),
        }.items()
    },
    "Conv1DTranspose": [over(1, layers.Conv1DTranspose(3, 2))],
    "Conv3DTranspose": [over(3, layers.Conv3DTranspose(3, 2))],
    # Recurrent layers without a loop.
    "GRU": [lambda values: layers.GRU(3, unroll=True)(sequence(values))],
    "LSTM": [lambda values: layers.LSTM(3, unroll=True)(sequence(values))],
    "SimpleRNN": [lambda values: layers.SimpleRNN(3, unroll=True)(sequence(values))],
}
"""Layers with a derivative, in ways that differ inside."""

REFUSED: dict[str, tuple[Step, str]] = {
    "Bidirectional": (lambda values: layers.Bidirectional(layers.LSTM(3))(sequence(values)), "loop"),
    "ContrastLimitedAdaptiveHistogramEqualization": (
        lambda values: layers.ContrastLimitedAdaptiveHistogramEqualization(value_range=(0, 1), tile_grid_size=(2, 2))(
            layers.Conv2D(3, 1)(values)
        ),
        "steps",
    ),
    "ConvLSTM1D": (layers.ConvLSTM1D(3, 2), "loop"),
    "ConvLSTM2D": (lambda values: layers.ConvLSTM2D(3, 2)(layers.Reshape((6, 4, 4, 2))(values)), "loop"),
    "Discretization": (lambda values: layers.Discretization([0.3, 0.6], output_mode="one_hot")(values), "steps"),
    "Embedding": (lambda values: layers.Embedding(9, 3)(layers.Flatten()(values * 3)), "steps"),
    "GRU": (lambda values: layers.GRU(3)(sequence(values)), "loop"),
    "LSTM": (lambda values: layers.LSTM(3)(sequence(values)), "loop"),
    "RNN": (lambda values: layers.RNN(layers.GRUCell(3))(sequence(values)), "loop"),
    "SimpleRNN": (lambda values: layers.SimpleRNN(3)(sequence(values)), "loop"),
}
"""Layers without one, and a word of the reason."""

OTHERS = {
    # These need other inputs than pictures, or other libraries.
    *("CategoryEncoding", "FlaxLayer", "HashedCrossing", "Hashing", "IntegerLookup", "JaxLayer", "MaxNumBoundingBoxes"),
    *("MelSpectrogram", "ReversibleEmbedding", "STFTSpectrogram", "StringLookup", "TFSMLayer", "TextVectorization"),
    *("TorchModuleWrapper", "ConvLSTM3D"),
    # These are made of other layers, or are a base of layers.
    *("GRUCell", "InputLayer", "LSTMCell", "Layer", "Pipeline", "SimpleRNNCell", "StackedRNNCells", "Wrapper"),
    # Augmentation: a trained network passes its pictures on.
    *("AugMix", "CutMix", "MixUp", "RandAugment", "Solarization"),
}

OPERATIONS: dict[str, Step] = {
    **{
        name: (lambda values, name=name: getattr(ops, name)(values * 6 - 3))
        for name in (
            *("celu", "elu", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu"),
            *("log_sigmoid", "log_softmax", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax"),
            *("softplus", "softsign", "sparse_plus", "squareplus", "tanh", "tanh_shrink", "threshold"),
            *("abs", "arctan", "arcsinh", "cos", "erf", "exp", "expm1", "negative", "sin", "square", "nan_to_num"),
        )
        if name != "threshold"
    },
    **{name: getattr(ops, name) for name in ("log", "log1p", "log2", "log10", "reciprocal", "rsqrt", "sqrt")},
    **{
        f"resize {way} {smooth}": (
            lambda values, way=way, smooth=smooth: ops.image.resize(values, (9, 5), interpolation=way, antialias=smooth)
        )
        for way in SIZES
        for smooth in (False, True)
    },
    "clip": lambda values: ops.clip(values, 0.3, 0.6),
    "threshold": lambda values: values * ops.cast(values > 0.5, "float32"),
    "where": lambda values: ops.where(values > 0.5, values * values, 0.1),
    "moments": lambda values: ops.concatenate(ops.moments(values, axes=(3,), keepdims=True), axis=-1),
    "std": lambda values: values / ops.std(values, axis=(1, 2), keepdims=True),
    "sort": lambda values: ops.sort(values, axis=-1),
    "top_k": lambda values: ops.top_k(values, 2)[0],
    "cumsum": lambda values: ops.cumsum(values, axis=1),
    "roll, flip, pad": lambda values: ops.pad(
        ops.flip(ops.roll(values, 1, axis=1), axis=2), ((0, 0), (1, 2), (0, 0), (0, 0)), "reflect"
    ),
    "matmul": lambda values: ops.matmul(values, ops.transpose(values, (0, 1, 3, 2))),
    "blur": lambda values: ops.image.gaussian_blur(values),
    "patches": lambda values: ops.image.extract_patches(values, (3, 3), padding="same"),
    "half precision": layers.Conv2D(5, 3, dtype="mixed_float16"),
    "mod": lambda values: ops.mod(values, 0.3),
}

NO_OPERATION: dict[str, tuple[Step, str]] = {
    "round": (ops.round, "steps"),
    "floor": (lambda values: ops.floor(values * 10), "steps"),
    "whole numbers": (lambda values: ops.cast(ops.cast(values * 255, "uint8"), "float32"), "steps"),
    "argmax": (lambda values: ops.one_hot(ops.argmax(values, axis=3), 4), "steps"),
    "a share above a threshold": (lambda values: ops.mean(ops.cast(values > 0.5, "float32"), axis=(1, 2)), "steps"),
    "rounded beside": (lambda values: values + ops.round(values), "steps"),
    "stop_gradient": (ops.stop_gradient, "stop_gradient"),
    "a hidden mean": (lambda values: values - ops.stop_gradient(ops.mean(values, axis=3, keepdims=True)), "stop_grad"),
    "logsumexp": (lambda values: ops.logsumexp(values, axis=3, keepdims=True), "stop_gradient"),
    "map": (lambda values: ops.map(lambda one: one * 2, values), "loop"),
    "affine": (
        lambda values: ops.image.affine_transform(values, np.array([[1, 0.2, 0.3, 0.1, 0.9, -0.7, 0, 0]], np.float32)),
        "EnsureShape",
    ),
    "hsv_to_rgb": (lambda values: ops.image.hsv_to_rgb(values[..., :3]), "HSVToRGB"),
}


def network_of(step: Step) -> TracedNetwork:
    picture = keras.Input(SHAPE, dtype="float32", name="picture")
    result = step(picture)
    if len(result.shape) not in (2, 4):
        result = layers.Flatten()(result)
    return trace(keras.Model(picture, layers.Identity(name="result", dtype="float32")(result)))


def check_against_a_small_step(network: TracedNetwork, *, size: float = 5e-4) -> None:
    random = np.random.default_rng(0)
    # Values that all differ by more than a step, so that no maximum changes its place.
    values = random.permutation(np.linspace(0.0617, 0.9431, np.prod(SHAPE))).reshape(1, *SHAPE).astype(np.float32)
    tangent = random.uniform(-1, 1, values.shape).astype(np.float32)
    found = network.read_with_derivative(values, tangent, ["result"])[1]["result"]
    below, here, above = (network.read(values + sign * size * tangent, ["result"])["result"] for sign in (-1, 0, 1))
    expected = (above - below) / (2 * size)
    typical = np.linalg.norm(expected) / np.sqrt(expected.size)
    # A unit at a kink or at a jump moves differently on both sides.
    is_smooth = np.abs((above - here) - (here - below)) <= 0.1 * size * typical
    assert typical > 0
    assert is_smooth.mean() >= 0.9
    assert np.linalg.norm((found - expected)[is_smooth]) <= 0.02 * np.linalg.norm(expected[is_smooth])


def test_every_layer_of_keras_is_here() -> None:
    # Some classes have several names.
    known = {
        getattr(layers, name).__name__
        for name in dir(layers)
        if inspect.isclass(getattr(layers, name)) and issubclass(getattr(layers, name), keras.Layer)
    }
    augmenting = {name for name in known if name.startswith("Random")}
    assert known - augmenting == {*LAYERS, *REFUSED, *OTHERS}


@pytest.mark.parametrize("name", LAYERS)
def test_the_derivative_of_a_layer_is_what_a_small_step_does(name: str) -> None:
    for step in LAYERS[name]:
        check_against_a_small_step(network_of(step))


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_derivative_of_an_operation_is_what_a_small_step_does(name: str) -> None:
    # In half precision, rounding hides smaller steps.
    size = 0.03 if name == "half precision" else 5e-4
    check_against_a_small_step(network_of(OPERATIONS[name]), size=size)


@pytest.mark.parametrize("name", [*REFUSED, *NO_OPERATION])
def test_a_layer_without_a_derivative_is_refused_with_the_reason_and_others_are_read(name: str) -> None:
    step, word = {**REFUSED, **NO_OPERATION}[name]
    network = network_of(lambda values: step(layers.Rescaling(2, name="before", dtype="float32")(values)))
    assert word in network.without_derivative["result"]
    batch = np.random.default_rng(1).random((1, *SHAPE), np.float32)
    with pytest.raises(VizcoreError, match=f"How fast “result” .* cannot be computed, because .*{word}"):
        network.read_with_derivative(batch, batch, ["before", "result"])
    np.testing.assert_allclose(network.read_with_derivative(batch, batch, ["before"])[1]["before"], 2 * batch[0])
    assert network.read(batch, ["result"])["result"].size


def test_random_layers_pass_pictures_on() -> None:
    network = network_of(lambda values: layers.RandomRotation(0.2)(layers.RandomFlip()(layers.RandomZoom(0.2)(values))))
    assert network.without_derivative == {}
    check_against_a_small_step(network)


def test_a_function_that_an_operation_calls_is_looked_into() -> None:
    @tf.function(autograph=False)
    def smooth(values: tf.Tensor) -> tf.Tensor:
        return tf.tanh(values)

    @tf.function(autograph=False)
    def rounding(values: tf.Tensor) -> tf.Tensor:
        return values + tf.round(values)

    def calling(values: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"smooth": smooth(values), "rounding": rounding(values), "still": smooth(tf.ones_like(values))}

    graph = tf.function(calling, autograph=False).get_concrete_function(tf.TensorSpec((1, *SHAPE), tf.float32))
    assert list(layers_without_derivative(graph)) == ["rounding"]


def test_integers_as_input_move_in_steps() -> None:
    picture = keras.Input(SHAPE, dtype="uint8")
    network = trace(keras.Model(picture, layers.Rescaling(1 / 255, name="result")(picture)))
    assert "steps" in network.without_derivative["result"]
