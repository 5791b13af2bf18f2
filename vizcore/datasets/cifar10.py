"""CIFAR-10 from its archive: downloaded once, checked, and read without unpacking.

The pictures in the archive are Python pickles, and a pickle can run code when it is loaded. The archive is therefore
read only if its SHA-256 is the one that Keras has for the published archive, and its pickles may name only arrays.
"""

import hashlib
import io
import pickle
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vizcore import downloads
from vizcore.arrays import IntArray
from vizcore.datasets.dataset import CIFAR10_CLASSES, Dataset, Pictures
from vizcore.downloads import Download
from vizcore.errors import VizcoreError

FOLDER = "datasets"
"""Below Keras's own folder. Keras looks for data there."""

ARCHIVE = Download(
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    # This is Keras's own name for it, so that neither downloads a file that the other has.
    file_name="cifar-10-batches-py-target_archive",
    size=170_498_071,
    md5="c58f30108f718f92721af3b95e74349a",
)
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

NUM_TRAINING, NUM_TEST = 50_000, 10_000
READING_BYTES = 70_000_000
"""Memory for reading, in addition to the result: one file of the archive, twice."""

_PER_FILE = 10_000
_PICTURE = 3 * 32 * 32
_TRAINING_FILES = tuple(f"cifar-10-batches-py/data_batch_{index}" for index in range(1, 6))
_TEST_FILE = "cifar-10-batches-py/test_batch"

_DAMAGE = (tarfile.TarError, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, pickle.UnpicklingError)


def fetched(*, progress: Callable[[int, int], None], stopped: Callable[[], bool] = lambda: False) -> Path:
    """The path of the archive, which is downloaded first if it is missing.

    Args:
        progress: called during the download with the bytes received and expected.
        stopped: called repeatedly; True cancels the download.

    Raises:
        VizcoreError: it cannot be downloaded, or the download was cancelled.
    """
    path = downloads.target(ARCHIVE, FOLDER)
    if not path.is_file():
        downloads.fetch(ARCHIVE, path, progress=progress, cancelled=stopped)
    return path


def read_cifar10(
    path: Path,
    *,
    training: int = NUM_TRAINING,
    test: int = NUM_TEST,
    seed: int = 0,
    stopped: Callable[[], bool] = lambda: False,
) -> Dataset:
    """Some pictures of CIFAR-10, chosen at random from the published archive.

    Args:
        path: the archive, `cifar-10-python.tar.gz` under any name.
        training: number of training pictures; if there are no more than this many, all of them, in the order of the
            archive's numbered files.
        test: number of test pictures, likewise.
        seed: seed of the choice.
        stopped: called between two files; True stops the reading.

    Raises:
        VizcoreError: the file is missing, is not the published archive, or reading was stopped. An archive that is not
            the published one is removed, so that the next download starts clean.
    """
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if sha256 != SHA256:
                raise VizcoreError(
                    f"“{path.name}” is not CIFAR-10 as it was published: its SHA-256 is {sha256}. "
                    f"{downloads.discard(path)}"
                )
            file.seek(0)
            with tarfile.open(fileobj=file, mode="r|gz") as archive:
                return _read(archive, training, test, seed, stopped)
    except VizcoreError:
        raise
    except _DAMAGE as error:
        # The whole text of an OSError holds the path, which is the operator's.
        reason = getattr(error, "strerror", None) or error
        raise VizcoreError(
            f"CIFAR-10 cannot be read from “{path.name}” ({reason}). Please download it again."
        ) from error


def _read(archive: tarfile.TarFile, training: int, test: int, seed: int, stopped: Callable[[], bool]) -> Dataset:
    chosen = {
        "training": _chosen(NUM_TRAINING, training, [seed, 0]),
        "test": _chosen(NUM_TEST, test, [seed, 1]),
    }
    parts: dict[str, list[tuple[int, Pictures]]] = {"training": [], "test": []}
    for member in archive:
        if stopped():
            raise VizcoreError("Reading CIFAR-10 was stopped.")
        part = "test" if member.name == _TEST_FILE else "training"
        if part == "training" and member.name not in _TRAINING_FILES:
            continue
        first = 0 if part == "test" else _TRAINING_FILES.index(member.name) * _PER_FILE
        wanted = chosen[part]
        inside = wanted[(wanted >= first) & (wanted < first + _PER_FILE)] - first
        content = archive.extractfile(member)
        if content is None or inside.size == 0:
            continue
        parts[part].append((first, _pictures(content.read(), inside)))
    for_training, for_test = (_joined(parts[part], len(chosen[part])) for part in ("training", "test"))
    return Dataset("CIFAR-10", CIFAR10_CLASSES, for_training, for_test)


def _chosen(number: int, wanted: int, seed: list[int]) -> IntArray:
    if wanted < 1:
        raise VizcoreError(f"There is at least one picture to learn from and one to test with; asked for was {wanted}.")
    return np.sort(np.random.default_rng(seed).permutation(number)[:wanted]).astype(np.int64)


def _pictures(content: bytes, places: IntArray) -> Pictures:
    batch = _OnlyArrays(io.BytesIO(content), encoding="bytes").load()
    flat, labels = np.asarray(batch[b"data"], np.uint8), np.asarray(batch[b"labels"], np.int64)
    if flat.shape != (_PER_FILE, _PICTURE) or labels.shape != (_PER_FILE,):
        raise ValueError(f"pictures of shape {flat.shape}")
    # The file stores a picture colour by colour; the array stores it pixel by pixel.
    pixels = flat[places].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return Pictures(np.ascontiguousarray(pixels), labels[places])


def _joined(parts: list[tuple[int, Pictures]], expected: int) -> Pictures:
    ordered = [pictures for _, pictures in sorted(parts, key=lambda part: part[0])]
    if sum(len(pictures) for pictures in ordered) != expected:
        raise ValueError("some of its files are missing")
    return Pictures(
        np.concatenate([pictures.pixels for pictures in ordered]),
        np.concatenate([pictures.labels for pictures in ordered]),
    )


class _OnlyArrays(pickle.Unpickler):
    """Reads numbers, texts, lists and NumPy's arrays; refuses every other name in a pickle."""

    def find_class(self, module: str, name: str) -> Any:
        # The archive was written with the names of NumPy 1; the second name is that of NumPy 2.
        if module in ("numpy.core.multiarray", "numpy._core.multiarray") and name == "_reconstruct":
            return super().find_class("numpy._core.multiarray", name)
        if module == "numpy" and name in ("ndarray", "dtype"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}")
