"""One channel of one layer as the component takes it: what is fixed, and what follows a held thumb."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ui.cached import light as cached_light
from ui.cached import units as cached_units
from ui.channel.section import OfChannel
from ui.channel.unit_view.unit_view import Payloads, unit_view
from ui.parts.part import Part
from ui.session.channel import Target
from vizcore.activations.layer import LayerInfo
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import UNEDITED, Light
from vizcore.errors import VizcoreError
from vizcore.figures.colours import COLOUR_MAPS, DIVERGING, colour_table
from vizcore.inputs.lens import PLAIN
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import Scale

if TYPE_CHECKING:
    from vizcore.activations.graph import FedLayer
    from vizcore.units.terms import CellArithmetic
    from vizcore.units.walk import Walk

_MOST_INPUTS = 400_000
"""Values of the inputs that are sent to the browser, which is a message of two megabytes for each picture."""


@dataclass(frozen=True, eq=False)
class Unit(OfChannel):
    """One channel, whose layers are `opened.layer` and those that feed it.

    Attributes:
        payloads: names of the bytes that the slider has sent.
    """

    payloads: Payloads

    def parts(self) -> list[Part]:
        """The one component."""
        return [Part("unit", self._following, unit_view, at_rest=self._whole, layer=self.layer.name)]

    def show(self) -> None:
        """Draw it."""
        for part in self.parts():
            part.show()

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return size_of(self.layer)

    @cached_property
    def cell(self) -> tuple[int, int]:
        """The chosen cell; without one the strongest of the unedited picture, so that it stays while light changes."""
        if self.opened.cell is not None:
            return self.opened.cell
        strengths = np.abs(np.nan_to_num(self.map_of(self.layers.original)))
        row, column = np.unravel_index(int(strengths.argmax()), strengths.shape)
        return int(row), int(column)

    def map_of(self, activations: Mapping[str, FloatArray]) -> FloatArray:
        """(h, w) the channel."""
        values: FloatArray = activations[self.layer.name][..., self.opened.channel]
        return values.reshape(self.size)

    @cached_property
    def scale(self) -> Scale:
        """The scale of the channel, locked to the unedited picture."""
        channel = np.array([self.opened.channel if self.layer.is_spatial else 0])
        return self.layers.locked_scale(self.layer.name, ScaleChoice()).of(channel)

    @cached_property
    def _fed(self) -> "FedLayer | VizcoreError":
        try:
            return cached_units.fed_layer(self.layers.network, self.layer.name)
        except VizcoreError as error:
            return error

    def _activations(self, light: Light) -> dict[str, FloatArray]:
        """What the arithmetic is made from: the layers, and the network's input as ""."""
        outputs = self.layers.original if light == UNEDITED else self.layers.edited
        return {"": cached_light.given(self.layers.subject, light), **outputs}

    @cached_property
    def _original(self) -> dict[str, FloatArray]:
        return self._activations(UNEDITED)

    @cached_property
    def _edited(self) -> dict[str, FloatArray]:
        light = self.layers.light
        return self._original if light == light.kind.neutral else self._activations(light)

    @cached_property
    def _window(self) -> "tuple[Walk | None, str]":
        """The window that moves over the whole map, None if it does not or has many inputs; and why it is refused."""
        if isinstance(self._fed, VizcoreError):
            return None, str(self._fed)
        try:
            found = cached_units.moving_window(self.layers.network, self._fed, self.opened.channel, self._original)
        except VizcoreError as error:
            return None, str(error)
        if found is None or prod(found.inputs_shape(self._fed, self._original)) > _MOST_INPUTS:
            return None, ""
        return found, ""

    @cached_property
    def exact(self) -> "tuple[CellArithmetic | None, CellArithmetic | None]":
        """The terms of the chosen cell for both pictures; None where they are not shown."""
        return self._exact(self._original), self._exact(self._edited)

    def _exact(self, activations: Mapping[str, FloatArray]) -> "CellArithmetic | None":
        if isinstance(self._fed, VizcoreError) or self._window[1]:
            return None
        return cached_units.arithmetic(self._fed, (*self.cell, self.opened.channel), activations)

    def _side(self, activations: Mapping[str, FloatArray]) -> dict[str, str]:
        """The map, its levels and the inputs, for one picture."""
        values = self.map_of(activations)
        levels = self.scale.levels(values.reshape(1, -1).astype(np.float64))
        return {
            "map": _text(values, np.float32),
            "levels": _text(levels, np.uint8),
            "inputs": self._inputs(activations),
        }

    def _inputs(self, activations: Mapping[str, FloatArray]) -> str:
        walk, refusal = self._window
        if isinstance(self._fed, VizcoreError) or refusal:
            return ""
        if walk is not None:
            return _text(walk.inputs(self._fed, activations), np.float32)
        exact = self._exact(activations)
        return "" if exact is None else _text(exact.window, np.float32)

    def _following(self) -> dict[str, Any]:
        """What a held thumb changes."""
        exact = self.exact
        values = None
        if exact[0] is not None and exact[1] is not None:
            values = {"cell": list(self.cell), "original": exact[0].value, "edited": exact[1].value}
        return {"amount": self.layers.light.amount, "edited": self._side(self._edited), "exact": values}

    def _whole(self) -> dict[str, Any]:
        """All that the component takes."""
        height, width = self.size
        channel = self.opened.channel
        colour_map = DIVERGING if self.scale.is_signed else next(iter(COLOUR_MAPS))
        unit = {"layer": self.layer.name, "kind": self.layer.kind, "channel": channel, "height": height, "width": width}
        return {
            **self._following(),
            "fixed": {
                "address": f"{self.layers.subject.entry.name} {self.layer.name} {channel}",
                "unit": {**unit, "numChannels": self.layer.num_channels},
                "layers": [layer.name for layer in self.layers.network.traced.layers],
                "cell": list(self.cell),
                "colours": _text(colour_table(colour_map), np.uint8),
                "field": self._field(),
                "original": self._side(self._original),
                "payloads": self.payloads,
                **self._arithmetic(),
            },
        }

    def _arithmetic(self) -> dict[str, Any]:
        """The moving window, or the window of the chosen cell alone."""
        walk, refusal = self._window
        exact = self._exact(self._original)
        if exact is None or isinstance(self._fed, VizcoreError):
            no_inputs = {"height": 0, "width": 0, "channels": 0}
            nothing: dict[str, Any] = {
                "walk": None,
                "inputs": no_inputs,
                "names": [],
                "targets": [],
                "activation": None,
            }
            return {"refusal": refusal, **nothing}
        height, width = self.size
        if walk is None:
            # The window alone is sent: its own rows and columns are its inputs.
            rows: list[Any] = [None] * height
            columns: list[Any] = [None] * width
            rows[self.cell[0]], columns[self.cell[1]] = _places(exact.padding)
            sizes = exact.window.shape
        else:
            rows, columns = walk.rows.tolist(), walk.columns.tolist()
            sizes = walk.inputs_shape(self._fed, self._original)
        names, targets = self._feeding(self._fed, exact.sources.tolist(), exact.channels.tolist())
        return {
            "refusal": "",
            "walk": {
                "rows": rows,
                "columns": columns,
                "kernel": _text(exact.kernel if walk is None else walk.kernel, np.float64),
                "bias": exact.bias,
                "combination": exact.combination if walk is None else walk.combination,
            },
            "inputs": dict(zip(("height", "width", "channels"), sizes, strict=True)),
            "names": names,
            "targets": targets,
            "activation": {"name": exact.activation, "constants": dict(exact.activation_constants)},
        }

    def _feeding(
        self, fed: "FedLayer", sources: Sequence[int], channels: Sequence[int]
    ) -> tuple[list[str], list[Target | None]]:
        """Names of the input channels, and which layer and channel each is; None for the network's input."""
        colours = ("red", "green", "blue") if self.layers.network.traced.input_shape[2] == 3 else ()
        names: list[str] = []
        targets: list[Target | None] = []
        for source, channel in zip(sources, channels, strict=True):
            layer = fed.sources[source]
            if layer:
                names.append(f"{layer} · {channel}")
                targets.append(Target(layer=layer, channel=channel))
            else:
                names.append(f"input · {colours[channel] if colours else channel}")
                targets.append(None)
        return names, targets

    def _field(self) -> dict[str, Any]:
        """The receptive fields in pixels of the picture; where they are no lattice, of the chosen cell alone."""
        way = self.layers.subject, self.layers.network, self.layer.name, self.opened.channel
        found = cached_units.fields_on_picture(*way)
        # The lens takes mean and deviation of all pixels.
        is_plain = self.layers.subject.lens == PLAIN
        beside = "" if is_plain else "besides, the standardisation lets every pixel change it a little"
        if found is not None:
            return {
                "rows": found.rows,
                "columns": found.columns,
                "rowPadding": found.row_padding,
                "columnPadding": found.column_padding,
                "status": found.status.value,
                "reason": found.reason or beside,
            }
        here = cached_units.field_on_picture(*way, self.cell)
        height, width = self.size
        only_row, only_column = partial(_only, height, self.cell[0]), partial(_only, width, self.cell[1])
        return {
            "rows": only_row(here.rows),
            "columns": only_column(here.columns),
            "rowPadding": only_row((here.padding.top, here.padding.bottom)),
            "columnPadding": only_column((here.padding.left, here.padding.right)),
            "status": here.status.value,
            "reason": here.reason or beside,
        }


def size_of(layer: LayerInfo) -> tuple[int, int]:
    """Rows and columns of a layer; a vector is one cell."""
    return (layer.shape[0], layer.shape[1]) if layer.is_spatial else (1, 1)


def _only(size: int, place: int, value: object) -> list[Any]:
    """A list of None with one value at its place."""
    values: list[Any] = [None] * size
    values[place] = value
    return values


def _places(padding: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """The rows and columns of a window that is sent alone; -1 for those that lie in padding as a whole."""
    rows, columns = (np.asarray(padding.all(axis=axis)) for axis in (1, 0))
    return np.where(rows, -1, np.arange(len(rows))).tolist(), np.where(columns, -1, np.arange(len(columns))).tolist()


def _text(values: NDArray[Any], kind: type) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()
