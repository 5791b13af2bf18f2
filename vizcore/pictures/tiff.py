"""TIFFs of kinds that Pillow has no mode for, decoded by tifffile: more than 8 bits, signs, fractions, planes apart."""

import io
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import tifffile
from numpy.typing import NDArray

from vizcore.arrays import ByteArray
from vizcore.pictures import tiff_pages
from vizcore.pictures.profiles import WideArray
from vizcore.pictures.srgb import grey_levels
from vizcore.pictures.tiff_pages import Page

# No compression, LZW, Deflate under both of its numbers, PackBits, Zstandard, LZMA. Their decoders fill a buffer whose
# size is given. Those of JPEG and its relatives would allocate what the data inside says.
_COMPRESSIONS = frozenset({1, 5, 8, 32946, 32773, 50000, 34925})
_JPEG = frozenset({6, 7})

_WHITE_IS_ZERO, _GREY, _RGB, _INDEXED, _MASK, _INK = 0, 1, 2, 3, 4, 5
_CHANNELS = MappingProxyType({_WHITE_IS_ZERO: 1, _GREY: 1, _RGB: 3, _INDEXED: 1, _MASK: 1, _INK: 4})
_MODES = MappingProxyType({1: ("L", "LA", "La"), 3: ("RGB", "RGBA", "RGBa"), 4: ("CMYK",)})
"""Of Pillow, by the number of channels: without opacity, with opacity, multiplied by it."""

_PREMULTIPLIED, _OPACITY = 1, 2
_WHOLE, _SIGNED, _FRACTION = 1, 2, 3

_MAX_PROFILE_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pixels of a page are stored."""

    page: Page
    size: tuple[int, int]
    bits: int
    """Per sample."""
    number: int
    """Sample format: 1 whole, 2 signed, 3 fraction."""
    samples: int
    photometric: int
    data: bytes
    """The file with a directory that has been checked."""
    segment_pixels: int

    @property
    def bytes_per_pixel(self) -> int:
        """Of a decoded pixel, all samples together, with the bytes of its scaled copies, and of sRGB."""
        copies = 2 if self.samples > _CHANNELS[self.photometric] else 1
        # Numbers of 24 bits exist as bytes, with 32 bits, and at their right size.
        sample = 11 if self.bits == 24 and self.number != _FRACTION else _sample_bytes(self.bits)
        return max(self.samples * (sample + copies), 2 * self.samples + 4)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The pixels of a page as they are stored."""

    values: ByteArray | WideArray
    """(H, W, channels): 8 bits, or 16 whose colours have to be converted before they are scaled."""
    mode: str
    """Pillow's name of the channels: "L", "RGB" or "CMYK", or with opacity, which may be premultiplied."""
    profile: bytes | None
    notes: tuple[str, ...] = ()
    """Of the scaling."""


def _sample_bytes(bits: int) -> int:
    return next(width for width in (1, 2, 4, 8) if 8 * width >= bits)


def suits_pillow(page: Page) -> bool:
    """Whether Pillow has a mode for a page: 1 to 8 bits without sign, all samples of a pixel together.

    An index of colours whose entries are all below 256 does not suit: Pillow takes them for 16 bits, and all is black.
    Nor does a big-endian BigTIFF, which Pillow does not know.
    """
    bits = page.values(tiff_pages.BITS, (1,))
    whole = all(kind in (_WHOLE, 4) for kind in page.values(tiff_pages.SAMPLE_FORMAT))
    apart = page.value(tiff_pages.PLANAR, 1) == 2 and page.value(tiff_pages.SAMPLES, 1) > 1
    if page.value(tiff_pages.COMPRESSION, 1) in _JPEG:
        return max(bits) <= 8
    if page.data[:4] == b"MM\0+" and page.value(tiff_pages.COMPRESSION, 1) in _COMPRESSIONS:
        return False
    return {*bits} <= {1, 2, 4, 8} and whole and not apart and not _has_entries_of_bytes(page)


def _has_entries_of_bytes(page: Page) -> bool:
    if page.value(tiff_pages.PHOTOMETRIC, _GREY) != _INDEXED:
        return False
    return 0 < max(page.values(tiff_pages.PALETTE, (0,))) < 256


def layout(page: Page) -> Layout:
    """The layout of a page that Pillow has no mode for, checked against the file, before anything is decoded.

    Raises:
        ValueError: the layout is unknown, contradicts itself, or reaches outside of the file.
    """
    bits = {*page.values(tiff_pages.BITS, (1,))}
    numbers = {*page.values(tiff_pages.SAMPLE_FORMAT, (_WHOLE,))}
    samples = page.value(tiff_pages.SAMPLES, 1)
    photometric = page.value(tiff_pages.PHOTOMETRIC, _RGB if samples >= 3 else _GREY)
    number = _WHOLE if numbers == {4} else min(numbers)
    if len(bits) != 1 or len(numbers) != 1 or number not in (_WHOLE, _SIGNED, _FRACTION):
        raise ValueError("samples of several kinds")
    if not 1 <= min(bits) <= 64 or (number == _FRACTION and min(bits) not in (16, 24, 32, 64)):
        raise ValueError("samples of an unknown width")
    if photometric not in _CHANNELS or not _CHANNELS[photometric] <= samples <= 8:
        raise ValueError("colours of an unknown kind")
    if page.value(tiff_pages.COMPRESSION, 1) not in _COMPRESSIONS or min(page.size) <= 0:
        raise ValueError("an unknown compression, or no size")
    as_bytes = 3 if bits == {24} and number != _FRACTION else 1
    if as_bytes > 1 and page.value(tiff_pages.PREDICTOR, 1) != 1:
        raise ValueError("differences of 24 bits")
    data, segment_pixels = tiff_pages.with_checked_tags_alone(page, samples=samples, as_bytes=as_bytes)
    return Layout(
        page=page,
        size=page.size,
        bits=min(bits),
        number=number,
        samples=samples,
        photometric=photometric,
        data=data,
        segment_pixels=segment_pixels,
    )


