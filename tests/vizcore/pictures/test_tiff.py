"""TIFFs of every kind that scientific programs write come out as the numbers say; pages, palettes and bounds."""

import io
import struct
from contextlib import suppress
from itertools import product
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.vizcore.pictures.test_photo import encode, noise, open_in_new_process, refusal
from tests.vizcore.pictures.test_srgb import D50, DISPLAY_P3_TO_XYZ, GAMMA, grey_profile, rgb_profile, srgb_levels
from vizcore.arrays import ByteArray
from vizcore.errors import VizcoreError
from vizcore.pictures import tiff_pages
from vizcore.pictures.photo import Picture, open_picture

HEIGHT, WIDTH = 37, 53
TYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "f2", "f4", "f8")
COMPRESSIONS = (None, "lzw", "zlib", "packbits", "zstd")


def written(values: NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **({"rowsperstrip": 7} | options))
    return buffer.getvalue()


def opened(values: NDArray[Any], **options: Any) -> Picture:
    return open_picture(written(values, **options), name="a.tif")


def ramp(kind: str, *, channels: int = 1) -> tuple[NDArray[Any], ByteArray]:
    """Random values of a type over its whole range, and the levels they stand for: (H, W, channels) both."""
    part = np.random.default_rng(0).random((HEIGHT, WIDTH, channels))
    part.flat[:2] = 0, 1
    dtype = np.dtype(kind)
    if dtype.kind == "f":
        values = part.astype(dtype)
        return values, np.rint(values.astype(float) * 255).astype(np.uint8)
    limits = np.iinfo(dtype)
    values = np.rint(limits.min + part * (int(limits.max) - int(limits.min))).clip(limits.min, limits.max).astype(dtype)
    part = (values.astype(float) - limits.min) / (int(limits.max) - int(limits.min))
    return values, np.rint(part * 255).astype(np.uint8)


@pytest.mark.parametrize(("order", "compression"), product("<>", COMPRESSIONS))
@pytest.mark.parametrize("kind", TYPES)
def test_grey_of_every_type_and_byte_order_is_what_the_numbers_say(
    kind: str, order: str, compression: str | None
) -> None:
    values, levels = ramp(kind)
    for big, predictor in product((False, True), (False, compression not in (None, "packbits"))):
        options = {"byteorder": order, "bigtiff": big, "predictor": predictor, "compression": compression}
        picture = opened(values[..., 0], **options)
        assert np.abs(picture.pixels.astype(int) - levels).max() <= 1


@pytest.mark.parametrize(("order", "planes", "tile"), product("<>", ("contig", "separate"), (None, (16, 32))))
@pytest.mark.parametrize("kind", TYPES)
def test_colours_of_every_type_come_out_with_planes_together_and_apart(
    kind: str, order: str, planes: str, tile: tuple[int, int] | None
) -> None:
    values, levels = ramp(kind, channels=3)
    stored = np.ascontiguousarray(np.moveaxis(values, -1, 0)) if planes == "separate" else values
    for compression in (None, "zlib"):
        options = {"byteorder": order, "planarconfig": planes, "tile": tile, "compression": compression}
        picture = opened(stored, photometric="rgb", **options)
        assert np.abs(picture.pixels.astype(int) - levels).max() <= 1


@pytest.mark.parametrize(("kind", "planes"), product(("u1", "u2", "f4"), ("contig", "separate")))
def test_opacity_of_every_type_lets_white_through(kind: str, planes: str) -> None:
    for channels, photometric in ((2, "minisblack"), (4, "rgb")):
        values, levels = ramp(kind, channels=channels)
        stored = np.ascontiguousarray(np.moveaxis(values, -1, 0)) if planes == "separate" else values
        alpha = levels[..., -1:] / 255
        expected = levels[..., :-1] * alpha + 255 * (1 - alpha)
        for compression in (None, "lzw"):
            options = {"planarconfig": planes, "compression": compression, "extrasamples": ["unassalpha"]}
            picture = opened(stored, photometric=photometric, **options)
            assert np.abs(picture.pixels - expected).max() <= 1.01
            assert picture.notes[-1] == "transparency laid on white"


@pytest.mark.parametrize(("order", "planes"), product("<>", ("contig", "separate")))
def test_inks_of_sixteen_bits_mix_on_white(order: str, planes: str) -> None:
    values, levels = ramp("u2", channels=4)
    stored = np.ascontiguousarray(np.moveaxis(values, -1, 0)) if planes == "separate" else values
    picture = opened(stored, photometric="separated", planarconfig=planes, byteorder=order)
    inks = 255 - levels.astype(float)
    assert np.abs(picture.pixels - inks[..., :3] * inks[..., 3:] / 255).max() <= 2


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "f4"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_white_is_zero_in_every_type(kind: str, order: str) -> None:
    values, levels = ramp(kind)
    picture = opened(values[..., 0], photometric="miniswhite", byteorder=order)
    assert np.abs(picture.pixels.astype(int) - (255 - levels)).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [9, 10, 12, 14, 24])
