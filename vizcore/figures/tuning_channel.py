"""One channel's tuning curve large, over every kind of brightness, with its derivative."""

from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np

from vizcore.arrays import FloatArray
from vizcore.edits.brightness import Kind
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, heading, opened_range, typed_array
from vizcore.figures.colours import BLUE, GREY, ORANGE, css
from vizcore.light.curves import Curves, is_vector, response_range, responses_at, slopes

# What a slope is per, and in what the axis counts.
_PER = MappingProxyType({"gain": "1 of gain", "offset": "level", "gamma": "1 of gamma"})
_UNITS = MappingProxyType({"offset": " in levels of 255"})


def channel_curves_figure(
    curves: Curves,
    channel: int,
    *,
    kind: Kind,
    amount: float | None,
    value_range: tuple[float, float] | None = None,
) -> Figure:
    """One channel large over one kind of brightness, and below how fast it rises.

    Args:
        curves: of the layer, over this kind.
        channel: which of its channels.
        kind: of brightness.
        amount: where the dots are; None for a kind that is not the chosen one.
        value_range: of the response's axis, for charts that are compared; the channel's own if left out.

    Returns:
        A Plotly figure of two panels that share their horizontal axis: the response in the layer's own units, and its
        slope in these units per unit of the amount, from one level to the next. A thin line is where the picture is as
        it was.

    Raises:
        VizcoreError: a channel that the layer does not have.
    """
    num_channels = curves.mean.shape[1]
    if not 0 <= channel < num_channels:
        raise VizcoreError(f"There is no channel {channel}; there are {num_channels}, counted from 0.")
    parts: list[tuple[str, str]] = [("maximum", css(BLUE, 0.5)), ("mean", css(BLUE))]
    if is_vector(curves):
        parts = [("mean", css(BLUE))]
    traces: list[Figure] = []
    for suffix, what in (("", "response"), ("2", "slope")):
        dotted: list[float] = []
        for name, colour in parts:
            values: FloatArray = getattr(curves, name)[:, [channel]]
            drawn = values if what == "response" else slopes(values, curves.amounts)
            if amount is not None:
                dotted.append(float(responses_at(drawn, curves.amounts, amount)[0]))
            label = name if len(parts) > 1 else "unit"
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": label,
                    "xaxis": "x",
                    "yaxis": f"y{suffix}",
                    "x": list(curves.amounts),
                    "y": typed_array(drawn[:, 0].astype(np.float32)),
                    "line": {"width": 2, "color": colour},
                    "showlegend": not suffix and len(parts) > 1,
                    "hovertemplate": f"{label} %{{y:.4g}}<extra></extra>",
                }
            )
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "xaxis": "x",
                "yaxis": f"y{suffix}",
                "x": [amount] * len(dotted),
                # A browser's JSON knows no NaN.
                "y": [value if isfinite(value) else None for value in dotted],
                "marker": {"size": 9, "color": css(ORANGE)},
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
    low, high = opened_range(*(response_range(curves, np.array([channel])) if value_range is None else value_range))
    spread = (high - low) / 20
    axis: dict[str, Any] = {"automargin": True, "zeroline": True, "fixedrange": True, "nticks": 5}
    return {
        "data": traces,
        "layout": {
            "title": heading(f"{kind.name} {kind.symbol}"),
            "margin": {"l": 8, "r": 8, "t": 62, "b": 8},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom"},
            "hovermode": "x unified",
            "xaxis": {
                **axis,
                "anchor": "y2",
                "zeroline": False,
                "range": [curves.amounts[0], curves.amounts[-1]],
                "title": {"text": f"{kind.name} {kind.symbol}{_UNITS.get(kind.name, '')}"},
            },
            "yaxis": {
                **axis,
                "domain": [0.48, 1],
                "range": [low - spread, high + spread],
                "title": {"text": "response"},
            },
            "yaxis2": {**axis, "domain": [0, 0.4], "title": {"text": f"slope per {_PER.get(kind.name, kind.symbol)}"}},
            "shapes": [
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "paper",
                    "x0": kind.neutral,
                    "x1": kind.neutral,
                    "y0": 0,
                    "y1": 1,
                    "line": {"width": 1.5, "dash": "dot", "color": css(GREY)},
                }
            ],
        },
    }
