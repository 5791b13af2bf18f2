"""One layer as tuning curves: how every channel follows the brightness from one end of its slider to the other."""

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st

from ui.cached.outputs import NUM_LEVELS, Layers
from ui.feature_maps.arrangement import PAGE_SIZE, Arrangement
from ui.feature_maps.channel import panel_head
from ui.light.following.following import Update
from ui.parts.live_chart.live_chart import live_chart
from ui.session.brightness import chosen_light
from ui.session.channel import close_channel, show_channel
from vizcore.edits.brightness import KINDS, Kind, Light
from vizcore.figures.chart import Figure, number_texts
from vizcore.figures.tuning import curves_figure
from vizcore.figures.tuning_channel import channel_curves_figure
from vizcore.light.curves import Curves, is_vector, never_active, order_by_curves, response_range
from vizcore.maps.channels import page_of
from vizcore.numbers import with_minus_signs

_TALLEST_TILE = 130  # pixels
_CURVE = "curve-"


def curves(arranged: Arrangement, layers: Layers) -> None:
    """The curves of a layer, a tile for each channel, and the channel that is open with all kinds of brightness."""
    tiles = _Tiles(arranged, layers)
    with st.spinner(_cost(tiles.kind), show_time=True):
        update = tiles.update()
    tiles.placed.chart(
        **update,
        key=_key(arranged),
        description=f"Tuning curves of the layer {arranged.title} over the {tiles.kind.name}",
        columns=tiles.columns,
        tallest_tile=_TALLEST_TILE,
    )
    if arranged.opened is not None:
        _panel(arranged, arranged.opened, layers)


def updates(arranged: Arrangement, layers: Layers) -> dict[str, Update]:
    """What makes new values for the charts that have dots, by the chart's key: the curves stay as they are."""
    found: dict[str, Update] = {_key(arranged): _Tiles(arranged, layers).update}
    if arranged.opened is not None:
        kind = chosen_light().kind
        found[f"{_CURVE}{kind.name}"] = partial(_large_update, arranged, arranged.opened, layers, kind)
    return found


class _Tiles:
    """The curves of one layer, each part made when it is asked for."""

    def __init__(self, arranged: Arrangement, layers: Layers) -> None:
        self.arranged = arranged
        self.amount = layers.light.amount
        self.layers = layers
        self.columns = arranged.fewer_columns

    @cached_property
    def light(self) -> Light:
        # That of record: while a thumb is held, tiles stay where they are.
        return chosen_light()

    @property
    def kind(self) -> Kind:
        return self.light.kind

    @cached_property
    def curves(self) -> Curves:
        return _curves(self.arranged, self.layers, self.kind)

    @cached_property
    def placed(self) -> Arrangement:
        """The layer with the channels of this page in the order of their curves; a vector's units are tiles, too."""
        amounts = np.array(self.curves.amounts)
        level = int(np.abs(amounts - self.light.amount).argmin())
        order = order_by_curves(self.curves, self.arranged.choice.curve_order, level=level)
        return replace(self.arranged, channels=page_of(order, self.arranged.page, PAGE_SIZE))

    def update(self) -> dict[str, Any]:
        channels = self.placed.channels
        assert channels is not None
        figure = curves_figure(
            self.curves,
            channels,
            amount=self.amount,
            columns=self.columns,
            title=f"{self.arranged.title} · over the {self.kind.name}",
            own_scale=self.arranged.choice.stretched,
        )
        return {"figure": figure, "note": self._note()}

    def _note(self) -> str:
        curves, kind, layer = self.curves, self.kind, self.arranged.layer
        low, high = number_texts(response_range(curves))
        first, last, here = (with_minus_signs(kind.slider.written(amount)) for amount in (*_ends(curves), self.amount))
        parts = [
            f"{layer.num_channels} {'channels' if layer.is_spatial else 'units'}",
            f"{never_active(curves).size} silent at all levels (×)",
            f"across: {kind.name} from {first} to {last}, {NUM_LEVELS} levels",
            "up: response, each curve on its own scale"
            if self.arranged.choice.stretched
            else f"up: response from {low} to {high}",
            f"dot: at {here}" if is_vector(curves) else f"line: mean, faint: maximum, dot: mean at {here}",
        ]
        return " · ".join(parts)


def _panel(arranged: Arrangement, channel: int, layers: Layers) -> None:
    layer = arranged.layer
    with st.container(border=True, key="channel-panel"):
        with panel_head(layer, channel):
            st.button("Close", icon=":material/close:", on_click=close_channel)
        with st.spinner(_cost(*KINDS.values()), show_time=True):
            figures = [_large(arranged, channel, layers, kind) for kind in KINDS.values()]
        places, noun = st.columns(len(KINDS), gap="small"), "channel" if layer.is_spatial else "unit"
        for place, kind, figure in zip(places, KINDS.values(), figures, strict=True):
            with place:
                live_chart(
                    figure,
                    key=f"{_CURVE}{kind.name}",
                    description=f"Tuning curve of {layer.name}, {noun} {channel}, over the {kind.name}",
                    height=440,
                    file=f"{layer.name}-{channel}-{kind.name}",
                    reveal=True,
                    stepping=(channel, layer.num_channels),
                    on_picked=partial(show_channel, layer.name),
                )
        st.caption(
            f"{NUM_LEVELS} levels of each kind, all responses on one axis. Below, how fast the curve rises from level "
            "to level. Dotted: the picture as it is. Each kind is a sweep of its own through the network, kept as long "
            "as there is room."
        )


def _large_update(arranged: Arrangement, channel: int, layers: Layers, kind: Kind) -> dict[str, Figure]:
    return {"figure": _large(arranged, channel, layers, kind)}


def _large(arranged: Arrangement, channel: int, layers: Layers, kind: Kind) -> Figure:
    all_kinds = [_curves(arranged, layers, each) for each in KINDS.values()]
    ranges = [response_range(one, np.array([channel])) for one in all_kinds]
    return channel_curves_figure(
        _curves(arranged, layers, kind),
        channel,
        kind=kind,
        amount=layers.light.amount if kind == chosen_light().kind else None,
        value_range=(min(low for low, _ in ranges), max(high for _, high in ranges)),
    )


def _curves(arranged: Arrangement, layers: Layers, kind: Kind) -> Curves:
    names = tuple(layer.name for layer in arranged.choice.layers)
    return layers.curves(kind, names)[arranged.layer.name]


def _cost(*kinds: Kind) -> str:
    names = " and ".join(kind.name for kind in kinds)
    return f"{NUM_LEVELS * len(kinds)} pictures go through the network: {NUM_LEVELS} levels of {names} …"


def _key(arranged: Arrangement) -> str:
    return arranged.key("curves")


def _ends(curves: Curves) -> tuple[float, float]:
    return curves.amounts[0], curves.amounts[-1]
