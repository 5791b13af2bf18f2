"""The feature maps of one layer, and what is said of its channels."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ui.feature_maps.arrangement import Arrangement, title
from ui.parts.part import Part
from vizcore.figures.chart import Figure, percent
from vizcore.maps.channels import ChannelStatistics, channel_statistics
from vizcore.maps.mosaic import Mosaic
from vizcore.maps.scales import SCALES

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations.layer import LayerInfo


class Maps:
    """The feature maps of one layer, each part made when it is asked for."""

    def __init__(self, arranged: Arrangement) -> None:
        self.arranged = arranged

    @cached_property
    def drawn(self) -> Mosaic:
        """The feature maps as edited, as one picture of levels."""
        return self.arranged.drawn(self.arranged.edited, scale=self.arranged.choice.scale)

    @cached_property
    def statistics(self) -> ChannelStatistics:
        """Of every channel, as edited."""
        return channel_statistics(self.arranged.edited)

    @cached_property
    def figure(self) -> Figure:
        """The mosaic under its title."""
        return self.arranged.figure(
            self.drawn,
            heading=f"{self.arranged.title} · scale: {SCALES[self.drawn.scale].label}",
            colour_map=self.arranged.choice.colour_map,
            statistics=self.statistics,
        )

    def make(self) -> dict[str, Any]:
        """What the chart takes: the figure, and a note on its channels."""
        return {"figure": self.figure, "note": _note(self.drawn, self.statistics, self.arranged.layer)}

    def parts(self) -> list[Part]:
        """The one chart."""
        return [self.arranged.part(self.make, description=description(self.arranged.layer))]

    def show(self) -> None:
        """Draw it."""
        for part in self.parts():
            part.show()


def description(layer: "LayerInfo") -> str:
    """What a screen reader says of a layer's chart."""
    return f"{'Feature maps' if layer.is_spatial else 'Outputs'} of the layer {title(layer)}"


def _note(drawn: Mosaic, statistics: ChannelStatistics, layer: "LayerInfo") -> str:
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
