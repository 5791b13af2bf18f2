"""The real sizes of the frames inside an AVIF, read without decoding them.

The container of an AVIF announces a size, and the AV1 data inside carries its own. The decoder behind Pillow decodes
the size in the data and then scales the result to the announced size: two kilobytes that announce 64 × 64 pixels can
unpack to 16,384 × 16,384. (The decoder for HEIC refuses such a file by itself.) This module therefore reads the sizes
from the bytes that the decoder receives.

Sources: ISO/IEC 23008-12 (HEIF: `meta`, `iinf`, `iloc`, derived image `grid`); AV1 Bitstream & Decoding Process
Specification, sections 5.3 (OBU header), 5.5 (sequence header) and 5.9 (frame header, up to the size override).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from vizcore.pictures.heif_boxes import Box, boxes, only_box

_MAX_CODED_ITEMS = 1024
"""A picture of 24 megapixels is stored in a few dozen tiles, not in thousands."""

_SEQUENCE_HEADER = 1
_FRAME_HEADERS = frozenset({3, 6, 7})
_KEY_FRAME = 0
_SWITCH_FRAME = 3
_CHOSEN_BY_FRAME = 2
"""Value in a sequence header that leaves a choice to each frame header."""


def with_still_brand(data: bytes) -> bytes:
    """The same AVIF, branded as a still picture, so that the decoder reads its items and never its film track.

    `frame_sizes` reads items only. Without the brand, a file could present one size to it and another to the decoder.
    """
    return data[:8] + b"avif" + data[12:]


def frame_sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of every AV1 frame and every grid among the items of an AVIF.

    Args:
        data: the whole file.

    Returns:
        (width, height) in pixels, in the order of the item table; not empty.

    Raises:
        ValueError, struct.error, IndexError: the file is cut short, or has a structure that no encoder writes.
    """
    meta = only_box(boxes(data, 0, len(data)), b"meta")
    children = list(boxes(data, meta.start + 4, meta.end))
    kinds = _item_kinds(data, only_box(children, b"iinf"))
    idat = next((box for box in children if box.kind == b"idat"), None)
    sizes: list[tuple[int, int]] = []
    coded_items = payload_bytes = 0
    for item, extents in _item_extents(data, only_box(children, b"iloc"), idat):
        kind = kinds.get(item)
        if kind not in (b"av01", b"grid"):
            continue
        payload_bytes += sum(end - start for start, end in extents)
        coded_items += 1
        if coded_items > _MAX_CODED_ITEMS or payload_bytes > 2 * len(data):
            raise ValueError("more coded items than a picture has")
        payload = b"".join(data[start:end] for start, end in extents)
        sizes += _obu_frame_sizes(payload) if kind == b"av01" else [_grid_size(payload)]
    if not sizes:
        raise ValueError("no AV1 picture among the items")
    return sizes


def _item_kinds(data: bytes, iinf: Box) -> dict[int, bytes]:
    first = iinf.start + (6 if data[iinf.start] == 0 else 8)
    kinds: dict[int, bytes] = {}
    for box in boxes(data, first, iinf.end):
        if box.kind != b"infe":
            continue
        version = data[box.start]
        if version not in (2, 3):
            raise ValueError("an item entry of an unknown version")
        item_format = ">HH4s" if version == 2 else ">IH4s"
        item, _protection, kind = struct.unpack_from(item_format, data, box.start + 4)
        if item in kinds:
            raise ValueError("two items of one number")
        kinds[item] = kind
    return kinds


def _item_extents(data: bytes, iloc: Box, idat: Box | None) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    version = data[iloc.start]
    if version > 2:
        raise ValueError("an item table of an unknown version")
    widths, more_widths = data[iloc.start + 4], data[iloc.start + 5]
    offset_bytes, length_bytes, base_bytes = widths >> 4, widths & 15, more_widths >> 4
    index_bytes = more_widths & 15 if version else 0
    position = iloc.start + 6

    def number(num_bytes: int) -> int:
        nonlocal position
        if position + num_bytes > iloc.end:
            raise ValueError("an item table that is cut short")
        value = int.from_bytes(data[position : position + num_bytes], "big")
        position += num_bytes
        return value

    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version else 0
        number(2)  # The data reference: 0, this file.
        base = number(base_bytes)
        if method == 0:
            base, limit = base, len(data)
        elif method == 1 and idat is not None:
            base, limit = base + idat.start, idat.end
        else:
            raise ValueError("an item stored in a place that is not read")
        extents = []
        for _ in range(number(2)):
            number(index_bytes)
            start = base + number(offset_bytes)
            end = start + number(length_bytes)
            # A length of 0 means that the item extends to the end of its file or box.
            end = limit if end == start else end
            if end > limit:
                raise ValueError("an item that ends outside the file")
            extents.append((start, end))
        yield item, extents


