"""The feature maps of one layer, and a note about its channels."""

from functools import cached_property
from typing import Any

import numpy as np

from ui.feature_maps.arrangement import Arrangement, title
from ui.feature_maps.shown_values import OWN_UNITS, ShownValues, values_of_units
from ui.parts.part import Part
from vizcore.activations.layer import LayerInfo
from vizcore.figures.chart import Figure, percent
from vizcore.figures.export import exact_png
from vizcore.maps.channels import ChannelStatistics, channel_statistics
from vizcore.maps.mosaic import Mosaic

_SPOKEN = 3  # channels that are named for screen readers


class Maps:
    """The feature maps of one layer. Every value is made at its first use."""

    def __init__(self, arranged: Arrangement) -> None:
        self.arranged = arranged

    @cached_property
    def drawn(self) -> Mosaic:
        """The feature maps of the edited picture as one picture of levels."""
        return self.arranged.drawn(self.arranged.edited)

    @cached_property
    def statistics(self) -> ChannelStatistics:
        """The statistics of every channel, for the edited picture."""
        return channel_statistics(self.arranged.edited)

    @cached_property
    def figure(self) -> Figure:
        """The mosaic with its title."""
        return self.arranged.figure(
            self.drawn,
            heading=self.arranged.titled(self.arranged.choice.scale.label),
            statistics=self.statistics,
        )

    def values(self) -> ShownValues:
        """The activations of the edited picture, for files."""
        return values_of_units(self.arranged, {"activation": self.arranged.edited}, {"activation": OWN_UNITS})

    def exact_png(self) -> bytes:
        """The feature maps as a PNG of one pixel per value."""
        arranged = self.arranged
        drawn = arranged.drawn(arranged.edited, exact=True)
        return exact_png(drawn, colour_map=arranged.colour_map(drawn))

    def make(self) -> dict[str, Any]:
        """The values of the chart: the figure, a note about its channels, and both in words."""
        note = self._note()
        return {"figure": self.figure, "note": note, "description": self._spoken(note)}

    def _note(self) -> str:
        """The number of channels, the numbers of marked channels, and the shares of units beyond the scale."""
        drawn, layer, silent = self.drawn, self.arranged.layer, self.statistics.silent
        num_constant, dead = int(self.statistics.constant.sum()), self.arranged.dead
        if dead is None:
            parts = [f"{layer.num_channels} units", f"{int(silent.sum())} at zero"]
        else:
            # The channels that are dead do not change while a thumb is held: they are silent over the whole slider.
            parts = [f"{layer.num_channels} channels", f"{int(dead.sum())} dead (×: silent at every brightness)"]
            parts += [f"{count} silent here (∅)" for count in (int((silent & ~dead).sum()),) if count]
            parts += [f"{num_constant} constant (=)"] if num_constant else []
        ends = ((drawn.above, "above"), (drawn.below, "below"))
        beyond = [f"{percent(share)} {side}" for share, side in ends if share]
        if drawn.block > 1:
            parts.append(f"each cell is the mean of {drawn.block} × {drawn.block} units")
        if beyond:
            parts.append(f"{' and '.join(beyond)} the scale's end" + ("s" if len(beyond) > 1 else ""))
        return " · ".join(parts)

    def _spoken(self, note: str) -> str:
        """The text of the chart for screen readers: the layer, its channels, and those with the largest means."""
        layer, largest = self.arranged.layer, np.argsort(-self.statistics.mean, kind="stable")[:_SPOKEN]
        noun = "channels" if layer.is_spatial else "units"
        return f"{description(layer)}. {note}. Largest means: {noun} {', '.join(map(str, largest.tolist()))}"

    def parts(self) -> list[Part]:
        """The one chart."""
        return [self.arranged.part(self.make, description=description(self.arranged.layer))]

    def show(self) -> None:
        """Draw it."""
        for part in self.parts():
            part.show()


def description(layer: LayerInfo) -> str:
    """The text of a layer's chart for screen readers."""
    return f"{'Feature maps' if layer.is_spatial else 'Outputs'} of the layer {title(layer)}"
