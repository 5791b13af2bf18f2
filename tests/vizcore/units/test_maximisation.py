"""The pictures that a channel prefers: known optima, starts that are dead, and the network that is shipped."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from vizcore import preprocess_image
from vizcore.activations.interface import Objective
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES, ValueRange
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import SAMPLES, open_sample
from vizcore.units.diversity import gram, likeness
from vizcore.units.maximisation import Ascent, Climb, Watch, accentuate, maximise

layers = keras.layers
UNIT = RANGES["0…1"]
ONE = Climb(number=1)
CELL = Objective("conv", 0)


def colour(*weights: float, bias: float = 0.0, activation: str | None = None) -> TracedNetwork:
    """One channel of 12 × 10 cells, each a weighted sum of its pixel's colours."""
    convolution = layers.Conv2D(1, 1, activation=activation, name="conv")
    network = keras.Sequential([keras.Input((12, 10, len(weights))), convolution])
    convolution.set_weights([np.reshape(weights, (1, 1, -1, 1)), np.array([bias])])
    return trace(network)


@pytest.mark.parametrize(
    ("name", "raised", "best"), [("0…1", 0, 1), ("0…255", 0, 255), ("−1…1", 0, 1), ("BGR − mean", 2, 255 - 103.939)]
)
def test_the_best_colour_of_a_single_pixel_is_found_in_every_value_range(name: str, raised: int, best: float) -> None:
    # The number is the first of the three that the network takes: red, or blue where blue is first.
    (found,) = maximise(colour(1, 0, 0), CELL, RANGES[name], climb=ONE)
    assert found.value == pytest.approx(RANGES[name].apply(found.pixels)[..., 0].mean(), rel=1e-5)
    assert found.value >= 0.99 * best
    assert found.pixels[..., raised].mean() >= 0.99 * 255


def test_a_contrast_of_colours_that_photographs_hardly_have_is_found() -> None:
    (found,) = maximise(colour(1, -1, 0), CELL, UNIT, climb=ONE)
    assert found.value >= 0.99


@pytest.fixture(scope="module")
def grey() -> TracedNetwork:
    """A channel that prefers grey: 1 − |v − 0.5| at every pixel."""
    first = layers.Conv2D(2, 1, activation="relu", name="sides")
    last = layers.Conv2D(1, 1, name="conv")
    network = keras.Sequential([keras.Input((12, 10, 1)), first, last])
    first.set_weights([np.array([1.0, -1.0]).reshape(1, 1, 1, 2), np.array([-0.5, 0.5])])
    last.set_weights([np.full((1, 1, 2, 1), -1.0), np.array([1.0])])
    return trace(network)


def test_what_is_returned_is_never_below_the_start(grey: TracedNetwork) -> None:
    seen: list[float] = []
    wild = Climb(steps=20, number=1, rate=40)
    (found,) = maximise(grey, CELL, UNIT, climb=wild, watch=Watch(lambda ascent: seen.append(ascent.value)))
    assert found.value >= found.before > 0.9
    assert seen[-1] < 0.8


# From black all pixels become lighter together, a step of rate 1 by 0.025: 63.75 levels over the side of 10 cells.
@pytest.mark.parametrize(
    ("steps", "rate", "stopped_after", "value"),
    [
        # The last steps are measured, too, when they are few.
        (60, 1.0, 5, 0.625),
        # In the second half of 20 the steps become smaller: 10 whole ones, and 1 + 0.9 + … + 0.1.
        (20, 0.5, 20, 0.5 + 15.5 * 0.0125),
        # Grey is reached at the eighth step, and left again.
        (60, 2.5, 14, 1.0),
    ],
)
def test_steps_have_their_size_and_the_best_of_the_way_is_returned(
    grey: TracedNetwork, steps: int, rate: float, stopped_after: int, value: float
) -> None:
    seen: list[float] = []
    still = Climb(steps=steps, number=1, rate=rate, shift=0, scaling=0)
    watch = Watch(lambda ascent: seen.append(ascent.value), lambda: len(seen) == stopped_after)
    found = accentuate(grey, CELL, UNIT, np.zeros((12, 10, 1), np.float32), climb=still, watch=watch)
    assert found.before == 0.5
    assert found.value == pytest.approx(value, abs=0.6 / 255)
    if value == 1:
        assert seen[-1] < 0.95


