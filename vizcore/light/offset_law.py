"""The effect of an offset on the first convolution: each channel rises by the sum of its kernel, with three exceptions.

If b is added to every pixel, the product of every window with a kernel K grows by b · scale · ΣK, wherever the window
lies. The scale is what one level becomes in the network's numbers. The real slope differs because zeros around the
picture do not move (padding), because pixels at 0 and 255 do not (clip), and because units that are off do not (ReLU).
Taken into account one after the other, the law and the three parts add up to the measured slope. This module does not
need Keras.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.activations.convolution import Convolution, convolved
from vizcore.arrays import DoubleArray, FloatArray
from vizcore.errors import VizcoreError


@dataclass(frozen=True, eq=False)
class OffsetLaw:
    """How fast the mean of each channel rises with an offset, and why: (C,) float64 each, the layer's units per level.

    predicted + padding + clip + relu = measured, up to rounding in float64.

    Attributes:
        predicted: scale · ΣK.
        padding: the contribution of zeros around the picture: those of the layer itself, and the bars of a padded
            picture. 0 without either.
        clip: the contribution of pixels that are clipped. 0 without any.
        relu: the contribution of units that are off. 0 for a linear layer.
        measured: the mean of the derivative of all units of the channel.
    """

    predicted: DoubleArray
    padding: DoubleArray
    clip: DoubleArray
    relu: DoubleArray
    measured: DoubleArray


def kernel_sums(convolution: Convolution) -> DoubleArray:
    """ΣK of each channel, over height, width and colours: (C,) float64.

    A channel above 0 responds more to more light, a channel below 0 less. At 0 it does not respond to an offset at all.
    """
    sums: DoubleArray = convolution.kernels.sum(axis=(0, 1, 2), dtype=np.float64)
    return sums


def offset_law(
    convolution: Convolution, *, values: FloatArray, tangent: FloatArray, unclipped_tangent: FloatArray, scale: float
) -> OffsetLaw:
    """The slope of every channel along the offset, split into its parts.

    Args:
        convolution: the first layer with a kernel.
        values: (1, h, w, C_in), the input of the convolution: the network's input, or the output of the layer that
            feeds it.
        tangent: the same shape, how fast `values` move per level of the offset. `vizcore.inputs.prepared.tangent` gives
            it for the network's input, `TracedNetwork.read_with_derivative` for a layer.
        unclipped_tangent: the same shape, for the edit without the clip.
        scale: how fast an unclipped pixel moves per level: `pixel_scale` of `unclipped_tangent`.

    Returns:
        The law and its parts. A unit exactly at 0 counts as off, as in TensorFlow.

    Raises:
        VizcoreError: the shapes do not fit the layer or one another.
    """
    if not values.ndim == 4 or values.shape[0] != 1 or not values.shape == tangent.shape == unclipped_tangent.shape:
        raise VizcoreError(
            "The law is about one picture (1, h, w, colours) and two tangents of its shape; given were "
            f"{values.shape}, {tangent.shape} and {unclipped_tangent.shape}."
        )
    kernels = convolution.kernels.astype(np.float64)
    inputs, moving, free = (
        convolved(part[0].astype(np.float64), kernels, strides=convolution.strides, padding=convolution.padding)
        for part in (values, tangent, unclipped_tangent)
    )
    on = inputs + convolution.biases > 0 if convolution.activation == "relu" else np.ones(inputs.shape, dtype=np.bool_)
    predicted = scale * kernel_sums(convolution)
    padded, clipped, measured = (part.mean(axis=(0, 1)) for part in (free, moving, moving * on))
    return OffsetLaw(
        predicted=predicted,
        padding=padded - predicted,
        clip=clipped - padded,
        relu=measured - clipped,
        measured=measured,
    )


def pixel_scale(unclipped_tangent: FloatArray) -> float:
    """How fast a pixel moves per level of an unclipped offset, read off the pixel that moves fastest.

    For a picture without bars in front of a network without preprocessing it is 1 over the divisor of the value range.

    Args:
        unclipped_tangent: (1, h, w, colours), as for `offset_law`: the same number everywhere, or 0 in bars.

    Raises:
        VizcoreError: the pixels move at different speeds; for such preprocessing the law does not hold.
    """
    scale = float(unclipped_tangent.ravel()[np.abs(unclipped_tangent).argmax()])
    # Interpolation and float32 leave a few millionths.
    moves = np.abs(unclipped_tangent - scale) <= 1e-4 * abs(scale)
    if not (moves | (unclipped_tangent == 0)).all():
        raise VizcoreError(
            "In front of its first convolution this network moves pixels at different speeds, so the sum of a kernel "
            "does not say how fast a channel rises."
        )
    return scale
