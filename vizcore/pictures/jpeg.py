"""JPEGs: three bytes a pixel, where Pillow's own memory takes four.

imagecodecs makes the same pixels of a whole file as Pillow does, and fills what is missing of a cut one without a word.
So Pillow reads every file first, reduced to an eighth of each side, which takes no memory to speak of.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import imagecodecs
import numpy as np
from PIL import Image, JpegImagePlugin

from vizcore.arrays import ByteArray
from vizcore.pictures.limits import check_memory, check_size

_MAX_SCANS = 100
"""Encoders write about ten scans. Each costs a pass over all pixels, and thousands fit into a small file."""

_SCAN = b"\xff\xda"
_SMALLEST_SCALE = 8
_MODES: Mapping[int, str] = MappingProxyType({1: "L", 3: "RGB", 4: "CMYK"})


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A decoded JPEG as it is stored."""

    values: ByteArray
    """(H, W, channels); nobody else has them."""
    mode: str
    """Pillow's name of the channels: "L", "RGB" or "CMYK"."""
    exif: bytes | None
    profile: bytes | None


def decode(data: bytes, *, label: str) -> Jpeg:
    """The pixels, the profile and the EXIF of a JPEG.

    Args:
        data: the whole file.
        label: its name, for messages.

    Raises:
        VizcoreError: it is too large.
        DecompressionBombError, OSError, SyntaxError, RuntimeError: it is cut short, damaged, or hides its size.
    """
    if _count_scans(data) > _MAX_SCANS:
        raise Image.DecompressionBombError("more scans than an encoder writes")
    file = io.BytesIO(data)
    image = JpegImagePlugin.JpegImageFile(file)
    check_size(image.size, label=label)
    # Pillow stops behind the header of the first scan: marker, length, number of its channels.
    num_channels = data[data.rindex(_SCAN, 0, file.tell()) + 4]
    if image.info.get("progressive") or num_channels < len(image.layer):
        factors = [(across, down) for _name, across, down, _table in image.layer]
        words = "in several passes (“progressive”)"
        advice = "without “progressive”, or in a smaller size"
        check_memory(image.size, _bytes_per_pixel_in_passes(factors), label=label, words=words, advice=advice)
    width, height = image.size
    image.draft(image.mode, (max(1, width // _SMALLEST_SCALE), max(1, height // _SMALLEST_SCALE)))
    image.load()
    values = np.asarray(imagecodecs.jpeg8_decode(data))
    values = values[..., np.newaxis] if values.ndim == 2 else values
    if values.shape[:2] != (height, width):
        raise ValueError("another size than the header says")
    mode = _MODES[values.shape[-1]]
    if mode == "CMYK":
        # Adobe's programs, which write all of them, count ink from white.
        np.subtract(255, values, out=values)
    return Jpeg(values, mode, image.info.get("exif"), image.info.get("icc_profile"))


def _bytes_per_pixel_in_passes(factors: Sequence[tuple[int, int]]) -> float:
    """All coefficients, of two bytes each, are kept until the last pass, and then the pixels beside them."""
    across, down = (max(factor) for factor in zip(*factors, strict=True))
    coefficients: int = 2 * sum(a * d for a, d in factors)
    largest: int = across * down
    return coefficients / largest + len(factors)


def _count_scans(data: bytes) -> int:
    """The number of scans. The scans of thumbnails inside the metadata are included."""
    return data.count(_SCAN)
