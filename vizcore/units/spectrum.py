"""Pictures that are drawn by their spectrum, and the way of a gradient back to it. This needs no Keras.

After Olah, Mordvintsev and Schubert, "Feature Visualization", 2017 (https://distill.pub/2017/feature-visualization):
steps of one size in the spectrum divided by the frequency, and in colours that are not correlated, change large shapes
and fine ones alike. In pixels the fine ones win, and the picture becomes noise.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray

ComplexArray = NDArray[np.complex128]

_COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""Red, green and blue of three colours that are not correlated in the photographs of ImageNet: light, and two
contrasts. A square root of the covariance of the colours there, as published with the article in Lucid
(tensorflow/lucid, `lucid/optvis/param/color.py`). The principal axes of 5000 photographs of CIFAR-10 are the same but
for their lengths: light (0.21, 0.22, 0.23), then (0.07, 0.02, −0.08) and (0.03, −0.04, 0.01)."""

_FRAME = 63.75
"""Levels per unit of the values that a spectrum adds up to."""

_GREY = 127.5

_FIRST_SPREAD = 0.1
"""Deviation of the first, random spectrum."""


class Drawing(Protocol):
    """Numbers that become a picture, each a number of its own."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the numbers."""

    def first(self, chance: np.random.Generator) -> DoubleArray:
        """Random numbers to start from."""

    def picture(self, numbers: DoubleArray) -> DoubleArray:
        """(h, w, colours), levels between 0 and 255."""

    def gradient(self, numbers: DoubleArray, picture: DoubleArray, by_levels: FloatArray) -> DoubleArray:
        """A gradient by the levels of the picture of these numbers as one by the numbers."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How a spectrum becomes a picture: levels = start + 63.75 · colours · inverse transform of spectrum / frequency.

    The numbers are the real parts of the spectrum and its imaginary parts.

    Levels are cut off at 0 and 255, so that black and white can be reached; with a sigmoid they cannot, and a pixel
    close to them would hardly move. A gradient that leads further out of the range stops there. One that leads back
    into it passes, also where the levels are cut off, so that no pixel is lost.

    Attributes:
        start: (h, w, colours) float64, levels. A spectrum of 0 gives this picture.
    """

    start: DoubleArray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Of the two parts of a spectrum."""
        height, width, num_colours = self.start.shape
        return 2, height, width // 2 + 1, num_colours

    def first(self, chance: np.random.Generator) -> DoubleArray:
        """Nearly the start."""
        return _FIRST_SPREAD * chance.standard_normal(self.shape)

    def picture(self, numbers: DoubleArray) -> DoubleArray:
        """(h, w, colours), levels between 0 and 255."""
        real, imaginary = numbers
        values = to_values((real + 1j * imaginary) * self._scale, self.start.shape[1])
        return np.clip(self.start + levels_of(values), 0, 255)

    def gradient(self, numbers: DoubleArray, picture: DoubleArray, by_levels: FloatArray) -> DoubleArray:
        """See `Drawing.gradient`."""
        found = gradient_by_spectrum(within(picture, by_levels)) * self._scale
        return np.stack([found.real, found.imag])

    @property
    def _scale(self) -> DoubleArray:
        """(h, w/2 + 1, 1): 1/frequency; the lowest but 0 stands for 0. A spectrum of ones has a deviation near 1."""
        height, width, _ = self.start.shape
        rows, columns = np.fft.fftfreq(height)[:, np.newaxis], np.fft.rfftfreq(width)[np.newaxis]
        frequency = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
        return np.asarray(1 / (frequency * np.sqrt(height * width)))[..., np.newaxis]


def start_of(levels: FloatArray | None, shape: tuple[int, int, int]) -> DoubleArray:
    """What a spectrum of 0 is a picture of; see `Spectrum.start`.

    Args:
        levels: (h, w, colours), 0 … 255; None for grey.
        shape: of the picture.
    """
    return np.full(shape, _GREY) if levels is None else levels.astype(np.float64)


def to_values(spectrum: ComplexArray, width: int) -> DoubleArray:
    """(h, w/2 + 1, colours) → (h, w, colours): the inverse transform, in colours that are not correlated."""
    size = spectrum.shape[0], width
    return np.asarray(np.fft.irfft2(spectrum, s=size, axes=(0, 1), norm="ortho"))


def levels_of(values: DoubleArray) -> DoubleArray:
    """Values in colours that are not correlated as differences of levels of red, green and blue."""
    return np.asarray(_FRAME * values @ _colours(values.shape[2]).T)


def values_of(levels: DoubleArray) -> DoubleArray:
    """The way back from `levels_of`."""
    return np.asarray(levels @ np.linalg.inv(_colours(levels.shape[2])).T / _FRAME)


def within(picture: DoubleArray, by_levels: FloatArray) -> DoubleArray:
    """A gradient by levels, 0 where it leads out of the range of levels."""
    out = ((picture >= 255) & (by_levels > 0)) | ((picture <= 0) & (by_levels < 0))
    return np.where(out, 0.0, by_levels)


def gradient_by_spectrum(by_levels: DoubleArray) -> ComplexArray:
    """A gradient by levels as one by the spectrum of their values: real parts by real, imaginary by imaginary."""
    width = by_levels.shape[1]
    by_values = _FRAME * by_levels @ _colours(by_levels.shape[2])
    found = np.fft.rfft2(by_values, axes=(0, 1), norm="ortho")
    # The transform keeps one of two frequencies that mirror each other: all but the first, and the last if even.
    twice = np.full((1, found.shape[1], 1), 2.0)
    twice[:, 0] = 1
    if width % 2 == 0:
        twice[:, -1] = 1
    return np.asarray(found * twice)


def _colours(num_colours: int) -> DoubleArray:
    strongest = np.linalg.norm(_COLOURS, axis=0).max()
    return np.asarray(_COLOURS / strongest) if num_colours == 3 else np.eye(num_colours)
