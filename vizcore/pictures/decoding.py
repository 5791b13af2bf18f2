"""Decoders of the accepted formats: the bytes of a file as pixels in sRGB, as they are stored.

The readers of Pillow and pillow-heif are called directly, one per accepted format, and not through `Image.open`: no
other format can be reached, nothing is registered with Pillow, no limit of Pillow's is changed for others in the
process, and the size can be checked before Pillow warns about it.
"""

import io
import struct
import warnings
from collections.abc import Callable, Mapping
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

from vizcore.arrays import ByteArray
from vizcore.pictures import av1, bmp, colour_spaces, formats, heif_boxes, png, tiff, tiff_pages
from vizcore.pictures.formats import Format
from vizcore.pictures.limits import MAX_PIXELS, check_memory, check_size
from vizcore.pictures.orientation import orientation_of
from vizcore.pictures.srgb import array_to_srgb, to_srgb

_MAX_JPEG_SCANS = 100
"""Encoders write about ten scans. Each costs a pass over all pixels, and thousands fit into a small file."""

_MAX_FRAMES_IN_AVIF = 8
"""The frames of an AVIF together may have this many times `MAX_PIXELS`: colour, transparency, gain map, layers."""

# Measured: what is decoded and not yet converted, and what it is converted to.
_DEEP_AVIF_BYTES_PER_PIXEL = 9
_DEEP_HEIC_BYTES_PER_PIXEL = 9.6
_OPACITY_BYTES_PER_PIXEL = 5.4

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

# Pillow warns about metadata that this code does not read: one scanned TIFF fills pages of the server's log. A filter
# that is set once, at import, is safe among threads; `warnings.catch_warnings` around each picture is not.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.(Tiff|Png)ImagePlugin")


def decoded(kind: Format, data: bytes, *, label: str) -> tuple[Image.Image | ByteArray, int, list[str]]:
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
    if kind == "TIFF":
        return _decoded_tiff(data, label=label)
    if kind == "WebP" and b"ANIM" not in (chunks := formats.webp_chunks(data)):
        return _decoded_webp(data, chunks)
    if kind in ("AVIF", "HEIC"):
        return _decoded_heif(kind, data, label=label)
    return _decoded_by_pillow(kind, data, label=label)


def _decoded_by_pillow(kind: Format, data: bytes, *, label: str) -> tuple[Image.Image, int, list[str]]:
    header = bmp.masked(data) if kind == "BMP" else None
    if header is not None:
        check_size(header.size, label=label)
        rgb, colour_notes = to_srgb(bmp.decode(data, header))
        return rgb, 1, [*colour_notes]
    image: Image.Image = _READERS[kind](io.BytesIO(_made_safe(kind, data, label=label)))
    check_size(image.size, label=label)
    notes = _frame_notes(kind, data, image)
    image.load()
    orientation = orientation_of(image.info.get("exif"))
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
    """As `decoded`, of a still WebP, for which Pillow's reader of animations takes five times the memory."""
    values = np.asarray(imagecodecs.webp_decode(data))
    orientation = orientation_of(chunks.get(b"EXIF"))
    mode = "RGBA" if values.shape[-1] == 4 else "RGB"
    pixels, colour_notes = array_to_srgb(values, mode, profile=chunks.get(b"ICCP"), space=None)
    return pixels, orientation, [*(["turned upright"] if orientation > 1 else []), *colour_notes]


def _decoded_heif(kind: Format, data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `decoded`, of an AVIF or HEIC: colours, turning and the part to be shown stand in its boxes."""
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
        orientation = orientation_of(info.get("exif"))
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
    check_size(image.size, label=label)
    if main.is_deep:
        # Pillow's decoder makes 8 bits of 10 and 12, and takes more memory than imagecodecs'.
        check_memory(image.size, _DEEP_AVIF_BYTES_PER_PIXEL, label=label)
        image.load()
        values = np.asarray(image)
    else:
        if image.mode == "RGBA":
            check_memory(image.size, _OPACITY_BYTES_PER_PIXEL, label=label, words="with transparency")
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
    check_size(file.size, label=label)
    main = file[file.primary_index]
    if main.info["bit_depth"] > 8:
        check_memory(file.size, _DEEP_HEIC_BYTES_PER_PIXEL, label=label)
    elif main.has_alpha:
        check_memory(file.size, _OPACITY_BYTES_PER_PIXEL, label=label, words="with transparency")
    notes = _count_notes("HEIC", len(file))
    values = np.asarray(_Owned(np.asarray(main)))
    width, height = main.size
    return values.reshape(height, -1, len(main.mode))[:, :width], main.mode, main.info, notes


def _decoded_png(data: bytes, *, label: str) -> tuple[Image.Image, int, list[str]]:
    """As `decoded`: from the chunks that make the pixels, with the colours that the others tell."""
    parts = png.read(data)
    check_size(parts.size, label=label)
    notes = _count_notes("PNG", min(parts.num_frames, formats.MAX_COUNTED_FRAMES + 1))
    orientation = orientation_of(parts.exif)
    notes += ["turned upright"] if orientation > 1 else []
    if parts.needs_all_bits:
        check_memory(parts.size, parts.bytes_per_pixel, label=label)
        rgb, colour_notes = to_srgb(png.decode_all_bits(parts))
        notes += [parts.space.note] if parts.space is not None else []
        return rgb, orientation, [*notes, *colour_notes]
    image = _READERS["PNG"](io.BytesIO(parts.stream))
    check_size(image.size, label=label)
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
    """As `decoded`: by Pillow where it has a mode for the picture, else by tifffile."""
    found = tiff_pages.pages(data, limit=formats.MAX_COUNTED_FRAMES + 1)
    page = tiff_pages.main_page(found)
    check_size(page.size, label=label)
    notes = [] if page is found[0] else ["the largest page, since the first is a thumbnail"]
    notes = notes or _count_notes("TIFF", len(found))
    orientation = page.value(tiff_pages.ORIENTATION, 1)
    orientation = orientation if 1 <= orientation <= 8 else 1
    if tiff.suits_pillow(page):
        image: Image.Image = _READERS["TIFF"](io.BytesIO(tiff_pages.with_page_first(page)))
        check_size(image.size, label=label)
        # Pillow turns the picture itself while loading.
        image.load()
        stored_orientation = 1
    else:
        stored = tiff.layout(page)
        check_memory(stored.size, stored.bytes_per_pixel, extra_pixels=stored.segment_pixels, label=label)
        image, depth_notes = tiff.decode(stored)
        notes += depth_notes
        stored_orientation = orientation
    rgb, colour_notes = to_srgb(image)
    notes += ["turned upright"] if orientation > 1 else []
    return rgb, stored_orientation, [*notes, *colour_notes]


def _made_safe(kind: Format, data: bytes, *, label: str) -> bytes:
    """The bytes for the reader, after checks for costs that the size in the header does not show."""
    if kind == "JPEG" and formats.count_jpeg_scans(data) > _MAX_JPEG_SCANS:
        raise Image.DecompressionBombError("more scans than an encoder writes")
    if kind != "AVIF":
        return data
    sizes = av1.frame_sizes(data)
    for size in sizes:
        check_size(size, label=label)
    if sum(width * height for width, height in sizes) > _MAX_FRAMES_IN_AVIF * MAX_PIXELS:
        raise Image.DecompressionBombError("more frames than a still picture needs")
    return av1.with_still_brand(data)


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