@pytest.mark.parametrize("power", [0.5, -1.0])
def test_values_and_gradients_that_are_not_finite_are_refused(power: float) -> None:
    # At black the root is 0 and its gradient is not finite; one by 0 is not finite itself.
    pixels = keras.Input((6, 5, 3))
    network = trace(keras.Model(pixels, layers.Activation(lambda values: values**power, name="conv")(pixels)))
    with pytest.raises(VizcoreError, match="“conv” has values or a gradient that are not finite"):
        accentuate(network, CELL, UNIT, np.zeros((6, 5, 3), np.float32))


def test_a_network_for_grey_has_its_picture() -> None:
    (found,) = maximise(colour(-2), CELL, UNIT, climb=ONE)
    assert found.pixels.shape == (12, 10, 3)
    assert found.pixels.max() == 0
    assert np.ptp(found.pixels, axis=2).max() == 0


def test_colours_that_no_picture_has_are_refused() -> None:
    with pytest.raises(VizcoreError, match="1 or 3 colours"):
        maximise(colour(1, 1), CELL, UNIT)


@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_a_dead_start_is_left(activation: str) -> None:
    # Grey gives 0.5 − 0.9: off at every cell, and near grey as well. White gives 0.1.
    network = colour(1, 0, 0, bias=-0.9, activation=activation)
    (found,) = maximise(network, Objective("conv", 0, (6, 5)), UNIT, climb=ONE)
    assert found.before == 0
    assert found.value == pytest.approx(0.1, rel=1e-4)
    # Of a whole channel some cells may stay off: once one is on, only the gradient counts, and theirs is 0.
    (found,) = maximise(network, CELL, UNIT, climb=ONE)
    assert found.before == 0
    assert found.value > 0.05


def test_one_cell_moves_what_it_sees() -> None:
    network = colour(1, 1, 1)
    (found,) = maximise(network, Objective("conv", 0, (3, 7)), UNIT, climb=replace(ONE, shift=0))
    assert found.value == pytest.approx(found.pixels[3, 7].sum() / 255, rel=1e-5)
    assert found.value >= 2.99


