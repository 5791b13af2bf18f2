"""Figures of a training: curves of loss and accuracy, the first layer's kernels, and the confusion matrix."""

import html
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from vizcore.arrays import ByteArray, FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import (
    Figure,
    cell_layout,
    colour_bar,
    legend_above,
    margins,
    number_texts,
    title_at_left,
    typed_array,
)
from vizcore.figures.colours import BLUE, ORANGE, css, value_colour_scale
from vizcore.figures.panels import panels
from vizcore.figures.traces import dots, line, picture, unseen_cells
from vizcore.numbers import ceil_division, with_minus_signs
from vizcore.training.first_layer import kernel_tiles
from vizcore.training.options import Epoch, Segment

_GAP = 1
_SHARE_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# The measure, the format of its numbers, and the entries that only its axis has; the upper panel first.
_MEASURES = (
    ("loss", ".3f", MappingProxyType({"rangemode": "tozero"})),
    ("accuracy", ".1%", MappingProxyType({"range": (0, 1.02), "tickformat": ".0%"})),
)


def training_curves_figure(
    history: Sequence[Epoch], segments: Sequence[Segment], *, epochs: int, watched: str = "test"
) -> Figure:
    """Loss and accuracy over the epochs, for training pictures and those that are measured after every epoch.

    Args:
        history: the epochs that are done. A point lies at the end of its epoch.
        segments: the training pictures in finer steps, drawn as a thin line.
        epochs: the planned number of epochs: the axis has room for all of them from the start.
        watched: what is measured after every epoch: "test" or "validation".

    Returns:
        A Plotly figure of two panels, loss above accuracy, three traces each.
    """
    traces: list[Figure] = []
    layout: Figure = {"margin": margins(top=30), **legend_above(1.02), "hovermode": "x unified"}
    shared = {"automargin": True, "zeroline": False, "fixedrange": True}
    # Whole epochs only, and not more than fit on a phone.
    whole = {"range": [0, epochs + 0.1], "tickformat": "d", "dtick": max(1, ceil_division(epochs, 8))}
    upper, lower = panels(rows=((0.55, 0.98), (0.0, 0.43)))
    for panel, (measure, number_format, axis) in zip((upper, lower), _MEASURES, strict=True):
        every = {"showlegend": panel is upper, "hovertemplate": f"{measure} %{{y:{number_format}}}", **panel.axes}
        traces += [
            _segments(segments, measure, **panel.axes),
            _epochs(history, measure, css(ORANGE), name="pictures learnt from", **every),
            _epochs(history, f"validation_{measure}", css(BLUE), name=f"{watched} pictures", **every),
        ]
        layout |= panel.layout(
            x={**shared, **whole, "title": {"text": "epoch" if panel is lower else ""}},
            y={**shared, **axis, "title": {"text": measure}},
        )
    return {"data": traces, "layout": layout}


def _segments(segments: Sequence[Segment], measure: str, **options: Any) -> Figure:
    return line(
        [segment.until for segment in segments],
        [getattr(segment, measure) for segment in segments],
        {"width": 1.5, "color": css(ORANGE, 0.8)},
        showlegend=False,
        hoverinfo="skip",
        **options,
    )


def _epochs(history: Sequence[Epoch], measure: str, colour: str, **options: Any) -> Figure:
    return line(
        [epoch.number for epoch in history],
        [getattr(epoch, measure) for epoch in history],
        {"width": 2, "color": colour},
        mode="lines+markers",
        marker={"size": 6},
        **options,
    )


def kernels_figure(kernels: FloatArray, *, limit: float, title: str, columns: int = 8) -> Figure:
    """Kernels side by side as RGB pictures. The mouse shows the three numbers of a weight.

    Args:
        kernels: (kh, kw, 3, C).
        limit: the weight at the end of the scale; see `kernel_tiles`.
        title: the text above the figure.
        columns: the number of kernels in a row.

    Returns:
        A Plotly figure of three traces: the picture, the numbers, and the colour bar.
    """
    tiles = kernel_tiles(kernels, limit=limit)
    columns = min(columns, len(tiles))
    pixels = _side_by_side(tiles, columns)
    layout = cell_layout(pixels.shape[0], pixels.shape[1], title=title)
    layout["meta"] = {"kind": "kernels"}
    texts = _weight_texts(kernels, columns, pixels.shape[:2])
    numbers = unseen_cells(pixels[:, :, 3], text=texts, hovertemplate="%{text}<extra></extra>")
    return {"data": [picture(pixels, colormodel="rgba"), numbers, _weight_bar(limit)], "layout": layout}


