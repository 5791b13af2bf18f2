"""A light: a kind of brightness and an amount. Each light is a table of 256 entries.

A new kind is one entry in KINDS. Slider, formula, ribbon, curves, derivative, link and code box follow from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from vizcore.arrays import BoolArray, ByteArray, DoubleArray, FloatArray
from vizcore.edits.amounts import Amounts
from vizcore.edits.formulas import EXPOSURE_CODE, between_limits, exposure, exposure_slopes, gamma_slopes
from vizcore.edits.mathml import power, row
from vizcore.errors import VizcoreError


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


@dataclass(frozen=True, eq=False, repr=False)
class Kind:
    """One kind of brightness. Two are the same if their names are.

    Attributes:
        name: the name in links, in file names and for people.
        symbol: the symbol of the amount.
        slider: the amounts of the slider.
        help: a sentence on what the kind does, and which amount changes nothing.
        unit: the unit of the amount, as it follows "slope per".
        formula: (256,) float64 values and the amount → the new values, (256,) float64, neither clipped nor rounded. The
            new values do not decrease where the values rise.
        slopes: (256,) float64 values and the amount → the derivative of `formula` by the amount, (256,) float64,
            without a clip.
        rounded: (256,) float64 values, clipped to 0 … 255 → whole numbers.
        mathml: the formula for people, with placeholders for the amount; see `vizcore.edits.mathml`.
        code: the lines of NumPy that compute `brightened` from `pixels`, with the same placeholders.
        moves: (256,) float64 results of `formula` and the amount → which values the clip lets move, (256,) bool. The
            default is those strictly between 0 and 255.
        domain: the two ends between which the formula is defined; both are excluded.
        scale: the unit of an axis of amounts; empty if there is none.
    """

    name: str
    symbol: str
    slider: Amounts
    help: str
    unit: str
    formula: Callable[[DoubleArray, float], DoubleArray]
    slopes: Callable[[DoubleArray, float], DoubleArray]
    rounded: Callable[[DoubleArray], DoubleArray]
    mathml: str
    code: str
    moves: Callable[[DoubleArray, float], BoolArray] = between_limits
    domain: tuple[float, float] = (-inf, inf)
    scale: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kind) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Kind({self.name!r})"

    @property
    def label(self) -> str:
        """Name and symbol: "gain g"."""
        return f"{self.name} {self.symbol}"

    @property
    def axis(self) -> str:
        """The title of an axis of amounts: "offset b in levels of 255"."""
        return f"{self.label} in {self.scale}" if self.scale else self.label

    @property
    def neutral(self) -> "Light":
        """The light of this kind that changes nothing."""
        return self.light(self.slider.neutral)

    def light(self, amount: float) -> "Light":
        """The light of this kind at an amount.

        Raises:
            VizcoreError: as `Light`.
        """
        return Light(self, amount)

    def tables(self) -> ByteArray:
        """The tables of every amount on the slider, for a browser that looks values up instead of computing them.

        Returns:
            (slider.number, 256) uint8; row i belongs to `slider.at(i)`.
        """
        return np.stack([self.light(self.slider.at(position)).table() for position in range(self.slider.number)])


@dataclass(frozen=True)
class Light:
    """A brightness: a kind and an amount. Two are equal if the names of their kinds and their amounts are.

    Attributes:
        kind: the kind of brightness.
        amount: any amount in the kind's domain; the slider need not have it.

    Raises:
        VizcoreError: the amount is not finite or lies outside the domain.
    """

    kind: Kind
    amount: float

    def __post_init__(self) -> None:
        low, high = self.kind.domain
        if not (isfinite(self.amount) and low < self.amount < high):
            ends = [f" above {low:g}"] * (low > -inf) + [f" below {high:g}"] * (high < inf)
            raise VizcoreError(
                f"The {self.kind.name} is {self.amount}. A finite number{' and'.join(ends)} is expected."
            )

    @classmethod
    def of(cls, name: str, amount: float) -> "Light":
        """The light of the kind with this name: `Light.of("gain", 1.5)`.

        Raises:
            VizcoreError: the name is not in KINDS, or as `Light`.
        """
        if name not in KINDS:
            raise VizcoreError(f"There is no brightness of the kind {name!r}. Known are {', '.join(KINDS)}.")
        return cls(KINDS[name], amount)

    @property
    def key(self) -> str:
        """Kind and amount to the last digit, as a text for the keys of caches."""
        return repr((self.kind.name, float(self.amount)))

    @property
    def written(self) -> str:
        """The light in file names: "gain-1.50", "offset-minus-40"."""
        return f"{self.kind.name}-{self.kind.slider.written(self.amount).replace('-', 'minus-')}"

    def table(self) -> ByteArray:
        """The new value of each of the 256 values: the formula, clipped to 0 … 255, as whole numbers.

        Returns:
            (256,) uint8. The entries never decrease, except with a gain below 0, which no slider has.
        """
        moved = np.clip(self.kind.formula(_VALUES, float(self.amount)), 0, 255)
        return self.kind.rounded(moved).astype(np.uint8)

    def exact_table(self, *, clipped: bool = True) -> FloatArray:
        """The new value of each of the 256 values without rounding: `table` before its last step.

        Args:
            clipped: whether to clip to 0 … 255. Without the clip every formula but gamma goes on beyond 0 or 255.

        Returns:
            (256,) float32.
        """
        moved = self.kind.formula(_VALUES, float(self.amount))
        return (np.clip(moved, 0, 255) if clipped else moved).astype(np.float32)

    def slopes(self, *, clipped: bool = True) -> FloatArray:
        """How fast each of the 256 values moves with the amount: the derivative of `exact_table`.

        Where a value is clipped, or lies exactly on the limit, the derivative is 0: a limit that is reached counts as
        clipped. So white does not move with a gain of 1 or an exposure of 0, nor do black and white with an offset
        of 0. A gain of 0 is the exception: no slider goes below it, and everything is black and about to rise. There
        the derivative is the one towards higher gains, v.

        Args:
            clipped: whether clipped values have the derivative 0. Without the clip all values move.

        Returns:
            (256,) float32, levels per unit of the amount.
        """
        amount = float(self.amount)
        slopes = self.kind.slopes(_VALUES, amount)
        if clipped:
            slopes = np.where(self.kind.moves(self.kind.formula(_VALUES, amount), amount), slopes, 0)
        return slopes.astype(np.float32)

    def code(self, *, opening: Sequence[str]) -> str:
        """The lines of NumPy that do exactly what `adjust` does, ready to run. The amount has the slider's decimals.

        Args:
            opening: the lines that make `pixels`, (H, W, 3) uint8.
        """
        amount = self.kind.slider.written(self.amount)
        sign, size = ("-", amount[1:]) if amount.startswith("-") else ("+", amount)
        lines = self.kind.code.format(amount=amount, sign=sign, size=size)
        return "\n".join(["import numpy as np", *opening, "", lines])


_VALUES = np.arange(256, dtype=np.float64)

_ALL = (
    Kind(
        "gain",
        "g",
        Amounts(0.0, 4.0, 0.01, neutral=1.0, start=1.5, decimals=2),
        help="Multiplies every value: 1 changes nothing, 1.5 is the tutorial's.",
        unit="1 of gain",
        formula=lambda values, gain: values * gain,
        slopes=lambda values, gain: values,
        # Truncated, as in the tutorial.
        rounded=np.floor,
        mathml=row("⌊ clip ( v · {amount} , 0 , 255 ) ⌋"),
        code="brightened = np.clip(pixels * {amount}, 0, 255).astype(np.uint8)",
        # At 0 all values are black and about to rise.
        moves=lambda moved, gain: (moved < 255) & (gain >= 0),
    ),
    Kind(
        "offset",
        "b",
        Amounts(-255.0, 255.0, 1.0, neutral=0.0, start=0.0, decimals=0),
        help="Adds to every value: 0 changes nothing.",
        unit="level",
        scale="levels of 255",
        formula=lambda values, offset: values + offset,
        slopes=lambda values, offset: np.ones_like(values),
        rounded=np.floor,
        mathml=row("clip ( v {sign} {size} , 0 , 255 )"),
        code="brightened = np.clip(pixels.astype(int) {sign} {size}, 0, 255).astype(np.uint8)",
    ),
    Kind(
        "gamma",
        "γ",
        Amounts(0.1, 4.0, 0.01, neutral=1.0, start=1.0, decimals=2),
        help="Bends the curve: 1 changes nothing, below 1 is brighter.",
        unit="1 of gamma",
        formula=lambda values, gamma: 255.0 * (values / 255.0) ** gamma,
        slopes=gamma_slopes,
        # Rounded to the nearest, so that 1 changes nothing.
        rounded=np.rint,
        mathml=row("round ( 255 ·", power("( v / 255 )", "{amount}"), ")"),
        code="brightened = np.rint(255.0 * (pixels / 255.0) ** {amount}).astype(np.uint8)",
        domain=(0.0, inf),
    ),
    Kind(
        "exposure",
        "EV",
        Amounts(-4.0, 4.0, 0.05, neutral=0.0, start=0.0, decimals=2),
        help="What photographers call brightness: each stop more doubles the light. 0 changes nothing.",
        unit="stop",
        scale="stops",
        formula=exposure,
        slopes=exposure_slopes,
        rounded=np.rint,
        mathml=row(power("sRGB", "− 1"), "(", power("2", "{amount}"), "·", row("linear ( v )"), ")"),
        code=EXPOSURE_CODE,
        # A float32 holds no light beyond these.
        domain=(-100.0, 100.0),
    ),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
OFFSET = KINDS["offset"]
UNEDITED = KINDS["gain"].neutral
"""The picture as it is."""


def adjust(pixels: ByteArray, light: Light) -> ByteArray:
    """The picture with its brightness changed.

    Args:
        pixels: (H, W, 3) uint8; any other shape works too.
        light: the brightness.

    Returns:
        A new array of the same shape, uint8.

    Raises:
        VizcoreError: the pixels are not uint8.
    """
    if pixels.dtype != np.uint8:
        raise VizcoreError(f"The pixels are {pixels.dtype}. Whole numbers from 0 to 255 (uint8) are expected.")
    return np.asarray(light.table()[pixels])
