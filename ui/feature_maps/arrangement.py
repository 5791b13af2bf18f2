"""The outputs of a network for one picture, and how each layer is laid out on the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui.cached.outputs import Outputs
from ui.feature_maps.controls import DERIVATIVE, DIFFERENCE, MAPS, LayerChoice
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Make, Part
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
_FIRST_PAGE = 1  # as people count
_LARGEST_TILE = 64  # cells on a side: more than a screen has pixels for
_TALLEST_TILE = 420  # pixels
_TILE_HINTS = (
    "Click a tile to open it (or Enter) · drag to zoom · Ctrl + scroll zooms, too",
    "Tap a tile to open it · + and − zoom, then a finger moves the map",
)


@dataclass(frozen=True, eq=False)
class Arrangement:
    """One layer as it is laid out on the page. Nothing of it is read before it is asked for.

    Attributes:
        layer: the layer.
        outputs: of the network, for the picture as it is and as edited.
        choice: how layers are drawn.
        page: which page, from 0; of a vector it counts where its units have tiles.
        opened: the channel of this layer that is shown large, or None.
    """

    layer: "LayerInfo"
    outputs: Outputs
    choice: LayerChoice
    page: int = 0
    opened: int | None = None

    @property
    def original(self) -> FloatArray:
        """(h, w, C) or (C,), for the picture as it is."""
        return self.outputs.original[self.layer.name]

    @property
    def edited(self) -> FloatArray:
        """The same for the picture as edited."""
        return self.outputs.edited[self.layer.name]

    @cached_property
    def channels(self) -> IntArray | None:
        """Those on this page, in the order shown; None of a vector."""
        if not self.layer.is_spatial:
            return None
        if self.choice.order == "index":
            order = np.arange(self.layer.num_channels)
        else:
            # By the unedited picture, like the locked scale: a tile stays where it is while the brightness changes.
            order = order_channels(channel_statistics(self.original), self.choice.order)
        return page_of(order, self.page, PAGE_SIZE)

    @cached_property
    def locked(self) -> tuple[float, float]:
        """The range of the unedited picture, which the locked scale holds on to."""
        return locked_range(self.original)

    @property
    def is_beside(self) -> bool:
        """Whether the chart stands beside others of the same layer."""
        return self.choice.view in (DIFFERENCE, DERIVATIVE)

    @property
    def columns(self) -> int:
        """Tiles in a row. They are fewer where a chart stands beside others, on a phone above them, and of curves."""
        is_whole = self.choice.view == MAPS or (self.is_beside and self.choice.is_on_a_phone)
        return self.choice.columns if is_whole else max(4, self.choice.columns // 2)

    @property
    def title(self) -> str:
        """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
        return title(self.layer)

    def key(self, side: str = "") -> str:
        """Of a chart of this layer, or of one side of it."""
        return f"layer-{self.layer.name}{'-' if side else ''}{side.replace(' ', '-')}"

    def drawn(
        self,
        values: FloatArray,
        *,
        scale: str,
        value_range: tuple[float, float] | None = None,
        exact: bool = False,
    ) -> Mosaic:
        """Values of this layer as one picture of levels.

        Args:
            values: shaped as the layer's output.
            scale: a name in `vizcore.maps.scales.SCALES`.
            value_range: of the scale "locked"; that of the unedited picture if left out.
            exact: one cell for every unit, whatever a screen has room for.
        """
        locked = self.locked if value_range is None else value_range
        if self.channels is None:
            return strip(values, scale=scale, locked_range=locked)
        width = values.shape[1] if exact else min(values.shape[1], _LARGEST_TILE)
        return mosaic(
            values,
            scale=scale,
            columns=self.columns,
            locked_range=locked,
            channels=self.channels,
            gap=_gap(width, is_narrow=self.is_beside),
            largest_side=None if exact else _LARGEST_TILE,
        )

    def figure(
        self, drawn: Mosaic, *, heading: str, colour_map: str, statistics: ChannelStatistics | None = None
    ) -> Figure:
        """A picture of levels as a figure, a mosaic or a strip."""
        if self.channels is None:
            return strip_figure(drawn, title=heading, colour_map=colour_map)
        return mosaic_figure(drawn, title=heading, colour_map=colour_map, statistics=statistics)

    def part(
        self, make: Make, *, description: str, side: str = "", follows: bool = True, has_hint: bool = True
    ) -> Part:
        """A chart of this layer, alive: zoom, a click that opens a channel, the frame around the open one.

        Args:
            make: makes a figure that `figure` has made, and perhaps a note.
            description: what a screen reader says.
            side: which of the charts beside each other; they zoom together.
            follows: as for `Part`.
            has_hint: say below what a click does.
        """
        draw = partial(self._draw, description=description, has_hint=has_hint)
        return Part(self.key(side), make, draw, follows=follows, layer=self.layer.name)

    def _draw(self, figure: Figure, *, key: str, description: str, note: str = "", has_hint: bool) -> None:
        look = self._strip_look() if self.channels is None else self.tiles_look(self.channels, has_hint=has_hint)
        live_chart(figure, key=key, description=description, note=note, look=look)

    def _strip_look(self) -> ChartLook:
        return ChartLook(
            height=200,
            file=self.layer.name,
            hints=("Drag to zoom · Ctrl + scroll zooms, too", "+ and − zoom, then a finger moves the strip"),
            zoomable=True,
            link=self._link,
        )

    def tiles_look(self, channels: IntArray, *, tallest: int = _TALLEST_TILE, has_hint: bool = True) -> ChartLook:
        """How a chart of tiles stands on the page.

        Args:
            channels: of the tiles, in the order shown.
            tallest: pixels that a tile is high at most, so that none fills the screen by itself.
            has_hint: say below what a click does.
        """
        shown = channels.tolist()
        is_here = self.opened is not None and self.opened in shown
        return ChartLook(
            height=min(900, tallest * ceil_division(len(shown), self.columns)),
            file=self.layer.name,
            hints=_TILE_HINTS if has_hint else ("", ""),
            zoomable=True,
            # Zoom belongs to an arrangement of tiles; another one begins whole.
            revision=f"{self.layer.name}-{self.columns}-{self.page}",
            link=self._link,
            picking=Picking(
                partial(show_channel, self.layer.name),
                selected=shown.index(self.opened) if is_here else None,
                stepping=(self.opened, self.layer.num_channels) if self.opened is not None and is_here else None,
            ),
        )

    @property
    def _link(self) -> str:
        return self.key() if self.is_beside else ""


