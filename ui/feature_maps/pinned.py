"""A pinned channel, which stays beside the channels that are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from ui.cached.outputs import Layers
from ui.guard import sentence_here
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from ui.session.channel import pin_channel, pinned_channel, show_channel, unpin_channel
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo
from vizcore.arrays import FloatArray
from vizcore.figures.chart import Figure
from vizcore.figures.colours import COLOUR_MAPS, DIVERGING
from vizcore.figures.mosaics import channel_figure
from vizcore.maps.mosaic import block_means
from vizcore.maps.ranges import ScaleChoice
from vizcore.numbers import ceil_division, with_minus_signs

_LARGEST_SIDE = 64


@dataclass(frozen=True, eq=False)
class Pinned:
    """The pinned channel, small: its map and its mean and maximum for both pictures.

    Attributes:
        layers: the outputs of the network; its layer is read beside those of the page.
        layer: the layer of the channel.
        channel: index of the channel.
    """

    layers: Layers
    layer: LayerInfo
    channel: int

    def parts(self) -> list[Part]:
        """The map, if there is one, and the numbers."""
        name = f"{self.layer.name}, channel {self.channel}"
        look = ChartLook(height=260, name="pinned")
        draw = partial(live_chart, description=f"Pinned feature map of {name}", look=look)
        map_parts = [Part("pinned-map", self._map, draw, layer=self.layer.name)] if self.layer.is_spatial else []
        return [*map_parts, Part("pinned-numbers", self._numbers, words, layer=self.layer.name)]

    def show(self) -> None:
        """Draw it, with buttons."""
        with st.container(border=True, key="pinned"), sentence_here(self.layer.name):
            st.markdown(f"**Pinned: {self.layer.name} · {self.channel}**")
            for part in self.parts():
                part.show()
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Open", icon=":material/open_in_full:", on_click=show_channel, args=(self.layer.name, self.channel)
                )
                st.button("Unpin", icon=":material/keep_off:", on_click=unpin_channel)

    def _of(self, activations: Mapping[str, FloatArray]) -> FloatArray:
        values: FloatArray = activations[self.layer.name][..., self.channel]
        return values

    def _map(self) -> dict[str, Figure]:
        scale = self.layers.locked_scale(self.layer.name, ScaleChoice()).of(np.array([self.channel]))
        values = self._of(self.layers.edited)
        block = ceil_division(max(values.shape), _LARGEST_SIDE)
        drawn = block_means(values[np.newaxis].astype(np.float64), block)[0].astype(np.float32)
        colours = DIVERGING if scale.is_signed else next(iter(COLOUR_MAPS))
        return {"figure": channel_figure(drawn, title="", colour_map=colours, scale=scale)}

    def _numbers(self) -> Words:
        before, after = self._of(self.layers.original), self._of(self.layers.edited)
        both = {"mean": (before.mean(), after.mean()), "maximum": (before.max(), after.max())}
        rows = [
            (name, " → ".join(with_minus_signs(f"{float(number):.4g}") for number in numbers))
            for name, numbers in both.items()
        ]
        return Words(text="", rows=rows)


def pinned(layers: Layers) -> Pinned | None:
    """The pinned channel beside a page's layers; None if none is pinned."""
    every = layers.network.traced.layers
    found = pinned_channel({layer.name: layer.num_channels for layer in every})
    if found is None:
        return None
    layer = next(layer for layer in every if layer.name == found.layer)
    return Pinned(replace(layers, names=tuple(dict.fromkeys((*layers.names, layer.name)))), layer, found.channel)


def pin_button(opened: OpenChannel) -> None:
    """Draw the button that pins a channel."""
    st.button("Pin", icon=":material/keep:", on_click=pin_channel, args=(opened.layer, opened.channel))
