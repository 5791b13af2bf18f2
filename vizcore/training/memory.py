"""What a training would take of the memory, said before it begins. An estimate from sizes; nothing is loaded for it."""

import math

from vizcore.datasets import cifar10
from vizcore.datasets.shapes import SIDE
from vizcore.datasets.source import CIFAR10, Source
from vizcore.errors import VizcoreError
from vizcore.settings import settings
from vizcore.training.options import Options

_ACTIVATIONS = 62 * 62 * 32 + 31 * 31 * 32 + 29 * 29 * 64 + 14 * 14 * 64 + 2 * 12 * 12 * 64
"""Numbers that the tutorial's network has for one picture of 64 × 64, up to its first dense layer."""

_PICTURE = 64 * 64 * 3
_WEIGHTS = 647_000
_NUMBER = 4
"""Bytes of a float32."""

_FORWARD_AND_BACKWARD = 2
"""Activations and their gradients."""

_BATCHES_AHEAD = 4
"""Batches of pictures that are being made, wait, or are learnt from."""

_COPIES_OF_WEIGHTS = 8
"""Weights, gradients and the optimiser's two moments; then a copy to look into, and the files."""

_GROUND = 330_000_000
"""What TensorFlow 2.21 takes for graphs, kernels and buffers, whatever the sizes; measured at the highest moment. With
it the estimate was 391, 500 and 633 MB where 386, 477 and 586 MB were taken by steps of 16, 64 and 128 pictures."""


def training_bytes(options: Options, *, num_pictures: int, picture_shape: tuple[int, int], reading: int = 0) -> int:
    """Bytes that a training of the tutorial's network takes beyond what the app takes anyway.

    Args:
        options: how it is trained.
        num_pictures: to learn from and to test with.
        picture_shape: height and width of each.
        reading: bytes that reading the pictures takes for a while, beside the pictures themselves.
    """
    pictures = num_pictures * math.prod(picture_shape) * 3
    step = options.batch_size * _NUMBER * (_ACTIVATIONS * _FORWARD_AND_BACKWARD + _PICTURE * _BATCHES_AHEAD)
    return pictures + max(reading, step) + _WEIGHTS * _NUMBER * _COPIES_OF_WEIGHTS + _GROUND


def check_memory(needed: int, *, most: int) -> None:
    """Refuse a training that would take more memory than it may.

    Args:
        needed: bytes, as of `training_bytes`.
        most: bytes.

    Raises:
        VizcoreError: it would take more.
    """
    if needed > most:
        raise VizcoreError(
            f"This training would take about {needed / 1e6:,.0f} MB of memory, and up to {most / 1e6:,.0f} MB are "
            "given to one here. Please take fewer pictures, or fewer per step."
        )


_CIFAR10_FOLDER_BYTES = 250_000_000
"""What reading an operator's copy takes for a while: all of it."""


def needed_bytes(source: Source, options: Options) -> int:
    """Memory that a training on these pictures takes, an estimate."""
    shape, reading = (SIDE, SIDE), 0
    if source.own is not None:
        height, width = source.own.training.pixels.shape[1:3]
        shape = (height, width)
    elif source.name == CIFAR10:
        reading = cifar10.READING_BYTES if settings().cifar10 is None else _CIFAR10_FOLDER_BYTES
    number = source.num_training + source.num_test
    return training_bytes(options, num_pictures=number, picture_shape=shape, reading=reading)
