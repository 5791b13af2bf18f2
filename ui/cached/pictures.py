"""Pictures, and results that are computed from their pixels."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from threading import Lock

import numpy as np
import streamlit as st
from PIL import Image

from ui.cached.tensorflow import load_tensorflow
from ui.values import CurrentPicture, current_picture
from vizcore.arrays import ByteArray
from vizcore.edits.augmentation import Step, augment, write
from vizcore.edits.brightness import KINDS, Kind, Light, adjust
from vizcore.edits.distribution import Distribution
from vizcore.edits.distribution import distribution as measured
from vizcore.pictures import photo
from vizcore.pictures.display import display_copy, encode_png
from vizcore.pictures.samples import SAMPLES, open_sample


@st.cache_resource(max_entries=1, show_spinner=False)
def _one_at_a_time() -> Lock:
    """Opening 24 megapixels takes up to 150 MB for a second: visitors take turns."""
    return Lock()


def opened(data: bytes, name: str) -> photo.Picture:
    """Open a visitor's file as a picture of full resolution. It is not cached, because only this visitor uses it.

    Raises:
        VizcoreError: it cannot be opened.
    """
    with _one_at_a_time():
        return photo.open_picture(data, name=name)


@st.cache_resource(max_entries=len(SAMPLES), show_spinner=False)
def sample(name: str) -> CurrentPicture:
    """A sample picture, opened once for all visitors."""
    return current_picture(name, open_sample(name))


def png_at_most(pixels: ByteArray, width: int) -> bytes:
    """A picture as a PNG, reduced if it is wider than it is drawn.

    Streamlit reduces and encodes such a picture anew in every run (1.67), which for a row of them takes as long as the
    rest of a page.

    Args:
        pixels: (h, w, 3) uint8.
        width: at most, in pixels.
    """
    return _png_at_most(hashlib.sha256(pixels.tobytes()).hexdigest(), pixels.shape, width, pixels)


@st.cache_data(max_entries=256, max_size="24mb", show_spinner=False)
def _png_at_most(digest: str, shape: tuple[int, ...], width: int, _pixels: ByteArray) -> bytes:
    height, own_width, _ = shape
    if own_width <= width:
        return encode_png(_pixels)
    smaller = Image.fromarray(_pixels).resize((width, max(1, round(height * width / own_width))), Image.Resampling.BOX)
    return encode_png(np.asarray(smaller))


@st.cache_data(max_entries=1, show_spinner=False)
def sample_strip() -> list[dict[str, str]]:
    """Key, title and a small square picture (as a data address) of every sample."""
    return [{"key": key, "title": entry.title, "source": _thumbnail(sample(key))} for key, entry in SAMPLES.items()]


def _thumbnail(picture: CurrentPicture, side: int = 96) -> str:
    height, width = picture.pixels.shape[:2]
    edge = min(height, width)
    left, top = (width - edge) // 2, (height - edge) // 2
    square = Image.fromarray(picture.pixels).crop((left, top, left + edge, top + edge)).resize((side, side))
    buffer = BytesIO()
    square.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


@st.cache_data(max_entries=24, max_size="48mb", show_spinner=False)
def picture_png(digest: str, longest_side: int, _pixels: ByteArray) -> bytes:
    """The picture as a lossless PNG.

    Args:
        digest: of the picture.
        longest_side: pixels that the long side has at most.
        _pixels: (H, W, 3) uint8.
    """
    return encode_png(display_copy(_pixels, longest_side=longest_side))


@st.cache_data(max_entries=48, max_size="48mb", show_spinner=False)
def _augmented(digest: str, steps: tuple[Step, ...], _pixels: ByteArray) -> ByteArray:
    load_tensorflow()
    return augment(_pixels, steps)


def composed(picture: CurrentPicture, steps: Sequence[Step]) -> CurrentPicture:
    """The picture after steps of augmentation.

    The steps are applied to the display copy, and the size of the result is that of its pixels. At 24 megapixels the
    steps would take more than a gigabyte, and noise and JPEG would not look as they do on the pages.
    """
    if not steps:
        return picture
    pixels = _augmented(picture.digest, tuple(steps), picture.pixels)
    pixels.flags.writeable = False
    name = PurePath(picture.name)
    return replace(
        picture,
        name=f"{name.stem}-augmented{name.suffix}",
        digest=hashlib.sha256(f"{picture.digest} {write(steps)}".encode()).hexdigest(),
        size=(pixels.shape[1], pixels.shape[0]),
        pixels=pixels,
        steps=tuple(steps),
        before=picture,
    )


@st.cache_data(max_entries=16, max_size="16mb", show_spinner=False)
def contact_sheet(
    digest: str, versions: tuple[tuple[Step, ...], ...], number: int, longest_side: int, _pixels: ByteArray
) -> dict[bytes, tuple[Step, ...]]:
    """The first versions of the picture that look different, as small PNGs with their steps.

    Args:
        digest: of the picture.
        versions: the steps of each version.
        number: how many pictures at most.
        longest_side: pixels that the long side of each PNG has at most.
        _pixels: (H, W, 3) uint8, of the picture without steps.
    """
    load_tensorflow()
    sheet: dict[bytes, tuple[Step, ...]] = {}
    for steps in versions:
        if len(sheet) == number:
            break
        sheet.setdefault(encode_png(display_copy(augment(_pixels, steps), longest_side=longest_side)), steps)
    return sheet


@st.cache_data(max_entries=len(KINDS), show_spinner=False, hash_funcs={Kind: lambda kind: kind.name})
def tables(kind: Kind) -> bytes:
    """All look-up tables of a kind of brightness: 256 bytes for each step of its slider, first to last."""
    return kind.tables().tobytes()


@st.cache_data(max_entries=256, max_size="8mb", show_spinner=False, hash_funcs={Light: lambda light: light.key})
def distribution(digest: str, light: Light, _pixels: ByteArray) -> Distribution:
    """The distribution of a picture's values after a change of brightness."""
    return measured(adjust(_pixels, light))
