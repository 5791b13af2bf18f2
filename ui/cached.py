"""The only file with `st.cache_*`. Keys are texts and numbers, arrays come as `_arguments`, every cache has a bound."""

import base64
import gc
import gzip
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile
from threading import Lock
from time import monotonic

import numpy as np
import streamlit as st
from PIL import Image

from ui.jobs.download_job import DownloadJobs
from ui.jobs.queue import TrainingQueue
from ui.session.training import trained_here
from ui.values import CurrentPicture, Subject, current_picture
from vizcore.arrays import ByteArray, FloatArray
from vizcore.datasets.archive import open_archive
from vizcore.datasets.dataset import Dataset
from vizcore.datasets.shapes import CLASSES as SHAPES
from vizcore.datasets.shapes import shapes_dataset
from vizcore.datasets.source import first_of_each
from vizcore.edits import brightness
from vizcore.edits.augmentation import Step, augment, parse, write
from vizcore.errors import VizcoreError
from vizcore.inputs import fitting
from vizcore.inputs.prepared import InputFormat
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.curves import Curves
from vizcore.light.movement import Movement, movement
from vizcore.light.offset_law import OffsetLaw
from vizcore.light.passage import Clipping, Pass, Passage
from vizcore.light.winners import Winners, unknown_winners
from vizcore.networks import catalogue
from vizcore.pictures import photo
from vizcore.pictures.display import display_copy, encode_png
from vizcore.pictures.samples import SAMPLES, open_sample
from vizcore.training.first_layer import FirstLayer, feature_maps

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


# Augmentation


@st.cache_data(max_entries=48, max_size="48mb", show_spinner=False)
def _augmented(digest: str, steps: str, _pixels: ByteArray) -> ByteArray:
    _tensorflow()
    return augment(_pixels, parse(steps))


def composed(picture: CurrentPicture, steps: Sequence[Step]) -> CurrentPicture:
    """The picture after these steps, to be used like any other.

    Its size is that of its pixels: the steps are applied to the display copy. At 24 megapixels they would take more
    than a gigabyte, and noise and JPEG would not look as they do here.
    """
    if not steps:
        return picture
    written = write(steps)
    pixels = _augmented(picture.digest, written, picture.pixels)
    pixels.flags.writeable = False
    name = PurePath(picture.name)
    return replace(
        picture,
        name=f"{name.stem}-augmented{name.suffix}",
        digest=hashlib.sha256(f"{picture.digest} {written}".encode()).hexdigest(),
        size=(pixels.shape[1], pixels.shape[0]),
        pixels=pixels,
        steps=tuple(steps),
        before=picture,
    )


@st.cache_data(max_entries=16, max_size="16mb", show_spinner=False)
def contact_sheet(digest: str, versions: tuple[str, ...], longest_side: int, _pixels: ByteArray) -> list[bytes]:
    """The picture after the steps of each version, as small PNGs."""
    _tensorflow()
    pictures = (augment(_pixels, parse(steps)) for steps in versions)
    return [encode_png(display_copy(pixels, longest_side=longest_side)) for pixels in pictures]


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

    from vizcore.activations.tracing import trace

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
def network(name: str, version: str) -> catalogue.Network:
    """A network, one copy for all visitors. Two are kept; a third takes the place of the one not used for longest.

    Args:
        name: one of `networks.entries()`.
        version: that of the entry.

    Raises:
        VizcoreError: it cannot be built.
    """
    _tensorflow()
    return catalogue.build(catalogue.entries()[name])


def network_of(entry: catalogue.Entry) -> catalogue.Network:
    """A network that a visitor has chosen.

    Fragments look it up again for every run instead of holding on to it: of what they hold nothing is ever released.

    Raises:
        VizcoreError: it cannot be built, or it was the visitor's own and has been trained on.
    """
    own = trained_here()
    # A visitor's own network is found nowhere but in the visitor's session; its name has the digest of its weights.
    if own is not None and own.entry.name == entry.name:
        return own
    there = catalogue.entries().get(entry.name)
    if there is None:
        # A part of the page that was drawn before the last training ended still asks for the one before.
        raise VizcoreError("Your network has been trained on meanwhile. Reload the page to see the new one.")
    if there.version != entry.version:
        raise VizcoreError("The model's file is another one than before. Reload the page to see it.")
    # One copy for all visitors, but each says what pixel values it is given.
    return replace(network(entry.name, entry.version), entry=entry)


