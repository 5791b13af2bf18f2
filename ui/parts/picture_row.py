"""Small pictures side by side, as many in a row as fit, with a caption below each."""

from collections.abc import Sequence
from math import ceil

import streamlit as st

from ui.guard import as_text
from vizcore.arrays import ByteArray
from vizcore.pictures.display import encode_png


def picture_row(pictures: Sequence[ByteArray], captions: Sequence[str], *, key: str, width: int) -> None:
    """Draw pictures, magnified without smoothing.

    Args:
        pictures: (h, w, 3) uint8 each.
        captions: one for each picture. Markdown in them is not interpreted.
        key: of the row.
        width: of each picture on the page, in pixels.
    """
    with st.container(key=key, horizontal=True, vertical_alignment="bottom", gap="small"):
        for pixels, caption in zip(pictures, captions, strict=True):
            factor = ceil(2 * width / pixels.shape[1])
            st.image(
                encode_png(pixels.repeat(factor, axis=0).repeat(factor, axis=1)),
                caption=as_text(caption),
                alt=caption,
                width=width,
                output_format="PNG",
            )
