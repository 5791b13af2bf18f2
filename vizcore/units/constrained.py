"""Pictures whose spectrum has the magnitudes of photographs, so that only its phases climb. This needs no Keras.

After Fel et al., "Unlocking Feature Visualization for Deeper Networks with MAgnitude Constrained Optimization", 2023
(https://arxiv.org/abs/2306.06805). Deep networks answer to fine noise that no photograph has; here it cannot grow.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, DoubleArray, FloatArray
from vizcore.pictures.samples import SAMPLES, open_sample
from vizcore.units.spectrum import ComplexArray, gradient_by_spectrum, levels_of, to_values, values_of, within
from vizcore.units.steps import View, line

_GREY = 127.5
_SMALLEST_PART = 0.6
_MOST_NOISE = 0.08 * 255


@dataclass(frozen=True, eq=False)
class Phases:
    """How phases become a picture: levels = 127.5 + 63.75 · colours · inverse transform of magnitudes · e^(i phases).

    Levels are cut off at 0 and 255, as in `vizcore.units.spectrum.Spectrum`. Frequencies that are their own mirror have
    no phase of their own: they stay.

    Attributes:
        magnitudes: (h, w/2 + 1, colours) float64. That of frequency 0, the mean colour, has a sign.
        width: of the picture.
    """

    magnitudes: DoubleArray
    width: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the phases."""
        height, half, num_colours = self.magnitudes.shape
        return height, half, num_colours

    def first(self, chance: np.random.Generator) -> DoubleArray:
        """Any phases."""
        return chance.uniform(-np.pi, np.pi, size=self.shape)

    def spectrum(self, numbers: DoubleArray) -> ComplexArray:
        """That of the values, in colours that are not correlated."""
        return np.asarray(self.magnitudes * np.exp(1j * self._mirrored(numbers)))

    def picture(self, numbers: DoubleArray) -> DoubleArray:
        """(h, w, colours), levels between 0 and 255."""
        return np.clip(_GREY + levels_of(to_values(self.spectrum(numbers), self.width)), 0, 255)

    def gradient(self, numbers: DoubleArray, picture: DoubleArray, by_levels: FloatArray) -> DoubleArray:
        """See `vizcore.units.spectrum.Drawing.gradient`."""
        by_spectrum = gradient_by_spectrum(within(picture, by_levels))
        # A turn by a small angle moves a number of the spectrum by i times itself.
        turned = 1j * self.spectrum(numbers)
        return self._mirrored(by_spectrum.real * turned.real + by_spectrum.imag * turned.imag)

    def _mirrored(self, numbers: DoubleArray) -> DoubleArray:
        """Phases of a picture without imaginary part: opposite at frequencies that mirror each other. Its own adjoint.

        These are the first column, and the last one of an even width.
        """
        phases = numbers.copy()
        for column in {0, self.width // 2} if self.width % 2 == 0 else {0}:
            own = numbers[:, column]
            phases[:, column] = (own - np.roll(own[::-1], 1, axis=0)) / 2
        return phases


def magnitudes_of(pictures: Iterable[ByteArray], shape: tuple[int, int, int]) -> DoubleArray:
    """The mean magnitude of each frequency over photographs, each with its left-right mirror image.

    The mean over both images makes no direction stronger than its mirror image.

    Args:
        pictures: (h, w, 3) uint8 each.
        shape: height, width and number of colours of the picture to draw.

    Returns:
        As `Phases.magnitudes`.
    """
    height, width, num_colours = shape
    spectra = []
    for pixels in pictures:
        resized = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BOX), np.float64)
        levels = resized if num_colours == 3 else resized.mean(axis=2, keepdims=True)
        for side in (levels, levels[:, ::-1]):
            spectra.append(np.fft.rfft2(values_of(side - _GREY), axes=(0, 1), norm="ortho"))
    magnitudes = np.abs(spectra).mean(axis=0)
    magnitudes[0, 0] = np.mean([each[0, 0].real for each in spectra], axis=0)
    return np.asarray(magnitudes)


def of_samples(shape: tuple[int, int, int]) -> Phases:
    """Phases with the magnitudes of the sample pictures.

    Their mean is taken, not 1/frequency: it has the contrast of photographs, in light and in colours.
    """
    return Phases(magnitudes_of((open_sample(key).pixels for key in SAMPLES), shape), shape[1])


def cropped(size: tuple[int, int], chance: np.random.Generator) -> View:
    """A random part of a picture, 0.6 to 1 of its sides, enlarged to the size of the whole."""
    part = chance.uniform(_SMALLEST_PART, 1)
    rows, columns = (
        line(side, factor=part, shift=(1 - part) / 2 * (side - 1) * chance.uniform(-1, 1)) for side in size
    )
    return View(rows, columns)


def noise(shape: tuple[int, ...], chance: np.random.Generator) -> DoubleArray:
    """Levels to add to what a step looks at; their deviation is 8 % of the range."""
    return _MOST_NOISE * chance.standard_normal(shape)
