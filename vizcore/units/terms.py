"""The terms that make one cell of a layer, and what an edit changes in them. Importing this does not import Keras.

A cell is (row, column, channel). A vector counts as a map of one row and one column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np

from vizcore.arrays import BoolArray, DoubleArray, IntArray
from vizcore.errors import VizcoreError

Cell = tuple[int, int, int]
Combination = Literal["sum", "product", "largest", "smallest"]
NO_CONSTANTS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Ranking:
    """The largest of some numbers, and the rest in one.

    Attributes:
        order: the places of the largest, by absolute value, largest first. Of equal ones the first comes first; NaN
            comes before every number.
        values: those numbers.
        rest: the sum of the others, or their product for a product. 0 (or 1) for none.
        num_rest: how many they are.
    """

    order: tuple[int, ...]
    values: tuple[float, ...]
    rest: float
    num_rest: int


@dataclass(frozen=True, eq=False)
class Terms:
    """What a layer reads for one cell, and what it multiplies that with.

    C counts the input channels that the cell reads. Where a layer joins several inputs, C counts the inputs.

    Attributes:
        window: (kh, kw, C), the inputs; 0 in padding.
        padding: (kh, kw), which of them lie in padding.
        kernel: (kh, kw, C), the factors of the inputs. For a largest or smallest input it is 1 at the winner, else 0.
        rows: (kh,), the rows of the input that the window covers; below 0 or beyond the last in padding.
        columns: (kw,) likewise. An input with a single row or column that a join spreads is read there.
        channels: (C,), the channels of the input.
        sources: (C,), which of the layer's inputs each channel belongs to; 0 for the only one.
        bias: added to the sum.
        combination: "sum": the products and the bias add up. "largest", "smallest": one input wins, and the products of
            the others are 0, so that they add up as well. "product": the C inputs are multiplied.
        constants: numbers of the layer that kernel and bias were made from, by their names in Keras.
    """

    window: DoubleArray
    padding: BoolArray
    kernel: DoubleArray
    rows: IntArray
    columns: IntArray
    channels: IntArray
    sources: IntArray
    bias: float = 0.0
    combination: Combination = "sum"
    constants: Mapping[str, float] = field(default_factory=lambda: NO_CONSTANTS)

    @property
    def products(self) -> DoubleArray:
        """(kh, kw, C): input times factor; for a product the inputs themselves."""
        if self.combination == "product":
            return self.window
        if self.combination == "sum":
            with np.errstate(invalid="ignore"):
                return self.window * self.kernel
        # Not a multiplication: 0 times an infinite input that did not win would be NaN.
        return np.where(self.kernel != 0, self.window, 0.0)

    @property
    def contributions(self) -> DoubleArray:
        """(C,): the sum of the products of each input channel; for a product the factors."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.products.sum(axis=(0, 1)))

    @property
    def before(self) -> float:
        """The value before the activation function."""
        if self.combination == "product":
            return float(np.prod(self.contributions))
        with np.errstate(invalid="ignore"):
            return float(self.contributions.sum() + self.bias)

    @property
    def winner(self) -> Cell | None:
        """The place in the window of the largest (smallest) input; None where the cell is no largest or smallest."""
        if self.combination not in ("largest", "smallest"):
            return None
        row, column, channel = np.argwhere(self.kernel != 0)[0]
        return int(row), int(column), int(channel)

    def largest(self, number: int) -> Ranking:
        """The channels that contribute most, and the rest in one.

        Args:
            number: at least 0; more than there are is all of them.
        """
        return ranked(self.contributions, number, is_product=self.combination == "product")


@dataclass(frozen=True, eq=False, kw_only=True)
class CellArithmetic(Terms):
    """One cell of a layer with all that it is made of.

    Attributes:
        layer: name of the layer, as in `layer_outputs`.
        kind: Keras's name of its class.
        cell: row, column, channel.
        fed_by: the layers that `sources` counts; "" for the network's input.
        activation: name of the activation function; "linear" for none.
        activation_constants: the numbers of that function, by their names in Keras.
        over: (C,), for softmax the values of all channels before it, this cell's among them; otherwise empty.
        value: the cell, computed in float64 from the float32 inputs.
        in_map: the cell as the network computed it, in float32. Rounding may part it from `value`.
    """

    layer: str
    kind: str
    cell: Cell
    fed_by: tuple[str, ...]
    activation: str
    activation_constants: Mapping[str, float]
    over: DoubleArray
    value: float
    in_map: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """How the terms of one cell differ, edited minus original. NaN where a difference of infinite values has no value.

    Attributes:
        original: the cell for the unedited picture.
        edited: the same cell for the edited one.
        window: (kh, kw, C), the differences of the inputs.
        products: (kh, kw, C), of the products.
        contributions: (C,), of the input channels' contributions. They add up to `before`, except for a product.
        differs: (kh, kw, C), which products are not the same number.
        before: of the values before the activation function.
        value: of the cells.
    """

    original: CellArithmetic
    edited: CellArithmetic
    window: DoubleArray
    products: DoubleArray
    contributions: DoubleArray
    differs: BoolArray
    before: float
    value: float

    def largest(self, number: int) -> Ranking:
        """The channels whose contributions differ most, and the rest summed."""
        return ranked(self.contributions, number)


def compare(original: CellArithmetic, edited: CellArithmetic) -> Comparison:
    """Which terms of a cell an edit of the picture changes, and by how much.

    Raises:
        VizcoreError: the two are not the same cell of the same layer, or the pictures have different sizes there.
    """
    first, second = (original.layer, original.cell), (edited.layer, edited.cell)
    if first != second or original.window.shape != edited.window.shape:
        raise VizcoreError(
            f"Only one cell for two pictures can be compared; these are {first[1]} of “{first[0]}” and {second[1]} of "
            f"“{second[0]}”, with windows {original.window.shape} and {edited.window.shape}."
        )
    is_nan = np.isnan(original.products) & np.isnan(edited.products)
    with np.errstate(invalid="ignore"):
        return Comparison(
            original,
            edited,
            window=edited.window - original.window,
            products=edited.products - original.products,
            contributions=edited.contributions - original.contributions,
            differs=(edited.products != original.products) & ~is_nan,
            before=float(np.subtract(edited.before, original.before)),
            value=float(np.subtract(edited.value, original.value)),
        )


def ranked(values: DoubleArray, number: int, *, is_product: bool = False) -> Ranking:
    """The largest of some numbers by absolute value, and the rest in one; see `Ranking`.

    Args:
        values: (C,).
        number: of the largest, at least 0.
        is_product: whether the rest is multiplied and not summed.
    """
    sizes = np.where(np.isnan(values), np.inf, np.abs(values))
    order = np.argsort(-sizes, kind="stable")
    rest = values[order[number:]]
    with np.errstate(invalid="ignore"):
        together = float(np.prod(rest) if is_product else np.sum(rest))
    return Ranking(
        order=tuple(int(place) for place in order[:number]),
        values=tuple(float(value) for value in values[order[:number]]),
        rest=together,
        num_rest=len(rest),
    )
