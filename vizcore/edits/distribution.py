"""How the values of one picture are distributed: histograms, clipped pixels, mean luminance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray, IntArray

# Rec. 709 (ITU-R BT.709-6, 3.2), in parts of ten thousand. Applied to sRGB values as they are stored, these weights
# give the luma Y′, which photo editors call luminance in their histograms.
LUMINANCE_WEIGHTS = (2126, 7152, 722)

CHANNELS = ("red", "green", "blue", "luminance")


@dataclass(frozen=True)
class Distribution:
    """How the values of one picture are distributed.

    Attributes:
        counts: (4, 256) int64, how many pixels have each value: red, green, blue, luminance (0.2126 R + 0.7152 G +
            0.0722 B, rounded to the nearest whole number, halves up).
        shadows: 0 … 1, share of pixels at 0 for red, green, blue.
        highlights: 0 … 1, share of pixels at 255 for red, green, blue.
        mean_luminance: 0 … 255, the mean of the unrounded luminance.
    """

    counts: IntArray
    shadows: tuple[float, float, float]
    highlights: tuple[float, float, float]
    mean_luminance: float


def distribution(pixels: ByteArray) -> Distribution:
    """Histograms, shares of clipped pixels and mean luminance of a picture.

    Args:
        pixels: (H, W, 3) uint8, at least one pixel.
    """
    channels = pixels.reshape(-1, 3)
    num_pixels = len(channels)
    weighted = channels.astype(np.int32) @ np.array(LUMINANCE_WEIGHTS, dtype=np.int32)
    columns: list[NDArray[np.int32] | ByteArray] = [channels[:, index] for index in range(3)]
    columns.append((weighted + 5000) // 10000)
    counts = np.stack([np.bincount(column, minlength=256) for column in columns]).astype(np.int64)
    shares = counts[:3] / num_pixels
    means = counts[:3] @ np.arange(256) / num_pixels
    return Distribution(
        counts=counts,
        shadows=(float(shares[0, 0]), float(shares[1, 0]), float(shares[2, 0])),
        highlights=(float(shares[0, 255]), float(shares[1, 255]), float(shares[2, 255])),
        mean_luminance=float(means @ np.array(LUMINANCE_WEIGHTS) / 10000),
    )
