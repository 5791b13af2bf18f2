"""Resizing of a picture to a network's input, and the pixels behind a batch. This needs no Keras."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.inputs.interpolation import INTERPOLATIONS, TUTORIALS, Pillow, TensorFlow

_Given = TypeVar("_Given", np.uint8, np.float32)
_Resized = TypeVar("_Resized", np.uint8, np.float32)

FITS = MappingProxyType(
    {
        "stretch": "stretched, as in the tutorial",
        "crop": "cropped to the centre",
        "pad": "whole, with black bars",
    }
)
"""The ways to fit a picture into the network's shape: name → label. The first is the default."""


_NO_WEIGHT = 1e-6
"""Weights below this are rounding: the zeros of the kernels."""


def preprocess_image(
    pixels: ByteArray,
    target_size: Sequence[int] = (64, 64),
    *,
    fit: str = "stretch",
    interpolation: str = TUTORIALS,
) -> FloatArray:
    """A picture as a batch of one, as the tutorial's `preprocess_image` makes it: `img.resize((64, 64))` over 255.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        target_size: height and width, in Keras's order.
        fit: a name in FITS, see `fitted`.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`, see `fitted`.

    Returns:
        (1, height, width, 3) float32: the pixels of `fitted`, divided by 255. They lie in 0 … 1 but for the two
        interpolations of `tf.image.resize` that overshoot.

    Raises:
        VizcoreError: not a picture, a size below 1, or an unknown fit or interpolation.
    """
    picture = fitted(pixels, target_size, fit=fit, interpolation=interpolation)
    return (picture.astype(np.float32) / np.float32(255))[np.newaxis]


def fitted(
    pixels: ByteArray, target_size: Sequence[int], *, fit: str, interpolation: str = TUTORIALS
) -> ByteArray | FloatArray:
    """A picture in another size and shape. A picture that already has the target size retains every value.

    Args:
        pixels: (H, W, 3) uint8, RGB. It is not changed.
        target_size: height and width, in Keras's order.
        fit: a name in FITS. "stretch" takes the whole picture and changes its proportions; "crop" removes the excess,
            equally on both sides; "pad" retains the whole picture and its proportions between bars of 0.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.

    Returns:
        (height, width, 3): uint8 for an interpolation of Pillow; float32 on the scale 0 … 255 for one of
        `tf.image.resize`, which neither rounds nor clips.

    Raises:
        VizcoreError: not a picture, a size below 1, or an unknown fit or interpolation.
    """
    is_array = isinstance(pixels, np.ndarray)
    if not is_array or pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        given = f"{pixels.shape} {pixels.dtype}" if is_array else type(pixels).__name__
        raise VizcoreError(f"A picture is an array (height, width, 3) of bytes, red, green, blue; this is {given}.")
    method = _method(interpolation)
    if isinstance(method, Pillow):
        return _placed(pixels, target_size, fit=fit, resized=method.resized)
    return _placed(pixels, target_size, fit=fit, resized=method.resized)


def fitted_exactly(
    values: FloatArray, target_size: Sequence[int], *, fit: str, interpolation: str = TUTORIALS, clipped: bool = True
) -> FloatArray:
    """`fitted` for float32 values: the same places and the same weights, without rounding.

    Every value is a weighted mean of values of the picture, and the weights depend on the sizes alone. Without a clip
    the function is linear: sums, multiples and derivatives of pictures become those of the results.

    Args:
        values: (H, W, 3) float32, any range, finite. It is not changed.
        target_size: height and width, in Keras's order.
        fit: a name in FITS; the bars of "pad" are 0.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.
        clipped: whether an interpolation that overshoots and is clipped, Pillow's bicubic and Lanczos, is clipped here.

    Returns:
        (height, width, 3) float32.

    Raises:
        VizcoreError: not such an array, a size below 1, or an unknown fit or interpolation.
    """
    _check_unrounded(values)
    resized = partial(_method(interpolation).exactly, clipped=clipped)
    return _placed(values, target_size, fit=fit, resized=resized)


def fitted_slopes(
    values: FloatArray, slopes: FloatArray, target_size: Sequence[int], *, fit: str, interpolation: str = TUTORIALS
) -> FloatArray:
    """The derivative of `fitted_exactly` along a change of the picture. A value that is clipped stands still.

    Args:
        values: (H, W, 3) float32, finite.
        slopes: the same shape: the derivative of each value.
        target_size: height and width, in Keras's order.
        fit: a name in FITS.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.

    Returns:
        (height, width, 3) float32. A value exactly at 0 or 255 counts as clipped unless it moves inwards.

    Raises:
        VizcoreError: as `fitted_exactly`.
    """
    _check_unrounded(values)
    _check_unrounded(slopes)
    method, num_colours = _method(interpolation), values.shape[2]

    def resized(both: FloatArray, height: int, width: int) -> FloatArray:
        return method.slopes(both[..., :num_colours], both[..., num_colours:], height, width)

    return _placed(np.concatenate([values, slopes], axis=2), target_size, fit=fit, resized=resized)


@dataclass(frozen=True)
class Placement:
    """Where a picture lies along one axis of the network's input.

    Attributes:
        start: first pixel of the picture that is taken.
        size: number of pixels of the picture that are taken.
        new_size: number of pixels of the input that they become.
        bars: number of black pixels before and behind these.
    """

    start: int
    size: int
    new_size: int
    bars: tuple[int, int] = (0, 0)


