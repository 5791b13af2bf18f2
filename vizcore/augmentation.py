"""Steps of augmentation as `tf.image` calls, one after another: written as a short text, drawn at random, as code.

TensorFlow is imported when a step is computed. Reading and writing steps does without.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np

from vizcore.arrays import ByteArray
from vizcore.errors import VizcoreError

MOST_STEPS = 12
MOST_SEED = 9999
SWITCH = "on or off"
_NUMBER = r"-?[0-9]{1,4}(?:\.[0-9]{1,4})?"
# [0-9] and not \d, which takes other scripts' digits too. `-`, `.` and `_` stand in an address as they are.
_WRITTEN_STEP = re.compile(rf"([a-z]+)-({_NUMBER})(?:-([0-9]{{1,4}}))?")
_LONGEST_TEXT = MOST_STEPS * 32


@dataclass(frozen=True)
class Slider:
    """The amounts that a transformation can have.

    Attributes:
        minimum: the smallest.
        maximum: the largest.
        step: between two neighbours.
        neutral: the amount that leaves the picture as it is. A step at this amount is not called.
        start: the amount that a new step has.
        decimals: that an amount is written with.
    """

    minimum: float
    maximum: float
    step: float
    neutral: float
    start: float
    decimals: int

    def nearest(self, amount: float) -> float:
        """The amount that lies nearest; beyond the ends, the end. Not finite: the neutral one."""
        if not isfinite(amount):
            return self.neutral
        inside = min(max(amount, self.minimum), self.maximum)
        # Adding 0 makes −0.0 the 0 that it is.
        return round(self.minimum + round((inside - self.minimum) / self.step) * self.step, self.decimals) + 0.0

    def written(self, amount: float) -> str:
        """The amount with as many decimals as the slider resolves: "1.50", "-20"."""
        return f"{amount:.{self.decimals}f}"


@dataclass(frozen=True)
class Transformation:
    """One transformation of a picture.

    Attributes:
        name: in a link.
        label: for people.
        unit: what the amount counts, to be read after it; `SWITCH` where it is either done or not.
        slider: its amounts.
        code: the lines that change `image`, float32 from 0 to 1, with {amount} and {seed}.
        compute: the same as a function of TensorFlow, the image, the amount and the seed.
    """

    name: str
    label: str
    unit: str
    slider: Slider
    code: str
    compute: Callable[[Any, Any, float, int], Any]

    @property
    def has_seed(self) -> bool:
        """Whether chance takes part in it."""
        return "{seed}" in self.code


def _clipped(tf: Any, image: Any) -> Any:
    return tf.clip_by_value(image, 0.0, 1.0)


_ALL = (
    Transformation(
        "flip",
        "Flip left–right",
        SWITCH,
        Slider(0, 1, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.flip_left_right(image)",
        lambda tf, image, amount, seed: tf.image.flip_left_right(image),
    ),
    Transformation(
        "flipud",
        "Flip up–down",
        SWITCH,
        Slider(0, 1, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.flip_up_down(image)",
        lambda tf, image, amount, seed: tf.image.flip_up_down(image),
    ),
    Transformation(
        "rotate",
        "Rotate",
        "quarter turns",
        Slider(0, 3, 1, neutral=0, start=1, decimals=0),
        "image = tf.image.rot90(image, k={amount})",
        lambda tf, image, amount, seed: tf.image.rot90(image, k=int(amount)),
    ),
    Transformation(
        "crop",
        "Crop and zoom",
        "of each side",
        Slider(0.1, 1, 0.01, neutral=1, start=0.7, decimals=2),
        "image = tf.image.resize(tf.image.central_crop(image, {amount}), image.shape[:2], antialias=True)",
        lambda tf, image, amount, seed: tf.image.resize(
            tf.image.central_crop(image, amount), image.shape[:2], antialias=True
        ),
    ),
    Transformation(
        "brightness",
        "Brightness",
        "of white",
        Slider(-1, 1, 0.01, neutral=0, start=0.2, decimals=2),
        "image = tf.clip_by_value(tf.image.adjust_brightness(image, {amount}), 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(tf, tf.image.adjust_brightness(image, amount)),
    ),
    Transformation(
        "contrast",
        "Contrast",
        "times",
        Slider(0, 3, 0.01, neutral=1, start=1.5, decimals=2),
        "image = tf.clip_by_value(tf.image.adjust_contrast(image, {amount}), 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(tf, tf.image.adjust_contrast(image, amount)),
    ),
    Transformation(
        "saturation",
        "Saturation",
        "times",
        Slider(0, 3, 0.01, neutral=1, start=2, decimals=2),
        "image = tf.image.adjust_saturation(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_saturation(image, amount),
    ),
    Transformation(
        "hue",
        "Hue",
        "turns",
        Slider(-0.5, 0.5, 0.01, neutral=0, start=0.25, decimals=2),
        "image = tf.image.adjust_hue(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_hue(image, amount),
    ),
    Transformation(
        "gamma",
        "Gamma",
        "(exponent)",
        Slider(0.1, 4, 0.01, neutral=1, start=0.5, decimals=2),
        "image = tf.image.adjust_gamma(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_gamma(image, amount),
    ),
    Transformation(
        "jpeg",
        "JPEG",
        "(quality)",
        Slider(1, 100, 1, neutral=100, start=20, decimals=0),
        "image = tf.image.adjust_jpeg_quality(image, {amount})",
        lambda tf, image, amount, seed: tf.image.adjust_jpeg_quality(image, int(amount)),
    ),
    Transformation(
        "noise",
        "Noise",
        "of white",
        Slider(0, 0.5, 0.01, neutral=0, start=0.1, decimals=2),
        "noise = tf.random.stateless_normal(image.shape, seed=({seed}, 0), stddev={amount})\n"
        "image = tf.clip_by_value(image + noise, 0.0, 1.0)",
        lambda tf, image, amount, seed: _clipped(
            tf, image + tf.random.stateless_normal(image.shape, seed=(seed, 0), stddev=amount)
        ),
    ),
)

TRANSFORMATIONS: Mapping[str, Transformation] = MappingProxyType({one.name: one for one in _ALL})
"""Name → transformation: first what moves pixels, then what changes their light and colour, then what damages them."""


@dataclass(frozen=True)
class Step:
    """A transformation by an amount.

    Attributes:
        name: a name in TRANSFORMATIONS.
        amount: one of its slider's.
        seed: 0 … MOST_SEED, for those in which chance takes part; 0 for the others.
    """

    name: str
    amount: float
    seed: int = 0

    @property
    def transformation(self) -> Transformation:
        """What is done."""
        return TRANSFORMATIONS[self.name]

    @property
    def is_neutral(self) -> bool:
        """Whether it leaves the picture as it is, and is therefore not called."""
        return self.amount == self.transformation.slider.neutral

    @property
    def label(self) -> str:
        """For people: "Contrast 1.50", "Flip left–right"."""
        transformation = self.transformation
        if transformation.unit == SWITCH:
            return transformation.label if self.amount else f"{transformation.label} off"
        return f"{transformation.label} {transformation.slider.written(self.amount)}".replace("-", "−")

    @property
    def code(self) -> str:
        """The lines that do it to `image`."""
        transformation = self.transformation
        return transformation.code.format(amount=transformation.slider.written(self.amount), seed=self.seed)


def new_step(name: str) -> Step:
    """A step as it begins.

    Raises:
        VizcoreError: there is no transformation of this name.
    """
    return Step(name, _known(name).slider.start)


def _known(name: str) -> Transformation:
    if name not in TRANSFORMATIONS:
        raise VizcoreError(f"There is no transformation “{name[:40]}”; there are {', '.join(TRANSFORMATIONS)}.")
    return TRANSFORMATIONS[name]


def write(steps: Sequence[Step]) -> str:
    """Steps as a text for an address: "flip-1_contrast-1.50_hue--0.10_noise-0.10-7"; none as the empty text."""
    parts = []
    for step in steps:
        seed = f"-{step.seed}" if step.transformation.has_seed else ""
        parts.append(f"{step.name}-{step.transformation.slider.written(step.amount)}{seed}")
    return "_".join(parts)


def parse(text: str) -> tuple[Step, ...]:
    """The steps that a text says.

    Args:
        text: as from `write`; it may come from anybody. Amounts go to the nearest of their slider.

    Raises:
        VizcoreError: an unknown transformation, anything that is no number of a few digits, too many steps.
    """
    if not text:
        return ()
    # Before anything else: a text of a megabyte need not be taken apart.
    if len(text) > _LONGEST_TEXT or text.count("_") >= MOST_STEPS:
        raise VizcoreError(f"These are too many steps. A picture goes through {MOST_STEPS} at most.")
    steps = []
    for part in text.split("_"):
        found = _WRITTEN_STEP.fullmatch(part)
        if found is None:
            raise VizcoreError(f"“{part[:40]}” is no step. A step is a name and an amount, for example contrast-1.50.")
        name, amount, seed = found.groups()
        transformation = _known(name)
        chance = int(seed) if seed and transformation.has_seed else 0
        steps.append(Step(name, transformation.slider.nearest(float(amount)), chance))
    return tuple(steps)


def augment(pixels: ByteArray, steps: Sequence[Step]) -> ByteArray:
    """The picture after all steps, in their order. This imports TensorFlow.

    The pixels become float32 from 0 to 1 once, stay in this range after each step, and become bytes again at the end
    (`tf.image.convert_image_dtype`). Steps at their neutral amount are left out; without others the picture comes
    back as it is.

    Args:
        pixels: (H, W, 3) uint8, at least one pixel. It is not changed.
        steps: any number.

    Returns:
        (H, W, 3) uint8, or (W, H, 3) after an odd number of quarter turns.

    Raises:
        VizcoreError: the pixels are no picture.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0:
        raise VizcoreError(f"A picture is (height, width, 3) of bytes; this is {pixels.shape} {pixels.dtype}.")
    active = [step for step in steps if not step.is_neutral]
    if not active:
        return pixels
    import tensorflow as tf

    image = tf.image.convert_image_dtype(pixels, tf.float32)
    for step in active:
        image = step.transformation.compute(tf, image, step.amount, step.seed)
    result: ByteArray = tf.image.convert_image_dtype(image, tf.uint8, saturate=True).numpy()
    return result


