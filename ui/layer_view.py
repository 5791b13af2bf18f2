"""The layers of a network for one picture: what it receives, the mosaic of each layer, one channel large, files."""

from collections.abc import Collection
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from ui import comparison_view, derivative_view, tuning_view
from ui.arrangement import Arrangement, arrange, choose_page
from ui.cached.outputs import Layers
from ui.channel_view import channel_panel, channel_updates
from ui.layer_controls import DERIVATIVE, DIFFERENCE, TUNING, LayerChoice
from ui.light.following.following import Update
from ui.parts.pixels.pixels import pixel_picture, pixel_source
from ui.values import OpenChannel, Subject
from vizcore.figures import export as figures_export
from vizcore.figures.chart import Figure, percent
from vizcore.figures.export import exact_png, labelled_png
from vizcore.figures.export_html import figure_html
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.value_ranges import RANGES
from vizcore.maps.channels import ChannelStatistics, channel_statistics
from vizcore.maps.mosaic import Mosaic, mosaic
from vizcore.maps.scales import SCALES

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo

_RECEIVED = "received"


def received(subject: Subject, layers: Layers) -> None:
    """The pixels that the network is given, magnified without smoothing."""
    height, width = layers.received.shape[:2]
    numbers = RANGES[subject.entry.value_range].label
    if subject.lens != PLAIN:
        numbers = f"{subject.lens}; what lies beyond {numbers} is shown at its ends"
    pixel_picture(
        layers.received,
        key=_RECEIVED,
        caption=f"What the network receives: {height} × {width} pixels, {numbers}",
    )


def show_layer(layer: "LayerInfo", layers: Layers, choice: LayerChoice, opened: OpenChannel | None) -> None:
    """One layer: its mosaic, what is to be said of its channels, its files, and the channel that is open."""
    if choice.view == TUNING:
        choose_page(layer, with_units=True)
        tuning_view.curves(arrange(layer, layers, choice, opened), layers)
        return
    choose_page(layer)
    arranged = arrange(layer, layers, choice, opened)
    if choice.view == DIFFERENCE:
        comparison_view.differences(arranged, layers.clipping())
    elif choice.view == DERIVATIVE:
        derivative_view.derivatives(arranged, *layers.slopes(layer.name))
    else:
        _show_maps(_Maps(arranged), layers.file_stem)
    if arranged.opened is not None:
        channel_panel(layer, **_opened(arranged, arranged.opened, layers))


def updates(
    layers: Layers, choice: LayerChoice, opened: OpenChannel | None, *, names: Collection[str]
) -> dict[str, Update]:
    """What makes new values for every chart of the layers of these names, by the chart's key."""
    found: dict[str, Update] = {_RECEIVED: lambda: {"source": pixel_source(layers.received)}}
    for layer in choice.layers:
        if layer.name in names:
            arranged = arrange(layer, layers, choice, opened)
            if choice.view == TUNING:
                found |= tuning_view.updates(arranged, layers)
                continue
            if choice.view == DIFFERENCE:
                found |= comparison_view.updates(arranged, layers.clipping)
            elif choice.view == DERIVATIVE:
                found |= derivative_view.updates(arranged, partial(layers.slopes, layer.name))
            else:
                found[arranged.key()] = _Maps(arranged).update
            if arranged.opened is not None:
                found |= channel_updates(**_opened(arranged, arranged.opened, layers))
    return found


class _Maps:
    """The feature maps of one layer, each part made when it is asked for."""

    def __init__(self, arranged: Arrangement) -> None:
        self.arranged = arranged

    @cached_property
    def drawn(self) -> Mosaic:
        return self.arranged.drawn(self.arranged.edited, scale=self.arranged.choice.scale)

    @cached_property
    def statistics(self) -> ChannelStatistics:
        return channel_statistics(self.arranged.edited)

    @cached_property
    def figure(self) -> Figure:
        return self.arranged.figure(
            self.drawn,
            heading=f"{self.arranged.title} · scale: {SCALES[self.drawn.scale].label}",
            colour_map=self.arranged.choice.colour_map,
            statistics=self.statistics,
        )

    def update(self) -> dict[str, Any]:
        return {"figure": self.figure, "note": note(self.drawn, self.statistics, self.arranged.layer)}


def _show_maps(maps: _Maps, file_stem: str) -> None:
    arranged = maps.arranged
    arranged.chart(
        **maps.update(),
        key=arranged.key(),
        description=f"{'Feature maps' if arranged.layer.is_spatial else 'Outputs'} of the layer {arranged.title}",
    )
    files = st.popover("Files", icon=":material/download:", key=f"files-{arranged.layer.name}", on_change="rerun")
    # What is closed is not made: four layers have a dozen buttons.
    if files.open:
        with files:
            _files(maps, file_stem)


def _opened(arranged: Arrangement, channel: int, layers: Layers) -> dict[str, Any]:
    # On the scale that is chosen for feature maps; a picture that is stretched by itself has one of its own.
    alone = mosaic(
        arranged.edited,
        scale=arranged.choice.scale,
        locked_range=arranged.locked,
        channels=np.array([channel]),
    )
    return {
        "channel": channel,
        "values": arranged.edited[:, :, channel],
        "received": layers.received,
        "value_range": (float(alone.lows[0]), float(alone.highs[0])),
        "colour_map": arranged.choice.colour_map,
    }


def note(drawn: Mosaic, statistics: ChannelStatistics, layer: "LayerInfo") -> str:
    """How many channels there are, which of them are marked, and what does not fit the scale."""
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
    return " · ".join(parts)


def _files(maps: _Maps, file_stem: str) -> None:
    arranged = maps.arranged
    layer, choice = arranged.layer, arranged.choice
    stem = f"{file_stem}-{layer.name}"
    exact = partial(arranged.drawn, arranged.edited, scale=choice.scale, exact=True)
    st.download_button(
        "PNG, one pixel per value",
        data=lambda: exact_png(exact(), colour_map=choice.colour_map),
        file_name=f"{stem}-exact.png",
        mime="image/png",
        key=f"exact-{layer.name}",
    )
    st.download_button(
        "PNG, figure with title and colour bar",
        data=lambda: labelled_png(
            maps.drawn,
            title=arranged.title,
            subtitle=file_stem,
            colour_map=choice.colour_map,
            statistics=maps.statistics,
        ),
        file_name=f"{stem}.png",
        mime="image/png",
        key=f"labelled-{layer.name}",
    )
    st.download_button(
        "HTML, interactive, opens without a network",
        data=lambda: figure_html(maps.figure, title=f"{arranged.title} · {file_stem}"),
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
        data=partial(figures_export.archive, chosen),
        file_name=f"{layers.file_stem}-layers.npz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
