"""A data set by its name or its path, in any of the supported forms."""

from collections.abc import Callable
from pathlib import Path

from vizcore.datasets import cifar10
from vizcore.datasets.dataset import Dataset
from vizcore.datasets.folder import read_folder
from vizcore.datasets.npz import read_npz
from vizcore.errors import VizcoreError


def open_dataset(
    source: str, *, seed: int = 0, progress: Callable[[int, int], None] = lambda received, expected: None
) -> Dataset:
    """Labelled pictures from a source that a person names.

    Args:
        source: "cifar10": all of it in the archive's order, downloaded the first time to Keras's folder. A folder: one
            sub-folder per class, in alphabetical order; below `train/` and `test/` if these exist. A file `.npz` with
            the arrays `x_train`, `y_train`, `x_test`, `y_test` as in `keras.datasets`, and optionally `classes`
            (names).
        seed: seed of the choice of test pictures, where the data is not divided.
        progress: called during a download with the bytes received and expected.

    Raises:
        VizcoreError: the source does not exist, does not have the described form, or cannot be downloaded.
    """
    if source == "cifar10":
        return cifar10.read_cifar10(cifar10.fetched(progress=progress))
    path = Path(source)
    if path.is_dir():
        return read_folder(path, seed=seed)
    if path.suffix == ".npz" and path.is_file():
        return read_npz(path)
    raise VizcoreError(
        f"There is no data at “{path.name}”. Expected: cifar10, a folder with one sub-folder per class, or an .npz "
        "file."
    )
