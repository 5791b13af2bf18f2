"""A Keras model from a file, or the reason why there is none. Importing this imports Keras.

A model file can contain code. The file comes from the operator, never from an upload, and Keras loads it in its safe
mode.
"""

import inspect
import re
import tempfile
from pathlib import Path
from typing import Any

import keras

from vizcore.errors import VizcoreError
from vizcore.networks.model_file import DAMAGE, ModelFile, model_file
from vizcore.networks.old_configs import modernised

# Exceptions that Keras raises for a file that is damaged or that it cannot build. The tuple is nearly as wide as
# Exception. It guards only one call of Keras, which calls none of our own code, so it hides no bug of ours.
# ImportError: a layer of a package that is not installed.
_FAILURES = (*DAMAGE, ImportError)
_READ_FROM_KWARGS = ("input_shape", "batch_input_shape", "batch_shape", "input_dtype")
_MISSING = re.compile(
    r"(?:Could not locate (?:class|function)|Could not deserialize(?: class| function)?|Unknown [a-z ]+:) '([^']+)'"
)


def loaded(path: Path) -> keras.Model:
    """The model of a file, not compiled, in safe mode.

    Args:
        path: a `.keras` or `.h5` file of Keras 3 or Keras 2; its contents decide which.

    Raises:
        VizcoreError: the file is missing, damaged or no model; it holds weights alone; or the model needs code that is
            missing or must not run.
    """
    file = model_file(path)
    if file.is_of_keras_2 and _names(file.config, "hard_sigmoid"):
        raise VizcoreError(
            f"“{path.name}” was saved by an older Keras and uses hard_sigmoid, which gives other numbers in Keras 3. "
            "Put its formula, clip(0.2 x + 0.5, 0, 1), in its place, and save the model again."
        )
    try:
        model = _loaded(file)
    except _FAILURES as error:
        raise VizcoreError(_reason(file, error)) from error
    if not isinstance(model, keras.Model):
        raise VizcoreError(f"“{path.name}” holds a {type(model).__name__}, and no model. Save the whole model.")
    return model


def _loaded(file: ModelFile) -> Any:
    config = modernised(file.config, _accepts) if file.is_of_keras_2 else file.config
    if file.has_own_name and config == file.config:
        return keras.saving.load_model(file.path, compile=False, safe_mode=True)
    with tempfile.TemporaryDirectory() as folder:
        copy = file.copied_to(Path(folder), config)
        return keras.saving.load_model(copy, compile=False, safe_mode=True)


def _accepts(kind: str, keyword: str) -> bool:
    """Whether a layer of Keras takes a keyword."""
    layer = getattr(keras.layers, kind, None)
    if not inspect.isclass(layer):
        return True
    takes: set[str] = set()
    for base in inspect.getmro(layer):
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(vars(base)["__init__"]).parameters.values()
        takes |= {parameter.name for parameter in parameters}
        # A class passes on what it does not know to the class that it is made from.
        if base is keras.Layer or all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters):
            break
    return keyword in takes or ("kwargs" in takes and keyword in _READ_FROM_KWARGS)


def _reason(file: ModelFile, error: BaseException) -> str:
    name, version = file.path.name, keras.version()
    coded = _part_with_code(file.config)
    if coded is not None and coded[1] == "TFSMLayer":
        return (
            f"“{name}” wraps a SavedModel in its layer “{coded[0]}” (TFSMLayer), which gives an answer and no layers. "
            "Save the Keras model that the SavedModel was made from."
        )
    if coded is not None:
        return (
            f"“{name}” carries Python code in its layer “{coded[0]}”, which is not run for safety. Put a layer of "
            "Keras's own in its place, such as Rescaling, and save the model again."
        )
    missing = _MISSING.search(str(error))
    saver = f" It was saved by Keras {file.version}." if file.is_of_keras_2 and file.version else ""
    if missing:
        # The name of a class may begin with its package.
        return (
            f"“{name}” needs “{re.split('[>.]', missing[1])[-1]}”, which is not a part of Keras {version}. Only "
            f"models of Keras's own layers and functions can be loaded.{saver}"
        )
    if file.is_whole():
        return f"Keras {version} cannot rebuild “{name}”, though the file is whole.{saver} {_anew(file)}"
    return (
        f"“{name}” is damaged or not a model that Keras {version} can read. Copy it again, or save it anew "
        "with model.save()."
    )


def _anew(file: ModelFile) -> str:
    """How to save a model that cannot be loaded."""
    if file.is_of_keras_2 and file.form == "keras":
        return "Open it with that version and save it as .h5: model.save('model.h5')."
    return "Build the model with this version, load its weights, and save it anew with model.save()."


def _part_with_code(config: Any) -> tuple[str, str] | None:
    """The first layer that Keras's safe mode refuses, with its class: a lambda, or a program of another library."""
    # This is not recursive, because a damaged file may be nested deeper than Python's recursion limit.
    waiting: list[tuple[Any, str]] = [(config, "")]
    while waiting:
        part, layer = waiting.pop()
        if isinstance(part, list):
            waiting.extend((item, layer) for item in reversed(part))
        elif isinstance(part, dict):
            inner, kind = part.get("config"), part.get("class_name")
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                layer = inner["name"]
            functions = (part.get("function"), part.get("activation"))
            if kind in ("__lambda__", "TFSMLayer", "TorchModuleWrapper") or any(map(_is_code, functions)):
                return layer, str(kind)
            waiting.extend((item, layer) for item in reversed(part.values()))
    return None


def _names(config: Any, function: str) -> bool:
    """Whether an activation function is mentioned in an architecture."""
    waiting = [config]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        elif part == function:
            return True
    return False


def _is_code(function: Any) -> bool:
    """Whether a function was saved as code, defaults and closure: that of a Keras 2 Lambda, or an activation."""
    code = function.get("value") if isinstance(function, dict) else function
    return isinstance(code, list) and len(code) == 3 and isinstance(code[0], str)
