"""The directories of a TIFF, read without decoding: its pages, which of them is the picture, and where its pixels are.

The libraries that decode TIFFs allocate what a directory announces, and follow the private tags of dozens of makers.
This reader therefore goes first: it checks sizes against the bytes that are there, and writes a directory of the
checked tags alone for the decoder. It allocates no more than the file has.

Source: TIFF 6.0, its Technical Note 1 (trees of directories), BigTIFF.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
FILL_ORDER, ORIENTATION, SAMPLES, PLANAR, PREDICTOR, PALETTE = 266, 274, 277, 284, 317, 320
EXTRA_SAMPLES, SAMPLE_FORMAT, PROFILE = 338, 339, 34675
_SUBFILE, _OLD_SUBFILE, _SUBDIRECTORIES = 254, 255, 330
_STRIPS, _ROWS_PER_STRIP, _STRIP_BYTES = 273, 278, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 322, 323, 324, 325

_WANTED = (
    *(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, ORIENTATION, SAMPLES, PLANAR, PREDICTOR, PALETTE),
    *(EXTRA_SAMPLES, SAMPLE_FORMAT, PROFILE, _SUBFILE, _OLD_SUBFILE, _SUBDIRECTORIES),
    *(_STRIPS, _ROWS_PER_STRIP, _STRIP_BYTES, _TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES),
)
# Types of whole numbers without a sign, and their letters in `struct`. 7 is a string of bytes.
_TYPES = MappingProxyType({1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q", 18: "Q"})

_REDUCED = 1
"""Bit of NewSubfileType: a smaller copy of another page."""

_MAX_THUMBNAIL_SIDE = 512
_MAX_SUBDIRECTORIES = 16
_MAX_SEGMENTS = 100_000
"""Strips or tiles: 24 megapixels in tiles of 16 × 16 have 96,000."""

_PICTURES = frozenset({0, 1, 2, 3, 4, 5, 6, 8})
"""Photometric interpretations that are colours of a screen or of a print. The others are raw data of cameras."""


@dataclass(frozen=True, slots=True)
class Page:
    """One directory."""

    data: bytes
    """The whole file."""
    order: str
    """Byte order, "<" or ">"."""
    offset: int
    fields: Mapping[int, tuple[int, int, int]]
    """Type, count and position of the values, by tag; only of tags that are read, and whose values are in the file."""

    def values(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """All values of a tag, `default` if it has none."""
        if tag not in self.fields:
            return default
        kind, count, position = self.fields[tag]
        return struct.unpack_from(f"{self.order}{count}{_TYPES[kind]}", self.data, position) or default

    def value(self, tag: int, default: int) -> int:
        """The first value of a tag, `default` if it has none."""
        return self.values(tag, (default,))[0]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, as they are stored; 0 where they are not said."""
        return self.value(WIDTH, 0), self.value(HEIGHT, 0)


