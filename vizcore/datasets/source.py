"""The pictures for a training on a page: their numbers, their download, their reading."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from vizcore import downloads
from vizcore.arrays import ByteArray
from vizcore.datasets import cifar10
from vizcore.datasets.dataset import CIFAR10_CLASSES, Dataset
from vizcore.datasets.opening import open_dataset
from vizcore.datasets.shapes import CLASSES, shapes_dataset
from vizcore.settings import settings

SHAPES, CIFAR10, OWN = "Shapes", "CIFAR-10", "own zip"
DATA = (SHAPES, CIFAR10, OWN)
"""The sources by name. The first needs no download."""
_LEAST_TEST, _MOST_TEST = 100, 2000


@dataclass(frozen=True)
class Source:
    """The chosen pictures for a training.

    Attributes:
        name: one of `DATA`.
        num_training: number of training pictures, at most.
        num_test: number of test pictures, at most.
        own: the visitor's pictures, for `OWN`.
    """

    name: str
    num_training: int
    num_test: int
    own: Dataset | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; for an operator's copy of CIFAR-10, the published names."""
        if self.own is not None:
            return self.own.classes
        return CLASSES if self.name == SHAPES else CIFAR10_CLASSES

    @property
    def watched(self) -> str:
        """What the network is measured on after every epoch: "validation" or "test", for "validation pictures"."""
        return "validation" if self.own is not None and self.own.validation is not None else "test"


def chosen_source(name: str, num_training: int, own: Dataset | None) -> Source:
    """A source with a number of test pictures that suits the number of training pictures."""
    if own is not None:
        return Source(OWN, len(own.training), len(own.test), own)
    most = 1000 if name == SHAPES else _MOST_TEST
    return Source(name, num_training, min(most, max(_LEAST_TEST, num_training // 4)))


def download_bytes(source: Source) -> int:
    """Bytes that have to be downloaded before these pictures can be read; 0 if none."""
    is_there = settings().cifar10 is not None or downloads.is_there(cifar10.ARCHIVE, cifar10.FOLDER)
    return 0 if source.name != CIFAR10 or is_there else cifar10.ARCHIVE.size


def read(
    source: Source, *, progress: Callable[[int, int], None], stopped: Callable[[], bool], seed: int = 0
) -> Dataset:
    """Read the pictures; download them first if necessary.

    Args:
        source: the chosen pictures.
        progress: called during a download with the bytes received and expected.
        stopped: called repeatedly; True stops the reading.
        seed: seed of the choice.

    Raises:
        VizcoreError: they cannot be downloaded or read, or the reading was stopped.
    """
    if source.own is not None:
        return source.own
    if source.name == SHAPES:
        return shapes_dataset(training=source.num_training, test=source.num_test, seed=seed)
    copy = settings().cifar10
    if copy is not None:
        whole = open_dataset(copy, seed=seed).limited(source.num_training, seed=seed)
        test = np.sort(np.random.default_rng(seed).permutation(len(whole.test))[: source.num_test])
        return replace(whole, name=CIFAR10, test=whole.test.at(test))
    path = cifar10.fetched(progress=progress, stopped=stopped)
    return cifar10.read_cifar10(path, training=source.num_training, test=source.num_test, seed=seed, stopped=stopped)


def first_of_each(dataset: Dataset) -> list[ByteArray]:
    """The first training picture of each class, (h, w, 3) uint8; uniform grey for a class without one."""
    labels, pixels = dataset.training.labels, dataset.training.pixels
    grey = np.full(pixels.shape[1:], 128, np.uint8)
    firsts = [np.flatnonzero(labels == index)[:1] for index in range(len(dataset.classes))]
    return [pixels[first[0]] if first.size else grey for first in firsts]


def few_of_each(dataset: Dataset, number: int) -> tuple[list[ByteArray], list[int]]:
    """The first training pictures of each class, (h, w, 3) uint8, at most `number` of each, and their labels."""
    labels = dataset.training.labels
    few = [index for label in range(len(dataset.classes)) for index in np.flatnonzero(labels == label)[:number]]
    return [dataset.training.pixels[index] for index in few], [int(labels[index]) for index in few]


def counts_of(dataset: Dataset) -> list[list[int]]:
    """For each class: its pictures to learn from, to choose by if there are such, and to test with."""
    parts = [dataset.training, *([] if dataset.validation is None else [dataset.validation]), dataset.test]
    counts = [np.bincount(part.labels, minlength=len(dataset.classes)) for part in parts]
    return [[int(count[label]) for count in counts] for label in range(len(dataset.classes))]
