"""What the chunks of a PNG say counts, what is wrong is left out, and nothing beside the picture costs memory."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.vizcore.pictures.test_photo import encode, noise, open_in_new_process, png, png_chunk, refusal
from tests.vizcore.pictures.test_srgb import (
    D50,
    DISPLAY_P3_TO_XYZ,
    GAMMA,
    grey_profile,
    ink_profile,
    rgb_profile,
    srgb_levels,
)
from vizcore.pictures import colour_spaces
from vizcore.pictures.photo import open_picture
from vizcore.pictures.png import MAX_PROFILE_BYTES

PIXELS = noise(5, 6)
P3_PRIMARIES = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
SRGB_PRIMARIES = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


def with_chunks(*chunks: bytes, pixels: Any = PIXELS, colour_type: int = 2) -> bytes:
    """A PNG of 8 or 16 bits with these chunks before its pixels."""
    height, width = pixels.shape[:2]
    depth = 8 * pixels.dtype.itemsize
    raw = b"".join(b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in pixels)
    return png(width, height, depth, colour_type, raw, extra=b"".join(chunks))


def cicp(*values: int) -> bytes:
    return png_chunk(b"cICP", bytes(values))


def gamma(value: int) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", value))


def profile(content: bytes) -> bytes:
    return png_chunk(b"iCCP", b"name\0\0" + zlib.compress(content))


def broken(chunk: bytes) -> bytes:
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


SPACES = {
    "P3": (cicp(12, 13, 0, 1), colour_spaces.of_cicp(12, 13)),
    "PQ": (cicp(9, 16, 0, 1), colour_spaces.of_cicp(9, 16)),
    "narrow": (cicp(1, 13, 0, 0), colour_spaces.of_cicp(1, 13, full_range=False)),
    "linear": (gamma(100_000), colour_spaces.of_gamma(1, None)),
    "of its own": (
        gamma(45_455) + png_chunk(b"cHRM", P3_PRIMARIES),
        colour_spaces.of_gamma(0.45455, colour_spaces.Primaries((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))),
    ),
}


@pytest.mark.parametrize("name", SPACES)
def test_colour_chunks_are_applied_in_8_and_16_bits_in_colour_grey_and_palette(name: str) -> None:
    chunks, space = SPACES[name]
    assert space is not None
    expected = colour_spaces.converted(PIXELS, space)
    picture = open_picture(with_chunks(chunks), name="a.png")
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == (space.note,)

    deep = PIXELS.astype(np.uint16) * 257 + 55
    expected = colour_spaces.converted(deep, space)
    np.testing.assert_array_equal(open_picture(with_chunks(chunks, pixels=deep), name="a.png").pixels, expected)

    grey = deep[..., 0]
    expected = colour_spaces.converted(np.repeat(grey[..., np.newaxis], 3, axis=-1), space)
    data = with_chunks(chunks, pixels=grey, colour_type=0)
    np.testing.assert_array_equal(open_picture(data, name="a.png").pixels, expected)

    palette = png_chunk(b"PLTE", PIXELS[:1].tobytes())
    data = with_chunks(chunks, palette, pixels=np.arange(6, dtype=np.uint8)[np.newaxis], colour_type=3)
    expected = colour_spaces.converted(PIXELS[:1], space)
    np.testing.assert_array_equal(open_picture(data, name="a.png").pixels, expected)


def test_opacity_of_16_bits_is_laid_on_white_after_the_colours() -> None:
    values = np.full((3, 4, 4), (20_000, 40_000, 60_000, 32_768), np.uint16)
    chunks, space = SPACES["P3"]
    assert space is not None
    expected = colour_spaces.converted(values[..., :3], space) * (128 / 255) + 255 * (127 / 255)
    picture = open_picture(with_chunks(chunks, pixels=values, colour_type=6), name="a.png")
    assert np.abs(picture.pixels - expected).max() <= 1


@pytest.mark.parametrize(
    ("chunks", "space"),
    [
        ((cicp(12, 13, 0, 1), profile(b"no profile"), gamma(100_000)), "P3"),
        ((png_chunk(b"sRGB", b"\0"), gamma(100_000), png_chunk(b"cHRM", P3_PRIMARIES)), None),
        ((gamma(45_455), png_chunk(b"cHRM", SRGB_PRIMARIES)), None),
        ((gamma(45_455),), None),
        ((png_chunk(b"cHRM", P3_PRIMARIES),), None),  # As in Chromium.
        ((cicp(2, 2, 0, 1), gamma(100_000)), "linear"),  # Named colours that are none.
        ((cicp(12, 13, 1, 1),), None),
        ((png_chunk(b"cICP", b"\x0c\x0d"), gamma(100_000)), "linear"),
        ((broken(cicp(12, 13, 0, 1)), gamma(100_000)), "linear"),
        ((gamma(0),), None),
        ((png_chunk(b"gAMA", b"\1"),), None),
    ],
)
def test_the_newest_chunk_of_colours_goes_first(chunks: tuple[bytes, ...], space: str | None) -> None:
    found = SPACES[space][1] if space else None
    expected = PIXELS if found is None else colour_spaces.converted(PIXELS, found)
    np.testing.assert_array_equal(open_picture(with_chunks(*chunks), name="a.png").pixels, expected)


def test_a_profile_goes_before_gamma() -> None:
    data = with_chunks(gamma(100_000), profile(rgb_profile(DISPLAY_P3_TO_XYZ)))
    expected = srgb_levels((PIXELS / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(open_picture(data, name="a.png").pixels - expected).max() <= 2


def dark_ramp(channels: int) -> NDArray[np.uint16]:
    """The darkest sixteenth of 16 bits, where 8 bits have 16 steps."""
    values = np.arange(4096, dtype=np.uint16).reshape(32, 128, 1) // np.arange(1, channels + 1, dtype=np.uint16)
    if channels in (2, 4):
        values[..., -1] = 65535
    return values


@pytest.mark.parametrize(("channels", "colour_type"), [(1, 0), (2, 4), (3, 2), (4, 6)])
def test_a_profile_converts_all_16_bits(channels: int, colour_type: int) -> None:
    values = dark_ramp(channels)
    is_grey = channels < 3
    content = grey_profile(3.0) if is_grey else rgb_profile(DISPLAY_P3_TO_XYZ)
    picture = open_picture(with_chunks(profile(content), pixels=values, colour_type=colour_type), name="a.png")
    light = values[..., : 1 if is_grey else 3] / 65535
    expected = srgb_levels(light**3 * D50 if is_grey else light**GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 1
    assert picture.notes[-1] == "colours converted from the profile Handmade to sRGB"


def test_of_16_bits_a_grey_takes_the_curve_of_colours_and_a_useless_profile_is_said() -> None:
    values = dark_ramp(1)
    notes = []
    for content in (rgb_profile(DISPLAY_P3_TO_XYZ), ink_profile(), b"broken"):
        picture = open_picture(with_chunks(profile(content), pixels=values, colour_type=0), name="a.png")
        expected = values / 257 if notes else srgb_levels((values / 65535) ** GAMMA * D50)
        assert np.abs(picture.pixels - expected).max() <= 1
        notes.append(picture.notes[1:])
    assert notes == [
        ("colours converted from the profile Handmade to sRGB",),
        ("the colour profile, made for another kind of colours, ignored",),
        ("broken colour profile ignored",),
    ]


def test_a_profile_of_megabytes_is_read_and_a_larger_one_left_out() -> None:
    whole = rgb_profile(DISPLAY_P3_TO_XYZ)
    random = np.random.default_rng(0).integers(0, 256, 3 * 2**20, np.uint8).tobytes()
    large = struct.pack(">I", len(whole) + len(random)) + whole[4:] + random
    expected = srgb_levels((PIXELS / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(open_picture(with_chunks(profile(large)), name="a.png").pixels - expected).max() <= 2
    for chunk in (profile(whole + bytes(MAX_PROFILE_BYTES)), profile(whole)[:-9] + profile(whole)[-4:]):
        chunk = struct.pack(">I", len(chunk) - 12) + chunk[4:-4] + struct.pack(">I", zlib.crc32(chunk[4:-4]))
        picture = open_picture(with_chunks(chunk), name="a.png")
        np.testing.assert_array_equal(picture.pixels, PIXELS)
        assert picture.notes == ("broken colour profile ignored",)


TEXTS = {
    "zTXt": png_chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(2 * 2**20))),
    "iTXt": png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(2 * 2**20))),
    "wrong sum": broken(png_chunk(b"tEXt", b"note\0words")),
    "wrong sum of pHYs": broken(png_chunk(b"pHYs", bytes(9))),
    "wrong sum of iCCP": broken(profile(b"what")),
    "unknown compression": png_chunk(b"zTXt", b"note\0\7what"),
    "not compressed": png_chunk(b"zTXt", b"note\0\0what"),
    "short": png_chunk(b"pHYs", b"\1"),
    "short tIME": png_chunk(b"tIME", b""),
    "unknown": png_chunk(b"prVt", bytes(99)),
    "short acTL": png_chunk(b"acTL", b"\1"),
    "short fcTL": png_chunk(b"fcTL", b"\1"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_chunks_beside_the_picture_are_left_out_before_and_after_the_pixels(name: str) -> None:
    data = with_chunks(TEXTS[name])
    np.testing.assert_array_equal(open_picture(data, name="a.png").pixels, PIXELS)
    data = with_chunks()
    end = data.index(b"IEND") - 4
    np.testing.assert_array_equal(open_picture(data[:end] + TEXTS[name] + data[end:], name="a.png").pixels, PIXELS)


def test_a_wrong_sum_of_the_header_is_refused() -> None:
    data = bytearray(with_chunks())
    data[8 + 8 + 13] ^= 1
    assert "begins like a PNG" in refusal(bytes(data), name="a.png")


def test_a_wrong_sum_of_the_pixels_and_chunks_that_nobody_knows_cost_nothing() -> None:
    whole = with_chunks()
    pixels = whole[whole.index(b"IDAT") - 4 : whole.index(b"IEND") - 4]
    for changed in (whole.replace(pixels, broken(pixels)), whole.replace(pixels, png_chunk(b"ABCD", b"?") + pixels)):
        np.testing.assert_array_equal(open_picture(changed, name="a.png").pixels, PIXELS)


def test_indices_without_colours_are_refused() -> None:
    data = png(4, 1, 8, 3, bytes(5))
    assert "begins like a PNG" in refusal(data, name="a.png")
    late = png_chunk(b"PLTE", bytes(3))
    end = data.index(b"IEND") - 4
    assert "begins like a PNG" in refusal(data[:end] + late + data[end:], name="a.png")


def test_more_opacities_than_colours_are_left_out() -> None:
    chunks = png_chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60])) + png_chunk(b"tRNS", bytes([255, 0, 9, 9]))
    picture = open_picture(png(2, 1, 8, 3, bytes([0, 0, 1]), extra=chunks), name="a.png")
    assert picture.pixels.tolist() == [[[10, 20, 30], [255, 255, 255]]]


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_of_a_transparent_grey_the_bits_that_count_are_compared(depth: int) -> None:
    raw = b"\0" + bytes([1 << 8 - depth])  # The first pixel is 1, the others are 0.
    for key in (1, 0xFF00 | 1, 1 << 15 | 1):
        data = png(8 // depth, 1, depth, 0, raw, extra=png_chunk(b"tRNS", struct.pack(">H", key)))
        pixels = open_picture(data, name="a.png").pixels
        expected = [255] + [0] * (8 // depth - 1)
        assert pixels[0, :, 0].tolist() == expected


def test_of_a_transparent_colour_of_8_bits_the_low_bits_are_compared() -> None:
    pixels = np.array([[[1, 2, 3], [3, 2, 1]]], np.uint8)
    key = png_chunk(b"tRNS", struct.pack(">3H", 0x1201, 0x3402, 0x5603))
    opened = open_picture(with_chunks(key, pixels=pixels), name="a.png").pixels
    assert opened.tolist() == [[[255, 255, 255], [3, 2, 1]]]


@pytest.mark.parametrize("colours", [b"", cicp(12, 13, 0, 1)])
def test_of_a_transparent_colour_of_16_bits_all_bits_are_compared(colours: bytes) -> None:
    pixels = np.array([[[0x1234, 0x5678, 0x9ABC], [0x1235, 0x5678, 0x9ABC], [0x1234, 0x5678, 0x9ABD]]], np.uint16)
    key = png_chunk(b"tRNS", struct.pack(">3H", 0x1234, 0x5678, 0x9ABC))
    opened = open_picture(with_chunks(colours, key, pixels=pixels), name="a.png").pixels[0]
    assert opened[0].tolist() == [255, 255, 255]
    assert (opened[1:] != 255).all()


def test_a_transparent_colour_with_a_wrong_sum_or_of_another_kind_is_left_out() -> None:
    key = png_chunk(b"tRNS", struct.pack(">3H", *PIXELS[0, 0]))
    for chunk in (broken(key), png_chunk(b"tRNS", b"\0")):
        np.testing.assert_array_equal(open_picture(with_chunks(chunk), name="a.png").pixels, PIXELS)


def test_an_orientation_in_xmp_alone_turns_nothing() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    image = Image.fromarray(PIXELS)
    chunk = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    files = {"PNG": with_chunks(chunk)}
    files |= {kind: encode(image, kind, xmp=xmp) for kind in ("WebP", "JPEG")}
    for data in files.values():
        picture = open_picture(data, name="a")
        assert picture.pixels.shape == PIXELS.shape
        assert picture.notes == ()


def test_pictures_of_16_bits_that_do_not_fit_are_refused_without_memory() -> None:
    data = png(6000, 4000, 16, 2, bytes(6000 * 100), extra=cicp(12, 13, 0, 1))
    words, growth, errors = open_in_new_process(data, name="a.png")
    assert "24.0 megapixels of more than 8 bits" in words
    assert growth < 20
    assert errors == ""


@pytest.mark.parametrize(
    ("before", "number", "note"),
    [
        (True, 3, ("first of 3 frames",)),
        (False, 3, ("first of 4 frames",)),  # The still picture is none of the animation.
        (True, 1, ()),
        (False, 0, ()),
        (True, 5000, ("first of more than 1000 frames",)),
    ],
)
def test_frames_of_an_animation_are_counted_with_the_still_picture(
    before: bool, number: int, note: tuple[str, ...]
) -> None:
    control = png_chunk(b"acTL", struct.pack(">II", number, 0))
    frame = png_chunk(b"fcTL", bytes(26)) if before else b""
    picture = open_picture(with_chunks(control, frame), name="a.png")
    np.testing.assert_array_equal(picture.pixels, PIXELS)
    assert picture.notes == note
