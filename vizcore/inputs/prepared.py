"""The input of a network for a picture at a brightness, rounded to bytes or exact.

Rounded: the edited picture is bytes, the resize gives what its library gives, Pillow bytes and TensorFlow float32, and
only then do these become the network's numbers. The network receives this input. Exact: the same steps without
rounding to whole numbers, and optionally without the clip at 0 and 255. This input has a derivative with respect to the
amount. Neither needs Keras.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import Light, adjust
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import fitted, fitted_exactly, fitted_slopes
from vizcore.inputs.interpolation import INTERPOLATIONS, TUTORIALS
from vizcore.inputs.lens import LENSES, PLAIN
from vizcore.inputs.value_ranges import ValueRange, to_grey, to_grey_exactly

_THREADS = 2


@dataclass(frozen=True)
class InputFormat:
    """The format of a network's input.

    Attributes:
        shape: height, width and number of colours: 3, or 1 for grey.
        value_range: the conversion of bytes to the network's numbers.
        fit: the way to fit a picture into the shape: a name in `vizcore.inputs.fitting.FITS`.
        lens: a name in LENSES.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.
    """

    shape: tuple[int, int, int]
    value_range: ValueRange
    fit: str = "stretch"
    lens: str = PLAIN
    interpolation: str = TUTORIALS

    def __post_init__(self) -> None:
        if self.shape[2] not in (1, 3):
            raise VizcoreError(f"A network for pictures takes 1 or 3 colours; this one takes {self.shape[2]}.")
        if self.lens not in LENSES:
            raise VizcoreError(f"There is no lens “{self.lens}”; there are {', '.join(LENSES)}.")
        if self.interpolation not in INTERPOLATIONS:
            raise VizcoreError(
                f"There is no interpolation “{self.interpolation}”; there are {', '.join(INTERPOLATIONS)}."
            )


def prepared(pixels: ByteArray, light: Light, *, wanted: InputFormat) -> FloatArray:
    """The picture at a brightness as a network receives it: rounded to bytes after the edit and after Pillow's resize.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers. The result of a lens, or of a resize that overshoots in
        TensorFlow, is not rounded and may exceed the bounds of the value range.

    Raises:
        VizcoreError: not a picture, an unknown fit, or grey for a value range that treats colours differently.
    """
    return _received(adjust(pixels, light), wanted)[np.newaxis]


def prepared_levels(pixels: ByteArray, lights: Sequence[Light], *, wanted: InputFormat) -> FloatArray:
    """The picture at many brightnesses in one batch, with exactly the values of `prepared` for each light.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        lights: the brightnesses, at least one.
        wanted: the format of the network's input.

    Returns:
        (n, h, w, 3 or 1) float32.

    Raises:
        VizcoreError: as `prepared`, and for an empty sequence of lights.
    """
    if not lights:
        raise VizcoreError("There is no level to prepare; give one light at least.")
    first = prepared(pixels, lights[0], wanted=wanted)
    batch = np.empty((len(lights), *first.shape[1:]), dtype=np.float32)
    batch[0] = first
    # Pillow applies a lookup table five times as fast as NumPy. Both let other threads run meanwhile.
    image = Image.fromarray(pixels)

    def prepare(index: int) -> None:
        batch[index] = _received(np.asarray(image.point(lights[index].table().tolist() * 3)), wanted)

    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in threads.map(prepare, range(1, len(lights))):
            pass
    return batch


def prepared_exactly(
    pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True, overshoots: bool = False
) -> FloatArray:
    """The input of the network without any rounding to bytes.

    It differs from `prepared` by a level or two of 255; at the neutral amount only by the rounding of the resize.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input.
        clipped: False for the same edit without the clip at 0 and 255, neither before the resize nor in it. No picture
            has such an input.
        overshoots: True for a resize that is not clipped, also of an edit that is.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers.

    Raises:
        VizcoreError: as `prepared`.
    """
    table = light.exact_table(clipped=clipped)
    values = _fitted_table(pixels, table, wanted, clipped=clipped and not overshoots)
    return wanted.value_range.apply_exactly(LENSES[wanted.lens].apply(values))[np.newaxis]


def tangent(pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True) -> FloatArray:
    """The derivative of `prepared_exactly` with respect to the amount of the light.

    It is 0 for a pixel that is clipped or lies exactly on a limit, in the edit or in the resize; see
    `vizcore.edits.brightness.Light.slopes` and `vizcore.inputs.fitting.fitted_slopes`.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input. With a lens the result is the derivative of the whole formula: the
            mean and the deviation of a standardised picture depend on the amount too.
        clipped: False for the edit without the clip, neither before the resize nor in it.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers per unit of the amount.

    Raises:
        VizcoreError: as `prepared`.
    """
    slopes = _fitted_table_slopes(pixels, light, wanted, clipped=clipped)
    if wanted.lens != PLAIN:
        values = _fitted_table(pixels, light.exact_table(clipped=clipped), wanted, clipped=clipped)
        slopes = LENSES[wanted.lens].slopes(values, slopes)
    return wanted.value_range.apply_to_slopes(slopes)[np.newaxis]


def _received(edited: ByteArray, wanted: InputFormat) -> FloatArray:
    height, width, num_colours = wanted.shape
    picture = fitted(edited, (height, width), fit=wanted.fit, interpolation=wanted.interpolation)
    if picture.dtype == np.uint8:
        rounded = np.asarray(picture, dtype=np.uint8)
        rounded = rounded if num_colours == 3 else to_grey(rounded)
        if wanted.lens == PLAIN:
            return wanted.value_range.apply(rounded)
        values = rounded.astype(np.float32)
    else:
        values = np.asarray(picture, dtype=np.float32)
        values = values if num_colours == 3 else to_grey_exactly(values)
    return wanted.value_range.apply_exactly(LENSES[wanted.lens].apply(values))


def _fitted_table(pixels: ByteArray, table: FloatArray, wanted: InputFormat, *, clipped: bool) -> FloatArray:
    """The picture through a lookup table, in the network's size and colours, unrounded."""
    _check_bytes(pixels)
    size, way = wanted.shape[:2], wanted.interpolation
    values = fitted_exactly(table[pixels], size, fit=wanted.fit, interpolation=way, clipped=clipped)
    return values if wanted.shape[2] == 3 else to_grey_exactly(values)


def _fitted_table_slopes(pixels: ByteArray, light: Light, wanted: InputFormat, *, clipped: bool) -> FloatArray:
    """The derivative of `_fitted_table` with respect to the amount of the light."""
    slopes = light.slopes(clipped=clipped)
    if not clipped:
        return _fitted_table(pixels, slopes, wanted, clipped=False)
    _check_bytes(pixels)
    values, size, way = light.exact_table(), wanted.shape[:2], wanted.interpolation
    moving = fitted_slopes(values[pixels], slopes[pixels], size, fit=wanted.fit, interpolation=way)
    return moving if wanted.shape[2] == 3 else to_grey_exactly(moving)


def _check_bytes(pixels: ByteArray) -> None:
    if pixels.dtype != np.uint8:
        raise VizcoreError(f"The pixels are {pixels.dtype}. Whole numbers from 0 to 255 (uint8) are expected.")
