"""Component: a small picture, magnified without smoothing, whose pixels change in place."""

import base64
from pathlib import Path
from typing import TypedDict

from ui.parts.component import component
from vizcore.arrays import ByteArray
from vizcore.pictures.display import encode_png

# Without isolation: the slider searches the document for the parts on the screen and cannot see into a shadow root.
_pixels = component("pixels", Path(__file__).parent, isolate_styles=False)


class Source(TypedDict):
    """The value of the component: a data address, which contains the picture."""

    source: str


def pixel_source(pixels: ByteArray) -> Source:
    """Turn pixels into the value of the component.

    Args:
        pixels: (h, w, 3) uint8, at most a few hundred pixels a side.
    """
    return Source(source=f"data:image/png;base64,{base64.b64encode(encode_png(pixels)).decode()}")


def pixel_picture(source: str, *, key: str, caption: str) -> None:
    """Draw a picture as wide as there is room, without smoothing.

    Args:
        source: as in `Source`.
        key: of the component.
        caption: the line below the picture.
    """
    _pixels(key=key, data={"key": key, "caption": caption, "source": source})
