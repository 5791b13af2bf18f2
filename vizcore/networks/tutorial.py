"""The tutorial's network. Importing this imports Keras."""

import hashlib
import tempfile
from pathlib import Path

import keras
import numpy as np

from vizcore.errors import VizcoreError
from vizcore.networks.shipped import CIFAR10, shipped_card, shipped_file

SMALLEST_INPUT = 18
"""The smallest height and width for which the third convolution of the tutorial's network has an output."""


def build_simple_cnn(
    input_shape: tuple[int, int, int] = (64, 64, 3), *, num_classes: int = 10, seed: int = 0
) -> keras.Model:
    """The tutorial's convolutional network, compiled and untrained.

    Conv 32 → pool → Conv 64 → pool → Conv 64 → Flatten → Dense 64 → Dense 10. The ten outputs are logits.

    Args:
        input_shape: height, width and number of colours of its input, values 0 … 1; height and width at least 18.
        num_classes: number of logits, at least 2; ten in the tutorial.
        seed: the same seed gives the same weights in every process. Layer names, dtype and initialiser seeds are set
            explicitly and do not come from Keras's global state, which another thread may reset at any time.

    Raises:
        VizcoreError: the input is too small or does not have three sizes, or there are fewer than two classes.
    """
    if len(input_shape) != 3 or min(input_shape[:2]) < SMALLEST_INPUT or input_shape[2] < 1:
        raise VizcoreError(
            f"The network takes (height, width, colours) of at least ({SMALLEST_INPUT}, {SMALLEST_INPUT}, 1): two "
            f"poolings and three convolutions use up less than that. Given was {tuple(input_shape)}."
        )
    if num_classes < 2:
        raise VizcoreError(f"A network that tells classes apart has two of them at least; given was {num_classes}.")

    network = keras.Sequential(
        [
            keras.Input(shape=tuple(input_shape), dtype="float32", name="picture"),
            _convolution(32, "conv1", _layer_seed(seed, 0)),
            keras.layers.MaxPooling2D((2, 2), dtype="float32", name="pool1"),
            _convolution(64, "conv2", _layer_seed(seed, 1)),
            keras.layers.MaxPooling2D((2, 2), dtype="float32", name="pool2"),
            _convolution(64, "conv3", _layer_seed(seed, 2)),
            keras.layers.Flatten(dtype="float32", name="flatten"),
            _dense(64, "relu", "dense1", _layer_seed(seed, 3)),
            _dense(num_classes, None, "logits", _layer_seed(seed, 4)),
        ],
        name="simple_cnn",
    )
    network.compile(
        optimizer=keras.optimizers.Adam(name="adam"),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float32"),
        metrics=["accuracy"],
    )
    return network


def _convolution(filters: int, name: str, seed: int) -> keras.Layer:
    return keras.layers.Conv2D(
        filters,
        (3, 3),
        padding="valid",
        activation="relu",
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
        bias_initializer="zeros",
        dtype="float32",
        name=name,
    )


def _dense(units: int, activation: str | None, name: str, seed: int) -> keras.Layer:
    return keras.layers.Dense(
        units,
        activation=activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
        bias_initializer="zeros",
        dtype="float32",
        name=name,
    )


def build_trained_cnn(weights: str = CIFAR10) -> keras.Model:
    """The tutorial's network with weights that come with this package, trained on CIFAR-10; see `shipped_card`.

    Args:
        weights: `CIFAR10`, or `CIFAR10_BRIGHTENED` for those trained with brightness augmentation.

    Raises:
        VizcoreError: the weights are missing from this installation, or differ from those of the card.
    """
    card, content = shipped_card(weights), shipped_file(weights, ".weights.h5")
    if hashlib.sha256(content).hexdigest() != card.sha256:
        raise VizcoreError("The weights of the trained network are damaged. Install the app again.")
    network = build_simple_cnn((64, 64, 3))
    with tempfile.TemporaryDirectory() as folder:
        # Keras reads weights only from a path, and recognises the format by its ending.
        path = Path(folder) / "trained.weights.h5"
        path.write_bytes(content)
        network.load_weights(path)
    return network


def _layer_seed(seed: int, index: int) -> int:
    """A seed for one layer. With `seed` itself or `seed + index`, layers or neighbouring seeds would share numbers."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1)[0] >> 1)
