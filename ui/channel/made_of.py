"""What a channel is made of, and whom it feeds: its kernel, the kernels of its layer, its listeners, its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from ui.cached import units as cached_units
from ui.channel.bars_view.bars_view import Row, bars_view
from ui.channel.section import OfChannel
from ui.feature_maps.layer_list.layer_list import layer_list
from ui.guard import as_text, sentence_here
from ui.parts.live_chart.live_chart import ChartLook, Picking, live_chart
from ui.parts.part import Part
from ui.parts.words.words import Words, words
from ui.session.channel import show_channel
from vizcore.arrays import FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure
from vizcore.figures.colours import DIVERGING
from vizcore.figures.mosaics import mosaic_figure
from vizcore.figures.training import kernels_figure
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import range_scale
from vizcore.numbers import ceil_division, with_minus_signs

if TYPE_CHECKING:
    from vizcore.units.kernels import Kernel

_MOST_TILES = 64
_MOST_ROWS = 10
_TABLE_HEIGHT = 400  # pixels
_COLOURS = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class MadeOf(OfChannel):
    """The section."""

    def parts(self) -> list[Part]:
        """The sentence about the kernel, which follows the slope; nothing else depends on the light."""
        return [Part("kernel-words", self._words, words, layer=self.layer.name)] if self._has_kernel else []

    def show(self) -> None:
        """Draw the section."""
        st.header("What it is made of, and whom it feeds", anchor=False)
        with st.container(key="made-of"):
            left, middle, right = st.columns(3, gap="medium")
        if self._has_kernel:
            with left, sentence_here(self.layer.name):
                self._show_kernel()
                for part in self.parts():
                    part.show()
                self._show_numbers()
            with middle, sentence_here(self.layer.name):
                self._show_layer()
        else:
            left.caption(f"{as_text(self.layer.name)} ({self.layer.kind}) has no kernel.")
        with right, sentence_here(self.layer.name):
            self._show_listeners()
        network = self.layers.network
        way = cached_units.way_to(network, self.layer.name)
        with st.expander("The network, the way to this channel lit", icon=":material/account_tree:"):
            layer_list(network.traced.layers, way, key="way", on_chosen=partial(_open_other, way))

    @property
    def _kernel(self) -> "Kernel":
        return cached_units.kernel(self.layers.network, self.layer.name, self.opened.channel)

    @cached_property
    def _has_kernel(self) -> bool:
        try:
            return self._kernel.values.size > 0
        except VizcoreError:
            return False

    @property
    def _source(self) -> str:
        """The layer that feeds a layer with a kernel; empty for the network's input."""
        return cached_units.fed_layer(self.layers.network, self.layer.name).sources[0]

    def _show_kernel(self) -> None:
        kernel = self._kernel
        rows, columns, _ = kernel.values.shape
        source = self._source
        title = f"Kernel: {rows} × {columns} × {len(kernel.inputs)}"
        if rows * columns == 1:
            weights, places = kernel.values.ravel(), kernel.inputs
            strongest = np.argsort(-np.abs(weights), kind="stable")[:_MOST_ROWS]
            shown = [
                (f"{source or 'input'} · {places[place]}", float(weights[place]), source, int(places[place]))
                for place in strongest.tolist()
            ]
            bars_view(key="kernel-weights", title=title, rows=_rows(shown))
            return
        tiles, numbers = _spread(kernel.values.astype(np.float32), kernel.inputs)
        picking = Picking(partial(show_channel, source), _nothing, source) if source else None
        _show_tiles(tiles, numbers, key="kernel", title=title, what=f"Kernel of {self._name}", picking=picking)

    def _show_numbers(self) -> None:
        """Draw all weights in a table that is made when it is opened."""
        numbers = st.expander(
            "The kernel as numbers", icon=":material/grid_on:", key="kernel-numbers", on_change="rerun"
        )
        if numbers.open:
            kernel, shape = self._kernel, self.layers.network.traced.input_shape
            with numbers:
                table = weights_table(kernel, self._source, input_channels=shape[2])
                st.dataframe(
                    table,
                    hide_index=True,
                    column_config=dict.fromkeys(list(table)[1:], st.column_config.NumberColumn(format="%.4g")),
                    height=_TABLE_HEIGHT if len(kernel.inputs) > _MOST_ROWS else "auto",
                    alt=f"The weights of {self._name}",
                )
                st.caption("Columns: row, column of the kernel. The bias is added to the sum.")

    def _show_layer(self) -> None:
        kernels = cached_units.kernels_of_layer(self.layers.network, self.layer.name)
        if kernels.shape[0] * kernels.shape[1] == 1:
            st.caption("Kernels of one cell are numbers, not pictures.")
            return
        name = self.layer.name
        if kernels.shape[2] == 3:
            figure = kernels_figure(kernels, limit=float(np.abs(kernels).max()) or 1.0, title=f"All kernels of {name}")
            live_chart(figure, key="kernels", description=f"The kernels of {name}, as colours")
            return
        picking = Picking(partial(show_channel, name), _nothing, name, selected=None)
        numbers = np.arange(min(kernels.shape[3], _MOST_TILES))
        title = f"All kernels of {name}"
        what = f"The kernels of {name}"
        _show_tiles(kernels[:, :, 0], numbers, key="kernels", title=title, what=what, picking=picking)
        st.caption("Each is summed over its input channels. A click opens the channel.")

    def _show_listeners(self) -> None:
        found = cached_units.audience(self.layers.network, self.layer.name, self.opened.channel)
        if not found.listeners:
            st.caption("No later layer with weights listens to it." + _behind(found.not_followed))
        for listeners in found.listeners[:3]:
            order = listeners.order(_MOST_ROWS).tolist()
            shown = [
                (f"{listeners.layer} · {channel}", float(listeners.total[channel]), listeners.layer, channel)
                for channel in order
            ]
            bars_view(key=f"listeners-{listeners.layer}", title="Who listens most", rows=_rows(shown))
        if found.listeners and found.not_followed:
            st.caption(_behind(found.not_followed).strip())

    def _words(self) -> Words:
        kernel = self._kernel
        rows = [("ΣK", _written(kernel.total)), ("bias", _written(kernel.bias))]
        try:
            slope = float(self.layers.slopes(self.layer.name)[0][..., self.opened.channel].mean())
            rows.append((f"∂ mean / ∂ {self.layers.light.kind.name}, measured", _written(slope)))
        except VizcoreError:
            # The layer has no exact derivative: the row is left out.
            pass
        return Words(text=f"Answers to {kernel.answers_to}.", rows=rows)

    @property
    def _name(self) -> str:
        return f"{self.layer.name}, channel {self.opened.channel}"


