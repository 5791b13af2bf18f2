"""Three kinds of brightness, each a table of 256 entries, and what it did to a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.errors import VizcoreError

# Rec. 709 (ITU-R BT.709-6, 3.2), in parts of ten thousand. Applied to the sRGB values as they are stored, this is the
# luma Y′: what editors of photographs call luminance in their histograms.
LUMINANCE_WEIGHTS = (2126, 7152, 722)

CHANNELS = ("red", "green", "blue", "luminance")


@dataclass(frozen=True)
class Kind:
    """One kind of brightness: its range on the slider, where it begins, and the amount that changes nothing."""

    name: str
    symbol: str
    minimum: float
    maximum: float
    step: float
    default: float
    decimals: int
    neutral: float

    @property
    def num_steps(self) -> int:
        """How many amounts the slider has, both ends included."""
        return round((self.maximum - self.minimum) / self.step) + 1

    def amount_at(self, position: int) -> float:
        """The amount at a slider position 0 … num_steps − 1, as the decimal that a person would type."""
        return round(self.minimum + position * self.step, self.decimals)

    def levels(self, number: int) -> tuple[float, ...]:
        """Some of the slider's amounts, as evenly spread as its steps allow, rising.

        Evenly, because a curve is drawn over the slider's own axis. Both ends and the neutral amount are among them;
        the amount next to the neutral one gives way to it, so that two steps around it may differ.

        Args:
            number: how many, 3 … num_steps.

        Raises:
            VizcoreError: another number.
        """
        if not 3 <= number <= self.num_steps:
            raise VizcoreError(f"The {self.name} has 3 to {self.num_steps} levels; asked for were {number}.")
        last = self.num_steps - 1
        positions = [round(index * last / (number - 1)) for index in range(number)]
        neutral = round((self.neutral - self.minimum) / self.step)
        positions[min(range(1, number - 1), key=lambda index: abs(positions[index] - neutral))] = neutral
        return tuple(self.amount_at(position) for position in positions)

    def nearest(self, amount: float) -> float:
        """The slider's amount that lies nearest; beyond the ends, the end. Not finite: the default."""
        if not isfinite(amount):
            return self.default
        inside = min(max(amount, self.minimum), self.maximum)
        return self.amount_at(round((inside - self.minimum) / self.step))

    def step_between(self, low: float, high: float) -> float | None:
        """The slider's amount in the middle between two amounts; None if there is none."""
        first, last = (round((self.nearest(end) - self.minimum) / self.step) for end in (low, high))
        between = [amount for amount in map(self.amount_at, range(first, last + 1)) if low < amount < high]
        return between[len(between) // 2] if between else None

    def written(self, amount: float) -> str:
        """The amount with as many decimals as the slider resolves: "1.50", "-20"."""
        return f"{amount:.{self.decimals}f}"


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "gain": Kind("gain", "g", minimum=0.0, maximum=4.0, step=0.01, default=1.5, decimals=2, neutral=1.0),
        "offset": Kind("offset", "b", minimum=-255.0, maximum=255.0, step=1.0, default=0.0, decimals=0, neutral=0.0),
        "gamma": Kind("gamma", "γ", minimum=0.1, maximum=4.0, step=0.01, default=1.0, decimals=2, neutral=1.0),
    }
)


def increase_brightness(image_array: ArrayLike, factor: float = 1.5) -> ByteArray:
    """The tutorial's brightening: multiply, clip to 0 … 255, truncate to whole numbers.

    Args:
        image_array: any shape, real numbers on the scale 0 … 255.
        factor: 1 leaves uint8 pixels as they are, more is brighter, 0 is black. Finite.

    Returns:
        The same shape, uint8.

    Raises:
        VizcoreError: the factor is not a finite number, or the array holds values that are not.
    """
    values = np.asarray(image_array)
    if not isfinite(factor):
        raise VizcoreError(f"The factor is {factor}. A finite number is expected, for example 1.5.")
    if values.dtype.kind not in "uif" or (values.dtype.kind == "f" and not np.isfinite(values).all()):
        raise VizcoreError("The picture holds values that are not finite numbers. Values from 0 to 255 are expected.")
    return np.clip(values * float(factor), 0, 255).astype(np.uint8)


