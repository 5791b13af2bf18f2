"""Figures that count: the values of one channel, and the colours of the picture before and after."""

import numpy as np

from vizcore.arrays import FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, heading, opened_range, typed_array
from vizcore.figures.colours import BLUE, GREEN, GREY, RED, css

# Name, row of the counts, colour.
_PANELS = (
    ("Luminance", 3, GREY),
    ("Red", 0, RED),
    ("Green", 1, GREEN),
    ("Blue", 2, BLUE),
)


def histogram_figure(values: FloatArray, *, title: str, bins: int = 40) -> Figure:
    """How many cells of a channel have which value, as bars.

    Args:
        values: Any shape, the layer's own units. Infinite values and NaN are left out.
        title: Above the figure.
        bins: Number of bars between the smallest and the largest value. A constant channel is one bar.

    Returns:
        A Plotly figure; x is the value, y the number of cells. Without a finite value it has no bars.

    Raises:
        VizcoreError: Fewer than one bin.
    """
    if bins < 1:
        raise VizcoreError(f"A histogram has at least one bar; asked for were {bins}.")
    # float64: the distance of two float32 numbers can be too large, or their bins too narrow, for float32.
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size:
        counts, edges = np.histogram(finite, bins=bins, range=opened_range(float(finite.min()), float(finite.max())))
    else:
        counts, edges = np.zeros(0, dtype=np.int64), np.zeros(1)
    return {
        "data": [
            {
                "type": "bar",
                "x": typed_array((edges[:-1] + edges[1:]) / 2),
                "y": typed_array(counts.astype(np.int32)),
                "width": typed_array(np.diff(edges)),
                "customdata": typed_array(np.stack([edges[:-1], edges[1:]], axis=1)),
                "marker": {"color": css(BLUE)},
                "hovertemplate": "%{customdata[0]:.4g} to %{customdata[1]:.4g}<br>%{y} cells<extra></extra>",
            }
        ],
        "layout": {
            "title": heading(title),
            "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
            "bargap": 0,
            "showlegend": False,
            "xaxis": {"title": {"text": "value"}, "zeroline": False, "automargin": True},
            "yaxis": {"title": {"text": "cells"}, "rangemode": "tozero", "automargin": True},
        },
    }


def brightness_histogram_figure(before: IntArray, after: IntArray) -> Figure:
    """Luminance, red, green and blue before and after, one panel each: before as a dotted line, after as an area.

    The area shows the comb that a gain above 1 makes of a histogram: levels that no pixel can take stay empty.

    All panels share one height, set by the tallest count between black and white. Clipping piles pixels up at 0 and
    255; those two counts may run off the top, so that they do not press everything else flat. Pointing at them says the
    count.

    Args:
        before: (4, 256) number of pixels at each level of red, green, blue and luminance.
        after: (4, 256) the same of the processed picture.

    Returns:
        A Plotly figure of four panels, two by two. Each has three traces: before, after, and after at 0 and 255 alone.

    Raises:
        VizcoreError: Another shape.
    """
    for counts in (before, after):
        if np.shape(counts) != (4, 256):
            raise VizcoreError(f"The counts are (4, 256): red, green, blue, luminance; these are {np.shape(counts)}.")
    inner = max(int(before[:, 1:255].max()), int(after[:, 1:255].max()))
    height = 1.05 * (inner or max(int(before.max()), int(after.max()), 1))

    levels = typed_array(np.arange(256, dtype=np.int32))
    traces: list[Figure] = []
    layout: Figure = {
        "margin": {"l": 8, "r": 8, "t": 56, "b": 8},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.08, "yanchor": "bottom"},
        "hovermode": "x unified",
        "annotations": [],
    }
    for panel, (name, row, colour) in enumerate(_PANELS):
        suffix = "" if panel == 0 else str(panel + 1)
        shared: Figure = {
            "type": "scatter",
            "mode": "lines",
            "x": levels,
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "showlegend": panel == 0,
        }
        traces += [
            {
                **shared,
                "name": "before",
                "y": typed_array(before[row].astype(np.int32)),
                "line": {"width": 1.5, "shape": "hvh", "color": css(colour), "dash": "dot"},
                "hovertemplate": "%{y} pixels",
            },
            {
                **shared,
                "name": "after",
                "y": typed_array(after[row].astype(np.int32)),
                "line": {"width": 0, "shape": "hvh"},
                "fill": "tozeroy",
                "fillcolor": css(colour, 0.6),
                "hovertemplate": "%{y} pixels",
            },
            # What is clipped stands at the very ends, where a line one level wide is easily missed.
            {
                "type": "bar",
                "x": [-3.5, 258.5],
                "y": [min(int(after[row, end]), height) for end in (0, 255)],
                "width": 5,
                "marker": {"color": css(colour)},
                "xaxis": f"x{suffix}",
                "yaxis": f"y{suffix}",
                "showlegend": False,
                "hoverinfo": "skip",
            },
        ]
        panel_row, panel_column = divmod(panel, 2)
        left, bottom = 0.54 * panel_column, 0.58 * (1 - panel_row)
        layout[f"xaxis{suffix}"] = {
            "domain": [left, left + 0.46],
            "anchor": f"y{suffix}",
            "range": [-6.5, 261.5],
            "tickvals": [0, 64, 128, 192, 255],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [bottom, bottom + 0.42],
            "anchor": f"x{suffix}",
            "range": [0, height],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
        }
        layout["annotations"].append(
            {
                "text": name,
                "xref": f"x{suffix} domain",
                "yref": f"y{suffix} domain",
                "x": 0,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
    return {"data": traces, "layout": layout}
