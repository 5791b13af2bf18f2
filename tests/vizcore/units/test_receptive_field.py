from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from tests.vizcore.units.perturbation import all_of, disagreements, hull, supports_of_gradients
from vizcore.activations.layers import layer_outputs
from vizcore.errors import VizcoreError
from vizcore.units.receptive_field import Field, Padding, ReceptiveFields, Status, fields

layers = keras.layers
SIZE = (13, 11)
EXACT, UPPER_BOUND, WHOLE_PICTURE = Status


def sequential(*stack: Any, size: tuple[int, int] = SIZE, colours: int = 2) -> keras.Model:
    return keras.Sequential([keras.Input((*size, colours)), *stack])


def functional(build: Callable[[Any], Any], *, size: tuple[int, int] = SIZE, colours: int = 2) -> keras.Model:
    picture = keras.Input((*size, colours))
    return keras.Model(picture, build(picture))


def last_of(model: keras.Model) -> str:
    return list(layer_outputs(model))[-1]


# Known answers.


@pytest.mark.parametrize(
    ("stack", "cell", "rows", "columns", "padding"),
    [
        # A 3 × 5 kernel without padding.
        ([("Conv2D", (3, 5), {})], (0, 0), (0, 3), (0, 5), (0, 0, 0, 0)),
        ([("Conv2D", (3, 5), {})], (7, 2), (7, 10), (2, 7), (0, 0, 0, 0)),
        # One and two rows and columns of padding.
        ([("Conv2D", (3, 5), {"padding": "same"})], (0, 0), (0, 2), (0, 3), (1, 0, 2, 0)),
        ([("Conv2D", (3, 5), {"padding": "same"})], (22, 18), (21, 23), (16, 19), (0, 1, 0, 2)),
        # 23 rows in 12 windows of 3 need 2 more rows: one above, one below. 19 columns in 7 of 5 need 4 more.
        ([("Conv2D", (3, 5), {"strides": (2, 3), "padding": "same"})], (0, 0), (0, 2), (0, 3), (1, 0, 2, 0)),
        ([("Conv2D", (3, 5), {"strides": (2, 3), "padding": "same"})], (11, 6), (21, 23), (16, 19), (0, 1, 0, 2)),
        # Taps 3 rows and 2 columns apart: rows 1, 4, 7 of cell 1.
        ([("Conv2D", 3, {"dilation_rate": (3, 2)})], (1, 1), (1, 8), (1, 6), (0, 0, 0, 0)),
        # Of rows −2, 1, 4 the first is padding.
        ([("Conv2D", 3, {"dilation_rate": (3, 1), "padding": "same"})], (1, 9), (1, 5), (8, 11), (3, 0, 0, 0)),
        # Strides that skip pixels.
        ([("Conv2D", 1, {"strides": (5, 4)})], (2, 3), (10, 11), (12, 13), (0, 0, 0, 0)),
        # 3 × 3, pool of 2, 3 × 3: 3 + 1 + 2 · 2 = 8.
        ([("Conv2D", 3, {}), ("MaxPooling2D", 2, {}), ("Conv2D", 3, {})], (1, 2), (2, 10), (4, 12), (0, 0, 0, 0)),
        # Each cell is 2 × 3 cells; a kernel of 3 sees 2 rows and 1 or 2 columns of pixels.
        ([("UpSampling2D", (2, 3), {}), ("Conv2D", 3, {})], (1, 1), (0, 2), (0, 2), (0, 0, 0, 0)),
        ([("UpSampling2D", (2, 3), {}), ("Conv2D", 3, {})], (2, 3), (1, 3), (1, 2), (0, 0, 0, 0)),
        # 2 rows and 1 column are cut off, 3 and 2 are put back as zeros.
        (
            [("Cropping2D", ((2, 0), (1, 0)), {}), ("Conv2D", 3, {"padding": "same"})],
            (0, 0),
            (2, 4),
            (1, 3),
            (1, 0, 1, 0),
        ),
        ([("ZeroPadding2D", ((3, 1), (2, 0)), {})], (0, 4), (0, 0), (2, 3), (1, 0, 0, 0)),
        # Out of row i come rows 2i and 2i + 1, 2i + 2 as well.
        ([("Conv2DTranspose", 3, {"strides": 2})], (4, 5), (1, 3), (2, 3), (0, 0, 0, 0)),
    ],
)
def test_known_answers(
    stack: list[Any],
    cell: tuple[int, int],
    rows: tuple[int, int],
    columns: tuple[int, int],
    padding: tuple[int, int, int, int],
) -> None:
    built = []
    for kind, size, options in stack:
        given = {"filters": 1, "kernel_size": size} if kind.startswith("Conv") else {}
        built.append(getattr(layers, kind)(**given, **options) if given else getattr(layers, kind)(size, **options))
    model = sequential(*built, size=(23, 19))
    assert fields(model).of(last_of(model), *cell) == Field(rows, columns, Padding(*padding), EXACT)


