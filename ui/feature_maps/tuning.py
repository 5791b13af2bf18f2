"""One layer as tuning curves: the response of every channel over the brightness, from end to end of the slider."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st

from ui.cached.outputs import NUM_LEVELS
from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.channel import panel_head
from ui.feature_maps.paging import PAGE_SIZE
from ui.feature_maps.shown_values import OWN_UNITS, ShownValues
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Part
from ui.session.channel import close_channel, show_channel
from vizcore.arrays import IntArray
from vizcore.edits.brightness import KINDS, Kind, Light
from vizcore.figures.chart import Figure, number_texts
from vizcore.figures.export_csv import curves_csv
from vizcore.figures.tuning import tuning_curves_figure
from vizcore.figures.tuning_channel import channel_curves_figure
from vizcore.light.curves import Curves, finite_range, is_vector, never_active, order_by_curves, response_range
from vizcore.maps.channels import page_of
from vizcore.numbers import with_minus_signs

_TALLEST_TILE = 130  # pixels


@dataclass(frozen=True)
class Sweep:
    """The tuning curves of a layer, and two positions of the thumb.

    Attributes:
        light: the brightness at the thumb, held or released; the dots on the curves are there.
        of_record: the brightness of the last release. It decides the order, so that a held thumb moves no tile.
        curves: makes the layer's curves over a kind of brightness.
    """

    light: Light
    of_record: Light
    curves: Callable[[Kind], Curves]


@dataclass(frozen=True, eq=False)
class Tiles:
    """The tuning curves of a layer, a tile for each channel or, in a vector, for each unit.

    Attributes:
        arranged: the layer.
        sweep: the curves, and the positions of the thumb.
    """

    arranged: Arrangement
    sweep: Sweep

    def parts(self) -> list[Part]:
        """The one chart. The dots follow the thumb; the curves do not change."""
        return [Part(self.arranged.key("curves"), self._make, self._draw, layer=self.arranged.layer.name)]

    def show(self) -> None:
        """Draw it."""
        with st.spinner(_cost(self._kind), show_time=True):
            draws = [part.made() for part in self.parts()]
        for draw in draws:
            draw()

    def values(self) -> ShownValues:
        """The responses of all channels at all levels, for files."""
        curves, name = self._curves, f"amount of {self._kind.name}"
        levels = np.array(curves.amounts, dtype=np.float32)
        arrays = {name: levels, "mean": curves.mean, "maximum": curves.maximum}
        axes = ("level", "channel" if self.arranged.layer.is_spatial else "unit")
        return ShownValues(
            arrays,
            units={name: self._kind.unit, "mean": OWN_UNITS, "maximum": OWN_UNITS},
            table=partial(curves_csv, curves, amount=name, units=OWN_UNITS),
            axes={name: ("level",), "mean": axes, "maximum": axes},
        )

    @property
    def _kind(self) -> Kind:
        return self.sweep.of_record.kind

    @cached_property
    def _curves(self) -> Curves:
        return self.sweep.curves(self._kind)

    @cached_property
    def _channels(self) -> IntArray:
        """Indices of the channels on this page, in the order of their curves."""
        level = int(np.abs(np.array(self._curves.amounts) - self.sweep.of_record.amount).argmin())
        order = order_by_curves(self._curves, self.arranged.choice.curve_order, level=level)
        return page_of(order, self.arranged.page, PAGE_SIZE)

    def _draw(self, figure: Figure, *, key: str, note: str) -> None:
        live_chart(
            figure,
            key=key,
            description=f"Tuning curves of the layer {self.arranged.title} over the {self._kind.name}",
            note=note,
            look=self.arranged.tiles_look(self._channels, tallest=_TALLEST_TILE),
        )

    def _make(self) -> dict[str, Any]:
        figure = tuning_curves_figure(
            self._curves,
            self._channels,
            amount=self.sweep.light.amount,
            columns=self.arranged.columns,
            title=self.arranged.titled(f"over the {self._kind.name}"),
            own_scale=self.arranged.choice.own_scales,
        )
        return {"figure": figure, "note": self._note()}

    def _note(self) -> str:
        curves, kind, layer = self._curves, self._kind, self.arranged.layer
        amounts = (*_ends(curves), self.sweep.light.amount)
        first, last, here = (with_minus_signs(kind.slider.written(amount)) for amount in amounts)
        parts = [
            f"{layer.num_channels} {'channels' if layer.is_spatial else 'units'}",
            f"{never_active(curves).size} silent at all levels (×)",
            f"across: {kind.name} from {first} to {last}, {NUM_LEVELS} levels",
            "up: each curve on its own scale" if self.arranged.choice.own_scales else _shared(curves),
            f"dot: at {here}" if is_vector(curves) else f"line: mean, dashed: maximum, dot: mean at {here}",
        ]
        return " · ".join(parts)


@dataclass(frozen=True, eq=False)
class CurvesPanel:
    """The panel of one channel: a tuning curve for each kind of brightness, all on one axis.

    Attributes:
        arranged: the layer.
        channel: index of the channel; the layer must have it.
        sweep: the curves, and the positions of the thumb.
    """

    arranged: Arrangement
    channel: int
    sweep: Sweep

    def parts(self) -> list[Part]:
        """A chart for each kind of brightness. The chosen kind has a dot, which follows the thumb."""
        return [
            Part(
                f"curve-{kind.name}",
                partial(self._figure, kind),
                partial(live_chart, description=self._description(kind), look=self._look(kind)),
                follows=kind == self.sweep.of_record.kind,
                layer=self.arranged.layer.name,
            )
            for kind in KINDS.values()
        ]

    def show(self) -> None:
        """Draw the panel."""
        with st.container(border=True, key="channel-panel"):
            with panel_head(self.arranged.layer, self.channel):
                st.button("Close", icon=":material/close:", on_click=close_channel)
            with st.spinner(_cost(*KINDS.values()), show_time=True):
                charts = [part.made() for part in self.parts()]
            for place, draw in zip(st.columns(len(charts), gap="small"), charts, strict=True):
                with place:
                    draw()
            st.caption(
                f"{NUM_LEVELS} levels of each kind, all responses on one axis. Below, how fast the curve rises from "
                "level to level. Dotted: the original picture. Each kind is a sweep of its own through the network, "
                "kept as long as there is room."
            )

    def _description(self, kind: Kind) -> str:
        layer = self.arranged.layer
        noun = "channel" if layer.is_spatial else "unit"
        return f"Tuning curve of {layer.name}, {noun} {self.channel}, over the {kind.name}"

    def _look(self, kind: Kind) -> ChartLook:
        layer = self.arranged.layer
        return ChartLook(
            height=440,
            file=f"{layer.name}-{self.channel}-{kind.name}",
            reveal=True,
            picking=Picking(
                partial(show_channel, layer.name),
                close_channel,
                layer.name,
                "channel" if layer.is_spatial else "unit",
                stepping=(self.channel, layer.num_channels),
            ),
        )

    def _figure(self, kind: Kind) -> dict[str, Figure]:
        ranges = [response_range(self.sweep.curves(each), np.array([self.channel])) for each in KINDS.values()]
        figure = channel_curves_figure(
            self.sweep.curves(kind),
            self.channel,
            kind=kind,
            amount=self.sweep.light.amount if kind == self.sweep.of_record.kind else None,
            value_range=(min(low for low, _ in ranges), max(high for _, high in ranges)),
        )
        return {"figure": figure}


def _shared(curves: Curves) -> str:
    """The ranges on a shared scale: "up: means from 0 to 0.4, maxima from 0 to 3"."""
    named = (("value", curves.mean),) if is_vector(curves) else (("means", curves.mean), ("maxima", curves.maximum))
    ends = ((name, *number_texts(finite_range(curve))) for name, curve in named)
    return f"up: {', '.join(f'{name} from {low} to {high}' for name, low, high in ends)}"


def _cost(*kinds: Kind) -> str:
    names = " and ".join(kind.name for kind in kinds)
    return f"{NUM_LEVELS * len(kinds)} pictures go through the network: {NUM_LEVELS} levels of {names} …"


def _ends(curves: Curves) -> tuple[float, float]:
    return curves.amounts[0], curves.amounts[-1]
