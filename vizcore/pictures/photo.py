"""Open a visitor's picture file as pixels in one form that the rest of the code relies on.

The pixels are (H, W, 3) uint8, sRGB, upright, opaque and read-only. A file that cannot be opened is refused with a
message for the visitor. A picture that is too large is refused before it is decoded, wherever its size can be read
first.

The readers of Pillow and pillow-heif are called directly, one per accepted format, and not through `Image.open`: no
other format can be reached, nothing is registered with Pillow, no limit of Pillow's is changed for others in the
process, and the size can be checked before Pillow warns about it.
"""

import hashlib
import io
import math
import struct
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from vizcore.arrays import ByteArray, frozen
from vizcore.errors import VizcoreError
from vizcore.pictures import av1, bmp, colour_spaces, formats, heif_boxes, png, tiff, tiff_pages
from vizcore.pictures.formats import Format
from vizcore.pictures.srgb import array_to_srgb, to_srgb

MAX_BYTES = 10 * 1024 * 1024
"""10 MB, in Streamlit's sense of MB, so that the server's limit and this one are the same."""

MAX_PIXELS = 24_500_000
"""24 megapixels: cameras and phones that are sold with this number produce up to 5712 × 4284 = 24.47 million pixels."""

MAX_SIDE = 12_000
"""Pixels along one side. Longer pictures are strips, which no network and no page can show."""

MAX_NAME_LENGTH = 80

_MAX_JPEG_SCANS = 100
"""Encoders write about ten scans. Each costs a pass over all pixels, and thousands fit into a small file."""

_MAX_FRAMES_IN_AVIF = 8
"""The frames of an AVIF together may have this many times `MAX_PIXELS`: colour, transparency, gain map, layers."""

_MAX_DECODED_BYTES = 120_000_000
"""Of the values of more than 8 bits of a TIFF or PNG, their scaled copy and the largest strip or tile."""

# Measured: what is decoded and not yet converted, and what it is converted to.
_DEEP_AVIF_BYTES_PER_PIXEL = 9
_DEEP_HEIC_BYTES_PER_PIXEL = 9.6
_OPACITY_BYTES_PER_PIXEL = 5.4

_ORIENTATION = 274
"""EXIF tag of the orientation of the stored picture. Its values are 1 to 8; 1 is upright."""

_ROWS_AT_A_TIME = 256

_READERS: Mapping[Format, Callable[[io.BytesIO], ImageFile.ImageFile]] = MappingProxyType(
    {
        "PNG": PngImagePlugin.PngImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "WebP": WebPImagePlugin.WebPImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
    }
)

# Exceptions that Pillow raises for damaged files. OSError includes UnidentifiedImageError; EOFError comes from WebP.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError)
# Two readers pass on the errors of their C libraries as RuntimeError. Tags of the wrong type raise TypeError.
_MORE_DAMAGE: Mapping[str, tuple[type[Exception], ...]] = MappingProxyType(
    {
        "PNG": (RuntimeError,),
        "WebP": (RuntimeError,),
        "AVIF": (RuntimeError,),
        "HEIC": (RuntimeError,),
        "TIFF": (TypeError, RuntimeError),
    }
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)

# Pillow warns about metadata that this code does not read: one scanned TIFF fills pages of the server's log. A filter
# that is set once, at import, is safe among threads; `warnings.catch_warnings` around each picture is not.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.(Tiff|Png)ImagePlugin")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the visitor sees it. Two pictures are equal if their bytes and names were the same."""

    pixels: ByteArray = field(compare=False, repr=False)
    """(H, W, 3) uint8, sRGB, upright; C-contiguous and read-only."""

    digest: str
    """SHA-256 of the file's bytes, in hexadecimal. It is the key of everything that is computed from the picture."""

    name: str
    """File name without folders and control characters, at most `MAX_NAME_LENGTH` long, never empty."""

    notes: tuple[str, ...] = ()
    """The changes that opening made to the picture, such as "turned upright"; empty if there were none."""


