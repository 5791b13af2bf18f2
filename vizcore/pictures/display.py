"""Pictures for a browser or a file: reduced copies, and lossless PNG."""

import io

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, frozen

LONGEST_SIDE = 1280
"""In pixels, of a picture that is sent to a browser. No page has room for a larger one."""


def display_copy(pixels: ByteArray, *, longest_side: int = LONGEST_SIDE) -> ByteArray:
    """A copy of the picture that is small enough to be sent to a browser.

    Args:
        pixels: (H, W, 3) uint8.
        longest_side: in pixels, at least 1.

    Returns:
        (h, w, 3) uint8, read-only, with the longer side at most `longest_side`, the aspect ratio preserved to the
        pixel and each side at least 1 (Lanczos filter). A picture that is small enough already is returned itself,
        not copied.
    """
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= longest_side:
        return pixels
    size = tuple(max(1, round(side * longest_side / longest)) for side in (width, height))
    smaller = np.asarray(Image.fromarray(pixels).resize((size[0], size[1]), Image.Resampling.LANCZOS))
    return frozen(smaller)


def encode_png(pixels: ByteArray, *, compress_level: int = 3) -> bytes:
    """The pixels as a PNG that decodes to exactly these pixels and contains nothing else.

    Args:
        pixels: (H, W, 3) uint8, or (H, W, 4) with opacity; H and W at least 1.
        compress_level: from 0, fast and large, to 9, slow and small.

    Returns:
        A PNG with 8 bits per value and the chunks IHDR, IDAT and IEND only: no date, no text, no profile, no gamma.
    """
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=compress_level)
    return buffer.getvalue()
