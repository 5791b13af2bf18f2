"""Interpolations: the resizes of Pillow and of `tf.image.resize`, as they are and without rounding, without Keras.

Pillow averages over all the pixels that a new pixel covers, and rounds to bytes and clips at 0 and 255 twice: after one
direction and after the other. `tf.image.resize` gives float32, neither rounded nor clipped; without antialiasing it
takes the nearest pixels alone, however many there are between two new ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, DoubleArray, FloatArray

_STEPS_OF_TENSORFLOW = 1024
"""TensorFlow looks the bicubic kernel up in a table: so many steps from one pixel to the next."""


@dataclass(frozen=True)
class Pillow:
    """A filter of Pillow.

    Attributes:
        filter: the filter.
        overshoots: whether it has weights below 0, so that there is something to clip.
    """

    filter: Image.Resampling
    overshoots: bool = False

    def resized(self, pixels: ByteArray, height: int, width: int) -> ByteArray:
        """A picture (H, W, 3) uint8 in another size, as Pillow gives it."""
        return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize((width, height), self.filter))

    def exactly(self, values: FloatArray, height: int, width: int, *, clipped: bool) -> FloatArray:
        """`resized` without rounding, for (H, W, C) float32; `clipped` is whether it is clipped as in Pillow."""
        if not (clipped and self.overshoots):
            return self._linear(values, height, width)
        first = np.clip(self._linear(values, *_after_first(values.shape, height, width)), 0, 255)
        return np.clip(self._linear(first, height, width), 0, 255)

    def slopes(self, values: FloatArray, slopes: FloatArray, height: int, width: int) -> FloatArray:
        """The derivative of `exactly`, clipped, along a change of the values (H, W, C): `slopes` of the same shape."""
        if not self.overshoots:
            return self._linear(slopes, height, width)
        size = _after_first(values.shape, height, width)
        first = self._linear(values, *size)
        moving = _clipped_slopes(first, self._linear(slopes, *size))
        second = self._linear(np.clip(first, 0, 255), height, width)
        return _clipped_slopes(second, self._linear(moving, height, width))

    def _linear(self, values: FloatArray, height: int, width: int) -> FloatArray:
        # Pillow's float images have one channel.
        channels = [Image.fromarray(np.ascontiguousarray(values[..., index])) for index in range(values.shape[2])]
        return np.stack([np.asarray(channel.resize((width, height), self.filter)) for channel in channels], axis=2)


def _after_first(shape: tuple[int, ...], height: int, width: int) -> tuple[int, int]:
    """Height and width after the first of Pillow's two passes. Pillow 13 begins with the direction that is cheaper."""
    rows, columns = shape[:2]
    is_vertical = rows > height and rows - height > 2 * (columns - width)
    return (height, columns) if is_vertical else (rows, width)


def _clipped_slopes(values: FloatArray, slopes: FloatArray) -> FloatArray:
    """The derivative of clipped values: 0 beyond the limits, and on a limit unless the value moves inwards.

    With a gain of 0 everything is on a limit and about to rise.
    """
    moves = ((values > 0) & (values < 255)) | ((values == 0) & (slopes > 0)) | ((values == 255) & (slopes < 0))
    return np.where(moves, slopes, np.float32(0))


@dataclass(frozen=True)
class TensorFlow:
    """A method of `tf.image.resize`.

    Attributes:
        weights: (new size, old size) → the weight of every old pixel (columns) in every new one (rows), float64.
    """

    weights: Callable[[int, int], DoubleArray]

    def resized(self, pixels: ByteArray, height: int, width: int) -> FloatArray:
        """A picture (H, W, 3) uint8 in another size, as TensorFlow gives it."""
        return self._linear(pixels, height, width)

    def exactly(self, values: FloatArray, height: int, width: int, *, clipped: bool) -> FloatArray:
        """`resized` for (H, W, C) float32. It has no clip, whatever `clipped` is."""
        return self._linear(values, height, width)

    def slopes(self, values: FloatArray, slopes: FloatArray, height: int, width: int) -> FloatArray:
        """The derivative of `exactly`, clipped, along a change of the values (H, W, C): `slopes` of the same shape."""
        return self._linear(slopes, height, width)

    def _linear(self, values: ByteArray | FloatArray, height: int, width: int) -> FloatArray:
        # As in TensorFlow, a picture of the new size stays as it is.
        if values.shape[:2] == (height, width):
            return values.astype(np.float32)
        columns = _weighted(values, self.weights(height, values.shape[0]))
        rows = _weighted(columns.swapaxes(0, 1), self.weights(width, values.shape[1]))
        return np.ascontiguousarray(rows.swapaxes(0, 1))


