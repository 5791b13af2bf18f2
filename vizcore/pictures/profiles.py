"""ICC profiles: colours converted to sRGB by lcms, of 8 bits through Pillow and of 16 bits through imagecodecs."""

import io
import unicodedata
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from vizcore.arrays import ByteArray

WideArray: TypeAlias = NDArray[np.uint16]
Converter: TypeAlias = Callable[[WideArray], ByteArray]

_MODE_OF_PROFILE = MappingProxyType({"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"})

_INVISIBLE_DIFFERENCE = 2
"""A profile that moves no colour by more than this many of 255 levels counts as sRGB."""

_DAMAGE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
_IGNORED = "the colour profile, made for another kind of colours, ignored"
_BROKEN = "broken colour profile ignored"

# The darkest ink of a print becomes the black of the screen, and shadows keep their detail.
_INTENT, _FLAGS = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION


def in_srgb(colours: Image.Image, embedded: object) -> tuple[Image.Image, str | None]:
    """Colours of mode "L", "RGB", "CMYK", "YCbCr" or "LAB" in sRGB, and a note if the change is visible.

    Args:
        colours: without transparency. They may be changed.
        embedded: the profile, or what a file has in its place.
    """
    if colours.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return _through(colours, ImageCms.ImageCmsProfile(lab), ImageCms.ImageCmsProfile(srgb)), "Lab converted to sRGB"
    if isinstance(embedded, bytes) and embedded:
        try:
            return _by_profile(colours, embedded)
        except _DAMAGE:
            rgb, note = _without_profile(colours)
            return rgb, f"{note}, its {_BROKEN}" if note else _BROKEN
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
        return rgb, f"{note}, {_IGNORED}" if note else _IGNORED
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    if mode != "CMYK" and _is_srgb(profile, srgb, mode=mode):
        return _without_profile(colours)
    return _through(colours, profile, srgb), _note(profile)


def converter_of_16_bits(embedded: bytes, *, is_grey: bool) -> tuple[Converter | None, str | None]:
    """The conversion of 16 bits for each colour to sRGB, exact to a level also in the dark.

    Args:
        embedded: the profile.
        is_grey: whether the colours are one channel, and not three.

    Returns:
        From (H, W, 1 or 3) uint16 to (H, W, 3) uint8, and a note. None if the profile makes no visible change or is
        ignored.
    """
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        mode = _MODE_OF_PROFILE.get(profile.profile.xcolor_space.strip())
        if mode not in ("RGB", "L") or (mode == "L" and not is_grey):
            return None, _IGNORED
        if _is_srgb(profile, srgb, mode=mode):
            return None, None
    except _DAMAGE:
        return None, _BROKEN
    given, screen = profile.tobytes(), srgb.tobytes()

    def convert(codes: WideArray) -> ByteArray:
        whole = codes if mode == "L" else np.broadcast_to(codes, (*codes.shape[:2], 3))
        levels = imagecodecs.cms_transform(
            np.ascontiguousarray(whole[..., 0] if mode == "L" else whole),
            given,
            screen,
            colorspace="gray" if mode == "L" else "rgb",
            outcolorspace="rgb",
            outdtype=np.uint8,
            intent=_INTENT,
            # The tables that lcms would put in place of the curves are up to 15 levels off in the dark.
            flags=_FLAGS | ImageCms.Flags.NOOPTIMIZE,
        )
        return np.asarray(levels)

    return convert, _note(profile)


def _note(profile: ImageCms.ImageCmsProfile) -> str:
    return f"colours converted from the profile {_description(profile)} to sRGB"


def _through(colours: Image.Image, profile: ImageCms.ImageCmsProfile, srgb: ImageCms.ImageCmsProfile) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile,
        srgb,
        colours.mode,
        "RGB",
        renderingIntent=_INTENT,
        flags=_FLAGS,
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
