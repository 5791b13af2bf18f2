"""Activations as pictures of cells: all channels side by side, a vector as a strip, one channel large."""

from typing import Any

import numpy as np

from vizcore.arrays import ByteArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, cell_layout, colour_bar, number_texts, typed_array
from vizcore.figures.colours import COLOUR_MAPS, colour_table, level_colour_scale, value_colour_scale
from vizcore.figures.traces import picture
from vizcore.maps.channels import ChannelStatistics
from vizcore.maps.mosaic import Mosaic
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, MIDDLE_LEVEL, STEPS, UNUSED_LEVEL, locked_range

DEAD_MARK = "×"
CONSTANT_MARK = "="


def mosaic_figure(
    mosaic: Mosaic, *, title: str, colour_map: str = "viridis", statistics: ChannelStatistics | None = None
) -> Figure:
    """A mosaic as one heatmap of levels, with a mark on every dead and every constant channel.

    Args:
        mosaic: the mosaic.
        title: the text above the figure: name, kind and shape of the layer.
        colour_map: a name in COLOUR_MAPS.
        statistics: the statistics of all channels of the layer; without them nothing is marked.

    Returns:
        A Plotly figure of two traces, the heatmap and the marks. `layout.meta` holds the numbers that turn a place back
        into channel, row, column and value. The value of level L of tile t is
        lows[t] + (L − 1)/254·(highs[t] − lows[t]).
    """
    rows, columns = mosaic.levels.shape
    layout = cell_layout(rows, columns, title=title)
    layout["meta"] = _meta(mosaic, kind="mosaic")
    return {"data": [_level_trace(mosaic, colour_map), _mark_trace(mosaic, colour_map, statistics)], "layout": layout}


def strip_figure(mosaic: Mosaic, *, title: str, colour_map: str = "viridis") -> Figure:
    """The output of a dense or flattened layer: one row of cells over an axis of unit indices.

    Args:
        mosaic: a result of `vizcore.maps.mosaic.strip`.
        title: the text above the figure.
        colour_map: a name in COLOUR_MAPS.

    Returns:
        A Plotly figure of two traces, as for a mosaic. In its meta the unit's index is the column.
    """
    rows, columns = mosaic.levels.shape
    # A strip of thousands of square cells would be too flat to be seen.
    layout = cell_layout(rows, columns, title=title, is_square=False)
    layout["meta"] = _meta(mosaic, kind="strip")
    layout["yaxis"]["fixedrange"] = True
    layout["xaxis"] |= {"showticklabels": True, "ticks": "outside", "title": {"text": "unit"}, "automargin": True}
    return {"data": [_level_trace(mosaic, colour_map), _mark_trace(mosaic, colour_map, None)], "layout": layout}


def channel_figure(
    feature_map: FloatArray,
    *,
    title: str,
    colour_map: str = "viridis",
    value_range: tuple[float, float] | None = None,
    unit_label: str = "activation",
) -> Figure:
    """One channel large, with its true values.

    Args:
        feature_map: (h, w), the layer's own units. Cells that are not finite stay empty.
        title: the text above the figure.
        colour_map: a name in COLOUR_MAPS.
        value_range: the values of the first and the last colour; the channel's own smallest and largest if left out. A
            range of one value is shown in the first colour.
        unit_label: the text above the colour bar.

    Returns:
        A Plotly figure of one trace.

    Raises:
        VizcoreError: this is not a map with at least one cell.
    """
    values = _checked_map(feature_map)
    layout = cell_layout(*values.shape, title=title)
    for name, text in (("xaxis", "column"), ("yaxis", "row")):
        layout[name] |= {"showticklabels": True, "title": {"text": text}, "automargin": True}
    layout["meta"] = {"kind": "channel", "tile": list(values.shape)}
    return {"data": [_value_trace(values, colour_map, value_range, unit_label)], "layout": layout}


def overlay_figure(
    feature_map: FloatArray,
    pixels: ByteArray,
    *,
    title: str,
    colour_map: str = "viridis",
    value_range: tuple[float, float] | None = None,
    opacity: float = 0.9,
) -> Figure:
    """One channel laid over the network's input.

    The axes are those of `channel_figure`, so a zoom carries over from one to the other. The picture is scaled to
    the channel's extent, and its pixels are magnified without smoothing.

    Args:
        feature_map: (h, w), the layer's own units.
        pixels: (H, W, 3) uint8, the network's input as pixels.
        title: the text above the figure.
        colour_map: a name in COLOUR_MAPS.
        value_range: as for `channel_figure`.
        opacity: 0 … 1, that of the largest value. The smallest is transparent, so a silent channel leaves the picture
            as it is.

    Returns:
        A Plotly figure of two traces, the picture below and the channel above.

    Raises:
        VizcoreError: the map is no map, the picture is no picture, or the opacity is outside 0 … 1.
    """
    veil = _veil(colour_map, opacity)
    figure = channel_figure(feature_map, title=title, colour_map=colour_map, value_range=value_range)
    below = _picture_below(pixels, np.shape(feature_map))
    return {**figure, "data": [below, {**figure["data"][0], "colorscale": veil}]}


def _veil(colour_map: str, opacity: float) -> list[list[float | str]]:
    """The colours of a map from transparent to an opacity, as a colour scale."""
    if not 0 <= opacity <= 1:
        raise VizcoreError(
            f"Opacity goes from 0, the picture alone, to 1, opaque at the largest value; given was {opacity}."
        )
    stops = COLOUR_MAPS[colour_map]
    return [
        [index / (len(stops) - 1), f"rgba({red},{green},{blue},{opacity * index / (len(stops) - 1):.3f})"]
        for index, (red, green, blue) in enumerate(stops)
    ]