def open_picture(data: bytes, *, name: str) -> Picture:
    """The picture in a file of any accepted format.

    The bytes determine the format; a note mentions a name with another format's extension. From several frames or pages
    the first is read, from several pictures in a HEIC the main one.

    Args:
        data: the whole file: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC; at most `MAX_BYTES`, `MAX_PIXELS` and
            `MAX_SIDE`.
        name: the file name. Folders before it and control characters in it are dropped.

    Returns:
        The picture in full resolution, with notes of the changes. The colours are converted from their profile to sRGB,
        transparent pixels are composited on white, and grey of more than 8 bits is scaled to 8 bits
        (`vizcore.pictures.srgb`).

    Raises:
        VizcoreError: the file is empty, too large, cut short, damaged, or not a picture of these formats.
    """
    label = clean_name(name)
    if not data:
        raise VizcoreError(f"“{label}” is empty. Please choose a picture file: {_accepted_formats()}.")
    check_bytes(len(data), name=name)
    kind = formats.sniff(data)
    if kind is None:
        raise VizcoreError(_no_picture_message(data, label=label))

    with _refusing(kind, label=label):
        size = formats.announced_size(kind, data)
    if size is not None:
        _check_size(size, label=label)
    with _refusing(kind, label=label):
        rgb: Image.Image | ByteArray
        if kind == "PNG":
            rgb, orientation, notes = _decoded_png(data, label=label)
        elif kind == "TIFF":
            rgb, orientation, notes = _decoded_tiff(data, label=label)
        elif kind == "WebP" and b"ANIM" not in (chunks := formats.webp_chunks(data)):
            rgb, orientation, notes = _decoded_webp(data, chunks)
        elif kind in ("AVIF", "HEIC"):
            rgb, orientation, notes = _decoded_heif(kind, data, label=label)
        else:
            rgb, orientation, notes = _decoded(kind, data, label=label)
        pixels = _turned(rgb, orientation) if isinstance(rgb, np.ndarray) else _upright_pixels(rgb, orientation)
    digest = hashlib.sha256(data).hexdigest()
    return Picture(pixels=pixels, digest=digest, name=label, notes=(*_name_notes(kind, label), *notes))


def clean_name(name: str) -> str:
    """A file name for display: no folders, no control or direction characters, one line, limited length.

    Args:
        name: as the browser sent it, with "/" or "\\" between folders, if any.

    Returns:
        At most `MAX_NAME_LENGTH` characters, the extension preserved if it is short; "picture" if nothing is left.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    # Category C: control, format (which includes the marks that reverse the reading direction), surrogate, unassigned.
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in last)
    label = " ".join(visible.split())
    if len(label) > MAX_NAME_LENGTH:
        stem, dot, extension = label.rpartition(".")
        ending = f"…{dot}{extension}" if stem and len(extension) <= 10 else "…"
        label = label[: MAX_NAME_LENGTH - len(ending)] + ending
    return label or "picture"


def _decoded(kind: Format, data: bytes, *, label: str) -> tuple[Image.Image, int, list[str]]:
    """The picture in sRGB as it is stored, its EXIF orientation, notes of the changes."""
    header = bmp.masked(data) if kind == "BMP" else None
    if header is not None:
        _check_size(header.size, label=label)
        rgb, colour_notes = to_srgb(bmp.decode(data, header))
        return rgb, 1, [*colour_notes]
    image: Image.Image = _READERS[kind](io.BytesIO(_made_safe(kind, data, label=label)))
    _check_size(image.size, label=label)
    notes = _frame_notes(kind, data, image)
    image.load()
    orientation = _orientation(image.info.get("exif"))
    if kind == "GIF":
        image = _first_frame_alone(image, formats.first_gif_frame(data))
    rgb, colour_notes = to_srgb(image)
    notes += ["turned upright"] if orientation > 1 else []
    return rgb, orientation, [*notes, *colour_notes]


def _first_frame_alone(image: Image.Image, frame: tuple[int, int, int, int]) -> Image.Image:
    """A GIF as browsers show it: around its first frame is nothing, where Pillow paints a colour."""
    if frame == (0, 0, *image.size):
        return image
    screen = Image.new("RGBA", image.size, (255, 255, 255, 0))
    screen.paste(image.convert("RGBA").crop(frame), frame[:2])
    return screen


def _decoded_webp(data: bytes, chunks: Mapping[bytes, bytes]) -> tuple[ByteArray, int, list[str]]:
    """As `_decoded`, of a still WebP, for which Pillow's reader of animations takes five times the memory."""
    values = np.asarray(imagecodecs.webp_decode(data))
    orientation = _orientation(chunks.get(b"EXIF"))
    mode = "RGBA" if values.shape[-1] == 4 else "RGB"
    pixels, colour_notes = array_to_srgb(values, mode, profile=chunks.get(b"ICCP"), space=None)
    return pixels, orientation, [*(["turned upright"] if orientation > 1 else []), *colour_notes]