def table(*, kind: str, amount: float) -> ByteArray:
    """What becomes of each of the 256 values.

    Args:
        kind: "gain": ⌊clip(v·g, 0, 255)⌋, the tutorial's, truncated as there. "offset": ⌊clip(v + b, 0, 255)⌋.
            "gamma": 255·(v/255)^γ to the nearest whole number, so that γ = 1 changes nothing.
        amount: g, b or γ. Finite; γ above 0. More is brighter for gain and offset, darker for gamma.

    Returns:
        (256,) uint8, never decreasing for g ≥ 0.

    Raises:
        VizcoreError: an unknown kind, an amount that is not finite, a γ that is not above 0.
    """
    _check(kind, amount)
    values = np.arange(256, dtype=np.uint8)
    if kind == "gain":
        return increase_brightness(values, amount)
    if kind == "offset":
        moved: ByteArray = np.clip(values + float(amount), 0, 255).astype(np.uint8)
        return moved
    bent: ByteArray = np.rint(255.0 * (values / 255.0) ** float(amount)).astype(np.uint8)
    return bent


def exact_table(*, kind: str, amount: float, clipped: bool = True) -> FloatArray:
    """What the formula makes of each of the 256 values, without rounding: `table` before its last step.

    Args:
        kind: "gain": clip(v·g, 0, 255). "offset": clip(v + b, 0, 255). "gamma": 255·(v/255)^γ, which never leaves
            0 … 255.
        amount: g, b or γ, as for `table`.
        clipped: without the clip, gain and offset go on beyond 0 and 255.

    Returns:
        (256,) float32.

    Raises:
        VizcoreError: as `table`.
    """
    _check(kind, amount)
    values = np.arange(256, dtype=np.float64)
    if kind == "gamma":
        return (255.0 * (values / 255.0) ** float(amount)).astype(np.float32)
    moved = values * float(amount) if kind == "gain" else values + float(amount)
    return (np.clip(moved, 0, 255) if clipped else moved).astype(np.float32)


def slope_table(*, kind: str, amount: float, clipped: bool = True) -> FloatArray:
    """How fast each of the 256 values moves with the amount: the derivative of `exact_table`.

    Gain: v where v·g < 255. Offset: 1 where 0 < v + b < 255. Gamma: 255·(v/255)^γ·ln(v/255), and 0 for v = 0. Where a
    value is clipped, or lies exactly on the limit, the derivative is 0: a limit that is reached counts as clipped. So
    white does not move with a gain of 1, nor do black and white with an offset of 0. Only with a gain of 0, which no
    slider goes below, everything is black and about to rise: the derivative is that towards more, v.

    Args:
        kind: "gain", "offset" or "gamma".
        amount: g, b or γ, as for `table`.
        clipped: without the clip, all values move: v, or 1.

    Returns:
        (256,) float32, levels per unit of the amount.

    Raises:
        VizcoreError: as `table`.
    """
    _check(kind, amount)
    values = np.arange(256, dtype=np.float64)
    if kind == "gamma":
        shares = values / 255.0
        logarithms = np.log(shares, out=np.zeros(256), where=shares > 0)
        return (255.0 * shares ** float(amount) * logarithms).astype(np.float32)
    if kind == "gain":
        slopes, inside = values, (values * amount < 255) & (amount >= 0)
    else:
        slopes, inside = np.ones(256), (values + amount > 0) & (values + amount < 255)
    return np.where(inside | (not clipped), slopes, 0).astype(np.float32)


def tables(kind: Kind) -> ByteArray:
    """The tables of every amount on the slider, for a browser that looks values up instead of computing them.

    Returns:
        (num_steps, 256) uint8; row i belongs to `kind.amount_at(i)`.
    """
    amounts = (kind.amount_at(position) for position in range(kind.num_steps))
    return np.stack([table(kind=kind.name, amount=amount) for amount in amounts])


