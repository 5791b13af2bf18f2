"""Shapes: pictures of ten kinds of shape, drawn here, so that a network can be trained without a download.

A picture shows one shape in a light colour on a darker background with a gradient between two colours, and a little
noise. The position, size, tilt and colours do not depend on the kind of shape. The shape is always lighter than the
background and never upside down: if both varied, a network would have learnt nothing after the few hundred steps for
which a visitor waits.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.datasets.dataset import Dataset, Pictures
from vizcore.errors import VizcoreError

SIDE = 32
"""Width and height of every picture, as in CIFAR-10."""

_OVERSAMPLING = 4
_RADII = (9.0, 14.0)
"""In pixels, smallest and largest distance from the middle of a shape to its farthest corner."""

_TILT = math.radians(20)
"""Largest angle to either side."""

_LEAST_CONTRAST = 80.0
"""Levels of grey between a shape and the lighter end of its background. Colour-blind people see this contrast too."""

_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_NOISE = 6.0
"""Standard deviation, in levels."""

_AT_A_TIME = 500
"""Pictures that are drawn together: few enough for their arrays to fit into the processor's cache."""

_STREAMS = MappingProxyType({"training": 0, "test": 1})

Outline = NDArray[np.float64]


def _arc(radius: float, *, start: float, end: float, centre: float = 0.0, corners: int = 40) -> Outline:
    angles = np.linspace(start, end, corners)
    return np.stack([centre + radius * np.cos(angles), radius * np.sin(angles)], axis=1)


def _at_angles(*radii: float) -> Outline:
    """Corners at equal angles around the middle, the first at the top."""
    angles = np.arange(len(radii)) * 2 * math.pi / len(radii)
    corners: Outline = np.array(radii)[:, np.newaxis] * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    return corners


def _cross(half: float) -> Outline:
    corner, arm = np.array([[half, half]]), np.array([[half, 1.0], [-half, 1.0]])
    quarter = np.concatenate([corner, arm]) / math.hypot(1, half)
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    return np.concatenate([quarter @ np.linalg.matrix_power(turn, index) for index in range(4)])


def _heart() -> Outline:
    angle = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    x = 16 * np.sin(angle) ** 3
    y = 5 * np.cos(2 * angle) + 2 * np.cos(3 * angle) + np.cos(4 * angle) - 13 * np.cos(angle)
    return np.stack([x, y - 2], axis=1) / 17


def _crescent() -> Outline:
    # The inner circle passes through the two tips of the outer arc.
    tip, centre = math.radians(45), 0.55
    inner = math.hypot(math.cos(tip) - centre, math.sin(tip))
    inner_tip = math.atan2(math.sin(tip), math.cos(tip) - centre)
    outside = _arc(1.0, start=tip, end=2 * math.pi - tip)
    return np.concatenate([outside, _arc(inner, start=2 * math.pi - inner_tip, end=inner_tip, centre=centre)])


def _ring(inner: float) -> Outline:
    # The outline follows the rim and returns along the hole. The line that connects them has no width.
    turn = 2 * math.pi
    return np.concatenate([_arc(1.0, start=0, end=turn), _arc(inner, start=turn, end=0)])


_OUTLINES: Mapping[str, Outline] = MappingProxyType(
    {
        "circle": _arc(1.0, start=0, end=2 * math.pi),
        "ring": _ring(0.55),
        "diamond": _at_angles(1, 1, 1, 1),
        "triangle": _at_angles(1, 1, 1),
        "star": _at_angles(*[1, 0.38] * 5),
        "cross": _cross(0.3),
        "heart": _heart(),
        "crescent": _crescent(),
        "arrow": np.array(
            [[0, -1], [0.8, -0.1], [0.25, -0.1], [0.25, 0.95], [-0.25, 0.95], [-0.25, -0.1], [-0.8, -0.1]]
        ),
        "bar": np.array([[-0.24, -0.97], [0.24, -0.97], [0.24, 0.97], [-0.24, 0.97]]),
    }
)
"""Corners (n, 2) as (x, y), y downwards, around the middle of the unit circle."""

CLASSES = tuple(_OUTLINES)
"""The ten kinds, in the order of their labels."""