# What the classes compute that Keras does not have.


class Turned(layers.Layer):
    """Rows and columns run backwards."""

    def call(self, values: Any) -> Any:
        return values[:, ::-1, ::-1]


class Conv2D(layers.Conv2D):
    """It has the name of Keras's class and computes something else."""

    def call(self, values: Any) -> Any:
        return super().call(values) + keras.ops.mean(values, axis=(1, 2), keepdims=True)[..., :1]


class Centred(keras.Model):
    """A functional model with a `call` of its own."""

    def call(self, values: Any, training: bool | None = None) -> Any:
        return super().call(values) + keras.ops.mean(values, axis=(1, 2), keepdims=True)


def inner(
    *stack: Any, size: tuple[int | None, int | None] = (None, None), colours: int = 3, name: str | None = None
) -> keras.Model:
    picture = keras.Input((*size, colours))
    values = picture
    for layer in stack:
        values = layer(values)
    return keras.Model(picture, values, name=name)


def squeeze_and_excite(picture: Any) -> Any:
    values = layers.Conv2D(4, 3)(picture)
    gate = layers.Dense(4)(layers.Dense(3)(layers.GlobalAveragePooling2D()(values)))
    return layers.Conv2D(2, 3)(layers.Multiply()([values, layers.Reshape((1, 1, 4))(gate)]))


def tokens(picture: Any) -> Any:
    values = layers.Reshape((12, 4))(layers.Conv2D(4, 3, strides=3)(picture))
    values = layers.MultiHeadAttention(1, 2)(values, values)
    return layers.Reshape((4, 3, 4))(values)


def side_by_side(axis: int) -> Callable[[Any], Any]:
    def build(picture: Any) -> Any:
        wide = layers.Conv2D(2, 5, padding="same")(picture)
        joined = layers.Concatenate(axis=axis)([wide, picture, layers.Conv2D(2, 3, padding="same")(picture)])
        return layers.Conv2D(2, (3, 4), padding="same")(layers.DepthwiseConv2D(3, padding="same")(joined))

    return build


def in_groups(picture: Any) -> Any:
    ways = [layers.Conv2D(2, (5, 1), padding="same")(picture), layers.Conv2D(4, (1, 3), padding="same")(picture)]
    return layers.BatchNormalization()(layers.Conv2D(6, 3, groups=3)(layers.Concatenate()(ways)))


def branches(*ways: Callable[[Any], Any], join: Callable[[], Any] = layers.Add) -> Callable[[Any], Any]:
    return lambda picture: layers.Conv2D(1, 2)(join()([way(picture) for way in ways]))


def empty_in_the_corner(picture: Any) -> Any:
    pads = ((1, 0), (0, 1)), ((0, 1), (1, 0))
    return layers.Add()([layers.ZeroPadding2D(pad)(picture) for pad in pads])


