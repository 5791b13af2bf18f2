"""The first layer's law as a figure: how fast each channel should rise with an offset, and how fast it does."""

from types import MappingProxyType

import numpy as np

from vizcore.figures.chart import Figure, opened_range
from vizcore.figures.colours import GREY, OKABE_ITO, css
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
    """Predicted slope against measured slope, one point per channel, in the colour of what explains it most.

    Args:
        law: of a first layer, see `vizcore.light.offset_law.offset_law`.

    Returns:
        A Plotly figure: the diagonal, then one trace for "as predicted" and one each for padding, clipping and ReLU,
        which takes the channels whose distance from the diagonal it contributes most to. A channel counts as predicted
        within a fiftieth of the largest prediction.
    """
    parts = np.stack([law.padding, law.clip, law.relu])
    largest = float(np.abs(law.predicted).max(initial=0))
    is_near = np.abs(law.measured - law.predicted) <= _NEAR * largest
    reasons = np.where(is_near, 0, 1 + np.abs(parts).argmax(axis=0))
    low, high = opened_range(
        float(min(law.predicted.min(), law.measured.min(), 0)), float(max(law.predicted.max(), law.measured.max(), 0))
    )
    margin = 0.05 * (high - low)
    ends = [low - margin, high + margin]
    diagonal = {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": ends,
        "line": {"width": 1, "dash": "dot", "color": css(GREY, 0.9)},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    traces = [diagonal]
    for index, (name, colour) in enumerate(_COLOURS.items()):
        channels = np.flatnonzero(reasons == index)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": law.predicted[channels].tolist(),
                "y": law.measured[channels].tolist(),
                "marker": {"size": 9, "color": colour},
                "customdata": [
                    [int(channel), *(float(part[channel]) for part in (law.padding, law.clip, law.relu))]
                    for channel in channels
                ],
                "hovertemplate": (
                    "channel %{customdata[0]}<br>predicted %{x:.4g}<br>padding %{customdata[1]:+.4g}<br>"
                    "clipping %{customdata[2]:+.4g}<br>ReLU %{customdata[3]:+.4g}<br>measured %{y:.4g}<extra></extra>"
                ),
            }
        )
    axis = {"range": ends, "zeroline": True, "automargin": True, "fixedrange": True}
    return {
        "data": traces,
        "layout": {
            "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "xaxis": {**axis, "title": {"text": "predicted slope: scale · ΣK"}},
            "yaxis": {**axis, "title": {"text": "measured slope"}},
        },
    }
