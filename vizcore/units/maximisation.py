"""The pictures that a channel prefers, found by climbing its gradient. This needs no Keras.

Activation maximisation after Olah, Mordvintsev and Schubert, "Feature Visualization", 2017: the picture is drawn by its
spectrum (`vizcore.units.spectrum`), and each step sees it a little shifted and scaled, so that what is found does not
hang on single pixels (`vizcore.units.steps`). What is returned is the best of the pictures on the way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from vizcore.activations.interface import LayeredNetwork, Objective
from vizcore.arrays import ByteArray, DoubleArray, FloatArray, frozen
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import ValueRange
from vizcore.units.climbed_number import Number
from vizcore.units.constrained import cropped, noise, of_samples
from vizcore.units.spectrum import Drawing, Spectrum, start_of
from vizcore.units.steps import Adam, View, rate_at, shaken

_RADIANS = 0.25
"""Angle per rate. Steps of 0.5 radians led further than those of 2 in all layers of MobileNetV2 that were tried."""

_BETWEEN_CHECKS = 8
"""Steps after which the picture itself is measured, since a step sees it shifted and scaled."""


@dataclass(frozen=True)
class Climb:
    """How pictures climb.

    Attributes:
        steps: of each picture.
        number: how many pictures, each from a random start of its own.
        seed: of the first picture; the next has the next.
        rate: how far a step moves each part of the spectrum; of a constrained climb four times the angle in radians.
            In the second half the steps become smaller.
        shift: the most that a step shifts the picture, as a part of its side.
        scaling: the most that a step makes it larger or smaller; 0.05 is 5 %.
        constrained: whether the magnitudes of the spectrum stay those of photographs, and only its phases climb. The
            picture is plainer, and its number lower. `shift` and `scaling` do not count. Not for `accentuate`.
        diversity: how much of the first picture's number the next ones may give up to be different from it and from one
            another; see `vizcore.units.diversity`.
        crops: how many random parts of the picture, with noise, a step of a constrained climb looks at.
    """

    steps: int = 128
    number: int = 3
    seed: int = 0
    rate: float = 2.0
    shift: float = 0.04
    scaling: float = 0.05
    constrained: bool = False
    crops: int = 4
    diversity: float = 0.3


ACCENTUATION = Climb(steps=32, number=1, rate=0.4)
"""Of a picture that is accentuated: it stays the picture that it was."""


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
        value: the number for these pixels, rounded as they are and neither shifted nor scaled. It is the largest of
            those that were measured on the way, so never below `before`.
        steps: that were made.
        importance: (h, w) float32, read-only, 0 … 1: the size of the gradient at each pixel, added up over the steps,
            as a share of the largest. It tells what of the picture counts. None if the climb was not constrained.
    """

    pixels: ByteArray
    before: float
    value: float
    steps: int
    importance: FloatArray | None = None

    @property
    def num_bytes(self) -> int:
        """Of its arrays."""
        return self.pixels.nbytes + (0 if self.importance is None else self.importance.nbytes)


def _nobody_hears(ascent: Ascent) -> None:
    pass


def _nobody_stops() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Watch:
    """What is told of a climb, and asked.

    Attributes:
        tell: called after every step.
        stopped: called before every step; whether to stop.
    """

    tell: Callable[[Ascent], None] = _nobody_hears
    stopped: Callable[[], bool] = _nobody_stops


def maximise(
    network: LayeredNetwork,
    objective: Objective,
    value_range: ValueRange,
    *,
    climb: Climb = Climb(),
    watch: Watch = Watch(),
) -> tuple[Preferred, ...]:
    """Pictures that raise a number, each from a random start.

    They are no proof of an upper bound: another start may lead higher.

    Args:
        network: the network.
        objective: the number. The sum over a channel is divided by its cells: its mean.
        value_range: the numbers that the network takes for a pixel.
        climb: how.
        watch: what is told and asked.

    Returns:
        The pictures, in the order of their seeds; the same for the same seed. After a stop those that made a step.

    Raises:
        VizcoreError: as `LayeredNetwork.ascent`; not a number of colours that can be shown; or no finite value.
    """
    shape = network.input_shape
    drawn = of_samples(shape) if climb.constrained else Spectrum(start_of(None, shape))
    number = Number(network, objective, value_range)
    walker = _Walker(number, drawn, climb)
    found: list[Preferred] = []
    for index in range(climb.number):
        chance = np.random.default_rng(climb.seed + index)
        first = drawn.first(chance)
        reported = partial(_report, watch, index * climb.steps, climb.number * climb.steps)
        given_up = climb.diversity * abs(found[0].value) if found else 0.0
        found.append(walker.walk(first, chance, reported, watch.stopped, given_up=given_up))
        if climb.diversity and index + 1 < climb.number:
            number.keep(found[-1].pixels[..., : shape[2]])
    return tuple(each for each in found if each.steps)


