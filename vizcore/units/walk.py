"""One channel of a layer at every cell: a window that moves over the layer's inputs. Importing this imports Keras.

For most layers all cells of a channel have one kernel, and only the window moves. With the moving window, the kernel
and the inputs every cell can be computed elsewhere, such as in a browser.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np

from vizcore.activations.graph import FedLayer
from vizcore.arrays import DoubleArray, FloatArray, IntArray
from vizcore.units.arithmetic import before_activation
from vizcore.units.functions import Function
from vizcore.units.given import as_maps
from vizcore.units.terms import Combination, Terms

_MEANS = (keras.layers.AveragePooling2D, keras.layers.GlobalAveragePooling2D)
PADDING = -1
"""Stands in place of a row or column that lies in padding."""


@dataclass(frozen=True, eq=False)
class Walk:
    """How one channel of a layer is computed at every cell.

    C counts the input channels that a cell reads, or the inputs that the layer joins.

    Attributes:
        rows: (h, kh), the rows of the inputs that the window covers at each row of the layer; `PADDING` in padding.
        columns: (w, kw) likewise.
        channels: (C,), the channels of the inputs.
        sources: (C,), which of the layer's inputs each channel belongs to.
        kernel: (kh, kw, C), the factors of the inputs; 1 where there are none.
        bias: added to the sum.
        combination: as in `Terms`; or "mean", of those inputs that do not lie in padding.
        function: the activation function.
    """

    rows: IntArray
    columns: IntArray
    channels: IntArray
    sources: IntArray
    kernel: DoubleArray
    bias: float
    combination: Combination | Literal["mean"]
    function: Function

    def inputs_shape(self, fed: FedLayer, activations: Mapping[str, FloatArray]) -> tuple[int, int, int]:
        """Rows, columns and channels of `inputs`, which it does not make."""
        height, width = np.broadcast_shapes(*(as_maps(activations[name]).shape[:2] for name in fed.sources))
        return height, width, len(self.channels)

    def inputs(self, fed: FedLayer, activations: Mapping[str, FloatArray]) -> FloatArray:
        """The maps that the window moves over: (h, w, C) float32, the channels of all inputs behind one another.

        Args:
            fed: the layer.
            activations: as for `vizcore.units.arithmetic.arithmetic`.
        """
        maps = [as_maps(activations[name]) for name in fed.sources]
        if len(maps) == 1:
            return np.ascontiguousarray(maps[0][:, :, self.channels], dtype=np.float32)
        chosen = [maps[source][:, :, channel] for source, channel in zip(self.sources, self.channels, strict=True)]
        return np.stack(np.broadcast_arrays(*chosen), axis=-1).astype(np.float32)


def walk(fed: FedLayer, channel: int, activations: Mapping[str, FloatArray]) -> Walk | None:
    """One channel of a layer as a window that moves; None if its cells do not share one kernel.

    Args:
        fed: the layer.
        channel: index of the channel; the layer must have it.
        activations: as for `vizcore.units.arithmetic.arithmetic`.

    Raises:
        VizcoreError: as `vizcore.units.arithmetic.arithmetic`.
    """
    height, width, _ = as_maps(activations[fed.name]).shape
    sizes = np.broadcast_shapes(*(as_maps(activations[name]).shape[:2] for name in fed.sources))
    row, column = height // 2, width // 2
    down = [before_activation(fed, (place, column, channel), activations) for place in range(height)]
    along = [before_activation(fed, (row, place, channel), activations) for place in range(width)]
    middle, function = along[column]
    cells = [terms for terms, _ in (*down, *along)]
    if isinstance(fed.layer, keras.layers.Reshape) and len(cells) > 2:
        # The row that a cell reads depends on its column, too.
        return None
    is_mean = type(fed.layer) in _MEANS
    is_winner = middle.combination in ("largest", "smallest")
    if not all(_is_like(terms, middle, also_kernel=not (is_mean or is_winner)) for terms in cells):
        return None
    if any((other.name, other.constants) != (function.name, function.constants) for _, other in (*down, *along)):
        return None
    return Walk(
        rows=_inside(np.array([terms.rows for terms, _ in down]), sizes[0]),
        columns=_inside(np.array([terms.columns for terms, _ in along]), sizes[1]),
        channels=middle.channels,
        sources=middle.sources,
        kernel=np.ones_like(middle.kernel) if is_mean or is_winner else middle.kernel,
        bias=middle.bias,
        combination="mean" if is_mean else middle.combination,
        function=function,
    )


def _is_like(terms: Terms, other: Terms, *, also_kernel: bool) -> bool:
    """Whether two cells differ by the place of their windows alone."""
    return (
        terms.window.shape == other.window.shape
        and np.array_equal(terms.channels, other.channels)
        and np.array_equal(terms.sources, other.sources)
        and terms.bias == other.bias
        and (not also_kernel or np.array_equal(terms.kernel, other.kernel, equal_nan=True))
    )


def _inside(places: IntArray, size: int) -> IntArray:
    """The same rows (columns), with `PADDING` in place of those that the inputs do not have."""
    return np.where((places >= 0) & (places < size), places, PADDING)