def placements(picture_size: Sequence[int], target_size: Sequence[int], *, fit: str) -> tuple[Placement, Placement]:
    """Where a picture lies in the network's input: rows and columns.

    Args:
        picture_size: height and width of the picture, each at least 1.
        target_size: height and width of the input.
        fit: a name in FITS.

    Raises:
        VizcoreError: a size below 1, or an unknown fit.
    """
    if len(target_size) != 2 or min(target_size) < 1:
        raise VizcoreError(f"The target size is (height, width), each at least 1; given was {tuple(target_size)}.")
    if fit not in FITS:
        raise VizcoreError(f"There is no way “{fit}” to fit a picture; there are {', '.join(FITS)}.")
    height, width = target_size
    picture_height, picture_width = picture_size
    if fit == "crop":
        cut_height = min(picture_height, max(1, round(picture_width * height / width)))
        cut_width = min(picture_width, max(1, round(picture_height * width / height)))
        return (
            Placement((picture_height - cut_height) // 2, cut_height, height),
            Placement((picture_width - cut_width) // 2, cut_width, width),
        )
    if fit == "pad":
        factor = min(height / picture_height, width / picture_width)
        inner_height = min(height, max(1, round(picture_height * factor)))
        inner_width = min(width, max(1, round(picture_width * factor)))
        top, left = (height - inner_height) // 2, (width - inner_width) // 2
        return (
            Placement(0, picture_height, inner_height, (top, height - inner_height - top)),
            Placement(0, picture_width, inner_width, (left, width - inner_width - left)),
        )
    return Placement(0, picture_height, height), Placement(0, picture_width, width)


def pixels_taken(old: int, new: int, *, interpolation: str) -> IntArray:
    """Which pixels of a picture the pixels of its resized copy take, along one axis.

    Args:
        old: the number of pixels of the picture.
        new: the number of pixels of the copy.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`.

    Returns:
        (2, new): first pixel and the one behind the last that has a weight. It does not depend on the other axis.

    Raises:
        VizcoreError: an unknown interpolation.
    """
    method = _method(interpolation)
    if isinstance(method, TensorFlow):
        has_weight = np.abs(method.weights(new, old)) > _NO_WEIGHT
    else:
        # Pillow does not publish its weights: one picture is resized in which each column has a pixel of its own.
        one_by_one = np.eye(old, dtype=np.float32)[:, :, np.newaxis]
        has_weight = np.abs(method.exactly(one_by_one, new, old, clipped=False)[:, :, 0]) > _NO_WEIGHT
    return np.stack([has_weight.argmax(axis=1), old - has_weight[:, ::-1].argmax(axis=1)])


def _method(interpolation: str) -> Pillow | TensorFlow:
    if interpolation not in INTERPOLATIONS:
        raise VizcoreError(f"There is no interpolation “{interpolation}”; there are {', '.join(INTERPOLATIONS)}.")
    return INTERPOLATIONS[interpolation].method


def _check_unrounded(values: FloatArray) -> None:
    is_array = isinstance(values, np.ndarray)
    if not is_array or values.dtype != np.float32 or values.ndim != 3 or values.shape[2] != 3:
        given = f"{values.shape} {values.dtype}" if is_array else type(values).__name__
        raise VizcoreError(f"Unrounded pixels are an array (height, width, 3) of float32; this is {given}.")


def _placed(
    pixels: NDArray[_Given],
    target_size: Sequence[int],
    *,
    fit: str,
    resized: Callable[[NDArray[_Given], int, int], NDArray[_Resized]],
) -> NDArray[_Resized]:
    """A picture of any dtype in another size and shape: `resized` converts the part that `fit` selects."""
    if pixels.size == 0:
        raise VizcoreError(f"A picture has at least one pixel; this one has the shape {pixels.shape}.")
    rows, columns = placements(pixels.shape[:2], target_size, fit=fit)
    part = pixels[rows.start : rows.start + rows.size, columns.start : columns.start + columns.size]
    inner = resized(part, rows.new_size, columns.new_size)
    return inner if fit != "pad" else np.pad(inner, (rows.bars, columns.bars, (0, 0)))


def received_pixels(batch: FloatArray) -> ByteArray:
    """The pixels behind a batch of one, for a display of the network's input.

    Args:
        batch: (1, h, w, 3) float32, 0 … 1, as made by `preprocess_image`.

    Returns:
        (h, w, 3) uint8: exactly the bytes that `preprocess_image` divided by 255.

    Raises:
        VizcoreError: more than one picture, another number of colours, or values outside of 0 … 1.
    """
    values = np.asarray(batch)
    if values.ndim != 4 or values.shape[0] != 1 or values.shape[3] != 3:
        raise VizcoreError(f"A batch of one picture has the shape (1, height, width, 3); this one has {values.shape}.")
    if not np.all((values >= 0) & (values <= 1)):
        raise VizcoreError("The values of a batch lie between 0 and 1; these do not, so they are not pixels over 255.")
    pixels: ByteArray = np.rint(values[0] * 255).astype(np.uint8)
    return pixels
