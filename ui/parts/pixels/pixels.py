"""Component: a small picture whose pixels are seen, taking new ones in place."""

import base64
from pathlib import Path

from ui.parts.component import component
from vizcore.arrays import ByteArray
from vizcore.pictures.display import encode_png

# In the document, where the slider finds out what is on the screen.
_pixels = component("pixels", Path(__file__).parent, isolate_styles=False)


def pixel_picture(pixels: ByteArray, *, key: str, caption: str) -> None:
    """A picture as wide as there is room, without smoothing.

    Args:
        pixels: (h, w, 3) uint8, at most a few hundred pixels a side.
        key: one picture per key.
        caption: below it.
    """
    _pixels(key=key, data={"key": key, "caption": caption, "source": pixel_source(pixels)})


def pixel_source(pixels: ByteArray) -> str:
    """The pixels as an address that holds them."""
    return f"data:image/png;base64,{base64.b64encode(encode_png(pixels)).decode()}"
