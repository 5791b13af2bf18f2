"""One layer in two charts: its feature maps, and their derivative with respect to the brightness."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.feature_maps.arrangement import Arrangement, side_by_side
from ui.feature_maps.shown_values import OWN_UNITS, ShownValues, values_of_units
from ui.guard import as_text
from ui.parts.live_chart.live_chart import ChartLook, live_chart
from ui.parts.part import Part
from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import OFFSET, Kind, Light
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, percent
from vizcore.figures.offset_law import law_figure
from vizcore.inputs.lens import PLAIN
from vizcore.light.change import symmetric_range
from vizcore.light.offset_law import OffsetLaw
from vizcore.maps.channels import channel_statistics
from vizcore.numbers import with_minus_signs

_MAPS, _DERIVATIVE = "edited", "derivative"


@dataclass(frozen=True, eq=False)
class Derivatives:
    """The feature maps and their derivative. Both charts zoom together and open the same channel.

    Attributes:
        arranged: the layer.
        slopes: makes two arrays of ∂activation/∂amount, shaped as the layer's output: at the chosen amount, and at the
            neutral amount. The range of the second is the scale, which does not change with the brightness.
        kind: the kind of brightness.
    """

    arranged: Arrangement
    slopes: Callable[[], tuple[FloatArray, FloatArray]]
    kind: Kind

    def parts(self) -> list[Part]:
        """The two charts."""
        makes = {_MAPS: self._maps, _DERIVATIVE: self._derivative}
        return [
            self.arranged.part(make, description=f"{self.arranged.title}, {side}", side=side, has_hint=side == _MAPS)
            for side, make in makes.items()
        ]

    def show(self) -> None:
        """Draw them, side by side if they are maps."""
        # All values are made before anything is drawn: a refusal then replaces the whole section.
        charts = [part.made() for part in self.parts()]
        side_by_side(self.arranged, charts)

    def values(self) -> ShownValues:
        """The activations and their derivatives at this amount, for files."""
        arrays = {"activation": self.arranged.edited, _DERIVATIVE: self.slopes()[0]}
        units = {"activation": OWN_UNITS, _DERIVATIVE: f"{OWN_UNITS} per {self.kind.unit}"}
        return values_of_units(self.arranged, arrays, units)

    def _maps(self) -> dict[str, Any]:
        arranged = self.arranged
        statistics = channel_statistics(arranged.edited)
        return {"figure": arranged.figure(arranged.drawn(arranged.edited), heading=_MAPS, statistics=statistics)}

    def _derivative(self) -> dict[str, Any]:
        slopes, first = self.slopes()
        unedited, here = symmetric_range(first)[1], symmetric_range(slopes)[1]
        reach = (unedited or here or 1.0) / (self.arranged.choice.magnify or 1)
        drawn = self.arranged.drawn(slopes, scale=self.arranged.range_scale(-reach, reach))
        shares = [f"{percent(float(share))} {how}" for share, how in _shares(slopes)]
        note = f"As the amount rises, {', '.join(shares)}."
        if here and not unedited:
            # Every pixel of the unedited picture is 0 or 255, so its derivative is 0 and gives no scale.
            note += " On a scale of its own: the original picture stands still."
        return {"figure": self.arranged.figure(drawn, heading=_DERIVATIVE), "note": note}


@dataclass(frozen=True, eq=False)
class FirstLayerLaw:
    """The slope of every channel of the first layer with an offset, predicted and measured.

    Attributes:
        subject: the picture and the network; its lens is not applied here.
        light: the brightness. Another kind than offset counts as the neutral offset.
    """

    subject: Subject
    light: Light

    def parts(self) -> list[Part]:
        """The one chart. It is made when the thumb is released."""
        look = ChartLook(height=460, file="first-layer-law")
        description = "Slope of every channel of the first layer with an offset, predicted against measured"
        draw = partial(live_chart, description=description, look=look)
        return [Part("law", self._figure, draw, follows=False)]

    def show(self) -> None:
        """Draw it, or the reason why there is none."""
        st.header("The first layer's law", anchor=False)
        is_offset, lens = self.light.kind == OFFSET, self.subject.lens
        try:
            charts = [part.made() for part in self.parts()]
        except VizcoreError as error:
            st.caption(as_text(str(error)))
            return
        st.caption(
            "Add b to every pixel, and a pre-activation moves by b · scale · ΣK, the sum of its kernel. What leaves "
            "the diagonal does so by ReLU, by clipping, or by padding. "
            + with_minus_signs(f"At an offset of {self._offset:.0f}{'' if lens == PLAIN else ', without the lens'}")
            + ("." if is_offset else "; choose the offset above to move it.")
        )
        for draw in charts:
            draw()

    @property
    def _offset(self) -> float:
        return self.light.amount if self.light.kind == OFFSET else OFFSET.slider.neutral

    @cached_property
    def _law(self) -> OffsetLaw:
        return cached_light.offset_law(replace(self.subject, lens=PLAIN), self._offset)

    def _figure(self) -> dict[str, Figure]:
        return {"figure": law_figure(self._law)}


def _shares(slopes: FloatArray) -> tuple[tuple[float, str], ...]:
    return (
        (float(np.mean(slopes > 0)), "of the units grow (red)"),
        (float(np.mean(slopes < 0)), "shrink (blue)"),
        (float(np.mean(slopes == 0)), "stand still"),
    )
