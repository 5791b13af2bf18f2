"""The pictures of the measurements."""

from io import BytesIO

import numpy as np
from PIL import Image

_COMMENT_MARKER = b"\xff\xfe"


def photograph(width: int = 1600, height: int = 1100) -> bytes:
    """A JPEG with every value in it, as from a camera."""
    down, across = np.mgrid[0:height, 0:width]
    red, green = across * 255 / (width - 1), down * 255 / (height - 1)
    waves = np.stack([red, green, 127.5 + 127 * np.sin(across / 40) * np.cos(down / 30)], -1)
    noise = np.random.default_rng(5).normal(0, 6, waves.shape)
    return _jpeg(np.clip(waves + noise, 0, 255).astype(np.uint8), quality=92)


def large_photograph() -> bytes:
    """A JPEG of 23.7 megapixels and a little less than 10 MB: the largest that the app accepts in both respects."""
    width, height, largest = 5760, 4112, 9_990_000
    grain = np.random.default_rng(7).integers(0, 256, (height // 2, width // 2, 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(grain).resize((width, height), Image.Resampling.BICUBIC))
    # The largest quality whose file is small enough.
    fitting, too_large = 1, 100
    best = _jpeg(pixels, quality=fitting)
    while too_large - fitting > 1:
        middle = (fitting + too_large) // 2
        data = _jpeg(pixels, quality=middle)
        if len(data) <= largest - 100:
            fitting, best = middle, data
        else:
            too_large = middle
    return best + bytes(largest - len(best))


def with_comment(data: bytes, comment: str) -> bytes:
    """The same JPEG as another file: it has another comment and therefore another digest."""
    text = comment.encode("ascii")
    return data[:2] + _COMMENT_MARKER + (len(text) + 2).to_bytes(2, "big") + text + data[2:]


def _jpeg(pixels: np.ndarray, *, quality: int) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
