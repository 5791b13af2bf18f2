"""What a Keras model file says of itself: format, architecture, version. Importing this does not import Keras.

The name of a file does not decide: a file is read as what its first bytes say.
"""

import io
import json
import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import h5py

from vizcore.errors import VizcoreError

ENDINGS = (".keras", ".h5", ".hdf5")
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    LookupError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    TypeError,
    AttributeError,
)
"""What h5py, zipfile and json raise for damage. Python raises RuntimeError for deeply nested brackets, too."""

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_PARTS_OF_WEIGHTS = ("layers", "vars", "_layer_checkpoint_dependencies", "model_weights")


@dataclass(frozen=True)
class ModelFile:
    """A file that holds a model.

    Attributes:
        path: the file.
        form: "keras" for a zip with the architecture as JSON, "h5" for one HDF5 file.
        config: the architecture as JSON data; None if it cannot be read.
        version: the version of Keras that saved it; empty if that is not known.
    """

    path: Path
    form: Literal["keras", "h5"]
    config: Any
    version: str

    @property
    def is_of_keras_2(self) -> bool:
        """Whether an older Keras than 3 saved it. HDF5 files of the oldest do not say their version."""
        return int(self.version.split(".")[0] or 3) < 3 if self.version[:1].isdigit() else self.form == "h5"

    @property
    def has_own_name(self) -> bool:
        """Whether Keras reads it under its name: Keras goes by the ending."""
        return self.path.suffix == f".{self.form}" or (self.form == "h5" and self.path.suffix == ".hdf5")

    def is_whole(self) -> bool:
        """Whether every part of it can be read, and it has an architecture and weights. This reads the whole file."""
        if not isinstance(self.config, dict) or not isinstance(self.config.get("config"), dict | list):
            return False
        layers = self.config["config"]
        if not (layers if isinstance(layers, list) else layers.get("layers")):
            return False
        try:
            if self.form == "h5":
                return _can_be_read(self.path)
            with zipfile.ZipFile(self.path) as archive:
                return archive.testzip() is None and _can_be_read(io.BytesIO(archive.read(_WEIGHTS)))
        except DAMAGE:
            return False

    def copied_to(self, folder: Path, config: Any) -> Path:
        """A copy under a name that Keras reads, with another architecture. The weights are the same bytes."""
        target, text = folder / f"model.{self.form}", json.dumps(config)
        if self.form == "h5":
            shutil.copyfile(self.path, target)
            with h5py.File(target, "r+") as file:
                file.attrs["model_config"] = text
            return target
        with zipfile.ZipFile(self.path) as source, zipfile.ZipFile(target, "w") as copy:
            copy.writestr(_CONFIG, text)
            for name in source.namelist():
                if name != _CONFIG:
                    with source.open(name) as part, copy.open(name, "w", force_zip64=True) as written:
                        shutil.copyfileobj(part, written)
        return target


def model_file(path: Path) -> ModelFile:
    """What a file says of itself.

    Raises:
        VizcoreError: it is missing, cannot be read, is no model file, or holds weights alone.
    """
    if path.is_dir() and any((path / name).exists() for name in ("saved_model.pb", "keras_metadata.pb")):
        raise VizcoreError(
            f"“{path.name}” is a SavedModel, a folder of TensorFlow's. Keras gets an answer from one, and no layers "
            "that could be shown. Save the Keras model itself: model.save('model.keras'), or 'model.h5' by Keras 2."
        )
    if path.suffix.lower() not in ENDINGS:
        raise VizcoreError(f"“{path.name}” is not a model file: the name has to end in {' or '.join(ENDINGS[:2])}.")
    if not path.is_file():
        raise VizcoreError(f"The model “{path.name}” is not there. Correct its path where the app is started.")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        # Keras would report a file without read permission as damaged.
        raise VizcoreError(
            f"“{path.name}” cannot be opened: this program may not read it. Make it readable."
        ) from error
    if start == _HDF5:
        return _h5_file(path)
    # What is no archive either has no architecture.
    config, metadata = _json_in(path, _CONFIG), _json_in(path, _METADATA)
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    return ModelFile(path, "keras", config, version if isinstance(version, str) else "")


def _h5_file(path: Path) -> ModelFile:
    config: Any = None
    version: Any = ""
    is_weights = False
    try:
        with h5py.File(path, "r") as file:
            version = file.attrs.get("keras_version", "")
            if "model_config" in file.attrs:
                config = json.loads(file.attrs["model_config"])
            else:
                is_weights = "layer_names" in file.attrs or any(name in file for name in _PARTS_OF_WEIGHTS)
    except DAMAGE:
        config = None
    if is_weights:
        raise VizcoreError(
            f"“{path.name}” holds weights alone and no architecture, as save_weights writes it. Build the model, load "
            "these weights into it, and save all of it with model.save()."
        )
    text = version.decode("utf-8", "replace") if isinstance(version, bytes) else version
    return ModelFile(path, "h5", config, text if isinstance(text, str) else "")


def _json_in(path: Path, name: str) -> Any:
    try:
        with zipfile.ZipFile(path) as archive:
            return json.loads(archive.read(name))
    except DAMAGE:
        return None


def _can_be_read(source: Path | io.BytesIO) -> bool:
    """Whether all arrays of an HDF5 file can be read."""

    def read(_name: str, part: Any) -> None:
        if isinstance(part, h5py.Dataset):
            part[()]

    with h5py.File(source, "r") as file:
        file.visititems(read)
    return True
