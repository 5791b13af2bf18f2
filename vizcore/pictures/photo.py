"""Open a visitor's picture file as pixels in one form that the rest of the code relies on.

The pixels are (H, W, 3) uint8, sRGB, upright, opaque and read-only. A file that cannot be opened is refused with a
message for the visitor. A picture that is too large is refused before it is decoded, wherever its size can be read
first.
"""

import hashlib
from dataclasses import dataclass, field

from vizcore.arrays import ByteArray
from vizcore.errors import VizcoreError
from vizcore.pictures import formats
from vizcore.pictures.damage import refusing
from vizcore.pictures.decoding import decoded
from vizcore.pictures.formats import Format, with_article
from vizcore.pictures.limits import check_bytes, check_size
from vizcore.pictures.names import clean_name, extension
from vizcore.pictures.orientation import upright


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

    with refusing(kind, label=label):
        size = formats.announced_size(kind, data)
    if size is not None:
        check_size(size, label=label)
    with refusing(kind, label=label):
        rgb, orientation, notes = decoded(kind, data, label=label)
        pixels = upright(rgb, orientation)
    digest = hashlib.sha256(data).hexdigest()
    return Picture(pixels=pixels, digest=digest, name=label, notes=(*_name_notes(kind, label), *notes))


def _no_picture_message(data: bytes, *, label: str) -> str:
    description = formats.describe_other(data)
    if description is None:
        description = "not a picture of a known format"
    contrast = f", though its name ends in .{extension(label)}" if _format_in_name(label) else ""
    return f"“{label}” is {description}{contrast}. Please choose a picture file: {_accepted_formats()}."


def _accepted_formats() -> str:
    return f"{', '.join(formats.FORMATS[:-1])} or {formats.FORMATS[-1]}"


def _format_in_name(label: str) -> Format | None:
    return formats.EXTENSIONS.get(extension(label))


def _name_notes(kind: Format, label: str) -> list[str]:
    ending = extension(label)
    if not ending or _format_in_name(label) == kind:
        return []
    return [f"{with_article(kind)}, though its name ends in .{ending}"]