def accentuate(
    network: LayeredNetwork,
    objective: Objective,
    value_range: ValueRange,
    levels: FloatArray,
    *,
    climb: Climb = ACCENTUATION,
    watch: Watch = Watch(),
) -> Preferred:
    """A picture, changed by a few steps so that it raises a number. Without a step it is the picture itself.

    Args:
        network: the network.
        objective: as in `maximise`.
        value_range: the numbers that the network takes for a pixel.
        levels: (h, w, colours) float32, 0 … 255, the picture in the size of the network's input. It is not changed.
        climb: how. It has one picture.
        watch: what is told and asked.

    Raises:
        VizcoreError: as `maximise`, or the picture has another size.
    """
    if climb.constrained:
        raise VizcoreError("A picture that is given has magnitudes of its own: accentuate it without the constraint.")
    if levels.shape != network.input_shape:
        raise VizcoreError(f"The network takes pictures of {network.input_shape}; this one has {levels.shape}.")
    drawn = Spectrum(start_of(levels, network.input_shape))
    walker = _Walker(Number(network, objective, value_range), drawn, climb)
    reported = partial(_report, watch, 0, climb.steps)
    return walker.walk(np.zeros(drawn.shape), np.random.default_rng(climb.seed), reported, watch.stopped)


def _report(watch: Watch, before: int, of: int, step: int, value: float) -> None:
    watch.tell(Ascent(before + step, of, value))


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a step sees: the number, its gradient by levels, and that by the numbers of the picture."""

    value: float
    by_levels: FloatArray
    gradient: DoubleArray


def _shares(importance: DoubleArray) -> FloatArray:
    """As shares of the largest; all 0 if nothing counts."""
    return (importance / (importance.max() or 1.0)).astype(np.float32)


class _Walker:
    """Walks from a picture uphill."""

    def __init__(self, number: Number, drawn: Drawing, climb: Climb) -> None:
        self._number, self._drawn, self._climb = number, drawn, climb

    def walk(
        self,
        numbers: DoubleArray,
        chance: np.random.Generator,
        told: Callable[[int, float], None],
        stopped: Callable[[], bool],
        *,
        given_up: float = 0.0,
    ) -> Preferred:
        pixels = self._pixels(numbers)
        before = value = self._number.of(pixels)
        adam = Adam()
        rate = self._climb.rate * (_RADIANS if self._climb.constrained else 1)
        importance = np.zeros(pixels.shape[:2])
        steps, checked = 0, 0
        while steps < self._climb.steps and not stopped():
            seen = self._seen(numbers, chance, given_up)
            numbers = numbers + adam.step(seen.gradient, rate_at(rate, steps, self._climb.steps))
            importance += np.abs(seen.by_levels).sum(axis=2)
            steps += 1
            told(steps, seen.value)
            if steps - checked == _BETWEEN_CHECKS:
                pixels, value = self._better(numbers, pixels, value)
                checked = steps
        if steps > checked:
            pixels, value = self._better(numbers, pixels, value)
        shown = frozen(np.repeat(pixels, 3 // pixels.shape[2], axis=2))
        if not self._climb.constrained:
            return Preferred(shown, before, value, steps)
        return Preferred(shown, before, value, steps, frozen(_shares(importance)))

    def _seen(self, numbers: DoubleArray, chance: np.random.Generator, given_up: float) -> _Seen:
        """What a step sees, on average over its views. It leads away from what is like the earlier pictures."""
        picture = self._drawn.picture(numbers)
        values = []
        by_levels = np.zeros_like(picture)
        for view in self._views(picture.shape, chance):
            looked_at = view.of(picture)
            if self._climb.constrained:
                looked_at = looked_at + noise(picture.shape, chance)
            value, by_view = self._number.ascent(looked_at)
            values.append(value)
            by_levels += view.back(by_view.astype(np.float64))
        by_levels /= len(values)
        likeness = self._number.likeness_by_levels(picture) if given_up else None
        if likeness is not None:
            by_levels -= given_up * likeness
        mean = by_levels.astype(np.float32)
        return _Seen(float(np.mean(values)), mean, self._drawn.gradient(numbers, picture, mean))

    def _views(self, shape: tuple[int, ...], chance: np.random.Generator) -> Iterator[View]:
        climb, (height, width, _) = self._climb, shape
        if climb.constrained:
            return (cropped((height, width), chance) for _ in range(climb.crops))
        return iter([shaken((height, width), chance, shift=climb.shift, scaling=climb.scaling)])

    def _better(self, numbers: DoubleArray, pixels: ByteArray, value: float) -> tuple[ByteArray, float]:
        """The picture of these numbers, or the best one so far."""
        new = self._pixels(numbers)
        new_value = self._number.of(new)
        return (new, new_value) if new_value > value else (pixels, value)

    def _pixels(self, numbers: DoubleArray) -> ByteArray:
        return np.asarray(np.rint(self._drawn.picture(numbers)).astype(np.uint8))
