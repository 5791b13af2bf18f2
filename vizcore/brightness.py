"""Three kinds of brightness, each a table of 256 entries, and what it did to a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vizcore.arrays import ByteArray, IntArray
from vizcore.errors import VizcoreError

# Rec. 709 (ITU-R BT.709-6, 3.2), in parts of ten thousand. Applied to the sRGB values as they are stored, this is the
# luma Y′: what editors of photographs call luminance in their histograms.
LUMINANCE_WEIGHTS = (2126, 7152, 722)

CHANNELS = ("red", "green", "blue", "luminance")


@dataclass(frozen=True)
class Kind:
    """One kind of brightness: its range on the slider and where it begins."""

    name: str
    symbol: str
    minimum: float
    maximum: float
    step: float
    default: float
    decimals: int

    @property
    def num_steps(self) -> int:
        """How many amounts the slider has, both ends included."""
        return round((self.maximum - self.minimum) / self.step) + 1

    def amount_at(self, position: int) -> float:
        """The amount at a slider position 0 … num_steps − 1, as the decimal that a person would type."""
        return round(self.minimum + position * self.step, self.decimals)

    def nearest(self, amount: float) -> float:
        """The slider's amount that lies nearest; beyond the ends, the end. Not finite: the default."""
        if not isfinite(amount):
            return self.default
        inside = min(max(amount, self.minimum), self.maximum)
        return self.amount_at(round((inside - self.minimum) / self.step))

    def written(self, amount: float) -> str:
        """The amount with as many decimals as the slider resolves: "1.50", "-20"."""
        return f"{amount:.{self.decimals}f}"


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "gain": Kind("gain", "g", minimum=0.0, maximum=4.0, step=0.01, default=1.5, decimals=2),
        "offset": Kind("offset", "b", minimum=-255.0, maximum=255.0, step=1.0, default=0.0, decimals=0),
        "gamma": Kind("gamma", "γ", minimum=0.1, maximum=4.0, step=0.01, default=1.0, decimals=2),
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
    if kind not in KINDS:
        raise VizcoreError(f"There is no brightness of the kind {kind!r}. Known are {', '.join(KINDS)}.")
    if not isfinite(amount):
        raise VizcoreError(f"The {kind} is {amount}. A finite number is expected.")
    values = np.arange(256, dtype=np.uint8)
    if kind == "gain":
        return increase_brightness(values, amount)
    if kind == "offset":
        moved: ByteArray = np.clip(values + float(amount), 0, 255).astype(np.uint8)
        return moved
    if amount <= 0:
        raise VizcoreError(f"Gamma is {amount}. A number above 0 is expected, for example 0.5 to brighten.")
    bent: ByteArray = np.rint(255.0 * (values / 255.0) ** float(amount)).astype(np.uint8)
    return bent


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
