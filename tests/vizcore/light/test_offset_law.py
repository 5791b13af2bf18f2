"""The law of the kernel's sum: parts worked out by hand, and against TensorFlow's derivative."""

import keras
import numpy as np
import pytest

from vizcore.activations.convolution import Convolution
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import FITS
from vizcore.inputs.prepared import InputFormat, prepared_exactly, tangent
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.offset_law import OffsetLaw, kernel_sums, offset_law, pixel_scale
from vizcore.networks.tutorial import build_simple_cnn


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed + sum(shape)).normal(size=shape).astype(np.float32)


def picture() -> np.ndarray:
    """(31, 43, 3) with a black and a white corner."""
    pixels = np.random.default_rng(7).integers(0, 256, (31, 43, 3), dtype=np.uint8)
    pixels[:9, :11], pixels[-7:, -13:] = 0, 255
    return pixels


def total(law: OffsetLaw) -> np.ndarray:
    return law.predicted + law.padding + law.clip + law.relu


def one(*, padding: str = "valid", activation: str = "linear", bias: float = 0) -> Convolution:
    """A kernel of one row and two columns that takes left plus twice right."""
    kernels = np.array([1, 2], np.float32).reshape(1, 2, 1, 1)
    return Convolution(kernels, np.array([bias], np.float32), padding=padding, activation=activation)


def line(*values: float) -> np.ndarray:
    return np.array(values, np.float32).reshape(1, 1, -1, 1)


@pytest.mark.parametrize(
    ("convolution", "moving", "expected"),
    [
        # Every window rises by 3.
        (one(), line(1, 1, 1), (3, 0, 0, 0, 3)),
        # The last of three windows has a zero to its right: 3, 3, 1.
        (one(padding="same"), line(1, 1, 1), (3, 7 / 3 - 3, 0, 0, 7 / 3)),
        # The pixel in the middle stands still: 1, 2.
        (one(), line(1, 0, 1), (3, 0, 1.5 - 3, 0, 1.5)),
        # Products 2·2 − 5 = −1 and −2 + 8 = 6, so that the first unit is off: 0, 2.
        (one(activation="relu"), line(1, 0, 1), (3, 0, 1.5 - 3, 1 - 1.5, 1)),
        # A bias of 2 switches it on.
        (one(activation="relu", bias=2), line(1, 0, 1), (3, 0, 1.5 - 3, 0, 1.5)),
        # A bias of 1 leaves it at 0, which counts as off.
        (one(activation="relu", bias=1), line(1, 0, 1), (3, 0, 1.5 - 3, 1 - 1.5, 1)),
        # All three: 1, 2 and 1 · 1 with products −1, 6, 4.
        (one(activation="relu", padding="same"), line(1, 0, 1), (3, 7 / 3 - 3, 4 / 3 - 7 / 3, 1 - 4 / 3, 1)),
    ],
)
def test_the_parts_by_hand(convolution: Convolution, moving: np.ndarray, expected: tuple[float, ...]) -> None:
    values = line(3, -2, 4)
    law = offset_law(convolution, values=values, tangent=moving, unclipped_tangent=line(1, 1, 1), scale=1)
    found = [part.item() for part in (law.predicted, law.padding, law.clip, law.relu, law.measured)]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("amount", [-90, 0, 40])
