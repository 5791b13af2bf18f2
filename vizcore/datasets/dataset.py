"""Labelled pictures: their types, their division into training and test pictures, their reduction to one size."""

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vizcore.arrays import ByteArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image, received_pixels
from vizcore.pictures.formats import EXTENSIONS

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""CIFAR-10's names in the order of its labels."""
LARGEST_SIDE = 64
"""Pictures larger than this, or of different sizes, become squares of this side, the size of the network's input."""
TEST_SHARE = 6
"""One picture in this many is a test picture where the data is not divided."""
ARCHIVE_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)
"""Exceptions that NumPy raises for files that are no archive of arrays, are cut short, or have other contents."""


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
        """The pictures with these indices."""
        return Pictures(self.pixels[indices], self.labels[indices])


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training pictures and test pictures with their classes.

    Attributes:
        name: of the data, for a card.
        classes: names of the labels 0, 1, …
        training: the training pictures.
        test: the test pictures, never used for training.
        notes: the changes that reading made, such as "3 other files left out"; empty if there were none.
        validation: the pictures that the network is measured on after every epoch; None if these are the test pictures.
        folders: what each folder became where the data is divided into folders, as (name, what for).
    """

    name: str
    classes: tuple[str, ...]
    training: Pictures
    test: Pictures
    notes: tuple[str, ...] = ()
    validation: Pictures | None = None
    folders: tuple[tuple[str, str], ...] = ()

    @property
    def watched(self) -> Pictures:
        """The pictures that the network is measured on after every epoch."""
        return self.test if self.validation is None else self.validation

    def limited(self, number: int, *, seed: int = 0) -> "Dataset":
        """The same data with at most `number` training pictures, chosen at random.

        Raises:
            VizcoreError: the number is less than 1.
        """
        if number < 1:
            raise VizcoreError(f"There is at least one picture to learn from; given was a limit of {number}.")
        chosen = np.sort(np.random.default_rng(seed).permutation(len(self.training))[:number])
        return replace(self, training=self.training.at(chosen))


def divided(pictures: Pictures, *, seed: int) -> tuple[Pictures, Pictures]:
    """Division of every class into five sixths training pictures and one sixth test pictures, at random.

    Args:
        pictures: of any number of classes. A class of fewer than twelve pictures has one test picture; a class of a
            single picture has none.
        seed: the same seed makes the same choice.

    Returns:
        The training pictures and the test pictures, each in their original order.
    """
    random = np.random.default_rng(seed)
    is_test = np.zeros(len(pictures), dtype=bool)
    for label in np.unique(pictures.labels):
        places = random.permutation(np.nonzero(pictures.labels == label)[0])
        num_test = max(1, len(places) // TEST_SHARE) if len(places) > 1 else 0
        is_test[places[:num_test]] = True
    return pictures.at(np.nonzero(~is_test)[0]), pictures.at(np.nonzero(is_test)[0])


def is_picture_name(name: str) -> bool:
    """Whether a file name is that of a picture: its ending is a known one, and it does not begin with a dot."""
    return not name.startswith(".") and name.rpartition(".")[2].lower() in EXTENSIONS and "." in name


def made_small(pixels: ByteArray) -> ByteArray:
    """The picture (H, W, 3) itself if no side is longer than 64, otherwise stretched to 64 × 64."""
    if max(pixels.shape[:2]) <= LARGEST_SIDE:
        return pixels
    return received_pixels(preprocess_image(pixels, (LARGEST_SIDE, LARGEST_SIDE)))


def of_one_size(pixels: Sequence[ByteArray]) -> ByteArray:
    """Pictures as one array (N, h, w, 3): unchanged if all have one small size, otherwise stretched to 64 × 64.

    Args:
        pixels: at least one picture, (H, W, 3) uint8 each. The result is the same after `made_small`.
    """
    shapes = {picture.shape[:2] for picture in pixels}
    if len(shapes) == 1 and max(next(iter(shapes))) <= LARGEST_SIDE:
        return np.stack(pixels)
    side = (LARGEST_SIDE, LARGEST_SIDE)
    return np.stack([received_pixels(preprocess_image(picture, side)) for picture in pixels])
