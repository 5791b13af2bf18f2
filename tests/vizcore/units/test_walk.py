"""A channel as a moving window: at every cell it gives the terms that the core gives for that cell."""

import keras
import numpy as np
import pytest
from keras import layers

from tests.vizcore.units.test_arithmetic import described, ramp, random_layers, with_random_weights
from vizcore.activations.graph import fed_layer
from vizcore.activations.reading import read
from vizcore.arrays import FloatArray
from vizcore.units.arithmetic import arithmetic
from vizcore.units.given import as_maps
from vizcore.units.walk import PADDING, Walk, walk


def before(moving: Walk, inputs: FloatArray, row: int, column: int) -> float:
    """The value before the activation function, as somebody computes it who knows only the walk."""
    terms = []
    for factors, place in zip(moving.kernel, moving.rows[row], strict=True):
        for factor, other in zip(factors, moving.columns[column], strict=True):
            if PADDING not in (place, other):
                terms.append((inputs[place, other].astype(np.float64), factor))
    if moving.combination == "product":
        return float(np.prod(terms[0][0]))
    values = np.array([value for value, _ in terms])
    if moving.combination in ("largest", "smallest"):
        return float(values.max() if moving.combination == "largest" else values.min())
    if moving.combination == "mean":
        return float(values.mean())
    return moving.bias + sum(float(value @ factor) for value, factor in terms)


@pytest.mark.parametrize("layer", list(random_layers()), ids=described)
def test_every_cell_of_a_walk_is_the_cell_of_the_core(layer: keras.Layer) -> None:
    rng = np.random.default_rng(7)
    model = keras.Sequential([keras.Input((11, 13, 6)), layer])
    with_random_weights(model, rng)
    batch = rng.normal(size=(1, 11, 13, 6)).astype(np.float32)
    fed = fed_layer(model, layer.name)
    activations = {"": batch[0], **read(model, batch, [layer.name])}
    height, width, channels = as_maps(activations[layer.name]).shape
    channel = channels // 2
    moving = walk(fed, channel, activations)
    if moving is None:
        assert type(layer).__name__ in ("Conv2DTranspose", "PReLU", "UpSampling2D", "Reshape", "Concatenate")
        return
    inputs = moving.inputs(fed, activations)
    assert moving.inputs_shape(fed, activations) == inputs.shape
    assert moving.rows.shape[0] == height
    assert moving.columns.shape[0] == width
    cells = np.stack(np.indices((height, width)), axis=-1).reshape(-1, 2)
    # All cells of the edges, where windows reach into padding, and every fifth of the others.
    for index, (row, column) in enumerate(cells.tolist()):
        if index % 5 and 0 < row < height - 1 and 0 < column < width - 1:
            continue
        shown = arithmetic(fed, (row, column, channel), activations)
        assert before(moving, inputs, row, column) == pytest.approx(shown.before, rel=1e-9, abs=1e-9)
    assert moving.function.name == shown.activation


def test_a_spread_input_of_a_join_is_walked_over_like_the_others() -> None:
    maps = keras.Input((5, 7, 2))
    gate = layers.GlobalAveragePooling2D(keepdims=True)(maps)
    model = keras.Model(maps, layers.Multiply(name="gated")([maps, gate]))
    batch = ramp(channels=2)
    fed = fed_layer(model, "gated")
    activations = {"": batch[0], **read(model, batch, [*filter(None, fed.sources), "gated"])}
    moving = walk(fed, 1, activations)
    assert moving is not None
    inputs = moving.inputs(fed, activations)
    assert inputs.shape == (5, 7, 2)
    for row, column in np.ndindex(5, 7):
        assert before(moving, inputs, row, column) == pytest.approx(activations["gated"][row, column, 1], rel=1e-6)


@pytest.mark.parametrize(
    "layer", [layers.Conv2DTranspose(1, 3, strides=2), layers.PReLU(), layers.Reshape((7, 5, 6))], ids=described
)
def test_cells_that_share_no_kernel_are_no_walk(layer: keras.Layer) -> None:
    model = keras.Sequential([keras.Input((5, 7, 6)), layer])
    with_random_weights(model, np.random.default_rng(1))
    batch = np.random.default_rng(2).normal(size=(1, 5, 7, 6)).astype(np.float32)
    activations = {"": batch[0], **read(model, batch, [layer.name])}
    assert walk(fed_layer(model, layer.name), 0, activations) is None