@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("activation", ["relu", "linear"])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_law_and_parts_add_up_to_tensorflows_derivative(padding: str, activation: str, fit: str, amount: int) -> None:
    layer = keras.layers.Conv2D(5, (2, 3), strides=2, padding=padding, activation=activation, name="conv")
    model = keras.Sequential([keras.Input((19, 23, 3)), layer])
    layer.set_weights([noise(2, 3, 3, 5), noise(5)])
    network, form = trace(model), InputFormat((19, 23, 3), RANGES["BGR − mean"], fit)
    edited = Light.of("offset", amount)
    values, moving, free = (
        prepared_exactly(picture(), edited, wanted=form),
        tangent(picture(), edited, wanted=form),
        tangent(picture(), edited, wanted=form, clipped=False),
    )
    convolution = network.first_convolution()
    assert (convolution.strides, convolution.padding, convolution.activation) == ((2, 2), padding, activation)
    scale = pixel_scale(free)
    assert scale == pytest.approx(1)
    law = offset_law(convolution, values=values, tangent=moving, unclipped_tangent=free, scale=scale)
    _, slopes = network.read_with_derivative(values, moving, ["conv"])
    np.testing.assert_allclose(law.measured, slopes["conv"].mean(axis=(0, 1)), atol=1e-4)
    np.testing.assert_allclose(total(law), law.measured, atol=1e-12)
    np.testing.assert_allclose(law.predicted, noise(2, 3, 3, 5).sum(axis=(0, 1, 2)), rtol=1e-5)
    assert np.abs(law.clip).max() > 0.01
    has_zeros = padding == "same" or fit == "pad"
    assert (np.abs(law.padding).max() > 0.01) == has_zeros
    assert law.relu.any() == (activation == "relu")


@pytest.mark.parametrize("name", RANGES)
def test_where_nothing_is_in_the_way_the_law_is_all(name: str) -> None:
    """Biases that keep every unit on, a picture without black and white."""
    model = build_simple_cnn((19, 23, 3), seed=5)
    kernels, _ = model.get_layer("conv1").get_weights()
    model.get_layer("conv1").set_weights([kernels, np.full(32, 9999, np.float32)])
    network, form = trace(model), InputFormat((19, 23, 3), RANGES[name])
    dim = np.random.default_rng(2).integers(41, 120, (31, 43, 3), dtype=np.uint8)
    edited = Light.of("offset", 17)
    moving = tangent(dim, edited, wanted=form)
    scale = pixel_scale(tangent(dim, edited, wanted=form, clipped=False))
    assert scale == pytest.approx(1 / RANGES[name].divisor)
    convolution = network.first_convolution()
    law = offset_law(
        convolution,
        values=prepared_exactly(dim, edited, wanted=form),
        tangent=moving,
        unclipped_tangent=moving,
        scale=scale,
    )
    np.testing.assert_allclose(law.measured, kernel_sums(convolution) / RANGES[name].divisor, atol=1e-6 * scale * 100)
    for part in (law.padding, law.clip, law.relu):
        np.testing.assert_allclose(part, 0, atol=1e-4 * scale)


def test_a_kernel_that_adds_up_to_zero_does_not_see_an_offset() -> None:
    edge = Convolution(np.array([-1, 1], np.float32).reshape(1, 2, 1, 1), np.array([5], np.float32))
    assert kernel_sums(edge).tolist() == [0]
    law = offset_law(edge, values=line(3, 1, 4), tangent=line(1, 1, 1), unclipped_tangent=line(1, 1, 1), scale=1)
    assert law.measured.tolist() == [0]


def test_behind_preprocessing_the_law_holds_for_what_the_convolution_takes() -> None:
    layer = keras.layers.Conv2D(5, 3, strides=2, name="conv")
    inner = keras.Sequential(
        [keras.Input((19, 23, 3)), keras.layers.ZeroPadding2D(2, name="padding"), layer], name="inner"
    )
    model = keras.Sequential([keras.Input((19, 23, 3)), keras.layers.Rescaling(3.0, -1.0, name="scale"), inner])
    layer.set_weights([noise(3, 3, 3, 5), noise(5)])
    network, form = trace(model), InputFormat((19, 23, 3), RANGES["0…1"])
    convolution = network.first_convolution()
    assert (convolution.name, convolution.fed_by) == ("inner/conv", "inner/padding")
    edited = Light.of("offset", 20)
    batch = prepared_exactly(picture(), edited, wanted=form)
    moving, free = tangent(picture(), edited, wanted=form), tangent(picture(), edited, wanted=form, clipped=False)
    names = [convolution.fed_by, convolution.name]
    values, slopes = network.read_with_derivative(batch, moving, names)
    free_slopes = network.read_with_derivative(batch, free, names)[1]
    fed = {
        "values": values["inner/padding"][np.newaxis],
        "tangent": slopes["inner/padding"][np.newaxis],
        "unclipped_tangent": free_slopes["inner/padding"][np.newaxis],
    }
    scale = pixel_scale(fed["unclipped_tangent"])
    assert scale == pytest.approx(3 / 255)
    law = offset_law(convolution, **fed, scale=scale)
    np.testing.assert_allclose(law.measured, slopes["inner/conv"].mean(axis=(0, 1)), atol=1e-6)
    np.testing.assert_allclose(total(law), law.measured, atol=1e-12)
    assert law.padding.all()