def _passage(subject: Subject) -> Passage:
    traced, convention = network_of(subject.entry).traced, RANGES[subject.entry.value_range]
    wanted = InputFormat(traced.input_shape, convention, subject.fit, subject.lens)
    return Passage(traced, subject.picture.pixels, wanted)


def _key(subject: Subject) -> str:
    return subject.key


@st.cache_data(max_entries=64, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key})
def forward(subject: Subject, layer_names: tuple[str, ...], kind: str, amount: float) -> Pass:
    """Send the picture at this brightness through a network and read some layers."""
    return _passage(subject).read(layer_names, kind=kind, amount=amount)


@st.cache_data(max_entries=256, max_size="2mb", show_spinner=False, hash_funcs={Subject: _key})
def remaining_part(subject: Subject, kind: str, amount: float) -> float | None:
    """How much of an edit is left where the network begins to look."""
    return _passage(subject).remaining_part(kind=kind, amount=amount)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key})
def derivatives(subject: Subject, layer_names: tuple[str, ...], kind: str, amount: float) -> Mapping[str, FloatArray]:
    """How fast every value of some layers moves with the brightness."""
    return _passage(subject).derivatives(layer_names, kind=kind, amount=amount)


@st.cache_data(max_entries=32, max_size="96mb", show_spinner=False, hash_funcs={Subject: _key})
def clipping(subject: Subject, layer_names: tuple[str, ...], kind: str, amount: float) -> Clipping:
    """What the clip takes from an edit, layer by layer."""
    return _passage(subject).clipping(layer_names, kind=kind, amount=amount)


@st.cache_data(max_entries=64, max_size="8mb", show_spinner=False, hash_funcs={Subject: _key})
def offset_law(subject: Subject, offset: float) -> OffsetLaw:
    """How fast the first layer's channels rise with an offset, and why not faster.

    Raises:
        VizcoreError: the network has no first layer that the law is about.
    """
    return _passage(subject).offset_law(offset)


@st.cache_data(max_entries=32, max_size="32mb", show_spinner=False, hash_funcs={Subject: _key})
def curves(subject: Subject, layer_names: tuple[str, ...], kind: str, num_levels: int) -> Mapping[str, Curves]:
    """How the channels of some layers follow a kind of brightness from one end of its slider to the other."""
    return _passage(subject).curves(layer_names, kind=kind, num_levels=num_levels)


class _Exploration:
    """What is known of the winners so far. Whoever looks at them carries it on."""

    def __init__(self, known: Winners) -> None:
        self.known = known
        self.lock = Lock()


@st.cache_resource(max_entries=128, show_spinner=False, hash_funcs={Subject: _key})
def _exploration(subject: Subject, kind: str, num_levels: int) -> _Exploration:
    return _Exploration(unknown_winners(kind, num_levels))


def winners(subject: Subject, kind: str, num_levels: int, *, seconds: float = 0, at_once: int = 1) -> Winners:
    """The winning class over a kind of brightness, and the amounts at which it changes, as far as they are known.

    Args:
        subject: the picture and the network.
        kind: of brightness.
        num_levels: how many amounts are tried.
        seconds: after how long no further step is begun; with 0 none is.
        at_once: how many levels are tried in one step.
    """
    exploration = _exploration(subject, kind, num_levels)
    if seconds and not exploration.known.is_complete:
        end = monotonic() + seconds
        with exploration.lock:
            chosen, passage = network_of(subject.entry), _passage(subject)
            while not exploration.known.is_complete and monotonic() < end:
                exploration.known = passage.further(
                    exploration.known, chosen.answer, answer_kind=chosen.answer_kind, at_once=at_once
                )
    return exploration.known


@st.cache_data(max_entries=512, show_spinner=False, hash_funcs={Subject: _key})
def moved(subject: Subject, layer_names: tuple[str, ...], steps: str, turned_back: bool) -> Movement:
    """How far some layers, and before them what the network receives, move when the picture goes through steps."""
    chain = parse(steps)
    original = forward(subject, layer_names, "gain", 1.0)
    edited = _passage(replace(subject, picture=composed(subject.picture, chain))).read(layer_names)
    before, after = ({"": passed.received.astype(np.float32), **passed.activations} for passed in (original, edited))
    return movement(before, after, undone=chain if turned_back else ())


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
    return feature_maps(_layer, fitting.preprocess_image(_pixels))
