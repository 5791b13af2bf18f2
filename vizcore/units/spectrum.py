"""Pictures that are drawn by their spectrum, and the way of a gradient back to it. This needs no Keras.

After Olah, Mordvintsev and Schubert, "Feature Visualization", 2017 (https://distill.pub/2017/feature-visualization):
steps of one size in the spectrum divided by the frequency, and in colours that are not correlated, change large shapes
and fine ones alike. In pixels the fine ones win, and the picture becomes noise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import DoubleArray, FloatArray

ComplexArray = NDArray[np.complex128]

_COLOURS = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
"""Red, green and blue of three colours that are not correlated in the photographs of ImageNet: light, and two
contrasts. A square root of the covariance of the colours there, as published with the article in Lucid
(tensorflow/lucid, `lucid/optvis/param/color.py`)."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How a spectrum becomes a picture: levels = 255 · sigmoid(start + colours · inverse transform of spectrum / f).

    Attributes:
        start: (h, w, colours) float64, before the sigmoid; 0 is grey. A spectrum of 0 gives this picture.
    """

    start: DoubleArray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of a spectrum."""
        height, width, num_colours = self.start.shape
        return height, width // 2 + 1, num_colours

    def picture(self, spectrum: ComplexArray) -> DoubleArray:
        """(h, w, colours), levels between 0 and 255."""
        height, width, _ = self.start.shape
        values = np.fft.irfft2(spectrum * self._scale, s=(height, width), axes=(0, 1), norm="ortho")
        return np.asarray(255 / (1 + np.exp(-(self.start + values @ self._colours.T))))

    def gradient(self, picture: DoubleArray, by_levels: FloatArray) -> ComplexArray:
        """A gradient by the levels of a picture as one by its spectrum: real parts by real, imaginary by imaginary."""
        width = self.start.shape[1]
        shares = picture / 255
        by_values = (by_levels.astype(np.float64) * 255 * shares * (1 - shares)) @ self._colours
        found = np.fft.rfft2(by_values, axes=(0, 1), norm="ortho")
        # The transform keeps one of two frequencies that mirror each other: all but the first, and the last if even.
        twice = np.full((1, found.shape[1], 1), 2.0)
        twice[:, 0] = 1
        if width % 2 == 0:
            twice[:, -1] = 1
        return np.asarray(found * twice * self._scale)

    @property
    def _colours(self) -> DoubleArray:
        num_colours = self.start.shape[2]
        strongest = np.linalg.norm(_COLOURS, axis=0).max()
        return np.asarray(_COLOURS / strongest) if num_colours == 3 else np.eye(num_colours)

    @property
    def _scale(self) -> DoubleArray:
        """(h, w/2 + 1, 1): 1/frequency; the lowest but 0 stands for 0. A spectrum of ones has a deviation near 1."""
        height, width, _ = self.start.shape
        rows, columns = np.fft.fftfreq(height)[:, np.newaxis], np.fft.rfftfreq(width)[np.newaxis]
        frequency = np.maximum(np.hypot(rows, columns), 1 / max(height, width))
        return np.asarray(1 / (frequency * np.sqrt(height * width)))[..., np.newaxis]


def start_of(levels: FloatArray | None, shape: tuple[int, int, int]) -> DoubleArray:
    """What the sigmoid makes a picture of; see `Spectrum.start`. None is grey.

    Args:
        levels: (h, w, colours), 0 … 255. The ends are a quarter of a level inside, so that a step can leave them.
        shape: of the picture.
    """
    if levels is None:
        return np.zeros(shape)
    shares = np.clip(levels.astype(np.float64), 0.25, 254.75) / 255
    return np.asarray(np.log(shares / (1 - shares)))