def _weighted(values: ByteArray | FloatArray, weights: DoubleArray) -> FloatArray:
    """Weighted sums of the rows of an array. Rows without a weight are not converted to float32."""
    used = np.flatnonzero(weights.any(axis=0))
    rows = values[used].astype(np.float32).reshape(len(used), -1)
    summed: FloatArray = weights[:, used].astype(np.float32) @ rows
    return summed.reshape(len(weights), *values.shape[1:])


def _distances(new: int, old: int) -> DoubleArray:
    """From the middle of every new pixel (rows) to that of every old one (columns), in old pixels."""
    return (np.arange(old) + 0.5)[np.newaxis] - ((np.arange(new) + 0.5) * old / new)[:, np.newaxis]


def _normalised(weights: DoubleArray) -> DoubleArray:
    """Weights that add up to 1 in every row: pixels beyond the edge have none."""
    normalised: DoubleArray = weights / weights.sum(axis=1, keepdims=True)
    return normalised


def _bilinear(new: int, old: int) -> DoubleArray:
    return _normalised(np.maximum(0, 1 - np.abs(_distances(new, old))))


def _bicubic(new: int, old: int) -> DoubleArray:
    """Keys's kernel with a = −1/2 (1981)."""
    distances = np.rint(np.abs(_distances(new, old)) * _STEPS_OF_TENSORFLOW) / _STEPS_OF_TENSORFLOW
    near = (1.5 * distances - 2.5) * distances**2 + 1
    far = ((-0.5 * distances + 2.5) * distances - 4) * distances + 2
    return _normalised(np.where(distances < 1, near, np.where(distances < 2, far, 0)))


def _lanczos(new: int, old: int) -> DoubleArray:
    """Lanczos's kernel with three lobes on each side."""
    distances = _distances(new, old)
    return _normalised(np.where(np.abs(distances) < 3, np.sinc(distances) * np.sinc(distances / 3), 0))


def _area(new: int, old: int) -> DoubleArray:
    """The part of every new pixel that an old one covers."""
    ends, pixels = np.arange(new + 1) * old / new, np.arange(old)
    covered = np.minimum(ends[1:, np.newaxis], pixels + 1) - np.maximum(ends[:-1, np.newaxis], pixels)
    return _normalised(np.maximum(0, covered))


@dataclass(frozen=True)
class Interpolation:
    """A way to compute the pixels of another size.

    Attributes:
        about: where it is in use, shown to the visitor.
        method: computes it.
        options: the further arguments of the call that does the same, of Pillow or TensorFlow.
    """

    about: str
    method: Pillow | TensorFlow
    options: str = ""

    def call(self, height: int, width: int) -> str:
        """The line of Python that does the same to a whole picture: `img` is Pillow's, `pixels` an array."""
        if isinstance(self.method, Pillow):
            return f"img.resize(({width}, {height}){self.options})"
        return f"tf.image.resize(pixels, ({height}, {width}){self.options})"


INTERPOLATIONS: Mapping[str, Interpolation] = MappingProxyType(
    {
        "bicubic": Interpolation("Pillow's default, the tutorial's", Pillow(Image.Resampling.BICUBIC, overshoots=True)),
        "bilinear": Interpolation(
            "Pillow's, with antialiasing", Pillow(Image.Resampling.BILINEAR), ", Image.Resampling.BILINEAR"
        ),
        "Lanczos": Interpolation(
            "Pillow's, the sharpest", Pillow(Image.Resampling.LANCZOS, overshoots=True), ", Image.Resampling.LANCZOS"
        ),
        "nearest": Interpolation(
            "the default of keras.utils.load_img", Pillow(Image.Resampling.NEAREST), ", Image.Resampling.NEAREST"
        ),
        "area": Interpolation("means over what a new pixel covers", TensorFlow(_area), ', method="area"'),
        "bilinear without antialiasing": Interpolation(
            "the default of tf.image.resize and of keras.utils.image_dataset_from_directory", TensorFlow(_bilinear)
        ),
        "bicubic without antialiasing": Interpolation(
            "of tf.image.resize, not clipped", TensorFlow(_bicubic), ', method="bicubic"'
        ),
        "Lanczos without antialiasing": Interpolation(
            "of tf.image.resize, not clipped", TensorFlow(_lanczos), ', method="lanczos3"'
        ),
    }
)
"""The interpolations by name. The first is the tutorial's."""
TUTORIALS = next(iter(INTERPOLATIONS))
"""The tutorial's interpolation: Pillow's default."""
OF_KERAS_FILES = "nearest"
"""That of `keras.utils.load_img`, with which pictures for the networks of `keras.applications` are loaded."""
OF_KERAS_FOLDERS = "bilinear without antialiasing"
"""That of `keras.utils.image_dataset_from_directory`, with which most models of one's own are trained."""
