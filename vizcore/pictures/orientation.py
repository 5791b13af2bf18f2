"""Pictures turned upright."""

import numpy as np
from PIL import Image

from vizcore.arrays import ByteArray, frozen
from vizcore.pictures.damage import DAMAGE

_ORIENTATION = 274
"""EXIF tag of the orientation of the stored picture. Its values are 1 to 8; 1 is upright."""


def upright(stored: ByteArray, orientation: int) -> ByteArray:
    """The pixels of a picture, turned upright.

    Args:
        stored: (h, w, 3) uint8, RGB as the file stores it.
        orientation: EXIF's number, 1 … 8; 1 is upright.

    Returns:
        (H, W, 3) uint8, C-contiguous and read-only; `stored` itself if it is upright.
    """
    if orientation == 1:
        return frozen(np.ascontiguousarray(stored))
    height, width = stored.shape[:2]
    pixels = np.empty((width, height, 3) if orientation >= 5 else (height, width, 3), np.uint8)
    _as_stored(pixels, orientation)[...] = stored
    return frozen(pixels)


def _as_stored(upright: ByteArray, orientation: int) -> ByteArray:
    """A view of an upright picture in the orientation in which a file with this EXIF value stores it."""
    if orientation >= 5:
        upright = upright.swapaxes(0, 1)
    if orientation in (3, 4, 6, 7):
        upright = upright[::-1]
    if orientation in (2, 3, 7, 8):
        upright = upright[:, ::-1]
    return upright


def orientation_of(exif: bytes | None) -> int:
    """The orientation in EXIF. XMP does not count, as in browsers."""
    tags = Image.Exif()
    try:
        tags.load(exif or b"")
        orientation = tags.get(_ORIENTATION, 1)
    except (*DAMAGE, TypeError):
        # Bad metadata from a careless program does not make the picture unusable.
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
