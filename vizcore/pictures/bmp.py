"""BMPs whose colours lie under masks: any bits of 16 or 32 for red, green, blue and opacity.

Pillow knows a dozen sets of masks and refuses the others.

Source: Windows GDI, BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.arrays import ByteArray

_BITFIELDS = frozenset({3, 6})
"""Compressions of masked colours, without and with opacity."""

_FILE_HEADER_BYTES = 14
_ROWS_AT_A_TIME = 256


@dataclass(frozen=True, slots=True)
class Masked:
    """The header of a BMP with masks."""

    size: tuple[int, int]
    is_top_first: bool
    bits: int
    """Per pixel, 16 or 32."""
    masks: tuple[int, int, int, int]
    """Red, green, blue, opacity."""
    start: int
    """First byte of the pixels."""


def masked(data: bytes) -> Masked | None:
    """The header of a BMP with masks, None for a BMP of another kind.

    Raises:
        ValueError, struct.error: the header is cut short, or the masks are no masks.
    """
    start, header_bytes = struct.unpack_from("<II", data, 10)
    if header_bytes < 40 or header_bytes == 64:
        return None
    width, height, _planes, bits, compression = struct.unpack_from("<iiHHI", data, _FILE_HEADER_BYTES + 4)
    if compression not in _BITFIELDS or bits not in (16, 32):
        return None
    has_opacity = header_bytes >= 56 or compression == 6
    numbers = struct.unpack_from("<4I" if has_opacity else "<3I", data, _FILE_HEADER_BYTES + 40)
    red, green, blue, opacity = (*numbers, 0)[:4]
    masks = red, green, blue, opacity
    if width <= 0 or not height or not all(_is_mask(mask, bits) for mask in masks) or not red | green | blue:
        raise ValueError("masks or sizes that make no picture")
    return Masked((width, abs(height)), height < 0, bits, masks, start)


def _is_mask(mask: int, bits: int) -> bool:
    """Whether the bits of a mask stand side by side, inside of a pixel."""
    lowest = mask & -mask
    return mask < 1 << bits and (mask + lowest) & mask == 0


def decode(data: bytes, header: Masked) -> Image.Image:
    """The picture, in mode "RGB", or "RGBA" if any pixel has opacity.

    Args:
        data: the whole file.
        header: result of `masked`, its size accepted.

    Raises:
        ValueError: pixels are missing.
    """
    width, height = header.size
    # Each row fills whole groups of four bytes.
    row_bytes = -(-width * header.bits // 32) * 4
    rows = np.frombuffer(data, np.uint8, row_bytes * height, header.start).reshape(height, row_bytes)
    values = rows[:, : width * header.bits // 8].view("<u2" if header.bits == 16 else "<u4")
    values = values if header.is_top_first else values[::-1]
    # Many writers leave the opacity at zero throughout: they mean nothing by it.
    has_opacity = bool(header.masks[3]) and bool((values & header.masks[3]).any())
    levels = np.empty((height, width, 4 if has_opacity else 3), np.uint8)
    for top in range(0, height, _ROWS_AT_A_TIME):
        block = values[top : top + _ROWS_AT_A_TIME].astype(np.uint32)
        for channel in range(levels.shape[-1]):
            levels[top : top + _ROWS_AT_A_TIME, :, channel] = _channel(block, header.masks[channel])
    return Image.fromarray(levels)


def _channel(values: NDArray[np.uint32], mask: int) -> ByteArray:
    if not mask:
        return np.zeros(values.shape, np.uint8)
    shift = (mask & -mask).bit_length() - 1
    largest = mask >> shift
    levels: ByteArray = np.rint(((values & mask) >> shift) * (255 / largest)).astype(np.uint8)
    return levels
