"""Cells with weights set by hand and the answer written down; every kind of layer, at its corners, against Keras."""

import itertools
from collections.abc import Iterator

import keras
import numpy as np
import pytest

from vizcore.activations.graph import FedLayer, fed_layer
from vizcore.activations.layers import layer_outputs
from vizcore.activations.reading import read
from vizcore.errors import VizcoreError
from vizcore.units.arithmetic import arithmetic
from vizcore.units.terms import Cell, CellArithmetic, compare

layers = keras.layers
UNIT = 2.0**-24
"""Half the distance from 1 to the next float32: the relative rounding of one operation."""


def ramp(height: int = 5, width: int = 7, channels: int = 1) -> np.ndarray:
    """Value 10·row + column + 100·channel, as a batch of one."""
    rows, columns, numbers = np.ogrid[:height, :width, :channels]
    return (10 * rows + columns + 100 * numbers).astype(np.float32)[np.newaxis]


def shown_of(model: keras.Model, batch: np.ndarray, name: str, cell: Cell) -> CellArithmetic:
    """A cell of a model, and a check that the network's own number is the same."""
    fed = fed_layer(model, name)
    needed = [name, *(source for source in fed.sources if source)]
    shown = arithmetic(fed, cell, {"": batch[0], **read(model, batch, needed)})
    assert_in_map(shown)
    return shown


def of_layer(layer: keras.Layer, batch: np.ndarray, cell: Cell, weights: list | None = None) -> CellArithmetic:
    """A cell of a single layer that the picture feeds."""
    model = keras.Sequential([keras.Input(batch.shape[1:]), layer])
    if weights is not None:
        layer.set_weights([np.array(part, dtype=np.float32) for part in weights])
    return shown_of(model, batch, layer.name, cell)


def rounding(shown: CellArithmetic) -> float:
    """How far float32 may part the map from the terms, whatever the order of the additions.

    n numbers that are multiplied and added differ by n roundings of the sum of their sizes at most.
    """
    if shown.combination == "product":
        sizes = np.prod(np.abs(shown.window))
    else:
        sizes = np.abs(shown.products).sum() + abs(shown.bias)
    number = shown.window.size + 3
    if shown.kind == "BatchNormalization":
        sizes += abs(shown.constants["beta"]) + abs(shown.constants["mean"] * shown.kernel.item())
    if shown.kind == "SeparableConv2D":
        # Two convolutions; the numbers between them may be larger than what is left of them.
        sizes, number = 4 * sizes, 2 * number
    if shown.kind == "UpSampling2D":
        # The place between two cells is rounded, too.
        number += 4 * int(max(shown.rows.max(), shown.columns.max()))
    before = number * UNIT * sizes
    if shown.over.size:
        before *= 2
    steepest = max([1.2, *(abs(number) for number in shown.activation_constants.values())])
    if shown.activation == "selu":
        steepest = 1.8
    # The exponential minus 1 of a small number is rounded like 1.
    ones = shown.activation in ("elu", "selu")
    return float(steepest * before + 8 * UNIT * (abs(shown.value) + abs(shown.before) + ones))


def assert_in_map(shown: CellArithmetic) -> None:
    assert abs(shown.value - shown.in_map) <= rounding(shown), (
        f"{shown.layer} {shown.cell}: {shown.value} {shown.in_map}"
    )


# By hand.


