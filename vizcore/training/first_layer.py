"""The first layer of a network as it was after each epoch: its kernels as pictures, and what it makes of a picture.

All that decides the first layer's feature maps are its kernels and biases, 900 numbers. So these are kept of an epoch,
and the maps of whatever picture is looked at are computed when they are wanted. Keras is not needed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.activations.convolution import convolved
from vizcore.arrays import ByteArray, FloatArray
from vizcore.errors import VizcoreError

MOST_KEPT = 61
"""Moments that are kept of a run: a slider has no use for more."""


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """The first layer at one moment of a training.

    Attributes:
        epoch: how many epochs were done; 0 before the first.
        kernels: (kh, kw, 3, C) float32.
        biases: (C,) float32.
    """

    epoch: int
    kernels: FloatArray
    biases: FloatArray


def kept(moments: Sequence[FirstLayer], *, most: int = MOST_KEPT) -> tuple[FirstLayer, ...]:
    """As many moments as there is room for, evenly spread; the first and the last among them.

    Args:
        moments: of the epochs from 0 on, in their order; some may be missing.
        most: how many may stay, at least 2.
    """
    if not moments:
        return ()
    last, stride = moments[-1].epoch, 1
    # The number of the epoch decides and not the place, so it does not matter which moments were dropped before.
    while last // stride + 1 + (last % stride > 0) > most:
        stride *= 2
    return tuple(moment for moment in moments if moment.epoch % stride == 0 or moment is moments[-1])


def feature_maps(layer: FirstLayer, batch: FloatArray) -> FloatArray:
    """What the layer makes of a picture: a convolution without padding, then ReLU.

    Args:
        layer: the layer.
        batch: (1, h, w, 3) float32, as made by `preprocess_image`; not smaller than the kernels.

    Returns:
        (h − kh + 1, w − kw + 1, C) float32, the layer's own units.

    Raises:
        VizcoreError: not one picture of as many colours as the kernels take, or too small for them.
    """
    height, width, num_colours, _ = layer.kernels.shape
    fits = batch.ndim == 4 and batch.shape[0] == 1 and batch.shape[3] == num_colours
    if not fits or batch.shape[1] < height or batch.shape[2] < width:
        raise VizcoreError(
            f"The first layer takes one picture (1, h, w, {num_colours}) of at least {height} × {width} pixels; this "
            f"is {batch.shape}."
        )
    maps: FloatArray = np.maximum(convolved(batch[0], layer.kernels) + layer.biases, np.float32(0))
    return maps


def largest_weight(moments: Sequence[FirstLayer]) -> float:
    """The largest amount of any weight of the kernels at any of these moments; 0 if there is none."""
    return max((float(np.abs(moment.kernels).max(initial=0)) for moment in moments), default=0.0)


def kernel_tiles(kernels: FloatArray, *, limit: float) -> ByteArray:
    """Kernels as small RGB pictures on one signed scale: grey is 0.

    Args:
        kernels: (kh, kw, 3, C), any unit, finite.
        limit: the weight that is shown as 255, and whose negative is shown as 1; more than 0. Beyond is cut off.

    Returns:
        (C, kh, kw, 3) uint8: 128 + 127 · weight / limit, rounded; each weight of red, green and blue in its own colour.

    Raises:
        VizcoreError: kernels that do not take three colours, or no limit.
    """
    if kernels.ndim != 4 or kernels.shape[2] != 3:
        raise VizcoreError(f"Kernels for colours are (height, width, 3, channels); these are {kernels.shape}.")
    if not limit > 0:
        raise VizcoreError(f"The scale of the kernels ends at a weight above 0; given was {limit}.")
    levels = np.rint(128 + 127 * np.clip(kernels.astype(np.float64) / limit, -1, 1)).astype(np.uint8)
    return np.ascontiguousarray(levels.transpose(3, 0, 1, 2))
