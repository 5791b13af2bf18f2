"""The pictures that a channel prefers, found by climbing its gradient. This needs no Keras.

Activation maximisation after Olah, Mordvintsev and Schubert, "Feature Visualization", 2017: the picture is drawn by its
spectrum (`vizcore.units.spectrum`), and each step sees it a little shifted and scaled, so that what is found does not
hang on single pixels. The steps are those of Adam (Kingma and Ba, 2015).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from vizcore.activations.interface import LayeredNetwork, Objective
from vizcore.arrays import ByteArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import ValueRange
from vizcore.units.spectrum import ComplexArray, Spectrum, start_of

_FIRST_SPREAD = 0.1
"""Deviation of the first, random spectrum: nearly grey."""

_FADING, _FADING_OF_SQUARES, _TINY = 0.9, 0.999, 1e-12


@dataclass(frozen=True)
class Climb:
    """How pictures climb.

    Attributes:
        steps: of each picture.
        number: how many pictures, each from a random start of its own.
        seed: of the first picture; the next has the next.
        rate: how far a step moves each part of the spectrum.
        shift: the most that a step shifts the picture, as a part of its side.
        scaling: the most that a step makes it larger or smaller; 0.05 is 5 %.
    """

    steps: int = 128
    number: int = 3
    seed: int = 0
    rate: float = 0.5
    shift: float = 0.04
    scaling: float = 0.05


@dataclass(frozen=True)
class Ascent:
    """How far a climb is.

    Attributes:
        done: steps that were made, of all pictures.
        of: all steps.
        value: the number that the last step saw.
    """

    done: int
    of: int
    value: float


@dataclass(frozen=True, eq=False)
class Preferred:
    """A picture that raises a number.

    Attributes:
        pixels: (h, w, 3) uint8, RGB, read-only, in the size of the network's input.
        before: the number for the picture from which the steps began.
        value: the number for these pixels, rounded as they are and neither shifted nor scaled.
        steps: that were made.
    """

    pixels: ByteArray
    before: float
    value: float
    steps: int


Tell = Callable[[Ascent], None]
Stopped = Callable[[], bool]


def maximise(
    network: LayeredNetwork,
    objective: Objective,
    value_range: ValueRange,
    *,
    climb: Climb = Climb(),
    tell: Tell = lambda ascent: None,
    stopped: Stopped = lambda: False,
) -> tuple[Preferred, ...]:
    """Pictures that raise a number, each from a random start.

    They are no proof of an upper bound: near black and white a pixel hardly moves any more, so that a climb may end
    below the largest value there is.

    Args:
        network: the network.
        objective: the number. The sum over a channel is divided by its cells: its mean.
        value_range: the numbers that the network takes for a pixel.
        climb: how.
        tell: called after every step.
        stopped: called before every step; whether to stop.

    Returns:
        The pictures, in the order of their seeds; the same for the same seed. After a stop those that made a step.

    Raises:
        VizcoreError: as `LayeredNetwork.ascent`; not a number of colours that can be shown; or no finite value.
    """
    drawn = Spectrum(start_of(None, network.input_shape))
    walker = _Walker(_Number(network, objective, value_range), drawn, climb)
    found = []
    for index in range(climb.number):
        chance = np.random.default_rng(climb.seed + index)
        real, imaginary = _FIRST_SPREAD * chance.standard_normal((2, *drawn.shape))
        reported = partial(_report, tell, index * climb.steps, climb.number * climb.steps)
        found.append(walker.walk(real + 1j * imaginary, chance, reported, stopped))
    return tuple(each for each in found if each.steps)


def accentuate(
    network: LayeredNetwork,
    objective: Objective,
    value_range: ValueRange,
    levels: FloatArray,
    *,
    climb: Climb = Climb(steps=24, number=1, rate=0.1),
    tell: Tell = lambda ascent: None,
    stopped: Stopped = lambda: False,
) -> Preferred:
    """A picture, changed by a few steps so that it raises a number. Without a step it is the picture itself.

    Args:
        network: the network.
        objective: as in `maximise`.
        value_range: the numbers that the network takes for a pixel.
        levels: (h, w, colours) float32, 0 … 255, the picture in the size of the network's input. It is not changed.
        climb: how. It has one picture.
        tell: called after every step.
        stopped: called before every step; whether to stop.

    Raises:
        VizcoreError: as `maximise`, or the picture has another size.
    """
    if levels.shape != network.input_shape:
        raise VizcoreError(f"The network takes pictures of {network.input_shape}; this one has {levels.shape}.")
    drawn = Spectrum(start_of(levels, network.input_shape))
    walker = _Walker(_Number(network, objective, value_range), drawn, climb)
    nothing = np.zeros(drawn.shape, np.complex128)
    return walker.walk(nothing, np.random.default_rng(climb.seed), partial(_report, tell, 0, climb.steps), stopped)


def _report(tell: Tell, before: int, of: int, step: int, value: float) -> None:
    tell(Ascent(before + step, of, value))


class _Number:
    """The number as a function of levels."""

    def __init__(self, network: LayeredNetwork, objective: Objective, value_range: ValueRange) -> None:
        if network.input_shape[2] not in (1, 3):
            raise VizcoreError(f"A picture has 1 or 3 colours; this network takes {network.input_shape[2]}.")
        self._network, self._objective, self._range = network, objective, value_range
        shape = next((layer.shape for layer in network.layers if layer.name == objective.layer), (1,))
        whole_map = objective.cell is None and len(shape) == 3
        self._cells = shape[0] * shape[1] if whole_map else 1

    def ascent(self, levels: DoubleArray) -> tuple[float, FloatArray]:
        """The number, and what raises it by levels."""
        batch = self._range.apply_exactly(levels.astype(np.float32))[np.newaxis]
        total, direction = self._network.ascent(batch, self._objective)
        if not (np.isfinite(total) and np.isfinite(direction).all()):
            raise VizcoreError(f"The layer “{self._objective.layer}” has values or a gradient that are not finite.")
        return total / self._cells, self._range.gradient_by_levels(direction)

    def of(self, pixels: ByteArray) -> float:
        """The number for whole levels."""
        return self.ascent(pixels.astype(np.float64))[0]


class _Walker:
    """Walks from a spectrum uphill."""

    def __init__(self, number: _Number, drawn: Spectrum, climb: Climb) -> None:
        self._number, self._drawn, self._climb = number, drawn, climb

    def walk(
        self, spectrum: ComplexArray, chance: np.random.Generator, told: Callable[[int, float], None], stopped: Stopped
    ) -> Preferred:
        before = self._number.of(self._pixels(spectrum))
        adam = _Adam(self._climb.rate)
        steps = 0
        while steps < self._climb.steps and not stopped():
            picture = self._drawn.picture(spectrum)
            rows, columns = (_view(side, chance, self._climb) for side in picture.shape[:2])
            value, seen = self._number.ascent(_through(rows, picture, columns))
            by_levels = _through(rows.T, seen.astype(np.float64), columns.T).astype(np.float32)
            spectrum = spectrum + adam.step(self._drawn.gradient(picture, by_levels))
            steps += 1
            told(steps, value)
        pixels = self._pixels(spectrum)
        shown = frozen(np.repeat(pixels, 3 // pixels.shape[2], axis=2))
        return Preferred(shown, before, self._number.of(pixels) if steps else before, steps)

    def _pixels(self, spectrum: ComplexArray) -> ByteArray:
        return np.asarray(np.rint(self._drawn.picture(spectrum)).astype(np.uint8))


class _Adam:
    """Steps of about one size for each part of a spectrum, whatever the size of its gradient."""

    def __init__(self, rate: float) -> None:
        self._rate, self._steps = rate, 0
        self._mean: DoubleArray | float = 0.0
        self._square: DoubleArray | float = 0.0

    def step(self, gradient: ComplexArray) -> ComplexArray:
        """What to add to the spectrum."""
        # Adam looks at each number alone, so real and imaginary parts are numbers of their own.
        parts = np.stack([gradient.real, gradient.imag])
        self._steps += 1
        self._mean = _FADING * self._mean + (1 - _FADING) * parts
        self._square = _FADING_OF_SQUARES * self._square + (1 - _FADING_OF_SQUARES) * parts**2
        mean = self._mean / (1 - _FADING**self._steps)
        size = np.sqrt(self._square / (1 - _FADING_OF_SQUARES**self._steps))
        real, imaginary = self._rate * mean / np.maximum(size, _TINY)
        return np.asarray(real + 1j * imaginary)


def _view(side: int, chance: np.random.Generator, climb: Climb) -> DoubleArray:
    """(side, side): rows or columns of a picture → the same, shifted and scaled at random, linearly interpolated.

    Beyond its edges the picture goes on as in a mirror.
    """
    factor = 1 + climb.scaling * chance.uniform(-1, 1)
    shift = climb.shift * side * chance.uniform(-1, 1)
    middle = (side - 1) / 2
    places = (np.arange(side) - middle) * factor + middle + shift
    view = np.zeros((side, side))
    lower = np.floor(places).astype(np.int64)
    for neighbours, part in ((lower, lower + 1 - places), (lower + 1, places - lower)):
        np.add.at(view, (np.arange(side), _mirrored(neighbours, side)), part)
    return view


def _mirrored(places: IntArray, side: int) -> IntArray:
    around = np.mod(places, 2 * side)
    return np.asarray(np.where(around < side, around, 2 * side - 1 - around))


def _through(rows: DoubleArray, picture: DoubleArray, columns: DoubleArray) -> DoubleArray:
    """(h, w, colours) seen through a view of its rows and one of its columns."""
    return np.asarray(np.einsum("ij,jkc,lk->ilc", rows, picture, columns, optimize=True))
