"""Activations as pictures of cells: all channels side by side, a vector as a strip, one channel large."""

from typing import Any

import numpy as np

from vizcore.arrays import BoolArray, ByteArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.figures.chart import Figure, cell_layout, colour_bar, number_texts, typed_array
from vizcore.figures.colours import colour_table, css, level_colour_scale
from vizcore.figures.tile_signs import border_trace, mark_trace, number_trace
from vizcore.figures.traces import picture
from vizcore.maps.channels import ChannelStatistics
from vizcore.maps.mosaic import Mosaic
from vizcore.maps.ranges import locked_range
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, MIDDLE_LEVEL, STEPS, UNUSED_LEVEL, Scale


def mosaic_figure(
    mosaic: Mosaic,
    *,
    title: str,
    colour_map: str = "viridis",
    statistics: ChannelStatistics | None = None,
    dead: BoolArray | None = None,
) -> Figure:
    """A mosaic as one heatmap of levels, with each tile's channel, and a mark on every silent or constant channel.

    Args:
        mosaic: the mosaic.
        title: the text above the figure: name, kind and shape of the layer.
        colour_map: a name in COLOUR_MAPS or DIVERGING_MAPS.
        statistics: the statistics of all channels of the layer; without them nothing is marked.
        dead: (C,) the channels that are silent at every brightness; without them every silent channel is silent here.

    Returns:
        A Plotly figure: the heatmap, the numbers of the channels, the marks, and on a signed scale borders.
        `layout.meta` holds what turns a place back into channel, row, column and value; see `Mosaic.value_of`.
    """
    rows, columns = mosaic.levels.shape
    layout = cell_layout(rows, columns, title=title)
    layout["meta"] = _meta(mosaic, kind="mosaic")
    traces = [_level_trace(mosaic, colour_map), number_trace(mosaic), mark_trace(mosaic, statistics, dead)]
    if mosaic.scale.is_signed:
        # Zero is nearly white, so on a white page tiles of it need an outline.
        traces.append(border_trace(mosaic))
    return {"data": traces, "layout": layout}


def strip_figure(mosaic: Mosaic, *, title: str, colour_map: str = "viridis") -> Figure:
    """The output of a dense or flattened layer: one row of cells over an axis of unit indices.

    Args:
        mosaic: a result of `vizcore.maps.mosaic.strip`.
        title: the text above the figure.
        colour_map: a name in COLOUR_MAPS.

    Returns:
        A Plotly figure of one trace, as the first of a mosaic. In its meta the unit's index is the column.
    """
    rows, columns = mosaic.levels.shape
    # A strip of thousands of square cells would be too flat to be seen.
    layout = cell_layout(rows, columns, title=title, is_square=False)
    layout["meta"] = _meta(mosaic, kind="strip")
    layout["yaxis"]["fixedrange"] = True
    layout["xaxis"] |= {"showticklabels": True, "ticks": "outside", "title": {"text": "unit"}, "automargin": True}
    return {"data": [_level_trace(mosaic, colour_map)], "layout": layout}


def channel_figure(
    feature_map: FloatArray,
    *,
    title: str,
    colour_map: str = "viridis",
    scale: Scale | None = None,
    unit_label: str = "activation",
) -> Figure:
    """One channel large, with its true values.

    Args:
        feature_map: (h, w), the layer's own units. Cells that are not finite stay empty.
        title: the text above the figure.
        colour_map: a name in COLOUR_MAPS.
        scale: of this one channel; from its own smallest value to its largest if left out. A range of one value is
            shown in the first colour.
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
    return {"data": [_value_trace(values, colour_map, scale, unit_label)], "layout": layout}


def overlay_figure(
    feature_map: FloatArray,
    pixels: ByteArray,
    *,
    title: str,
    colour_map: str = "viridis",
    scale: Scale | None = None,
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
        scale: as for `channel_figure`.
        opacity: 0 … 1, that of the largest value. The smallest is transparent, on a signed scale zero; so a silent
            channel leaves the picture as it is.

    Returns:
        A Plotly figure of two traces, the picture below and the channel above.

    Raises:
        VizcoreError: the map is no map, the picture is no picture, or the opacity is outside 0 … 1.
    """
    if not 0 <= opacity <= 1:
        raise VizcoreError(
            f"Opacity goes from 0, the picture alone, to 1, opaque at the largest value; given was {opacity}."
        )
    figure = channel_figure(feature_map, title=title, colour_map=colour_map, scale=scale)
    below = _picture_below(pixels, np.shape(feature_map))
    veil = _colour_scale(colour_map, scale, opacity)
    return {**figure, "data": [below, {**figure["data"][0], "colorscale": veil}]}


def _colour_scale(colour_map: str, scale: Scale | None, opacity: float | None = None) -> list[list[float | str]]:
    """The colours of true values: bent as the scale's contrast, and from transparent to an opacity if one is given."""
    table = colour_table(colour_map)
    stops: list[list[float | str]] = []
    for step in range(_STOPS + 1):
        share = step / _STOPS
        position = share if scale is None else scale.share_of_range(share)
        is_signed = scale is not None and scale.is_signed
        veiled = None if opacity is None else round(opacity * (abs(2 * share - 1) if is_signed else share), 3)
        stops.append([position, css(table[LOWEST_LEVEL + round(STEPS * share)], veiled)])
    return stops


_STOPS = 127
"""Steps between the colours of a channel that is shown large; Plotly interpolates between them."""


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

    Where all tiles have one range, the texts are five values in the layer's own units. On "tutorial" they are the mean
    and its deviations. Where each tile has a range of its own, they are parts of it; the ends stand in the hover text.
    """
    scale = mosaic.scale
    if scale.span == "tutorial":
        texts = ["mean − 2σ", "mean − σ", "mean", "mean + σ", "mean + 2σ"]
        return [float(level) for level in (LOWEST_LEVEL, 64, MIDDLE_LEVEL, 192, HIGHEST_LEVEL)], texts
    low, high = float(scale.lows[0]), float(scale.highs[0])
    if scale.span == "layer" and low == high:
        return [float(LOWEST_LEVEL)], number_texts([low])
    shares = [0.0, 0.25, 0.5, 0.75, 1.0]
    levels = [LOWEST_LEVEL + STEPS * scale.share_of_colours(share) for share in shares]
    if scale.span == "channel":
        return levels, _parts_of_range(scale)
    values = [low + (high - low) * share for share in shares]
    # Rounding leaves a tiny value where a symmetric range crosses zero; the tick shows 0.
    values = [0.0 if abs(value) < 1e-9 * (high - low) else value for value in values]
    return levels, number_texts(values)


def _parts_of_range(scale: Scale) -> list[str]:
    if scale.is_signed:
        return ["−end", "−½", "0", "+½", "its end"]
    return ["its min", "¼", "½", "¾", "its max"] if scale.lows.any() else ["0", "¼", "½", "¾", "its end"]


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


def _value_trace(values: FloatArray, colour_map: str, scale: Scale | None, unit_label: str) -> Figure:
    low, high = locked_range(values) if scale is None else (float(scale.lows[0]), float(scale.highs[0]))
    if low == high:
        high = low + max(abs(low), 1.0)
    return {
        "type": "heatmap",
        "z": typed_array(values),
        "zmin": low,
        "zmax": high,
        "zsmooth": False,
        "colorscale": _colour_scale(colour_map, scale),
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
        "scale": mosaic.scale.span,
        "contrast": mosaic.scale.contrast,
        "signed": mosaic.scale.is_signed,
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