def _decoded_heif(kind: Format, data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `_decoded`, of an AVIF or HEIC: colours, turning and the part to be shown stand in its boxes."""
    source = _made_safe(kind, data, label=label)
    try:
        main = heif_boxes.main_picture(data)
    except (ValueError, struct.error, IndexError):
        # The decoder finds its way through these boxes; what they say beside the pixels is left out.
        main = heif_boxes.MainPicture()
    if kind == "AVIF":
        values, mode, info, notes = _avif_values(source, main, label=label)
        # The film track is not read, so the number of frames is unknown.
        notes += ["still picture of an animation"] if data[8:12] == b"avis" else []
        # libavif leaves cutting and turning to us. EXIF turns nothing (MIAF).
        orientation = _orientation(info.get("exif"))
        if part := heif_boxes.cut_out(main.clap, (values.shape[1], values.shape[0])):
            values = values[part[1] : part[3], part[0] : part[2]]
    else:
        values, mode, info, notes = _heic_values(source, label=label)
        orientation = 1
    profile = info.get("icc_profile")
    space = colour_spaces.of_nclx(*main.colours) if main.colours and not profile else None
    pixels, colour_notes = array_to_srgb(values, mode, profile=profile, space=space)
    notes += ["turned upright"] if main.is_turned else []
    return pixels, orientation, [*notes, *colour_notes]


def _avif_values(
    source: bytes, main: heif_boxes.MainPicture, *, label: str
) -> tuple[ByteArray, str, Mapping[str | tuple[int, int], Any], list[str]]:
    """Pixels as they are stored, Pillow's name of their channels, profile and EXIF, notes."""
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(source))
    _check_size(image.size, label=label)
    if main.is_deep:
        # Pillow's decoder makes 8 bits of 10 and 12, and takes more memory than imagecodecs'.
        _check_memory(image.size, _DEEP_AVIF_BYTES_PER_PIXEL, label=label)
        image.load()
        values = np.asarray(image)
    else:
        if image.mode == "RGBA":
            _check_memory(image.size, _OPACITY_BYTES_PER_PIXEL, label=label, words="with transparency")
        values = np.asarray(imagecodecs.avif_decode(source, 0))
    values = values.reshape(image.height, image.width, -1)
    return values, ("L", "LA", "RGB", "RGBA")[values.shape[-1] - 1], image.info, []


class _Owned:
    """An array of another library's memory as one that may be written: the only owner of a decoded picture does."""

    def __init__(self, values: ByteArray) -> None:
        self._values = values
        interface = values.__array_interface__
        self.__array_interface__ = {**interface, "data": (interface["data"][0], False)}


def _heic_values(source: bytes, *, label: str) -> tuple[ByteArray, str, Mapping[str | tuple[int, int], Any], list[str]]:
    """As `_avif_values`, turned and cut by libheif."""
    file = pillow_heif.open_heif(io.BytesIO(source), convert_hdr_to_8bit=True)
    _check_size(file.size, label=label)
    main = file[file.primary_index]
    if main.info["bit_depth"] > 8:
        _check_memory(file.size, _DEEP_HEIC_BYTES_PER_PIXEL, label=label)
    elif main.has_alpha:
        _check_memory(file.size, _OPACITY_BYTES_PER_PIXEL, label=label, words="with transparency")
    notes = _count_notes("HEIC", len(file))
    values = np.asarray(_Owned(np.asarray(main)))
    width, height = main.size
    return values.reshape(height, -1, len(main.mode))[:, :width], main.mode, main.info, notes