def test_packed_bits_use_their_whole_range(bits: int, order: str) -> None:
    values = np.random.default_rng(0).integers(0, 2**bits, (HEIGHT, WIDTH), np.uint32)
    values.flat[:2] = 0, 2**bits - 1
    # Put together here, most significant bit first: each row begins with a whole byte.
    text = ["".join(f"{value:0{bits}b}" for value in row) for row in values]
    rows = [int(row + "0" * (-len(row) % 8), 2).to_bytes((len(row) + 7) // 8, "big") for row in text]
    if bits == 24 and order == "<":
        rows = [b"".join(int(value).to_bytes(3, "little") for value in row) for row in values]
    content = b"".join(rows)
    fields = [(256, WIDTH), (257, HEIGHT), (258, bits), (259, 1), (262, 1), (273, 8), (277, 1)]
    fields += [(278, HEIGHT), (279, len(content))]
    directory = struct.pack(f"{order}H", len(fields))
    directory += b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in fields)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(content))
    picture = open_picture(head + content + directory + bytes(4), name="a.tif")
    expected = np.rint(values / (2**bits - 1) * 255)
    assert np.abs(picture.pixels - expected[..., np.newaxis]).max() <= 1


def test_premultiplied_opacity_of_sixteen_bits_is_not_laid_on_white_twice() -> None:
    values = np.full((HEIGHT, WIDTH, 4), (128 * 257, 0, 0, 128 * 257), np.uint16)
    picture = opened(values, photometric="rgb", extrasamples=["assocalpha"])
    assert np.abs(picture.pixels.astype(int) - (255, 127, 127)).max() <= 1


@pytest.mark.parametrize("scale", [1, 257])
def test_palettes_are_read_by_their_largest_entry(scale: int) -> None:
    colours = noise(1, 256)[0]
    indices = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    palette = colours.T.astype(np.uint16) * scale
    for compression in (None, "lzw"):
        picture = opened(indices, photometric="palette", colormap=palette, compression=compression)
        np.testing.assert_array_equal(picture.pixels, colours[indices])


