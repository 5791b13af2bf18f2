"""Labelled pictures to train on: CIFAR-10, a folder of pictures, or an archive of arrays."""

import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vizcore import downloads
from vizcore.arrays import ByteArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image, received_pixels
from vizcore.pictures.formats import EXTENSIONS
from vizcore.pictures.photo import open_picture

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""CIFAR-10's names in the order of its labels."""

LARGEST_SIDE = 64
"""Pictures larger than this, or of different sizes, become squares of this side: more the network does not take."""

TEST_SHARE = 6
"""One picture in so many is for testing where the data does not say which."""

ARCHIVE_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)
"""What NumPy raises at files that are no archive of arrays, are cut short, or hold something else."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of one size, each with the index of its class.

    Attributes:
        pixels: (N, h, w, 3) uint8, RGB.
        labels: (N,) int64, 0 … number of classes − 1.
    """

    pixels: ByteArray
    labels: IntArray

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, indices: IntArray) -> "Pictures":
        """Some of them, by their places."""
        return Pictures(self.pixels[indices], self.labels[indices])


@dataclass(frozen=True, eq=False)
class Dataset:
    """Pictures to learn from, and others to test with.

    Attributes:
        name: what the data is, for a card.
        classes: what the labels 0, 1, … mean.
        training: what the network learns from.
        test: what it is tested with, and never learns from.
        notes: what was done on the way to it, such as "3 other files left out"; empty if nothing.
    """

    name: str
    classes: tuple[str, ...]
    training: Pictures
    test: Pictures
    notes: tuple[str, ...] = ()

    def limited(self, number: int, *, seed: int = 0) -> "Dataset":
        """The same with at most so many pictures to learn from, chosen at random.

        Raises:
            VizcoreError: fewer than one picture.
        """
        if number < 1:
            raise VizcoreError(f"There is at least one picture to learn from; given was a limit of {number}.")
        chosen = np.sort(np.random.default_rng(seed).permutation(len(self.training))[:number])
        return replace(self, training=self.training.at(chosen))


def open_dataset(
    source: str, *, seed: int = 0, progress: Callable[[int, int], None] = lambda received, expected: None
) -> Dataset:
    """Labelled pictures from where a person says they are.

    Args:
        source: "cifar10": from `keras.datasets`, downloaded the first time to where Keras keeps it. A folder: one
            sub-folder per class, in alphabetical order; below `train/` and `test/` if there are such. A file `.npz`
            with the arrays `x_train`, `y_train`, `x_test`, `y_test` as in `keras.datasets`, and `classes` (names) if
            it has them.
        seed: for the choice of the pictures to test with, where the data does not say which.
        progress: called during a download with the bytes received and expected.

    Raises:
        VizcoreError: there is nothing of the kind, it is not as described, or it cannot be downloaded.
    """
    if source == "cifar10":
        return _cifar10(progress)
    path = Path(source)
    if path.is_dir():
        return _folder(path, seed=seed)
    if path.suffix == ".npz" and path.is_file():
        return _archive(path)
    raise VizcoreError(
        f"There is no data at “{source}”. Expected is cifar10, a folder with one sub-folder per class, or an .npz file."
    )


def _cifar10(progress: Callable[[int, int], None]) -> Dataset:
    # Here, because the other ways need no Keras; and the archive's module needs this one.
    import keras

    from vizcore import cifar10

    # Keras would fetch it, too, but says nothing one could catch when it cannot.
    archive = downloads.target(cifar10.ARCHIVE, cifar10.FOLDER)
    if not archive.is_file():
        downloads.fetch(cifar10.ARCHIVE, archive, progress=progress, cancelled=lambda: False)
    (training, training_labels), (test, test_labels) = keras.datasets.cifar10.load_data()
    return Dataset(
        "CIFAR-10",
        CIFAR10_CLASSES,
        Pictures(training, training_labels.reshape(-1).astype(np.int64)),
        Pictures(test, test_labels.reshape(-1).astype(np.int64)),
    )


def _archive(path: Path) -> Dataset:
    try:
        # Without pickles: a file of arrays must not run code.
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in ("x_train", "y_train", "x_test", "y_test")}
            names = [str(name) for name in archive["classes"]] if "classes" in archive else None
    except ARCHIVE_DAMAGE as error:
        raise VizcoreError(
            f"{path.name} is no archive of labelled pictures. Expected are the arrays x_train, y_train, x_test and "
            "y_test, pictures (N, h, w, 3) in bytes and one class number per picture."
        ) from error
    parts = [_checked(arrays[f"x_{part}"], arrays[f"y_{part}"], path.name) for part in ("train", "test")]
    num_classes = 1 + int(max(part.labels.max(initial=-1) for part in parts))
    most = len(names) if names else sum(len(part) for part in parts)
    if num_classes > most:
        counted = "names of classes" if names else "pictures"
        raise VizcoreError(
            f"{path.name} has labels up to {num_classes - 1}, and only {most} {counted}. "
            "Expected are the labels 0, 1, … without gaps."
        )
    classes = names or [str(index) for index in range(num_classes)]
    if len(set(classes)) < len(classes):
        raise VizcoreError(f"{path.name} has the same name for two classes. Please give each a name of its own.")
    return Dataset(path.name, tuple(classes), parts[0], parts[1])


