"""The layers of a network for one picture: what it receives, the mosaic of each layer, one channel large, files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui import cached, state
from ui.channel_view import channel_panel
from ui.layer_controls import LayerChoice
from ui.live_chart import live_chart
from ui.networks import Network
from ui.state import CurrentPicture, OpenChannel, Setting
from vizcore import export
from vizcore.answer_figure import percent
from vizcore.arrays import ByteArray, FloatArray
from vizcore.channels import ChannelStatistics, channel_statistics
from vizcore.display import encode_png
from vizcore.figures import Figure, mosaic_figure, strip_figure
from vizcore.mosaic import Mosaic, locked_range, mosaic, number_of_pages, order_channels, page_of, strip
from vizcore.scales import SCALES
from vizcore.value_ranges import RANGES

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations import LayerInfo

_PAGE_SIZE = 64
_LARGEST_TILE = 64  # cells on a side: more than a screen has pixels for
_FEW_VALUES = 2_000_000
_MAGNIFIED = 384  # pixels on the long side of what the network receives


@dataclass(frozen=True)
class Layers:
    """The outputs of a network for the picture as it is and as edited."""

    original: Mapping[str, FloatArray]
    edited: Mapping[str, FloatArray]
    received: ByteArray
    file_stem: str


def outputs(picture: CurrentPicture, setting: Setting, network: Network, *, names: Sequence[str], fit: str) -> Layers:
    """Send the picture through a network, unedited and edited.

    Args:
        picture: the picture.
        setting: the brightness that is applied before the network.
        network: the network.
        names: of the layers that are to be read; the answer is read as well.
        fit: how the picture becomes square.
    """
    traced = network.traced
    wanted = {*names, network.answer}
    # A small network is read whole: choosing a layer then costs nothing.
    is_small = traced.num_values <= _FEW_VALUES
    read = tuple(layer.name for layer in traced.layers if is_small or layer.name in wanted)
    through = partial(cached.forward, network.entry.name, read, network.entry.value_range, picture.digest)
    original = through("gain", 1.0, fit, picture.pixels)
    edited = through(setting.kind.name, setting.amount, fit, picture.pixels)
    return Layers(
        original=original.activations,
        edited=edited.activations,
        received=edited.received,
        file_stem=f"{PurePath(picture.name).stem}-{setting.written}",
    )


def received(layers: Layers, network: Network) -> None:
    """The pixels that the network is given, magnified without smoothing."""
    height, width = layers.received.shape[:2]
    factor = ceil(_MAGNIFIED / max(height, width))
    value_range = RANGES[network.entry.value_range]
    with st.container(key="received"):
        st.image(
            encode_png(layers.received.repeat(factor, axis=0).repeat(factor, axis=1)),
            caption=f"What the network receives: {height} × {width} pixels, {value_range.label}",
            width="stretch",
            output_format="PNG",
        )


def show_layer(layer: "LayerInfo", layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> None:
    """One layer: its mosaic, what is to be said of its channels, its files, and the channel that is open."""
    values = layers.edited[layer.name]
    statistics = channel_statistics(values)
    page = 0
    if values.ndim == 3:
        # By the unedited picture, like the locked scale: a tile stays where it is while the brightness changes.
        order = order_channels(channel_statistics(layers.original[layer.name]), choice.order)
        num_pages = number_of_pages(len(order), _PAGE_SIZE)
        if num_pages > 1:
            page = st.pagination(num_pages, key=f"page-{layer.name}", bind="query-params") - 1
        arranged = partial(
            mosaic,
            values,
            scale=choice.scale,
            columns=choice.columns,
            locked_range=locked_range(layers.original[layer.name]),
            channels=page_of(order, page, _PAGE_SIZE),
        )
        drawn = arranged(gap=_gap(min(values.shape[1], _LARGEST_TILE)), largest_side=_LARGEST_TILE)
        exact = partial(arranged, gap=_gap(values.shape[1]))
    else:
        exact = partial(strip, values, scale=choice.scale, locked_range=locked_range(layers.original[layer.name]))
        drawn = exact()
    figure = _figure(layer, drawn, statistics, choice)
    _draw(layer, figure, choice, opened, page)
    about, files = st.columns([4, 1], vertical_alignment="center")
    with about:
        _say(drawn, statistics, layer)
    with files:
        _files(layer, exact, drawn, figure, statistics, choice, layers)
    if opened is not None and opened.layer == layer.name:
        _open(layer, opened.channel, layers, choice)


def _open(layer: "LayerInfo", channel: int, layers: Layers, choice: LayerChoice) -> None:
    values = layers.edited[layer.name]
    # The same scale as the tile: the colours of the large map are those that were clicked.
    alone = mosaic(
        values,
        scale=choice.scale,
        locked_range=locked_range(layers.original[layer.name]),
        channels=np.array([channel]),
    )
    channel_panel(
        layer,
        channel,
        values[:, :, channel],
        layers.received,
        value_range=(float(alone.lows[0]), float(alone.highs[0])),
        colour_map=choice.colour_map,
    )


def first_layer(picture: CurrentPicture, setting: Setting, network: Network) -> Layers:
    """A small view of what the first convolution makes of the picture."""
    layer = next((layer for layer in network.traced.layers if "Conv" in layer.kind), network.traced.layers[0])
    layers = outputs(picture, setting, network, names=[layer.name], fit="stretch")
    values = layers.edited[layer.name]
    drawn = mosaic(
        values,
        scale="locked",
        columns=8,
        locked_range=locked_range(layers.original[layer.name]),
        channels=np.arange(min(values.shape[2], _PAGE_SIZE)),
        gap=_gap(min(values.shape[1], _LARGEST_TILE)),
        largest_side=_LARGEST_TILE,
    )
    live_chart(
        mosaic_figure(drawn, title=f"{title(layer)} · scale: locked", statistics=channel_statistics(values)),
        key="first-layer",
        description=f"Feature maps of the layer {title(layer)}",
    )
    return layers


def _gap(width: int) -> int:
    # One cell between large tiles would be less than a pixel of the screen, and show here and there.
    return max(1, width // 20)


def title(layer: "LayerInfo") -> str:
    """Name, kind and shape: "conv1 · Conv2D · 62 × 62 × 32"."""
    return f"{layer.name} · {layer.kind} · {' × '.join(str(size) for size in layer.shape)}"


def _figure(layer: "LayerInfo", drawn: Mosaic, statistics: ChannelStatistics, choice: LayerChoice) -> Figure:
    heading = f"{title(layer)} · scale: {SCALES[drawn.scale].label}"
    if layer.is_spatial:
        return mosaic_figure(drawn, title=heading, colour_map=choice.colour_map, statistics=statistics)
    return strip_figure(drawn, title=heading, colour_map=choice.colour_map)


def _draw(layer: "LayerInfo", figure: Figure, choice: LayerChoice, opened: OpenChannel | None, page: int) -> None:
    key = f"layer-{layer.name}"
    if not layer.is_spatial:
        live_chart(
            figure,
            key=key,
            description=f"Outputs of the layer {title(layer)}",
            height=200,
            hint=("Drag to zoom · Ctrl + scroll zooms, too", "+ and − zoom, then a finger moves the strip"),
            file=layer.name,
            zoomable=True,
        )
        return
    shown = figure["layout"]["meta"]["channels"]
    is_here = opened is not None and opened.layer == layer.name and opened.channel in shown
    selected = shown.index(opened.channel) if opened is not None and is_here else None
    live_chart(
        figure,
        key=key,
        description=f"Feature maps of the layer {title(layer)}",
        # Zoom belongs to an arrangement of tiles; another one begins whole.
        revision=f"{layer.name}-{choice.columns}-{page}",
        hint=(
            "Click a tile to open it (or Enter) · drag to zoom · Ctrl + scroll zooms, too",
            "Tap a tile to open it · + and − zoom, then a finger moves the map",
        ),
        file=layer.name,
        zoomable=True,
        selected=selected,
        on_picked=partial(state.show_channel, layer.name),
        stepping=(opened.channel, layer.num_channels) if opened is not None and is_here else None,
    )


def _say(drawn: Mosaic, statistics: ChannelStatistics, layer: "LayerInfo") -> None:
    num_dead, num_constant = int(statistics.dead.sum()), int(statistics.constant.sum())
    if layer.is_spatial:
        parts = [f"{layer.num_channels} channels", f"{num_dead} dead (×, all zero)"]
        parts += [f"{num_constant} constant (=)"] if num_constant else []
    else:
        parts = [f"{layer.num_channels} units", f"{num_dead} at zero"]
    beyond = [f"{percent(share)} {side}" for share, side in ((drawn.above, "above"), (drawn.below, "below")) if share]
    if drawn.block > 1:
        parts.append(f"each cell is the mean of {drawn.block} × {drawn.block} units")
    if beyond:
        parts.append(f"{' and '.join(beyond)} the scale's range")
    st.caption(" · ".join(parts))


def _files(
    layer: "LayerInfo",
    exact: Callable[[], Mosaic],
    drawn: Mosaic,
    figure: Figure,
    statistics: ChannelStatistics,
    choice: LayerChoice,
    layers: Layers,
) -> None:
    stem = f"{layers.file_stem}-{layer.name}"
    with st.popover("Files", icon=":material/download:"):
        st.download_button(
            "PNG, one pixel per value",
            data=lambda: export.exact_png(exact(), colour_map=choice.colour_map),
            file_name=f"{stem}-exact.png",
            mime="image/png",
            key=f"exact-{layer.name}",
        )
        st.download_button(
            "PNG, figure with title and colour bar",
            data=partial(
                export.labelled_png,
                drawn,
                title=title(layer),
                subtitle=layers.file_stem,
                colour_map=choice.colour_map,
                statistics=statistics,
            ),
            file_name=f"{stem}.png",
            mime="image/png",
            key=f"labelled-{layer.name}",
        )
        st.download_button(
            "HTML, interactive, opens without a network",
            data=partial(export.figure_html, figure, title=f"{title(layer)} · {layers.file_stem}"),
            file_name=f"{stem}.html",
            mime="text/html",
            key=f"html-{layer.name}",
        )
        st.caption("SVG: the button below the figure, of the view as it is zoomed.")


def archive(layers: Layers, choice: LayerChoice) -> None:
    """All chosen layers as one file of arrays."""
    if not choice.layers:
        st.info("Choose a layer above to see what it makes of the picture.", icon=":material/grid_view:")
        return
    chosen = {layer.name: layers.edited[layer.name] for layer in choice.layers}
    st.download_button(
        f"Download all values of {len(chosen)} {'layer' if len(chosen) == 1 else 'layers'} (.npz)",
        data=partial(export.archive, chosen),
        file_name=f"{layers.file_stem}-layers.npz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
