"""The first layer's law as a figure: how fast each channel should rise with an offset, and how fast it does."""

from types import MappingProxyType

import numpy as np

from vizcore.arrays import IntArray
from vizcore.figures.chart import Figure, legend_above, margins, widened
from vizcore.figures.colours import GREY, OKABE_ITO, css
from vizcore.figures.traces import dots, line
from vizcore.light.offset_law import OffsetLaw

_COLOURS = MappingProxyType(
    {
        "as predicted": OKABE_ITO["bluish green"],
        "padding": OKABE_ITO["reddish purple"],
        "clipping": OKABE_ITO["orange"],
        "ReLU": OKABE_ITO["sky blue"],
    }
)
_NEAR = 0.02


def law_figure(law: OffsetLaw) -> Figure:
    """Predicted slope against measured slope, one point per channel, in the colour of its main reason.

    Args:
        law: the law of a first layer; see `vizcore.light.offset_law.offset_law`.

    Returns:
        A Plotly figure: the diagonal, then one trace for "as predicted" and one each for padding, clipping and ReLU.
        Each of these three holds the channels whose distance from the diagonal it contributes most to. A channel counts
        as predicted within a fiftieth of the largest prediction.
    """
    low, high = widened(
        float(min(law.predicted.min(), law.measured.min(), 0)), float(max(law.predicted.max(), law.measured.max(), 0))
    )
    margin = 0.05 * (high - low)
    ends = [low - margin, high + margin]
    diagonal = line(
        ends, ends, {"width": 1, "dash": "dot", "color": css(GREY, 0.9)}, hoverinfo="skip", showlegend=False
    )
    reasons = _reasons(law)
    channels = [_channels(law, np.flatnonzero(reasons == index), name) for index, name in enumerate(_COLOURS)]
    axis = {"range": ends, "zeroline": True, "automargin": True, "fixedrange": True}
    layout = {
        "margin": margins(top=30),
        **legend_above(1.02),
        "xaxis": {**axis, "title": {"text": "predicted slope: scale · ΣK"}},
        "yaxis": {**axis, "title": {"text": "measured slope"}},
    }
    return {"data": [diagonal, *channels], "layout": layout}


def _reasons(law: OffsetLaw) -> IntArray:
    """The main reason for each channel's distance from the diagonal: (C,) positions in _COLOURS."""
    parts = np.stack([law.padding, law.clip, law.relu])
    largest = float(np.abs(law.predicted).max(initial=0))
    is_near = np.abs(law.measured - law.predicted) <= _NEAR * largest
    return np.where(is_near, 0, 1 + np.abs(parts).argmax(axis=0))


def _channels(law: OffsetLaw, channels: IntArray, reason: str) -> Figure:
    return dots(
        law.predicted[channels].tolist(),
        law.measured[channels].tolist(),
        {"size": 9, "color": _COLOURS[reason]},
        name=reason,
        customdata=[
            [int(channel), *(float(part[channel]) for part in (law.padding, law.clip, law.relu))]
            for channel in channels
        ],
        hovertemplate=(
            "channel %{customdata[0]}<br>predicted %{x:.4g}<br>padding %{customdata[1]:+.4g}<br>"
            "clipping %{customdata[2]:+.4g}<br>ReLU %{customdata[3]:+.4g}<br>measured %{y:.4g}<extra></extra>"
        ),
    )