def called_twice(picture: Any) -> Any:
    shared = layers.Conv2D(2, 3, padding="same")
    part = inner(layers.Conv2D(2, 3, padding="same"), layers.Conv2D(2, 1), colours=2)
    return layers.Conv2D(1, 1)(layers.Add()([part(part(picture)), shared(shared(picture))]))


def of_two_inputs(picture: Any) -> Any:
    left, right = keras.Input((None, None, 2)), keras.Input((None, None, 2))
    joined = keras.Model([left, right], layers.Add()([layers.Conv2D(2, 1)(left), right]))
    return joined([picture, layers.Conv2D(2, 3, padding="same")(picture)])


def by_operations(picture: Any) -> Any:
    values = keras.ops.relu(picture * 2 - np.float32(0.5))
    return keras.ops.maximum(layers.Conv2D(3, 3, padding="same")(values), 0.5) + keras.ops.sum(values) * 0


def nested(picture: Any) -> Any:
    core = inner(layers.MaxPooling2D(2), layers.Conv2D(2, (2, 1)))
    middle = inner(layers.Conv2D(3, 3), core, layers.Conv2D(2, 2))
    return layers.Conv2D(1, 2)(middle(layers.Conv2D(3, 1)(picture)))


SINGLE = {
    "same": layers.Conv2D(2, (4, 3), strides=(3, 2), padding="same"),
    "groups": layers.Conv2D(6, 3, groups=2),
    "dilation": layers.Conv2D(2, 3, dilation_rate=(3, 2), padding="same"),
    "gaps": layers.Conv2D(2, 2, strides=(5, 3)),
    "depthwise": layers.DepthwiseConv2D((3, 2), depth_multiplier=2, padding="same"),
    "separable": layers.SeparableConv2D(3, (3, 2), strides=2, padding="same"),
    "pool": layers.MaxPooling2D((3, 2), strides=(2, 3), padding="same"),
    "mean of a pool": layers.AveragePooling2D((2, 3), padding="valid"),
    "transposed": layers.Conv2DTranspose(2, (3, 4), strides=2, padding="same"),
    "transposed, valid": layers.Conv2DTranspose(2, (4, 3), strides=(3, 2)),
    "transposed with gaps": layers.Conv2DTranspose(2, 2, strides=3),
    "transposed, dilated": layers.Conv2DTranspose(2, 3, dilation_rate=2, padding="same"),
    "transposed, longer": layers.Conv2DTranspose(2, 4, strides=3, padding="same", output_padding=2),
    "zeros": layers.ZeroPadding2D(((2, 1), (0, 3))),
    "cropped": layers.Cropping2D(((2, 1), (0, 3))),
    "repeated": layers.UpSampling2D((2, 3)),
    "interpolated": layers.UpSampling2D((2, 3), interpolation="bilinear"),
    "cubic": layers.UpSampling2D((3, 2), interpolation="bicubic"),
    **{
        f"{kind} to {size}": layers.Resizing(*size, interpolation=kind)
        for kind in ("nearest", "bilinear", "bicubic", "lanczos3")
        for size in ((7, 17), (26, 5), (13, 6))
    },
    "antialiased": layers.Resizing(4, 19, antialias=True),
    "batch": layers.BatchNormalization(),
    "activation": layers.PReLU(),
    "rescaling": layers.Rescaling(2.0, 1.0),
    "chance": layers.Dropout(0.5),
    **{
        kind: getattr(layers, kind)(0.2)
        for kind in ("RandomRotation", "RandomZoom", "RandomContrast", "RandomBrightness", "RandomShear")
    },
    "RandomFlip": layers.RandomFlip(),
    "RandomTranslation": layers.RandomTranslation(0.2, 0.2),
    "layer norm of a cell": layers.LayerNormalization(),
    "unit norm of a cell": layers.UnitNormalization(),
    "layer norm of a column": layers.LayerNormalization(axis=1),
    "dense in a cell": layers.Dense(3),
}
TAKE_ALL = {
    "mean": [layers.GlobalAveragePooling2D()],
    "largest": [layers.GlobalMaxPooling2D(keepdims=True)],
    "dense": [layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(3)],
    "layer norm": [layers.LayerNormalization(axis=(1, 2))],
    "group norm": [layers.GroupNormalization(groups=1)],
    "instance norm": [layers.GroupNormalization(groups=-1)],
}
NOT_KNOWN = {
    "a layer of one's own": [Turned(name="turned")],
    "what follows it": [Turned(name="turned before"), layers.Conv2D(2, 3), layers.ReLU()],
    "a class of the same name": [Conv2D(2, 3, padding="same", name="other")],
    "an activation of one's own": [
        layers.Conv2D(2, 1, activation=lambda x: x - keras.ops.mean(x, axis=(1, 2), keepdims=True))
    ],
    "a layer as an activation": [layers.Activation(layers.Softmax(axis=(1, 2)))],
    "a model of one's own": [Centred(values := keras.Input((*SIZE, 2)), layers.ReLU()(values), name="centred")],
    "in the shape of the picture": [layers.Resizing(9, 9, crop_to_aspect_ratio=True)],
    "another order": [layers.Permute((2, 1, 3))],
    "another shape": [layers.Reshape((11, 13, 2)), layers.Conv2D(2, 3)],
    "a vector": [layers.Flatten()],
}
JOINS = {
    "residual": branches(layers.Conv2D(2, 3, padding="same"), layers.Identity()),
    "cross": branches(
        layers.Conv2D(2, (1, 5), padding="same"), layers.Conv2D(2, (5, 1), padding="same"), join=layers.Concatenate
    ),
    "one in its padding": branches(
        layers.ZeroPadding2D(((0, 0), (3, 0))),
        lambda values: layers.Conv2D(2, 2, padding="same")(layers.ZeroPadding2D(((0, 0), (0, 3)))(values)),
    ),
    "channels": side_by_side(-1),
    "groups": in_groups,
    "rows": side_by_side(1),
    "columns": side_by_side(2),
    "squeeze and excite": squeeze_and_excite,
    "tokens": tokens,
    "empty in the corner": empty_in_the_corner,
    "called twice": called_twice,
    "two inputs": of_two_inputs,
    "nested": nested,
    "operations": by_operations,
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_layer_sees_what_changes_it(name: str) -> None:
    model = sequential(SINGLE[name])
    assert disagreements(model, size=SIZE) == []
    assert {field.status for field in all_of(fields(model), last_of(model))} == {EXACT}


@pytest.mark.parametrize("name", TAKE_ALL)
def test_a_layer_that_takes_all_places_says_so(name: str) -> None:
    model = sequential(*TAKE_ALL[name])
    assert disagreements(model, size=SIZE) == []
    for field in all_of(fields(model), last_of(model)):
        assert (field.rows, field.columns, field.status) == ((0, 13), (0, 11), WHOLE_PICTURE)
        assert f"“{last_of(model)}”" in field.reason


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_is_not_known_is_an_upper_bound_that_names_the_layer(name: str) -> None:
    model = sequential(*NOT_KNOWN[name])
    assert disagreements(model, size=SIZE) == []
    for field in all_of(fields(model), last_of(model)):
        assert (field.rows, field.columns, field.status) == ((0, 13), (0, 11), UPPER_BOUND)
        assert f"“{NOT_KNOWN[name][0].name}”" in field.reason


@pytest.mark.parametrize("name", JOINS)
def test_where_ways_meet_a_cell_sees_what_changes_it(name: str) -> None:
    model = functional(JOINS[name])
    assert disagreements(model, size=SIZE) == []
    expected = {"squeeze and excite": WHOLE_PICTURE, "tokens": UPPER_BOUND, "two inputs": UPPER_BOUND}.get(name, EXACT)
    said = fields(model)
    # In the middle, where the fields of these branches have no gap.
    height, width = said.extents[last_of(model)].sizes
    place = (height - 1, width - 1) if name == "one in its padding" else (height // 2, width // 2)
    assert said.of(last_of(model), *place).status is expected
    assert {name for name, extent in said.extents.items() if extent.rank in (1, 3)} == set(layer_outputs(model))


# Networks drawn at random.


def random_layer(generator: np.random.Generator, *, keeps_size: bool) -> keras.Layer:
    """A layer with a kernel, a window, a border or an interpolation, or only one that keeps the size of its input."""

    def some(*choices: Any) -> Any:
        return choices[generator.integers(len(choices))]

    kernel = (some(1, 2, 3), some(1, 2, 3, 4))
    padding = "same" if keeps_size else some("same", "valid")
    strides = (1, 1) if keeps_size else (some(1, 2), some(1, 2, 3))
    dilation = (some(1, 2), some(1, 2)) if strides == (1, 1) else (1, 1)
    choices = [
        layers.Conv2D(2, kernel, strides=strides, padding=padding, dilation_rate=dilation),
        layers.Conv2D(2, kernel, padding=padding, groups=2),
        layers.DepthwiseConv2D(kernel, padding=padding, dilation_rate=dilation if dilation[0] == dilation[1] else 1),
        layers.MaxPooling2D(kernel, strides=strides, padding=padding),
        layers.AveragePooling2D(kernel, strides=strides, padding=padding),
    ]
    if not keeps_size:
        choices += [
            layers.Conv2DTranspose(2, kernel, strides=(1, some(1, 2)), padding=padding),
            layers.UpSampling2D((1, 2), interpolation=some("nearest", "bilinear")),
            layers.ZeroPadding2D(((some(0, 1), some(0, 2)), (some(0, 1), 1))),
            layers.Cropping2D(((some(0, 1), 0), (some(0, 1), some(0, 1)))),
        ]
    return choices[generator.integers(len(choices))]


def random_network(seed: int) -> keras.Model:
    """A stack, in which some layers are two ways that meet, and some are models with two layers."""
    generator = np.random.default_rng(seed)
    picture = values = keras.Input((*SIZE, 2))
    for _ in range(5):
        if min(values.shape[1:3]) < 8:
            break
        kind = generator.integers(3)
        if kind == 0:
            ways = [random_layer(generator, keeps_size=True)(values) for _ in range(2)]
            join = (layers.Add, layers.Maximum, layers.Concatenate)[generator.integers(3)]()
            values = join(ways)
            values = layers.Conv2D(2, 1)(values) if values.shape[3] != 2 else values
        elif kind == 1:
            values = inner(*(random_layer(generator, keeps_size=keeps) for keeps in (False, True)), colours=2)(values)
        else:
            values = random_layer(generator, keeps_size=False)(values)
    return keras.Model(picture, layers.LeakyReLU()(values))


@pytest.mark.parametrize("seed", range(10))
def test_in_a_random_network_a_cell_sees_what_changes_it(seed: int) -> None:
    model = random_network(seed)
    assert disagreements(model, size=SIZE, seed=seed, amount=1e6) == []
    said = fields(model)
    assert {field.status for name in said.extents for field in all_of(said, name)} == {EXACT}


def test_with_its_padding_every_field_has_the_size_and_the_place_of_the_formula() -> None:
    generator = np.random.default_rng(3)
    for _ in range(4):
        kernels, strides = generator.integers(1, 6, (4, 2)), generator.integers(1, 3, (4, 2))
        model = sequential(
            *(
                layers.Conv2D(1, tuple(kernel), strides=tuple(stride), padding="same")
                for kernel, stride in zip(kernels.tolist(), strides.tolist(), strict=True)
            ),
            size=(61, 53),
        )
        steps = np.cumprod(np.vstack([[1, 1], strides]), axis=0)
        size = 1 + ((kernels - 1) * steps[:-1]).sum(axis=0)
        said, name = fields(model), last_of(model)
        corner = said.of(name, 0, 0)
        for row, column in np.ndindex(said.extents[name].sizes):
            field, padding = said.of(name, row, column), said.of(name, row, column).padding
            top, left = field.rows[0] - padding.top, field.columns[0] - padding.left
            assert (field.rows[1] + padding.bottom - top, field.columns[1] + padding.right - left) == tuple(size)
            assert (top + corner.padding.top, left + corner.padding.left) == (row * steps[-1, 0], column * steps[-1, 1])


# Networks of keras.applications.


@pytest.mark.parametrize(
    ("network", "size", "names"),
    [
        ("MobileNetV2", 96, ["block_2_add", "block_3_depthwise", "block_6_expand_relu"]),
        ("ResNet50", 77, ["conv1_relu", "conv2_block3_out", "conv3_block1_add"]),
        ("VGG16", 67, ["block1_conv2", "block3_conv3", "block4_conv1"]),
    ],
)
def test_the_gradient_of_a_known_network_touches_each_side(network: str, size: int, names: list[str]) -> None:
    model = getattr(keras.applications, network)(weights=None, include_top=False, input_shape=(size, size - 8, 3))
    said = fields(model)
    tensors = {name: layer.tensor for name, layer in layer_outputs(model).items()}
    assert set(said.extents) == set(tensors)
    for name in names:
        height, width = said.extents[name].sizes
        cells = [(0, width - 1), (height // 2, width // 3)]
        for cell, pixels in zip(cells, supports_of_gradients(model, tensors[name], cells), strict=True):
            field = said.of(name, *cell)
            assert field.status is EXACT
            assert (field.rows, field.columns) == hull(pixels), (name, cell)


def test_squeeze_and_excite_shows_in_a_whole_network() -> None:
    model = keras.applications.MobileNetV3Small(weights=None, include_top=False, input_shape=(None, None, 3))
    said = fields(model, input_size=(64, 96))
    before, behind = (said.of(name, 3, 5) for name in ("expanded_conv_depthwise", "expanded_conv_project"))
    assert (before.status, behind.status) == (EXACT, WHOLE_PICTURE)
    assert "expanded_conv_squeeze_excite" in behind.reason


def test_squeeze_and_excite_shows_also_where_every_cell_sees_all_by_itself() -> None:
    def build(picture: Any) -> Any:
        values = layers.Conv2D(2, (27, 23), padding="same", name="wide")(picture)
        return layers.Multiply(name="gated")([values, layers.GlobalAveragePooling2D(keepdims=True)(values)])

    said = fields(functional(build))
    assert {field.status for field in all_of(said, "wide")} == {EXACT}
    assert {field.status for field in all_of(said, "gated")} == {WHOLE_PICTURE}


# Names, sizes, refusals.


def test_a_network_of_any_size_has_the_fields_of_the_chosen_size() -> None:
    def build(size: tuple[int | None, int | None]) -> keras.Model:
        stack = (layers.Conv2D(2, 3, strides=2, padding="same", name="a"), layers.Conv2D(2, 3, name="b"))
        return sequential(inner(*stack, colours=2, name="core"), size=size)

    free, fixed = fields(build((None, None)), input_size=SIZE), fields(build(SIZE), input_size=(99, 98))
    assert dict(free.extents) == dict(fixed.extents)
    for name in free.extents:
        assert all_of(free, name) == all_of(fixed, name)
    assert free.input_size == fixed.input_size == SIZE
    with pytest.raises(VizcoreError, match="any, any, 2"):
        fields(build((None, None)))


def test_a_row_that_no_stride_reaches_is_not_of_the_whole_picture() -> None:
    model = sequential(layers.Conv2D(2, 3, strides=2), layers.GlobalAveragePooling2D(), size=(8, 7))
    field = fields(model).of(last_of(model), 0, 0)
    assert (field.rows, field.columns, field.status) == ((0, 7), (0, 7), EXACT)


def test_a_rectangle_around_a_gap_is_an_upper_bound() -> None:
    left, right = layers.Cropping2D(((0, 0), (0, 8))), layers.Cropping2D(((0, 0), (8, 0)))
    model = functional(lambda picture: layers.Concatenate()([left(picture), right(picture)]))
    together, alone = (fields(model).of(last_of(model), 4, 1, channel) for channel in (None, 3))
    assert (together.rows, together.columns, together.status) == ((4, 5), (1, 10), UPPER_BOUND)
    assert "do not touch" in together.reason
    assert (alone.rows, alone.columns, alone.status) == ((4, 5), (9, 10), EXACT)


def test_a_gap_remains_where_branches_are_added_and_is_closed_by_what_fills_it() -> None:
    left, right = layers.Cropping2D(((0, 0), (0, 4))), layers.Cropping2D(((0, 0), (4, 0)))
    model = functional(
        lambda picture: layers.MaxPooling2D((1, 4), 1)(layers.Add(name="sum")([left(picture), right(picture)]))
    )
    alone, together = (fields(model).of(name, 6, 2) for name in ("sum", last_of(model)))
    assert (alone.columns, alone.status) == ((2, 7), UPPER_BOUND)
    assert (together.columns, together.status) == ((2, 10), EXACT)


def test_more_branches_than_are_told_apart_are_an_upper_bound() -> None:
    def shifted(picture: Any, down: int, right: int) -> Any:
        return layers.Cropping2D(((0, down), (0, right)))(layers.ZeroPadding2D(((down, 0), (right, 0)))(picture))

    model = functional(
        lambda picture: layers.Concatenate()([shifted(picture, *place) for place in np.ndindex(9, 8)]), colours=1
    )
    field = fields(model).of(last_of(model), 12, 10, 0)
    assert (field.rows, field.columns, field.status) == ((4, 13), (3, 11), UPPER_BOUND)
    assert "branches" in field.reason


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (("b", 0, 0), "no layer “b”; it has a"),
        (("a", 11, 0), "11 × 9 cells and 2 channels, counted from 0; there is no row 11, column 0"),
        (("a", 0, -1), "no row 0, column -1"),
        (("a", 0, 0, 2), "channel 2"),
    ],
)
def test_a_cell_that_does_not_exist_is_refused(place: tuple[Any, ...], message: str) -> None:
    said: ReceptiveFields = fields(sequential(layers.Conv2D(2, 3, name="a")))
    with pytest.raises(VizcoreError, match=message):
        said.of(*place)


@pytest.mark.parametrize("seed", range(10))
def test_a_lattice_has_the_fields_of_all_cells(seed: int) -> None:
    said = fields(random_network(seed))
    found = 0
    for name, extent in said.extents.items():
        for channel in (None, extent.channels - 1):
            lattice = said.lattice(name, channel)
            if lattice is None:
                continue
            found += 1
            for row, column in np.ndindex(extent.sizes):
                assert lattice.of(row, column) == said.of(name, row, column, channel)
    assert found


def test_fields_whose_rows_depend_on_the_column_are_no_lattice() -> None:
    model = functional(empty_in_the_corner)
    said = fields(model)
    name = last_of(model)
    height, width = said.extents[name].sizes
    every = {(field.rows, field.columns) for field in all_of(said, name)}
    assert len(every) > 1
    assert said.lattice(name) is None or all(
        said.lattice(name).of(row, column) == said.of(name, row, column) for row, column in np.ndindex(height, width)
    )


def test_the_model_stays_as_it_is() -> None:
    model = functional(nested, size=(None, None))
    before = model.get_config()
    fields(model, input_size=SIZE)
    assert model.get_config() == before
