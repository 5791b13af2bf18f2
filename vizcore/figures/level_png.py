"""Levels as a PNG with a palette: exact colours, and levels that can be read back from it byte by byte."""

import struct
import zlib

import numpy as np

from vizcore.arrays import ByteArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _PALETTE = 8, 3


def level_png(levels: ByteArray, table: ByteArray) -> bytes:
    """A PNG whose pixels are indices into a palette.

    The rows have no filter. So the inflated IDAT is a zero and the levels of a row, row after row, which a page of HTML
    reads without a canvas: some browsers blur what is read from a canvas, to hide the device.

    Args:
        levels: (rows, columns) uint8.
        table: (256, 4) uint8, the colour and opacity of each level.

    Returns:
        A PNG with the chunks IHDR, PLTE, tRNS, one IDAT and IEND: no date, no text, no profile.
    """
    rows, columns = levels.shape
    unfiltered = np.zeros((rows, columns + 1), dtype=np.uint8)
    unfiltered[:, 1:] = levels
    head = struct.pack(">IIBBBBB", columns, rows, _EIGHT_BITS, _PALETTE, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", table[:, :3].tobytes()),
        (b"tRNS", table[:, 3].tobytes()),
        (b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
