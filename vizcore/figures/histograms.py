"""Figures that count: the values of one channel, and the colours of the picture before and after."""

from types import MappingProxyType
from typing import Any

import numpy as np

from vizcore.arrays import FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, legend_above, margins, title_at_left, typed_array, widened
from vizcore.figures.colours import BLUE, GREEN, GREY, RED, RGB, css
from vizcore.figures.panels import panels
from vizcore.figures.traces import bars, line

# Name, row of the counts, colour.
_PANELS = (
    ("Luminance", 3, GREY),
    ("Red", 0, RED),
    ("Green", 1, GREEN),
    ("Blue", 2, BLUE),
)
_AXIS = MappingProxyType({"showgrid": False, "zeroline": False})


def histogram_figure(values: FloatArray, *, title: str, bins: int = 40) -> Figure:
    """The number of cells of a channel over their values, as bars.

    Args:
        values: any shape, the layer's own units. Infinite values and NaN are left out.
        title: the text above the figure.
        bins: the number of bars between the smallest and the largest value. A constant channel is one bar.

    Returns:
        A Plotly figure; x is the value, y the number of cells. Without a finite value it has no bars.

    Raises:
        VizcoreError: there is less than one bin.
    """
    if bins < 1:
        raise VizcoreError(f"A histogram has at least one bar; asked for were {bins}.")
    # float64: the distance of two float32 numbers can be too large, or their bins too narrow, for float32.
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size:
        counts, edges = np.histogram(finite, bins=bins, range=widened(float(finite.min()), float(finite.max())))
    else:
        counts, edges = np.zeros(0, dtype=np.int64), np.zeros(1)
    drawn = bars(
        typed_array((edges[:-1] + edges[1:]) / 2),
        typed_array(counts.astype(np.int32)),
        css(BLUE),
        width=typed_array(np.diff(edges)),
        customdata=typed_array(np.stack([edges[:-1], edges[1:]], axis=1)),
        hovertemplate="%{customdata[0]:.4g} to %{customdata[1]:.4g}<br>%{y} cells<extra></extra>",
    )
    layout = {
        "title": title_at_left(title),
        "margin": margins(),
        "bargap": 0,
        "showlegend": False,
        "xaxis": {"title": {"text": "value"}, "zeroline": False, "automargin": True},
        "yaxis": {"title": {"text": "cells"}, "rangemode": "tozero", "automargin": True},
    }
    return {"data": [drawn], "layout": layout}


def brightness_histogram_figure(before: IntArray, after: IntArray) -> Figure:
    """Luminance, red, green and blue before and after, one panel each: before as a dotted line, after as an area.

    The area shows the comb that a gain above 1 makes of a histogram: levels that no pixel can take stay empty.

    All panels share one height, set by the tallest count between black and white. Clipping piles pixels up at 0 and
    255; those two counts may run off the top, so that they do not flatten all others. The mouse shows these counts.

    Args:
        before: (4, 256) number of pixels at each level of red, green, blue and luminance.
        after: (4, 256) the same for the edited picture.

    Returns:
        A Plotly figure of four panels, two by two. Each has three traces: before, after, and after at 0 and 255 alone.

    Raises:
        VizcoreError: the counts have another shape.
    """
    height = _height(before, after)
    layout: Figure = {
        "margin": margins(top=56),
        **legend_above(1.08),
        "hovermode": "x unified",
        "annotations": [],
    }
    traces: list[Figure] = []
    grid = panels(rows=((0.58, 1.0), (0.0, 0.42)), columns=((0.0, 0.46), (0.54, 1.0)))
    for panel, (name, row, colour) in zip(grid, _PANELS, strict=True):
        traces += [
            _before(before[row], colour, **panel.axes, showlegend=panel is grid[0]),
            _after(after[row], colour, **panel.axes, showlegend=panel is grid[0]),
            _clipped(after[row], colour, height=height, **panel.axes),
        ]
        layout |= panel.layout(
            x={**_AXIS, "range": [-6.5, 261.5], "tickvals": [0, 64, 128, 192, 255], "automargin": True},
            y={**_AXIS, "range": [0, height], "showticklabels": False},
        )
        layout["annotations"].append(panel.note(name))
    return {"data": traces, "layout": layout}


def _before(counts: IntArray, colour: RGB, **options: Any) -> Figure:
    """The (256,) counts of one panel as a dotted line."""
    style = {"width": 1.5, "shape": "hvh", "color": css(colour), "dash": "dot"}
    return _levels(counts, style, name="original", **options)


def _after(counts: IntArray, colour: RGB, **options: Any) -> Figure:
    """The (256,) counts of one panel as an area."""
    style = {"width": 0, "shape": "hvh"}
    return _levels(counts, style, name="edited", fill="tozeroy", fillcolor=css(colour, 0.6), **options)


def _levels(counts: IntArray, style: Figure, **options: Any) -> Figure:
    levels = typed_array(np.arange(256, dtype=np.int32))
    return line(levels, typed_array(counts.astype(np.int32)), style, hovertemplate="%{y} pixels", **options)


def _clipped(counts: IntArray, colour: RGB, *, height: float, **options: Any) -> Figure:
    """The counts of 0 and 255 of one panel as bars at its ends, where a line one level wide is easily missed."""
    ends = [min(int(counts[level]), height) for level in (0, 255)]
    return bars([-3.5, 258.5], ends, css(colour), width=5, showlegend=False, hoverinfo="skip", **options)


def _height(before: IntArray, after: IntArray) -> float:
    """The height of the panels: a number of pixels in the pictures, as the counts are."""
    for counts in (before, after):
        if np.shape(counts) != (4, 256):
            raise VizcoreError(f"The counts are (4, 256): red, green, blue, luminance; these are {np.shape(counts)}.")
    inner = max(int(before[:, 1:255].max()), int(after[:, 1:255].max()))
    return 1.05 * (inner or max(int(before.max()), int(after.max()), 1))
