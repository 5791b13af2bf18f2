"""AVIF and HEIC: colours by code points, the part to be shown, and a note of turning that is true."""

import io
import struct
from itertools import product
from pathlib import Path

import imagecodecs
import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.vizcore.pictures.test_photo import box, encode, exif, open_in_new_process, refusal, smooth
from tests.vizcore.pictures.test_srgb import DISPLAY_P3_TO_XYZ, GAMMA, SRGB_TO_XYZ, rgb_profile, srgb_levels
from vizcore.pictures import colour_spaces
from vizcore.pictures.heif_boxes import cut_out, main_picture
from vizcore.pictures.photo import open_picture

FIXTURES = Path(__file__).parent
SMOOTH = smooth(62, 94)
SPEED = {"AVIF": {"speed": 10, "subsampling": "4:2:0"}, "HEIC": {"chroma": 420}}


def with_code_points(kind: str, primaries: int, transfer: int) -> bytes:
    data = bytearray(encode(Image.fromarray(SMOOTH), kind))
    struct.pack_into(">HH", data, data.index(b"nclx") + 4, primaries, transfer)
    return bytes(data)


@pytest.mark.parametrize(("kind", "primaries", "transfer"), product(("AVIF", "HEIC"), (1, 9, 12), (4, 8, 13, 16, 18)))
def test_code_points_are_applied(kind: str, primaries: int, transfer: int) -> None:
    plain = open_picture(with_code_points(kind, 1, 13), name="a").pixels
    space = colour_spaces.of_nclx(primaries, transfer)
    picture = open_picture(with_code_points(kind, primaries, transfer), name="a")
    expected = plain if space is None else colour_spaces.converted(plain, space)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == (() if space is None else (space.note,))


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
@pytest.mark.parametrize(("primaries", "transfer"), [(1, 1), (1, 6), (2, 2), (1, 14)])
def test_code_points_of_video_and_of_nothing_are_srgb(kind: str, primaries: int, transfer: int) -> None:
    plain = open_picture(with_code_points(kind, 1, 13), name="a")
    picture = open_picture(with_code_points(kind, primaries, transfer), name="a")
    np.testing.assert_array_equal(picture.pixels, plain.pixels)
    assert picture.notes == ()


def test_a_profile_goes_before_code_points() -> None:
    data = bytearray(encode(Image.fromarray(SMOOTH), "AVIF", icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ)))
    assert open_picture(bytes(data), name="a").notes == ("colours converted from the profile Handmade to sRGB",)
    if b"nclx" in data:
        struct.pack_into(">HH", data, data.index(b"nclx") + 4, 9, 16)
        assert open_picture(bytes(data), name="a").notes == ("colours converted from the profile Handmade to sRGB",)


@pytest.mark.parametrize(
    ("name", "mean", "largest"),
    [
        ("avif-nclx-pq.avif", 20, 80),
        ("heic-nclx-p3.heic", 2, 3),
        ("heic-exif-6-without-irot.heic", 2, 2),
        ("avif-clap.avif", 2, 3),
    ],
)
def test_fixtures_are_near_what_was_worked_out_elsewhere(name: str, mean: float, largest: int) -> None:
    picture = open_picture((FIXTURES / name).read_bytes(), name=name)
    with Image.open(FIXTURES / f"{name}.right.png") as right:
        expected = np.asarray(right.convert("RGB")).astype(int)
    difference = np.abs(picture.pixels - expected)
    assert difference.mean() <= mean
    assert difference.max() <= largest
    assert "turned upright" not in picture.notes


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_turned_is_found_in_the_boxes(kind: str, orientation: int) -> None:
    data = encode(Image.fromarray(SMOOTH), kind, exif=exif(orientation))
    assert main_picture(data).is_turned == (orientation != 1)
    assert ("turned upright" in open_picture(data, name="a").notes) == (orientation != 1)


def aperture(width: float, height: float, x: float = 0, y: float = 0) -> bytes:
    numbers = [part for value in (width, height, x, y) for part in (round(value * 2), 2)]
    return struct.pack(">IIIIiIiI", *numbers)


@pytest.mark.parametrize(
    ("clap", "part"),
    [
        (aperture(48, 32), (24, 16, 72, 48)),
        (aperture(96, 64), None),
        (aperture(95, 64, 0.5), (1, 0, 96, 64)),
        (aperture(95, 64, -0.5), (0, 0, 95, 64)),
        (aperture(1, 1, 47.5, 31.5), (95, 63, 96, 64)),
        (aperture(95, 64, 0), None),  # Half a pixel.
        (aperture(96, 64, 1), None),  # Outside.
        (aperture(48.5, 64), None),
        (aperture(0, 64), None),
        (aperture(200, 64), None),
        (struct.pack(">IIIIiIiI", 48, 0, 32, 1, 0, 1, 0, 1), None),
        (struct.pack(">IIIIiIiI", 48, 1, 32, 1, 0, 0, 0, 1), None),
        (b"", None),
        (b"short", None),
    ],
)
def test_the_part_to_be_shown_is_in_whole_pixels_and_inside(clap: bytes, part: tuple[int, ...] | None) -> None:
    assert cut_out(clap, (96, 64)) == part


