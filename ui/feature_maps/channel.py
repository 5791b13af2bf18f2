"""One channel of one layer, large: its values, statistics, histogram, and buttons to its neighbours."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.pinned import pin_button
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from ui.session.channel import close_channel, show_channel
from ui.session.choices import choice_of, choose
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo
from vizcore.arrays import FloatArray
from vizcore.figures.chart import Figure, percent
from vizcore.figures.colours import DIVERGING
from vizcore.figures.histograms import histogram_figure
from vizcore.figures.mosaics import channel_figure, overlay_figure
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import block_means
from vizcore.numbers import ceil_division, with_minus_signs

_OVERLAY = "overlay"
_LARGEST_SIDE = 320  # cells of a large map, which is a message of half a megabyte


@dataclass(frozen=True, eq=False)
class ChannelPanel:
    """The panel of one channel.

    Attributes:
        arranged: a layer with maps.
        channel: index of the channel; the layer must have it.
        cell: row and column of the cell that was clicked in the channel's tile, or None.
    """

    arranged: Arrangement
    channel: int
    cell: tuple[int, int] | None = None

    def parts(self) -> list[Part]:
        """The map, the table of its statistics, and its histogram."""
        layer = self.arranged.layer
        name = f"{layer.name}, channel {self.channel}"
        draw_map = partial(live_chart, description=f"Feature map of {name}", look=self._map_look())
        draw_histogram = partial(
            live_chart, description=f"Histogram of the values of {name}", look=ChartLook(height=240)
        )
        return [
            Part("channel", self._map, draw_map, layer=layer.name),
            Part("channel-table", self._table, words, layer=layer.name),
            Part("channel-histogram", self._histogram, draw_histogram, layer=layer.name),
        ]

    def show(self) -> None:
        """Draw the panel."""
        large_map, table, histogram = self.parts()
        with st.container(border=True, key="channel-panel"):
            with panel_head(self.arranged.layer, self.channel, self.cell):
                choose(st.toggle, "Lay over the picture", key=_OVERLAY, first=False)
                st.button("Close", icon=":material/close:", on_click=close_channel)
            large, numbers = st.columns([3, 2], gap="medium")
            with large:
                large_map.show()
                if self._block > 1:
                    block = f"{self._block} × {self._block}"
                    st.caption(f"Each cell is the mean of {block} units; rows and columns count cells.")
            with numbers:
                table.show()
                histogram.show()

    @property
    def _values(self) -> FloatArray:
        """(h, w) float32, the feature map in the layer's own units."""
        values: FloatArray = self.arranged.edited[:, :, self.channel]
        return values

    @property
    def _block(self) -> int:
        return ceil_division(max(self.arranged.layer.shape[:2]), _LARGEST_SIDE)

    def _map_look(self) -> ChartLook:
        layer = self.arranged.layer
        return ChartLook(
            height=520,
            name=f"{layer.name}, channel {self.channel}",
            file=f"{layer.name}-{self.channel}",
            hints=(
                "Click a cell for its arithmetic · scroll or drag to zoom · ← and → for the neighbours · Escape closes",
                "Tap a cell for its arithmetic · + and − zoom, then a finger moves the map",
            ),
            zoomable=True,
            wheel=True,
            reveal=True,
            revision=f"channel-{layer.name}",
            picking=Picking(
                partial(show_channel, layer.name),
                close_channel,
                layer.name,
                on_entered=None if self._block > 1 else self._enter,
                stepping=(self.channel, layer.num_channels),
            ),
        )

    def _enter(self, row: int, column: int) -> None:
        """Choose a cell for the Channel page. The browser then follows the link to that page."""
        show_channel(self.arranged.layer.name, self.channel, (row, column))

    def _map(self) -> dict[str, Figure]:
        arranged, values = self.arranged, self._values
        scale = arranged.scale(arranged.edited).of(np.array([self.channel]))
        colour_map = DIVERGING if scale.is_signed else arranged.choice.colour_map
        # A map larger than a screen is drawn as means of blocks; the statistics beside it are those of all units.
        drawn = block_means(values[np.newaxis].astype(np.float64), self._block)[0].astype(np.float32)
        if choice_of(_OVERLAY, default=False):
            received = arranged.outputs.received
            figure = overlay_figure(drawn, received, title="", colour_map=colour_map, scale=scale)
        else:
            figure = channel_figure(drawn, title="", colour_map=colour_map, scale=scale)
        return {"figure": figure}

    def _table(self) -> Words:
        statistics = channel_statistics(self._values[:, :, np.newaxis])
        rows = {
            "minimum": f"{statistics.minimum[0]:.4g}",
            "maximum": f"{statistics.maximum[0]:.4g}",
            "mean": f"{statistics.mean[0]:.4g}",
            "standard deviation": f"{statistics.standard_deviation[0]:.4g}",
            "share of zeros": percent(float(statistics.zero_share[0])),
        }
        is_dead = bool(self.arranged.reaction.dead[self.channel])
        silent = "Dead: silent at every brightness." if is_dead else "Silent here."
        state_of = silent if statistics.silent[0] else "Constant." if statistics.constant[0] else ""
        return Words(text=state_of, rows=[(name, with_minus_signs(number)) for name, number in rows.items()])

    def _histogram(self) -> dict[str, Figure]:
        return {"figure": histogram_figure(self._values, title="Values")}


def panel_head(layer: LayerInfo, channel: int, cell: tuple[int, int] | None = None) -> AbstractContextManager[object]:
    """Draw the top line of a panel: the name of the channel, buttons to its neighbours, and a link to its own page.

    Args:
        layer: the layer.
        channel: index of the channel.
        cell: row and column of the chosen cell; None if none is chosen.

    Returns:
        The container of the line, for further widgets of the panel.
    """
    line = st.container(key="panel-head", horizontal=True, vertical_alignment="center", gap="small")
    with line:
        noun = "channel" if layer.is_spatial else "unit"
        st.subheader(f"{layer.name}, {noun} {channel}", anchor=False, width="content")
        for label, icon, step in (
            ("Previous", ":material/arrow_back:", -1),
            ("Next", ":material/arrow_forward:", 1),
        ):
            target = (channel + step) % layer.num_channels
            st.button(label, icon=icon, on_click=partial(show_channel, layer.name, target))
        pin_button(OpenChannel(layer.name, channel))
        place = "" if cell is None else f" · {cell[0]}, {cell[1]}"
        about = "its strongest cell" if cell is None else f"the cell in row {cell[0]}, column {cell[1]}"
        # The open channel is the session's, so the page needs no address.
        st.page_link(
            "pages/5_Channel.py",
            label=f"Channel page{place}",
            icon=":material/center_focus_strong:",
            help=f"Where {about} looks, and how it is computed",
            width="content",
        )
    return line
