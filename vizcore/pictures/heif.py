"""Decoders of AVIF and HEIC, whose colours, turning and part to be shown stand in boxes around the pixels."""

import io
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import imagecodecs
import numpy as np
import pillow_heif
from PIL import AvifImagePlugin, Image

from vizcore.arrays import ByteArray
from vizcore.pictures import av1, colour_spaces, heif_boxes
from vizcore.pictures.formats import count_notes
from vizcore.pictures.limits import MAX_PIXELS, check_memory, check_size
from vizcore.pictures.orientation import orientation_of
from vizcore.pictures.profiles import WideArray
from vizcore.pictures.srgb import array_to_srgb

Kind: TypeAlias = Literal["AVIF", "HEIC"]

_MAX_FRAMES_IN_AVIF = 8
"""The frames of an AVIF together may have this many times `MAX_PIXELS`: colour, transparency, gain map, layers."""

_MODES = ("L", "LA", "RGB", "RGBA")
"""Pillow's names of one to four channels."""

# Measured, in bytes a pixel, at the peak of decoding.
_OF_BYTES: Mapping[Kind, tuple[float, float]] = MappingProxyType({"AVIF": (5.2, 6.7), "HEIC": (5.2, 9.5)})
"""With a quarter of the colours (4:2:0), and with more."""
_OF_MORE_BITS: Mapping[Kind, tuple[float, float]] = MappingProxyType({"AVIF": (11, 13.3), "HEIC": (11.5, 19.5)})
_OF_OPACITY: Mapping[Kind, float] = MappingProxyType({"AVIF": 2.5, "HEIC": 4.3})


def decoded(kind: Kind, data: bytes, *, label: str) -> tuple[ByteArray, int, list[str]]:
    """As `vizcore.pictures.decoding.decoded`, of an AVIF or HEIC."""
    source = _made_safe(data, label=label) if kind == "AVIF" else data
    try:
        main = heif_boxes.main_picture(data)
    except (ValueError, struct.error, IndexError):
        # The decoder finds its way through these boxes; what they say beside the pixels is left out.
        main = heif_boxes.MainPicture()
    if kind == "AVIF":
        values, mode, info, notes = _avif_values(source, main, label=label)
        bits = main.bits
        # The film track is not read, so the number of frames is unknown.
        notes += ["still picture of an animation"] if data[8:12] == b"avis" else []
        # libavif leaves cutting and turning to us. EXIF turns nothing (MIAF).
        orientation = orientation_of(info.get("exif"))
        if part := heif_boxes.cut_out(main.clap, (values.shape[1], values.shape[0])):
            values = values[part[1] : part[3], part[0] : part[2]]
    else:
        values, mode, info, notes = _heic_values(source, label=label)
        bits = info["bit_depth"]
        orientation = 1
    profile = info.get("icc_profile")
    space = colour_spaces.of_nclx(*main.colours) if main.colours and not profile else None
    pixels, colour_notes = array_to_srgb(values, mode, profile=profile, space=space, bits=bits)
    notes += ["turned upright"] if main.is_turned else []
    return pixels, orientation, [*notes, *colour_notes]


_Stored: TypeAlias = tuple[ByteArray | WideArray, str, Mapping[str | tuple[int, int], Any], list[str]]
"""Pixels as they are stored, Pillow's name of their channels, profile and EXIF, notes."""


def _avif_values(source: bytes, main: heif_boxes.MainPicture, *, label: str) -> _Stored:
    # Pillow reads profile and EXIF, and never decodes.
    image = AvifImagePlugin.AvifImageFile(io.BytesIO(source))
    check_size(image.size, label=label)
    _check_memory(
        "AVIF",
        image.size,
        bits=main.bits,
        has_reduced_colours=main.has_reduced_colours,
        has_opacity=image.mode == "RGBA",
        label=label,
    )
    values = np.asarray(imagecodecs.avif_decode(source, 0)).reshape(image.height, image.width, -1)
    return values, _MODES[values.shape[-1] - 1], image.info, []


class _Owned:
    """An array of another library's memory as one that may be written: the only owner of a decoded picture does."""

    def __init__(self, values: ByteArray | WideArray) -> None:
        self._values = values
        interface = values.__array_interface__
        self.__array_interface__ = {**interface, "data": (interface["data"][0], False)}


def _heic_values(source: bytes, *, label: str) -> _Stored:
    """As `_avif_values`, turned and cut by libheif."""
    file = pillow_heif.open_heif(io.BytesIO(source), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    check_size(file.size, label=label)
    main = file[file.primary_index]
    _check_memory(
        "HEIC",
        file.size,
        bits=main.info["bit_depth"],
        # Of a grey picture, pillow_heif does not say it.
        has_reduced_colours=main.info.get("chroma", 400) in (400, 420),
        has_opacity=main.has_alpha,
        label=label,
    )
    notes = count_notes("HEIC", len(file))
    values = np.asarray(_Owned(np.asarray(main)))
    width, height = main.size
    mode = main.mode.partition(";")[0]
    return values.reshape(height, -1, len(mode))[:, :width], mode, main.info, notes


def _check_memory(
    kind: Kind, size: tuple[int, int], *, bits: int, has_reduced_colours: bool, has_opacity: bool, label: str
) -> None:
    bytes_per_pixel = (_OF_BYTES if bits == 8 else _OF_MORE_BITS)[kind][0 if has_reduced_colours else 1]
    bytes_per_pixel += _OF_OPACITY[kind] if has_opacity else 0
    if bits > 8:
        check_memory(size, bytes_per_pixel, label=label)
    elif has_opacity:
        check_memory(size, bytes_per_pixel, label=label, words="with transparency")
    else:
        advice = "with a quarter of the colours (4:2:0), or in a smaller size"
        check_memory(size, bytes_per_pixel, label=label, words="with more than 4:2:0 colours", advice=advice)


def _made_safe(data: bytes, *, label: str) -> bytes:
    """The bytes for the reader, after checks for costs that the size in the header does not show."""
    sizes = av1.frame_sizes(data)
    for size in sizes:
        check_size(size, label=label)
    if sum(width * height for width, height in sizes) > _MAX_FRAMES_IN_AVIF * MAX_PIXELS:
        raise Image.DecompressionBombError("more frames than a still picture needs")
    return av1.with_still_brand(data)
