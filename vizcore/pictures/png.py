"""The chunks of a PNG: what has to be read of them, and the file without all others.

A PNG may hold megabytes of text, broken profiles and sums that do not add up, all of it beside the picture. The decoder
is given the chunks that make the pixels and no other; what colours, transparency and orientation need is read here.

Source: Portable Network Graphics (PNG) Specification, 3rd edition.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from vizcore.pictures import colour_spaces
from vizcore.pictures.colour_spaces import ColourSpace, Primaries

MAX_PROFILE_BYTES = 4 * 2**20
"""Profiles with tables for a printer have 0.5 to 3 MB."""

_GREY, _RGB, _INDEXED = 0, 2, 3
_KEY_BYTES = MappingProxyType({_GREY: 2, _RGB: 6})
_CHANNELS = MappingProxyType({0: 1, 2: 3, 3: 1, 4: 2, 6: 4})
_BROKEN = b"broken"
_ONCE = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"tRNS", b"eXIf", b"acTL")


@dataclass(frozen=True, slots=True)
class Png:
    """What is read of a PNG before its pixels are decoded."""

    size: tuple[int, int]
    depth: int
    """Bits per sample."""
    colour_type: int
    stream: bytes
    """The file with the chunks that make the pixels alone."""
    key: tuple[int, ...]
    """The transparent colour, one number or three, scaled as the pixels are; empty if there is none."""
    space: ColourSpace | None
    """None: sRGB, or as the profile says."""
    profile: bytes | None
    """ICC, or bytes that are no profile if it could not be unpacked."""
    exif: bytes | None
    num_frames: int

    @property
    def is_grey(self) -> bool:
        """Whether it has one channel and no opacity."""
        return self.colour_type == _GREY

    @property
    def bytes_per_pixel(self) -> int:
        """Of a pixel of 16 bits for each colour, of its colours in 8 bits, and of what libpng needs (measured)."""
        return 2 * _CHANNELS.get(self.colour_type, 4) + 4


def read(data: bytes) -> Png:
    """The parts of a PNG.

    Raises:
        ValueError, struct.error: it does not begin with a header, or is cut short.
    """
    if data[12:16] != b"IHDR":
        raise ValueError("no header at the beginning")
    width, height, depth, colour_type = struct.unpack_from(">IIBB", data, 16)
    kept = [data[:8], _with_sum(data[12:29])]
    read: dict[bytes, bytes] = {}
    seen_pixels = frame_comes_first = False
    num_entries = 0
    for kind, content, whole in _chunks(data):
        seen_pixels |= kind == b"IDAT"
        if kind in (b"IHDR", b"PLTE") and not _has_right_sum(kind, content, whole):
            raise ValueError("a header or colours with a wrong sum")
        if kind in (b"IDAT", b"IEND"):
            # The pixels have a sum of their own, inside.
            kept.append(_with_sum(kind + content))
        elif kind == b"PLTE" and colour_type == _INDEXED and not seen_pixels:
            kept.append(whole)
            num_entries = len(content) // 3
        elif not _is_sound(kind, content, whole):
            continue
        elif kind == b"fcTL":
            frame_comes_first |= not seen_pixels
        elif kind in _ONCE and (kind == b"eXIf" or not seen_pixels):
            read.setdefault(kind, content)
            # A transparent colour is compared by us. The opacity of a palette is a part of it.
            if kind == b"tRNS" and colour_type == _INDEXED and read[kind] is content:
                kept.append(_with_sum(kind + content[:num_entries]))
    content = read.get(b"tRNS", b"")
    has_key = len(content) == _KEY_BYTES.get(colour_type)
    key = struct.unpack(f">{len(content) // 2}H", content) if has_key else ()
    space, profile = _colours(read)
    return Png(
        size=(width, height),
        depth=depth,
        colour_type=colour_type,
        stream=b"".join(kept),
        key=tuple(_scaled(value & (1 << depth) - 1, depth) for value in key),
        space=space,
        profile=profile,
        exif=read.get(b"eXIf"),
        num_frames=_num_frames(read.get(b"acTL", b""), frame_comes_first=frame_comes_first),
    )


def _scaled(value: int, depth: int) -> int:
    return value * 255 // (2**depth - 1) if depth < 8 else value


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, content and all bytes of every chunk, up to the end of the picture."""
    position, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        # The end of a picture is whole, even if its sum is missing.
        if end > len(data) and kind != b"IEND":
            raise ValueError("a chunk that is cut short")
        yield kind, data[position + 8 : end - 4], data[position:end]
        position = end


def _is_sound(kind: bytes, content: bytes, whole: bytes) -> bool:
    return (kind in _ONCE or kind == b"fcTL") and _has_right_sum(kind, content, whole)


def _has_right_sum(kind: bytes, content: bytes, whole: bytes) -> bool:
    return zlib.crc32(kind + content) == int.from_bytes(whole[-4:], "big")


def _with_sum(kind_and_content: bytes) -> bytes:
    """A whole chunk."""
    length = struct.pack(">I", len(kind_and_content) - 4)
    return length + kind_and_content + struct.pack(">I", zlib.crc32(kind_and_content))


def _num_frames(control: bytes, *, frame_comes_first: bool) -> int:
    """The frames of an animation, and the still picture before them, if there is one."""
    number = int.from_bytes(control[:4], "big") if len(control) == 8 else 0
    return 1 if not number else number if frame_comes_first else number + 1


def _colours(read: dict[bytes, bytes]) -> tuple[ColourSpace | None, bytes | None]:
    cicp = read.get(b"cICP", b"")
    # Other matrices than 0 are not allowed in a PNG, other flags than 0 and 1 mean nothing.
    if len(cicp) == 4 and cicp[2] == 0 and cicp[3] <= 1 and colour_spaces.is_known(cicp[0], cicp[1]):
        return colour_spaces.of_cicp(cicp[0], cicp[1], full_range=cicp[3] == 1), None
    profile = _unpacked(read[b"iCCP"]) if b"iCCP" in read else None
    if profile not in (None, _BROKEN) or b"sRGB" in read or len(read.get(b"gAMA", b"")) != 4:
        return None, profile
    gamma = int.from_bytes(read[b"gAMA"], "big") / 100_000
    return colour_spaces.of_gamma(gamma, _primaries(read.get(b"cHRM", b""))), profile


def _primaries(content: bytes) -> Primaries | None:
    if len(content) != 32:
        return None
    wx, wy, rx, ry, gx, gy, bx, by = (value / 100_000 for value in struct.unpack(">8I", content))
    return Primaries((rx, ry), (gx, gy), (bx, by), (wx, wy))


def _unpacked(content: bytes) -> bytes:
    _name, _end, packed = content.partition(b"\0")
    if packed[:1] != b"\0":
        return _BROKEN
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return _BROKEN
    return profile if unpacking.eof else _BROKEN


def decode(png: Png) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """(H, W, channels): grey or RGB as they are stored, with opacity if there is any; 16 bits if the file has them.

    Raises:
        ValueError, RuntimeError: the data are damaged.
    """
    values = np.asarray(imagecodecs.png_decode(png.stream))
    values = values[..., np.newaxis] if values.ndim == 2 else values
    if values.shape[1::-1] != png.size or (values.dtype == np.uint16) != (png.depth == 16):
        raise ValueError("other numbers than the header says")
    return values