def test_boxes_that_are_cut_short_are_told() -> None:
    data = encode(Image.fromarray(SMOOTH), "HEIC")
    for end in (data.index(b"ipma"), data.index(b"meta") + 20, 30):
        with pytest.raises((ValueError, struct.error, IndexError)):
            main_picture(data[:end])


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_24_megapixels_with_colours_to_convert_are_not_copied(kind: str) -> None:
    data = bytearray(encode(Image.new("RGB", (5712, 4284), (90, 200, 60)), kind, **SPEED[kind]))
    struct.pack_into(">HH", data, data.index(b"nclx") + 4, 12, 13)
    words, growth, _errors = open_in_new_process(bytes(data), name="a")
    assert "Display P3" in words
    assert growth < 130


LARGE = Image.new("RGB", (5712, 4284), (90, 200, 60))
LARGE_CLEAR = Image.new("RGBA", (5712, 4284), (90, 200, 60, 99))


@pytest.mark.parametrize(
    ("kind", "image", "options", "words"),
    [
        ("AVIF", LARGE_CLEAR, SPEED["AVIF"], "24.5 megapixels with transparency"),
        ("HEIC", LARGE_CLEAR, SPEED["HEIC"], "24.5 megapixels with transparency"),
        ("AVIF", LARGE, {"speed": 10, "subsampling": "4:4:4"}, "24.5 megapixels with more than 4:2:0 colours"),
        ("HEIC", LARGE, {"chroma": 444}, "24.5 megapixels with more than 4:2:0 colours"),
    ],
)
def test_24_megapixels_that_take_more_memory_are_refused_in_a_sentence(
    kind: str, image: Image.Image, options: dict[str, object], words: str
) -> None:
    came, growth, _errors = open_in_new_process(encode(image, kind, **options), name="a")
    assert words in came
    assert growth < 20


def ten_bits(kind: str, values: NDArray[np.uint16], *, profile: bytes | None = None) -> bytes:
    """(H, W, 3) of 0 … 1023, as 10 bits, all colours, as good as lossless."""
    if kind == "AVIF":
        data = imagecodecs.avif_encode(values, bitspersample=10, level=100, speed=8, pixelformat="yuv444")
        return data if profile is None else with_profile(data, profile)
    buffer = io.BytesIO()
    size = values.shape[1], values.shape[0]
    image = pillow_heif.from_bytes("RGB;16", size, (values << 6 | values >> 4).tobytes())
    if profile is not None:
        image[0].info["icc_profile"] = profile
    image.save(buffer, quality=100, chroma=444, matrix_coefficients=0)
    return buffer.getvalue()


def with_profile(avif: bytes, profile: bytes) -> bytes:
    """The same AVIF with an ICC profile in place of its code points. All its boxes around it and behind it move."""
    place = avif.index(b"colr") - 4
    old = struct.unpack_from(">I", avif, place)[0]
    new = struct.pack(">I4s4s", 12 + len(profile), b"colr", b"prof") + profile
    data = bytearray(avif[:place] + new + avif[place + old :])
    moved = len(new) - old
    for kind in (b"meta", b"iprp", b"ipco"):
        start = data.index(kind) - 4
        struct.pack_into(">I", data, start, struct.unpack_from(">I", data, start)[0] + moved)
    # Where the pixels begin: the last place in the table of items is one of four bytes, and its length follows.
    pixels = data.index(b"mdat") + 4
    table = data.index(b"iloc")
    offset = data.index(struct.pack(">I", pixels - moved), table)
    struct.pack_into(">I", data, offset, pixels)
    return bytes(data)


