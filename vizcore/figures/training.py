"""Figures of a training: curves of loss and accuracy, the first layer's kernels, and what is taken for what."""

import base64
import html
from collections.abc import Sequence

import numpy as np

from vizcore.arrays import FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, cell_layout, colour_bar, heading, number_texts, typed_array
from vizcore.figures.colours import BLUE, ORANGE, css, value_colour_scale
from vizcore.pictures.display import encode_png
from vizcore.training.first_layer import kernel_tiles
from vizcore.training.options import Epoch, Stretch

_TRAINING, _VALIDATION = ORANGE, BLUE
_GAP = 1
_SHARE_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def curves_figure(history: Sequence[Epoch], stretches: Sequence[Stretch], *, epochs: int) -> Figure:
    """Loss and accuracy over the epochs, of the pictures learnt from and of those to test with.

    Args:
        history: the epochs that are done. A point stands at the end of its epoch.
        stretches: what was learnt meanwhile, in finer steps; drawn as a thin line.
        epochs: how many there will be: the axis has room for all from the start.

    Returns:
        A Plotly figure of two panels, loss above accuracy, three traces each.
    """
    layout: Figure = {
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        "hovermode": "x unified",
    }
    traces: list[Figure] = []
    numbers = [epoch.number for epoch in history]
    for index, (name, form, bottom) in enumerate((("loss", ".3f", 0.55), ("accuracy", ".1%", 0.0))):
        suffix = "" if index == 0 else "2"
        shared = {"type": "scatter", "xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
        traces.append(
            {
                **shared,
                "mode": "lines",
                "x": [stretch.until for stretch in stretches],
                "y": [getattr(stretch, name) for stretch in stretches],
                "line": {"width": 1.5, "color": css(_TRAINING, 0.8)},
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
        for label, field, colour in (
            ("pictures learnt from", name, _TRAINING),
            ("test pictures", f"validation_{name}", _VALIDATION),
        ):
            traces.append(
                {
                    **shared,
                    "mode": "lines+markers",
                    "name": label,
                    "x": numbers,
                    "y": [getattr(epoch, field) for epoch in history],
                    "line": {"width": 2, "color": css(colour)},
                    "marker": {"size": 6},
                    "showlegend": index == 0,
                    "hovertemplate": f"{name} %{{y:{form}}}",
                }
            )
        layout[f"xaxis{suffix}"] = {
            "range": [0, epochs + 0.1],
            "anchor": f"y{suffix}",
            "tickformat": "d",
            # Whole epochs only, and not more than fit on a phone.
            "dtick": max(1, -(-epochs // 8)),
            "title": {"text": "epoch" if index else ""},
            "automargin": True,
            "zeroline": False,
            "fixedrange": True,
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [bottom, bottom + 0.43],
            "anchor": f"x{suffix}",
            "title": {"text": name},
            "automargin": True,
            "zeroline": False,
            "fixedrange": True,
            **({"range": [0, 1.02], "tickformat": ".0%"} if index else {"rangemode": "tozero"}),
        }
    return {"data": traces, "layout": layout}


def kernels_figure(kernels: FloatArray, *, limit: float, title: str, columns: int = 8) -> Figure:
    """Kernels side by side as RGB pictures; pointing at a weight says its three numbers.

    Args:
        kernels: (kh, kw, 3, C).
        limit: the weight at the end of the scale, see `kernel_tiles`.
        title: above the figure.
        columns: kernels in a row.

    Returns:
        A Plotly figure of three traces: the picture, the numbers, and the colour bar.
    """
    tiles = kernel_tiles(kernels, limit=limit)
    number, height, width = tiles.shape[:3]
    columns = min(columns, number)
    rows = -(-number // columns)
    canvas = np.zeros((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 4), np.uint8)
    texts: list[list[str]] = [[""] * canvas.shape[1] for _ in range(canvas.shape[0])]
    for index in range(number):
        top, left = index // columns * (height + _GAP), index % columns * (width + _GAP)
        canvas[top : top + height, left : left + width, :3] = tiles[index]
        canvas[top : top + height, left : left + width, 3] = 255
        for row in range(height):
            for column in range(width):
                red, green, blue = (f"{weight:+.3f}".replace("-", "−") for weight in kernels[row, column, :, index])
                texts[top + row][left + column] = (
                    f"channel {index} · row {row}, column {column}<br>red {red} · green {green} · blue {blue}"
                )
    layout = cell_layout(canvas.shape[0], canvas.shape[1], title=title)
    layout["meta"] = {"kind": "kernels"}
    picture = {
        "type": "image",
        "source": "data:image/png;base64," + base64.b64encode(encode_png(canvas)).decode("ascii"),
        "colormodel": "rgba",
        "zsmooth": False,
        "hoverinfo": "skip",
    }
    numbers = {
        "type": "heatmap",
        "z": typed_array(canvas[:, :, 3]),
        "text": texts,
        "opacity": 0,
        "showscale": False,
        "hovertemplate": "%{text}<extra></extra>",
    }
    ends = [-limit, 0.0, limit]
    bar = {
        "type": "scatter",
        "mode": "markers",
        "x": [None],
        "y": [None],
        "hoverinfo": "skip",
        "marker": {
            "color": [0],
            "cmin": -limit,
            "cmax": limit,
            "colorscale": value_colour_scale("greys"),
            "showscale": True,
            "colorbar": colour_bar("weight", tickvals=ends, ticktext=number_texts(ends)),
        },
    }
    return {"data": [picture, numbers, bar], "layout": layout}


def confusion_figure(confusion: IntArray, classes: Sequence[str], *, title: str) -> Figure:
    """What is taken for what: the true class in rows, the predicted one in columns, with numbers of pictures.

    Args:
        confusion: (classes, classes) numbers of pictures.
        classes: their names.
        title: above the figure.

    Returns:
        A Plotly figure of one trace. Its colours are shares of the true class, 0 … 1, so that rows compare; a class
        without a picture is 0 everywhere.

    Raises:
        VizcoreError: not as many rows and columns as there are names.
    """
    if confusion.shape != (len(classes), len(classes)):
        raise VizcoreError(f"There are {len(classes)} classes; their confusion matrix has the shape {confusion.shape}.")
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    places = list(range(len(classes)))
    # Plotly would make something of < and &.
    names = [html.escape(name, quote=False) for name in classes]
    axis: Figure = {
        # By place and not by name: two names may be cut to the same.
        "tickvals": places,
        "ticktext": names,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "data": [
            {
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
        ],
        "layout": {
            "title": heading(title),
            "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
            "xaxis": {**axis, "title": {"text": "predicted"}, "tickangle": -45},
            "yaxis": {**axis, "title": {"text": "true"}, "range": [len(classes) - 0.5, -0.5]},
        },
    }