def decode(stored: Layout) -> Decoded:
    """The picture as it is stored, in 8 bits, or in 16 where a profile has to convert its colours.

    Raises:
        ValueError, TypeError, IndexError, RuntimeError, OSError: the data are damaged.
    """
    values = _samples_of(stored)
    channels = _CHANNELS[stored.photometric]
    extra = stored.page.value(tiff_pages.EXTRA_SAMPLES, 0) if stored.samples > channels else 0
    has_opacity = extra in (_PREMULTIPLIED, _OPACITY) and channels != 4
    profile = bytes(stored.page.values(tiff_pages.PROFILE)[:_MAX_PROFILE_BYTES]) or None
    if stored.photometric == _INDEXED:
        return Decoded(_looked_up(values[..., 0], stored.page), "RGB", profile)
    is_white_zero = stored.photometric == _WHITE_IS_ZERO
    if profile and values.dtype == np.uint16 and stored.bits == 16 and channels != 4 and extra != _PREMULTIPLIED:
        wide = values[..., : channels + has_opacity].astype(np.uint16, copy=False)
        if is_white_zero:
            np.subtract(65535, wide[..., 0], out=wide[..., 0])
        return Decoded(
            wide, _MODES[channels][int(has_opacity)], profile, (f"{_kind(stored, channels)} scaled to 8 bits",)
        )
    levels, notes = _scaled(values[..., :channels], stored)
    if is_white_zero:
        levels = np.subtract(255, levels)
    if has_opacity:
        opacity = grey_levels(values[..., channels], full_scale=_full_scale(stored))[0]
        levels = np.concatenate([levels, opacity[..., np.newaxis]], axis=-1)
    return Decoded(levels, _MODES[channels][0 if not has_opacity else extra % 2 + 1], profile, notes)


def _samples_of(stored: Layout) -> NDArray[np.generic]:
    """(H, W, samples), in the type of the file."""
    with tifffile.TiffFile(io.BytesIO(stored.data)) as file:
        values = np.asarray(file.pages[0].asarray(squeeze=False, maxworkers=1))
    width, height = stored.size
    planes = stored.samples if stored.page.value(tiff_pages.PLANAR, 1) == 2 else 1
    if stored.bits == 24 and stored.number != _FRACTION:
        values = _joined(values.reshape(-1, 3), stored)
    if values.size != width * height * stored.samples:
        raise ValueError("another number of samples than the picture has")
    return np.moveaxis(values.reshape(planes, height, width, -1), 0, -1).reshape(height, width, stored.samples)


def _joined(parts: NDArray[np.generic], stored: Layout) -> NDArray[np.generic]:
    """Numbers of 24 bits from their bytes, which imagecodecs does not put together in either order."""
    whole = np.zeros((len(parts), 4), np.uint8)
    # The sign ends up at the top of 32 bits, so the numbers come out 256 times too large.
    whole[:, 1:] = parts if stored.page.order == "<" else parts[:, ::-1]
    joined = whole.view("<i4" if stored.number == _SIGNED else "<u4")[:, 0]
    return joined >> 8


def _full_scale(stored: Layout) -> int:
    """The whole number that means white. Grey of 32 bits counts as measurements, which rarely fill 32 bits."""
    colours = _CHANNELS[stored.photometric] > 1
    if stored.bits < 32:
        # Signed numbers of 16 bits that are not below 0 keep the scale of those without a sign.
        return int(2**stored.bits) - 1
    return int(2**stored.bits) - 1 if colours and stored.number == _WHOLE else 65535


def _scaled(values: NDArray[np.generic], stored: Layout) -> tuple[ByteArray, tuple[str, ...]]:
    if stored.bits <= 8 and stored.number == _WHOLE:
        if stored.bits == 8:
            return values.astype(np.uint8, copy=False), ()
        table = np.rint(np.arange(2**stored.bits) * (255 / _full_scale(stored))).astype(np.uint8)
        return table[values.astype(np.uint8)], ()
    levels, note = grey_levels(values, full_scale=_full_scale(stored), kind=_kind(stored, values.shape[-1]))
    return levels, (note,)


def _kind(stored: Layout, channels: int) -> str:
    fraction = "floating-point " if stored.number == _FRACTION else ""
    return f"{stored.bits}-bit {fraction}{'grey' if channels == 1 else 'colours'}"


def _looked_up(indices: NDArray[np.generic], page: Page) -> ByteArray:
    entries = np.array(page.values(tiff_pages.PALETTE), np.uint32)
    if entries.size % 3 or not entries.size:
        raise ValueError("an index of colours that is cut short")
    entries = entries.reshape(3, -1).T
    if entries.max() > 255:
        entries = (entries * 255 + 32767) // 65535
    if int(indices.max()) >= len(entries):
        raise ValueError("a colour outside of the index")
    looked_up: ByteArray = entries.astype(np.uint8)[indices]
    return looked_up
