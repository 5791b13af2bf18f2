"""The only file with `st.cache_*`. Keys are texts and numbers, arrays come as `_arguments`, every cache has a bound."""

import base64
import gc
import gzip
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock

import numpy as np
import streamlit as st
from PIL import Image

from ui import networks
from ui.download_job import DownloadJobs
from ui.state import CurrentPicture, current_picture, trained_here
from ui.training_data import first_of_each
from ui.training_job import TrainingQueue
from vizcore import brightness, photo, preprocessing
from vizcore.arrays import ByteArray, FloatArray
from vizcore.datasets import Dataset
from vizcore.display import display_copy, encode_png
from vizcore.first_layer import FirstLayer, feature_maps
from vizcore.picture_archive import open_archive
from vizcore.samples import SAMPLES, open_sample
from vizcore.shapes import CLASSES as SHAPES
from vizcore.shapes import shapes_dataset
from vizcore.value_ranges import RANGES, to_grey

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


@st.cache_resource(max_entries=1, show_spinner=False)
def download_jobs() -> DownloadJobs:
    """The downloads of this process."""
    return DownloadJobs()


@st.cache_resource(max_entries=1, show_spinner="Loading TensorFlow …")
def _tensorflow() -> None:
    """Load TensorFlow, once, where the pages need it; those without a network never wait for it."""
    import keras

    from vizcore.activations import trace

    # After every script run of every session Streamlit 1.67 calls `sys.modules["keras"].backend.clear_session()`, which
    # resets Keras for all threads and costs a collection. Our networks are built once and named, so there is nothing to
    # clear; `keras.utils.clear_session` stays as it is.
    keras.backend.clear_session = _nothing_to_clear
    # A first pass through all of it, so that what TensorFlow makes once is made before the freeze.
    smallest = [keras.Input((1, 1, 3), name="picture"), keras.layers.Dense(1, name="dense")]
    trace(keras.Sequential(smallest, name="smallest")).read(np.zeros((1, 1, 1, 3), np.float32), ["dense"])
    # TensorFlow's objects live as long as the process: no collection need look at them again. Networks are not among
    # them: what is frozen could never be released.
    gc.collect()
    gc.freeze()


def load_tensorflow() -> None:
    """Load TensorFlow, if it is not yet: before a thread of its own, which must not wait for Streamlit, needs it."""
    _tensorflow()


def _nothing_to_clear(free_memory: bool = True) -> None:
    """Stands in for `keras.backend.clear_session`."""


@st.cache_resource(max_entries=2, show_spinner="Building the network …")
def network(name: str) -> networks.Network:
    """A network, one copy for all visitors. Two are kept; a third takes the place of the one not used for longest.

    Args:
        name: one of `networks.entries()`.

    Raises:
        VizcoreError: it cannot be built.
    """
    _tensorflow()
    return networks.build(networks.entries()[name])


@dataclass(frozen=True)
class Pass:
    """One picture's way through a network.

    Attributes:
        received: (h, w, 3) uint8, what the network was given, as pixels.
        activations: layer name → (h, w, C) or (C,) float32, the layers asked for.
    """

    received: ByteArray
    activations: Mapping[str, FloatArray]


@st.cache_data(max_entries=64, max_size="96mb", show_spinner=False)
def forward(
    name: str,
    layer_names: tuple[str, ...],
    value_range: str,
    digest: str,
    kind: str,
    amount: float,
    fit: str,
    _pixels: ByteArray,
) -> Pass:
    """Send the picture at this brightness through a network and read some layers."""
    from vizcore.activations import read

    own = trained_here()
    # A visitor's own network is found nowhere but in the visitor's session; its name has the digest of its weights.
    chosen = own if own is not None and own.entry.name == name else network(name)
    convention = RANGES[value_range]
    height, width, num_colours = chosen.traced.input_shape
    edited = brightness.adjust(_pixels, kind=kind, amount=amount)
    fitted = preprocessing.fitted(edited, (height, width), fit=fit)
    batch = convention.apply(fitted if num_colours == 3 else to_grey(fitted))[np.newaxis]
    return Pass(convention.as_pixels(batch), read(chosen.traced, batch, layer_names))


# Training


@st.cache_resource(max_entries=1, show_spinner=False)
def training_queue() -> TrainingQueue:
    """The trainings of this process."""
    return TrainingQueue()


@st.cache_resource(max_entries=1, show_spinner=False)
def _one_archive_at_a_time() -> Lock:
    """Unpacking takes up to 275 MB for a picture: visitors take turns, without keeping those with one picture."""
    return Lock()


def opened_archive(data: bytes, name: str, progress: Callable[[int, int], None]) -> Dataset:
    """A visitor's zip of pictures. Not cached: it is the visitor's own.

    Raises:
        VizcoreError: it cannot be used.
    """
    with _one_archive_at_a_time():
        return open_archive(data, name=name, progress=progress)


@st.cache_data(max_entries=1, show_spinner=False)
def shapes_samples() -> list[ByteArray]:
    """One picture of each kind of shape, as they are learnt from."""
    return first_of_each(shapes_dataset(training=4 * len(SHAPES), test=1))


@st.cache_data(max_entries=256, max_size="48mb", show_spinner=False)
def first_layer_maps(key: str, epoch: int, digest: str, _layer: FirstLayer, _pixels: ByteArray) -> FloatArray:
    """What the first layer of a training made of a picture after an epoch, (62, 62, 32)."""
    return feature_maps(_layer, preprocessing.preprocess_image(_pixels))