def test_the_same_seed_gives_the_same_pictures_and_another_one_others() -> None:
    network, few = colour(1, -1, 0), Climb(steps=5)
    first, second = (maximise(network, CELL, UNIT, climb=few) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        assert one.value == other.value
    assert len({each.pixels.tobytes() for each in first}) == 3
    alone, later = (maximise(network, CELL, UNIT, climb=replace(few, seed=seed, diversity=0)) for seed in (0, 1))
    np.testing.assert_array_equal(later[0].pixels, alone[1].pixels)


def test_a_stop_ends_it_before_the_next_step_and_keeps_what_there_is() -> None:
    told: list[Ascent] = []
    found = maximise(
        colour(1, 0, 0), CELL, UNIT, climb=Climb(steps=4), watch=Watch(told.append, lambda: len(told) == 6)
    )
    assert [each.done for each in told] == [1, 2, 3, 4, 5, 6]
    assert {each.of for each in told} == {12}
    assert [each.steps for each in found] == [4, 2]


@pytest.fixture(scope="module")
def shipped() -> TracedNetwork:
    return trace(build_trained_cnn())


@pytest.fixture(scope="module")
def samples(shipped: TracedNetwork) -> dict[str, np.ndarray]:
    """Name of a layer → (9, C), the mean of every channel for the sample pictures."""
    names = [layer.name for layer in shipped.layers]
    seen = [shipped.read(preprocess_image(display_copy(open_sample(key).pixels)), names) for key in SAMPLES]
    return {name: np.stack([each[name].reshape(-1, each[name].shape[-1]).mean(0) for each in seen]) for name in names}


@pytest.mark.parametrize(("layer", "channel"), [("conv1", 3), ("conv2", 17), ("conv3", 5), ("logits", 3)])
def test_it_goes_above_every_sample_picture(
    layer: str, channel: int, shipped: TracedNetwork, samples: dict[str, np.ndarray]
) -> None:
    (found,) = maximise(shipped, Objective(layer, channel), UNIT, climb=Climb(steps=64, number=1))
    assert found.value > samples[layer][:, channel].max()
    again = shipped.read(UNIT.apply(found.pixels)[np.newaxis], [layer])[layer]
    assert found.value == pytest.approx(float(again[..., channel].mean()), rel=1e-4)


def test_the_next_pictures_are_less_like_the_first_for_some_of_their_value(shipped: TracedNetwork) -> None:
    def found(diversity: float) -> tuple[float, list[float]]:
        climbed = maximise(shipped, Objective("logits", 3), UNIT, climb=Climb(steps=64, number=2, diversity=diversity))
        maps = [shipped.read(UNIT.apply(each.pixels)[np.newaxis], ["conv3"])["conv3"] for each in climbed]
        return likeness(maps[1], [gram(maps[0])])[0], [each.value for each in climbed]

    (alike, values), (apart, values_apart) = found(0), found(0.3)
    assert values_apart[0] == values[0]
    assert apart < alike / 2
    assert values[1] / 4 < values_apart[1] < values[1]


def test_a_picture_is_accentuated_from_itself(shipped: TracedNetwork) -> None:
    levels = (preprocess_image(display_copy(open_sample("cat").pixels))[0] * 255).astype(np.float32)
    objective = Objective("conv2", 17)
    still = accentuate(shipped, objective, UNIT, levels, climb=Climb(steps=0, number=1))
    np.testing.assert_array_equal(still.pixels, np.rint(levels).astype(np.uint8))
    moved = accentuate(shipped, objective, UNIT, levels)
    assert moved.before == still.value
    assert moved.value > 3 * still.value
    assert np.corrcoef(moved.pixels.ravel(), still.pixels.ravel())[0, 1] > 0.6


def test_a_picture_of_another_size_is_refused(shipped: TracedNetwork) -> None:
    with pytest.raises(VizcoreError, match="this one has"):
        accentuate(shipped, CELL, UNIT, np.zeros((3, 3, 3), np.float32))


@pytest.mark.parametrize("value_range", RANGES.values(), ids=RANGES)
def test_a_gradient_by_levels_is_the_way_back_of_slopes(value_range: ValueRange) -> None:
    chance = np.random.default_rng(2)
    slopes, gradient = chance.normal(size=(2, 4, 5, 3)).astype(np.float32)
    there = float((value_range.apply_to_slopes(slopes) * gradient).sum())
    assert there == pytest.approx(float((slopes * value_range.gradient_by_levels(gradient)).sum()), rel=1e-4)


@pytest.fixture(scope="module")
def mobilenet() -> TracedNetwork:
    keras.utils.set_random_seed(4)
    return trace(keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3), classifier_activation=None))


@pytest.mark.parametrize("layer", ["Conv1_relu", "block_3_depthwise_relu", "block_12_add", "predictions"])
def test_channels_of_a_deep_network_with_joins_are_raised(layer: str, mobilenet: TracedNetwork) -> None:
    # Of a network that is not trained, some channels are negative for every picture: the one that noise excites.
    noise = np.random.default_rng(1).uniform(-1, 1, size=(1, 64, 64, 3)).astype(np.float32)
    values = mobilenet.read(noise, [layer])[layer]
    channel = int(values.reshape(-1, values.shape[-1]).mean(axis=0).argmax())
    (found,) = maximise(mobilenet, Objective(layer, channel), RANGES["−1…1"], climb=Climb(steps=24, number=1))
    again = mobilenet.read(RANGES["−1…1"].apply(found.pixels)[np.newaxis], [layer])[layer]
    assert found.value == pytest.approx(float(again[..., channel].mean()), rel=1e-3)
    assert found.value > float(values[..., channel].mean())


def test_a_channel_that_is_off_for_grey_in_a_deep_network_is_woken(mobilenet: TracedNetwork) -> None:
    normalised = mobilenet.model.get_layer("bn_Conv1")
    gamma, beta, mean, variance = normalised.get_weights()
    normalised.set_weights([gamma, np.where(np.arange(32) == 7, -0.2, beta), mean, variance])
    objective = Objective("Conv1_relu", 7)
    grey = np.zeros((1, 64, 64, 3), np.float32)
    assert mobilenet.ascent(grey, objective)[0] == 0
    assert not mobilenet.gradient(grey, objective).any()
    (found,) = maximise(mobilenet, objective, RANGES["−1…1"], climb=Climb(steps=24, number=1))
    normalised.set_weights([gamma, beta, mean, variance])
    assert found.value > 0
