"""Labelled pictures from a folder with one sub-folder per class."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import Dataset, Pictures, divided, is_picture_name, made_small, of_one_size
from vizcore.errors import VizcoreError
from vizcore.pictures.photo import open_picture


def read_folder(path: Path, *, seed: int) -> Dataset:
    """The pictures of a folder with one sub-folder per class, or with such sub-folders below `train` and `test`.

    Args:
        path: the folder.
        seed: seed of the choice of test pictures, where the folder has no `train` and `test`.

    Raises:
        VizcoreError: the folder has no such pictures, or one of them cannot be opened.
    """
    # The path of the current folder, “.”, has no name before it is resolved.
    name = path.resolve().name
    if (path / "train").is_dir() and (path / "test").is_dir():
        classes = _class_names(path / "train")
        unknown = sorted(set(_sub_folders(path / "test")) - set(classes))
        if unknown:
            raise VizcoreError(
                f"The folder “{name}” has “{unknown[0]}” below test/ and not below train/. "
                "Expected: the same classes below both."
            )
        return Dataset(name, classes, _labelled(path / "train", classes), _labelled(path / "test", classes))
    classes = _class_names(path)
    training, test = divided(_labelled(path, classes), seed=seed)
    return Dataset(name, classes, training, test)


def _sub_folders(path: Path) -> tuple[str, ...]:
    return tuple(sorted(entry.name for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")))


def _class_names(path: Path) -> tuple[str, ...]:
    names = _sub_folders(path)
    if len(names) < 2:
        raise VizcoreError(
            f"The folder “{path.name}” has {len(names)} sub-folders. Expected: one per class, at least two."
        )
    return names


def _labelled(path: Path, classes: Sequence[str]) -> Pictures:
    pixels: list[ByteArray] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        files = sorted(file for file in (path / name).rglob("*") if is_picture_name(file.name) and file.is_file())
        # Each picture is reduced at once: a thousand photographs in full size would not fit into memory.
        pixels += [made_small(open_picture(file.read_bytes(), name=file.name).pixels) for file in files]
        labels += [label] * len(files)
    if not pixels:
        raise VizcoreError(f"There is no picture in the sub-folders of “{path.name}”.")
    return Pictures(of_one_size(pixels), np.array(labels, dtype=np.int64))
