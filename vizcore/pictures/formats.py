"""The format of a file, recognised from its first bytes and never from its name.

Small readers that do not decode: they find the format, the number of frames, and the announced size where Pillow
reports the size only after allocating the picture. None of them allocates more bytes than the file has.
"""

import re
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Format = Literal["PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF", "AVIF", "HEIC"]

FORMATS: tuple[Format, ...] = get_args(Format)
"""The accepted formats, spelled for visitors."""

EXTENSIONS: Mapping[str, Format] = MappingProxyType(
    {
        "png": "PNG",
        "apng": "PNG",
        "jpg": "JPEG",
        "jpeg": "JPEG",
        "jpe": "JPEG",
        "jfif": "JPEG",
        "webp": "WebP",
        "gif": "GIF",
        "bmp": "BMP",
        "dib": "BMP",
        "tif": "TIFF",
        "tiff": "TIFF",
        "avif": "AVIF",
        "avifs": "AVIF",
        "heic": "HEIC",
        "heics": "HEIC",
        "heif": "HEIC",
        "heifs": "HEIC",
        "hif": "HEIC",
    }
)
"""Format that a file name's extension stands for. The extension is in lower case and without the dot."""

MAX_COUNTED_FRAMES = 1000
"""Counting stops after this many frames: a file of 10 MB can hold a million empty ones."""

_MAX_COUNTED_BLOCKS = 200_000
"""GIF blocks that are visited while counting. 10 MB of ordinary blocks are 40,000."""

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_BMP_HEADER_SIZES = frozenset({12, 40, 52, 56, 64, 108, 124})
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

