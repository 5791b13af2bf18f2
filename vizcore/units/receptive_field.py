"""The rectangle of a network's input that a cell of a layer can see. Importing this imports Keras.

A cell sees a pixel if the network's structure lets the pixel change the cell: kernels, strides, dilation, padding,
pooling, joins. The weights do not matter.

What each way through the network sees is kept apart where ways meet, until one sees all that the other sees. For a join
may leave a gap, each of its channels may come from one way alone, and a cell of one way may lie in its padding.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import keras
import numpy as np

from vizcore.activations.graph import Step, Unrolled, unrolled
from vizcore.activations.passes import check_names
from vizcore.errors import VizcoreError
from vizcore.units.reach import Extent, Reach, Situation
from vizcore.units.rules import reach_of
from vizcore.units.sight import Axis, Interval, View, margin_taken, views_through


class Status(StrEnum):
    """How sure a rectangle is.

    EXACT: the smallest one. Some pixel of each of its four sides can change the cell, and none outside can. Pixels
        inside may be skipped, by strides, by dilation or by branches that form a cross.
    UPPER_BOUND: no pixel outside can change the cell, but the rectangle may be too large.
    WHOLE_PICTURE: every side of the picture can change the cell, because a layer takes all places at once.
    """

    EXACT = "exact"
    UPPER_BOUND = "upper bound"
    WHOLE_PICTURE = "whole picture"


class Padding(NamedTuple):
    """How many rows or columns of a field there are on each side where it has no pixels, because layers pad there."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Field:
    """The part of a network's input that a cell sees.

    Attributes:
        rows: first row and the one behind the last, in pixels of the network's input.
        columns: the same for columns.
        padding: what the field would have beyond this if the picture went on.
        status: how sure it is.
        reason: why it is not exact, in words without a full stop; empty if it is.
    """

    rows: Interval
    columns: Interval
    padding: Padding
    status: Status
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the cell sees no pixel, such as a cell of padding."""
        return self.rows[0] >= self.rows[1] or self.columns[0] >= self.columns[1]


@dataclass(frozen=True, eq=False)
class Lattice:
    """The fields of all cells of a layer, where rows and columns do not depend on each other.

    Attributes:
        rows: for each row of cells, first row of the input and the one behind the last.
        columns: the same for columns.
        row_padding: for each row of cells, what the field would have above and below if the picture went on.
        column_padding: the same to the left and to the right.
        status: of all cells.
        reason: as in `Field`.
    """

    rows: tuple[Interval, ...]
    columns: tuple[Interval, ...]
    row_padding: tuple[Interval, ...]
    column_padding: tuple[Interval, ...]
    status: Status
    reason: str

    def of(self, row: int, column: int) -> Field:
        """The field of one cell."""
        padding = Padding(*self.row_padding[row], *self.column_padding[column])
        return Field(self.rows[row], self.columns[column], padding, self.status, self.reason)


_MOST_COMPARED = 1024  # cells


class ReceptiveFields:
    """The fields of all cells of a network. `fields` makes it.

    Attributes:
        input_size: height and width of the network's input.
        extents: name of a layer, as in `layer_outputs` → its size. A vector is one cell with many channels.
    """

    def __init__(self, network: Unrolled, views: Sequence[tuple[View, ...]]) -> None:
        self.input_size = Extent.of(network.shapes[0]).sizes
        self.extents: Mapping[str, Extent] = MappingProxyType(
            {name: Extent.of(network.shapes[tensor]) for name, tensor in network.layers.items()}
        )
        self._views = {name: views[tensor] for name, tensor in network.layers.items()}

    def of(self, layer_name: str, row: int, column: int, channel: int | None = None) -> Field:
        """The field of one cell.

        Args:
            layer_name: name of the layer.
            row: number of the cell's row in the layer's feature maps; 0 for a vector.
            column: number of its column; 0 for a vector.
            channel: number of the channel; None for what the channels see together. They differ behind a concatenation.

        Raises:
            VizcoreError: there is no such layer, cell or channel.
        """
        check_names([layer_name], self.extents)
        extent = self.extents[layer_name]
        (height, width), number = extent.sizes, extent.channels
        if not (0 <= row < height and 0 <= column < width and (channel is None or 0 <= channel < number)):
            raise VizcoreError(
                f"The layer “{layer_name}” has {height} × {width} cells and {number} channels, counted from 0; there "
                f"is no row {row}, column {column}" + ("." if channel is None else f", channel {channel}.")
            )
        views = [view for view in self._views[layer_name] if channel is None or view.channels[channel]]
        return _field(views, row, column, self.input_size)

    def lattice(self, layer_name: str, channel: int | None = None) -> Lattice | None:
        """The fields of all cells; None where they are no lattice, or too many cells to find out.

        Args:
            layer_name: name of the layer.
            channel: as for `of`.

        Raises:
            VizcoreError: there is no such layer or channel.
        """
        check_names([layer_name], self.extents)
        height, width = self.extents[layer_name].sizes
        down = [self.of(layer_name, row, width // 2, channel) for row in range(height)]
        along = [self.of(layer_name, height // 2, column, channel) for column in range(width)]
        middle = along[width // 2]
        found = Lattice(
            rows=tuple(field.rows for field in down),
            columns=tuple(field.columns for field in along),
            row_padding=tuple((field.padding.top, field.padding.bottom) for field in down),
            column_padding=tuple((field.padding.left, field.padding.right) for field in along),
            status=middle.status,
            reason=middle.reason,
        )
        # With one view, rows and columns are independent. Where several meet, one of them may be empty.
        num_views = sum(channel is None or bool(view.channels[channel]) for view in self._views[layer_name])
        if num_views == 1:
            is_lattice = all((field.status, field.reason) == (found.status, found.reason) for field in (*down, *along))
        else:
            is_lattice = height * width <= _MOST_COMPARED and all(
                self.of(layer_name, row, column, channel) == found.of(row, column)
                for row, column in np.ndindex(height, width)
            )
        return found if is_lattice else None


def fields(model: keras.Model, *, input_size: Sequence[int] | None = None) -> ReceptiveFields:
    """The fields of all cells of a network as it is outside of training.

    Args:
        model: as for `vizcore.activations.layers.layer_outputs`. It is not changed.
        input_size: height and width for a network that accepts any. A size that the network fixes has precedence.

    Raises:
        VizcoreError: the network accepts any size and `input_size` is missing.
    """
    return fields_in(unrolled(model, input_size=input_size))


def fields_in(network: Unrolled) -> ReceptiveFields:
    """The fields of all cells of a network whose steps are known, such as `TracedNetwork.graph`."""
    extents = [Extent.of(shape) for shape in network.shapes]
    reaches = {output: _reach(step, output, extents) for step in network.steps for output in step.outputs}
    margins = _margins(network.steps, reaches, extents)
    (height, width), number = extents[0].sizes, extents[0].channels
    views: list[tuple[View, ...]] = [()] * len(extents)
    views[0] = (
        View(
            Axis.of_input(height, margins[0][0]), Axis.of_input(width, margins[0][1]), np.ones(number, dtype=np.bool_)
        ),
    )
    for step in network.steps:
        for output in step.outputs:
            given = [views[tensor] for tensor in step.inputs]
            views[output] = views_through(reaches[output], given, extents[output], margins[output])
    return ReceptiveFields(network, views)


def _reach(step: Step, output: int, extents: Sequence[Extent]) -> Reach:
    label = f"“{step.name}” ({type(step.operation).__name__})"
    return reach_of(Situation(label, step.operation, tuple(extents[index] for index in step.inputs), extents[output]))


def _margins(steps: Sequence[Step], reaches: Mapping[int, Reach], extents: Sequence[Extent]) -> list[tuple[int, int]]:
    """How many cells beyond its edges are wanted of each tensor, in rows and in columns."""
    margins = [(0, 0)] * len(extents)
    for step in reversed(steps):
        for output in step.outputs:
            for part, tensor in zip(reaches[output].parts, step.inputs, strict=True):
                rows, columns = (
                    max(wanted, margin_taken(taps, size=size, margin=margin, old_size=old_size))
                    for wanted, taps, size, margin, old_size in zip(
                        margins[tensor],
                        (part.rows, part.columns),
                        extents[output].sizes,
                        margins[output],
                        extents[tensor].sizes,
                        strict=True,
                    )
                )
                margins[tensor] = (rows, columns)
    return margins


_Box = tuple[Interval, Interval]


def _field(views: Iterable[View], row: int, column: int, input_size: tuple[int, int]) -> Field:
    """The field of a cell that has these views."""
    boxes = [(view, (view.rows.seen_by(row), view.columns.seen_by(column))) for view in views]
    reached = [(view.rows.reached_by(row), view.columns.reached_by(column)) for view, _ in boxes]
    around = [box for box in reached if all(map(_is_some, box))]
    seen = [(view, box) for view, box in boxes if all(map(_is_some, box))]
    along = [[box[axis] for _, box in seen or boxes if _is_some(box[axis])] for axis in (0, 1)]
    if not seen and all(along):
        # One view is empty in its rows and another in its columns.
        along[0] = []
    rows, columns = (
        _with_padding(along[axis], _hull(box[axis] for box in around), size) for axis, size in enumerate(input_size)
    )
    status, reason = _status(seen, (rows[0], columns[0]), input_size)
    return Field(rows[0], columns[0], Padding(*rows[1], *columns[1]), status, reason)


def _is_some(interval: Interval) -> bool:
    return interval[0] < interval[1]


def _hull(intervals: Iterable[Interval]) -> Interval:
    ends = list(intervals)
    return (min(first for first, _ in ends), max(behind for _, behind in ends)) if ends else (0, 0)


def _with_padding(seen: Sequence[Interval], reached: Interval, size: int) -> tuple[Interval, Interval]:
    """What is seen along one axis, and how much more is reached before and behind it."""
    if seen:
        first, behind = _hull(seen)
        return (first, behind), (first - reached[0], reached[1] - behind)
    # A cell that sees nothing lies in the padding, as a whole on one side of the picture.
    length, edge = reached[1] - reached[0], min(max(reached[0], 0), size)
    return (edge, edge), ((length, 0) if reached[0] < 0 else (0, length))


def _status(seen: Sequence[tuple[View, _Box]], hull: _Box, input_size: tuple[int, int]) -> tuple[Status, str]:
    """The status of a field, and the reason for it."""
    everything = ((0, input_size[0]), (0, input_size[1]))
    sure = [(view, box) for view, box in seen if not view.doubt]
    whole = [view.whole for view, box in sure if view.whole and box == everything]
    if whole:
        return Status.WHOLE_PICTURE, whole[0]
    doubts = [view.doubt for view, _ in seen if view.doubt]
    if doubts and (_hull(box[0] for _, box in sure), _hull(box[1] for _, box in sure)) != hull:
        return Status.UPPER_BOUND, doubts[0]
    if any(_has_gap(box[axis] for _, box in seen) for axis in (0, 1)):
        return Status.UPPER_BOUND, "branches that meet look at places that do not touch"
    return Status.EXACT, ""


def _has_gap(intervals: Iterable[Interval]) -> bool:
    end = None
    for first, behind in sorted(intervals):
        if end is not None and first > end:
            return True
        end = behind if end is None else max(end, behind)
    return False