def choose_page(layer: "LayerInfo", *, with_units: bool = False) -> None:
    """Where a layer has many channels: which of them are shown. A vector has pages only where its units have tiles."""
    num_pages = _num_pages(layer)
    if num_pages > 1 and (layer.is_spatial or with_units):
        choose(st.pagination, num_pages, key=_page_key(layer), first=_FIRST_PAGE)


def side_by_side(arranged: Arrangement, charts: Sequence[Callable[[], None]]) -> None:
    """Draw charts of one layer beside each other, strips below each other."""
    with st.container(key=f"compared-{arranged.layer.name}"):
        is_spatial = arranged.layer.is_spatial
        places = st.columns(len(charts), gap="small") if is_spatial else [st.container() for _ in charts]
    for place, draw in zip(places, charts, strict=True):
        with place:
            draw()


def arrange(layer: "LayerInfo", outputs: Outputs, choice: LayerChoice, opened: OpenChannel | None) -> Arrangement:
    """Lay out one layer, with the page that is chosen where it has many channels."""
    is_open = opened.channel if opened is not None and opened.layer == layer.name else None
    return Arrangement(layer, outputs, choice, _page(layer), is_open)


def _num_pages(layer: "LayerInfo") -> int:
    return number_of_pages(layer.num_channels, PAGE_SIZE)


def _page(layer: "LayerInfo") -> int:
    return min(choice_of(_page_key(layer), _FIRST_PAGE), _num_pages(layer)) - _FIRST_PAGE


def _page_key(layer: "LayerInfo") -> str:
    return f"page-{layer.name}"


def _gap(width: int, *, is_narrow: bool = False) -> int:
    """Cells between tiles: one cell between large tiles would be less than a pixel of the screen, here and there."""
    return ceil_division(width, 21) if is_narrow else max(1, width // 20)


def title(layer: "LayerInfo") -> str:
    """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
    return f"{layer.name} · {layer.kind} · {' × '.join(str(size) for size in layer.shape)}"
