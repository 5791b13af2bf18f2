"""An estimate of a training's memory before it begins, computed from sizes alone."""

import math

from vizcore.datasets import cifar10
from vizcore.datasets.shapes import SIDE
from vizcore.datasets.source import CIFAR10, Source
from vizcore.errors import VizcoreError
from vizcore.settings import settings
from vizcore.training.options import Options

_ACTIVATIONS = 62 * 62 * 32 + 31 * 31 * 32 + 29 * 29 * 64 + 14 * 14 * 64 + 2 * 12 * 12 * 64
"""Values of the tutorial's network for one picture of 64 × 64, up to its first dense layer."""

_PICTURE = 64 * 64 * 3
_WEIGHTS = 647_000
_NUMBER = 4
"""Bytes of a float32."""

_FORWARD_AND_BACKWARD = 2
"""Activations and their gradients."""

_BATCHES_AHEAD = 4
"""Batches of pictures that are prepared, queued, or in the training step."""

_COPIES_OF_WEIGHTS = 8
"""Weights, gradients and the optimiser's two moments; then a copy for the pages, and the files."""

_FIXED_BYTES = 330_000_000
"""Memory of TensorFlow 2.21 for graphs, kernels and buffers, measured at the peak. It does not depend on the sizes.

The resulting estimate was 391, 500 and 633 MB for batches of 16, 64 and 128 pictures. The measured memory was 386, 477
and 586 MB.
"""


def training_bytes(options: Options, *, num_pictures: int, picture_shape: tuple[int, int], reading: int = 0) -> int:
    """Bytes of a training of the tutorial's network, in addition to the memory of the app.

    Args:
        options: the options of the training.
        num_pictures: number of training and test pictures.
        picture_shape: height and width of each picture.
        reading: bytes that reading the pictures takes for a while, in addition to the pictures themselves.
    """
    pictures = num_pictures * math.prod(picture_shape) * 3
    step = options.batch_size * _NUMBER * (_ACTIVATIONS * _FORWARD_AND_BACKWARD + _PICTURE * _BATCHES_AHEAD)
    return pictures + max(reading, step) + _WEIGHTS * _NUMBER * _COPIES_OF_WEIGHTS + _FIXED_BYTES


def check_memory(needed: int, *, most: int) -> None:
    """Refuse a training that would exceed the memory limit.

    Args:
        needed: bytes, as from `training_bytes`.
        most: bytes, the limit.

    Raises:
        VizcoreError: the training needs more than the limit.
    """
    if needed > most:
        raise VizcoreError(
            f"This training would take about {needed / 1e6:,.0f} MB of memory, and up to {most / 1e6:,.0f} MB are "
            "given to one here. Please take fewer pictures, or fewer per step."
        )


_CIFAR10_FOLDER_BYTES = 250_000_000
"""Memory that reading an operator's copy takes for a while: the whole copy."""


def needed_bytes(source: Source, options: Options) -> int:
    """Bytes of memory that a training on these pictures takes, an estimate."""
    shape, reading = (SIDE, SIDE), 0
    if source.own is not None:
        height, width = source.own.training.pixels.shape[1:3]
        shape = (height, width)
    elif source.name == CIFAR10:
        reading = cifar10.READING_BYTES if settings().cifar10 is None else _CIFAR10_FOLDER_BYTES
    number = source.num_training + source.num_test
    if source.own is not None and source.own.validation is not None:
        number += len(source.own.validation)
    return training_bytes(options, num_pictures=number, picture_shape=shape, reading=reading)