def _checked(pixels: np.ndarray, labels: np.ndarray, name: str) -> Pictures:
    flat = labels.reshape(-1)
    is_pictures = pixels.ndim == 4 and pixels.shape[-1] == 3 and pixels.dtype == np.uint8 and min(pixels.shape[1:]) > 0
    is_labels = flat.shape == pixels.shape[:1] and flat.dtype.kind in "iu"
    # Only as the type they came with: as a signed number, a large unsigned one may be below zero.
    if not is_pictures or not is_labels or flat.min(initial=0) < 0 or flat.max(initial=0) > np.iinfo(np.int64).max:
        raise VizcoreError(
            f"{name} holds pictures of shape {pixels.shape} {pixels.dtype} and labels of shape {labels.shape} "
            f"{labels.dtype}. Expected are (N, h, w, 3) uint8 and N whole numbers from 0 upwards."
        )
    return Pictures(pixels, flat.astype(np.int64))


def _folder(path: Path, *, seed: int) -> Dataset:
    # The folder one is in is called “.”, and has a name all the same.
    name = path.resolve().name
    if (path / "train").is_dir() and (path / "test").is_dir():
        classes = _class_names(path / "train")
        unknown = sorted(set(_sub_folders(path / "test")) - set(classes))
        if unknown:
            raise VizcoreError(
                f"The folder “{name}” has “{unknown[0]}” below test/ and not below train/. "
                "Expected are the same classes below both."
            )
        return Dataset(name, classes, _labelled(path / "train", classes), _labelled(path / "test", classes))
    classes = _class_names(path)
    training, test = divided(_labelled(path, classes), seed=seed)
    return Dataset(name, classes, training, test)


def divided(pictures: Pictures, *, seed: int) -> tuple[Pictures, Pictures]:
    """Five sixths of the pictures of every class to learn from and one sixth to test with, chosen by the seed.

    Args:
        pictures: of any number of classes. Of a class of fewer than twelve, one is for testing; a class of a single
            picture is learnt and not tested.
        seed: the same seed makes the same choice.

    Returns:
        Those to learn from and those to test with, each in the order they came in.
    """
    random = np.random.default_rng(seed)
    is_test = np.zeros(len(pictures), dtype=bool)
    for label in np.unique(pictures.labels):
        places = random.permutation(np.nonzero(pictures.labels == label)[0])
        num_test = max(1, len(places) // TEST_SHARE) if len(places) > 1 else 0
        is_test[places[:num_test]] = True
    return pictures.at(np.nonzero(~is_test)[0]), pictures.at(np.nonzero(is_test)[0])


def _sub_folders(path: Path) -> tuple[str, ...]:
    return tuple(sorted(entry.name for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")))


def _class_names(path: Path) -> tuple[str, ...]:
    names = _sub_folders(path)
    if len(names) < 2:
        raise VizcoreError(
            f"The folder “{path.name}” has {len(names)} sub-folders. Expected is one per class, at least two."
        )
    return names


def _labelled(path: Path, classes: Sequence[str]) -> Pictures:
    pixels: list[ByteArray] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        files = sorted(file for file in (path / name).rglob("*") if is_picture_name(file.name) and file.is_file())
        # Made small one by one: a thousand photographs as they are would not fit into memory.
        pixels += [made_small(open_picture(file.read_bytes(), name=file.name).pixels) for file in files]
        labels += [label] * len(files)
    if not pixels:
        raise VizcoreError(f"There is no picture in the sub-folders of “{path.name}”.")
    return Pictures(of_one_size(pixels), np.array(labels, dtype=np.int64))


def is_picture_name(name: str) -> bool:
    """Whether a file of this name is taken for a picture: by its ending, and unless it is hidden by a dot."""
    return not name.startswith(".") and name.rpartition(".")[2].lower() in EXTENSIONS and "." in name


def made_small(pixels: ByteArray) -> ByteArray:
    """A picture (H, W, 3) as it is if no side is longer than 64, else stretched to 64 × 64."""
    if max(pixels.shape[:2]) <= LARGEST_SIDE:
        return pixels
    return received_pixels(preprocess_image(pixels, (LARGEST_SIDE, LARGEST_SIDE)))


def of_one_size(pixels: Sequence[ByteArray]) -> ByteArray:
    """Pictures as one array (N, h, w, 3): as they are if all are of one small size, else stretched to 64 × 64.

    Args:
        pixels: at least one picture, (H, W, 3) uint8 each. `made_small` before changes nothing in what comes out.
    """
    shapes = {picture.shape[:2] for picture in pixels}
    if len(shapes) == 1 and max(next(iter(shapes))) <= LARGEST_SIDE:
        return np.stack(pixels)
    side = (LARGEST_SIDE, LARGEST_SIDE)
    return np.stack([received_pixels(preprocess_image(picture, side)) for picture in pixels])
