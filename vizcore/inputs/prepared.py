"""How a picture at a brightness becomes what a network takes: as it happens, and as the formulas have it.

As it happens: the edited picture is bytes, its size changes in bytes, and only then do the bytes become the network's
numbers. As the formulas have it: the same steps without rounding to whole numbers, so that the input is a function of
the amount with a derivative, and, if wanted, without the clip at 0 and 255. Keras is not needed for it.
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
    """What a network takes for a picture.

    Attributes:
        shape: height, width and colours: 3, or 1 for grey.
        value_range: what number a byte becomes.
        fit: how a picture takes the shape: a name in `vizcore.inputs.fitting.FITS`.
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
        wanted: what the network takes.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers. What a lens makes is not rounded and may leave the value
        range's bounds.

    Raises:
        VizcoreError: not a picture, a fit that does not exist, or grey for a value range that treats colours
            differently.
    """
    return _received(adjust(pixels, light), wanted)[np.newaxis]


def prepared_levels(pixels: ByteArray, lights: Sequence[Light], *, wanted: InputFormat) -> FloatArray:
    """The picture at many brightnesses: `prepared` for each light, in one batch, value for value the same.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        lights: the brightnesses, at least one.
        wanted: what the network takes.

    Returns:
        (n, h, w, 3 or 1) float32.

    Raises:
        VizcoreError: as `prepared`, and for no lights.
    """
    if not lights:
        raise VizcoreError("There is no level to prepare; give one light at least.")
    first = prepared(pixels, lights[0], wanted=wanted)
    batch = np.empty((len(lights), *first.shape[1:]), dtype=np.float32)
    batch[0] = first
    # Pillow looks a table up five times as fast as NumPy, and both let other threads run meanwhile.
    image = Image.fromarray(pixels)

    def prepare(index: int) -> None:
        batch[index] = _received(np.asarray(image.point(lights[index].table().tolist() * 3)), wanted)

    with ThreadPoolExecutor(_THREADS) as threads:
        for _ in threads.map(prepare, range(1, len(lights))):
            pass
    return batch


def prepared_exactly(pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True) -> FloatArray:
    """What the network would receive if nothing were rounded to bytes.

    It differs from `prepared` by a level or two of 255; at the neutral amount only by the rounding of the resize.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: what the network takes.
        clipped: False for the same edit without the clip at 0 and 255: an input that no picture can have.

    Returns:
        (1, h, w, 3 or 1) float32, the network's numbers.

    Raises:
        VizcoreError: as `prepared`.
    """
    values = _fitted_table(pixels, light.exact_table(clipped=clipped), wanted)
    return wanted.value_range.apply_exactly(LENSES[wanted.lens].apply(values))[np.newaxis]


def tangent(pixels: ByteArray, light: Light, *, wanted: InputFormat, clipped: bool = True) -> FloatArray:
    """How fast the network's input moves with the amount: the derivative of `prepared_exactly`.

    A pixel that is clipped, or lies exactly on the limit, stands still; see `vizcore.edits.brightness.Light.slopes`.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        light: the brightness.
        wanted: what the network takes. Through a lens it is the derivative of the whole formula: the mean and the
            deviation of a standardised picture move too.
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
    """What a table makes of a picture, in the network's size and colours, unrounded."""
    if pixels.dtype != np.uint8:
        raise VizcoreError(f"The pixels are {pixels.dtype}. Whole numbers from 0 to 255 (uint8) are expected.")
    height, width, num_colours = wanted.shape
    values: FloatArray = fitted_exactly(table[pixels], (height, width), fit=wanted.fit)
    return values if num_colours == 3 else to_grey_exactly(values)