def _decoded_png(data: bytes, *, label: str) -> tuple[Image.Image, int, list[str]]:
    """As `_decoded`: from the chunks that make the pixels, with the colours that the others tell."""
    parts = png.read(data)
    _check_size(parts.size, label=label)
    notes = _count_notes("PNG", min(parts.num_frames, formats.MAX_COUNTED_FRAMES + 1))
    orientation = _orientation(parts.exif)
    notes += ["turned upright"] if orientation > 1 else []
    if parts.needs_all_bits:
        _check_memory(parts.size, parts.bytes_per_pixel, label=label)
        rgb, colour_notes = to_srgb(png.decode_all_bits(parts))
        notes += [parts.space.note] if parts.space is not None else []
        return rgb, orientation, [*notes, *colour_notes]
    image = _READERS["PNG"](io.BytesIO(parts.stream))
    _check_size(image.size, label=label)
    image.load()
    if parts.key:
        # Of fewer than 8 bits it is scaled as the pixels are.
        scaled = tuple(value * 255 // (2**parts.depth - 1) if parts.depth < 8 else value for value in parts.key)
        image.info["transparency"] = scaled if len(scaled) > 1 else scaled[0]
    if parts.profile is not None:
        image.info["icc_profile"] = parts.profile or b"broken"
    rgb, colour_notes = to_srgb(image, space=parts.space)
    return rgb, orientation, [*notes, *colour_notes]


def _decoded_tiff(data: bytes, *, label: str) -> tuple[Image.Image, int, list[str]]:
    """As `_decoded`: by Pillow where it has a mode for the picture, else by tifffile."""
    found = tiff_pages.pages(data, limit=formats.MAX_COUNTED_FRAMES + 1)
    page = tiff_pages.main_page(found)
    _check_size(page.size, label=label)
    notes = [] if page is found[0] else ["the largest page, since the first is a thumbnail"]
    notes = notes or _count_notes("TIFF", len(found))
    orientation = page.value(tiff_pages.ORIENTATION, 1)
    orientation = orientation if 1 <= orientation <= 8 else 1
    if tiff.suits_pillow(page):
        image: Image.Image = _READERS["TIFF"](io.BytesIO(tiff_pages.with_page_first(page)))
        _check_size(image.size, label=label)
        # Pillow turns the picture itself while loading.
        image.load()
        stored_orientation = 1
    else:
        stored = tiff.layout(page)
        _check_memory(stored.size, stored.bytes_per_pixel, extra_pixels=stored.segment_pixels, label=label)
        image, depth_notes = tiff.decode(stored)
        notes += depth_notes
        stored_orientation = orientation
    rgb, colour_notes = to_srgb(image)
    notes += ["turned upright"] if orientation > 1 else []
    return rgb, stored_orientation, [*notes, *colour_notes]


def _turned(stored: ByteArray, orientation: int) -> ByteArray:
    """Pixels turned upright; themselves if they are."""
    if orientation == 1:
        return frozen(np.ascontiguousarray(stored))
    height, width = stored.shape[:2]
    pixels = np.empty((width, height, 3) if orientation >= 5 else (height, width, 3), np.uint8)
    _as_stored(pixels, orientation)[...] = stored
    return frozen(pixels)


def _upright_pixels(rgb: Image.Image, orientation: int) -> ByteArray:
    """The pixels of an RGB picture, turned upright. They are written in groups of rows, so that they exist once."""
    stored_shape = (rgb.height, rgb.width, 3)
    pixels = np.empty((rgb.width, rgb.height, 3) if orientation >= 5 else stored_shape, np.uint8)
    as_stored = _as_stored(pixels, orientation)
    for top in range(0, rgb.height, _ROWS_AT_A_TIME):
        bottom = min(top + _ROWS_AT_A_TIME, rgb.height)
        as_stored[top:bottom] = np.asarray(rgb.crop((0, top, rgb.width, bottom)))
    return frozen(pixels)


def _as_stored(upright: ByteArray, orientation: int) -> ByteArray:
    """A view of an upright picture in the orientation in which a file with this EXIF value stores it."""
    if orientation >= 5:
        upright = upright.swapaxes(0, 1)
    if orientation in (3, 4, 6, 7):
        upright = upright[::-1]
    if orientation in (2, 3, 7, 8):
        upright = upright[:, ::-1]
    return upright


def _made_safe(kind: Format, data: bytes, *, label: str) -> bytes:
    """The bytes for the reader, after checks for costs that the size in the header does not show."""
    if kind == "JPEG" and formats.count_jpeg_scans(data) > _MAX_JPEG_SCANS:
        raise Image.DecompressionBombError("more scans than an encoder writes")
    if kind != "AVIF":
        return data
    sizes = av1.frame_sizes(data)
    for size in sizes:
        _check_size(size, label=label)
    if sum(width * height for width, height in sizes) > _MAX_FRAMES_IN_AVIF * MAX_PIXELS:
        raise Image.DecompressionBombError("more frames than a still picture needs")
    return av1.with_still_brand(data)


def check_bytes(number: int, *, name: str) -> None:
    """Refuse a file of more than `MAX_BYTES` bytes, before it is read.

    Raises:
        VizcoreError: the file is too large.
    """
    if number > MAX_BYTES:
        # Rounded up: a file that is a little too large is not said to have the size that is allowed.
        raise VizcoreError(
            f"“{clean_name(name)}” has {math.ceil(number / 2**20 * 10) / 10:.1f} MB, and up to "
            f"{MAX_BYTES // 2**20} MB are read. Please save it smaller or as a JPEG."
        )


def _check_size(size: tuple[int, int], *, label: str) -> None:
    width, height = size
    measured = f"{width:,} × {height:,} pixels"
    if width * height > MAX_PIXELS:
        megapixels = width * height / 1e6
        raise VizcoreError(
            f"“{label}” has {megapixels:,.1f} megapixels ({measured}), and up to {MAX_PIXELS // 10**6} are read. "
            "Please save it in a smaller size."
        )
    if max(width, height) > MAX_SIDE:
        raise VizcoreError(
            f"“{label}” measures {measured}, and up to {MAX_SIDE:,} along a side are read. "
            "Please cut it or save it in a smaller size."
        )


def _check_memory(
    size: tuple[int, int],
    bytes_per_pixel: float,
    *,
    label: str,
    extra_pixels: int = 0,
    words: str = "of more than 8 bits for each colour",
) -> None:
    num_pixels = size[0] * size[1]
    if (num_pixels + extra_pixels) * bytes_per_pixel > _MAX_DECODED_BYTES:
        raise VizcoreError(
            f"“{label}” has {num_pixels / 1e6:,.1f} megapixels {words}, which unpack into more than the "
            f"{_MAX_DECODED_BYTES // 10**6} MB that one picture may take. "
            "Please save it with 8 bits for each colour, without transparency, or in a smaller size."
        )


@contextmanager
def _refusing(kind: Format, *, label: str) -> Iterator[None]:
    """Turns the readers' exceptions for a bad file into a message for the visitor."""
    damage: tuple[type[Exception], ...] = (*_DAMAGE, *_MORE_DAMAGE.get(kind, ()))
    try:
        yield
    except VizcoreError:
        raise
    except _BOMB as error:
        raise VizcoreError(
            f"“{label}” is {with_article(kind)} file that unpacks into far more than a picture of its size needs. "
            "Please open it in a picture program and save it anew."
        ) from error
    except damage as error:
        raise VizcoreError(
            f"“{label}” begins like {with_article(kind)} file but is cut short, damaged or of an unusual kind. "
            "Please upload it again, or open it in a picture program and save it as PNG or JPEG."
        ) from error


def _no_picture_message(data: bytes, *, label: str) -> str:
    description = formats.describe_other(data)
    if description is None:
        description = "not a picture of a known format"
    contrast = f", though its name ends in .{_extension(label)}" if _format_in_name(label) else ""
    return f"“{label}” is {description}{contrast}. Please choose a picture file: {_accepted_formats()}."


def _accepted_formats() -> str:
    return f"{', '.join(formats.FORMATS[:-1])} or {formats.FORMATS[-1]}"


def with_article(kind: Format) -> str:
    """The format with its indefinite article: "a PNG", "an AVIF"."""
    return f"{'an' if kind == 'AVIF' else 'a'} {kind}"


def _extension(label: str) -> str:
    return label.rpartition(".")[2].lower() if "." in label else ""


def _format_in_name(label: str) -> Format | None:
    return formats.EXTENSIONS.get(_extension(label))


def _name_notes(kind: Format, label: str) -> list[str]:
    extension = _extension(label)
    if not extension or _format_in_name(label) == kind:
        return []
    return [f"{with_article(kind)}, though its name ends in .{extension}"]


def _frame_notes(kind: Format, data: bytes, image: Image.Image) -> list[str]:
    # Pillow is asked only where the header holds the number. For a GIF it would read the whole file.
    announced = getattr(image, "n_frames", 1) if kind == "WebP" else 1
    return _count_notes(kind, formats.count_frames(kind, data, announced=announced))


def _count_notes(kind: Format, count: int) -> list[str]:
    if count == 1:
        return []
    number = f"{count}" if count <= formats.MAX_COUNTED_FRAMES else f"more than {count - 1}"
    words = {"TIFF": "first of {} pages", "HEIC": "main one of {} pictures"}
    return [words.get(kind, "first of {} frames").format(number)]


def _orientation(exif: bytes | None) -> int:
    """The orientation in EXIF. XMP does not count, as in browsers."""
    tags = Image.Exif()
    try:
        tags.load(exif or b"")
        orientation = tags.get(_ORIENTATION, 1)
    except (*_DAMAGE, TypeError):
        # Bad metadata from a careless program does not make the picture unusable.
        return 1
    return orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