def _grid_size(payload: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II" if payload[1] & 1 else ">HH", payload, 4)
    return width, height


class _Bits:
    """Reads a bit string from its most significant end."""

    def __init__(self, data: bytes) -> None:
        # Headers are short. The rest of a payload would only make the number very long.
        head = data[:512]
        self._value = int.from_bytes(head, "big")
        self._left = 8 * len(head)

    def take(self, num_bits: int) -> int:
        """The next `num_bits` bits as a number; raises ValueError if there are fewer."""
        if num_bits > self._left:
            raise ValueError("a header that is cut short")
        self._left -= num_bits
        return self._value >> self._left & (1 << num_bits) - 1

    def take_uvlc(self) -> None:
        """Skips one number of variable length."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        if zeros < 32:
            self.take(zeros)


@dataclass(frozen=True, slots=True)
class _Sequence:
    """The fields of a sequence header that are needed to read a frame header."""

    width: int
    height: int
    largest_width: int
    """The largest width that a frame header can set in place of `width`."""
    largest_height: int
    reduced: bool
    temporal_point_bits: int
    frame_id_bits: int
    screen_content: int
    integer_motion: int


def _obu_frame_sizes(payload: bytes) -> list[tuple[int, int]]:
    sizes: list[tuple[int, int]] = []
    sequence: _Sequence | None = None
    position = 0
    while position < len(payload):
        header = payload[position]
        kind = header >> 3 & 15
        position += 2 if header & 4 else 1
        length = len(payload) - position
        if header & 2:
            length, position = _leb128(payload, position)
        content = payload[position : position + length]
        if len(content) < length:
            raise ValueError("an AV1 unit that is cut short")
        if kind == _SEQUENCE_HEADER:
            sequence = _read_sequence(_Bits(content))
            sizes.append((sequence.width, sequence.height))
        elif kind in _FRAME_HEADERS and sequence is not None and _overrides_size(_Bits(content), sequence):
            sizes.append((sequence.largest_width, sequence.largest_height))
        position += length
    return sizes


def _leb128(payload: bytes, position: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        byte = payload[position + i]
        value |= (byte & 127) << 7 * i
        if byte < 128:
            return value, position + i + 1
    raise ValueError("a length without an end")


def _read_sequence(bits: _Bits) -> _Sequence:
    bits.take(3)  # seq_profile
    bits.take(1)  # still_picture
    reduced = bool(bits.take(1))
    temporal_point_bits = 0
    if reduced:
        bits.take(5)  # seq_level_idx
    else:
        temporal_point_bits = _read_timing(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    frame_id_bits = 0
    if not reduced and bits.take(1):
        frame_id_bits = bits.take(4) + 2 + bits.take(3) + 1
    bits.take(3)  # use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
    screen_content = integer_motion = _CHOSEN_BY_FRAME
    if not reduced:
        bits.take(4)  # interintra and masked compounds, warped motion, dual filter
        if bits.take(1):  # enable_order_hint
            bits.take(2)
        if not bits.take(1):  # seq_choose_screen_content_tools
            screen_content = bits.take(1)
        if screen_content and not bits.take(1):  # seq_choose_integer_mv
            integer_motion = bits.take(1)
    return _Sequence(
        width=width,
        height=height,
        largest_width=1 << width_bits,
        largest_height=1 << height_bits,
        reduced=reduced,
        temporal_point_bits=temporal_point_bits,
        frame_id_bits=frame_id_bits,
        screen_content=screen_content,
        integer_motion=integer_motion,
    )


def _read_timing(bits: _Bits) -> int:
    """Skips timing and operating points; returns the length in bits of a frame's temporal point, 0 if it has none."""
    equal_interval = decoder_model = 0
    delay_bits = time_bits = 0
    if bits.take(1):  # timing_info_present_flag
        bits.take(64)
        equal_interval = bits.take(1)
        if equal_interval:
            bits.take_uvlc()
        decoder_model = bits.take(1)
        if decoder_model:
            delay_bits = bits.take(5) + 1
            bits.take(37)
            time_bits = bits.take(5) + 1
    initial_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)  # operating_point_idc
        if bits.take(5) > 7:  # seq_level_idx
            bits.take(1)  # seq_tier
        if decoder_model and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if initial_delay and bits.take(1):
            bits.take(4)
    return time_bits if decoder_model and not equal_interval else 0


def _overrides_size(bits: _Bits, sequence: _Sequence) -> bool:
    if sequence.reduced or bits.take(1):  # show_existing_frame: nothing is decoded
        return False
    frame_kind = bits.take(2)
    shown = bits.take(1)
    bits.take(sequence.temporal_point_bits if shown else 1)  # temporal point, or showable_frame
    if frame_kind == _SWITCH_FRAME:
        return True
    if not (frame_kind == _KEY_FRAME and shown):
        bits.take(1)  # error_resilient_mode
    bits.take(1)  # disable_cdf_update
    chosen_by_frame = sequence.screen_content == _CHOSEN_BY_FRAME
    if (bits.take(1) if chosen_by_frame else sequence.screen_content) and sequence.integer_motion == _CHOSEN_BY_FRAME:
        bits.take(1)  # force_integer_mv
    bits.take(sequence.frame_id_bits)
    return bool(bits.take(1))
