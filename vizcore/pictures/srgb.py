"""Conversion of decoded pictures of any mode to the RGB of a screen: sRGB, eight bits, opaque."""

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from vizcore.arrays import BoolArray, ByteArray
from vizcore.pictures.colour_spaces import ColourSpace, converted
from vizcore.pictures.profiles import Converter, WideArray, converter_of_16_bits, in_srgb

_ROWS_AT_A_TIME = 128
_BLOCK = 1 << 20
"""Values of more than 8 bits are scaled in blocks of about this many: as float64, 24 megapixels are 196 MB."""


def to_srgb(image: Image.Image, *, space: ColourSpace | None = None) -> tuple[Image.Image, tuple[str, ...]]:
    """The picture as a screen shows it on a white page.

    Values of more than eight bits are scaled first (see `grey_levels`). Then the colours are converted by the embedded
    profile. Then transparent pixels are composited on white. A profile that is broken, or made for another kind of
    colour, is ignored, and a note says so. Grey pictures with an RGB profile take that profile's tone curve.

    Args:
        image: loaded, of any mode that Pillow reads from a file. It may be changed: at 24 megapixels a copy is 98 MB.
        space: what the colours mean; it goes before a profile.

    Returns:
        The picture in mode "RGB", of the same size, and one note for each change.
    """
    colours, alpha, note = _separate(image)
    notes = [note] if note else []
    if space is not None:
        rgb, note = _by_numbers(colours, space), space.note
    else:
        rgb, note = in_srgb(colours, image.info.get("icc_profile"))
    if note:
        notes.append(note)
    if alpha is not None and alpha.getextrema() != (255, 255):
        rgb.paste((255, 255, 255), mask=ImageChops.invert(alpha))
        notes.append("transparency laid on white")
    return rgb, tuple(notes)


def image_to_srgb(image: Image.Image, levels: ByteArray | None = None) -> tuple[ByteArray, tuple[str, ...]]:
    """As `to_srgb`, of a large picture in Pillow's memory, where a colour takes four bytes.

    Args:
        image: loaded, of a mode of 8 bits.
        levels: (H, W, 3) uint8 to be written; a new array if it is None.

    Returns:
        (H, W, 3) uint8, and one note for each change.
    """
    width, height = image.size
    parts = (image.crop((0, top, width, min(top + _ROWS_AT_A_TIME, height))) for top in _tops(height))
    return _joined(parts, np.empty((height, width, 3), np.uint8) if levels is None else levels)


def array_to_srgb(
    values: ByteArray | WideArray,
    mode: str,
    *,
    profile: bytes | None,
    space: ColourSpace | None = None,
    key: tuple[int, ...] = (),
    bits: int = 16,
) -> tuple[ByteArray, tuple[str, ...]]:
    """As `to_srgb`, of a large picture, without a copy of it in Pillow's four bytes a pixel.

    Args:
        values: (H, W, channels) uint8 or uint16. Where they can be, they are overwritten and cut to three channels.
            Colours of more than 8 bits are converted before they are rounded to 8.
        mode: Pillow's name of the channels: "L", "LA", "RGB" or "RGBA", as uint8 also "La", "RGBa" or "CMYK".
        profile: ICC, if there is one.
        space: what the colours mean; it goes before a profile.
        key: the transparent colour, one number or three; empty if there is none.
        bits: of the numbers in uint16, 8 … 16.

    Returns:
        (H, W, 3) uint8, which may be `values` or a part of their memory, and one note for each change.
    """
    if values.dtype == np.uint16:
        wide = values.astype(np.uint16, copy=False)
        return _wide_to_srgb(wide, profile=profile, space=space, key=key, bits=bits)
    return _bytes_to_srgb(values.astype(np.uint8, copy=False), mode, profile=profile, space=space, key=key)


