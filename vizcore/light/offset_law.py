"""What an offset does to the first convolution: each channel rises by the sum of its kernel, but for three reasons.

Add b to every pixel, and every window's product with a kernel K grows by b · scale · ΣK, wherever the window lies:
scale is what one level becomes in the network's numbers. The real slope is another one because zeros around the picture
do not move (padding), because pixels at 0 and 255 do not (clip), and because units that are off do not (ReLU). Taken in
one after the other, the law and the three parts add up to what is measured. Keras is not needed for it.
"""

from dataclasses import dataclass

import numpy as np

from vizcore.activations.convolution import Convolution, convolved
from vizcore.arrays import DoubleArray, FloatArray
from vizcore.errors import VizcoreError


@dataclass(frozen=True, eq=False)
class OffsetLaw:
    """How fast the mean of each channel rises with an offset, and why; (C,) float64 each.

    predicted + padding + clip + relu = measured, up to rounding in float64. All in the layer's own units per level.

    Attributes:
        predicted: scale · ΣK.
        padding: what zeros around the picture take away or add: those of the layer itself, and the bars of a picture
            that was padded. 0 without either.
        clip: what pixels that are clipped take away or add. 0 where none is.
        relu: what units that are off take away or add. 0 for a linear layer.
        measured: the mean of the derivative of all units of the channel.
    """

    predicted: DoubleArray
    padding: DoubleArray
    clip: DoubleArray
    relu: DoubleArray
    measured: DoubleArray


def kernel_sums(convolution: Convolution) -> DoubleArray:
    """ΣK of each channel, over height, width and colours: (C,) float64.

    Above 0 the channel answers to more light with more, below 0 with less; at 0 it does not see an offset at all.
    """
    sums: DoubleArray = convolution.kernels.sum(axis=(0, 1, 2), dtype=np.float64)
    return sums


def offset_law(
    convolution: Convolution, *, values: FloatArray, tangent: FloatArray, unclipped_tangent: FloatArray, scale: float
) -> OffsetLaw:
    """The slope of every channel along the offset, taken apart.

    Args:
        convolution: the first layer with a kernel.
        values: (1, h, w, C_in), what it takes: the network's input, or the output of the layer that feeds it.
        tangent: the same shape, how fast that moves per level of the offset: of the network's input
            `vizcore.inputs.prepared.tangent`, of a layer `TracedNetwork.read_with_derivative`.
        unclipped_tangent: the same for the edit without the clip.
        scale: how fast an unclipped pixel moves: `pixel_scale` of what lies in front of it.

    Returns:
        The law and its parts. A unit exactly at 0 counts as off, as in TensorFlow.

    Raises:
        VizcoreError: shapes that do not fit the layer or one another.
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
    """How fast a pixel moves per level of an offset that is not clipped, read off where it moves fastest.

    For a picture without bars in front of a network without preprocessing it is 1 over the divisor of the value range.

    Args:
        unclipped_tangent: (1, h, w, colours), as for `offset_law`: one number everywhere, or 0 in bars.

    Raises:
        VizcoreError: pixels that move at different speeds: the network's preprocessing is none that the law holds for.
    """
    scale = float(unclipped_tangent.ravel()[np.abs(unclipped_tangent).argmax()])
    # Bilinear interpolation and float32 leave a few millionths.
    moves = np.abs(unclipped_tangent - scale) <= 1e-4 * abs(scale)
    if not (moves | (unclipped_tangent == 0)).all():
        raise VizcoreError(
            "In front of its first convolution this network moves pixels at different speeds, so the sum of a kernel "
            "does not say how fast a channel rises."
        )
    return scale
