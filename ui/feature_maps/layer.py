"""One layer on the page: its chosen view, its files, and its open channel."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from ui.cached.outputs import Layers
from ui.feature_maps.arrangement import Arrangement, arrange
from ui.feature_maps.channel import ChannelPanel
from ui.feature_maps.controls import ABOUT, AGAINST, DERIVATIVE, DIFFERENCE, TUNING, LayerChoice
from ui.feature_maps.derivative import Derivatives
from ui.feature_maps.difference import Differences
from ui.feature_maps.files import WithFiles
from ui.feature_maps.maps import Maps
from ui.feature_maps.paging import choose_page
from ui.feature_maps.tuning import CurvesPanel, Sweep, Tiles
from ui.guard import as_text, sentence_here
from ui.parts.part import Part, Section, parts_of
from ui.session.brightness import chosen_light
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo
from vizcore.edits.brightness import Kind
from vizcore.light.curves import Curves


@dataclass(frozen=True, eq=False)
class LayerSection:
    """One layer on the page.

    Attributes:
        layer: the layer.
        layers: the outputs of the network.
        choice: how layers are drawn.
        open_channel: the channel that is shown large, of this layer or another, or None.
    """

    layer: LayerInfo
    layers: Layers
    choice: LayerChoice
    open_channel: OpenChannel | None

    def parts(self) -> list[Part]:
        """The parts of the chosen view and of the open channel."""
        return parts_of(self.sections())

    def show(self) -> None:
        """Draw them, or the reason why they cannot be drawn."""
        with sentence_here(self.layer.name):
            arranged = self._arranged()
            if arranged.has_header:
                st.header(as_text(arranged.title), anchor=False, help=ABOUT.get(self.choice.view))
            # The widget is drawn before its value is read: only then is the page of a link known.
            choose_page(self.layer, with_units=self.choice.view == TUNING)
            for section in self.sections():
                section.show()

    def sections(self) -> list[Section]:
        """The view, with its files, and the panel of the open channel."""
        arranged = self._arranged()
        view, channel = self.choice.view, arranged.opened
        if view == TUNING:
            sweep = Sweep(self.layers.light, chosen_light(), self._curves)
            panels = [] if channel is None else [CurvesPanel(arranged, channel, sweep)]
            return [WithFiles(Tiles(arranged, sweep), self.layers), *panels]
        panel = [] if channel is None else [ChannelPanel(arranged, channel, self._cell)]
        if view == DIFFERENCE:
            differences = Differences(arranged, self.layers.clipping, self._difference_size)
            return [WithFiles(differences, self.layers), *panel]
        if view == DERIVATIVE:
            slopes, light = partial(self.layers.slopes, self.layer.name), self.layers.light
            return [WithFiles(Derivatives(arranged, slopes, light.kind), self.layers), *panel]
        maps = Maps(arranged)
        return [WithFiles(maps, self.layers, maps.exact_png), *panel]

    @property
    def _cell(self) -> tuple[int, int] | None:
        """The chosen cell of the open channel, if the layer has it: a link may name any."""
        cell = None if self.open_channel is None else self.open_channel.cell
        height, width, _ = self.layer.shape
        return cell if cell is not None and cell[0] < height and cell[1] < width else None

    def _arranged(self) -> Arrangement:
        return arrange(self.layer, self.layers, self.choice, self.open_channel)

    def _difference_size(self) -> float:
        # At the released amount, so that a held thumb does not move the scale.
        released, against = replace(self.layers, light=chosen_light()), self.choice.against
        return released.difference_size(self.layer.name, against, without_clip=against == AGAINST[1])

    def _curves(self, kind: Kind) -> Curves:
        # All chosen layers are swept together, also those that are not on the screen.
        names = tuple(layer.name for layer in self.choice.layers)
        return self.layers.curves(kind, names)[self.layer.name]
