"""AVIF and HEIC: colours by code points, the part to be shown, and a note of turning that is true."""

import io
import struct
from itertools import product
from pathlib import Path

import imagecodecs
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from tests.vizcore.pictures.test_photo import encode, exif, open_in_new_process, refusal, smooth
from tests.vizcore.pictures.test_srgb import DISPLAY_P3_TO_XYZ, rgb_profile
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


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_24_megapixels_with_transparency_are_refused_in_a_sentence(kind: str) -> None:
    image = Image.new("RGBA", (5712, 4284), (90, 200, 60, 99))
    words, growth, _errors = open_in_new_process(encode(image, kind, **SPEED[kind]), name="a")
    assert "24.5 megapixels with transparency" in words
    assert growth < 20


def test_a_picture_of_10_bits_is_read_and_a_large_one_refused() -> None:
    for size, is_read in ((60, True), (4000, False)):
        values = np.full((size, size, 3), 200 * 257, np.uint16)
        buffer = io.BytesIO()
        pillow_heif.from_bytes("RGB;16", (size, size), values.tobytes()).save(buffer, quality=60)
        words, growth, _errors = open_in_new_process(buffer.getvalue(), name="a")
        assert words.startswith("Picture(") == is_read
        assert is_read or "16.0 megapixels of more than 8 bits" in words
        assert growth < 20


@pytest.mark.parametrize(("size", "is_read"), [((61, 93), True), ((4000, 3500), False)])
def test_an_avif_of_10_bits_is_read_and_a_large_one_refused(size: tuple[int, int], is_read: bool) -> None:
    values = np.full((*size, 3), (800, 400, 100), np.uint16)
    data = imagecodecs.avif_encode(values, bitspersample=10, level=95, speed=10)
    assert main_picture(data).is_deep
    if is_read:
        pixels = open_picture(data, name="a").pixels
        assert np.abs(pixels.astype(int) - (199, 100, 25)).max() <= 5
    else:
        assert "14.0 megapixels of more than 8 bits" in refusal(data, name="a")
