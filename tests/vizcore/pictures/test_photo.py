"""Picture files of every accepted kind come out upright, opaque and read-only; everything else is refused in words."""

import hashlib
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, features

from vizcore.arrays import ByteArray
from vizcore.errors import VizcoreError
from vizcore.pictures import av1, formats, names
from vizcore.pictures.display import display_copy, encode_png
from vizcore.pictures.names import clean_name
from vizcore.pictures.photo import Picture, open_picture

HEIGHT, WIDTH = 7, 13
FORMATS = ("PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", "AVIF", "HEIC")
LOSSLESS = ("PNG", "WebP", "BMP", "TIFF")
EXTENSION = {"JPEG": "jpg", "TIFF": "tif"}

# How each EXIF orientation stores upright[y, x] at [row, column], from the standard's words on what the first row and
# the first column of the stored picture are. `h` and `w` are the upright height and width.
STORED_FROM_UPRIGHT: dict[int, Callable[[int, int, int, int], tuple[int, int]]] = {
    1: lambda row, column, h, w: (row, column),  # first row: top, first column: left
    2: lambda row, column, h, w: (row, w - 1 - column),  # top, right
    3: lambda row, column, h, w: (h - 1 - row, w - 1 - column),  # bottom, right
    4: lambda row, column, h, w: (h - 1 - row, column),  # bottom, left
    5: lambda row, column, h, w: (column, row),  # left, top
    6: lambda row, column, h, w: (column, w - 1 - row),  # right, top
    7: lambda row, column, h, w: (h - 1 - column, w - 1 - row),  # right, bottom
    8: lambda row, column, h, w: (h - 1 - column, row),  # left, bottom
}


