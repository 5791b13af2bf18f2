"""The first layer of a network after each epoch: its kernels as pictures, and its feature maps for a picture.

The first layer's feature maps depend only on its kernels and biases, 900 numbers. So these are retained for each epoch,
and the feature maps of the current picture are computed on demand. This needs no Keras.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.activations.convolution import convolved
from vizcore.arrays import ByteArray, FloatArray
from vizcore.errors import VizcoreError

MOST_MOMENTS = 61
"""Moments that are retained of a run. More would not help on a slider."""


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """The first layer at one moment of a training.

    Attributes:
        epoch: number of finished epochs; 0 before the first.
        kernels: (kh, kw, 3, C) float32.
        biases: (C,) float32.
    """

    epoch: int
    kernels: FloatArray
    biases: FloatArray


def thinned_out(moments: Sequence[FirstLayer], *, most: int = MOST_MOMENTS) -> tuple[FirstLayer, ...]:
    """The moments to retain: at most `most`, evenly spaced, the first and the last among them.

    Args:
        moments: of the epochs from 0 on, in their order; some may be missing.
        most: the largest number to retain, at least 2.
    """
    if not moments:
        return ()
    last, stride = moments[-1].epoch, 1
    # The choice depends on the number of the epoch and not on the place, so moments that were dropped before do not
    # change it.
    while last // stride + 1 + (last % stride > 0) > most:
        stride *= 2
    return tuple(moment for moment in moments if moment.epoch % stride == 0 or moment is moments[-1])


def feature_maps(layer: FirstLayer, batch: FloatArray) -> FloatArray:
    """The layer's feature maps for a picture: a convolution without padding, then ReLU.

    Args:
        layer: the layer at one moment.
        batch: (1, h, w, 3) float32, as made by `preprocess_image`; not smaller than the kernels.

    Returns:
        (h − kh + 1, w − kw + 1, C) float32, the layer's own units.

    Raises:
        VizcoreError: not a batch of one picture with the kernels' number of colours, or smaller than the kernels.
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
    """The largest absolute value of a kernel's weight at any of these moments; 0 if there is none."""
    return max((float(np.abs(moment.kernels).max(initial=0)) for moment in moments), default=0.0)


def kernel_tiles(kernels: FloatArray, *, limit: float) -> ByteArray:
    """Kernels as small RGB pictures on one signed scale: grey is 0.

    Args:
        kernels: (kh, kw, 3, C), any unit, finite.
        limit: the weight that becomes 255, and whose negative becomes 1; more than 0. Weights beyond are clipped.

    Returns:
        (C, kh, kw, 3) uint8: 128 + 127 · weight / limit, rounded; each weight of red, green and blue in its own colour.

    Raises:
        VizcoreError: the kernels do not take three colours, or the limit is not more than 0.
    """
    if kernels.ndim != 4 or kernels.shape[2] != 3:
        raise VizcoreError(f"Kernels for colours are (height, width, 3, channels); these are {kernels.shape}.")
    if not limit > 0:
        raise VizcoreError(f"The scale of the kernels ends at a weight above 0; given was {limit}.")
    levels = np.rint(128 + 127 * np.clip(kernels.astype(np.float64) / limit, -1, 1)).astype(np.uint8)
    return np.ascontiguousarray(levels.transpose(3, 0, 1, 2))
