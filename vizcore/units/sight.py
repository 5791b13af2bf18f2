"""What every cell of a tensor sees of the network's input, carried from the inputs of an operation to its output.

Rows and columns are followed apart from each other. This needs no Keras.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vizcore.arrays import BoolArray, IntArray
from vizcore.units.reach import Extent, Part, Reach
from vizcore.units.taps import NOWHERE, Taps, same

Interval = tuple[int, int]
"""The first pixel and the one behind the last. Of no pixel, the first is not before the one behind the last."""

_FAR = 2**40
_MOST_VIEWS = 64


@dataclass(frozen=True, eq=False)
class Axis:
    """The pixels that each cell along one axis of a tensor sees along the same axis of the network's input.

    Attributes:
        seen: (2, size) first pixel and the one behind the last, of those that exist.
        reached: (2, size + 2 · margin) the same if the picture went on beyond its edges, also for `margin` cells beyond
            each edge of the tensor.
        margin: the number of such cells.
    """

    seen: IntArray
    reached: IntArray
    margin: int

    @classmethod
    def of_input(cls, size: int, margin: int) -> "Axis":
        """The axis of the network's input: every pixel sees itself."""
        inside, all_of_them = np.arange(size), np.arange(-margin, size + margin)
        return cls(np.stack([inside, inside + 1]), np.stack([all_of_them, all_of_them + 1]), margin)

    def through(self, taps: Taps, size: int, margin: int) -> "Axis":
        """The axis of an operation's output of `size` cells, if this is the axis of its input."""
        if taps is same:
            return self
        taken = taps(np.arange(-margin, size + margin))
        inside = taken[margin : margin + size]
        exists = (inside >= 0) & (inside < self.seen.shape[1])
        return Axis(
            _hulls(self.seen, np.where(exists, inside, self.seen.shape[1])),
            _hulls(self.reached, np.where(taken == NOWHERE, self.reached.shape[1], taken + self.margin)),
            margin,
        )

    def seen_by(self, cell: int) -> Interval:
        """The pixels that a cell sees."""
        return int(self.seen[0, cell]), int(self.seen[1, cell])

    def reached_by(self, cell: int) -> Interval:
        """The pixels that a cell would see if the picture went on."""
        return int(self.reached[0, self.margin + cell]), int(self.reached[1, self.margin + cell])

    def sees(self, other: "Axis") -> bool:
        """Whether each cell sees here at least what it sees there."""
        return _hold(self.seen, other.seen)

    def reaches(self, other: "Axis") -> bool:
        """Whether each cell reaches here at least what it reaches there."""
        margin = min(self.margin, other.margin)
        return _hold(self._reached_within(margin), other._reached_within(margin))

    def touches(self, other: "Axis") -> bool:
        """Whether each cell sees something in both, and nothing lies between the two."""
        first, behind = np.maximum(self.seen[0], other.seen[0]), np.minimum(self.seen[1], other.seen[1])
        return bool((first <= behind).all())

    def _reached_within(self, margin: int) -> IntArray:
        excess = self.margin - margin
        return self.reached[:, excess : self.reached.shape[1] - excess]

    @classmethod
    def around(cls, *axes: "Axis") -> "Axis":
        """Of each cell, the interval that holds those of all these axes."""
        margin = min(axis.margin for axis in axes)
        seen = np.stack([axis.seen for axis in axes])
        reached = np.stack([axis._reached_within(margin) for axis in axes])
        holding = [np.stack([each[:, 0].min(axis=0), each[:, 1].max(axis=0)]) for each in (seen, reached)]
        return cls(holding[0], holding[1], margin)


def _hold(here: IntArray, there: IntArray) -> bool:
    """Whether each of (2, n) intervals holds that at the same place of others."""
    return bool((here[0] <= there[0]).all() and (here[1] >= there[1]).all())


def _hulls(intervals: IntArray, taken: IntArray) -> IntArray:
    """(2, n) intervals and (m, k) numbers of them, n for none → (2, m): what holds the k intervals of a row."""
    first, behind = (np.append(ends, none) for ends, none in zip(intervals, (_FAR, -_FAR), strict=True))
    return np.stack([first[taken].min(axis=1), behind[taken].max(axis=1)])