def pages(data: bytes, *, limit: int) -> list[Page]:
    """The pages in the order of the file, each once, at most `limit` and at least one.

    Raises:
        struct.error: the header is cut short.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = _is_big(data)
    (offset,) = struct.unpack_from(f"{order}Q" if big else f"{order}I", data, 8 if big else 4)
    found: dict[int, Page] = {}
    while offset not in found and len(found) < limit and (offset or not found):
        page, following = _directory(data, order=order, big=big, offset=offset)
        found[offset] = page
        offset = following
    return list(found.values())


def _is_big(data: bytes) -> bool:
    return data[2:4] in (b"+\0", b"\0+")


def _directory(data: bytes, *, order: str, big: bool, offset: int) -> tuple[Page, int]:
    """A page, and the offset of the next, 0 if there is none. A directory outside of the file has no tags."""
    count_format, entry_bytes, room = ("Q", 20, 8) if big else ("H", 12, 4)
    try:
        (entries,) = struct.unpack_from(order + count_format, data, offset)
        start = offset + struct.calcsize(count_format)
        end = start + entries * entry_bytes
        (following,) = struct.unpack_from(order + ("Q" if big else "I"), data, end)
    except (struct.error, OverflowError):
        return Page(data, order, offset, {}), 0
    length = "u8" if big else "u4"
    entry = np.dtype(
        [("tag", f"{order}u2"), ("type", f"{order}u2"), ("count", order + length), ("value", order + length)]
    )
    table = np.frombuffer(data, entry, entries, start)
    fields: dict[int, tuple[int, int, int]] = {}
    for index in np.flatnonzero(np.isin(table["tag"], _WANTED)):
        tag, kind, count, place = (int(number) for number in table[index])
        bytes_needed = count * struct.calcsize(f"={_TYPES[kind]}") if kind in _TYPES else 0
        position = start + int(index) * entry_bytes + entry_bytes - room if bytes_needed <= room else place
        if bytes_needed and position + bytes_needed <= len(data):
            fields.setdefault(tag, (kind, count, position))
    return Page(data, order, offset, fields), following


def main_page(found: list[Page]) -> Page:
    """The page that is the picture: the first, or the largest if the first is a smaller copy of another.

    A page says itself that it is a smaller copy, or is seen to be one: at most 512 pixels long, with the proportions of
    a later page that is at least twice as long.
    """
    first = found[0]
    width, height = first.size
    others = [page for page in [*found[1:], *_subdirectories(first)] if _is_picture(page) and not _is_reduced(page)]
    if not _is_reduced(first):
        others = [page for page in others if _is_copy(first.size, page.size)]
    largest = max(others, key=_area, default=first)
    return largest if _area(largest) > width * height else first


def _subdirectories(page: Page) -> Iterable[Page]:
    for offset in page.values(_SUBDIRECTORIES)[:_MAX_SUBDIRECTORIES]:
        yield _directory(page.data, order=page.order, big=_is_big(page.data), offset=offset)[0]


def _area(page: Page) -> int:
    return page.size[0] * page.size[1]


def _is_picture(page: Page) -> bool:
    return page.value(PHOTOMETRIC, -1) in _PICTURES


def _is_reduced(page: Page) -> bool:
    return bool(page.value(_SUBFILE, 0) & _REDUCED) or page.value(_OLD_SUBFILE, 1) == 2


def _is_copy(small: tuple[int, int], large: tuple[int, int]) -> bool:
    (width, height), (large_width, large_height) = small, large
    longest = max(width, height)
    if not width or not height or longest > _MAX_THUMBNAIL_SIDE or 2 * longest > max(large):
        return False
    # A thumbnail's shorter side is rounded to a pixel.
    return abs(width * large_height - height * large_width) <= max(large)


def with_page_first(page: Page) -> bytes:
    """The file, changed so that a reader finds this page as the first."""
    data = page.data
    if _is_big(data):
        return data[:8] + struct.pack(f"{page.order}Q", page.offset) + data[16:]
    return data[:4] + struct.pack(f"{page.order}I", page.offset) + data[8:]


def with_checked_tags_alone(page: Page, *, samples: int, as_bytes: int = 1) -> tuple[bytes, int]:
    """The file with a new directory that holds geometry and coding of one page and nothing else.

    Args:
        page: its size is not 0.
        samples: per pixel.
        as_bytes: more than 1 makes of each sample this many samples of 8 bits, side by side.

    Returns:
        The file, and the number of pixels in the largest strip or tile.

    Raises:
        ValueError: strips or tiles are missing, lie outside of the file, or are more than an encoder writes.
    """
    width, height = page.size
    tiled = _TILES in page.fields or _TILE_WIDTH in page.fields
    if tiled:
        segment = page.value(_TILE_WIDTH, 0), page.value(_TILE_HEIGHT, 0)
    else:
        segment = width, min(page.value(_ROWS_PER_STRIP, height), height)
    if min(segment) <= 0:
        raise ValueError("strips or tiles without a size")
    expected = -(-width // segment[0]) * -(-height // segment[1])
    expected *= samples if page.value(PLANAR, 1) == 2 else 1
    offsets = page.values(_TILES if tiled else _STRIPS, page.values(_STRIPS))[:expected]
    lengths = page.values(_TILE_BYTES if tiled else _STRIP_BYTES, page.values(_STRIP_BYTES))[:expected]
    if not len(offsets) == len(lengths) == expected or expected > _MAX_SEGMENTS:
        raise ValueError("another number of strips or tiles than the picture has")
    if any(not n or start + n > len(page.data) for start, n in zip(offsets, lengths, strict=True)):
        raise ValueError("a strip or tile outside of the file")
    if sum(lengths) > 2 * len(page.data):
        raise ValueError("strips or tiles that share their bytes")
    tags = {tag: page.values(tag) for tag in (WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES)}
    tags |= {tag: page.values(tag) for tag in (PLANAR, PREDICTOR, SAMPLE_FORMAT, EXTRA_SAMPLES)}
    if as_bytes > 1:
        tags |= {WIDTH: (width * as_bytes,), BITS: (8,) * samples, SAMPLE_FORMAT: (1,) * samples}
    if tiled:
        tags |= {
            _TILE_WIDTH: (segment[0] * as_bytes,),
            _TILE_HEIGHT: segment[1:],
            _TILES: offsets,
            _TILE_BYTES: lengths,
        }
    else:
        tags |= {_STRIPS: offsets, _ROWS_PER_STRIP: segment[1:], _STRIP_BYTES: lengths}
    return _written(page, tags), segment[0] * segment[1]


def _written(page: Page, tags: Mapping[int, tuple[int, ...]]) -> bytes:
    """The file with a directory of these tags as its only one, every value a LONG."""
    order, content = page.order, page.data[8:] + bytes(-len(page.data) % 2)
    used = {tag: values for tag, values in sorted(tags.items()) if values}
    start = 8 + len(content)
    outside = start + 2 + 12 * len(used) + 4
    directory, values_outside = struct.pack(f"{order}H", len(used)), b""
    for tag, values in used.items():
        packed = struct.pack(f"{order}{len(values)}I", *values)
        place = packed
        if len(values) > 1:
            place = struct.pack(f"{order}I", outside + len(values_outside))
            values_outside += packed
        directory += struct.pack(f"{order}HHI", tag, 4, len(values)) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", start)
    return b"".join((head, content, directory, bytes(4), values_outside))
