"""The operator's own Keras model, checked, with the names of its classes. Importing this imports Keras."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from vizcore.activations.layers import LayerOutput, layer_outputs
from vizcore.activations.tracing import TracedNetwork, trace
from vizcore.errors import VizcoreError
from vizcore.networks.loading import loaded

_COLOURS = (1, 3)
_SCOPE = re.compile(r"[A-Za-z0-9_.\-/>]+")
# What Keras and TensorFlow raise for a model that they have built and cannot run.
_CANNOT_BE_RUN = (ValueError, TypeError, LookupError, AttributeError, RuntimeError, tf.errors.OpError)


@dataclass(frozen=True)
class OwnModel:
    """A model that can be shown.

    Attributes:
        model: Sequential or functional, not compiled, with one input (h, w, colours).
        name: the file name without its ending.
        input_shape: height, width and number of colours of a picture; a free height or width is None.
        labels: a name for each output; None without a file of names.
        layers: the layers that can be shown, by name.
    """

    model: keras.Model
    name: str
    input_shape: tuple[int | None, int | None, int]
    labels: tuple[str, ...] | None
    layers: Mapping[str, LayerOutput]

    @property
    def num_colours(self) -> int:
        """1 or 3."""
        return self.input_shape[2]

    @property
    def answering(self) -> str | None:
        """The layer whose output is the model's; None where there is no such layer."""
        return next((name for name, layer in self.layers.items() if layer.tensor is self.model.outputs[0]), None)


def load_own_model(path: Path) -> OwnModel:
    """A model from its file, with the names of its classes from a text file beside it.

    The names are in `<name of the model>.txt`, otherwise in `labels.txt`: UTF-8, a class per line in the order of the
    outputs; empty lines at the end are ignored. Without such a file there are no names.

    Args:
        path: as for `vizcore.networks.loading.loaded`. Preprocessing layers inside the model are treated like other
            layers.

    Raises:
        VizcoreError: the file is missing, damaged or not a model; the model needs code that is missing or must not run;
            it does not take one picture with one or three colours, channels last; or the names do not fit its outputs.
    """
    model = loaded(path)
    _check_number_of_inputs(model, path)
    try:
        layers = layer_outputs(model)
    except VizcoreError as error:
        raise VizcoreError(f"“{path.name}” cannot be shown. {error}") from error
    return OwnModel(model, path.stem, _checked_input_shape(model, path), _labels(path, model), layers)


def traced_own(own: OwnModel) -> TracedNetwork:
    """The model, traced, after it has been tried on a picture.

    Raises:
        VizcoreError: it loads, but cannot be run on one picture.
    """
    try:
        traced = trace(own.model, input_size=input_size(own), layers=own.layers)
        height, width, num_colours = traced.input_shape
        traced.read(np.zeros((1, height, width, num_colours), np.float32), [layer.name for layer in traced.layers])
    except VizcoreError:
        raise
    except _CANNOT_BE_RUN as error:
        raise VizcoreError(f"“{own.name}” cannot be run on one picture{_because(own)}") from error
    return traced


def _because(own: OwnModel) -> str:
    """The end of a sentence: why a model cannot be run, if its architecture tells."""
    number = own.model.inputs[0].shape[0]
    if number not in (None, 1):
        return f": it takes {number} at a time. Build it again with a free number of pictures, or with 1."
    odd = next((layer.name for layer in own.model.layers if not _SCOPE.fullmatch(layer.name)), None)
    if odd is not None:
        return f": TensorFlow does not take the name of its layer “{odd}”. Give it letters, digits and _ alone."
    return ": a layer of it fails. Try model.predict on a single picture in a notebook to see why."


def input_size(own: OwnModel, default: int = 224) -> tuple[int, int]:
    """Height and width of the pictures for a model.

    Args:
        own: the model.
        default: pixels, for a free height or width.
    """
    height, width, _ = own.input_shape
    return default if height is None else height, default if width is None else width


def _check_number_of_inputs(model: keras.Model, path: Path) -> None:
    inputs = getattr(model, "inputs", None)
    if not inputs:
        raise VizcoreError(
            f"“{path.name}” holds a {type(model).__name__} whose input is not known. Only functional models, and "
            "Sequential ones that begin with keras.Input, can be shown."
        )
    shapes = [tuple(tensor.shape[1:]) for tensor in inputs]
    if len(shapes) != 1 or len(shapes[0]) != 3:
        given = " and ".join(_described(shape) for shape in shapes)
        raise VizcoreError(
            f"“{path.name}” takes {'an input' if len(shapes) == 1 else f'{len(shapes)} inputs'} of shape {given}. Only "
            "models with one picture (height, width, colours) as input can be shown."
        )


def _checked_input_shape(model: keras.Model, path: Path) -> tuple[int | None, int | None, int]:
    shape = tuple(model.inputs[0].shape[1:])
    height, width, num_colours = shape
    if height in _COLOURS and num_colours not in _COLOURS:
        raise VizcoreError(
            f"“{path.name}” takes pictures of shape {_described(shape)}, with the colours first. Only (height, "
            "width, colours) can be shown: build the network again with data_format='channels_last'."
        )
    if num_colours not in _COLOURS:
        raise VizcoreError(
            f"“{path.name}” takes pictures of shape {_described(shape)}. The last number, the colours, has to be 1 "
            "(grey) or 3 (red, green, blue)."
        )
    return height, width, num_colours


def _described(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"


def _labels(path: Path, model: keras.Model) -> tuple[str, ...] | None:
    beside = (path.with_suffix(".txt"), path.with_name("labels.txt"))
    labels_path = next((candidate for candidate in beside if candidate.is_file()), None)
    if labels_path is None:
        return None
    try:
        # Some editors write a byte order mark at the start of a file.
        text = labels_path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise VizcoreError(f"“{labels_path.name}” is not UTF-8 text. Save it with this encoding.") from error
    except OSError as error:
        raise VizcoreError(f"“{labels_path.name}” cannot be read. Make it readable or take it away.") from error
    labels = tuple(line.strip() for line in text.rstrip().split("\n")) if text.strip() else ()
    if "" in labels:
        raise VizcoreError(f"Line {labels.index('') + 1} of “{labels_path.name}” is empty. Each line names one class.")
    if len(model.outputs) != 1:
        raise VizcoreError(
            f"“{labels_path.name}” names the classes of one output, and “{path.name}” has {len(model.outputs)}. Take "
            "the list away, or save a model with one output."
        )
    num_outputs = model.outputs[0].shape[-1]
    if len(labels) != num_outputs:
        raise VizcoreError(
            f"“{labels_path.name}” names {len(labels)} classes, and “{path.name}” tells {num_outputs} apart. Write one "
            "name per line, in the order of the outputs."
        )
    return labels