def code(steps: Sequence[Step], *, opening: Sequence[str]) -> str:
    """The lines that do exactly what `augment` does, ready to run; the result is called `pixels`, too.

    Args:
        steps: any number.
        opening: the lines that make `pixels`, (H, W, 3) uint8.
    """
    calls = [step.code for step in steps if not step.is_neutral]
    if not calls:
        return "\n".join(opening)
    return "\n".join(
        [
            "import tensorflow as tf",
            *opening,
            "",
            "image = tf.image.convert_image_dtype(pixels, tf.float32)",
            *calls,
            "pixels = tf.image.convert_image_dtype(image, tf.uint8, saturate=True).numpy()",
        ]
    )


def drawn(steps: Sequence[Step], *, seed: int, number: int) -> list[tuple[Step, ...]]:
    """Random versions of the steps.

    Each amount is drawn from the slider's amounts between neutral − d and neutral + d, all equally likely, where d is
    how far the step's own amount is from neutral; the slider's ends hold. As with `tf.image.stateless_random_*`, the
    same seed gives the same versions. Whatever chance takes part in gets a new seed.

    Args:
        steps: any number, in an order that stays.
        seed: 0 or more.
        number: of versions.
    """
    versions = []
    for index in range(number):
        # Fractions alone, two for each step: they are the same with every release of NumPy that we know.
        fractions = np.random.default_rng((seed, index)).random((len(steps), 2))
        versions.append(
            tuple(
                _drawn_step(step, float(first), float(second))
                for step, (first, second) in zip(steps, fractions, strict=True)
            )
        )
    return versions


def _drawn_step(step: Step, first: float, second: float) -> Step:
    transformation, slider = step.transformation, step.transformation.slider
    # In steps of the slider, away from the neutral amount.
    reach = round(abs(step.amount - slider.neutral) / slider.step)
    low = -min(reach, round((slider.neutral - slider.minimum) / slider.step))
    high = min(reach, round((slider.maximum - slider.neutral) / slider.step))
    position = low + int(first * (high - low + 1))
    seed = int(second * (MOST_SEED + 1)) if transformation.has_seed else 0
    return Step(step.name, slider.nearest(slider.neutral + position * slider.step), seed)