def _picture_below(pixels: ByteArray, shape: tuple[int, ...]) -> Figure:
    """The trace of a picture that covers the cells of a map of this shape."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.size == 0 or pixels.dtype != np.uint8:
        raise VizcoreError(
            f"The picture below is (height, width, 3) in bytes; this one is {pixels.shape} {pixels.dtype}."
        )
    rows, columns = shape
    width, height = columns / pixels.shape[1], rows / pixels.shape[0]
    return picture(pixels, x0=(width - 1) / 2, y0=(height - 1) / 2, dx=width, dy=height)


def scale_ticks(mosaic: Mosaic) -> tuple[list[float], list[str]]:
    """The levels with a tick on the colour bar, and the texts beside them.

    On "locked" and "layer" the texts are five values in the layer's own units, on "tutorial" the mean and its
    deviations. On "channel" each tile has a range of its own, so only its two ends have a text.
    """
    if mosaic.scale == "tutorial":
        texts = ["mean − 2σ", "mean − σ", "mean", "mean + σ", "mean + 2σ"]
        return [float(level) for level in (LOWEST_LEVEL, 64, MIDDLE_LEVEL, 192, HIGHEST_LEVEL)], texts
    if mosaic.scale == "channel":
        return [float(LOWEST_LEVEL), float(HIGHEST_LEVEL)], ["its min", "its max"]
    low, high = float(mosaic.lows[0]), float(mosaic.highs[0])
    if low == high:
        return [float(LOWEST_LEVEL)], number_texts([low])
    fractions = [0.0, 0.25, 0.5, 0.75, 1.0]
    values = [low + (high - low) * fraction for fraction in fractions]
    # Rounding leaves a tiny value where a symmetric range crosses zero; the tick shows 0.
    values = [0.0 if abs(value) < 1e-9 * (high - low) else value for value in values]
    return [LOWEST_LEVEL + STEPS * fraction for fraction in fractions], number_texts(values)


def tile_marks(mosaic: Mosaic, statistics: ChannelStatistics | None) -> list[tuple[float, float, str]]:
    """The marks of dead and constant channels: row and column of the tile's centre, in cells, and the sign."""
    if statistics is None:
        return []
    height, width = mosaic.tile_shape
    marks = []
    for channel in mosaic.channels.tolist():
        if statistics.dead[channel] or statistics.constant[channel]:
            row, column = mosaic.position_of(channel, 0, 0)
            sign = DEAD_MARK if statistics.dead[channel] else CONSTANT_MARK
            marks.append((row + (height - 1) / 2, column + (width - 1) / 2, sign))
    return marks


def _level_trace(mosaic: Mosaic, colour_map: str) -> Figure:
    levels, texts = scale_ticks(mosaic)
    return {
        "type": "heatmap",
        "z": typed_array(mosaic.levels),
        "zmin": UNUSED_LEVEL,
        "zmax": HIGHEST_LEVEL,
        "zsmooth": False,
        "colorscale": level_colour_scale(colour_map),
        "hoverinfo": "none",
        "colorbar": colour_bar("", tickvals=levels, ticktext=texts),
    }


def _mark_trace(mosaic: Mosaic, colour_map: str, statistics: ChannelStatistics | None) -> Figure:
    marks = tile_marks(mosaic, statistics)
    table = colour_table(colour_map).astype(np.float64)
    colours = []
    for row, column, _ in marks:
        # A dead or constant tile has one colour, so black or white on it is always readable.
        red, green, blue = table[mosaic.levels[int(row), int(column)]]
        colours.append("black" if 0.299 * red + 0.587 * green + 0.114 * blue > 127.5 else "white")
    return {
        "type": "scatter",
        "mode": "text",
        "x": [column for _, column, _ in marks],
        "y": [row for row, _, _ in marks],
        "text": [sign for _, _, sign in marks],
        "textfont": {"size": 16, "color": colours},
        "hoverinfo": "skip",
    }


def _value_trace(
    values: FloatArray, colour_map: str, value_range: tuple[float, float] | None, unit_label: str
) -> Figure:
    low, high = locked_range(values) if value_range is None else value_range
    if low == high:
        high = low + max(abs(low), 1.0)
    return {
        "type": "heatmap",
        "z": typed_array(values),
        "zmin": low,
        "zmax": high,
        "zsmooth": False,
        "colorscale": value_colour_scale(colour_map),
        "colorbar": colour_bar(unit_label),
        "hovertemplate": "row %{y}<br>column %{x}<br>value %{z:.6g}<extra></extra>",
    }


def _meta(mosaic: Mosaic, *, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "shape": list(mosaic.levels.shape),
        "tile": list(mosaic.tile_shape),
        "columns": mosaic.columns,
        "gap": mosaic.gap,
        "channels": mosaic.channels.tolist(),
        "lows": mosaic.lows.tolist(),
        "highs": mosaic.highs.tolist(),
        "scale": mosaic.scale,
        "block": mosaic.block,
        "map": list(mosaic.map_shape),
        # Whether a cell at the end of the scale may lie beyond it.
        "below": mosaic.below > 0,
        "above": mosaic.above > 0,
    }


def _checked_map(feature_map: FloatArray) -> FloatArray:
    values = np.asarray(feature_map, dtype=np.float32)
    if values.ndim != 2 or values.size == 0:
        raise VizcoreError(
            f"A channel is one map (height, width) with at least one cell; this has shape {values.shape}."
        )
    return values