# These files are named in a message and never opened.
_OTHER_FILES = (
    (b"%PDF-", "a PDF document"),
    (b"8BPS", "a Photoshop document"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\1\0", "an icon file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed archive"),
    (b"Rar!", "a compressed archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"OggS", "a sound or video file"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
)


def sniff(data: bytes) -> Format | None:
    """The accepted format whose signature these bytes begin with, or None.

    Args:
        data: the whole file, or at least its first 64 bytes.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(_TIFF_MAGIC):
        return "TIFF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    # Two letters do not identify a BMP: a text may begin with them.
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    if data[4:8] == b"ftyp":
        return _sniff_brands(data)
    return None


def _sniff_brands(data: bytes) -> Format | None:
    length = min(int.from_bytes(data[:4], "big"), 256)
    major = data[8:12]
    compatible = {data[i : i + 4] for i in range(16, min(length, len(data)) - 3, 4)}
    # "mif1" and "msf1" announce a picture of any coding. The compatible brands name the coding.
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and compatible & _AVIF_BRANDS):
        return "AVIF"
    return "HEIC" if major in _HEIF_BRANDS else None


def describe_other(data: bytes) -> str | None:
    """A name for a file of no accepted format, such as "a text file"; None if the file is not recognised.

    Args:
        data: the whole file, not empty.
    """
    for magic, words in _OTHER_FILES:
        if data.startswith(magic):
            return words
    if data[4:8] == b"ftyp":
        return "a video"
    if data[:4] == b"RIFF":
        return "a sound or video file"
    if not _is_text(data):
        return None
    return "an SVG drawing" if re.search(rb"<svg[\s>]", data[:4096]) else "a text file"


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = data[:4096]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut at 4096 bytes may split a letter, which then lacks at most three bytes.
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and all(letter.isprintable() or letter in "\t\n\r\f\x1b\ufeff" for letter in text)


def announced_size(kind: Format, data: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP or GIF announces, to be checked before Pillow's reader allocates its canvas.

    Args:
        kind: result of `sniff`.
        data: the whole file.

    Returns:
        (width, height) in pixels; None for the formats whose readers report the size before they allocate anything.

    Raises:
        ValueError, struct.error, IndexError: the header is cut short or is not a header of this format.
    """
    if kind == "WebP":
        return _webp_size(data)
    if kind == "GIF":
        return _walk_gif(data, max_frames=1)[0]
    return None


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        width, height = data[24:27], data[27:30]
        if len(height) == 3:
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    elif chunk == b"VP8L" and data[20:21] == b"\x2f":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width_field, height_field = struct.unpack_from("<2H", data, 26)
        return width_field & 0x3FFF, height_field & 0x3FFF
    raise ValueError("no WebP header")


def webp_chunks(data: bytes) -> dict[bytes, bytes]:
    """Profile, EXIF and the header of an animation of a WebP, by their kinds; the first of each.

    Args:
        data: the whole file.
    """
    found: dict[bytes, bytes] = {}
    position = 12
    while position + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        if kind in (b"ICCP", b"EXIF", b"ANIM"):
            found.setdefault(kind, data[position + 8 : position + 8 + length])
        # Chunks begin at even places.
        position += 8 + length + length % 2
    return found


def count_frames(kind: Format, data: bytes, *, announced: int) -> int:
    """The number of frames in the file, counted without decoding and only up to `MAX_COUNTED_FRAMES` + 1.

    Args:
        kind: result of `sniff`.
        data: the whole file.
        announced: the number that Pillow read from a header. It is used for the formats that have it there.

    Returns:
        At least 1. `MAX_COUNTED_FRAMES` + 1 means more than `MAX_COUNTED_FRAMES`.
    """
    count = _walk_gif(data, max_frames=MAX_COUNTED_FRAMES + 1)[1] if kind == "GIF" else announced
    return max(1, min(count, MAX_COUNTED_FRAMES + 1))


def count_notes(kind: Format, count: int) -> list[str]:
    """What to say of a file of several frames, pages or pictures; nothing of a file of one.

    Args:
        kind: its format.
        count: number of them, as `count_frames` says it.
    """
    if count == 1:
        return []
    number = f"{count}" if count <= MAX_COUNTED_FRAMES else f"more than {count - 1}"
    words = {"TIFF": "first of {} pages", "HEIC": "main one of {} pictures"}
    return [words.get(kind, "first of {} frames").format(number)]


def first_gif_frame(data: bytes) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a GIF's first frame, in pixels of the screen, which it may not cover.

    Raises:
        ValueError, struct.error: there is no frame.
    """
    return _walk_gif(data, max_frames=1)[2]


def _walk_gif(data: bytes, *, max_frames: int) -> tuple[tuple[int, int], int, tuple[int, int, int, int]]:
    """The area that the screen and the first frame cover together, the number of frames, the place of the first.

    A first frame may reach beyond the screen; Pillow then enlarges the picture.
    """
    width, height, flags = struct.unpack_from("<2HB", data, 6)
    position = 13 + _gif_palette_bytes(flags)
    frames = blocks = 0
    first = (0, 0, 0, 0)
    while frames < max_frames and position < len(data) and data[position] != 0x3B:
        introducer = data[position]
        position += 1
        if introducer == 0x2C:
            if len(data) < position + 10:
                break
            left, top, frame_width, frame_height, flags = struct.unpack_from("<4HB", data, position)
            if frames == 0:
                first = left, top, left + frame_width, top + frame_height
                width, height = max(width, first[2]), max(height, first[3])
            frames += 1
            position += 10 + _gif_palette_bytes(flags)
        elif introducer == 0x21:
            position += 1
        else:
            continue
        while position < len(data) and data[position] and blocks <= _MAX_COUNTED_BLOCKS:
            position += 1 + data[position]
            blocks += 1
        position += 1
        if blocks > _MAX_COUNTED_BLOCKS:
            break
    if not frames:
        raise ValueError("no frame, or nothing but comments for megabytes before it")
    return (width, height), frames if blocks <= _MAX_COUNTED_BLOCKS else max_frames, first


def _gif_palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def with_article(kind: Format) -> str:
    """The format with its indefinite article: "a PNG", "an AVIF"."""
    return f"{'an' if kind == 'AVIF' else 'a'} {kind}"
