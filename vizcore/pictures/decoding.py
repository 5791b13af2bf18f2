"""Decoders of the accepted formats: the bytes of a file as pixels in sRGB, as they are stored.

The readers of Pillow and pillow-heif are called directly, one per accepted format, and not through `Image.open`: no
other format can be reached, nothing is registered with Pillow, no limit of Pillow's is changed for others in the
process, and the size can be checked before Pillow warns about it.
"""

import io
import warnings
from collections.abc import Callable, Mapping
from types import MappingProxyType

import imagecodecs
import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    TiffImagePlugin,
    WebPImagePlugin,
)

from vizcore.arrays import ByteArray
from vizcore.pictures import bmp, formats, heif, jpeg, png, tiff, tiff_pages
from vizcore.pictures.formats import Format
from vizcore.pictures.limits import check_memory, check_size
from vizcore.pictures.orientation import orientation_of
from vizcore.pictures.srgb import array_to_srgb, image_to_srgb

# Measured: what is decoded and not yet converted, and what it is converted to.
_TURNED_OPACITY_BYTES_PER_PIXEL = 7.5
_ANIMATION_BYTES_PER_PIXEL = 16
_TIFF_BYTES_PER_PIXEL = 8.5

_MODES = ("L", "LA", "RGB", "RGBA")
"""Pillow's names of one to four channels."""

_ONE_BYTE_MODES = frozenset({"1", "L", "P"})
"""Of Pillow. All others take four bytes a pixel."""

_COLOURS_OF_TIFF = "of colours in a TIFF"
_OTHER_FORMAT = "as a PNG or JPEG, or in a smaller size"

_READERS: Mapping[Format, Callable[[io.BytesIO], ImageFile.ImageFile]] = MappingProxyType(
    {
        "WebP": WebPImagePlugin.WebPImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
    }
)

# Pillow warns about metadata that this code does not read: one scanned TIFF fills pages of the server's log. A filter
# that is set once, at import, is safe among threads; `warnings.catch_warnings` around each picture is not.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.(Tiff|Png)ImagePlugin")


