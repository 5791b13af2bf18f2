"""Labelled pictures: what they are, how they are divided, and how pictures of any size become one array."""

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
