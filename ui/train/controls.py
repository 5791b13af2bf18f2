"""The choices of the Train page: the data set and the options. Every choice is in the address."""

import time
from types import MappingProxyType

import streamlit as st

from ui.cached import training as cached_training
from ui.guard import as_text
from ui.parts.picture_row import picture_row
from ui.parts.uploader.uploader import uploader
from ui.session.choices import choice_of, choose, set_choices
from ui.session.training import archive_refusal, keep_own_dataset, own_dataset, refuse_archive
from ui.session.uploads import Arrived, arrived, forget_arrived
from ui.train import understood
from vizcore.datasets import archive, members
from vizcore.datasets.dataset import Dataset
from vizcore.datasets.source import (
    CIFAR10,
    DATA,
    OWN,
    SHAPES,
    Source,
    chosen_source,
    download_bytes,
)
from vizcore.errors import VizcoreError
from vizcore.settings import settings
from vizcore.training.memory import check_memory, needed_bytes
from vizcore.training.options import SHAPES_OPTIONS, Options

NUMBERS = MappingProxyType(
    {
        SHAPES: (200, 500, 1000, 2000, 4000, 10_000),
        CIFAR10: (500, 1000, 2000, 5000, 10_000, 20_000, 50_000),
    }
)
"""Data set → numbers of training pictures to choose from."""
RECOMMENDED = MappingProxyType(
    {
        SHAPES: (4000, SHAPES_OPTIONS),
        CIFAR10: (10_000, Options(epochs=10)),
        OWN: (0, Options(epochs=10)),
    }
)
"""Data set → number of training pictures and options, to which the choices are set with the data set."""

MOST_EPOCHS = 50
BATCH_SIZES = (16, 32, 64, 128)
"""A step with more pictures would take more than a second, and a stopped training ends only after its step."""

RATES = (0.0001, 0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01)
_ARCHIVE = "archive"
_SECONDS_BETWEEN_WORDS = 0.25
_SAMPLE_WIDTH = 72


def choose_data() -> tuple[Source | None, int]:
    """Draw the choice of the data set, of the number of its pictures and of the number of epochs.

    Returns:
        The chosen source and the epochs. The source is None if the visitor's own pictures are chosen and not uploaded
        yet.
    """
    name = choose(
        st.segmented_control, "Pictures", DATA, key="data", first=SHAPES, on_change=_recommend, width="content"
    )
    if name == OWN:
        own = _own_zip()
        return None if own is None else chosen_source(OWN, 0, own), _choose_epochs()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        first = RECOMMENDED[name][0]
        number = choose(st.selectbox, "How many", NUMBERS[name], key="pictures", first=first)
        epochs = _choose_epochs()
    return chosen_source(name, number, None), epochs


def _choose_epochs() -> int:
    epochs: int = choose(
        st.number_input,
        "Epochs",
        min_value=1,
        max_value=MOST_EPOCHS,
        key="epochs",
        first=RECOMMENDED[SHAPES][1].epochs,
        help="How often every picture is seen.",
        width=120,
    )
    return epochs


def samples(source: Source | None) -> None:
    """Draw a picture of each class, if the pictures need no download."""
    if source is None:
        return
    if source.own is not None:
        understood.examples(source.own)
    elif source.name == SHAPES:
        picture_row(cached_training.shapes_samples(), source.classes, key="data-samples", width=_SAMPLE_WIDTH)


def _recommend() -> None:
    """Set the options to those recommended for the chosen data set."""
    number, options = RECOMMENDED[choice_of("data", SHAPES)]
    choices = {
        "epochs": options.epochs,
        "batch": options.batch_size,
        "rate": options.learning_rate,
        "augment": options.augment,
    }
    set_choices(choices | ({"pictures": number} if number else {}))


def about(source: Source | None) -> None:
    """Draw what the pictures are and what they cost; an own zip says it where it is uploaded."""
    if source is not None and source.own is None:
        st.caption(_described(source))


def _described(source: Source) -> str:
    tested = f"{source.num_test:,} others to test with"
    if source.name == SHAPES:
        return f"Ten kinds of shape, 32 × 32 pixels, drawn here; nothing is downloaded. {tested.capitalize()}."
    where = "the operator's copy" if settings().cifar10 else "cs.toronto.edu"
    size = download_bytes(source)
    fetched = f"It has to be downloaded once: {size:,} bytes." if size else "It is here already."
    return f"Photographs of ten kinds, 32 × 32 pixels, from {where}. {fetched} {tested.capitalize()}."


def _own_zip() -> Dataset | None:
    uploader(
        _ARCHIVE,
        label=f"A zip with one folder of pictures per class, up to {_most_bytes() // 2**20} MB",
        help=(
            f"{archive.MIN_CLASSES} to {archive.MAX_CLASSES} folders, each named as its class, with at "
            f"least {archive.MIN_PICTURES_PER_CLASS} pictures in each and {members.MAX_PICTURES:,} in "
            "all. The network sees 64 × 64 pixels: small pictures are enough."
        ),
        accept=".zip",
        most=_most_bytes(),
    )
    file = arrived(_ARCHIVE)
    if file is not None:
        _open(file)
        forget_arrived(_ARCHIVE)
        st.rerun()
    refusal = archive_refusal()
    if refusal:
        st.error(as_text(refusal), icon=":material/error:")
    own = own_dataset()
    if own is None:
        st.caption(
            "Folders such as `train`, `val` and `test` with the classes below each say which pictures are to learn "
            "from, to choose by and to test with."
        )
        return None
    understood.understood(own)
    return own


def _most_bytes() -> int:
    """Streamlit's limit for any file, or that of a zip if it is lower."""
    return min(int(st.get_option("server.maxUploadSize")) * 2**20, archive.MAX_BYTES)


def _open(file: Arrived) -> None:
    bar = st.progress(0.0, text="Opening the zip …")
    last_update = 0.0

    def progress(done: int, of: int) -> None:
        nonlocal last_update
        now = time.monotonic()
        if now - last_update >= _SECONDS_BETWEEN_WORDS:
            last_update = now
            bar.progress(done / of, text=f"Opening picture {done:,} of {of:,}")

    try:
        # A file that is too large was not sent.
        archive.check_bytes(file.size, name=file.name, most=_most_bytes())
        keep_own_dataset(cached_training.opened_archive(file.data, file.name, progress))
    except VizcoreError as error:
        refuse_archive(str(error))


def choose_options(epochs: int) -> Options:
    """Draw the choice of the other options of the training.

    Args:
        epochs: from `choose_data`.
    """
    first = RECOMMENDED[SHAPES][1]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        batch = choose(st.selectbox, "Pictures per step", BATCH_SIZES, key="batch", first=first.batch_size, width=140)
        rate = choose(
            st.selectbox,
            "Learning rate",
            RATES,
            key="rate",
            first=first.learning_rate,
            help="AdamW's, at its highest: it rises over the first 4% of the steps and falls to 0 along a cosine.",
            width=140,
        )
    augment = choose(
        st.toggle,
        "Mirror and shift the pictures at random",
        key="augment",
        first=first.augment,
        help="Every second picture is mirrored, and each is shifted by up to an eighth of its side.",
    )
    return Options(epochs=epochs, batch_size=batch, learning_rate=rate, augment=augment)


def check(source: Source, options: Options) -> None:
    """Refuse a training that would take more memory than a training may.

    Raises:
        VizcoreError: it would take more.
    """
    check_memory(needed_bytes(source, options), most=settings().training_memory * 1_000_000)