def noise(height: int = HEIGHT, width: int = WIDTH, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def smooth(height: int, width: int) -> ByteArray:
    """Slow gradients without any symmetry: what lossy formats keep to a few levels."""
    y, x = np.mgrid[:height, :width]
    channels = (40 + 170 * x / width, 30 + 180 * y / height, 120 + 60 * x / width - 70 * y / height)
    return np.stack(channels, axis=-1).astype(np.uint8)


def encode(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if kind == "HEIC":
        options = {"quality": 90, "chroma": 444} | options
        heif = pillow_heif.from_pillow(image)
        # Not through Pillow's own info: pillow-heif would turn the pixels as well as mark them as turned.
        heif.info["exif"] = options.pop("exif").tobytes() if "exif" in options else None
        heif.save(buffer, **options)
    else:
        if kind == "WebP":
            options = {"lossless": True, "exact": True} | options
        elif kind in ("JPEG", "AVIF"):
            options = {"quality": 95, "subsampling": 0 if kind == "JPEG" else "4:4:4"} | options
        image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def encode_array(pixels: ByteArray, kind: str, **options: Any) -> bytes:
    return encode(Image.fromarray(pixels), kind, **options)


def name_for(kind: str) -> str:
    return f"holiday.{EXTENSION.get(kind, kind.lower())}"


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int, colour_type: int, raw: bytes, *, extra: bytes = b"") -> bytes:
    """A PNG put together by hand; `raw` are the rows, each with its filter byte."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + png_chunk(b"IDAT", zlib.compress(raw)) + png_chunk(b"IEND", b"")


def png_chunks(data: bytes) -> Iterator[bytes]:
    position = 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        yield kind
        position += 12 + length


def refusal(data: bytes, *, name: str = "holiday.png") -> str:
    with pytest.raises(VizcoreError) as caught:
        open_picture(data, name=name)
    return str(caught.value)


PROBE = """
import sys
from pathlib import Path
from vizcore.errors import VizcoreError
from vizcore.pictures.photo import open_picture

def peak():
    # In kB. `ru_maxrss` would begin with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])

data = sys.stdin.buffer.read()
before = peak()
try:
    words = repr(open_picture(data, name=sys.argv[1]))
except VizcoreError as error:
    words = str(error)
print(peak() - before)
sys.stdout.buffer.write(words.encode())
"""


def open_in_new_process(data: bytes, *, name: str) -> tuple[str, float, str]:
    """What came of it, by how many MB the memory grew meanwhile, and what was written to the error stream."""
    run = subprocess.run([sys.executable, "-c", PROBE, name], input=data, capture_output=True, check=True, timeout=60)
    growth, words = run.stdout.decode().split("\n", 1)
    return words, int(growth) / 1024, run.stderr.decode()


# --- what comes out


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_keep_every_pixel(kind: str) -> None:
    pixels = noise()
    picture = open_picture(encode_array(pixels, kind), name=name_for(kind))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ()


@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIC"])
def test_lossy_formats_keep_pixels_to_a_few_levels(kind: str) -> None:
    pixels = smooth(62, 94)
    picture = open_picture(encode_array(pixels, kind), name=name_for(kind))
    assert picture.pixels.shape == pixels.shape
    assert np.abs(picture.pixels.astype(int) - pixels).max() <= 8
    assert picture.notes == ()


def test_gif_keeps_every_pixel_of_few_colours() -> None:
    pixels = noise()[:, :, :1] // 128 * np.array([255, 80, 3], np.uint8)
    picture = open_picture(encode(Image.fromarray(pixels).quantize(4), "GIF"), name="holiday.gif")
    np.testing.assert_array_equal(picture.pixels, pixels)


@pytest.mark.parametrize("kind", FORMATS)
def test_pixels_are_rgb_bytes_in_rows_and_read_only(kind: str) -> None:
    pixels = open_picture(encode_array(noise(22, 26), kind), name=name_for(kind)).pixels
    assert pixels.shape == (22, 26, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


@pytest.mark.parametrize("kind", LOSSLESS)
def test_one_pixel_is_a_picture(kind: str) -> None:
    pixels = np.array([[[11, 130, 253]]], np.uint8)
    np.testing.assert_array_equal(open_picture(encode_array(pixels, kind), name="dot").pixels, pixels)


def test_digest_is_that_of_the_bytes_and_decides_equality() -> None:
    first, second = encode_array(noise(seed=1), "PNG"), encode_array(noise(seed=2), "PNG")
    picture = open_picture(first, name="a.png")
    assert picture.digest == hashlib.sha256(first).hexdigest()
    assert picture == open_picture(first, name="a.png")
    assert hash(picture) == hash(open_picture(first, name="a.png"))
    assert picture != open_picture(second, name="a.png")


def test_picture_cannot_be_changed() -> None:
    picture = open_picture(encode_array(noise(), "PNG"), name="a.png")
    with pytest.raises(AttributeError):
        picture.name = "b.png"


@pytest.mark.parametrize("kind", FORMATS)
def test_several_threads_agree(kind: str) -> None:
    data = [encode_array(noise(40 + 2 * i, 52, seed=i), kind) for i in range(3)]
    alone = [open_picture(one, name="a").pixels for one in data]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda i: open_picture(data[i % 3], name="a").pixels, range(24)))
    for i, pixels in enumerate(together):
        np.testing.assert_array_equal(pixels, alone[i % 3])


# --- upright


def stored(upright: ByteArray, orientation: int) -> ByteArray:
    height, width = upright.shape[:2]
    shape = (width, height) if orientation >= 5 else (height, width)
    place = STORED_FROM_UPRIGHT[orientation]
    rows = [[upright[place(row, column, height, width)] for column in range(shape[1])] for row in range(shape[0])]
    return np.array(rows, np.uint8)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[274] = orientation
    return tags


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_all_orientations_of_one_picture_come_out_the_same(kind: str, orientation: int) -> None:
    upright = noise()
    picture = open_picture(
        encode_array(stored(upright, orientation), kind, exif=exif(orientation)), name=name_for(kind)
    )
    np.testing.assert_array_equal(picture.pixels, upright)
    assert picture.notes == (() if orientation == 1 else ("turned upright",))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIC"])
def test_all_orientations_of_a_photograph_come_out_the_same(kind: str, orientation: int) -> None:
    upright = smooth(62, 94)
    data = encode_array(stored(upright, orientation), kind, exif=exif(orientation))
    picture = open_picture(data, name=name_for(kind))
    assert picture.pixels.shape == upright.shape
    assert np.abs(picture.pixels.astype(int) - upright).max() <= 8
    assert ("turned upright" in picture.notes) == (orientation != 1)


def test_tall_pictures_are_turned_in_all_their_rows() -> None:
    upright = noise(601, 17)
    for orientation in range(1, 9):
        data = encode_array(stored(upright, orientation), "PNG", exif=exif(orientation))
        np.testing.assert_array_equal(open_picture(data, name="a.png").pixels, upright)


@pytest.mark.parametrize(
    "metadata", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk", b"Exif\0\0" + b"MM\0*\0\0\0\x08\0\x05"]
)
def test_broken_exif_costs_nothing_but_the_orientation(metadata: bytes) -> None:
    data = encode_array(smooth(31, 37), "JPEG")
    segment = b"\xff\xe1" + struct.pack(">H", len(metadata) + 2) + metadata
    words, _growth, errors = open_in_new_process(data[:2] + segment + data[2:], name="a.jpg")
    assert words.startswith("Picture(")
    assert errors == ""


# --- frames


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("PNG", "first of 3 frames"),
        ("WebP", "first of 3 frames"),
        ("GIF", "first of 3 frames"),
        ("TIFF", "first of 3 pages"),
        ("AVIF", "still picture of an animation"),
    ],
)
def test_of_several_frames_the_first_is_taken(kind: str, note: str) -> None:
    frames = [Image.new("RGB", (26, 22), colour) for colour in ("#c80000", "#00c800", "#0000c8")]
    picture = open_picture(encode(frames[0], kind, save_all=True, append_images=frames[1:]), name=name_for(kind))
    assert picture.notes == (note,)
    assert picture.pixels.shape == (22, 26, 3)
    assert np.abs(picture.pixels.astype(int) - [200, 0, 0]).max() <= 4


def test_of_several_heic_pictures_the_main_one_is_taken() -> None:
    heif = pillow_heif.from_pillow(Image.new("RGB", (26, 22), "#c80000"))
    heif.add_from_pillow(Image.new("RGB", (34, 30), "#0000c8"))
    buffer = io.BytesIO()
    heif.save(buffer, primary_index=1, quality=90)
    picture = open_picture(buffer.getvalue(), name="a.heic")
    assert picture.notes == ("main one of 2 pictures",)
    assert picture.pixels.shape == (30, 34, 3)
    assert np.abs(picture.pixels.astype(int) - [0, 0, 200]).max() <= 4


def gif_frames(count: int) -> bytes:
    one = encode(Image.new("P", (WIDTH, HEIGHT)), "GIF")
    frame = one[one.index(b",") : -1]
    return one[:-1] + frame * (count - 1) + b";"


def tiff_with_empty_pages(count: int) -> bytes:
    data = bytearray(encode(Image.new("L", (WIDTH, HEIGHT)), "TIFF"))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + 12 * entries, len(data))
    pages = [struct.pack("<HI", 0, len(data) + 6 * i if i < count else 0) for i in range(1, count + 1)]
    return bytes(data) + b"".join(pages)


@pytest.mark.parametrize(("count", "note"), [(1000, "first of 1000 frames"), (1001, "first of more than 1000 frames")])
def test_frames_are_counted_to_a_thousand(count: int, note: str) -> None:
    assert open_picture(gif_frames(count), name="a.gif").notes == (note,)


def test_a_million_frames_take_no_longer_to_count() -> None:
    assert open_picture(gif_frames(300_000), name="a.gif").notes == ("first of more than 1000 frames",)
    assert open_picture(tiff_with_empty_pages(1_000_000), name="a.tif").notes == ("first of more than 1000 pages",)


def test_tiff_pages_in_a_circle_are_counted_once() -> None:
    data = bytearray(tiff_with_empty_pages(2))
    struct.pack_into("<I", data, len(data) - 4, struct.unpack_from("<I", data, 4)[0])
    assert open_picture(bytes(data), name="a.tif").notes == ("first of 3 pages",)


# --- names


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("cat.png", "cat.png"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("/etc/../cat.png", "cat.png"),
        ("photos/", "photos"),
        ("a\x00b\x1b[31m\n.png", "a b [31m .png"),
        ("ca\u202egnp.exe", "ca gnp.exe"),
        ("  my   cat .png ", "my cat .png"),
        ("Überraschung №1.jpg", "Überraschung №1.jpg"),
        ("", "picture"),
        ("///", "picture"),
        ("\u200b", "picture"),
        ("\ud800.png", ".png"),
    ],
)
def test_names_lose_folders_and_what_cannot_be_seen(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned


def test_long_names_keep_beginning_and_extension() -> None:
    name = clean_name("cat" * 100 + ".jpeg")
    assert len(name) == names.MAX_NAME_LENGTH
    assert name.startswith("catcat")
    assert name.endswith("….jpeg")
    assert len(clean_name("x" * 300)) == names.MAX_NAME_LENGTH
    assert len(clean_name("x." + "y" * 300)) == names.MAX_NAME_LENGTH


def test_a_wrong_extension_is_mentioned_and_the_content_counts() -> None:
    pixels = noise()
    picture = open_picture(encode_array(pixels, "BMP"), name="photos/cat.PNG")
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert picture.notes == ("a BMP, though its name ends in .png",)
    assert open_picture(encode_array(smooth(22, 26), "AVIF"), name="cat.jpg").notes == (
        "an AVIF, though its name ends in .jpg",
    )


@pytest.mark.parametrize("name", ["cat.JPG", "cat.jpeg", "cat.jfif", "cat"])
def test_a_right_extension_or_none_is_not_mentioned(name: str) -> None:
    assert open_picture(encode_array(smooth(31, 37), "JPEG"), name=name).notes == ()


# --- refusals


@pytest.mark.parametrize(
    ("data", "came"),
    [
        (b"Dear diary,\nno picture here.", "is a text file"),
        ("Grüße, ".encode() * 700, "is a text file"),
        (b"BM" + b"W is a make of cars. " * 9, "is a text file"),
        ("hello".encode("utf-16"), "is a text file"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "is an SVG drawing"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF document"),
        (b"PK\x03\x04" + bytes(40), "is a ZIP archive"),
        (b"\0\0\0\x20ftypisom" + bytes(40), "is a video"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "is an HDF5 file"),
        (bytes(range(128, 256)) * 9, "is not a picture of a known format"),
        (b"\0", "is not a picture of a known format"),
    ],
)
def test_what_is_no_picture_is_named_and_refused(data: bytes, came: str) -> None:
    message = refusal(data, name="dir/holiday.png")
    assert message.startswith("“holiday.png” " + came)
    assert "though its name ends in .png" in message
    assert "PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC" in message
    assert "though" not in refusal(data, name="holiday.dat")


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", name="cat.png").startswith("“cat.png” is empty.")


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PCX", "SGI", "DDS", "IM", "ICNS", "JPEG2000", "PDF"])
def test_other_formats_of_pillow_stay_closed(kind: str) -> None:
    if kind == "JPEG2000" and not features.check("jpg_2000"):
        pytest.skip("this Pillow cannot write JPEG 2000")
    data = encode_array(noise(64, 64), kind)
    assert "Please choose a picture file" in refusal(data, name="cat.png")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("kind", FORMATS)
def test_truncated_files_are_refused(kind: str, part: float) -> None:
    data = encode_array(noise(62, 94), kind)
    message = refusal(data[: int(part * len(data))], name=name_for(kind))
    assert message.startswith(f"“{name_for(kind)}” begins like {formats.with_article(kind)} file but is cut short")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_header_alone_is_refused(kind: str) -> None:
    data = encode_array(noise(62, 94), kind)
    for length in (16, 20, 24, 28, 32, 40):
        assert "“a”" in refusal(data[:length], name="a")


def test_more_than_ten_megabytes_are_refused_and_ten_are_read() -> None:
    data = encode_array(noise(), "PNG")
    full = data + bytes(10 * 1024 * 1024 - len(data))
    assert open_picture(full, name="a.png").pixels.shape == (HEIGHT, WIDTH, 3)
    assert "10.1 MB, and up to 10 MB" in refusal(full + b"\0")


def empty_png(width: int, height: int) -> bytes:
    return png(width, height, 8, 2, b"")


def test_size_limits_count_pixels_and_sides() -> None:
    assert "48.0 megapixels (8,000 × 6,000 pixels), and up to 24" in refusal(empty_png(8000, 6000))
    assert "24.5 megapixels (7,000 × 3,501 pixels)" in refusal(empty_png(7000, 3501))
    assert "measures 12,001 × 5 pixels, and up to 12,000 along a side" in refusal(empty_png(12_001, 5))
    assert "measures 5 × 12,001 pixels" in refusal(empty_png(5, 12_001))
    # Within the limits: refused for another reason, the missing pixels.
    assert "cut short" in refusal(empty_png(7000, 3500))
    assert "cut short" in refusal(empty_png(5712, 4284))


def test_the_longest_side_and_a_phone_of_24_megapixels_are_read() -> None:
    strip = Image.new("L", (12_000, 2), 77)
    assert open_picture(encode(strip, "PNG"), name="a.png").pixels.shape == (2, 12_000, 3)
    pixels = open_picture(encode(Image.new("L", (5712, 4284), 77), "PNG"), name="a.png").pixels
    assert pixels.shape == (4284, 5712, 3)
    assert pixels.min() == pixels.max() == 77


# --- bombs: files that claim little and unpack into much, or claim much and hold nothing


def webp_canvas(width: int, height: int) -> bytes:
    picture = encode_array(noise(), "WebP")[12:]
    extended = (
        struct.pack("<4sII", b"VP8X", 10, 2) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(picture)) + b"WEBP" + extended + picture


def gif_canvas(width: int, height: int) -> bytes:
    data = bytearray(encode(Image.new("P", (WIDTH, HEIGHT)), "GIF"))
    frame = data.index(b",")
    struct.pack_into("<2H", data, frame + 5, width, height)
    return bytes(data)


def bmp_header(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, *[0] * 6)


def tiff_header(width: int, height: int) -> bytes:
    data = bytearray(encode(Image.new("L", (WIDTH, HEIGHT)), "TIFF", compression="tiff_deflate"))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
        (tag,) = struct.unpack_from("<H", data, entry)
        if tag in (256, 257, 278):
            struct.pack_into("<HII", data, entry + 2, 4, 1, width if tag == 256 else height)
    return bytes(data)


def jpeg_header(width: int, height: int) -> bytes:
    data = bytearray(encode_array(noise(), "JPEG"))
    struct.pack_into(">HH", data, data.index(b"\xff\xc0") + 5, height, width)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (empty_png(100_000, 100_000), "a.png"),
        (png(30_000, 30_000, 8, 6, bytes(1_000_000)), "a.png"),
        (webp_canvas(16_000, 16_000), "a.webp"),
        (gif_canvas(65_000, 65_000), "a.gif"),
        (gif_canvas(10_000, 9_500), "a.gif"),
        (bmp_header(20_000, 20_000), "a.bmp"),
        (tiff_header(50_000, 50_000), "a.tif"),
        (jpeg_header(65_000, 65_000), "a.jpg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_huge_headers_are_refused_without_memory_and_without_a_warning(data: bytes, name: str) -> None:
    words, growth, errors = open_in_new_process(data, name=name)
    assert "megapixels" in words
    assert growth < 20
    assert errors == ""


def zipped_zeros(megabytes: int) -> bytes:
    return zlib.compress(bytes(megabytes * 2**20), 9)


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"zTXt", b"note\0\0" + zipped_zeros(200)),
        png_chunk(b"iTXt", b"note\0\1\0\0\0" + zipped_zeros(200)),
        png_chunk(b"iCCP", b"profile\0\0" + zipped_zeros(200)),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_metadata_that_unpacks_into_megabytes_is_left_out_without_memory(chunk: bytes) -> None:
    words, growth, errors = open_in_new_process(png(1, 1, 8, 2, bytes(4), extra=chunk), name="a.png")
    assert words.startswith("Picture(")
    assert growth < 20
    assert errors == ""


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_a_grey_picture_without_colours_of_its_own_opens(kind: str) -> None:
    picture = open_picture(encode(Image.new("L", (64, 48), 99), kind), name="grey")
    assert picture.pixels.shape == (48, 64, 3)
    assert np.abs(picture.pixels.astype(int) - 99).max() <= 2


def shrunk_claim(data: bytes, *, width: int, height: int) -> bytes:
    """The same file with every announced size (`ispe`) replaced."""
    changed = bytearray(data)
    position = changed.find(b"ispe")
    assert position > 0
    while position > 0:
        struct.pack_into(">II", changed, position + 8, width, height)
        position = changed.find(b"ispe", position + 4)
    return bytes(changed)


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_a_payload_larger_than_announced_is_refused_without_memory(kind: str) -> None:
    honest = encode(Image.new("L", (5000, 5000), 99), kind, **({"speed": 10} if kind == "AVIF" else {}))
    assert len(honest) < 20_000
    words, growth, _errors = open_in_new_process(shrunk_claim(honest, width=64, height=64), name="a")
    assert "“a”" in words
    assert "Please" in words
    assert growth < 20


def test_a_film_track_cannot_hide_behind_a_small_still_picture() -> None:
    frames = [Image.new("RGB", (26, 22), colour) for colour in ("#c80000", "#00c800")]
    data = encode(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    assert data[8:12] == b"avis"
    # The place of the track's samples in ruins: the still picture is read all the same, so the track is not looked at.
    broken = bytearray(data)
    position = broken.index(b"stco")
    struct.pack_into(">I", broken, position + 12, 0)
    with pytest.raises(RuntimeError), Image.open(io.BytesIO(broken)) as image:
        image.load()
    picture = open_picture(bytes(broken), name="a.avif")
    assert np.abs(picture.pixels.astype(int) - [200, 0, 0]).max() <= 4


def test_a_progressive_jpeg_of_endless_scans_is_refused() -> None:
    data = encode(Image.new("L", (64, 64), 128), "JPEG", progressive=True, subsampling=-1)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    assert open_picture(data[:-2] + last_scan * 50 + data[-2:], name="a.jpg").pixels.shape == (64, 64, 3)
    assert "unpacks into far more" in refusal(data[:-2] + last_scan * 1000 + data[-2:], name="a.jpg")


def test_a_gif_of_nothing_but_comments_is_refused() -> None:
    data = encode(Image.new("P", (WIDTH, HEIGHT)), "GIF")
    assert "begins like a GIF" in refusal(data[:13] + b"\x21\xfe" + b"\x01a" * 4_000_000 + b"\0;", name="a.gif")


def test_tiff_with_tags_beyond_its_end_writes_no_warnings() -> None:
    data = bytearray(encode(Image.new("L", (WIDTH, HEIGHT)), "TIFF", description="words " * 20, software="x" * 40))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
        if struct.unpack_from("<H", data, entry)[0] in (270, 305):
            struct.pack_into("<I", data, entry + 4, 2**31)
    words, growth, errors = open_in_new_process(bytes(data), name="a.tif")
    assert words.startswith("Picture(")
    assert growth < 20
    assert errors == ""


# --- the sizes inside an AVIF


@pytest.mark.parametrize("options", [{}, {"subsampling": "4:2:0"}, {"quality": 100}, {"save_all": True}])
def test_av1_sizes_are_those_of_the_frames(options: dict[str, Any]) -> None:
    data = encode(Image.fromarray(smooth(62, 94)), "AVIF", **options)
    assert set(av1.frame_sizes(data)) == {(94, 62)}


def test_av1_sizes_include_the_transparency() -> None:
    data = encode(Image.fromarray(smooth(62, 94)).convert("RGBA"), "AVIF")
    assert av1.frame_sizes(data).count((94, 62)) >= 1
    half = Image.merge("RGBA", [Image.new("L", (94, 62), value) for value in (9, 99, 199, 128)])
    assert av1.frame_sizes(encode(half, "AVIF")) == [(94, 62), (94, 62)]


def bits(*fields: tuple[int, int]) -> bytes:
    """(value, number of bits) pairs, most significant first, zeros to the end of the last byte."""
    text = "".join(f"{value:0{length}b}" for value, length in fields)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def obu(kind: int, content: bytes) -> bytes:
    return bytes([kind << 3 | 2, len(content)]) + content


def sequence_header(width: int, height: int, *, size_bits: int) -> bytes:
    """A sequence header that is not the short one of still pictures, with timing, a decoder model and frame numbers."""
    timing = [(1, 1), (1, 32), (25, 32), (0, 1), (1, 1), (9, 5), (1, 32), (9, 5), (6, 5)]
    point = [(0, 1), (0, 5), (0, 12), (8, 5), (0, 1), (1, 1), (0, 10), (0, 10), (0, 1)]
    size = [(size_bits - 1, 4), (size_bits - 1, 4), (width - 1, size_bits), (height - 1, size_bits)]
    numbers = [(1, 1), (3, 4), (2, 3)]
    tools = [(0, 3), (0, 4), (1, 1), (0, 2), (1, 1), (1, 1)]
    return obu(1, bits((0, 3), (0, 1), (0, 1), *timing, *point, *size, *numbers, *tools, (0, 16)))


def key_frame(*, overrides_size: bool) -> bytes:
    """Shown; temporal point of 7 bits; screen content with whole-number motion left to the frame; 8-bit number."""
    fields = [(0, 1), (0, 2), (1, 1), (0, 7), (0, 1), (1, 1), (1, 1), (5, 8), (int(overrides_size), 1), (0, 30)]
    return obu(6, bits(*fields))


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def avif_of(payload: bytes, *, item_kind: bytes = b"av01") -> bytes:
    """A container with one item, stored beside the table."""
    infe = box(b"infe", bytes([2, 0, 0, 0]) + struct.pack(">HH4s", 1, 0, item_kind) + b"\0")
    iinf = box(b"iinf", bytes(4) + struct.pack(">H", 1) + infe)
    iloc = box(b"iloc", bytes([1, 0, 0, 0, 0x44, 0]) + struct.pack(">HHHHHII", 1, 1, 1, 0, 1, 0, len(payload)))
    meta = box(b"meta", bytes(4) + iinf + iloc + box(b"idat", payload))
    return box(b"ftyp", b"avif" + bytes(4) + b"avifmif1miaf") + meta


def test_av1_size_override_counts_as_the_largest_size_it_could_ask_for() -> None:
    head = sequence_header(94, 62, size_bits=14)
    assert av1.frame_sizes(avif_of(head + key_frame(overrides_size=False))) == [(94, 62)]
    assert av1.frame_sizes(avif_of(head + key_frame(overrides_size=True))) == [(94, 62), (16_384, 16_384)]


def test_av1_grid_counts_with_the_size_it_is_put_together_to() -> None:
    assert av1.frame_sizes(avif_of(struct.pack(">BBBBHH", 0, 0, 1, 1, 17, 19), item_kind=b"grid")) == [(17, 19)]
    assert av1.frame_sizes(avif_of(struct.pack(">BBBBII", 0, 1, 1, 1, 70_000, 19), item_kind=b"grid")) == [(70_000, 19)]


@pytest.mark.parametrize(
    "data",
    [
        avif_of(b"", item_kind=b"Exif"),
        avif_of(obu(1, b"")),
        avif_of(b"\x0a\x7f\x00"),
        avif_of(b"\x0a" + b"\xff" * 9),
        box(b"ftyp", b"avif" + bytes(12)),
        avif_of(sequence_header(94, 62, size_bits=14))[:-1],
    ],
)
def test_av1_containers_that_make_no_sense_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, struct.error, IndexError)):
        av1.frame_sizes(data)
    assert "begins like an AVIF" in refusal(data, name="a.avif") or "known format" in refusal(data, name="a.avif")


# --- manners towards the rest of the process

MANNERS = """
import sys, warnings
import numpy
from PIL import Image
Image.init()
before = list(Image.ID), set(Image.OPEN), set(Image.EXTENSION), Image.MAX_IMAGE_PIXELS, list(warnings.filters)
import vizcore.pictures.photo
after = list(Image.ID), set(Image.OPEN), set(Image.EXTENSION), Image.MAX_IMAGE_PIXELS, list(warnings.filters)
assert before[:4] == after[:4], "Pillow's registries changed"
added = [rule for rule in after[4] if rule not in before[4]]
assert len(added) == 1 and added[0][0] == "ignore" and added[0][2] is UserWarning, added
heavy = {"tensorflow", "keras", "streamlit", "skimage", "scipy", "plotly"} & set(sys.modules)
assert not heavy, heavy
"""


def test_importing_it_registers_nothing_and_loads_nothing_heavy() -> None:
    run = subprocess.run([sys.executable, "-c", MANNERS], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr


# --- for the screen


def test_display_copy_keeps_small_pictures_as_they_are() -> None:
    pixels = noise()
    assert display_copy(pixels) is pixels
    assert display_copy(pixels, longest_side=13) is pixels


@pytest.mark.parametrize(
    ("shape", "longest_side", "expected"),
    [((600, 900), 300, (200, 300)), ((907, 601), 101, (101, 67)), ((1, 977), 97, (1, 97)), ((1283, 3), 10, (10, 1))],
)
def test_display_copy_keeps_the_aspect(shape: tuple[int, int], longest_side: int, expected: tuple[int, int]) -> None:
    copy = display_copy(np.zeros((*shape, 3), np.uint8), longest_side=longest_side)
    assert copy.shape == (*expected, 3)
    assert not copy.flags.writeable


def test_display_copy_is_at_most_1280_by_default() -> None:
    assert display_copy(np.zeros((1281, 641, 3), np.uint8)).shape == (1280, 641 * 1280 // 1281, 3)


def test_display_copy_keeps_what_is_slow_and_averages_what_is_fast() -> None:
    gradient = smooth(622, 934)
    copy = display_copy(gradient, longest_side=467).astype(int)
    # Away from the border each pixel is the middle of four.
    middles = gradient.reshape(311, 2, 467, 2, 3).mean(axis=(1, 3))
    assert np.abs(copy - middles)[4:-4, 4:-4].max() <= 1
    board = np.indices((620, 930)).sum(axis=0) % 2 * 255
    grey = display_copy(np.repeat(board[..., np.newaxis], 3, axis=-1).astype(np.uint8), longest_side=155)
    assert np.abs(grey.astype(int) - 127).max() <= 2


@pytest.mark.parametrize("shape", [(1, 1), (7, 13), (101, 3)])
@pytest.mark.parametrize("options", [{}, {"compress_level": 0}, {"compress_level": 9}])
def test_encoded_png_decodes_to_the_same_pixels_and_says_nothing_else(
    shape: tuple[int, int], options: dict[str, int]
) -> None:
    pixels = noise(*shape)
    data = encode_png(pixels, **options)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(image), pixels)
    assert set(png_chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}
    assert data[24:26] == b"\x08\x02"


def test_a_written_picture_opens_as_itself() -> None:
    first = open_picture(encode_array(noise(), "TIFF", exif=exif(6)), name="a.tif")
    again = open_picture(encode_png(first.pixels), name="a.png")
    assert isinstance(again, Picture)
    np.testing.assert_array_equal(again.pixels, first.pixels)
    assert again.notes == ()


# --- memory


def large_gif() -> bytes:
    """A first frame that is a little smaller than the screen."""
    data = bytearray(encode(Image.new("P", (5704, 4276), 3), "GIF"))
    struct.pack_into("<2H", data, 6, 5712, 4284)
    return bytes(data)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 60}),
        ("JPEG", "RGB", {"quality": 60, "exif": exif(6)}),
        ("JPEG", "RGB", {"quality": 60, "progressive": True, "subsampling": 2}),
        ("JPEG", "CMYK", {"quality": 60, "exif": exif(6)}),
        ("PNG", "RGB", {"exif": exif(6)}),
        ("PNG", "RGBA", {"exif": exif(6)}),
        ("PNG", "LA", {}),
        ("PNG", "I;16", {}),
        ("WebP", "RGB", {"method": 0}),
        ("WebP", "RGB", {"method": 0, "lossless": False, "quality": 50}),
        ("GIF", "P", {}),
        ("BMP", "1", {}),
        ("TIFF", "P", {"compression": "tiff_lzw"}),
    ],
)
def test_24_megapixels_take_less_than_150_megabytes(kind: str, mode: str, options: dict[str, Any]) -> None:
    data = large_gif() if kind == "GIF" else encode(Image.new(mode, (5712, 4284), 99), kind, **options)
    words, growth, _errors = open_in_new_process(data, name="a")
    assert words.startswith("Picture(")
    assert growth < 150


@pytest.mark.parametrize(
    ("kind", "mode", "options", "words"),
    [
        ("JPEG", "RGB", {"progressive": True}, "in several passes (“progressive”)"),
        ("JPEG", "CMYK", {"progressive": True}, "in several passes (“progressive”)"),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}, "of colours in a TIFF"),
        ("TIFF", "CMYK", {"compression": "tiff_lzw"}, "of colours in a TIFF"),
        ("WebP", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (5712, 4284))]}, "in an animation"),
    ],
)
def test_what_takes_more_is_refused_without_memory_in_a_sentence(
    kind: str, mode: str, options: dict[str, Any], words: str
) -> None:
    came, growth, _errors = open_in_new_process(encode(Image.new(mode, (5712, 4284), 99), kind, **options), name="a")
    assert f"24.5 megapixels {words}" in came
    assert "or in a smaller size" in came
    assert growth < 20


def test_scans_of_one_channel_each_count_as_several_passes() -> None:
    # The same coefficients as of a progressive JPEG are kept. Only the count of channels in the first scan tells it.
    data = encode(Image.new("RGB", (5712, 4284), 99), "JPEG")
    scan = data.index(b"\xff\xda")
    one_channel = data[: scan + 2] + b"\0\x08\1" + data[scan + 5 : scan + 7] + b"\0\x3f\0" + data[scan + 14 :]
    assert "in several passes" in refusal(one_channel, name="a.jpg")


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_blocks": 2}, {"subsampling": 2}])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpegs_come_out_as_pillow_reads_them_and_cut_ones_not_at_all(mode: str, options: dict[str, Any]) -> None:
    pixels = Image.fromarray(smooth(61, 93)).convert(mode)
    data = encode(pixels, "JPEG", **options)
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(open_picture(data, name="a").pixels, np.asarray(image.convert("RGB")))
    for missing in (3, 20, len(data) // 3):
        assert "begins like a JPEG" in refusal(data[:-missing], name="a")


# --- the first frame of a GIF


def placed_gif(*, left: int, top: int, transparent: int | None = None) -> bytes:
    """A screen of 12 × 9 pixels, and on it a frame of 5 × 4 pixels in colours 1 and 2; the background colour is 3."""
    frame = np.array([[1, 2, 1, 2, 1]] * 4, np.uint8)
    image = Image.fromarray(frame)
    image = image.convert("P")
    image.putpalette([0, 0, 0, 250, 10, 10, 10, 250, 10, 10, 10, 250])
    options = {} if transparent is None else {"transparency": transparent}
    data = bytearray(encode(image, "GIF", optimize=False, **options))
    struct.pack_into("<2H", data, 6, 12, 9)
    data[11] = 3
    # Behind the palette, whose bytes may be commas themselves.
    struct.pack_into("<2H", data, data.index(b",", 13 + (3 << (data[10] & 7) + 1)) + 1, left, top)
    return bytes(data)


@pytest.mark.parametrize("transparent", [None, 2])
@pytest.mark.parametrize(("left", "top"), [(0, 0), (3, 2), (7, 5)])
def test_around_the_first_frame_of_a_gif_is_white(left: int, top: int, transparent: int | None) -> None:
    picture = open_picture(placed_gif(left=left, top=top, transparent=transparent), name="a.gif")
    expected = np.full((9, 12, 3), 255)
    expected[top : top + 4, left : left + 5] = (250, 10, 10)
    expected[top : top + 4, left + 1 : left + 5 : 2] = (10, 250, 10) if transparent is None else (255, 255, 255)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == ("transparency laid on white",)
