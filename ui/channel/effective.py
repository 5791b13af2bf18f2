"""The effective field of the chosen cell: how much each pixel of the network's input changes it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from ui.cached import units as cached_units
from ui.channel.unit import Unit
from ui.guard import as_text
from ui.parts.part import Part
from ui.parts.pixels.pixels import pixel_picture, pixel_source
from vizcore.errors import VizcoreError
from vizcore.figures.chart import percent
from vizcore.figures.colours import colour_table
from vizcore.maps.scales import HIGHEST_LEVEL
from vizcore.units.effective_field import EffectiveField

_COLOURS = "magma"


@dataclass(frozen=True, eq=False)
class Effective:
    """The section. It is made at the release: a gradient takes several passes.

    Attributes:
        unit: the channel, with its chosen cell.
    """

    unit: Unit

    def parts(self) -> list[Part]:
        """None that follows a held thumb."""
        return []

    def show(self) -> None:
        """Draw the strength of the field's pixels, and which part of it lies in the middle."""
        with st.container(key="effective"):
            st.header(
                "Effective receptive field",
                anchor=False,
                help="How much each pixel that the cell sees changes its value: the size of the gradient.",
            )
            left, right = st.columns([1, 3], gap="medium", vertical_alignment="center")
        try:
            found = self._found
        except VizcoreError as error:
            left.caption(as_text(str(error)))
            return
        strongest = float(found.strength.max()) if found.strength.size else 0.0
        if not np.isfinite(strongest) or strongest == 0:
            left.caption("No pixel changes this cell here: it is off, or sees none.")
            return
        levels = np.rint(found.strength / strongest * HIGHEST_LEVEL).astype(np.uint8)
        with left:
            pixel_picture(
                **pixel_source(colour_table(_COLOURS)[levels]),
                key="effective-field",
                caption=f"|gradient| in the field: {levels.shape[0]} × {levels.shape[1]} pixels of the input",
            )
        with right:
            st.markdown(_sentence(found))

    @cached_property
    def _found(self) -> EffectiveField:
        unit = self.unit
        layers, opened = unit.layers, unit.opened
        return cached_units.effective(layers.subject, layers.light, opened.layer, opened.channel, unit.cell)


def _sentence(found: EffectiveField) -> str:
    if found.in_middle is None or found.evenly is None:
        return ""
    return (
        f"**{percent(found.in_middle)}** of the gradient lies in the middle half of the field's sides; "
        f"evenly spread it would be {percent(found.evenly)}."
    )
