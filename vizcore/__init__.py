"""The core: pictures, edits, networks, activations, light, figures. It runs in a notebook.

Each folder is a room. Its docstring describes its contents; `docs/architecture.md` describes the order of the rooms.

The core does not import Streamlit, prints nothing, caches nothing, logs nothing.

This module exports the names for a notebook: `from vizcore import open_sample, read`. Each name is imported at its
first use, so only the names that need TensorFlow load it.
"""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizcore.activations.predictions import leading as leading
    from vizcore.activations.reading import read as read
    from vizcore.activations.tracing import TracedNetwork as TracedNetwork
    from vizcore.activations.tracing import trace as trace
    from vizcore.datasets.opening import open_dataset as open_dataset
    from vizcore.datasets.shapes import shapes_dataset as shapes_dataset
    from vizcore.edits.augmentation import augment as augment
    from vizcore.edits.brightness import KINDS as KINDS
    from vizcore.edits.brightness import UNEDITED as UNEDITED
    from vizcore.edits.brightness import Light as Light
    from vizcore.edits.brightness import adjust as adjust
    from vizcore.edits.brightness import increase_brightness as increase_brightness
    from vizcore.errors import VizcoreError as VizcoreError
    from vizcore.figures.export import archive as archive
    from vizcore.figures.export import labelled_png as labelled_png
    from vizcore.figures.mosaics import mosaic_figure as mosaic_figure
    from vizcore.inputs.fitting import preprocess_image as preprocess_image
    from vizcore.inputs.prepared import InputFormat as InputFormat
    from vizcore.inputs.value_ranges import RANGES as RANGES
    from vizcore.light.passage import Passage as Passage
    from vizcore.maps.channels import channel_statistics as channel_statistics
    from vizcore.maps.mosaic import mosaic as mosaic
    from vizcore.networks.own_model import load_own_model as load_own_model
    from vizcore.networks.tutorial import build_simple_cnn as build_simple_cnn
    from vizcore.networks.tutorial import build_trained_cnn as build_trained_cnn
    from vizcore.pictures.display import display_copy as display_copy
    from vizcore.pictures.photo import open_picture as open_picture
    from vizcore.pictures.samples import open_sample as open_sample

_ROOMS = MappingProxyType(
    {
        "InputFormat": "inputs.prepared",
        "KINDS": "edits.brightness",
        "Light": "edits.brightness",
        "Passage": "light.passage",
        "RANGES": "inputs.value_ranges",
        "TracedNetwork": "activations.tracing",
        "UNEDITED": "edits.brightness",
        "VizcoreError": "errors",
        "adjust": "edits.brightness",
        "archive": "figures.export",
        "augment": "edits.augmentation",
        "build_simple_cnn": "networks.tutorial",
        "build_trained_cnn": "networks.tutorial",
        "channel_statistics": "maps.channels",
        "display_copy": "pictures.display",
        "increase_brightness": "edits.brightness",
        "labelled_png": "figures.export",
        "leading": "activations.predictions",
        "load_own_model": "networks.own_model",
        "mosaic": "maps.mosaic",
        "mosaic_figure": "figures.mosaics",
        "open_dataset": "datasets.opening",
        "open_picture": "pictures.photo",
        "open_sample": "pictures.samples",
        "preprocess_image": "inputs.fitting",
        "read": "activations.reading",
        "shapes_dataset": "datasets.shapes",
        "trace": "activations.tracing",
    }
)


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"vizcore has no {name!r}; it has {', '.join(_ROOMS)}.")
    return getattr(import_module(f"vizcore.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_ROOMS)
