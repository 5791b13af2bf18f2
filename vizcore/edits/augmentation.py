"""Steps of augmentation as `tf.image` calls, one after another: as a short text, at random, as code.

TensorFlow is imported when a step is computed. Reading and writing steps does not need it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import ByteArray
from vizcore.edits.transformations import SWITCH, TRANSFORMATIONS, Transformation, known_transformation
from vizcore.errors import VizcoreError
from vizcore.numbers import with_minus_signs

MOST_STEPS = 12
MOST_SEED = 9999
_NUMBER = r"-?[0-9]{1,4}(?:\.[0-9]{1,4})?"
# [0-9], because \d also matches the digits of other scripts. In an address `-`, `.` and `_` are not escaped.
_WRITTEN_STEP = re.compile(rf"([a-z]+)-({_NUMBER})(?:-([0-9]{{1,4}}))?")
_LONGEST_TEXT = MOST_STEPS * 32
_DRAWS = 20  # for each version wanted: if 27 versions are possible, all are found but for one time in 10⁷


@dataclass(frozen=True)
class Step:
    """A transformation by an amount.

    Attributes:
        name: a name in TRANSFORMATIONS.
        amount: an amount of the transformation's slider.
        seed: 0 … MOST_SEED; 0 for a transformation that uses no random numbers.
    """

    name: str
    amount: float
    seed: int = 0

    @property
    def transformation(self) -> Transformation:
        """The transformation that the step applies."""
        return TRANSFORMATIONS[self.name]

    @property
    def is_neutral(self) -> bool:
        """Whether the step leaves the picture as it is. Such a step is not called."""
        return self.amount == self.transformation.slider.neutral

    @property
    def label(self) -> str:
        """The step for people: "Contrast 1.50", "Flip left–right"."""
        transformation = self.transformation
        if transformation.unit == SWITCH:
            return transformation.label if self.amount else f"{transformation.label} off"
        return with_minus_signs(f"{transformation.label} {transformation.slider.written(self.amount)}")

    @property
    def code(self) -> str:
        """The lines of Python that apply the step to `image`."""
        transformation = self.transformation
        return transformation.code.format(amount=transformation.slider.written(self.amount), seed=self.seed)


def new_step(name: str) -> Step:
    """A step at the amount at which its slider begins.

    Raises:
        VizcoreError: there is no transformation of this name.
    """
    return Step(name, float(known_transformation(name).slider.start))


def write(steps: Sequence[Step]) -> str:
    """Steps as a text for an address: "flip-1_contrast-1.50_hue--0.10_noise-0.10-7". Without steps it is empty."""
    parts = []
    for step in steps:
        seed = f"-{step.seed}" if step.transformation.has_seed else ""
        parts.append(f"{step.name}-{step.transformation.slider.written(step.amount)}{seed}")
    return "_".join(parts)


def parse(text: str) -> tuple[Step, ...]:
    """The steps that a text describes.

    Args:
        text: in the form that `write` gives; it may come from anybody. Each amount becomes the nearest of its slider.

    Raises:
        VizcoreError: a transformation is unknown, a number has another form than a few digits, or there are too many
            steps.
    """
    if not text:
        return ()
    # Checked first, so that a text of a megabyte is not split.
    if len(text) > _LONGEST_TEXT or text.count("_") >= MOST_STEPS:
        raise VizcoreError(f"These are too many steps. A picture goes through {MOST_STEPS} at most.")
    steps = []
    for part in text.split("_"):
        match = _WRITTEN_STEP.fullmatch(part)
        if match is None:
            raise VizcoreError(f"“{part[:40]}” is not a step. A step is a name and an amount, such as contrast-1.50.")
        name, amount, digits = match.groups()
        transformation = known_transformation(name)
        seed = int(digits) if digits and transformation.has_seed else 0
        steps.append(Step(name, transformation.slider.nearest(float(amount)), seed))
    return tuple(steps)


def augment(pixels: ByteArray, steps: Sequence[Step]) -> ByteArray:
    """The picture after all steps, in their order. This imports TensorFlow.

    The pixels become float32 from 0 to 1 once, stay in this range after each step, and become bytes again at the end
    (`tf.image.convert_image_dtype`). Steps at their neutral amount are left out. If no other step
    remains, the same array is returned.

    Args:
        pixels: (H, W, 3) uint8, at least one pixel. It is not changed.
        steps: any number of steps.

    Returns:
        (H, W, 3) uint8, or (W, H, 3) after an odd number of quarter turns.

    Raises:
        VizcoreError: the pixels have another shape or type, or there are none.
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
    """The lines of Python that do exactly what `augment` does, ready to run. Their result is called `pixels`, too.

    Args:
        steps: any number of steps.
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


def random_versions(steps: Sequence[Step], *, seed: int, number: int) -> list[tuple[Step, ...]]:
    """Random versions of the steps.

    Each amount is drawn from the slider's amounts between neutral − d and neutral + d, all equally likely, where d is
    the distance of the step's own amount from neutral. The slider's ends limit the range. As with
    `tf.image.stateless_random_*`, the same seed gives the same versions. A step that uses random numbers gets a new
    seed.

    Args:
        steps: any number of steps; their order stays.
        seed: 0 or more.
        number: how many versions.
    """
    return [_random_version(steps, seed, index) for index in range(number)]


def different_versions(steps: Sequence[Step], *, seed: int, number: int) -> list[tuple[Step, ...]]:
    """The first random versions that differ from each other in a step that is not neutral.

    Args:
        steps: as for `random_versions`.
        seed: as for `random_versions`.
        number: how many versions at most.

    Returns:
        Fewer versions if the steps allow no more: one switch allows two, two switches allow four.
    """
    versions: dict[tuple[Step, ...], tuple[Step, ...]] = {}
    for index in range(number * _DRAWS):
        if len(versions) == number:
            break
        version = _random_version(steps, seed, index)
        versions.setdefault(tuple(step for step in version if not step.is_neutral), version)
    return list(versions.values())


def _random_version(steps: Sequence[Step], seed: int, index: int) -> tuple[Step, ...]:
    # Only fractions are drawn, two for each step: every release of NumPy that we know gives the same ones.
    fractions = np.random.default_rng((seed, index)).random((len(steps), 2))
    return tuple(
        _random_step(step, float(first), float(second)) for step, (first, second) in zip(steps, fractions, strict=True)
    )


def _random_step(step: Step, first: float, second: float) -> Step:
    transformation, slider = step.transformation, step.transformation.slider
    # Counted in steps of the slider, from the neutral amount.
    reach = round(abs(step.amount - slider.neutral) / slider.step)
    low = -min(reach, round((slider.neutral - slider.minimum) / slider.step))
    high = min(reach, round((slider.maximum - slider.neutral) / slider.step))
    position = low + int(first * (high - low + 1))
    seed = int(second * (MOST_SEED + 1)) if transformation.has_seed else 0
    return Step(step.name, slider.nearest(slider.neutral + position * slider.step), seed)
