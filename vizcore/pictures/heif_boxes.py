"""The boxes of an AVIF or HEIC, and what they say of the main picture: colours, turning, the part to be shown.

Sources: ISO/IEC 14496-12 (boxes), 23008-12 (HEIF: `pitm`, `ipco`, `ipma`, `irot`, `imir`, `clap`), 23000-22 (MIAF).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HIGH_BIT_DEPTH, _TWELVE_BITS, _REDUCED_DOWN = 0x40, 0x20, 0x04
"""Flags in the third byte of `av1C`. The last one is set for 4:2:0 and for grey."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of ISO base media, without its header."""

    kind: bytes
    start: int
    """First byte of the content."""
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes between two positions, one after the other; raises ValueError if one does not end in there."""
    while start < end:
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            header = 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise ValueError("a box that ends outside the one it is in")
        yield Box(kind, start + header, start + size)
        start += size


def only_box(boxes: Iterator[Box] | list[Box], kind: bytes) -> Box:
    """The box of a kind, of which there must be one; raises ValueError otherwise."""
    matching = [box for box in boxes if box.kind == kind]
    if len(matching) != 1:
        raise ValueError(f"{len(matching)} boxes of kind {kind!r}, one is expected")
    return matching[0]


@dataclass(frozen=True, slots=True)
class MainPicture:
    """The properties of the main picture of a file."""

    colours: tuple[int, int] | None = None
    """Code points of primaries and transfer (`nclx`)."""
    is_turned: bool = False
    """Whether it is shown turned or mirrored."""
    clap: bytes = b""
    """Content of the clean aperture; empty if there is none."""
    bits: int = 8
    """For each colour, the most that any AV1 picture in the file has: 8, 10 or 12."""
    has_reduced_colours: bool = True
    """Whether every AV1 picture in the file has a quarter of its colours (4:2:0), or none."""


def main_picture(data: bytes) -> MainPicture:
    """The properties of the main picture.

    Args:
        data: the whole file.

    Raises:
        ValueError, struct.error, IndexError: a box is cut short, missing or there twice.
    """
    meta = only_box(boxes(data, 0, len(data)), b"meta")
    children = list(boxes(data, meta.start + 4, meta.end))
    main = only_box(children, b"pitm")
    (item,) = struct.unpack_from(">H" if data[main.start] == 0 else ">I", data, main.start + 4)
    properties = list(boxes(data, *_span(only_box(children, b"iprp"))))
    stored = list(boxes(data, *_span(only_box(properties, b"ipco"))))
    found = [
        stored[index - 1]
        for table in properties
        if table.kind == b"ipma"
        for index in _associated(data, table, item)
        if 0 < index <= len(stored)
    ]
    colours, is_turned, clap = None, False, b""
    for box in found:
        content = data[box.start : box.end]
        if box.kind == b"colr" and content[:4] == b"nclx":
            colours = struct.unpack_from(">HH", content, 4)
        elif box.kind == b"irot":
            is_turned |= content[0] & 3 != 0
        elif box.kind == b"imir":
            is_turned = True
        elif box.kind == b"clap":
            clap = content
    flags = [data[box.start + 2] for box in stored if box.kind == b"av1C"]
    has_reduced_colours = all(flag & _REDUCED_DOWN for flag in flags)
    return MainPicture(colours, is_turned, clap, max(map(_av1_bits, flags), default=8), has_reduced_colours)


def _av1_bits(flags: int) -> int:
    return 8 if not flags & _HIGH_BIT_DEPTH else 12 if flags & _TWELVE_BITS else 10


def _span(box: Box) -> tuple[int, int]:
    return box.start, box.end


def _associated(data: bytes, table: Box, item: int) -> list[int]:
    """Numbers of the properties of an item, counted from 1."""
    version, wide = data[table.start], data[table.start + 3] & 1
    (entries,) = struct.unpack_from(">I", data, table.start + 4)
    position = table.start + 8
    for _ in range(entries):
        (owner,) = struct.unpack_from(">I" if version else ">H", data, position)
        position += 4 if version else 2
        count = data[position]
        numbers = struct.unpack_from(f">{count}{'H' if wide else 'B'}", data, position + 1)
        position += 1 + count * (2 if wide else 1)
        if position > table.end:
            raise ValueError("a table of properties that is cut short")
        if owner == item:
            # The highest bit says whether a reader must know the property.
            return [number & (0x7FFF if wide else 0x7F) for number in numbers]
    return []


def cut_out(clap: bytes, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The part of a picture that a clean aperture shows: left, top, right, bottom in pixels.

    Args:
        clap: content of the box, eight numbers: width, height and the offsets of the centre, as fractions.
        size: width and height of the picture as it is stored.

    Returns:
        None if the aperture is the whole picture, reaches outside of it, or is not in whole pixels.
    """
    if len(clap) != 32:
        return None
    numbers = struct.unpack(">IIIIiIiI", clap)
    edges: list[int] = []
    for axis, length in enumerate(size):
        part, part_divisor = numbers[2 * axis : 2 * axis + 2]
        offset, offset_divisor = numbers[4 + 2 * axis : 6 + 2 * axis]
        if not part_divisor or not offset_divisor or part % part_divisor or not part:
            return None
        extent = part // part_divisor
        # The centre of the part is `offset` away from that of the picture. In halves of pixels all is whole.
        start, rest = divmod((length - extent) * offset_divisor + 2 * offset, 2 * offset_divisor)
        if rest or start < 0 or start + extent > length:
            return None
        edges += [start, start + extent]
    left, right, top, bottom = edges
    return None if (left, top, right, bottom) == (0, 0, *size) else (left, top, right, bottom)
