"""Pictures whose magnitudes are those of photographs: they stay, whatever the phases, and the phases climb."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from vizcore.activations.interface import Objective
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.units.constrained import Phases, magnitudes_of, of_samples
from vizcore.units.maximisation import Climb, Watch, accentuate, maximise
from vizcore.units.spectrum import levels_of, to_values, values_of

UNIT = RANGES["0…1"]
FEW = Climb(steps=16, number=1, constrained=True)
SHAPES = [(6, 8, 3), (7, 5, 3), (6, 9, 1), (8, 7, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_magnitudes_stay_whatever_the_phases(shape: tuple[int, int, int]) -> None:
    chance = np.random.default_rng(5)
    pictures = chance.integers(0, 256, size=(3, *shape[:2], 3), dtype=np.uint8)
    drawn = Phases(magnitudes_of(pictures, shape), shape[1])
    numbers = np.random.default_rng(6).uniform(-9, 9, size=drawn.shape)
    # The way from phases to values and back: the inverse transform would take other magnitudes for wrong phases.
    values = to_values(drawn.spectrum(numbers), shape[1])
    again = np.fft.rfft2(values_of(levels_of(values)), axes=(0, 1), norm="ortho")
    np.testing.assert_allclose(np.abs(again), np.abs(drawn.magnitudes), rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_gradient_is_that_of_small_steps(shape: tuple[int, int, int]) -> None:
    chance = np.random.default_rng(1)
    drawn = Phases(chance.uniform(0, 0.1, size=(shape[0], shape[1] // 2 + 1, shape[2])), shape[1])
    at, way = chance.normal(size=(2, *drawn.shape))
    weights = chance.normal(size=shape)
    step = 1e-6
    by_steps = ((drawn.picture(at + step * way) - drawn.picture(at - step * way)) * weights).sum() / (2 * step)
    gradient = drawn.gradient(at, drawn.picture(at), weights.astype(np.float64))
    assert (gradient * way).sum() == pytest.approx(by_steps, rel=1e-6)


def test_magnitudes_are_the_mean_of_pictures_and_of_their_mirror_images() -> None:
    # Left black and right white: its mean is 127.5, and all the rest lies in the odd frequencies of its columns.
    half = np.zeros((4, 4, 3), np.uint8)
    half[:, 2:] = 255
    dark = np.full((4, 4, 3), 27, np.uint8)
    found = magnitudes_of([half, dark], (4, 4, 1))[..., 0]
    # In units of 63.75 levels: a wave of ±2 in 16 pixels has |1 + i| · 2 · 2 at ±1; grey has the mean of 0 and −100.5.
    expected = np.zeros((4, 3))
    expected[0] = [-100.5 / 63.75 * 4 / 2, 4 * np.sqrt(2) / 2, 0]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_no_direction_is_stronger_than_its_mirror_image() -> None:
    # Dark and light in a diagonal wave: half of its magnitude belongs to the other diagonal.
    diagonal = np.add.outer(np.arange(4), np.arange(4)) % 4
    wave = np.where(diagonal[..., None] < 2, 0, 255).astype(np.uint8).repeat(3, axis=2)
    found = magnitudes_of([wave], (4, 4, 1))[..., 0]
    # As above, a wave of ±2: 4 · √2 at one diagonal.
    expected = np.zeros((4, 3))
    expected[1, 1] = expected[3, 1] = 4 * np.sqrt(2) / 2
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_pictures_have_the_contrast_of_photographs() -> None:
    drawn = of_samples((32, 32, 3))
    picture = drawn.picture(drawn.first(np.random.default_rng(0)))
    assert 30 < picture.std() < 70
    assert 70 < picture.mean() < 150


@pytest.fixture(scope="module")
def shipped() -> TracedNetwork:
    return trace(build_trained_cnn())


@pytest.mark.parametrize(("layer", "channel"), [("conv2", 17), ("conv3", 20), ("logits", 8)])
def test_phases_raise_the_number(layer: str, channel: int, shipped: TracedNetwork) -> None:
    (found,) = maximise(shipped, Objective(layer, channel), UNIT, climb=FEW)
    assert found.value > 1.2 * abs(found.before)
    again = shipped.read(UNIT.apply(found.pixels)[np.newaxis], [layer])[layer]
    assert found.value == pytest.approx(float(again[..., channel].mean()), rel=1e-4)


def test_the_same_seed_gives_the_same_picture(shipped: TracedNetwork) -> None:
    first, second = (maximise(shipped, Objective("conv2", 17), UNIT, climb=FEW)[0] for _ in range(2))
    np.testing.assert_array_equal(first.pixels, second.pixels)
    assert first.importance is not None
    assert second.importance is not None
    np.testing.assert_array_equal(first.importance, second.importance)


def test_what_a_cell_sees_is_what_is_important() -> None:
    convolution = keras.layers.Conv2D(1, 3, name="conv")
    network = keras.Sequential([keras.Input((20, 24, 3)), convolution])
    convolution.set_weights([np.ones((3, 3, 3, 1)), np.zeros(1)])
    (found,) = maximise(trace(network), Objective("conv", 0, (2, 3)), UNIT, climb=FEW)
    assert found.importance is not None
    assert found.importance.shape == (20, 24)
    assert found.importance.min() == 0
    assert found.importance.max() == 1
    # The cell sees rows 2 to 4 and columns 3 to 5 of a part that has at least 0.6 of the sides.
    assert found.importance[6:].any()
    assert not found.importance[14:].any()
    assert not found.importance[:, 17:].any()


def red(*, weight: float = 1, bias: float = 0, activation: str | None = None) -> TracedNetwork:
    """One channel of 12 × 10 cells, the red of each pixel."""
    convolution = keras.layers.Conv2D(1, 1, activation=activation, name="conv")
    network = keras.Sequential([keras.Input((12, 10, 3)), convolution])
    convolution.set_weights([np.array([weight, 0, 0]).reshape(1, 1, 3, 1), np.array([bias])])
    return trace(network)


def test_a_step_turns_all_phases_by_a_quarter_of_its_rate() -> None:
    # A half turn makes what is light dark; the mean and other frequencies that are their own mirror stay.
    drawn = of_samples((12, 10, 3))
    spectrum = drawn.spectrum(drawn.first(np.random.default_rng(0)))
    turned = -spectrum
    turned[::6, ::5] *= -1
    expected = np.rint(np.clip(127.5 + levels_of(to_values(turned, 10)), 0, 255))
    half_turn = Climb(steps=1, number=1, rate=4 * np.pi, constrained=True, crops=1)
    # Of a channel and the same with the other sign, it raises one.
    found = [maximise(red(weight=weight), Objective("conv", 0), UNIT, climb=half_turn)[0] for weight in (1, -1)]
    np.testing.assert_array_equal([each.pixels for each in found if each.value > each.before], [expected])


def test_a_step_looks_at_the_picture_with_noise() -> None:
    # No part of the picture is lighter than its lightest pixel, but with noise it is. With rate 0 the picture stays.
    drawn = of_samples((12, 10, 3))
    lightest = drawn.picture(drawn.first(np.random.default_rng(0)))[..., 0].max() / 255
    network = red(bias=-lightest - 0.005, activation="relu")
    seen: list[float] = []
    watch = Watch(lambda ascent: seen.append(ascent.value))
    (found,) = maximise(network, Objective("conv", 0), UNIT, climb=replace(FEW, rate=0), watch=watch)
    assert found.value == 0
    assert 0 < max(seen) < 0.02


def test_without_the_constraint_there_is_no_map_and_a_given_picture_takes_none(shipped: TracedNetwork) -> None:
    (found,) = maximise(shipped, Objective("conv1", 3), UNIT, climb=Climb(steps=1, number=1))
    assert found.importance is None
    with pytest.raises(VizcoreError, match="without the constraint"):
        accentuate(shipped, Objective("conv1", 3), UNIT, np.zeros((64, 64, 3), np.float32), climb=FEW)
