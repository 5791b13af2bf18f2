"""One channel of one layer, large: true values, statistics, histogram, the neighbours."""

from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from ui.light.following.following import Update
from ui.parts.live_chart.live_chart import live_chart
from ui.parts.words.words import words, words_update
from ui.session.channel import close_channel, show_channel
from ui.session.choices import choice_of, choose
from vizcore.arrays import ByteArray, FloatArray
from vizcore.figures.chart import Figure, percent
from vizcore.figures.histograms import histogram_figure
from vizcore.figures.mosaics import channel_figure, overlay_figure
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import block_means
from vizcore.numbers import ceil_division, with_minus_signs

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

_MAP, _TABLE, _HISTOGRAM, _OVERLAY = "channel", "channel-table", "channel-histogram", "overlay"
_LARGEST_SIDE = 320  # cells of a large map: half a megabyte on the wire


def channel_panel(
    layer: "LayerInfo",
    channel: int,
    values: FloatArray,
    received: ByteArray,
    *,
    value_range: tuple[float, float],
    colour_map: str,
) -> None:
    """Draw the panel.

    Args:
        layer: the layer.
        channel: the index of the channel, one that the layer has.
        values: (h, w), the feature map in the layer's own units.
        received: (H, W, 3) uint8, what the network received, for laying the map over it.
        value_range: the values at the ends of the colour bar.
        colour_map: name of the colour map.
    """
    num_channels = layer.num_channels
    with st.container(border=True, key="channel-panel"):
        with panel_head(layer, channel):
            choose(st.toggle, "Lay over the picture", key=_OVERLAY, first=False)
            st.button("Close", icon=":material/close:", on_click=close_channel)
        large, numbers = st.columns([3, 2], gap="medium")
        name = f"{layer.name}, channel {channel}"
        with large:
            live_chart(
                _figure(values, received, value_range=value_range, colour_map=colour_map),
                key=_MAP,
                description=f"Feature map of {name}",
                height=520,
                revision=f"channel-{layer.name}",
                hint=(
                    "Scroll or drag to zoom · ← and → for the neighbours",
                    "+ and − zoom, then a finger moves the map",
                ),
                file=f"{layer.name}-{channel}",
                zoomable=True,
                wheel=True,
                reveal=True,
                stepping=(channel, num_channels),
                on_picked=partial(show_channel, layer.name),
            )
            block = _block(values)
            if block > 1:
                st.caption(f"Each cell is the mean of {block} × {block} units; rows and columns count cells.")
        with numbers:
            words(key=_TABLE, **_table(values))
            live_chart(
                histogram_figure(values, title="Values"),
                key=_HISTOGRAM,
                description=f"Histogram of the values of {name}",
                height=240,
            )


def panel_head(layer: "LayerInfo", channel: int) -> AbstractContextManager[object]:
    """The top line of a panel: which channel it is, and the ways to its neighbours.

    Returns:
        The line, for what else a panel has there.
    """
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with line:
        noun = "channel" if layer.is_spatial else "unit"
        st.subheader(f"{layer.name}, {noun} {channel}", anchor=False, width="content")
        for label, icon, step in (
            ("Previous", ":material/arrow_back:", -1),
            ("Next", ":material/arrow_forward:", 1),
        ):
            target = (channel + step) % layer.num_channels
            st.button(label, icon=icon, on_click=partial(show_channel, layer.name, target))
    return line


def channel_updates(
    channel: int,
    values: FloatArray,
    received: ByteArray,
    *,
    value_range: tuple[float, float],
    colour_map: str,
) -> dict[str, Update]:
    """What makes new values for the charts of the panel, by the chart's key; the arguments are those of the panel."""
    return {
        _MAP: lambda: {"figure": _figure(values, received, value_range=value_range, colour_map=colour_map)},
        _TABLE: lambda: words_update(**_table(values)),
        _HISTOGRAM: lambda: {"figure": histogram_figure(values, title="Values")},
    }


def _figure(values: FloatArray, received: ByteArray, *, value_range: tuple[float, float], colour_map: str) -> Figure:
    # A map larger than a screen is drawn by the means of blocks; the numbers beside it are of all its units.
    drawn = block_means(values[np.newaxis].astype(np.float64), _block(values))[0].astype(np.float32)
    if choice_of(_OVERLAY, default=False):
        return overlay_figure(drawn, received, title="", colour_map=colour_map, value_range=value_range)
    return channel_figure(drawn, title="", colour_map=colour_map, value_range=value_range)


def _block(values: FloatArray) -> int:
    return ceil_division(max(values.shape), _LARGEST_SIDE)


def _table(values: FloatArray) -> dict[str, Any]:
    statistics = channel_statistics(values[:, :, np.newaxis])
    rows = {
        "minimum": f"{statistics.minimum[0]:.4g}",
        "maximum": f"{statistics.maximum[0]:.4g}",
        "mean": f"{statistics.mean[0]:.4g}",
        "standard deviation": f"{statistics.standard_deviation[0]:.4g}",
        "share of zeros": percent(float(statistics.zero_share[0])),
    }
    state_of = "Dead: all zero." if statistics.dead[0] else "Constant." if statistics.constant[0] else ""
    return {"text": state_of, "rows": {name: with_minus_signs(number) for name, number in rows.items()}}