def decoded(kind: Format, data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """The picture in sRGB as it is stored, its EXIF orientation, notes of the changes.

    Args:
        kind: the format that the bytes have.
        data: the whole file.
        label: its name, for messages.

    Raises:
        VizcoreError: it is too large.
        DAMAGE: and others of `vizcore.pictures.damage`, for a bad file.
    """
    if kind == "PNG":
        return _decoded_png(data, label=label)
    if kind == "JPEG":
        return _decoded_jpeg(data, label=label)
    if kind == "TIFF":
        return _decoded_tiff(data, label=label)
    if kind == "WebP" and b"ANIM" not in (chunks := formats.webp_chunks(data)):
        return _decoded_webp(data, chunks, label=label)
    if kind in ("AVIF", "HEIC"):
        return heif.decoded(kind, data, label=label)
    return _decoded_by_pillow(kind, data, label=label)


def _decoded_by_pillow(kind: Format, data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    header = bmp.masked(data) if kind == "BMP" else None
    if header is not None:
        check_size(header.size, label=label)
        pixels, colour_notes = image_to_srgb(bmp.decode(data, header))
        return pixels, 1, [*colour_notes]
    image: Image.Image = _READERS[kind](io.BytesIO(data))
    check_size(image.size, label=label)
    if kind == "WebP":
        check_memory(image.size, _ANIMATION_BYTES_PER_PIXEL, label=label, words="in an animation", advice=_OTHER_FORMAT)
    notes = _frame_notes(kind, data, image)
    image.load()
    orientation = orientation_of(image.info.get("exif"))
    if kind == "GIF":
        pixels, colour_notes = _first_frame_alone(image, formats.first_gif_frame(data))
    else:
        pixels, colour_notes = image_to_srgb(image)
    notes += ["turned upright"] if orientation > 1 else []
    return pixels, orientation, [*notes, *colour_notes]


def _first_frame_alone(image: Image.Image, frame: tuple[int, int, int, int]) -> tuple[ByteArray, tuple[str, ...]]:
    """A GIF as browsers show it: around its first frame is nothing, where Pillow paints a colour."""
    if frame == (0, 0, *image.size):
        return image_to_srgb(image)
    left, top, right, bottom = frame
    pixels = np.full((image.height, image.width, 3), 255, np.uint8)
    _part, notes = image_to_srgb(image.crop(frame), pixels[top:bottom, left:right])
    return pixels, tuple(dict.fromkeys((*notes, "transparency laid on white")))


def _decoded_jpeg(data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    stored = jpeg.decode(data, label=label)
    orientation = orientation_of(stored.exif)
    pixels, notes = array_to_srgb(stored.values, stored.mode, profile=stored.profile)
    return pixels, orientation, [*(["turned upright"] if orientation > 1 else []), *notes]


def _decoded_webp(data: bytes, chunks: Mapping[bytes, bytes], *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `decoded`, of a still WebP, for which Pillow's reader of animations takes five times the memory."""
    values = np.asarray(imagecodecs.webp_decode(data))
    orientation = orientation_of(chunks.get(b"EXIF"))
    if values.shape[-1] == 4 and orientation > 1:
        size = values.shape[1], values.shape[0]
        check_memory(size, _TURNED_OPACITY_BYTES_PER_PIXEL, label=label, words="with transparency")
    mode = "RGBA" if values.shape[-1] == 4 else "RGB"
    pixels, colour_notes = array_to_srgb(values, mode, profile=chunks.get(b"ICCP"))
    return pixels, orientation, [*(["turned upright"] if orientation > 1 else []), *colour_notes]


def _decoded_png(data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `decoded`: from the chunks that make the pixels, with the colours that the others tell."""
    parts = png.read(data)
    check_size(parts.size, label=label)
    notes = formats.count_notes("PNG", min(parts.num_frames, formats.MAX_COUNTED_FRAMES + 1))
    orientation = orientation_of(parts.exif)
    notes += ["turned upright"] if orientation > 1 else []
    if parts.depth == 16:
        check_memory(parts.size, parts.bytes_per_pixel, label=label)
        notes += ["16-bit grey scaled to 8 bits"] if parts.is_grey and parts.space is None else []
    values = png.decode(parts)
    pixels, colour_notes = array_to_srgb(
        values, _MODES[values.shape[-1] - 1], profile=parts.profile, space=parts.space, key=parts.key
    )
    return pixels, orientation, [*notes, *colour_notes]


def _decoded_tiff(data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `decoded`: by Pillow where it has a mode for the picture, else by tifffile."""
    found = tiff_pages.pages(data, limit=formats.MAX_COUNTED_FRAMES + 1)
    page = tiff_pages.main_page(found)
    check_size(page.size, label=label)
    notes = [] if page is found[0] else ["the largest page, since the first is a thumbnail"]
    notes = notes or formats.count_notes("TIFF", len(found))
    orientation = page.value(tiff_pages.ORIENTATION, 1)
    orientation = orientation if 1 <= orientation <= 8 else 1
    turned = ["turned upright"] if orientation > 1 else []
    if tiff.suits_pillow(page):
        image: Image.Image = _READERS["TIFF"](io.BytesIO(tiff_pages.with_page_first(page)))
        check_size(image.size, label=label)
        if image.mode not in _ONE_BYTE_MODES:
            check_memory(
                image.size,
                _TIFF_BYTES_PER_PIXEL + (4 if turned else 0),
                label=label,
                words=_COLOURS_OF_TIFF,
                advice=_OTHER_FORMAT,
            )
        # Pillow turns the picture itself while loading.
        image.load()
        pixels, colour_notes = image_to_srgb(image)
        return pixels, 1, [*notes, *turned, *colour_notes]
    layout = tiff.layout(page)
    words = "of more than 8 bits for each colour" if layout.bits > 8 else _COLOURS_OF_TIFF
    check_memory(layout.size, layout.bytes_per_pixel, extra_pixels=layout.segment_pixels, label=label, words=words)
    stored = tiff.decode(layout)
    pixels, colour_notes = array_to_srgb(stored.values, stored.mode, profile=stored.profile)
    return pixels, orientation, [*notes, *stored.notes, *turned, *colour_notes]


def _frame_notes(kind: Format, data: bytes, image: Image.Image) -> list[str]:
    # Pillow is asked only where the header holds the number. For a GIF it would read the whole file.
    announced = getattr(image, "n_frames", 1) if kind == "WebP" else 1
    return formats.count_notes(kind, formats.count_frames(kind, data, announced=announced))