def test_a_convolution_reads_its_window_without_a_flip() -> None:
    conv = layers.Conv2D(1, (2, 3), activation="relu")
    shown = of_layer(conv, ramp(), (1, 2, 0), [np.reshape([1, 2, 3, 4, 5, 6], (2, 3, 1, 1)), [-100]])
    np.testing.assert_array_equal(shown.window[..., 0], [[12, 13, 14], [22, 23, 24]])
    np.testing.assert_array_equal(shown.kernel[..., 0], [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(shown.rows, [1, 2])
    np.testing.assert_array_equal(shown.columns, [2, 3, 4])
    assert not shown.padding.any()
    # 12 + 26 + 42 + 88 + 115 + 144 = 427
    assert (list(shown.contributions), shown.bias, shown.before, shown.value) == ([427], -100, 327, 327)
    assert (shown.activation, shown.in_map, shown.fed_by) == ("relu", 327, ("",))


@pytest.mark.parametrize(
    ("cell", "window", "padding", "before"),
    [
        # An odd zero of padding stands below and to the right.
        ((0, 0, 0), [[0, 0, 1], [0, 10, 11]], [[1, 0, 0], [1, 0, 0]], 19),
        ((4, 6, 0), [[45, 46, 0], [0, 0, 0]], [[0, 0, 1], [1, 1, 1]], 37),
        ((4, 0, 0), [[0, 40, 41], [0, 0, 0]], [[1, 0, 0], [1, 1, 1]], 103),
    ],
)
def test_the_part_of_a_window_in_padding_is_marked(cell: Cell, window: list, padding: list, before: float) -> None:
    conv = layers.Conv2D(1, (2, 3), padding="same")
    shown = of_layer(conv, ramp(), cell, [np.reshape([1, 2, 3, 4, 5, 6], (2, 3, 1, 1)), [-100]])
    np.testing.assert_array_equal(shown.window[..., 0], window)
    np.testing.assert_array_equal(shown.padding, np.array(padding) == 1)
    assert shown.before == before


def test_a_negative_sum_is_shown_before_relu() -> None:
    shown = of_layer(layers.Conv2D(1, 1, activation="relu"), ramp(), (0, 3, 0), [[[[[1]]]], [-5]])
    assert (shown.before, shown.value) == (-2, 0)


def test_with_groups_a_cell_reads_the_channels_of_its_group() -> None:
    kernel = np.arange(12).reshape(1, 1, 2, 6)
    shown = of_layer(layers.Conv2D(6, 1, groups=2), ramp(channels=4), (0, 1, 4), [kernel, [0, 0, 0, 0, 9, 0]])
    np.testing.assert_array_equal(shown.channels, [2, 3])
    np.testing.assert_array_equal(shown.window[0, 0], [201, 301])
    np.testing.assert_array_equal(shown.kernel[0, 0], [4, 10])
    np.testing.assert_array_equal(shown.contributions, [804, 3010])
    assert shown.before == 3823


def test_every_channel_of_a_depthwise_convolution_has_its_own_maps() -> None:
    kernel = np.array([[[[1, 2, 3], [4, 5, 6]]]])
    depthwise = layers.DepthwiseConv2D(1, depth_multiplier=3, use_bias=False)
    shown = of_layer(depthwise, ramp(channels=2), (0, 1, 5), [kernel])
    assert (shown.channels.tolist(), shown.kernel.item(), shown.value) == ([1], 6, 606)
    assert of_layer(depthwise, ramp(channels=2), (0, 1, 2), [kernel]).value == 3


def test_a_separable_convolution_is_shown_as_one() -> None:
    separable = layers.SeparableConv2D(1, (1, 2), depth_multiplier=2)
    # (1, 2, channels, multiplier): channel 0 has the maps 1·a and 2·b, channel 1 3·a + 4·b.
    depthwise = np.zeros((1, 2, 2, 2))
    depthwise[0, 0, 0, 0], depthwise[0, 1, 0, 1] = 1, 2
    depthwise[0, :, 1, 0] = 3, 4
    shown = of_layer(
        separable, ramp(channels=2), (0, 0, 0), [depthwise, np.reshape([10, 100, 1000, 7], (1, 1, 4, 1)), [5]]
    )
    np.testing.assert_array_equal(shown.kernel, [[[10, 3000], [200, 4000]]])
    # 0 · 10 + 1 · 200, and 100 · 3000 + 101 · 4000.
    np.testing.assert_array_equal(shown.contributions, [200, 704000])
    assert shown.value == 704205


def test_a_transposed_convolution_shows_the_inputs_that_reach_the_cell() -> None:
    batch = np.array([1, 2, 3], dtype=np.float32).reshape(1, 1, 3, 1)
    transposed = layers.Conv2DTranspose(1, (1, 3), strides=(1, 2))
    weights = [np.reshape([10, 20, 30], (1, 3, 1, 1)), [5]]
    shown = of_layer(transposed, batch, (0, 2, 0), weights)
    np.testing.assert_array_equal(shown.columns, [0, 1])
    np.testing.assert_array_equal(shown.kernel, [[[30], [10]]])
    assert shown.value == 30 * 1 + 10 * 2 + 5
    assert of_layer(transposed, batch, (0, 1, 0), weights).value == 20 * 1 + 5
    edge = of_layer(transposed, batch, (0, 6, 0), weights)
    np.testing.assert_array_equal(edge.padding, [[False, True]])
    assert edge.value == 30 * 3 + 5


def test_a_cell_of_a_transposed_convolution_that_nothing_reaches_is_its_bias() -> None:
    batch = np.ones((1, 2, 3, 1), dtype=np.float32)
    shown = of_layer(layers.Conv2DTranspose(1, 1, strides=2), batch, (1, 0, 0), [[[[[4]]]], [5]])
    assert (shown.window.shape, shown.before, shown.value) == ((0, 1, 1), 5, 5)
    assert shown.largest(3).values == (0,)


def test_the_largest_of_a_pool_wins_and_never_its_padding() -> None:
    batch = -1 - ramp(3, 5)
    pool = layers.MaxPooling2D((2, 3), padding="same")
    shown = of_layer(pool, batch, (1, 1, 0))
    np.testing.assert_array_equal(shown.window[..., 0], [[-24, -25, 0], [0, 0, 0]])
    np.testing.assert_array_equal(shown.padding, [[False, False, True], [True, True, True]])
    assert (shown.winner, shown.value) == ((0, 0, 0), -24)
    np.testing.assert_array_equal(shown.products[..., 0], [[-24, 0, 0], [0, 0, 0]])


def test_of_equal_values_in_a_pool_the_first_wins_row_by_row() -> None:
    batch = np.array([[0, 1], [2, 2], [2, 0]], dtype=np.float32).reshape(1, 3, 2, 1)
    assert of_layer(layers.MaxPooling2D((3, 2)), batch, (0, 0, 0)).winner == (1, 0, 0)


def test_an_average_does_not_count_padding() -> None:
    pool = layers.AveragePooling2D((2, 3), strides=1, padding="same")
    # 45 and 46 at the corner below and right; the other four are padding.
    shown = of_layer(pool, ramp(), (4, 6, 0))
    np.testing.assert_array_equal(shown.kernel[..., 0], [[0.5, 0.5, 0], [0, 0, 0]])
    assert shown.value == 45.5
    assert of_layer(pool, ramp(), (1, 2, 0)).value == 17


def test_global_pooling_reads_the_whole_map() -> None:
    batch = ramp(channels=3)
    average = of_layer(layers.GlobalAveragePooling2D(), batch, (0, 0, 2))
    assert (average.window.shape, average.channels.tolist()) == ((5, 7, 1), [2])
    assert average.value == pytest.approx(223, rel=1e-12)
    largest = of_layer(layers.GlobalMaxPooling2D(keepdims=True), batch, (0, 0, 1))
    assert (largest.winner, largest.value) == ((4, 6, 0), 146)


def test_batch_normalisation_is_a_factor_and_a_number() -> None:
    normal = layers.BatchNormalization(epsilon=0.25)
    # gamma, beta, moving mean, moving variance: 4 · (x − 3) / √(3.75 + 0.25) + 1 = 2·x − 5
    weights = [[7, 4], [7, 1], [7, 3], [7, 3.75]]
    shown = of_layer(normal, ramp(channels=2), (0, 1, 1), weights)
    assert (shown.kernel.item(), shown.bias, shown.value) == (2, -5, 197)
    assert shown.constants == {"mean": 3, "variance": 3.75, "gamma": 4, "beta": 1, "epsilon": 0.25}


def test_batch_normalisation_of_a_model_in_training_is_shown_as_it_answers() -> None:
    picture = keras.Input((5, 7, 2))
    model = keras.Model(picture, layers.BatchNormalization(epsilon=0, name="normal")(picture, training=True))
    assert shown_of(model, ramp(channels=2), "normal", (1, 2, 1)).value == 112


def test_softmax_divides_by_all_channels() -> None:
    batch = np.ones((1, 1, 1, 1), dtype=np.float32)
    logits = np.log([1, 2, 5])
    for layer, weights in (
        (layers.Dense(3, activation="softmax"), [[logits], [0, 0, 0]]),
        (layers.Conv2D(3, 1, activation="softmax"), [[[[[0, 0, 0]]]], logits]),
    ):
        shown = of_layer(layer, batch, (0, 0, 2), [np.array(part).reshape(np.shape(part)) for part in weights])
        assert (shown.activation, shown.before) == ("softmax", pytest.approx(logits[2]))
        np.testing.assert_allclose(shown.over, logits, rtol=1e-6)
        assert shown.value == pytest.approx(5 / 8, rel=1e-6)


def test_a_softmax_layer_takes_one_logit_and_divides_by_all() -> None:
    batch = np.log([[[[1, 2, 5]]]]).astype(np.float32)
    shown = of_layer(layers.Softmax(), batch, (0, 0, 1))
    assert shown.before == batch[0, 0, 0, 1]
    assert shown.value == pytest.approx(2 / 8, rel=1e-6)


def test_dense_of_a_vector_and_of_maps() -> None:
    weights = [np.reshape(np.arange(6), (3, 2)), [0.5, -0.5]]
    on_maps = of_layer(layers.Dense(2), ramp(channels=3), (1, 2, 1), weights)
    np.testing.assert_array_equal(on_maps.contributions, [12, 112 * 3, 212 * 5])
    assert on_maps.value == 12 + 336 + 1060 - 0.5
    model = keras.Sequential([keras.Input((5, 7, 3)), layers.GlobalMaxPooling2D(), layers.Dense(2, name="dense")])
    model.get_layer("dense").set_weights([np.array(part, dtype=np.float32) for part in weights])
    on_vector = shown_of(model, ramp(channels=3), "dense", (0, 0, 0))
    np.testing.assert_array_equal(on_vector.contributions, [0, 146 * 2, 246 * 4])
    assert on_vector.value == 292 + 984 + 0.5


def joins() -> keras.Model:
    """Every join, of a picture, its triple and one number a channel."""
    picture = keras.Input((5, 7, 2))
    triple = layers.Rescaling(3, name="triple")(picture)
    means = layers.GlobalAveragePooling2D(keepdims=True, name="means")(picture)
    outputs = [
        getattr(layers, kind)(name=kind.lower())([picture, triple])
        for kind in ("Add", "Subtract", "Average", "Maximum", "Minimum")
    ]
    outputs.append(layers.Multiply(name="multiply")([picture, means]))
    return keras.Model(picture, layers.Concatenate(name="all")(outputs))


@pytest.mark.parametrize(
    ("name", "contributions", "value", "winner"),
    [
        ("add", [123, 369], 492, None),
        ("subtract", [123, -369], -246, None),
        ("average", [61.5, 184.5], 246, None),
        ("maximum", [0, 369], 369, (0, 0, 1)),
        ("minimum", [123, 0], 123, (0, 0, 0)),
        # The mean of 10·row + column + 100 is 20 + 3 + 100.
        ("multiply", [123, 123], 15129, None),
    ],
)
def test_a_join_has_one_term_for_each_input(name: str, contributions: list, value: float, winner: Cell | None) -> None:
    shown = shown_of(joins(), ramp(channels=2), name, (2, 3, 1))
    np.testing.assert_allclose(shown.contributions, contributions, rtol=1e-6)
    assert (shown.value, shown.winner) == (pytest.approx(value, rel=1e-6), winner)
    assert (shown.sources.tolist(), shown.channels.tolist()) == ([0, 1], [1, 1])
    assert shown.fed_by == ("", "means" if name == "multiply" else "triple")


@pytest.mark.parametrize(
    ("axis", "cell"), [(-1, (1, 2, 3)), (3, (1, 2, 3)), (1, (6, 2, 1)), (-3, (6, 2, 1)), (2, (1, 9, 1))]
)
def test_a_concatenation_copies_from_one_input(axis: int, cell: Cell) -> None:
    picture = keras.Input((5, 7, 2))
    double = layers.Rescaling(2, name="double")(picture)
    model = keras.Model(picture, layers.Concatenate(axis=axis, name="both")([picture, double]))
    shown = shown_of(model, ramp(channels=2), "both", cell)
    assert (shown.sources.tolist(), shown.channels.tolist(), shown.value) == ([1], [1], 224)
    assert (shown.rows.tolist(), shown.columns.tolist()) == ([1], [2])
    assert shown_of(model, ramp(channels=2), "both", (1, 2, 1)).value == 112


def test_vectors_are_concatenated_and_multiplied_with_maps() -> None:
    picture = keras.Input((5, 7, 2))
    vector = layers.GlobalMaxPooling2D(name="vector")(picture)
    both = layers.Concatenate(name="both")([layers.Rescaling(2, name="double")(vector), vector])
    model = keras.Model(picture, [both, layers.Multiply(name="scaled")([vector, picture])])
    shown = shown_of(model, ramp(channels=2), "both", (0, 0, 3))
    assert (shown.sources.tolist(), shown.channels.tolist(), shown.value) == ([1], [1], 146)
    assert shown_of(model, ramp(channels=2), "scaled", (1, 2, 1)).value == 146 * 112


@pytest.mark.parametrize("layer", [layers.Flatten(), layers.Reshape((2, 35, 3)), layers.Reshape((210,))])
def test_flattened_values_keep_their_order(layer: keras.Layer) -> None:
    # Row 3, column 4, channel 1 is number (3 · 7 + 4) · 6 + 1 = 151 = (1 · 35 + 15) · 3 + 1.
    cell = (1, 15, 1) if len(getattr(layer, "target_shape", ())) == 3 else (0, 0, 151)
    shown = of_layer(layer, ramp(channels=6), cell)
    assert [shown.rows.item(), shown.columns.item(), shown.channels.item(), shown.value] == [3, 4, 1, 134]


def test_upsampling_copies_the_nearest() -> None:
    shown = of_layer(layers.UpSampling2D((3, 2)), ramp(), (5, 13, 0))
    assert (shown.rows.tolist(), shown.columns.tolist(), shown.value) == ([1], [6], 16)


@pytest.mark.parametrize(
    ("column", "columns", "shares", "value"),
    [
        (0, [0], [1], 0),
        (1, [0], [1], 0),
        (2, [0, 1], [7 / 8, 1 / 8], 1),
        (5, [0, 1], [1 / 8, 7 / 8], 7),
        (6, [1], [1], 8),
    ],
)
def test_upsampling_mixes_the_cells_around(column: int, columns: list, shares: list, value: float) -> None:
    batch = np.array([0, 8], dtype=np.float32).reshape(1, 1, 2, 1)
    shown = of_layer(layers.UpSampling2D((1, 4), interpolation="bilinear"), batch, (0, column, 0))
    assert (shown.columns.tolist(), shown.kernel.ravel().tolist(), shown.value) == (columns, shares, value)


def test_padding_is_marked_and_cropping_moves() -> None:
    pad = layers.ZeroPadding2D(((1, 2), (3, 4)))
    for cell, is_padding, value in (
        ((0, 4, 0), True, 0),
        ((3, 2, 0), True, 0),
        ((6, 5, 0), True, 0),
        ((2, 5, 0), False, 12),
    ):
        shown = of_layer(pad, ramp(), cell)
        assert (shown.padding.item(), shown.value) == (is_padding, value)
    cropped = of_layer(layers.Cropping2D(((1, 2), (3, 1))), ramp(), (1, 2, 0))
    assert (cropped.rows.tolist(), cropped.columns.tolist(), cropped.value) == ([2], [5], 25)


def test_rescaling_has_a_factor_for_each_channel() -> None:
    shown = of_layer(layers.Rescaling([0.5, 0.25], offset=[7, -1]), ramp(channels=2), (1, 2, 1))
    assert (shown.kernel.item(), shown.bias, shown.value) == (0.25, -1, 27)
    assert of_layer(layers.Rescaling(1 / 255), ramp(), (3, 3, 0)).value == pytest.approx(33 / 255, rel=1e-6)


def test_layers_that_only_work_in_training_copy() -> None:
    for layer in (layers.Dropout(0.5), layers.SpatialDropout2D(0.5), layers.Identity()):
        assert of_layer(layer, ramp(), (3, 4, 0)).value == 34


@pytest.mark.parametrize(
    ("layer", "answers"),
    [
        (layers.ReLU(), {-2: 0, 0: 0, 3: 3}),
        (layers.ReLU(max_value=6), {-2: 0, 5: 5, 7: 6}),
        (layers.ReLU(negative_slope=0.5), {-2: -1, 3: 3}),
        (layers.ReLU(threshold=1), {-2: 0, 0.5: 0, 1: 0, 3: 3}),
        (layers.ReLU(max_value=2, negative_slope=0.5, threshold=1), {-2: -1.5, 0.5: -0.25, 1.5: 1.5, 3: 2}),
        (layers.LeakyReLU(negative_slope=0.25), {-2: -0.5, 3: 3}),
        (layers.ELU(alpha=2), {-1: 2 / np.e - 2, 3: 3}),
        (layers.Activation("relu6"), {-2: 0, 5: 5, 7: 6}),
        (layers.Activation("hard_sigmoid"), {-4: 0, 0: 0.5, 1: 2 / 3, 4: 1}),
        (layers.Activation("hard_swish"), {-4: 0, 1: 2 / 3, 4: 4}),
        (layers.Activation("sigmoid"), {0: 0.5, np.log(3): 0.75}),
        (layers.Activation("softplus"), {0: np.log(2)}),
        (layers.Activation("tanh"), {0: 0, np.log(3): 0.8}),
        (layers.Activation("swish"), {0: 0, np.log(3): 0.75 * np.log(3)}),
        # The normal distribution's share below 1.
        (layers.Activation("gelu"), {1: 0.8413447460685429, -1: -0.15865525393145707}),
    ],
)
def test_activation_functions_have_their_known_answers(layer: keras.Layer, answers: dict[float, float]) -> None:
    for value, answer in answers.items():
        shown = of_layer(layer, np.full((1, 1, 2, 1), value, dtype=np.float32), (0, 1, 0))
        assert shown.value == pytest.approx(answer, rel=1e-6, abs=1e-7), value


def test_prelu_has_a_slope_for_each_cell_or_shares_it() -> None:
    slopes = np.arange(70).reshape(5, 7, 2) / 64
    assert of_layer(layers.PReLU(), -ramp(channels=2), (1, 2, 1), [slopes]).value == -112 * 19 / 64
    shared = of_layer(layers.PReLU(shared_axes=[1, 2]), -ramp(channels=2), (1, 2, 1), [[[[0.5, 0.25]]]])
    assert (shared.value, shared.activation_constants["negative_slope"]) == (-28, 0.25)


NAMES = (
    *("linear", "relu", "relu6", "leaky_relu", "elu", "selu", "sigmoid", "hard_sigmoid", "tanh", "softplus"),
    *("silu", "swish", "hard_silu", "hard_swish", "gelu", "softmax"),
)


@pytest.mark.parametrize("name", NAMES)
def test_every_activation_function_follows_keras_also_inside_a_layer(name: str) -> None:
    values = np.linspace(-11, 11, 90, dtype=np.float32).reshape(1, 9, 5, 2)
    alone = layers.Activation(name, name="alone")
    inside = layers.Conv2D(2, 1, activation=name, name="inside")
    model = with_random_weights(keras.Sequential([keras.Input((9, 5, 2)), alone, inside]), np.random.default_rng(5))
    activations = {"": values[0], **read(model, values, ["alone", "inside"])}
    for layer in ("alone", "inside"):
        fed = fed_layer(model, layer)
        for cell in itertools.product(range(9), range(5), range(2)):
            assert_in_map(arithmetic(fed, cell, activations))


def test_extreme_values_overflow_nowhere() -> None:
    for name in NAMES:
        for value in (-3e38, -1000, 1000, 3e38):
            of_layer(layers.Activation(name), np.full((1, 1, 1, 2), value, dtype=np.float32), (0, 0, 1))


def test_nan_stays_nan_and_infinite_values_stay_infinite() -> None:
    batch = np.array([np.nan, np.inf, -np.inf], dtype=np.float32).reshape(1, 1, 3, 1)
    model = keras.Sequential([keras.Input((1, 3, 1)), layers.ReLU(name="relu")])
    fed, activations = fed_layer(model, "relu"), {"": batch[0], **read(model, batch, ["relu"])}
    values = [arithmetic(fed, (0, column, 0), activations).value for column in range(3)]
    np.testing.assert_array_equal(values, [np.nan, np.inf, 0])


def test_an_activation_function_may_be_a_layer() -> None:
    conv = layers.Conv2D(1, 1, activation=layers.LeakyReLU(negative_slope=0.125))
    shown = of_layer(conv, ramp(), (0, 2, 0), [[[[[-4]]]], [0]])
    assert (shown.before, shown.value, shown.activation) == (-8, -1, "leaky_relu")


# Every kind of layer, at its corners and inside, against Keras.

CONVOLUTIONS = [
    {"kernel_size": size, "padding": padding, **steps}
    for size in ((2, 3), (5, 4))
    for padding in ("valid", "same")
    for steps in ({}, {"strides": (2, 3)}, {"strides": (3, 1)}, {"dilation_rate": (2, 1)}, {"dilation_rate": (1, 2)})
]
POOLS = [
    {"pool_size": size, "strides": strides, "padding": padding}
    for size in ((2, 3), (5, 3))
    for strides in (None, (1, 2), (3, 2))
    for padding in ("valid", "same")
]
SQUARE_STEPS = [{"strides": 1}, {"strides": 2}, {"dilation_rate": (2, 3)}, {"strides": 2, "dilation_rate": (1, 2)}]


def random_layers() -> Iterator[keras.Layer]:
    for options in CONVOLUTIONS:
        for groups in (1, 3):
            yield layers.Conv2D(6, groups=groups, activation="tanh", **options)
        yield layers.Conv2DTranspose(5, **options)
    yield layers.Conv2DTranspose(5, (3, 2), strides=(5, 7), padding="same", output_padding=(1, 3))
    yield layers.Conv2DTranspose(5, (3, 2), strides=(2, 3), padding="valid", output_padding=(1, 2))
    for steps in SQUARE_STEPS:
        for padding in ("valid", "same"):
            yield layers.DepthwiseConv2D((3, 2), padding=padding, depth_multiplier=2, activation="elu", **steps)
            yield layers.SeparableConv2D(5, (2, 3), padding=padding, depth_multiplier=2, **steps)
    for options in POOLS:
        yield layers.MaxPooling2D(**options)
        yield layers.AveragePooling2D(**options)
    yield layers.Conv2D(5, (2, 3), use_bias=False)
    yield layers.Conv2D(5, (2, 3), activation="softmax")
    yield layers.GlobalMaxPooling2D()
    yield layers.GlobalAveragePooling2D()
    yield layers.BatchNormalization()
    yield layers.BatchNormalization(scale=False, center=False)
    yield layers.Dense(5, activation="gelu")
    yield layers.Dense(5, activation="softmax")
    yield layers.Dense(5, activation="softmax", use_bias=False)
    yield layers.Softmax()
    yield layers.PReLU()
    yield layers.Rescaling(1 / 127.5, offset=-1)
    yield layers.UpSampling2D((3, 2))
    yield layers.UpSampling2D((3, 5), interpolation="bilinear")
    yield layers.UpSampling2D((1, 2), interpolation="bilinear")
    yield layers.ZeroPadding2D(((0, 2), (3, 1)))
    yield layers.Cropping2D(((0, 2), (3, 1)))
    yield layers.Flatten()


def described(layer: keras.Layer) -> str:
    names = ("kernel_size", "pool_size", "strides", "padding", "dilation_rate", "groups", "interpolation")
    options = (f"{name}={getattr(layer, name)}" for name in names if hasattr(layer, name))
    return f"{type(layer).__name__} {' '.join(options)}"


def with_random_weights(model: keras.Model, rng: np.random.Generator) -> keras.Model:
    """The model with the same weights in every run, and with no normalisation or bias that changes nothing."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            with_random_weights(layer, rng)
            continue
        for variable in layer.weights:
            if variable.name.endswith("kernel"):
                variable.assign(rng.normal(size=variable.shape) / np.sqrt(np.prod(variable.shape[:-1])))
            elif variable.name == "bias":
                variable.assign(rng.normal(size=variable.shape))
            else:
                variable.assign(rng.uniform(0.5, 1.5, variable.shape))
    return model


@pytest.mark.parametrize("layer", list(random_layers()), ids=described)
def test_the_terms_add_up_to_the_map_at_every_corner_and_inside(layer: keras.Layer) -> None:
    rng = np.random.default_rng(7)
    model = with_random_weights(keras.Sequential([keras.Input((11, 13, 3)), layer]), rng)
    batch = rng.normal(size=(1, 11, 13, 3)).astype(np.float32)
    fed, output = fed_layer(model, layer.name), read(model, batch, [layer.name])[layer.name]
    rows, columns, channels = output.shape if output.ndim == 3 else (1, 1, len(output))
    cells = itertools.product(
        {0, rows // 2, rows - 1}, {0, columns // 2, columns - 1}, {0, channels // 2, channels - 1}
    )
    for cell in cells:
        shown = arithmetic(fed, cell, {"": batch[0], layer.name: output})
        assert_in_map(shown)
        assert shown.before == pytest.approx(shown.contributions.sum() + shown.bias)
        if shown.winner is not None:
            row, column, _ = shown.winner
            place = shown.rows[row], shown.columns[column], shown.channels[0]
            assert batch[0][place] == shown.value


@pytest.mark.parametrize("build", ["MobileNetV2", "ResNet50"])
def test_every_layer_of_a_deep_network_is_shown(build: str) -> None:
    rng = np.random.default_rng(11)
    model = getattr(keras.applications, build)(weights=None, input_shape=(64, 64, 3), classes=13)
    with_random_weights(model, rng)
    batch = rng.uniform(-1, 1, (1, 64, 64, 3)).astype(np.float32)
    names = [layer.name for layer in model.layers[1:]]
    activations = {"": batch[0], **read(model, batch, names)}
    for name in names:
        fed = fed_layer(model, name)
        for _ in range(3):
            row, column, channel = (int(rng.integers(size)) for size in (1, 1, *activations[name].shape)[-3:])
            shown = arithmetic(fed, (row, column, channel), activations)
            assert_in_map(shown)
            assert sum(shown.largest(5).values) + shown.largest(5).rest + shown.bias == pytest.approx(shown.before)


def test_layers_of_nested_models_are_shown() -> None:
    rng = np.random.default_rng(13)
    core = keras.Sequential(
        [keras.Input((None, None, 3)), layers.Conv2D(5, 3), layers.BatchNormalization()], name="core"
    )
    picture = keras.Input((11, 13, 3))
    model = keras.Model(picture, layers.Dense(2)(layers.Flatten()(core(layers.Rescaling(2)(picture)))))
    with_random_weights(model, rng)
    batch = rng.normal(size=(1, 11, 13, 3)).astype(np.float32)
    names = [name for name in layer_outputs(model) if name != "core"]
    assert len(names) == 5
    for name in names:
        shown_of(model, batch, name, (0, 0, 1))


# Two pictures.


def test_an_edit_changes_the_terms_that_it_reaches() -> None:
    conv = layers.Conv2D(1, (2, 3), activation="relu", name="conv")
    model = keras.Sequential([keras.Input((5, 7, 2)), conv])
    conv.set_weights([np.arange(12, dtype=np.float32).reshape(2, 3, 2, 1), np.array([-2000], dtype=np.float32)])
    original, edited = ramp(channels=2), ramp(channels=2)
    edited[0, 2, 3, 1] += 50
    change = compare(*(shown_of(model, batch, "conv", (1, 2, 0)) for batch in (original, edited)))
    # The second row and column of the window, and the second channel, have the weight 9.
    assert np.argwhere(change.differs).tolist() == [[1, 1, 1]]
    np.testing.assert_array_equal(change.contributions, [0, 450])
    assert change.before == 450
    assert change.value == max(change.original.before + 450, 0) - max(change.original.before, 0)


# What is not shown.


class Doubled(layers.Conv2D):
    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        return 2 * super().call(inputs)


def squared(values: keras.KerasTensor) -> keras.KerasTensor:
    return values * values


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (layers.LayerNormalization(name="x"), r"The arithmetic of the layer “x” \(LayerNormalization\) is not shown"),
        (Doubled(2, 1, name="x"), r"“x” \(Doubled\) is not shown"),
        (layers.Lambda(squared, name="x"), r"“x” \(Lambda\) is not shown"),
        (layers.Conv2D(2, 1, activation=squared, name="x"), "with the activation function “squared” is not shown"),
        (layers.Activation("mish", name="x"), "with the activation function “mish” is not shown"),
        (layers.Softmax(axis=1, name="x"), "along axis 1 is not shown"),
        (layers.Softmax(axis=(1, 2), name="x"), r"along axis \(1, 2\) is not shown"),
        (layers.BatchNormalization(axis=1, name="x"), "which normalises along axis 1, is not shown"),
        (layers.UpSampling2D(2, interpolation="bicubic", name="x"), "with the interpolation “bicubic” is not shown"),
        (keras.Sequential([keras.Input((5, 7, 2)), layers.ReLU()], name="x"), r"“x” \(Sequential\) is not shown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_shown_says_so(layer: keras.Layer, sentence: str) -> None:
    with pytest.raises(VizcoreError, match=sentence):
        of_layer(layer, ramp(channels=2), (0, 0, 0))


def test_quantised_weights_and_channels_first_are_refused() -> None:
    dense = layers.Dense(2, name="x")
    model = keras.Sequential([keras.Input((5, 7, 2)), dense])
    activations = {"": ramp(channels=2)[0], **read(model, ramp(channels=2), ["x"])}
    dense.quantize("int8")
    with pytest.raises(VizcoreError, match=r"“x” \(Dense\) with quantised weights is not shown"):
        arithmetic(fed_layer(model, "x"), (0, 0, 0), activations)
    first = FedLayer(layers.AveragePooling2D(1, data_format="channels_first"), "x", ("",))
    with pytest.raises(VizcoreError, match="with the channels first is not shown"):
        arithmetic(first, (0, 0, 0), activations)


def test_a_layer_with_another_number_of_inputs_than_its_kind_has_is_refused() -> None:
    picture = ramp(channels=2)[0]
    for layer, sources in ((layers.Softmax(), ("", "")), (layers.Add(), ("",))):
        with pytest.raises(VizcoreError, match="is not shown"):
            arithmetic(FedLayer(layer, "x", sources), (0, 0, 0), {"": picture, "x": picture})


@pytest.mark.parametrize("cell", [(5, 0, 0), (0, 7, 0), (0, 0, 2), (-1, 0, 0)])
def test_a_cell_outside_the_map_is_refused(cell: Cell) -> None:
    with pytest.raises(VizcoreError, match=r"has no cell .*: it has 5 × 7 cells in 2 channels"):
        of_layer(layers.ReLU(), ramp(channels=2), cell)