def adjust(pixels: ByteArray, *, kind: str, amount: float) -> ByteArray:
    """The picture with its brightness changed.

    Args:
        pixels: (H, W, 3) uint8; any other shape works too.
        kind: "gain", "offset" or "gamma", see `table`.
        amount: g, b or γ.

    Returns:
        A new array of the same shape, uint8.

    Raises:
        VizcoreError: as `table`, and for pixels that are not uint8.
    """
    if pixels.dtype != np.uint8:
        raise VizcoreError(f"The pixels are {pixels.dtype}. Whole numbers from 0 to 255 (uint8) are expected.")
    return np.asarray(table(kind=kind, amount=amount)[pixels])


@dataclass(frozen=True)
class Exposure:
    """How the values of one picture are distributed.

    Attributes:
        counts: (4, 256) int64, how many pixels have each value: red, green, blue, luminance (0.2126 R + 0.7152 G +
            0.0722 B, rounded to the nearest whole number, halves up).
        shadows: share of pixels at 0 for red, green, blue, 0 … 1.
        highlights: share of pixels at 255 for red, green, blue, 0 … 1.
        mean_luminance: 0 … 255, of the unrounded luminance.
    """

    counts: IntArray
    shadows: tuple[float, float, float]
    highlights: tuple[float, float, float]
    mean_luminance: float


def exposure(pixels: ByteArray) -> Exposure:
    """Histograms, shares of clipped pixels and mean luminance of a picture.

    Args:
        pixels: (H, W, 3) uint8, at least one pixel.
    """
    channels = pixels.reshape(-1, 3)
    num_pixels = len(channels)
    weighted = channels.astype(np.int32) @ np.array(LUMINANCE_WEIGHTS, dtype=np.int32)
    columns: list[NDArray[np.int32] | ByteArray] = [channels[:, index] for index in range(3)]
    columns.append((weighted + 5000) // 10000)
    counts = np.stack([np.bincount(column, minlength=256) for column in columns]).astype(np.int64)
    shares = counts[:3] / num_pixels
    means = counts[:3] @ np.arange(256) / num_pixels
    return Exposure(
        counts=counts,
        shadows=(float(shares[0, 0]), float(shares[1, 0]), float(shares[2, 0])),
        highlights=(float(shares[0, 255]), float(shares[1, 255]), float(shares[2, 255])),
        mean_luminance=float(means @ np.array(LUMINANCE_WEIGHTS) / 10000),
    )


def code(*, kind: str, amount: float, opening: Sequence[str]) -> str:
    """The lines of NumPy that do exactly what `adjust` does, ready to run.

    Args:
        kind: "gain", "offset" or "gamma".
        amount: g, b or γ, written with the slider's decimals.
        opening: the lines that make `pixels`, (H, W, 3) uint8.
    """
    written = KINDS[kind].written(amount)
    signed = f"- {written[1:]}" if written.startswith("-") else f"+ {written}"
    formula = {
        "gain": f"brightened = np.clip(pixels * {written}, 0, 255).astype(np.uint8)",
        "offset": f"brightened = np.clip(pixels.astype(int) {signed}, 0, 255).astype(np.uint8)",
        "gamma": f"brightened = np.rint(255.0 * (pixels / 255.0) ** {written}).astype(np.uint8)",
    }[kind]
    return "\n".join(["import numpy as np", *opening, "", formula])


def _check(kind: str, amount: float) -> None:
    if kind not in KINDS:
        raise VizcoreError(f"There is no brightness of the kind {kind!r}. Known are {', '.join(KINDS)}.")
    if not isfinite(amount):
        raise VizcoreError(f"The {kind} is {amount}. A finite number is expected.")
    if kind == "gamma" and amount <= 0:
        raise VizcoreError(f"Gamma is {amount}. A number above 0 is expected, for example 0.5 to brighten.")
