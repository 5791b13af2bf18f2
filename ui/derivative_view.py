"""One layer twice: its feature maps, and how fast every value of them moves with the brightness."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from ui import cached
from ui.arrangement import Arrangement
from ui.comparison_view import DIVERGING
from ui.following import Update
from ui.guard import as_text
from ui.live_chart import live_chart
from ui.state import Setting
from ui.subject import PLAIN, Subject
from vizcore.arrays import FloatArray
from vizcore.channels import channel_statistics
from vizcore.chart import percent
from vizcore.errors import VizcoreError
from vizcore.figures import Figure
from vizcore.law_figure import law_figure

_MAPS, _DERIVATIVE = "as edited", "derivative"


def derivatives(arranged: Arrangement, slopes: FloatArray, first: FloatArray) -> None:
    """The feature maps and their derivative, zooming together and opening the same channel.

    Args:
        arranged: the layer.
        slopes: ∂activation/∂amount at the amount that is chosen, shaped as the layer's output.
        first: the same at the amount that changes nothing: its range is the scale, and stays.
    """
    st.markdown(f"**{arranged.title}**")
    places = st.columns(2, gap="small") if arranged.layer.is_spatial else [st.container(), st.container()]
    for place, (side, chart) in zip(places, _charts(arranged, slopes, first).items(), strict=True):
        with place:
            arranged.chart(
                **chart(),
                key=arranged.key(side),
                description=f"{arranged.title}, {side}",
                link=arranged.key(),
                columns=_columns(arranged),
                hinted=side == _MAPS,
            )


def updates(arranged: Arrangement, slopes: FloatArray, first: FloatArray) -> dict[str, Update]:
    """What makes new values for both, by the chart's key."""
    return {arranged.key(side): chart for side, chart in _charts(arranged, slopes, first).items()}


def first_layer(subject: Subject, setting: Setting) -> None:
    """What an offset should do to every channel of the first layer, and what it does, to the picture without a lens."""
    st.subheader("The first layer's law", anchor=False)
    is_offset = setting.kind.name == "offset"
    offset = setting.amount if is_offset else 0.0
    try:
        law = cached.offset_law(replace(subject, lens=PLAIN), offset)
    except VizcoreError as error:
        st.caption(as_text(str(error)))
        return
    st.caption(
        "Add b to every pixel, and a pre-activation moves by b · scale · ΣK, the sum of its kernel. What leaves the "
        "diagonal does so by ReLU, by clipping, or by padding. "
        + f"At an offset of {offset:.0f}{'' if subject.lens == PLAIN else ', without the lens'}".replace("-", "−")
        + ("." if is_offset else "; choose the offset above to move it.")
    )
    live_chart(
        law_figure(law),
        key="law",
        description="Slope of every channel of the first layer with an offset, predicted against measured",
        height=460,
        file="first-layer-law",
    )


def _charts(arranged: Arrangement, slopes: FloatArray, first: FloatArray) -> Mapping[str, Update]:
    reach = float(np.abs(first).max(initial=0, where=np.isfinite(first))) or 1.0

    def maps() -> dict[str, Figure | str]:
        drawn = arranged.drawn(arranged.edited, scale="locked", columns=_columns(arranged))
        statistics = channel_statistics(arranged.edited)
        return {
            "figure": arranged.figure(
                drawn, heading=_MAPS, colour_map=arranged.choice.colour_map, statistics=statistics
            )
        }

    def derivative() -> dict[str, Figure | str]:
        drawn = arranged.drawn(slopes, scale="locked", value_range=(-reach, reach), columns=_columns(arranged))
        shares = [f"{percent(float(share))} {how}" for share, how in _shares(slopes)]
        return {
            "figure": arranged.figure(drawn, heading=_DERIVATIVE, colour_map=DIVERGING),
            "note": f"As the amount rises, {', '.join(shares)}.",
        }

    return {_MAPS: partial(maps), _DERIVATIVE: partial(derivative)}


def _shares(slopes: FloatArray) -> tuple[tuple[float, str], ...]:
    return (
        (float(np.mean(slopes > 0)), "of the units grow (red)"),
        (float(np.mean(slopes < 0)), "shrink (blue)"),
        (float(np.mean(slopes == 0)), "stand still"),
    )


def _columns(arranged: Arrangement) -> int:
    # Two beside one another: half as many tiles a row, so that they are large enough to be seen.
    return max(4, arranged.choice.columns // 2)
