"""BMPs with any masks come out as the bits say."""

import struct

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vizcore.pictures.test_photo import refusal
from vizcore.pictures.photo import open_picture

HEIGHT, WIDTH = 5, 7


def masked_bmp(
    values: NDArray[np.unsignedinteger], masks: tuple[int, ...], *, header: int = 124, top_first: bool = False
) -> bytes:
    """A BMP with masks: in the header if it has room, behind it otherwise."""
    height, width = values.shape
    bits = 8 * values.dtype.itemsize
    rows = values if top_first else values[::-1]
    content = b"".join(row.tobytes() + bytes(-len(row.tobytes()) % 4) for row in rows)
    compression = 6 if header == 40 and len(masks) == 4 else 3
    info = struct.pack("<IiiHHI", header, width, -height if top_first else height, 1, bits, compression)
    info = info.ljust(40, b"\0") + struct.pack(f"<{len(masks)}I", *masks)
    info = info.ljust(max(header, len(info)), b"\0")
    start = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", start + len(content), 0, 0, start) + info + content


def level(values: NDArray[np.unsignedinteger], mask: int) -> NDArray[np.float64]:
    shift = next(i for i in range(32) if mask >> i & 1)
    return np.rint(((values.astype(np.int64) & mask) >> shift) / (mask >> shift) * 255)


@pytest.mark.parametrize(
    ("bits", "masks"),
    [
        (16, (0xF00, 0xF0, 0xF)),
        (16, (0xF, 0xF0, 0xF00)),
        (16, (0xF800, 0x7E0, 0x1F)),
        (16, (0x7C00, 0x3E0, 0x1F)),
        (16, (0xE0, 0x1C, 0x3)),
        (32, (0x3FF00000, 0xFFC00, 0x3FF)),
        (32, (0xFF, 0xFF00, 0xFF0000)),
        (32, (0xFF0000, 0xFF00, 0xFF)),
        (32, (0x80000000, 0x40000000, 0x3FFFFFFF)),
    ],
)
def test_any_masks_are_read(bits: int, masks: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).integers(0, 2**bits, (HEIGHT, WIDTH), f"u{bits // 8}")
    expected = np.stack([level(values, mask) for mask in masks], axis=-1)
    for header in (40, 52, 56, 108, 124):
        for top_first in (False, True):
            picture = open_picture(masked_bmp(values, masks, header=header, top_first=top_first), name="a.bmp")
            np.testing.assert_array_equal(picture.pixels, expected)
            assert picture.notes == ()


@pytest.mark.parametrize("header", [40, 56, 124])
def test_opacity_lets_white_through_unless_it_is_zero_everywhere(header: int) -> None:
    masks = (0xF00, 0xF0, 0xF, 0xF000)
    values = np.array([[0xF00F, 0x0000, 0x8000]], np.uint16)
    picture = open_picture(masked_bmp(values, masks, header=header), name="a.bmp")
    assert picture.pixels.tolist() == [[[0, 0, 255], [255, 255, 255], [119, 119, 119]]]
    assert picture.notes == ("transparency laid on white",)
    picture = open_picture(masked_bmp(values & np.uint16(0xFFF), masks, header=header), name="a.bmp")
    assert picture.pixels.tolist() == [[[0, 0, 255], [0, 0, 0], [0, 0, 0]]]


@pytest.mark.parametrize("masks", [(0x505, 0xF0, 0x8), (0, 0, 0), (0xFF0000, 0xFF00, 0xFF)])
def test_masks_that_are_none_are_refused(masks: tuple[int, ...]) -> None:
    values = np.zeros((HEIGHT, WIDTH), np.uint16)
    assert "begins like a BMP" in refusal(masked_bmp(values, masks), name="a.bmp")


def test_masked_pixels_that_are_missing_or_too_many_are_refused() -> None:
    data = masked_bmp(np.zeros((HEIGHT, WIDTH), np.uint16), (0xF00, 0xF0, 0xF))
    assert "begins like a BMP" in refusal(data[:-1], name="a.bmp")
    large = bytearray(data)
    struct.pack_into("<ii", large, 18, 2**30, 2**30)
    assert "megapixels" in refusal(bytes(large), name="a.bmp")
