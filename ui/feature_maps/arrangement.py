"""The outputs of a network for one picture, and how each layer is laid out on the page."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui.cached.outputs import Layers
from ui.feature_maps.controls import LayerChoice
from ui.parts.live_chart.live_chart import live_chart
from ui.session.channel import show_channel
from ui.session.choices import choice_of, choose
from ui.values import OpenChannel
from vizcore.arrays import FloatArray, IntArray
from vizcore.figures.chart import Figure
from vizcore.figures.mosaics import mosaic_figure, strip_figure
from vizcore.maps.channels import ChannelStatistics, channel_statistics, number_of_pages, order_channels, page_of
from vizcore.maps.mosaic import Mosaic, mosaic, strip
from vizcore.maps.scales import locked_range
from vizcore.numbers import ceil_division

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

PAGE_SIZE = 64
LAYER_KEY = "layer-"
_FIRST_PAGE = 1  # as people count
LARGEST_TILE = 64  # cells on a side: more than a screen has pixels for
_TALLEST_TILE = 420  # pixels


@dataclass(frozen=True, eq=False)
class Arrangement:
    """One layer as it is laid out on the page.

    Attributes:
        layer: the layer.
        original: (h, w, C) or (C,), for the picture as it is.
        edited: the same for the picture as edited.
        choice: how layers are drawn.
        channels: those on this page, in the order shown; None of a vector.
        page: which page, from 0; of a vector it counts where its units have tiles.
        opened: the channel of this layer that is shown large, or None.
    """

    layer: "LayerInfo"
    original: FloatArray
    edited: FloatArray
    choice: LayerChoice
    channels: IntArray | None
    page: int
    opened: int | None

    @property
    def locked(self) -> tuple[float, float]:
        """The range of the unedited picture, which the locked scale holds on to."""
        return locked_range(self.original)

    @property
    def fewer_columns(self) -> int:
        """Tiles in a row where a tile is wide."""
        return max(4, self.choice.columns // 2)

    @property
    def columns_beside(self) -> int:
        """Tiles in a row where a mosaic stands beside others; on a phone it stands above them."""
        return self.choice.columns if self.choice.is_on_a_phone else self.fewer_columns

    @property
    def title(self) -> str:
        """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
        return title(self.layer)

    def key(self, side: str = "") -> str:
        """Of a chart of this layer, or of one side of it."""
        return f"{LAYER_KEY}{self.layer.name}{'-' if side else ''}{side.replace(' ', '-')}"

    def drawn(
        self,
        values: FloatArray,
        *,
        scale: str,
        value_range: tuple[float, float] | None = None,
        columns: int | None = None,
        exact: bool = False,
    ) -> Mosaic:
        """Values of this layer as one picture of levels.

        Args:
            values: shaped as the layer's output.
            scale: a name in `vizcore.maps.scales.SCALES`.
            value_range: of the scale "locked"; that of the unedited picture if left out.
            columns: tiles in a row; as chosen if left out.
            exact: one cell for every unit, whatever a screen has room for.
        """
        locked = self.locked if value_range is None else value_range
        if self.channels is None:
            return strip(values, scale=scale, locked_range=locked)
        width = values.shape[1]
        return mosaic(
            values,
            scale=scale,
            columns=self.choice.columns if columns is None else columns,
            locked_range=locked,
            channels=self.channels,
            # A chart with a number of tiles of its own stands beside others, and is narrower.
            gap=gap(width if exact else min(width, LARGEST_TILE), is_narrow=columns is not None),
            largest_side=None if exact else LARGEST_TILE,
        )

    def figure(
        self, drawn: Mosaic, *, heading: str, colour_map: str, statistics: ChannelStatistics | None = None
    ) -> Figure:
        """A picture of levels as a figure, a mosaic or a strip."""
        if self.channels is None:
            return strip_figure(drawn, title=heading, colour_map=colour_map)
        return mosaic_figure(drawn, title=heading, colour_map=colour_map, statistics=statistics)

    def chart(
        self,
        figure: Figure,
        *,
        key: str,
        description: str,
        note: str = "",
        link: str = "",
        columns: int | None = None,
        hinted: bool = True,
        tallest_tile: int = _TALLEST_TILE,
    ) -> None:
        """Draw a figure of this layer, alive: zoom, a click that opens a channel, the frame around the open one.

        Args:
            figure: as made by `figure`.
            key: one living chart per key, as made by `key`.
            description: what a screen reader says.
            note: a line of small print below.
            link: charts with the same one zoom together.
            columns: tiles in a row, as for `drawn`.
            hinted: say below what a click does.
            tallest_tile: in pixels.
        """
        if self.channels is None:
            live_chart(
                figure,
                key=key,
                description=description,
                note=note,
                height=200,
                hint=("Drag to zoom · Ctrl + scroll zooms, too", "+ and − zoom, then a finger moves the strip"),
                file=self.layer.name,
                zoomable=True,
                link=link,
            )
            return
        shown = self.channels.tolist()
        is_here = self.opened is not None and self.opened in shown
        live_chart(
            figure,
            key=key,
            description=description,
            note=note,
            # No tile fills the screen by itself.
            height=min(900, tallest_tile * ceil_division(len(shown), columns or self.choice.columns)),
            # Zoom belongs to an arrangement of tiles; another one begins whole.
            revision=f"{self.layer.name}-{columns or self.choice.columns}-{self.page}",
            hint=(
                "Click a tile to open it (or Enter) · drag to zoom · Ctrl + scroll zooms, too",
                "Tap a tile to open it · + and − zoom, then a finger moves the map",
            )
            if hinted
            else ("", ""),
            file=self.layer.name,
            zoomable=True,
            selected=shown.index(self.opened) if is_here else None,
            on_picked=partial(show_channel, self.layer.name),
            stepping=(self.opened, self.layer.num_channels) if self.opened is not None and is_here else None,
            link=link,
        )


