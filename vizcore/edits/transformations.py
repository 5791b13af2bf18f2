"""The transformations of `tf.image` that a step can be: amounts, formulas, code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vizcore.edits.amounts import Amounts
from vizcore.errors import VizcoreError

SWITCH = "on or off"


@dataclass(frozen=True)
class Transformation:
    """One transformation of a picture.

    Attributes:
        name: the name in a link.
        label: the name for people.
        unit: the unit, as it follows the amount; `SWITCH` for a transformation that is on or off.
        slider: the amounts of the slider.
        code: the lines that change `image`, float32 from 0 to 1, with {amount} and {seed}.
        compute: the same as a function: TensorFlow, the image, the amount and the seed → the changed image.
    """

    name: str
    label: str
    unit: str
    slider: Amounts
    code: str
    compute: Callable[[Any, Any, float, int], Any]

    @property
    def has_seed(self) -> bool:
        """Whether it uses random numbers."""
        return "{seed}" in self.code


def _clipped(tf: Any, image: Any) -> Any:
    return tf.clip_by_value(image, 0.0, 1.0)


_ALL = (
    Transformation(
        "flip",
        "Flip left–right",
        SWITCH,
        Amounts(0, 1, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.flip_left_right(image)",
        lambda tf, image, amount, seed: tf.image.flip_left_right(image),
    ),
    Transformation(
        "flipud",
        "Flip up–down",
        SWITCH,
        Amounts(0, 1, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.flip_up_down(image)",
        lambda tf, image, amount, seed: tf.image.flip_up_down(image),
    ),
    Transformation(
        "rotate",
        "Rotate",
        "quarter turns",
        Amounts(0, 3, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.rot90(image, k={amount})",
        lambda tf, image, amount, seed: tf.image.rot90(image, k=int(amount)),
    ),
    Transformation(
        "crop",
        "Crop and zoom",
        "of each side",
        Amounts(0.1, 1, 0.01, neutral=1, start=0.7, decimals=2),
        "image = tf.image.resize(tf.image.central_crop(image, {amount}), image.shape[:2], antialias=True)",
        lambda tf, image, amount, seed: tf.image.resize(
            tf.image.central_crop(image, amount), image.shape[:2], antialias=True
        ),
    ),
    Transformation(
        "brightness",
        "Brightness",
        "of white",
        Amounts(-1, 1, 0.01, neutral=0, start=0.2, decimals=2),
        "image = tf.clip_by_value(tf.image.adjust_brightness(image, {amount}), 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(tf, tf.image.adjust_brightness(image, amount)),
    ),
    Transformation(
        "contrast",
        "Contrast",
        "times",
        Amounts(0, 3, 0.01, neutral=1, start=1.5, decimals=2),
        "image = tf.clip_by_value(tf.image.adjust_contrast(image, {amount}), 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(tf, tf.image.adjust_contrast(image, amount)),
    ),
    Transformation(
        "saturation",
        "Saturation",
        "times",
        Amounts(0, 3, 0.01, neutral=1, start=2, decimals=2),
        "image = tf.image.adjust_saturation(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_saturation(image, amount),
    ),
    Transformation(
        "hue",
        "Hue",
        "turns",
        Amounts(-0.5, 0.5, 0.01, neutral=0, start=0.25, decimals=2),
        "image = tf.image.adjust_hue(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_hue(image, amount),
    ),
    Transformation(
        "gamma",
        "Gamma",
        "(exponent)",
        Amounts(0.1, 4, 0.01, neutral=1, start=0.5, decimals=2),
        "image = tf.image.adjust_gamma(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_gamma(image, amount),
    ),
    Transformation(
        "jpeg",
        "JPEG",
        "(quality)",
        Amounts(1, 100, 1, neutral=100, start=20, decimals=0),
        "image = tf.image.adjust_jpeg_quality(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_jpeg_quality(image, int(amount)),
    ),
    Transformation(
        "noise",
        "Noise",
        "of white",
        Amounts(0, 0.5, 0.01, neutral=0, start=0.1, decimals=2),
        "noise = tf.random.stateless_normal(image.shape, seed=({seed}, 0), stddev={amount})\n"
        "image = tf.clip_by_value(image + noise, 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(
            tf, image + tf.random.stateless_normal(image.shape, seed=(seed, 0), stddev=amount)
        ),
    ),
)
TRANSFORMATIONS: Mapping[str, Transformation] = MappingProxyType({each.name: each for each in _ALL})
"""Name → transformation: first those that move pixels, then those of light and colour, then those that do damage."""


def known_transformation(name: str) -> Transformation:
    """The transformation of this name.

    Raises:
        VizcoreError: no transformation has this name.
    """
    if name not in TRANSFORMATIONS:
        raise VizcoreError(f"There is no transformation “{name[:40]}”; there are {', '.join(TRANSFORMATIONS)}.")
    return TRANSFORMATIONS[name]
