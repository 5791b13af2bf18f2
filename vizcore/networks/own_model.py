"""The operator's own Keras model, from its file. Importing this imports Keras.

A model file can contain code. The file comes from the operator, never from an upload, and Keras loads it in its safe
mode.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import keras

from vizcore.activations.layers import LayerOutput, layer_outputs
from vizcore.errors import VizcoreError

_ENDINGS = (".keras", ".h5")
_COLOURS = (1, 3)
# Exceptions that Keras, h5py, zipfile and json raise for a file that is damaged or has no model. The tuple is nearly as
# wide as Exception. It guards only one call of Keras, and a second reading of the same file that finds the reason of a
# failure. Neither calls our own code, so the tuple hides no bug of ours.
# BadZipFile, zlib.error and EOFError: a damaged archive. OSError, LookupError and RuntimeError: damage in h5py. Python
# raises RuntimeError for deeply nested brackets, too. ValueError, TypeError and AttributeError: content that Keras
# cannot build. ImportError: a layer of a package that is not installed.
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    LookupError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    ImportError,
)
_MISSING = re.compile(
    r"(?:Could not locate (?:class|function)|Could not deserialize (?:class|function)|Unknown [a-z ]+:) '([^']+)'"
)


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
        path: a `.keras` or `.h5` file. Preprocessing layers inside the model are treated like other layers.

    Raises:
        VizcoreError: the file is missing, damaged or not a model; the model needs code that is missing or must not run;
            it does not take one picture with one or three colours, channels last; or the names do not fit its outputs.
    """
    if path.suffix not in _ENDINGS:
        raise VizcoreError(f"“{path.name}” is no model file: the name has to end in {' or '.join(_ENDINGS)}.")
    if not path.is_file():
        raise VizcoreError(f"The model “{path.name}” is not there. Correct its path where the app is started.")
    model = _loaded(path)
    _check_number_of_inputs(model, path)
    try:
        layers = layer_outputs(model)
    except VizcoreError as error:
        raise VizcoreError(f"“{path.name}” cannot be shown. {error}") from error
    return OwnModel(model, path.stem, _checked_input_shape(model, path), _labels(path, model), layers)


def input_size(own: OwnModel, default: int = 224) -> tuple[int, int]:
    """Height and width of the pictures for a model.

    Args:
        own: the model.
        default: pixels, for a free height or width.
    """
    height, width, _ = own.input_shape
    return default if height is None else height, default if width is None else width


def _loaded(path: Path) -> keras.Model:
    try:
        # Keras would report a file without read permission as damaged.
        path.open("rb").close()
    except OSError as error:
        raise VizcoreError(
            f"“{path.name}” cannot be opened: this program may not read it. Make it readable."
        ) from error
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except _FAILURES as error:
        raise VizcoreError(_reason(path, error)) from error
    if not isinstance(model, keras.Model):
        raise VizcoreError(f"“{path.name}” holds a {type(model).__name__}, and no model. Save the whole model.")
    return model


def _reason(path: Path, error: BaseException) -> str:
    layer = _layer_with_code(_saved_config(path))
    if layer is not None:
        return (
            f"“{path.name}” carries Python code in its layer “{layer}”, which is not run for safety. Put a layer of "
            "Keras's own in its place, such as Rescaling, and save the model again."
        )
    missing = _MISSING.search(str(error))
    if missing:
        # The name of a registered class begins with its package.
        return (
            f"“{path.name}” needs “{missing[1].split('>')[-1]}”, which is not a part of Keras {keras.version()}. Only "
            "models of Keras's own layers and functions can be loaded."
        )
    return (
        f"“{path.name}” is damaged or no model that Keras {keras.version()} can read. Copy it again, or save it anew "
        "with model.save()."
    )


def _saved_config(path: Path) -> Any:
    """The saved architecture as JSON data; None if it cannot be read."""
    try:
        if path.suffix == ".h5":
            with h5py.File(path, "r") as file:
                return json.loads(file.attrs["model_config"])
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read("config.json"))
    except _FAILURES:
        return None


def _layer_with_code(config: Any) -> str | None:
    """The first layer that Keras's safe mode refuses: one with a lambda, or with a program of another library."""
    # This is not recursive, because a damaged file may be nested deeper than Python's recursion limit.
    waiting: list[tuple[Any, str]] = [(config, "")]
    while waiting:
        part, layer = waiting.pop()
        if isinstance(part, list):
            waiting.extend((item, layer) for item in reversed(part))
        elif isinstance(part, dict):
            inner = part.get("config")
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                layer = inner["name"]
            functions = (part.get("function"), part.get("activation"))
            if part.get("class_name") in ("__lambda__", "TFSMLayer", "TorchModuleWrapper") or any(
                map(_is_code, functions)
            ):
                return layer
            waiting.extend((item, layer) for item in reversed(part.values()))
    return None


def _is_code(function: Any) -> bool:
    """Whether a function was saved as code, defaults and closure: that of a Keras 2 Lambda, or an activation."""
    code = function.get("value") if isinstance(function, dict) else function
    return isinstance(code, list) and len(code) == 3 and isinstance(code[0], str)


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
        raise VizcoreError(f"“{labels_path.name}” is no text in UTF-8. Save it with this encoding.") from error
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