def choose_page(layer: "LayerInfo", *, with_units: bool = False) -> None:
    """Where a layer has many channels: which of them are shown. A vector has pages only where its units have tiles."""
    num_pages = _num_pages(layer)
    if num_pages > 1 and (layer.is_spatial or with_units):
        choose(st.pagination, num_pages, key=_page_key(layer), first=_FIRST_PAGE)


def arrange(layer: "LayerInfo", layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> Arrangement:
    """Lay out one layer: its order of channels and, where there are many, the page that is chosen."""
    original, edited = layers.original[layer.name], layers.edited[layer.name]
    is_open = opened.channel if opened is not None and opened.layer == layer.name else None
    if not layer.is_spatial:
        return Arrangement(layer, original, edited, choice, None, _page(layer), is_open)
    # By the unedited picture, like the locked scale: a tile stays where it is while the brightness changes.
    is_plain = choice.order == "index"
    order = np.arange(layer.num_channels) if is_plain else order_channels(channel_statistics(original), choice.order)
    page = _page(layer)
    return Arrangement(layer, original, edited, choice, page_of(order, page, PAGE_SIZE), page, is_open)


def _num_pages(layer: "LayerInfo") -> int:
    return number_of_pages(layer.num_channels, PAGE_SIZE)


def _page(layer: "LayerInfo") -> int:
    return min(choice_of(_page_key(layer), _FIRST_PAGE), _num_pages(layer)) - _FIRST_PAGE


def _page_key(layer: "LayerInfo") -> str:
    return f"page-{layer.name}"


def gap(width: int, *, is_narrow: bool = False) -> int:
    """Cells between tiles: one cell between large tiles would be less than a pixel of the screen, here and there."""
    return ceil_division(width, 21) if is_narrow else max(1, width // 20)


def title(layer: "LayerInfo") -> str:
    """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
    return f"{layer.name} · {layer.kind} · {' × '.join(str(size) for size in layer.shape)}"
