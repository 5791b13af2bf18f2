"""How one layer is laid out on the page: its page of channels, their order, its scale and its charts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import streamlit as st

from ui.cached.outputs import ScaledOutputs
from ui.feature_maps.controls import AUTOMATIC, BY_REACTION, DERIVATIVE, DIFFERENCE, MAPS, TUNING, LayerChoice
from ui.feature_maps.paging import PAGE_SIZE, chosen_page, num_pages, shown
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Make, Part
from ui.session.channel import close_channel, show_channel
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo
from vizcore.arrays import BoolArray, FloatArray, IntArray
from vizcore.figures.chart import Figure
from vizcore.figures.colours import DIVERGING
from vizcore.figures.mosaics import mosaic_figure, strip_figure
from vizcore.light.reaction import Reaction
from vizcore.maps.channels import ChannelStatistics, channel_statistics, order_channels, page_of
from vizcore.maps.mosaic import Mosaic, mosaic, strip
from vizcore.maps.ranges import range_scale
from vizcore.maps.scales import Scale
from vizcore.numbers import ceil_division

_LARGEST_TILE = 64  # cells on a side; a screen has no pixels for more
_TALLEST_TILE = 420  # pixels
_TILE_HINTS = (
    "Click a tile to open it (or arrows and Enter) · drag to zoom · Ctrl + scroll zooms, too",
    "Tap a tile to open it · + and − zoom, then a finger moves the map",
)


@dataclass(frozen=True, eq=False)
class Arrangement:
    """One layer as it is laid out on the page. The outputs are read at their first use.

    Attributes:
        layer: the layer.
        outputs: of the network, for the unedited and the edited picture.
        choice: how layers are drawn.
        page: index of the page of channels, from 0. For a vector it matters only if its units have tiles.
        opened: the channel of this layer that is shown large, or None.
        is_paged: whether the visitor chooses between pages, above the chart.
    """

    layer: LayerInfo
    outputs: ScaledOutputs
    choice: LayerChoice
    page: int = 0
    opened: int | None = None
    is_paged: bool = False

    @property
    def original(self) -> FloatArray:
        """(h, w, C) or (C,) float32, for the unedited picture."""
        return self.outputs.original[self.layer.name]

    @property
    def edited(self) -> FloatArray:
        """The same for the edited picture."""
        return self.outputs.edited[self.layer.name]

    @cached_property
    def channels(self) -> IntArray | None:
        """Indices of the channels on this page, in the order shown; None for a vector."""
        if not self.layer.is_spatial:
            return None
        # The order is that of the unedited picture or of the whole slider: a tile keeps its place while the brightness
        # changes.
        if self.choice.order == BY_REACTION:
            order = self.reaction.order
        else:
            order = order_channels(channel_statistics(self.original), self.choice.order)
        return page_of(order, self.page, PAGE_SIZE)

    @cached_property
    def reaction(self) -> Reaction:
        """How much each channel reacts over the slider, and which are dead; of a layer with maps."""
        choice = self.choice
        names = tuple(layer.name for layer in choice.layers if layer.is_spatial)
        return self.outputs.reaction(self.layer.name, names, choice.scale, choice.colour_map)

    @property
    def dead(self) -> BoolArray | None:
        """(C,) the channels that are silent at every amount; None for a vector."""
        return self.reaction.dead if self.layer.is_spatial else None

    def scale(self, shown: FloatArray) -> Scale:
        """The chosen scale for values of this layer, shaped as its output."""
        choice = self.choice.scale
        if choice.is_locked:
            return self.outputs.locked_scale(self.layer.name, choice)
        return choice.scale(self.original, shown)

    @property
    def is_beside(self) -> bool:
        """Whether the chart is beside other charts of the same layer."""
        return self.choice.view in (DIFFERENCE, DERIVATIVE)

    @property
    def has_header(self) -> bool:
        """Whether a heading is above the charts of this layer: above several charts, and above a choice of page."""
        return self.is_beside or self.is_paged

    @property
    def columns(self) -> int:
        """Tiles in a row: fewer for curves and beside other charts. On a narrow page no chart is beside another."""
        choice = self.choice
        is_whole = choice.view == MAPS or (self.is_beside and choice.is_narrow)
        if choice.columns != AUTOMATIC:
            return choice.columns if is_whole else max(4, choice.columns // 2)
        is_first = next((layer for layer in choice.layers if layer.is_spatial), None) == self.layer
        if not is_whole:
            return 6 if self.is_beside and is_first else 8
        return (4 if is_first else 6) if choice.is_narrow else (8 if is_first else 16)

    @property
    def title(self) -> str:
        """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
        return title(self.layer)

    def titled(self, more: str) -> str:
        """The title of a chart: below a heading, only what the heading does not say.

        Args:
            more: what is shown, after the layer.
        """
        if not self.is_paged:
            return f"{self.title} · {more}"
        return f"{shown(self.layer, self.page)} · {more}"

    def key(self, side: str = "") -> str:
        """The key of a chart of this layer.

        Args:
            side: which of several charts beside each other; empty for the only one.
        """
        return f"layer-{self.layer.name}{'-' if side else ''}{side.replace(' ', '-')}"

    def drawn(self, values: FloatArray, *, scale: Scale | None = None, exact: bool = False) -> Mosaic:
        """Draw values of this layer as one picture of levels.

        Args:
            values: (h, w, C) or (C,), shaped as the layer's output.
            scale: of all channels; None takes the chosen scale.
            exact: draw one cell for every unit, even if a screen has no room for them.
        """
        scale = self.scale(values) if scale is None else scale
        if self.channels is None:
            return strip(values, scale=scale)
        width = values.shape[1] if exact else min(values.shape[1], _LARGEST_TILE)
        return mosaic(
            values,
            scale=scale,
            columns=self.columns,
            channels=self.channels,
            gap=_gap(width, is_narrow=self.is_beside),
            largest_side=None if exact else _LARGEST_TILE,
        )

    def range_scale(self, low: float, high: float, *, contrast: str = "linear") -> Scale:
        """One range for all channels of this layer."""
        num_channels = self.layer.num_channels if self.layer.is_spatial else 1
        return range_scale(low, high, num_channels=num_channels, contrast=contrast)

    def colour_map(self, drawn: Mosaic) -> str:
        """The colour map of a picture of levels: a diverging one where zero is in the middle, else the chosen one."""
        return DIVERGING if drawn.scale.is_signed else self.choice.colour_map

    def figure(self, drawn: Mosaic, *, heading: str, statistics: ChannelStatistics | None = None) -> Figure:
        """Make a figure of a picture of levels: a mosaic for maps, a strip for a vector.

        Args:
            drawn: from `drawn`.
            heading: the title of the figure.
            statistics: of all channels; with them silent and constant channels are marked.
        """
        colour_map = self.colour_map(drawn)
        if self.channels is None:
            return strip_figure(drawn, title=heading, colour_map=colour_map)
        dead = None if statistics is None else self.dead
        return mosaic_figure(drawn, title=heading, colour_map=colour_map, statistics=statistics, dead=dead)

    def part(
        self, make: Make, *, description: str, side: str = "", follows: bool = True, has_hint: bool = True
    ) -> Part:
        """A living chart of this layer: it zooms, a click opens a channel, and a frame marks the open channel.

        Args:
            make: makes the values of the chart: "figure", from `figure`, and optionally "note".
            description: the text for screen readers.
            side: which of several charts beside each other; they zoom together.
            follows: as for `Part`.
            has_hint: whether a line below the chart explains clicks and zoom.
        """
        draw = partial(self._draw, description=description, has_hint=has_hint)
        return Part(self.key(side), make, draw, follows=follows, layer=self.layer.name)

    def _draw(self, figure: Figure, *, key: str, description: str, note: str = "", has_hint: bool) -> None:
        look = self._strip_look() if self.channels is None else self.tiles_look(self.channels, has_hint=has_hint)
        side = key.removeprefix(self.key()).removeprefix("-")
        look = replace(look, name=f"{self.layer.name}{', ' if side else ''}{side}")
        live_chart(figure, key=key, description=description, note=note, look=look)

    def _strip_look(self) -> ChartLook:
        return ChartLook(
            height=200,
            heading=self._heading,
            file=self.layer.name,
            hints=("Drag to zoom · Ctrl + scroll zooms, too", "+ and − zoom, then a finger moves the strip"),
            zoomable=True,
            link=self._link,
        )

    def tiles_look(self, channels: IntArray, *, tallest: int = _TALLEST_TILE, has_hint: bool = True) -> ChartLook:
        """The look of a chart of tiles.

        Args:
            channels: indices of the channels, in the order shown.
            tallest: greatest height of a tile in pixels, so that one tile does not fill the screen.
            has_hint: whether a line below the chart explains clicks and zoom.
        """
        shown = channels.tolist()
        is_here = self.opened is not None and self.opened in shown
        return ChartLook(
            height=min(900, tallest * ceil_division(len(shown), self.columns)),
            name=self.layer.name,
            heading=self._heading,
            file=self.layer.name,
            hints=_TILE_HINTS if has_hint else ("", ""),
            zoomable=True,
            # A zoom is kept as long as the tiles keep their places. Another arrangement is shown whole.
            revision=f"{self.layer.name}-{self.columns}-{self.page}",
            link=self._link,
            picking=Picking(
                partial(show_channel, self.layer.name),
                close_channel,
                self.layer.name,
                "channel" if self.layer.is_spatial else "unit",
                on_cell=partial(show_channel, self.layer.name),
                selected=shown.index(self.opened) if is_here else None,
                stepping=(self.opened, self.layer.num_channels) if self.opened is not None and is_here else None,
            ),
        )

    @property
    def _heading(self) -> str:
        return "" if self.has_header else self.title

    @property
    def _link(self) -> str:
        return self.key() if self.is_beside else ""