RAMP = np.tile(np.arange(256, dtype=np.uint16)[:, np.newaxis] // (1, 2, 3), (4, 1, 1)).astype(np.uint16)
"""The darkest quarter of 10 bits: 256 steps, where 8 bits have 64."""


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_colours_of_10_bits_are_converted_before_they_are_rounded(kind: str) -> None:
    data = bytearray(ten_bits(kind, RAMP))
    struct.pack_into(">HH", data, data.index(b"nclx") + 4, 1, 8)
    picture = open_picture(bytes(data), name="a")
    expected = srgb_levels(RAMP / 1023 @ SRGB_TO_XYZ.T)
    # HEVC is not lossless here: one step of 10 bits is up to 5 levels in the dark.
    assert np.abs(picture.pixels - expected).max() <= (1 if kind == "AVIF" else 6)
    assert len(np.unique(picture.pixels[..., 0])) > 100
    assert picture.notes == ("colours converted from BT.709 to sRGB",)


def test_a_profile_converts_all_10_bits_of_an_avif() -> None:
    data = ten_bits("AVIF", RAMP, profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    picture = open_picture(data, name="a")
    expected = srgb_levels((RAMP / 1023) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 1
    assert picture.notes == ("colours converted from the profile Handmade to sRGB",)


@pytest.mark.parametrize(("bits", "white"), [(10, 1023), (12, 4095)])
def test_the_brightest_of_more_bits_is_white(bits: int, white: int) -> None:
    values = np.full((61, 93, 3), (white, white // 2, 0), np.uint16)
    data = imagecodecs.avif_encode(values, bitspersample=bits, level=100, speed=10, pixelformat="yuv444")
    assert main_picture(data).bits == bits
    assert np.abs(open_picture(data, name="a").pixels.astype(int) - (255, 127, 0)).max() <= 1


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGBA"])
def test_grey_and_opacity_come_out_right(kind: str, mode: str) -> None:
    levels = SMOOTH[..., 0]
    image = Image.fromarray(levels).convert(mode)
    if mode != "L":
        image.putalpha(Image.new("L", image.size, 128))
    expected = levels if mode == "L" else (levels * 128.0 + 255 * 127) / 255
    picture = open_picture(encode(image, kind), name="a")
    assert np.abs(picture.pixels - expected[..., np.newaxis]).max() <= 6


def test_a_grey_heic_of_10_bits_is_read() -> None:
    buffer = io.BytesIO()
    values = np.full((61, 93), 600 << 6, np.uint16)
    pillow_heif.from_bytes("I;16", (93, 61), values.tobytes()).save(buffer, quality=90)
    assert np.abs(open_picture(buffer.getvalue(), name="a").pixels.astype(int) - 150).max() <= 2


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_a_large_picture_of_10_bits_is_refused_without_memory(kind: str) -> None:
    size = (4000, 4000)
    if kind == "AVIF":
        values = np.full((*size, 3), (800, 400, 100), np.uint16)
        data = imagecodecs.avif_encode(values, bitspersample=10, level=60, speed=10, pixelformat="yuv420")
    else:
        buffer = io.BytesIO()
        pillow_heif.from_bytes("RGB;16", size, bytes(6 * size[0] * size[1])).save(buffer, quality=60)
        data = buffer.getvalue()
    words, growth, _errors = open_in_new_process(data, name="a")
    assert "16.0 megapixels of more than 8 bits" in words
    assert growth < 20


def grid_of_tiles(tile: bytes, places: list[int], *, side: int) -> bytes:
    """An AVIF of one column of tiles; `places` says which of two copies of the tile is at each place."""
    found = {kind: tile[tile.index(kind) - 4 :] for kind in (b"av1C", b"pixi", b"colr", b"mdat")}
    found = {kind: part[: struct.unpack_from(">I", part)[0]] for kind, part in found.items()}
    pixels = found.pop(b"mdat")[8:]
    number = max(places) + 1
    height = side * len(places)
    kinds = [(1, b"grid"), *((2 + item, b"av01") for item in range(number))]
    entries = b"".join(
        box(b"infe", bytes([2, 0, 0, item > 1]) + struct.pack(">HH4s", item, 0, kind) + b"\0") for item, kind in kinds
    )
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 1 + number) + entries)
    sizes = [box(b"ispe", bytes(4) + struct.pack(">II", side, tall)) for tall in (height, side)]
    ipco = box(b"ipco", b"".join(sizes) + b"".join(found.values()))
    owned = struct.pack(">HB", 1, 3) + bytes([1, 4, 5])
    owned += b"".join(struct.pack(">HB", 2 + item, 4) + bytes([2, 0x83, 4, 5]) for item in range(number))
    ipma = box(b"ipma", bytes(4) + struct.pack(">I", 1 + number) + owned)
    dimg = box(b"dimg", struct.pack(f">HH{len(places)}H", 1, len(places), *(2 + place for place in places)))
    layout = bytes([0, 0, len(places) - 1, 0]) + struct.pack(">HH", side, height)
    idat = box(b"idat", layout + pixels * number)
    table = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(layout))
    for item in range(number):
        table += struct.pack(">HHHHII", 2 + item, 1, 0, 1, len(layout) + item * len(pixels), len(pixels))
    iloc = box(b"iloc", bytes([1, 0, 0, 0, 0x44, 0]) + struct.pack(">H", 1 + number) + table)
    hdlr = box(b"hdlr", bytes(8) + b"pict" + bytes(13))
    pitm = box(b"pitm", bytes(4) + struct.pack(">H", 1))
    iprp = box(b"iprp", ipco + ipma)
    parts = hdlr + pitm + iloc + iinf + box(b"iref", bytes(4) + dimg) + iprp + idat
    return box(b"ftyp", b"avif" + bytes(4) + b"avifmif1miaf") + box(b"meta", bytes(4) + parts)


def test_a_grid_is_read_and_one_that_shares_a_tile_is_refused_as_in_browsers() -> None:
    tile = encode(Image.new("RGB", (64, 64), (200, 30, 30)), "AVIF")
    picture = open_picture(grid_of_tiles(tile, [0, 1], side=64), name="a")
    assert picture.pixels.shape == (128, 64, 3)
    assert np.abs(picture.pixels.astype(int) - (200, 30, 30)).max() <= 2
    assert "of an unusual kind" in refusal(grid_of_tiles(tile, [0, 0], side=64), name="a")
