"""Conversion of decoded pictures of any mode to the RGB of a screen: sRGB, eight bits, opaque."""

import io
import unicodedata
from collections.abc import Iterator
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

from vizcore.arrays import BoolArray, ByteArray
from vizcore.pictures.colour_spaces import ColourSpace, converted

_MODE_OF_PROFILE = MappingProxyType({"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"})

_INVISIBLE_DIFFERENCE = 2
"""A profile that moves no colour by more than this many of 255 levels counts as sRGB."""

_ROWS_AT_A_TIME = 512
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
        rgb, note = _in_srgb(colours, image.info.get("icc_profile"))
    if note:
        notes.append(note)
    if alpha is not None and alpha.getextrema() != (255, 255):
        rgb.paste((255, 255, 255), mask=ImageChops.invert(alpha))
        notes.append("transparency laid on white")
    return rgb, tuple(notes)


def array_to_srgb(
    values: ByteArray, mode: str, *, profile: bytes | None, space: ColourSpace | None
) -> tuple[ByteArray, tuple[str, ...]]:
    """As `to_srgb`, of a large picture, without a copy of it in Pillow's four bytes a pixel.

    Args:
        values: (H, W, channels) uint8. They may be overwritten, unless they are read-only.
        mode: Pillow's name of the channels: "L", "LA", "RGB", "RGBA" or "RGBa".
        profile: ICC, if there is one.
        space: what the colours mean; it goes before a profile.

    Returns:
        (H, W, 3) uint8, which may be `values` or a part of their memory, and one note for each change.
    """
    height, width = values.shape[:2]
    if mode == "RGB" and not profile and space is None:
        return values, ()
    reuses = values.flags.writeable and values.flags.c_contiguous and values.shape[-1] >= 3
    # A row is never written beyond the rows that were read before.
    levels = values.reshape(-1)[: height * width * 3] if reuses else np.empty(height * width * 3, np.uint8)
    levels = levels.reshape(height, width, 3)
    notes: dict[str, None] = {}
    for top in range(0, height, _ROWS_AT_A_TIME):
        block = np.ascontiguousarray(values[top : top + _ROWS_AT_A_TIME])
        image = Image.frombytes(mode, (width, len(block)), block.tobytes())
        image.info["icc_profile"] = profile
        rgb, block_notes = to_srgb(image, space=space)
        levels[top : top + _ROWS_AT_A_TIME] = np.asarray(rgb)
        notes |= dict.fromkeys(block_notes)
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


def _in_srgb(colours: Image.Image, embedded: object) -> tuple[Image.Image, str | None]:
    """Colours of mode "L", "RGB", "CMYK", "YCbCr" or "LAB" in sRGB, and a note if the change is visible."""
    if colours.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return _through(colours, ImageCms.ImageCmsProfile(lab), ImageCms.ImageCmsProfile(srgb)), "Lab converted to sRGB"
    if isinstance(embedded, bytes) and embedded:
        try:
            return _by_profile(colours, embedded)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            rgb, note = _without_profile(colours)
            return rgb, f"{note}, its broken colour profile ignored" if note else "broken colour profile ignored"
    return _without_profile(colours)


def _without_profile(colours: Image.Image) -> tuple[Image.Image, str | None]:
    note = "CMYK converted to RGB without a colour profile" if colours.mode == "CMYK" else None
    return (colours if colours.mode == "RGB" else colours.convert("RGB")), note


def _by_profile(colours: Image.Image, embedded: bytes) -> tuple[Image.Image, str | None]:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
    mode = _MODE_OF_PROFILE.get(profile.profile.xcolor_space.strip())
    if mode == "RGB" and colours.mode in ("L", "YCbCr"):
        colours = colours.convert("RGB")
    if mode != colours.mode:
        rgb, note = _without_profile(colours)
        ignored = "the colour profile, made for another kind of colours, ignored"
        return rgb, f"{note}, {ignored}" if note else ignored
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    if mode != "CMYK" and _is_srgb(profile, srgb, mode=mode):
        return _without_profile(colours)
    converted = _through(colours, profile, srgb)
    return converted, f"colours converted from the profile {_description(profile)} to sRGB"


def _through(colours: Image.Image, profile: ImageCms.ImageCmsProfile, srgb: ImageCms.ImageCmsProfile) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile,
        srgb,
        colours.mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        # The darkest ink of a print becomes the black of the screen, and shadows keep their detail.
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if colours.mode == "RGB":
        ImageCms.applyTransform(colours, transform, inPlace=True)
        return colours
    converted = ImageCms.applyTransform(colours, transform)
    if converted is None:
        raise ValueError("no picture came back from the colour conversion")
    return converted


def _is_srgb(profile: ImageCms.ImageCmsProfile, srgb: ImageCms.ImageCmsProfile, *, mode: str) -> bool:
    """Whether the profile makes no visible change.

    There are dozens of profiles named sRGB, and some that equal it under another name. The answer therefore comes from
    the conversion of a set of probe colours, not from a list of names.
    """
    if mode == "L":
        probe = np.arange(256, dtype=np.uint8)[np.newaxis]
    else:
        steps = np.linspace(0, 255, 9).round().astype(np.uint8)
        probe = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    after = np.asarray(_through(Image.fromarray(probe), profile, srgb), np.int16)
    difference = np.abs(after - (probe[..., np.newaxis] if mode == "L" else probe))
    return int(difference.max()) <= _INVISIBLE_DIFFERENCE


def _description(profile: ImageCms.ImageCmsProfile) -> str:
    words = profile.profile.profile_description or ""
    words = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in words)
    return " ".join(words.split())[:60] or "without a name"
