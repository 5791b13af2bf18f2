"""Small pictures side by side, as many in a row as fit, with a caption below each."""

from collections.abc import Sequence

import streamlit as st

from ui.cached.pictures import png_at_most
from ui.guard import as_text
from vizcore.arrays import ByteArray


def picture_row(pictures: Sequence[ByteArray], captions: Sequence[str], *, key: str, width: int) -> None:
    """Draw pictures, smaller ones magnified without smoothing (`frame.css`).

    Args:
        pictures: (h, w, 3) uint8 each.
        captions: one for each picture. Markdown in them is not interpreted.
        key: of the row.
        width: of each picture on the page, in pixels.
    """
    with st.container(key=f"pictures-{key}", horizontal=True, gap="small"):
        for pixels, caption in zip(pictures, captions, strict=True):
            st.image(
                png_at_most(pixels, width), caption=as_text(caption), alt=caption, width=width, output_format="PNG"
            )