def side_by_side(arranged: Arrangement, charts: Sequence[Callable[[], None]]) -> None:
    """Draw charts of one layer: maps beside each other, strips below each other.

    Args:
        arranged: the layer.
        charts: each draws one chart.
    """
    with st.container(key=f"compared-{arranged.layer.name}"):
        is_spatial = arranged.layer.is_spatial
        places = st.columns(len(charts), gap="small") if is_spatial else [st.container() for _ in charts]
    for place, draw in zip(places, charts, strict=True):
        with place:
            draw()


def arrange(layer: LayerInfo, outputs: ScaledOutputs, choice: LayerChoice, opened: OpenChannel | None) -> Arrangement:
    """Lay out one layer at its chosen page of channels.

    Args:
        layer: the layer.
        outputs: of the network, for the unedited and the edited picture.
        choice: how layers are drawn.
        opened: the open channel, of this layer or another one, or None.
    """
    is_open = opened.channel if opened is not None and opened.layer == layer.name else None
    is_paged = num_pages(layer, with_units=choice.view == TUNING) > 1
    return Arrangement(layer, outputs, choice, chosen_page(layer), is_open, is_paged)


def _gap(width: int, *, is_narrow: bool = False) -> int:
    """Number of cells between tiles. A single cell between large tiles could be narrower than a pixel of the screen."""
    return ceil_division(width, 21) if is_narrow else max(1, width // 20)


def title(layer: LayerInfo) -> str:
    """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
    return f"{layer.name} · {layer.kind} · {' × '.join(str(size) for size in layer.shape)}"