def weights_table(kernel: "Kernel", source: str, *, input_channels: int) -> dict[str, list[str] | list[float]]:
    """The weights of a kernel: a line for each input channel, and a column for each place.

    Args:
        kernel: the kernel.
        source: name of the layer that feeds it; empty for the network's input.
        input_channels: of the network's input.
    """
    colours = _COLOURS if not source and input_channels == len(_COLOURS) else None
    names = [f"{source or 'input'} · {colours[place] if colours else place}" for place in kernel.inputs.tolist()]
    rows, columns, _ = kernel.values.shape
    weights = {
        f"{row}, {column}": kernel.values[row, column].tolist() for row in range(rows) for column in range(columns)
    }
    return {"input": names, **weights}


def _show_tiles(
    tiles: FloatArray, numbers: IntArray, *, key: str, title: str, what: str, picking: Picking | None
) -> None:
    """Draw (h, w, C) weights as a mosaic with 0 in the middle of its colours."""
    limit = float(np.abs(tiles).max()) or 1.0
    columns = 4 if len(numbers) <= 16 else 8
    scale = range_scale(-limit, limit, num_channels=tiles.shape[2])
    figure: Figure = mosaic_figure(
        mosaic(tiles, scale=scale, columns=columns, channels=numbers), title=title, colour_map=DIVERGING
    )
    height = min(420, 64 * ceil_division(len(numbers), columns))
    live_chart(figure, key=key, description=what, look=ChartLook(height=height, name=key, picking=picking))


def _spread(values: FloatArray, inputs: IntArray) -> tuple[FloatArray, IntArray]:
    """The strongest slices of a kernel at the numbers of their input channels: (kh, kw, all) and the numbers."""
    strongest = np.argsort(-np.abs(values).sum(axis=(0, 1)), kind="stable")[:_MOST_TILES]
    tiles = np.zeros((*values.shape[:2], int(inputs.max()) + 1), np.float32)
    tiles[:, :, inputs] = values
    return tiles, np.sort(inputs[strongest])


def _rows(shown: Sequence[tuple[str, float, str, int]]) -> list[Row]:
    """Rows of name, number, and the layer and channel that they open; an empty layer opens nothing."""
    most = max((abs(number) for _, number, _, _ in shown), default=0.0) or 1.0
    return [
        Row(
            name=name,
            number=_written(number),
            share=number / most,
            target={"layer": layer, "channel": channel} if layer else None,
        )
        for name, number, layer, channel in shown
    ]


def _behind(names: Sequence[str]) -> str:
    return f" Behind {', '.join(names[:3])} it is not followed." if names else ""


def _written(number: float) -> str:
    return with_minus_signs(f"{number:.4g}")


def _nothing() -> None:
    """These charts have no open channel to close."""


def _open_other(way: Sequence[str], names: Sequence[str]) -> None:
    """Open the first channel of the layer that was clicked in the drawing, which toggles it in the list."""
    clicked = [name for name in names if name not in way] or [name for name in way if name not in names]
    if len(clicked) == 1:
        show_channel(clicked[0], 0)
