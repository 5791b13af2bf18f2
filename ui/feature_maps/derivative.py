"""One layer twice: its feature maps, and how fast every value of them moves with the brightness."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from ui.cached import light as cached_light
from ui.feature_maps.arrangement import Arrangement
from ui.guard import as_text
from ui.light.following.following import Update
from ui.parts.live_chart.live_chart import live_chart
from ui.values import Subject
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import OFFSET, Light
from vizcore.errors import VizcoreError
from vizcore.figures.chart import percent
from vizcore.figures.colours import DIVERGING
from vizcore.figures.offset_law import law_figure
from vizcore.inputs.lens import PLAIN
from vizcore.light.change import symmetric_range
from vizcore.maps.channels import channel_statistics
from vizcore.numbers import with_minus_signs

_MAPS, _DERIVATIVE = "as edited", "derivative"


def derivatives(arranged: Arrangement, slopes: FloatArray, first: FloatArray) -> None:
    """The feature maps and their derivative, zooming together and opening the same channel.

    Args:
        arranged: the layer.
        slopes: ∂activation/∂amount at the amount that is chosen, shaped as the layer's output.
        first: the same at the amount that changes nothing: its range is the scale, and stays.
    """
    st.markdown(f"**{arranged.title}**")
    with st.container(key=f"compared-{arranged.layer.name}"):
        places = st.columns(2, gap="small") if arranged.layer.is_spatial else [st.container(), st.container()]
    charts = {_MAPS: _maps(arranged), _DERIVATIVE: _derivative(arranged, slopes, first)}
    for place, (side, chart) in zip(places, charts.items(), strict=True):
        with place:
            arranged.chart(
                **chart,
                key=arranged.key(side),
                description=f"{arranged.title}, {side}",
                link=arranged.key(),
                columns=arranged.columns_beside,
                hinted=side == _MAPS,
            )


def updates(arranged: Arrangement, slopes: Callable[[], tuple[FloatArray, FloatArray]]) -> dict[str, Update]:
    """What makes new values for both, by the chart's key; the slopes are computed when a chart asks for them."""
    return {
        arranged.key(_MAPS): lambda: _maps(arranged),
        arranged.key(_DERIVATIVE): lambda: _derivative(arranged, *slopes()),
    }


def first_layer(subject: Subject, light: Light) -> None:
    """What an offset should do to every channel of the first layer, and what it does, to the picture without a lens."""
    st.subheader("The first layer's law", anchor=False)
    is_offset = light.kind == OFFSET
    offset = light.amount if is_offset else OFFSET.slider.neutral
    try:
        law = cached_light.offset_law(replace(subject, lens=PLAIN), offset)
    except VizcoreError as error:
        st.caption(as_text(str(error)))
        return
    st.caption(
        "Add b to every pixel, and a pre-activation moves by b · scale · ΣK, the sum of its kernel. What leaves the "
        "diagonal does so by ReLU, by clipping, or by padding. "
        + with_minus_signs(f"At an offset of {offset:.0f}{'' if subject.lens == PLAIN else ', without the lens'}")
        + ("." if is_offset else "; choose the offset above to move it.")
    )
    live_chart(
        law_figure(law),
        key="law",
        description="Slope of every channel of the first layer with an offset, predicted against measured",
        height=460,
        file="first-layer-law",
    )


def _maps(arranged: Arrangement) -> dict[str, Any]:
    drawn = arranged.drawn(arranged.edited, scale="locked", columns=arranged.columns_beside)
    statistics, colour_map = channel_statistics(arranged.edited), arranged.choice.colour_map
    return {"figure": arranged.figure(drawn, heading=_MAPS, colour_map=colour_map, statistics=statistics)}


def _derivative(arranged: Arrangement, slopes: FloatArray, first: FloatArray) -> dict[str, Any]:
    unedited, here = symmetric_range(first)[1], symmetric_range(slopes)[1]
    reach = (unedited or here or 1.0) / arranged.choice.magnify
    drawn = arranged.drawn(slopes, scale="locked", value_range=(-reach, reach), columns=arranged.columns_beside)
    shares = [f"{percent(float(share))} {how}" for share, how in _shares(slopes)]
    note = f"As the amount rises, {', '.join(shares)}."
    if here and not unedited:
        # Every pixel of the picture as it is stands at 0 or 255.
        note += " On a scale of its own: the picture as it is stands still."
    return {"figure": arranged.figure(drawn, heading=_DERIVATIVE, colour_map=DIVERGING), "note": note}


def _shares(slopes: FloatArray) -> tuple[tuple[float, str], ...]:
    return (
        (float(np.mean(slopes > 0)), "of the units grow (red)"),
        (float(np.mean(slopes < 0)), "shrink (blue)"),
        (float(np.mean(slopes == 0)), "stand still"),
    )