def test_the_scale_is_that_of_pixels_that_move() -> None:
    assert pixel_scale(line(0, 0.25, 0.25)) == 0.25
    assert pixel_scale(line(-2, -2)) == -2
    assert pixel_scale(line(0, 0)) == 0
    with pytest.raises(VizcoreError, match="different speeds"):
        pixel_scale(line(1, 1, 0.5))


def test_shapes_that_do_not_fit_are_refused() -> None:
    values = line(1, 2, 3)
    for wrong in (line(1, 2), values[0]):
        with pytest.raises(VizcoreError, match="two tangents of its shape"):
            offset_law(one(), values=values, tangent=wrong, unclipped_tangent=values, scale=1)
    many = np.zeros((2, 1, 3, 1), np.float32)
    with pytest.raises(VizcoreError, match="one picture"):
        offset_law(one(), values=many, tangent=many, unclipped_tangent=many, scale=1)


# Which layer is the first


def sequential(*layers: keras.layers.Layer) -> keras.Model:
    return keras.Sequential([keras.Input((7, 11, 3)), *layers])


def test_the_first_convolution_is_found_with_its_weights_as_they_are_now() -> None:
    layer = keras.layers.Conv2D(5, (2, 3), use_bias=False, activation="relu", name="conv")
    model = sequential(layer, keras.layers.Conv2D(2, 1, name="later"))
    network = trace(model)
    layer.set_weights([noise(2, 3, 3, 5)])
    found = network.first_convolution()
    np.testing.assert_array_equal(found.kernels, noise(2, 3, 3, 5))
    assert found.biases.tolist() == [0] * 5
    assert (found.name, found.fed_by, found.strides, found.padding) == ("conv", "", (1, 1), "valid")


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.DepthwiseConv2D(3, name="first"),
        keras.layers.SeparableConv2D(5, 3, name="first"),
        keras.layers.Dense(5, name="first"),
        keras.layers.Conv2D(5, 3, activation="tanh", name="first"),
        keras.layers.Conv2D(5, 3, dilation_rate=2, name="first"),
        keras.layers.Conv2D(6, 3, groups=3, name="first"),
    ],
    ids=["depthwise", "separable", "dense", "tanh", "dilation", "groups"],
)
def test_what_is_no_plain_convolution_is_said(layer: keras.layers.Layer) -> None:
    with pytest.raises(VizcoreError, match="“first”, is no plain convolution"):
        trace(sequential(layer, keras.layers.Conv2D(2, 1, name="later"))).first_convolution()


def test_a_network_without_a_kernel_has_no_first() -> None:
    network = trace(sequential(keras.layers.BatchNormalization(name="norm"), keras.layers.MaxPooling2D(name="pool")))
    with pytest.raises(VizcoreError, match="no layer with a kernel"):
        network.first_convolution()


def test_a_convolution_that_several_things_feed_is_not_the_first_of_a_law() -> None:
    given = keras.Input((7, 11, 3))
    shared = keras.layers.Conv2D(5, 3, name="shared")
    twice = keras.Model(
        given, keras.layers.Add(name="sum")([shared(given), shared(keras.layers.ReLU(name="r")(given))])
    )
    with pytest.raises(VizcoreError, match="feeds the first layer with a kernel, “shared”"):
        trace(twice).first_convolution()
    unnamed = keras.Model(given, keras.layers.Conv2D(5, 3, name="conv")(given * 2.0))
    with pytest.raises(VizcoreError, match="feeds the first layer with a kernel, “conv”"):
        trace(unnamed).first_convolution()
