"""A figure as a page of HTML that opens without a network."""

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.arrays import ByteArray
from vizcore.figures.chart import Figure, typed_array, untyped_array
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, STEPS, UNUSED_LEVEL


def figure_html(figure: Figure, *, title: str) -> str:
    """An interactive figure as one HTML page that opens without a network.

    Args:
        figure: as made by `vizcore.figures`; it is not changed. A mosaic or a strip gets its hover here (channel, row,
            column, value), since in the app that is drawn by the page around it.
        title: of the page, in the browser's tab.

    Returns:
        HTML of about five megabytes, nearly all of it plotly.js.
    """
    # Imported here: only an export needs plotly's Python side.
    from plotly.io import to_html

    body = to_html(
        _with_hover(figure),
        include_plotlyjs=True,
        full_html=False,
        validate=False,
        div_id="figure",
        default_height="92vh",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title></head>\n<body>{body}</body>\n</html>\n"
    )


def _with_hover(figure: Figure) -> Figure:
    meta = figure["layout"].get("meta", {})
    if meta.get("kind") not in ("mosaic", "strip"):
        return figure
    heatmap = figure["data"][0]
    levels = untyped_array(heatmap["z"])
    height, width = meta["tile"]
    tile_row, row = np.divmod(np.arange(levels.shape[0]), height + meta["gap"])
    tile_column, column = np.divmod(np.arange(levels.shape[1]), width + meta["gap"])
    # Gaps and unused places borrow the tile before them; having level 0, they are never pointed at.
    tile = np.minimum(tile_row[:, np.newaxis] * meta["columns"] + tile_column, len(meta["channels"]) - 1)
    lows, highs = np.array(meta["lows"])[tile], np.array(meta["highs"])[tile]
    values = lows + (levels - float(LOWEST_LEVEL)) / STEPS * (highs - lows)
    channels = np.array(meta["channels"])[tile]
    places = np.broadcast_arrays(channels, row[:, np.newaxis], column[np.newaxis, :], values)
    if meta["kind"] == "mosaic":
        template = (
            "channel %{customdata[0]}<br>row %{customdata[1]}<br>column %{customdata[2]}"
            "<br>value %{text}%{customdata[3]:.4g}<extra></extra>"
        )
    else:
        template = "unit %{customdata[2]}<br>value %{text}%{customdata[3]:.4g}<extra></extra>"
    hovering = {key: value for key, value in heatmap.items() if key != "hoverinfo"} | {
        # Not a number instead of level 0: Plotly points at no such cell.
        "z": typed_array(np.where(levels == UNUSED_LEVEL, np.nan, levels).astype(np.float32)),
        "hoverongaps": False,
        "customdata": typed_array(np.stack(places, axis=-1).astype(np.float32)),
        "text": _beyond(levels, meta).tolist(),
        "hovertemplate": template,
    }
    return {**figure, "data": [hovering, *figure["data"][1:]]}


def _beyond(levels: ByteArray, meta: Mapping[str, Any]) -> NDArray[np.str_]:
    """What to say before a value at an end of the scale that clips: it may lie beyond."""
    signs = np.full(levels.shape, "", dtype="<U2")
    if meta["above"]:
        signs[levels == HIGHEST_LEVEL] = "≥ "
    if meta["below"]:
        signs[levels == LOWEST_LEVEL] = "≤ "
    return signs
