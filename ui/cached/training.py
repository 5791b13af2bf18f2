"""Results of trainings that pages show again, and pictures for them."""

from collections.abc import Callable
from threading import Lock

import streamlit as st

from vizcore.arrays import ByteArray, FloatArray
from vizcore.datasets.archive import open_archive
from vizcore.datasets.dataset import Dataset
from vizcore.datasets.shapes import CLASSES as SHAPES
from vizcore.datasets.shapes import shapes_dataset
from vizcore.datasets.source import first_of_each
from vizcore.inputs import fitting
from vizcore.training.first_layer import FirstLayer, feature_maps


@st.cache_resource(max_entries=1, show_spinner=False)
def _one_archive_at_a_time() -> Lock:
    """Opening a zip takes up to 275 MB for a picture: visitors take turns. Single pictures have another lock."""
    return Lock()


def opened_archive(data: bytes, name: str, progress: Callable[[int, int], None]) -> Dataset:
    """Open a visitor's zip of pictures. It is not cached, because only this visitor uses it.

    Raises:
        VizcoreError: it cannot be used as a data set.
    """
    with _one_archive_at_a_time():
        return open_archive(data, name=name, progress=progress)


@st.cache_data(max_entries=1, show_spinner=False)
def shapes_samples() -> list[ByteArray]:
    """One picture of each kind of shape, (32, 32, 3) uint8, drawn like the pictures of a training."""
    return first_of_each(shapes_dataset(training=4 * len(SHAPES), test=1))


@st.cache_data(max_entries=256, max_size="48mb", show_spinner=False)
def first_layer_maps(key: str, epoch: int, digest: str, _layer: FirstLayer, _pixels: ByteArray) -> FloatArray:
    """The feature maps of a training's first layer for a picture after an epoch, (62, 62, 32) float32.

    Args:
        key: of the training.
        epoch: the number of the epoch.
        digest: of the picture.
        _layer: the first layer after the epoch.
        _pixels: (H, W, 3) uint8.
    """
    return feature_maps(_layer, fitting.preprocess_image(_pixels))