@dataclass(frozen=True, eq=False)
class View:
    """What some channels of a tensor see by one way through the network.

    Attributes:
        rows: of the network's input, for each row of cells.
        columns: the same for columns.
        channels: (C,) which channels see this.
        whole: why they see the whole picture; empty if they do not.
        bound: why they may see less; empty if they see all of it.
        rearranged: why some of them see less, while all cells together see all of it; empty if each does.
    """

    rows: Axis
    columns: Axis
    channels: BoolArray
    whole: str = ""
    bound: str = ""
    rearranged: str = ""

    @property
    def doubt(self) -> str:
        """Why a cell may see less; empty for an exact view."""
        return self.bound or self.rearranged

    def with_view(self, other: "View") -> "View | None":
        """Both views as one; None if one could not say all that the two say."""
        sees = self.rows.sees(other.rows) and self.columns.sees(other.columns) and (not self.doubt or other.doubt)
        reaches = self.rows.reaches(other.rows) and self.columns.reaches(other.columns)
        if sees and reaches and (self.channels | ~other.channels).all():
            return self
        # Where each cell sees something in both and no gap is between, the rectangle around both is that of the join.
        joins = (
            self.rows.touches(other.rows)
            and self.columns.touches(other.columns)
            and (self.whole, self.bound, self.rearranged) == (other.whole, other.bound, other.rearranged)
        )
        if (sees or joins) and np.array_equal(self.channels, other.channels):
            return replace(
                self, rows=Axis.around(self.rows, other.rows), columns=Axis.around(self.columns, other.columns)
            )
        return None

    @property
    def num_pixels(self) -> int:
        """The number of rows and columns that all cells see together, for sorting."""
        return sum(int(np.maximum(axis.seen[1] - axis.seen[0], 0).sum()) for axis in (self.rows, self.columns))


def views_through(
    reach: Reach, inputs: Sequence[Sequence[View]], output: Extent, margins: tuple[int, int]
) -> tuple[View, ...]:
    """The views of an operation's output.

    Args:
        reach: what a cell of the output takes of the inputs.
        inputs: the views of each input.
        output: the output's extent.
        margins: the number of cells that are wanted beyond the output's edges, for rows and columns.
    """
    return _simplified(
        _through(reach, part, view, output, margins)
        for part, views in zip(reach.parts, inputs, strict=True)
        for view in views
    )


def _through(reach: Reach, part: Part, view: View, output: Extent, margins: tuple[int, int]) -> View:
    return View(
        rows=view.rows.through(part.rows, output.sizes[0], margins[0]),
        columns=view.columns.through(part.columns, output.sizes[1], margins[1]),
        channels=part.channels(view.channels),
        whole=reach.whole or view.whole,
        bound=view.bound or reach.bound,
        rearranged="" if reach.mixes else view.rearranged or reach.rearranged,
    )


def _simplified(views: Iterable[View]) -> tuple[View, ...]:
    """The same views, as few as can say it."""
    kept: list[View] = []
    for view in sorted(views, key=lambda view: (-view.num_pixels, bool(view.doubt), not view.whole)):
        for index, other in enumerate(kept):
            if (both := other.with_view(view)) is not None:
                kept[index] = both
                break
        else:
            kept.append(view)
    if len(kept) <= _MOST_VIEWS:
        return tuple(kept)
    around = View(
        rows=Axis.around(*(view.rows for view in kept)),
        columns=Axis.around(*(view.columns for view in kept)),
        channels=np.logical_or.reduce([view.channels for view in kept]),
        bound="more branches meet than are told apart",
    )
    return (around,)


def margin_taken(taps: Taps, *, size: int, margin: int, old_size: int) -> int:
    """The number of cells beyond the edges of an operation's input that its output takes.

    Args:
        taps: what a cell of the output takes.
        size: the number of cells of the output, without `margin` on each side.
        margin: the number of cells beyond the edges of the output.
        old_size: the number of cells of the input.
    """
    if taps is same:
        return margin
    taken = taps(np.arange(-margin, size + margin))
    taken = taken[taken != NOWHERE]
    return max(0, -int(taken.min()), int(taken.max()) + 1 - old_size) if taken.size else 0
