"""Labelled pictures from an archive of NumPy arrays."""

from pathlib import Path

import numpy as np

from vizcore.datasets.dataset import ARCHIVE_DAMAGE, Dataset, Pictures
from vizcore.errors import VizcoreError


def read_npz(path: Path) -> Dataset:
    """The pictures in an archive of the arrays x_train, y_train, x_test, y_test and optionally classes, the names.

    Raises:
        VizcoreError: an array is missing, or its shape or type is not that of labelled pictures.
    """
    try:
        # Pickles could run code, so they are not allowed.
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ("x_train", "y_train", "x_test", "y_test")}
            names = [str(name) for name in archive["classes"]] if "classes" in archive else None
    except ARCHIVE_DAMAGE as error:
        raise VizcoreError(
            f"{path.name} is not an archive of labelled pictures. Expected: the arrays x_train, y_train, x_test and "
            "y_test, pictures (N, h, w, 3) in bytes and one class number per picture."
        ) from error
    parts = [_checked(arrays[f"x_{part}"], arrays[f"y_{part}"], path.name) for part in ("train", "test")]
    num_classes = 1 + int(max(part.labels.max(initial=-1) for part in parts))
    most = len(names) if names else sum(len(part) for part in parts)
    if num_classes > most:
        counted = "names of classes" if names else "pictures"
        raise VizcoreError(
            f"{path.name} has labels up to {num_classes - 1}, and only {most} {counted}. "
            "Expected: the labels 0, 1, … without gaps."
        )
    classes = names or [str(index) for index in range(num_classes)]
    if len(set(classes)) < len(classes):
        raise VizcoreError(f"{path.name} has the same name for two classes. Please give each a name of its own.")
    return Dataset(path.name, tuple(classes), parts[0], parts[1])


def _checked(pixels: np.ndarray, labels: np.ndarray, name: str) -> Pictures:
    flat = labels.reshape(-1)
    is_pictures = pixels.ndim == 4 and pixels.shape[-1] == 3 and pixels.dtype == np.uint8 and min(pixels.shape[1:]) > 0
    is_labels = flat.shape == pixels.shape[:1] and flat.dtype.kind in "iu"
    # The labels are compared in their original type: a large unsigned number may become negative as a signed one.
    if not is_pictures or not is_labels or flat.min(initial=0) < 0 or flat.max(initial=0) > np.iinfo(np.int64).max:
        raise VizcoreError(
            f"{name} holds pictures of shape {pixels.shape} {pixels.dtype} and labels of shape {labels.shape} "
            f"{labels.dtype}. Expected: (N, h, w, 3) uint8 and N whole numbers from 0 upwards."
        )
    return Pictures(pixels, flat.astype(np.int64))
