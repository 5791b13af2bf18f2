"""The input of a network for a picture at a brightness, rounded to bytes or exact.

Rounded: the edited picture is bytes, the resize gives bytes, and only then do the bytes become the network's numbers.
The network receives this input. Exact: the same steps without rounding to whole numbers, and optionally without the
clip at 0 and 255. This input has a derivative with respect to the amount. Neither needs Keras.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import Light, adjust
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import fitted, fitted_exactly
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
    """

    shape: tuple[int, int, int]
    value_range: ValueRange
    fit: str = "stretch"
    lens: str = PLAIN

    def __post_init__(self) -> None:
        if self.shape[2] not in (1, 3):
            raise VizcoreError(f"A network for pictures takes 1 or 3 colours; this one takes {self.shape[2]}.")
        if self.lens not in LENSES:
            raise VizcoreError(f"There is no lens “{self.lens}”; there are {', '.join(LENSES)}.")


def prepared(pixels: ByteArray, light: Light, *, wanted: InputFormat) -> FloatArray:
    """The picture at a brightness as a network receives it: rounded to bytes after the edit and after the resize.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers. The result of a lens is not rounded and may exceed the bounds
        of the value range.

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


def prepared_exactly(pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True) -> FloatArray:
    """The input of the network without any rounding to bytes.

    It differs from `prepared` by a level or two of 255; at the neutral amount only by the rounding of the resize.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input.
        clipped: False for the same edit without the clip at 0 and 255. No picture has such an input.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers.

    Raises:
        VizcoreError: as `prepared`.
    """
    values = _fitted_table(pixels, light.exact_table(clipped=clipped), wanted)
    return wanted.value_range.apply_exactly(LENSES[wanted.lens].apply(values))[np.newaxis]


def tangent(pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True) -> FloatArray:
    """The derivative of `prepared_exactly` with respect to the amount of the light.

    It is 0 for a pixel that is clipped or lies exactly on a limit; see `vizcore.edits.brightness.Light.slopes`.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: the format of the network's input. With a lens the result is the derivative of the whole formula: the
            mean and the deviation of a standardised picture depend on the amount too.
        clipped: False for the edit without the clip.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers per unit of the amount.

    Raises:
        VizcoreError: as `prepared`.
    """
    slopes = _fitted_table(pixels, light.slopes(clipped=clipped), wanted)
    if wanted.lens != PLAIN:
        values = _fitted_table(pixels, light.exact_table(clipped=clipped), wanted)
        slopes = LENSES[wanted.lens].slopes(values, slopes)
    return wanted.value_range.apply_to_slopes(slopes)[np.newaxis]


def _received(edited: ByteArray, wanted: InputFormat) -> FloatArray:
    height, width, num_colours = wanted.shape
    picture = fitted(edited, (height, width), fit=wanted.fit)
    if num_colours == 1:
        picture = to_grey(picture)
    if wanted.lens == PLAIN:
        return wanted.value_range.apply(picture)
    return wanted.value_range.apply_exactly(LENSES[wanted.lens].apply(picture.astype(np.float32)))


def _fitted_table(pixels: ByteArray, table: FloatArray, wanted: InputFormat) -> FloatArray:
    """The picture through a lookup table, in the network's size and colours, unrounded."""
    if pixels.dtype != np.uint8:
        raise VizcoreError(f"The pixels are {pixels.dtype}. Whole numbers from 0 to 255 (uint8) are expected.")
    height, width, num_colours = wanted.shape
    values: FloatArray = fitted_exactly(table[pixels], (height, width), fit=wanted.fit)
    return values if num_colours == 3 else to_grey_exactly(values)