@pytest.mark.parametrize(("photometric", "channels"), [("minisblack", 1), ("miniswhite", 1), ("rgb", 3), ("rgb", 4)])
def test_a_profile_converts_all_16_bits(photometric: str, channels: int) -> None:
    values = np.arange(4096, dtype=np.uint16).reshape(32, 128, 1) // np.arange(1, channels + 1, dtype=np.uint16)
    if channels == 4:
        values[..., 3] = 65535
    is_grey = channels == 1
    content = grey_profile(3.0) if is_grey else rgb_profile(DISPLAY_P3_TO_XYZ)
    stored = 65535 - values if photometric == "miniswhite" else values
    options = {"photometric": photometric, "iccprofile": content} | ({"extrasamples": [2]} if channels == 4 else {})
    picture = opened(stored[..., 0] if is_grey else stored, **options)
    light = values[..., : min(channels, 3)] / 65535
    expected = srgb_levels(light**3 * D50 if is_grey else light**GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 1
    assert picture.notes[-1] == "colours converted from the profile Handmade to sRGB"


def test_a_profile_and_an_orientation_count_in_every_type() -> None:
    values, levels = ramp("u2", channels=3)
    tags = [(274, 3, 1, 6, True), (34675, 7, 4, b"what", True)]
    picture = opened(values, photometric="rgb", extratags=tags)
    assert np.abs(picture.pixels.astype(int) - np.rot90(levels, -1)).max() <= 1
    assert picture.notes == ("16-bit colours scaled to 8 bits", "turned upright", "broken colour profile ignored")


# --- pages


def two_pages(first: tuple[int, int], second: tuple[int, int], *, reduced: bool, kind: Any = np.uint8) -> bytes:
    """A red page and a blue one, (width, height) each."""
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as file:
        for size, colour, is_reduced in ((first, (1, 0, 0), reduced), (second, (0, 0, 1), False)):
            values = np.full((size[1], size[0], 3), colour, kind) * np.iinfo(kind).max
            file.write(values.astype(kind), photometric="rgb", compression="lzw", subfiletype=int(is_reduced))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize(
    ("first", "second", "reduced", "taken"),
    [
        ((30, 20), (300, 200), True, "second"),  # It says so.
        ((30, 20), (300, 200), False, "second"),  # It looks so.
        ((30, 20), (301, 199), False, "second"),
        ((30, 20), (59, 39), False, "first"),  # Hardly smaller.
        ((30, 20), (300, 300), False, "first"),  # Another document.
        ((600, 400), (1800, 1200), False, "first"),  # Too large for a thumbnail.
        ((300, 200), (30, 20), False, "first"),
        ((300, 200), (30, 20), True, "first"),  # There is nothing larger.
    ],
)
def test_of_a_thumbnail_and_its_picture_the_picture_is_taken(
    first: tuple[int, int], second: tuple[int, int], reduced: bool, taken: str, kind: Any
) -> None:
    picture = open_picture(two_pages(first, second, reduced=reduced, kind=kind), name="a.tif")
    width, height = second if taken == "second" else first
    np.testing.assert_array_equal(
        picture.pixels, np.full((height, width, 3), (0, 0, 255) if taken == "second" else (255, 0, 0))
    )
    note = "the largest page, since the first is a thumbnail" if taken == "second" else "first of 2 pages"
    assert picture.notes[0] == note


def test_a_picture_below_its_thumbnail_is_found() -> None:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as file:
        file.write(np.zeros((20, 30, 3), np.uint8), photometric="rgb", subfiletype=1, subifds=1)
        file.write(np.full((200, 300, 3), 77, np.uint8), photometric="rgb")
    picture = open_picture(buffer.getvalue(), name="a.tif")
    np.testing.assert_array_equal(picture.pixels, np.full((200, 300, 3), 77))


# --- bounds


def changed(data: bytes, tag: int, value: int) -> bytes:
    """A little-endian file with the first value of a tag replaced, in its first directory."""
    result = bytearray(data)
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<HII", result, entry + 2, 4, 1, value)
            return bytes(result)
    raise AssertionError(f"no tag {tag}")


@pytest.mark.parametrize(
    ("options", "tag", "value", "words"),
    [
        ({}, 256, 50_000, "Please"),
        ({}, 257, 2**31, "megapixels"),
        ({}, 277, 60_000, "begins like"),
        ({}, 258, 128, "begins like"),
        ({}, 278, 0, "begins like"),
        ({"rowsperstrip": HEIGHT}, 273, 2**31, "begins like"),
        ({"rowsperstrip": HEIGHT}, 279, 2**31, "begins like"),
        ({"tile": (16, 16), "compression": "zlib"}, 322, 2**31, "Please"),
        ({"tile": (16, 16), "compression": "zlib"}, 323, 60_000, "Please"),
        ({"compression": "zlib"}, 259, 7, "begins like"),
        ({"compression": "zlib"}, 259, 34712, "begins like"),
    ],
)
def test_announcements_that_the_file_does_not_keep_are_refused_without_memory(
    options: dict[str, Any], tag: int, value: int, words: str
) -> None:
    data = changed(written(ramp("u2")[0][..., 0], **options), tag, value)
    said, growth, errors = open_in_new_process(data, name="a.tif")
    assert words in said
    assert growth < 30
    assert errors == ""


@pytest.mark.parametrize(("tag", "value"), [(273, 10**6), (279, 10**6), (279, 0), (278, 0), (278, 1)])
def test_strips_outside_of_the_file_are_told_before_the_decoder_runs(tag: int, value: int) -> None:
    data = changed(written(ramp("u2")[0][..., 0], rowsperstrip=HEIGHT), tag, value)
    (page,) = tiff_pages.pages(data, limit=9)
    with pytest.raises(ValueError, match="strip"):
        tiff_pages.with_checked_tags_alone(page, samples=1)


def test_zeros_that_unpack_into_more_than_fits_are_refused_in_a_sentence() -> None:
    values = np.zeros((4000, 6000, 3), np.uint16)
    data = written(values, photometric="rgb", compression="zlib", rowsperstrip=100)
    words, growth, _errors = open_in_new_process(data, name="a.tif")
    assert "24.0 megapixels of more than 8 bits" in words
    assert "with 8 bits for each colour" in words
    assert growth < 30


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_deep_pictures_that_are_cut_short_are_refused(part: float, compression: str | None) -> None:
    data = written(ramp("u2", channels=3)[0], photometric="rgb", compression=compression)
    # The directory first, so that what is cut off are pixels.
    assert refusal(data[: int(part * len(data))], name="a.tif").startswith("“a.tif” begins like a TIFF file")


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_random_damage_is_a_sentence_or_a_picture(compression: str | None) -> None:
    data = written(ramp("u2", channels=3)[0][:9, :11], photometric="rgb", compression=compression)
    random = np.random.default_rng(0)
    for _ in range(150):
        damaged = bytearray(data)
        for place in random.integers(4, len(data), 3):
            damaged[place] = random.integers(256)
        # Any other exception fails the test.
        with suppress(VizcoreError):
            open_picture(bytes(damaged), name="a.tif")


def test_ordinary_pictures_are_still_read_by_pillow_alone() -> None:
    pixels = noise()
    for compression in ("raw", "tiff_lzw", "jpeg"):
        picture = open_picture(encode(Image.fromarray(pixels), "TIFF", compression=compression), name="a.tif")
        if compression != "jpeg":
            np.testing.assert_array_equal(picture.pixels, pixels)
        assert picture.notes == ()
