"""The batches of a training: shuffled, shifted, flipped. NumPy and `tf.data`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from vizcore.arrays import BoolArray, ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import Pictures
from vizcore.edits.brightness import KINDS
from vizcore.inputs.fitting import preprocess_image
from vizcore.numbers import ceil_division
from vizcore.training.options import Options

_SHIFT = 8
"""A picture is shifted by up to an eighth of its side."""


def augmented(pixels: ByteArray, *, random: np.random.Generator) -> ByteArray:
    """Pictures mirrored left to right with probability ½, and shifted by up to an eighth of their sides.

    Args:
        pixels: (N, h, w, 3) uint8. A strip that a shift uncovers is filled with the mirror image of its neighbours.
        random: the random generator; the same state gives the same pictures.

    Returns:
        A new array of the same shape.
    """
    number, height, width = pixels.shape[:3]
    down, across = height // _SHIFT, width // _SHIFT
    flips: BoolArray = random.integers(0, 2, number) == 1
    tops, lefts = random.integers(0, 2 * down + 1, number), random.integers(0, 2 * across + 1, number)
    padded = np.pad(pixels, ((0, 0), (down, down), (across, across), (0, 0)), mode="reflect")
    result = np.empty_like(pixels)
    for index in range(number):
        top, left = tops[index], lefts[index]
        moved = padded[index, top : top + height, left : left + width]
        result[index] = moved[:, ::-1] if flips[index] else moved
    return result


def brightened(pixels: ByteArray, *, random: np.random.Generator) -> ByteArray:
    """Pictures in lights drawn at random: each of its own kind and amount.

    The kind is any of `KINDS`, the side brighter or darker, each with the same probability. The amount lies between the
    unedited one and the slider's end: at u² of the way with u uniform between 0 and 1, so that half of the pictures are
    within a quarter of the way and few are nearly black or white.

    Args:
        pixels: (N, h, w, 3) uint8.
        random: the random generator; the same state gives the same pictures.

    Returns:
        A new array of the same shape.
    """
    kinds = tuple(KINDS.values())
    result = np.empty_like(pixels)
    for index, picture in enumerate(pixels):
        slider = (kind := kinds[random.integers(len(kinds))]).slider
        end = (slider.minimum, slider.maximum)[random.integers(2)]
        amount = slider.neutral + (end - slider.neutral) * random.random() ** 2
        result[index] = kind.light(amount).table()[picture]
    return result


def batch_of(pixels: ByteArray, target_size: Sequence[int]) -> FloatArray:
    """The pictures (N, h, w, 3) uint8 as one batch, each prepared by `preprocess_image` as on the pages."""
    return np.concatenate([preprocess_image(picture, target_size) for picture in pixels])


class Batches:
    """The batches of one epoch. Seed and epoch determine order and augmentation, so a resumed run has the same ones."""

    def __init__(self, pictures: Pictures, options: Options, *, epoch: int, target_size: Sequence[int]) -> None:
        self._pictures, self._options, self._epoch, self._target_size = pictures, options, epoch, target_size
        self._order = np.random.default_rng([options.seed, epoch]).permutation(len(pictures))

    def at(self, index: int) -> tuple[FloatArray, IntArray]:
        """One batch: (N, h, w, 3) float32 and (N,) int64."""
        size = self._options.batch_size
        chosen = self._order[index * size : (index + 1) * size]
        pixels = self._pictures.pixels[chosen]
        if self._options.augment:
            pixels = augmented(pixels, random=np.random.default_rng([self._options.seed, self._epoch, index]))
        if self._options.brighten:
            pixels = brightened(pixels, random=np.random.default_rng([self._options.seed, self._epoch, index, 1]))
        return batch_of(pixels, self._target_size), self._pictures.labels[chosen]

    def stream(self) -> Any:
        """All batches for `model.fit`, each prepared during the training step before.

        The result is not a generator or a `PyDataset`: for these TensorFlow 2.21 lowers malloc's trim threshold for the
        whole process, and every step takes half as long again.
        """

        def step(index: Any) -> Any:
            pictures, labels = tf.numpy_function(self.at, [index], [tf.float32, tf.int64], stateful=False)
            return tf.ensure_shape(pictures, (None, *self._target_size, 3)), tf.ensure_shape(labels, (None,))

        steps = ceil_division(len(self._pictures), self._options.batch_size)
        return tf.data.Dataset.range(steps).map(step, num_parallel_calls=1, deterministic=True).prefetch(2)
