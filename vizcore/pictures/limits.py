"""The limits of a picture file, and the sentences about a file that exceeds them."""

import math

from vizcore.errors import VizcoreError
from vizcore.pictures.names import clean_name

MAX_BYTES = 10 * 1024 * 1024
"""10 MB, in Streamlit's sense of MB, so that the server's limit and this one are the same."""

MAX_PIXELS = 24_500_000
"""24 megapixels: cameras and phones that are sold with this number produce up to 5712 × 4284 = 24.47 million pixels."""

MAX_SIDE = 12_000
"""Pixels along one side. Longer pictures are strips, which no network and no page can show."""

_MAX_DECODED_BYTES = 6 * MAX_PIXELS
"""Of what is decoded, what it is converted to, and a copy that is turned upright, as far as they exist together."""


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


def check_size(size: tuple[int, int], *, label: str) -> None:
    """Refuse a picture of more than `MAX_PIXELS`, or longer than `MAX_SIDE`.

    Args:
        size: width and height in pixels.
        label: the name of the file, for the message.

    Raises:
        VizcoreError: the picture is too large.
    """
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


def check_memory(
    size: tuple[int, int],
    bytes_per_pixel: float,
    *,
    label: str,
    extra_pixels: int = 0,
    words: str = "of more than 8 bits for each colour",
    advice: str = "with 8 bits for each colour, without transparency, or in a smaller size",
) -> None:
    """Refuse a picture whose decoding takes too much memory.

    Args:
        size: width and height in pixels.
        bytes_per_pixel: memory that the decoding takes at its peak.
        label: the name of the file, for the message.
        extra_pixels: number of pixels that the decoder holds beside those of the picture.
        words: what makes the picture take so much, for the message.
        advice: how to save it in place of this, for the message.

    Raises:
        VizcoreError: it takes more than 147 MB.
    """
    num_pixels = size[0] * size[1]
    if (num_pixels + extra_pixels) * bytes_per_pixel > _MAX_DECODED_BYTES:
        raise VizcoreError(
            f"“{label}” has {num_pixels / 1e6:,.1f} megapixels {words}, which unpack to more than the "
            f"{_MAX_DECODED_BYTES // 10**6} MB that one picture may take. "
            f"Please save it {advice}."
        )
