"""How much every channel of a layer visibly reacts over a kind of brightness, and which channels never speak.

This module does not need Keras.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from vizcore.errors import VizcoreError
from vizcore.maps.ranges import ScaleChoice
from vizcore.numbers import ceil_division

ENOUGH = 15.0
"""A mean change of this much lightness counts in full; more counts no more, else tiles that turn black come first."""

_MOST_CELLS = 64
Lightness = Mapping[bool, DoubleArray]


@dataclass(frozen=True, eq=False)
class Reaction:
    """The reaction of every channel of a layer.

    Attributes:
        change: (C,) float64, the mean |ΔL*| of a tile against that of the unedited picture, averaged over the amounts,
            each at most ENOUGH.
        dead: (C,) bool, whether the channel is zero everywhere at every amount and on the unedited picture.
        num_amounts: number of amounts that were tried.
    """

    change: DoubleArray
    dead: BoolArray
    num_amounts: int

    @property
    def order(self) -> IntArray:
        """(C,) the channels: the strongest reaction first, equal ones by index."""
        return np.argsort(-self.change, kind="stable").astype(np.int64)


class Measure:
    """Adds up a layer's reaction, one amount at a time, so that no activation is kept."""

    def __init__(self, original: FloatArray, *, choice: ScaleChoice, lightness: Lightness) -> None:
        """Begin with the unedited picture.

        Args:
            original: (h, w, C), for the unedited picture.
            choice: how the maps are scaled.
            lightness: whether the scale is signed → (256,) lightness of the colour of every level; see
                `vizcore.figures.colours.lightness`.

        Raises:
            VizcoreError: this is no activation with maps.
        """
        if original.ndim != 3 or original.size == 0:
            raise VizcoreError(f"Feature maps (height, width, channels) react; this activation is {original.shape}.")
        scale = choice.scale(original, original)
        self._original, self._choice, self._lightness = original, choice, lightness[scale.is_signed]
        self._locked = scale if choice.is_locked else None
        self._before = self._light_of(original)
        self._total = np.zeros(original.shape[-1])
        self._silent = np.all(original == 0, axis=(0, 1))
        self._num_amounts = 0

    def add(self, edited: FloatArray) -> None:
        """Count one amount: (h, w, C), for the edited picture."""
        change = np.abs(self._light_of(edited) - self._before).mean(axis=1)
        self._total += np.minimum(change, ENOUGH)
        self._silent &= np.all(edited == 0, axis=(0, 1))
        self._num_amounts += 1

    def reaction(self) -> Reaction:
        """The reaction to the amounts so far, at least one."""
        if not self._num_amounts:
            raise VizcoreError("A reaction needs one amount of brightness at least.")
        change, silent = self._total / self._num_amounts, self._silent.copy()
        return Reaction(frozen(change), frozen(silent), self._num_amounts)

    def _light_of(self, shown: FloatArray) -> DoubleArray:
        """(C, cells) the lightness of every tile, of every n-th cell where a map is larger than a tile on a screen."""
        step = ceil_division(max(shown.shape[:2]), _MOST_CELLS)
        cells = shown[::step, ::step].reshape(-1, shown.shape[-1]).T.astype(np.float64, order="C")
        scale = self._locked or self._choice.scale(self._original, shown)
        light: DoubleArray = self._lightness[scale.levels(cells)]
        return light
