"""Component: a small picture whose pixels are seen, taking new ones in place."""

import base64
from pathlib import Path
from typing import TypedDict

from ui.parts.component import component
from vizcore.arrays import ByteArray
from vizcore.pictures.display import encode_png

# In the document, where the slider finds out what is on the screen.
_pixels = component("pixels", Path(__file__).parent, isolate_styles=False)


class Source(TypedDict):
    """What the component shows: the address of a picture, which holds its pixels."""

    source: str


def pixel_source(pixels: ByteArray) -> Source:
    """Pixels as the component takes them.

    Args:
        pixels: (h, w, 3) uint8, at most a few hundred pixels a side.
    """
    return Source(source=f"data:image/png;base64,{base64.b64encode(encode_png(pixels)).decode()}")


def pixel_picture(source: str, *, key: str, caption: str) -> None:
    """A picture as wide as there is room, without smoothing.

    Args:
        source: as in `Source`.
        key: one picture per key.
        caption: below it.
    """
    _pixels(key=key, data={"key": key, "caption": caption, "source": source})