def _side_by_side(tiles: ByteArray, columns: int) -> ByteArray:
    """(n, h, w, 3) tiles as (H, W, 4) pixels, `columns` in a row; the rest is transparent."""
    number, height, width = tiles.shape[:3]
    rows = ceil_division(number, columns)
    pixels = np.zeros((rows, height + _GAP, columns, width + _GAP, 4), np.uint8)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        pixels[row, :height, column, :width, :3] = tile
        pixels[row, :height, column, :width, 3] = 255
    return pixels.reshape(rows * (height + _GAP), columns * (width + _GAP), 4)[:-_GAP, :-_GAP]


def _weight_texts(kernels: FloatArray, columns: int, shape: tuple[int, ...]) -> list[list[str]]:
    """The text for each weight under the mouse.

    Args:
        kernels: (kh, kw, 3, C).
        columns: the number of kernels in a row.
        shape: (rows, columns) of the pixels that `_side_by_side` gives.
    """
    height, width, _, number = kernels.shape
    texts = [[""] * shape[1] for _ in range(shape[0])]
    for index, row, column in np.ndindex(number, height, width):
        tile_row, tile_column = divmod(index, columns)
        red, green, blue = (with_minus_signs(f"{weight:+.3f}") for weight in kernels[row, column, :, index])
        texts[tile_row * (height + _GAP) + row][tile_column * (width + _GAP) + column] = (
            f"channel {index} · row {row}, column {column}<br>red {red} · green {green} · blue {blue}"
        )
    return texts


def _weight_bar(limit: float) -> Figure:
    """A trace that draws nothing but a colour bar, which a picture cannot have."""
    ends = [-limit, 0.0, limit]
    style = {
        "color": [0],
        "cmin": -limit,
        "cmax": limit,
        "colorscale": value_colour_scale("greys"),
        "showscale": True,
        "colorbar": colour_bar("weight", tickvals=ends, ticktext=number_texts(ends)),
    }
    return dots([None], [None], style, hoverinfo="skip")


def confusion_figure(confusion: IntArray, classes: Sequence[str], *, title: str) -> Figure:
    """The confusion matrix: the true class in rows, the predicted class in columns, with numbers of pictures.

    Args:
        confusion: (classes, classes) numbers of pictures.
        classes: the names of the classes.
        title: the text above the figure.

    Returns:
        A Plotly figure of one trace. Its colours are shares of the true class, 0 … 1, so that rows can be compared; a
        class without a picture is 0 everywhere.

    Raises:
        VizcoreError: there are not as many rows and columns as names.
    """
    if confusion.shape != (len(classes), len(classes)):
        raise VizcoreError(f"There are {len(classes)} classes; their confusion matrix has the shape {confusion.shape}.")
    # Plotly would read < and & as HTML.
    names = [html.escape(name, quote=False) for name in classes]
    axis: Figure = {
        # Positions, not names: two names may be shortened to the same text.
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
    }
    layout = {
        "title": title_at_left(title),
        "margin": margins(),
        "xaxis": {**axis, "title": {"text": "predicted"}, "tickangle": -45},
        "yaxis": {**axis, "title": {"text": "true"}, "range": [len(names) - 0.5, -0.5]},
    }
    return {"data": [_shares(confusion, names)], "layout": layout}


def _shares(confusion: IntArray, names: Sequence[str]) -> Figure:
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    return {
        "type": "heatmap",
        "z": typed_array(shares.astype(np.float32)),
        "zmin": 0,
        "zmax": 1,
        "text": [[f"{number:,}" for number in row] for row in confusion.tolist()],
        "texttemplate": "%{text}",
        "customdata": [[[true, predicted] for predicted in names] for true in names],
        "colorscale": value_colour_scale("cividis"),
        "colorbar": colour_bar(
            "share", tickvals=list(_SHARE_TICKS), ticktext=[f"{share:.0%}" for share in _SHARE_TICKS]
        ),
        "hovertemplate": "%{text} of %{customdata[0]} taken for %{customdata[1]}<extra></extra>",
    }
