"""The only file with `st.cache_*`. Keys are texts and numbers, arrays come as `_arguments`, every cache has a bound."""

import base64
import gc
import gzip
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from ui.state import CurrentPicture, current_picture
from vizcore import brightness, photo, preprocessing
from vizcore.arrays import ByteArray, FloatArray
from vizcore.display import display_copy, encode_png
from vizcore.samples import SAMPLES, open_sample

if TYPE_CHECKING:
    from vizcore.activations import TracedNetwork

_LOGGER = logging.getLogger(__name__)
STATIC = Path(__file__).parent.parent / "static"


@st.cache_resource(max_entries=1, show_spinner=False)
def plotly_file() -> str:
    """Name of plotly.js below `static/`, written there from the installed package the first time.

    Compressed once here: Streamlit would compress its five megabytes again for every visitor.
    """
    name = f"plotly-{version('plotly')}.min.js.gz"
    target = STATIC / name
    if not target.exists():
        script = files("plotly").joinpath("package_data/plotly.min.js").read_bytes()
        try:
            STATIC.mkdir(exist_ok=True)
            # Under a name of its own first: another process may be doing the same.
            with NamedTemporaryFile(dir=STATIC, suffix=".part", delete=False) as part:
                part.write(gzip.compress(script, mtime=0))
            Path(part.name).chmod(0o644)
            Path(part.name).replace(target)
        except OSError:
            # The pages go on; each chart says that it could not be loaded.
            _LOGGER.exception("plotly.js cannot be written to %s, so no chart will be shown", STATIC)
    return name


# Pictures


@st.cache_resource(max_entries=1, show_spinner=False)
def _one_at_a_time() -> Lock:
    """Opening 24 megapixels takes up to 275 MB for a second: visitors take turns."""
    return Lock()


def opened(data: bytes, name: str) -> photo.Picture:
    """A visitor's file as a picture of full resolution. Not cached: it is the visitor's own.

    Raises:
        VizcoreError: it cannot be opened.
    """
    with _one_at_a_time():
        return photo.open_picture(data, name=name)


@st.cache_resource(max_entries=len(SAMPLES), show_spinner=False)
def sample(name: str) -> CurrentPicture:
    """A sample picture, opened once for all visitors."""
    return current_picture(name, open_sample(name))


@st.cache_data(max_entries=1, show_spinner=False)
def sample_strip() -> list[dict[str, str]]:
    """Key, title and a small square picture (data address) of every sample."""
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
    """The picture as an exact PNG with at most that many pixels on its long side."""
    return encode_png(display_copy(_pixels, longest_side=longest_side))


# Brightness


@st.cache_data(max_entries=len(brightness.KINDS), show_spinner=False)
def tables(kind: str) -> bytes:
    """All tables of a kind of brightness, 256 bytes for each step of its slider."""
    return brightness.tables(brightness.KINDS[kind]).tobytes()


@st.cache_data(max_entries=256, max_size="8mb", show_spinner=False)
def exposure(digest: str, kind: str, amount: float, _pixels: ByteArray) -> brightness.Exposure:
    """How the values of the picture are distributed after a change of brightness."""
    return brightness.exposure(brightness.adjust(_pixels, kind=kind, amount=amount))


# Networks


@st.cache_resource(max_entries=1, show_spinner="Loading TensorFlow and building the network …")
def network() -> "TracedNetwork":
    """The tutorial's network, one copy for all visitors, traced and warm."""
    # Imported here so that the pages without a network never wait for TensorFlow.
    import keras

    from vizcore.activations import trace
    from vizcore.networks import build_simple_cnn

    # After every script run of every session Streamlit 1.67 calls `sys.modules["keras"].backend.clear_session()`, which
    # resets Keras for all threads and costs a collection. Our networks are built once and named, so there is nothing to
    # clear; `keras.utils.clear_session` stays as it is.
    keras.backend.clear_session = _nothing_to_clear
    traced = trace(build_simple_cnn((64, 64, 3)))
    # TensorFlow's objects live as long as the process: no collection need look at them again.
    gc.collect()
    gc.freeze()
    return traced


def _nothing_to_clear(free_memory: bool = True) -> None:
    """Stands in for `keras.backend.clear_session`."""


@dataclass(frozen=True)
class Pass:
    """One picture's way through the network.

    Attributes:
        received: (h, w, 3) uint8, what the network was given, as pixels.
        activations: layer name → (h, w, C) or (C,) float32, all layers.
    """

    received: ByteArray
    activations: Mapping[str, FloatArray]


@st.cache_data(max_entries=64, max_size="64mb", show_spinner=False)
def forward(digest: str, kind: str, amount: float, fit: str, _pixels: ByteArray) -> Pass:
    """Send the picture at this brightness through the network."""
    from vizcore.activations import read

    traced = network()
    height, width = traced.input_shape[:2]
    edited = brightness.adjust(_pixels, kind=kind, amount=amount)
    batch = preprocessing.preprocess_image(edited, (height, width), fit=fit)
    names = [layer.name for layer in traced.layers]
    return Pass(preprocessing.received_pixels(batch), read(traced, batch, names))