def shapes_dataset(*, training: int = 4000, test: int = 1000, seed: int = 0) -> Dataset:
    """Training pictures and test pictures of shapes.

    Args:
        training: number of training pictures, at least 1.
        test: number of test pictures, at least 1.
        seed: at least 0; the same seed gives the same bytes. The test pictures have a random stream of their own: they
            depend on the seed and their number, and not on the number of training pictures.

    Returns:
        Pictures (32, 32, 3). The numbers of pictures of any two kinds differ by at most 1.

    Raises:
        VizcoreError: a number of pictures is below 1, or the seed is below 0.
    """
    if min(training, test) < 1 or seed < 0:
        raise VizcoreError(
            f"Shapes are drawn with at least one picture to learn from, one to test with and a seed from 0; given were "
            f"{training}, {test} and the seed {seed}."
        )
    return Dataset(
        "Shapes",
        CLASSES,
        _drawn(training, np.random.default_rng([seed, _STREAMS["training"]])),
        _drawn(test, np.random.default_rng([seed, _STREAMS["test"]])),
    )


def _drawn(number: int, random: np.random.Generator) -> Pictures:
    labels: IntArray = random.permutation(np.arange(number, dtype=np.int64) % len(CLASSES))
    parts = [_mixed(labels[start : start + _AT_A_TIME], random) for start in range(0, number, _AT_A_TIME)]
    return Pictures(np.concatenate(parts), labels)


def _mixed(labels: IntArray, random: np.random.Generator) -> ByteArray:
    """(N, 32, 32, 3) uint8: shapes of these kinds in their colours on their backgrounds, with noise."""
    covered = _coverage(labels, random)[..., np.newaxis]
    shape, one_end, other_end = _colours(len(labels), random)
    along = _ramps(len(labels), random)[..., np.newaxis]
    ground = one_end + along * (other_end - one_end)
    picture = ground + covered * (shape - ground)
    picture += np.float32(_NOISE) * random.standard_normal(picture.shape, dtype=np.float32)
    pixels: ByteArray = np.rint(picture).clip(0, 255).astype(np.uint8)
    return pixels


def _coverage(labels: IntArray, random: np.random.Generator) -> FloatArray:
    """(N, 32, 32), 0 … 1: the share of every pixel that the shape covers. The whole shape is inside the picture."""
    number = len(labels)
    radii = random.uniform(*_RADII, number)
    middles = random.uniform(radii[:, np.newaxis], SIDE - radii[:, np.newaxis], (number, 2))
    angles = random.uniform(-_TILT, _TILT, number)
    outlines = tuple(_OUTLINES.values())
    covered = np.empty((number, SIDE, SIDE), np.uint8)
    for index, label in enumerate(labels):
        cos, sin = radii[index] * math.cos(angles[index]), radii[index] * math.sin(angles[index])
        corners = middles[index] + outlines[label] @ np.array([[cos, sin], [-sin, cos]])
        mask = Image.new("L", (SIDE * _OVERSAMPLING, SIDE * _OVERSAMPLING), 0)
        # Pillow's coordinates are those of pixel centres, half a pixel from the corner where the picture begins.
        ImageDraw.Draw(mask).polygon((corners * _OVERSAMPLING - 0.5).ravel().tolist(), fill=255)
        covered[index] = np.asarray(mask.reduce(_OVERSAMPLING))
    return covered.astype(np.float32) / np.float32(255)


def _colours(number: int, random: np.random.Generator) -> FloatArray:
    """(3, N, 1, 1, 3) levels: the colour of the shape and two of the background, redrawn until they differ enough."""
    colours = np.empty((3, number, 3), np.float32)
    missing = np.arange(number)
    while missing.size:
        colours[:, missing] = random.integers(0, 256, (3, missing.size, 3))
        shape, one_end, other_end = colours @ _GREY
        missing = np.nonzero(shape - np.maximum(one_end, other_end) < _LEAST_CONTRAST)[0]
    return colours[:, :, np.newaxis, np.newaxis]


def _ramps(number: int, random: np.random.Generator) -> FloatArray:
    """(N, 32, 32): gradients from 0 at one side or corner to 1 at the opposite one, in random directions."""
    angles = random.uniform(0, 2 * math.pi, (number, 1, 1)).astype(np.float32)
    place = np.linspace(-1, 1, SIDE, dtype=np.float32)
    along = np.cos(angles) * place + np.sin(angles) * place[:, np.newaxis]
    return ((1 + along / (abs(np.cos(angles)) + abs(np.sin(angles)))) / 2).astype(np.float32)
