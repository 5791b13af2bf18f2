"""One channel's tuning curve large, over every kind of brightness, with its derivative."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np

from vizcore.arrays import DoubleArray, FloatArray
from vizcore.edits.brightness import Kind
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, legend_above, margins, title_at_left, typed_array, widened
from vizcore.figures.colours import BLUE, GREY, ORANGE, css
from vizcore.figures.panels import panels
from vizcore.figures.traces import dots, line
from vizcore.light.curves import Curves, is_vector, response_range, responses_at, slopes

_UPPER, _LOWER = panels(rows=((0.48, 1.0), (0.0, 0.4)), shared_x=True)
# The colour of each part of a curve; the last part is drawn above the others.
_COLOURS = MappingProxyType({"maximum": css(BLUE, 0.5), "mean": css(BLUE)})


def channel_curves_figure(
    curves: Curves,
    channel: int,
    *,
    kind: Kind,
    amount: float | None,
    value_range: tuple[float, float] | None = None,
) -> Figure:
    """One channel large over one kind of brightness, and its slope below.

    Args:
        curves: the curves of the layer over this kind.
        channel: the index of the channel.
        kind: the kind of brightness.
        amount: the amount at which the dots are; None for a kind that is not the chosen one.
        value_range: the range of the response's axis, for charts that are compared; the channel's own if left out.

    Returns:
        A Plotly figure of two panels that share their horizontal axis: the response in the layer's own units, and its
        slope in these units per unit of the amount, from one level to the next. A thin line marks the amount of the
        unedited picture.

    Raises:
        VizcoreError: the layer does not have this channel.
    """
    num_channels = curves.mean.shape[1]
    if not 0 <= channel < num_channels:
        raise VizcoreError(f"There is no channel {channel}; there are {num_channels}, counted from 0.")
    responses = {name: getattr(curves, name)[:, [channel]] for name in (("mean",) if is_vector(curves) else _COLOURS)}
    derivatives = {name: slopes(values, curves.amounts) for name, values in responses.items()}
    traces = [
        *_traces(responses, curves.amounts, amount, showlegend=len(responses) > 1, **_UPPER.axes),
        *_traces(derivatives, curves.amounts, amount, showlegend=False, **_LOWER.axes),
    ]
    response = response_range(curves, np.array([channel])) if value_range is None else value_range
    return {"data": traces, "layout": _layout(kind, curves.amounts, response)}


def _traces(
    parts: Mapping[str, FloatArray | DoubleArray], amounts: tuple[float, ...], amount: float | None, **options: Any
) -> list[Figure]:
    """The traces of one panel: a line for each part, and the dots on them.

    Args:
        parts: name in the legend → (levels, 1); a single part is the unit itself.
        amounts: (levels,) rising.
        amount: the amount at which the dots are; None for no dots.
        options: further entries of the traces.
    """
    traces = []
    for name, values in parts.items():
        label = name if len(parts) > 1 else "unit"
        traces.append(
            line(
                list(amounts),
                typed_array(values[:, 0].astype(np.float32)),
                {"width": 2, "color": _COLOURS[name]},
                name=label,
                hovertemplate=f"{label} %{{y:.4g}}<extra></extra>",
                **options,
            )
        )
    here = [] if amount is None else [float(responses_at(values, amounts, amount)[0]) for values in parts.values()]
    # A browser's JSON knows no NaN.
    heights = [height if isfinite(height) else None for height in here]
    style = {"size": 9, "color": css(ORANGE)}
    return [*traces, dots([amount] * len(here), heights, style, hoverinfo="skip", **{**options, "showlegend": False})]


def _layout(kind: Kind, amounts: tuple[float, ...], response: tuple[float, float]) -> Figure:
    low, high = widened(*response)
    spread = (high - low) / 20
    shared = {"automargin": True, "zeroline": True, "fixedrange": True, "nticks": 5}
    amount_axis = {
        **shared,
        "zeroline": False,
        "range": [amounts[0], amounts[-1]],
        "title": {"text": kind.axis},
    }
    response_axis = {**shared, "range": [low - spread, high + spread], "title": {"text": "response"}}
    slope_axis = {**shared, "title": {"text": f"slope per {kind.unit}"}}
    return {
        "title": title_at_left(kind.label),
        "margin": margins(top=62),
        **legend_above(1.01),
        "hovermode": "x unified",
        **_UPPER.layout(x=amount_axis, y=response_axis),
        **_LOWER.layout(x=amount_axis, y=slope_axis),
        "shapes": [_unedited(kind)],
    }


def _unedited(kind: Kind) -> Figure:
    """A thin line through both panels, at the amount that leaves the picture as it is."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": kind.slider.neutral,
        "x1": kind.slider.neutral,
        "y0": 0,
        "y1": 1,
        "line": {"width": 1.5, "dash": "dot", "color": css(GREY)},
    }