def _bytes_to_srgb(
    values: ByteArray, mode: str, *, profile: bytes | None, space: ColourSpace | None, key: tuple[int, ...]
) -> tuple[ByteArray, tuple[str, ...]]:
    height, width = values.shape[:2]
    if mode == "RGB" and not profile and space is None and not key:
        return values, ()
    reuses = values.flags.writeable and values.flags.c_contiguous and values.shape[-1] >= 3
    # A row is never written beyond the rows that were read before.
    levels = values.reshape(-1)[: height * width * 3] if reuses else np.empty(height * width * 3, np.uint8)
    levels = levels.reshape(height, width, 3)
    parts = (_image_of(values[top : top + _ROWS_AT_A_TIME], mode, profile, key) for top in _tops(height))
    notes = _joined(parts, levels, space=space)[1]
    if reuses and values.flags.owndata:
        # The memory behind the last row is given back. Nobody else has seen these values.
        del levels
        values.resize((height, width, 3), refcheck=False)
        return values, notes
    return levels, notes


def _wide_to_srgb(
    values: WideArray, *, profile: bytes | None, space: ColourSpace | None, key: tuple[int, ...], bits: int
) -> tuple[ByteArray, tuple[str, ...]]:
    height, width, channels = values.shape
    num_colours = 3 if channels >= 3 else 1
    eight = ((np.arange(65536, dtype=np.uint32) + 128) // 257).astype(np.uint8)
    convert: Converter | None = None
    note: str | None = None
    if space is not None:
        convert, note = partial(_by_numbers_of_16_bits, space=space), space.note
    elif profile is not None:
        convert, note = converter_of_16_bits(profile, is_grey=num_colours == 1)

    def part(top: int) -> Image.Image:
        block = values[top : top + _ROWS_AT_A_TIME]
        # The highest number of fewer bits becomes that of 16.
        block = (block << (16 - bits) | block >> (2 * bits - 16)).astype(np.uint16) if bits < 16 else block
        colours = block[..., :num_colours]
        levels = np.broadcast_to(eight[colours], (*block.shape[:2], 3)) if convert is None else convert(colours)
        image = Image.fromarray(np.ascontiguousarray(levels))
        if channels > num_colours:
            image.putalpha(Image.fromarray(eight[block[..., -1]]))
        elif key:
            image.putalpha(_key_alpha((block == np.array(key)).all(axis=-1)))
        return image

    levels, notes = _joined(map(part, _tops(height)), np.empty((height, width, 3), np.uint8))
    return levels, (*([note] if note else []), *notes)


def _by_numbers_of_16_bits(codes: WideArray, *, space: ColourSpace) -> ByteArray:
    return converted(np.broadcast_to(codes, (*codes.shape[:2], 3)), space)


def _tops(height: int) -> range:
    return range(0, height, _ROWS_AT_A_TIME)


def _image_of(values: ByteArray, mode: str, profile: bytes | None, key: tuple[int, ...]) -> Image.Image:
    image = Image.frombytes(mode, (values.shape[1], len(values)), values.tobytes())
    image.info["icc_profile"] = profile
    if key:
        image.info["transparency"] = key if len(key) > 1 else key[0]
    return image


def _joined(
    parts: Iterable[Image.Image], levels: ByteArray, *, space: ColourSpace | None = None
) -> tuple[ByteArray, tuple[str, ...]]:
    """Writes groups of rows, from the top, in sRGB. Pictures of the whole height would exist several times."""
    notes: dict[str, None] = {}
    top = 0
    for part in parts:
        rgb, part_notes = to_srgb(part, space=space)
        levels[top : top + rgb.height] = np.asarray(rgb)
        notes |= dict.fromkeys(part_notes)
        top += rgb.height
    return levels, tuple(notes)


def _separate(image: Image.Image) -> tuple[Image.Image, Image.Image | None, str | None]:
    """Colours in a mode of eight bits without transparency; the alpha channel in mode "L", if any; a note, if any."""
    key = image.info.get("transparency")
    mode = image.mode
    if mode == "F" or mode.startswith("I"):
        values = np.asarray(image)
        levels, note = grey_levels(values)
        return Image.fromarray(levels), _key_alpha(values == key) if isinstance(key, int) else None, note
    if mode == "P":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    elif mode in ("PA", "RGBa"):
        image = image.convert("RGBA")
    elif mode == "La":
        image = image.convert("LA")
    elif mode in ("1", "L", "RGB"):
        grey = mode != "RGB"
        colours = image.convert("L") if grey else image
        if isinstance(key, int if grey else tuple):
            # Pillow's conversion compares unscaled keys with scaled pixels. Here the key was scaled at loading.
            equal = np.asarray(colours) == np.asarray(key)
            return colours, _key_alpha(equal if grey else equal.all(axis=-1)), None
        return colours, None, None
    if image.mode in ("RGBA", "LA"):
        return image.convert(image.mode[:-1]), image.getchannel("A"), None
    return image, None, None


def _key_alpha(transparent: BoolArray) -> Image.Image:
    return Image.fromarray(np.where(transparent, np.uint8(0), np.uint8(255)))


def grey_levels(
    values: NDArray[np.generic], *, full_scale: int = 65535, kind: str | None = None
) -> tuple[ByteArray, str]:
    """Values of more than eight bits as levels from 0 to 255, rounded, never clipped.

    Integers between 0 and `full_scale` are scaled from that range, and floating-point numbers between 0 and 1 from that
    one. Other values have no agreed black and white: the smallest finite value becomes black, the largest white. All
    channels of a picture are scaled alike.

    Args:
        values: (H, W) or (H, W, channels), integers or floating-point numbers.
        full_scale: the integer that means white.
        kind: what the values are, for the note; found from their type if it is None.

    Returns:
        uint8 of the same shape and a note of the scaling. NaN and −∞ are black, +∞ is white. If all finite values are
        one value outside the usual range, they are mid-grey (128).
    """
    is_float = values.dtype.kind == "f"
    white = 1 if is_float else full_scale
    kind = kind or f"{values.dtype.itemsize * 8}-bit {'floating-point ' if is_float else ''}grey"
    if values.dtype == np.uint16 and full_scale == 65535:
        # A lookup table avoids a copy of the picture in a wider type.
        table = ((np.arange(65536, dtype=np.uint32) + 128) // 257).astype(np.uint8)
        return table[values], f"{kind} scaled to 8 bits"

    low, high, num_others = _finite_range(values)
    if low >= 0 and high <= white:
        note = f"{kind} from 0 to {white} scaled to 8 bits"
        low, high = 0.0, float(white)
    elif low == high:
        note = f"{kind} of one value ({low:.6g}) shown as mid-grey"
    else:
        note = f"{kind} stretched: {low:.6g} is black, {high:.6g} is white"
    if num_others:
        note += f", {num_others} values that are no numbers set to black or white"
    return _stretched(values, low=low, high=high), note


def _finite_range(values: NDArray[np.generic]) -> tuple[float, float, int]:
    """Smallest and largest finite value, 0 and 0 if there is none; the number of the values that are not finite."""
    if values.dtype.kind != "f":
        return float(values.min()), float(values.max()), 0
    low, high, num_finite = np.inf, -np.inf, 0
    for block in _blocks(values):
        finite = block[np.isfinite(block)]
        num_finite += finite.size
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high, values.size - num_finite) if num_finite else (0.0, 0.0, values.size)


def _blocks(values: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    rows = max(1, _BLOCK // max(1, values[0].size))
    return (values[top : top + rows] for top in range(0, values.shape[0], rows))


def _stretched(values: NDArray[np.generic], *, low: float, high: float) -> ByteArray:
    levels = np.empty(values.shape, np.uint8)
    for values_block, levels_block in zip(_blocks(values), _blocks(levels), strict=True):
        block = values_block.astype(np.float64)
        if high > low:
            # Halves, since the range of float64 itself is wider than float64 can hold.
            block = (block / 2 - low / 2) / (high / 2 - low / 2) * 255.0
        else:
            block[np.isfinite(block)] = 128.0
        np.nan_to_num(block, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        levels_block[...] = np.rint(block).clip(0, 255)
    return levels


def _by_numbers(colours: Image.Image, space: ColourSpace) -> Image.Image:
    rgb = colours if colours.mode == "RGB" else colours.convert("RGB")
    rows = max(1, _BLOCK // max(1, rgb.width))
    for top in range(0, rgb.height, rows):
        block = np.asarray(rgb.crop((0, top, rgb.width, min(top + rows, rgb.height))))
        rgb.paste(Image.fromarray(converted(block, space)), (0, top))
    return rgb
