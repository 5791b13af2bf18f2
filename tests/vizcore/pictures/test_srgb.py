"""Whatever a file holds comes out as sRGB of eight bits on white; the colours are checked against the formulas."""

import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tests.vizcore.pictures.test_photo import HEIGHT, WIDTH, encode, noise, png, png_chunk
from vizcore.arrays import ByteArray
from vizcore.pictures.photo import Picture, open_picture
from vizcore.pictures.srgb import grey_levels, to_srgb

# Primaries in XYZ as a profile holds them: adapted to D50 by Bradford's method, one column per primary.
SRGB_TO_XYZ = np.array(
    [[0.4360657, 0.3851515, 0.1430784], [0.2224932, 0.7168870, 0.0606169], [0.0139160, 0.0970764, 0.7140961]]
)
DISPLAY_P3_TO_XYZ = np.array(
    [[0.5151215, 0.2919769, 0.1571045], [0.2411957, 0.6922455, 0.0665741], [-0.0010529, 0.0418854, 0.7840729]]
)
D50 = np.array([0.9642, 1.0, 0.8249])
GAMMA = 563 / 256


def srgb_levels(xyz: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB from 0 to 255, not rounded, of (..., 3) XYZ under D50 (IEC 61966-2-1)."""
    linear = (xyz @ np.linalg.inv(SRGB_TO_XYZ).T).clip(0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def lab_to_xyz(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """XYZ of (..., 3) CIE L*a*b* under D50."""
    lightness, a, b = np.moveaxis(lab, -1, 0)
    y = (lightness + 16) / 116
    relative = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    return D50 * np.where(relative > 6 / 29, relative**3, 3 * (6 / 29) ** 2 * (relative - 4 / 29))


# --- colour profiles put together by hand (ICC.1:2001)


def fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(space: bytes, tags: dict[bytes, bytes], *, kind: bytes, connection: bytes = b"XYZ ") -> bytes:
    name = b"Handmade\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + fixed(*D50),
    } | tags
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    size = struct.pack(">I", start + len(body))
    head = size + b"lcms\x02\x40\0\0" + kind + space + connection + bytes(12) + b"acsp" + bytes(28) + fixed(*D50)
    return head.ljust(128, b"\0") + table + body


def curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def rgb_profile(to_xyz: NDArray[np.float64]) -> bytes:
    tags = {bytes([letter]) + b"XYZ": b"XYZ " + bytes(4) + fixed(*to_xyz[:, i]) for i, letter in enumerate(b"rgb")}
    return profile(b"RGB ", tags | {bytes([letter]) + b"TRC": curve(GAMMA) for letter in b"rgb"}, kind=b"mntr")


def grey_profile(gamma: float) -> bytes:
    return profile(b"GRAY", {b"kTRC": curve(gamma)}, kind=b"mntr")


def ink_profile() -> bytes:
    """A printer on which one ink alone is as black as all four, and half of it is half as light (L* = 50)."""
    matrix = fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    ramp = bytes(range(256))
    grid = b"".join(bytes([0 if corner else 255, 128, 128]) for corner in range(16))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + ramp * 4 + grid + ramp * 3
    return profile(b"CMYK", {b"A2B0": table, b"A2B1": table}, kind=b"prtr", connection=b"Lab ")


def opened(image: Image.Image, kind: str = "PNG", **options: Any) -> Picture:
    return open_picture(encode(image, kind, **options), name="picture")


def grey(levels: Any) -> ByteArray:
    """(h, w) levels as a grey picture (h, w, 3)."""
    return np.repeat(np.asarray(levels, np.uint8)[..., np.newaxis], 3, axis=-1)


# --- profiles


@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_display_p3_comes_out_as_the_formula_says(kind: str) -> None:
    pixels = noise(31, 37)
    picture = opened(Image.fromarray(pixels), kind, icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    expected = srgb_levels((pixels / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 2
    assert np.abs(picture.pixels - pixels.astype(int)).max() > 20
    assert picture.notes == ("colours converted from the profile Handmade to sRGB",)


@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIC"])
def test_profiles_are_found_in_lossy_formats(kind: str) -> None:
    colour = np.full((26, 34, 3), [60, 180, 90], np.uint8)
    picture = opened(Image.fromarray(colour), kind, icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    expected = srgb_levels((colour / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 5
    assert picture.notes == ("colours converted from the profile Handmade to sRGB",)


def test_profile_of_srgb_leaves_every_pixel_alone() -> None:
    pixels = noise(31, 37)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = opened(Image.fromarray(pixels), icc_profile=srgb)
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ()


@pytest.mark.parametrize(
    "broken", [b"x", b"no profile" * 40, rgb_profile(DISPLAY_P3_TO_XYZ)[:200], rgb_profile(DISPLAY_P3_TO_XYZ)[:-8]]
)
def test_broken_profile_is_left_out_with_a_note(broken: bytes) -> None:
    pixels = noise()
    picture = opened(Image.fromarray(pixels), icc_profile=broken)
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ("broken colour profile ignored",)


def test_profile_for_other_colours_is_left_out_with_a_note() -> None:
    pixels = noise()
    picture = opened(Image.fromarray(pixels), icc_profile=grey_profile(1))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ("the colour profile, made for another kind of colours, ignored",)


def test_grey_profile_gives_known_levels() -> None:
    # On a linear scale 55/255 is 21.6 % of the light, which sRGB writes as 128.
    picture = opened(Image.fromarray(np.array([[0, 55, 255]], np.uint8)), icc_profile=grey_profile(1))
    assert np.abs(picture.pixels.astype(int) - grey([[0, 128, 255]])).max() <= 1
    assert picture.notes == ("colours converted from the profile Handmade to sRGB",)


def test_grey_in_an_rgb_profile_takes_its_tone_curve() -> None:
    levels = np.arange(0, 255, 3, np.uint8).reshape(5, 17)
    picture = opened(Image.fromarray(levels), icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    expected = srgb_levels(((levels / 255) ** GAMMA)[..., np.newaxis] * D50)
    assert np.abs(picture.pixels - expected).max() <= 2


def test_palette_colours_go_through_the_profile() -> None:
    image = Image.new("P", (WIDTH, HEIGHT), 1)
    image.putpalette([0, 0, 0, 60, 180, 90])
    picture = opened(image, icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    expected = srgb_levels((np.array([60, 180, 90]) / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - expected).max() <= 2


def test_colours_are_converted_before_they_are_laid_on_white() -> None:
    colour = np.array([60, 180, 90])
    image = Image.new("RGBA", (WIDTH, HEIGHT), (60, 180, 90, 128))
    picture = opened(image, icc_profile=rgb_profile(DISPLAY_P3_TO_XYZ))
    converted = srgb_levels((colour / 255) ** GAMMA @ DISPLAY_P3_TO_XYZ.T)
    assert np.abs(picture.pixels - (converted * 128 + 255 * 127) / 255).max() <= 2
    assert picture.notes == (
        "colours converted from the profile Handmade to sRGB",
        "transparency laid on white",
    )


# --- ink, Lab, YCbCr


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_profile_mixes_ink_on_white(kind: str) -> None:
    inks = {(0, 0, 0, 0): (255, 255, 255), (255, 0, 0, 0): (0, 255, 255), (0, 255, 0, 0): (255, 0, 255)}
    inks |= {(0, 0, 255, 0): (255, 255, 0), (0, 0, 0, 255): (0, 0, 0), (0, 0, 0, 100): (155, 155, 155)}
    for ink, colour in inks.items():
        picture = opened(Image.new("CMYK", (WIDTH, HEIGHT), ink), kind)
        assert np.abs(picture.pixels.astype(int) - colour).max() <= 2
        assert picture.notes == ("CMYK converted to RGB without a colour profile",)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_goes_through_its_profile(kind: str) -> None:
    for ink, lightness in ((0, 100), (128, 49.8), (255, 0)):
        picture = opened(Image.new("CMYK", (WIDTH, HEIGHT), (0, 0, 0, ink)), kind, icc_profile=ink_profile())
        expected = srgb_levels(lab_to_xyz(np.array([lightness, 0.0, 0.0])))
        assert np.abs(picture.pixels - expected).max() <= 4
        assert picture.notes == ("colours converted from the profile Handmade to sRGB",)


def test_lab_comes_out_as_the_formula_says() -> None:
    stored = np.array([[[128, 128, 128], [200, 150, 100], [90, 110, 160], [255, 128, 128], [0, 128, 128]]], np.uint8)
    bands = [Image.fromarray(stored[..., i]) for i in range(3)]
    picture = opened(Image.merge("LAB", bands), "TIFF")
    lab = stored * [100 / 255, 1, 1] - [0, 128, 128]
    assert np.abs(picture.pixels - srgb_levels(lab_to_xyz(lab))).max() <= 2
    assert picture.notes == ("Lab converted to sRGB",)


def test_ycbcr_tiff_keeps_its_colours() -> None:
    for compression in ("raw", "jpeg"):
        image = Image.new("RGB", (16, 32), (200, 100, 50)).convert("YCbCr")
        picture = opened(image, "TIFF", compression=compression)
        assert picture.pixels.shape == (32, 16, 3)
        assert np.abs(picture.pixels.astype(int) - (200, 100, 50)).max() <= 3


# --- transparency


@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_transparency_is_laid_on_white(kind: str) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    picture = opened(Image.fromarray(rgba), kind)
    alpha = rgba[..., 3:] / 255
    assert np.abs(picture.pixels - (rgba[..., :3] * alpha + 255 * (1 - alpha))).max() <= 1
    assert picture.notes == ("transparency laid on white",)


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_transparency_of_photographs_is_laid_on_white(kind: str) -> None:
    image = Image.new("RGBA", (34, 26), (200, 20, 60, 255))
    image.paste((200, 20, 60, 0), (0, 0, 16, 26))
    pixels = opened(image, kind).pixels.astype(int)
    assert np.abs(pixels[:, 2:12] - 255).max() <= 4
    assert np.abs(pixels[:, 20:32] - (200, 20, 60)).max() <= 6


def test_opaque_alpha_changes_nothing_and_is_not_mentioned() -> None:
    pixels = noise()
    picture = opened(Image.fromarray(pixels).convert("RGBA"))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ()


def test_grey_with_transparency_is_laid_on_white() -> None:
    values = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 2), dtype=np.uint8)
    alpha = values[..., 1] / 255
    expected = values[..., 0] * alpha + 255 * (1 - alpha)
    for kind in ("PNG", "TIFF"):
        picture = opened(Image.fromarray(values), kind)
        assert np.abs(picture.pixels - expected[..., np.newaxis]).max() <= 1


def test_premultiplied_colours_are_not_darkened_twice() -> None:
    # Full red at half cover, stored as TIFF's associated alpha: red 128, alpha 128. On white: 255, 127, 127.
    for mode, value in (("RGBA", (128, 0, 0, 128)), ("LA", (128, 128))):
        data = bytearray(encode(Image.new(mode, (WIDTH, HEIGHT), value), "TIFF"))
        (directory,) = struct.unpack_from("<I", data, 4)
        (entries,) = struct.unpack_from("<H", data, directory)
        for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
            if struct.unpack_from("<H", data, entry)[0] == 338:  # ExtraSamples
                struct.pack_into("<H", data, entry + 8, 1)
        pixels = open_picture(bytes(data), name="picture").pixels.astype(int)
        expected = (255, 127, 127) if mode == "RGBA" else (255, 255, 255)
        assert np.abs(pixels - expected).max() <= 2


@pytest.mark.parametrize("mode", ["RGBa", "RGBA", "PA", "RGBX", "LA", "La"])
def test_every_mode_with_a_fourth_band_comes_out_as_rgb(mode: str) -> None:
    values = {"RGBa": (128, 0, 0, 128), "RGBA": (255, 0, 0, 128), "RGBX": (255, 127, 127, 9)}
    values |= {"PA": (1, 128), "LA": (0, 128), "La": (0, 128)}
    image = Image.new(mode, (WIDTH, HEIGHT), values[mode])
    if mode == "PA":
        image.putpalette([9, 9, 9, 255, 0, 0])
    rgb, notes = to_srgb(image)
    assert rgb.mode == "RGB"
    expected = (127, 127, 127) if mode in ("LA", "La") else (255, 127, 127)
    assert np.abs(np.asarray(rgb, int) - expected).max() <= 1
    assert notes == (() if mode == "RGBX" else ("transparency laid on white",))


def palette_picture() -> tuple[Image.Image, ByteArray]:
    """A palette picture of three colours with index 2 nowhere in the first row, and what it looks like."""
    indices = np.arange(HEIGHT * WIDTH, dtype=np.uint8).reshape(HEIGHT, WIDTH) % 3
    colours = np.array([[10, 20, 30], [200, 100, 50], [0, 90, 250]], np.uint8)
    image = Image.fromarray(indices)
    image.putpalette(colours.tobytes())
    return image, colours[indices]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "TIFF"])
def test_palette_pictures_keep_their_colours(kind: str) -> None:
    image, expected = palette_picture()
    picture = opened(image, kind)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == ()


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_transparent_palette_entry_becomes_white(kind: str) -> None:
    image, expected = palette_picture()
    picture = opened(image, kind, transparency=1)
    expected[np.asarray(image) == 1] = 255
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == ("transparency laid on white",)


def test_half_transparent_palette_entries_are_mixed_with_white() -> None:
    image, expected = palette_picture()
    alpha = np.array([0, 128, 255])[np.asarray(image)][..., np.newaxis] / 255
    picture = opened(image, transparency=bytes([0, 128, 255]))
    assert np.abs(picture.pixels - (expected * alpha + 255 * (1 - alpha))).max() <= 1


@pytest.mark.parametrize(
    ("depth", "row", "key", "expected"),
    [
        (1, 0b01000000, 1, [0, 255]),
        (1, 0b01000000, 0, [255, 255]),
        (2, 0b01100000, 1, [255, 170]),
        (2, 0b01100000, 2, [85, 255]),
        (4, 0x1C, 1, [255, 204]),
        (4, 0x1C, 12, [17, 255]),
        (8, 0x010C, 1, [255, 12]),
        (8, 0x010C, 12, [1, 255]),
        (16, 0x0101FF00, 0x0101, [255, 254]),
        (16, 0x0101FF00, 0xFF00, [1, 255]),
    ],
)
def test_transparent_grey_of_a_png_becomes_white_in_every_depth(
    depth: int, row: int, key: int, expected: list[int]
) -> None:
    raw = b"\0" + row.to_bytes(max(1, 2 * depth // 8), "big")
    data = png(2, 1, depth, 0, raw, extra=png_chunk(b"tRNS", struct.pack(">H", key)))
    picture = open_picture(data, name="picture")
    np.testing.assert_array_equal(picture.pixels, grey([expected]))
    assert "transparency laid on white" in picture.notes


@pytest.mark.parametrize(("depth", "unit"), [(8, "B"), (16, "H")])
def test_transparent_colour_of_a_png_becomes_white(depth: int, unit: str) -> None:
    scale = 1 if depth == 8 else 257
    colours = [channel * scale for channel in (10, 20, 30, 30, 20, 10)]
    key = png_chunk(b"tRNS", struct.pack(">3H", *colours[:3]))
    data = png(2, 1, depth, 2, b"\0" + struct.pack(f">6{unit}", *colours), extra=key)
    np.testing.assert_array_equal(open_picture(data, name="a").pixels, [[[255, 255, 255], [30, 20, 10]]])


# --- grey of all depths


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF"])
def test_grey_becomes_three_equal_channels(kind: str) -> None:
    levels = np.full((16, 24), 77, np.uint8)
    np.testing.assert_array_equal(opened(Image.fromarray(levels), kind).pixels, grey(levels))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP", "GIF"])
def test_one_bit_is_black_and_white(kind: str) -> None:
    levels = noise()[..., 0] // 128 * np.uint8(255)
    np.testing.assert_array_equal(opened(Image.fromarray(levels).convert("1"), kind).pixels, grey(levels))


SIXTEEN_BIT = np.array([[0, 128, 129, 257, 32768, 65406, 65407, 65535]], np.uint16)
EIGHT_OF_SIXTEEN = np.array([[0, 0, 1, 1, 128, 254, 255, 255]], np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_and_rounded(kind: str) -> None:
    picture = opened(Image.fromarray(SIXTEEN_BIT), kind)
    np.testing.assert_array_equal(picture.pixels, grey(EIGHT_OF_SIXTEEN))
    assert picture.notes == ("16-bit grey scaled to 8 bits",)


def raw_tiff(
    values: NDArray[Any], *, photometric: int = 1, bits: int, sample_format: int = 1, order: str = "<"
) -> bytes:
    """An uncompressed grey TIFF of one strip; `values` in any type, or the packed bytes themselves."""
    height, width = values.shape
    content = values.tobytes()
    fields = [(256, width), (257, height), (258, bits), (259, 1), (262, photometric), (273, 8), (277, 1)]
    fields += [(278, height), (279, len(content)), (339, sample_format)]
    directory = struct.pack(f"{order}H", len(fields))
    for tag, value in fields:
        directory += struct.pack(f"{order}HHI", tag, 4 if tag in (273, 279) else 3, 1)
        directory += struct.pack(f"{order}I" if tag in (273, 279) else f"{order}Hxx", value)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(content))
    return head + content + directory + bytes(4)


def test_sixteen_bit_grey_of_the_other_byte_order() -> None:
    data = raw_tiff(SIXTEEN_BIT.astype(">u2"), bits=16, order=">")
    np.testing.assert_array_equal(open_picture(data, name="a").pixels, grey(EIGHT_OF_SIXTEEN))


def test_sixteen_bit_grey_counted_from_white_is_turned_round() -> None:
    data = raw_tiff(SIXTEEN_BIT, bits=16, photometric=0)
    np.testing.assert_array_equal(open_picture(data, name="a").pixels, grey(255 - EIGHT_OF_SIXTEEN))


def test_twelve_bit_grey_uses_the_whole_range() -> None:
    # Two values of twelve bits in three bytes: 0 and 4095, 2048 and 16.
    packed = np.frombuffer(b"\x00\x0f\xff\x80\x00\x10", np.uint8)
    data = bytearray(raw_tiff(packed.reshape(1, 6), bits=12))
    (directory,) = struct.unpack_from("<I", data, 4)
    struct.pack_into("<H", data, directory + 2 + 8, 4)  # the width: four values
    picture = open_picture(bytes(data), name="a")
    np.testing.assert_array_equal(picture.pixels, grey([[0, 255, 128, 1]]))


@pytest.mark.parametrize("order", ["<", ">"])
def test_32_bit_whole_numbers_within_16_bits_are_scaled_like_16_bits(order: str) -> None:
    data = raw_tiff(SIXTEEN_BIT.astype(f"{order}i4"), bits=32, sample_format=2, order=order)
    picture = open_picture(data, name="a")
    np.testing.assert_array_equal(picture.pixels, grey(EIGHT_OF_SIXTEEN))
    assert picture.notes == ("32-bit grey from 0 to 65535 scaled to 8 bits",)


def test_32_bit_whole_numbers_beyond_are_stretched() -> None:
    values = np.array([[-(2**31), 0, 2**31 - 1]], np.int32)
    picture = open_picture(raw_tiff(values, bits=32, sample_format=2), name="a")
    np.testing.assert_array_equal(picture.pixels, grey([[0, 128, 255]]))
    assert picture.notes == ("32-bit grey stretched: -2.14748e+09 is black, 2.14748e+09 is white",)


def test_floating_point_between_0_and_1_keeps_its_scale() -> None:
    picture = opened(Image.fromarray(np.array([[0.2, 0.25, 0.5, 0.6]], np.float32)), "TIFF")
    np.testing.assert_array_equal(picture.pixels, grey([[51, 64, 128, 153]]))
    assert picture.notes == ("32-bit floating-point grey from 0 to 1 scaled to 8 bits",)


def test_floating_point_beyond_is_stretched() -> None:
    picture = opened(Image.fromarray(np.array([[-3.0, 0.0, 7.0]], np.float32)), "TIFF")
    np.testing.assert_array_equal(picture.pixels, grey([[0, 76, 255]]))
    assert picture.notes == ("32-bit floating-point grey stretched: -3 is black, 7 is white",)


def test_what_is_no_number_is_black_or_white_and_mentioned() -> None:
    values = np.array([[np.nan, -np.inf, np.inf, 0.6]], np.float32)
    picture = opened(Image.fromarray(values), "TIFF")
    np.testing.assert_array_equal(picture.pixels, grey([[0, 0, 255, 153]]))
    assert picture.notes[0].endswith("3 values that are no numbers set to black or white")


def test_grey_levels_at_the_edges() -> None:
    for constant, level in ((0.0, 0), (1.0, 255), (0.4, 102), (7.0, 128), (-7.0, 128)):
        levels, _note = grey_levels(np.full((HEIGHT, WIDTH), constant, np.float32))
        np.testing.assert_array_equal(levels, np.full((HEIGHT, WIDTH), level))
    nothing, _note = grey_levels(np.full((HEIGHT, WIDTH), np.nan, np.float32))
    np.testing.assert_array_equal(nothing, np.zeros((HEIGHT, WIDTH)))
    mixed, _note = grey_levels(np.array([[7.0, np.nan, np.inf, -np.inf]], np.float32))
    np.testing.assert_array_equal(mixed, [[128, 0, 255, 0]])
    widest, _note = grey_levels(np.array([[-3.4e38, 0, 3.4e38]], np.float32))
    np.testing.assert_array_equal(widest, [[0, 128, 255]])
    beside, _note = grey_levels(np.array([[1e6, 1e6 + 0.5, 1e6 + 1]], np.float32))
    np.testing.assert_array_equal(beside, [[0, 128, 255]])


def test_grey_levels_rise_with_the_values_over_many_blocks() -> None:
    values = np.linspace(-5, 9, 1201 * 1801, dtype=np.float32).reshape(1201, 1801)
    levels, _note = grey_levels(values)
    assert levels.dtype == np.uint8
    assert levels.min() == 0
    assert levels.max() == 255
    assert (np.diff(levels.ravel().astype(int)) >= 0).all()
    assert set(np.diff(levels.ravel().astype(int))) == {0, 1}
