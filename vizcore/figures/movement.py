"""How far layers moved, as lines over the depth of a network."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType

from vizcore.figures.chart import Figure, margins, title_at_left
from vizcore.figures.colours import ALL_STEPS_COLOUR, TRANSFORMATION_COLOURS
from vizcore.figures.traces import line
from vizcore.light.movement import Movement

_SYMBOLS = MappingProxyType({"circle": "●", "square": "■", "diamond": "◆", "cross": "✚", "triangle-up": "▲", "x": "✖"})
_MOST_SLANTED = 10


@dataclass(frozen=True)
class Line:
    """One line of the figure.

    Attributes:
        name: a name in `vizcore.edits.transformations.TRANSFORMATIONS`; empty for all steps together.
        label: the text in the legend.
        movement: the movement of each layer.
    """

    name: str
    label: str
    movement: Movement


def cosine_figure(lines: Sequence[Line], layers: Sequence[str]) -> Figure:
    """Cosine similarity of every layer's output before and after, 1 on top.

    Args:
        lines: lines with a value for every layer; None leaves a gap.
        layers: the names of the layers, first to last.

    Returns:
        A Plotly figure. Its axis always runs from 0 to 1; only with negative values it starts at the quarter below.
    """
    values = [value for each in lines for value in each.movement.cosine if value is not None]
    low = math.floor(4 * min(0.0, *values)) / 4 if values else 0.0
    axis = {"range": [low - 0.02, 1.03], "dtick": 0.25, "tickformat": ".2~f"}
    series = [each.movement.cosine for each in lines]
    return _figure(lines, series, layers, title="Cosine similarity", axis=axis)


def change_figure(lines: Sequence[Line], layers: Sequence[str]) -> Figure:
    """Mean absolute change of every layer's output, as a part of its mean absolute value, from 0.

    Args:
        lines: lines with a value for every layer; None leaves a gap.
        layers: the names of the layers, first to last.
    """
    series = [each.movement.change for each in lines]
    return _figure(
        lines,
        series,
        layers,
        title="Mean absolute change · of the layer's mean",
        axis={"rangemode": "tozero", "tickformat": ".0%"},
    )


def legend(lines: Sequence[Line]) -> str:
    """The legend of both figures, as HTML.

    Returns:
        A paragraph of the class "legend" with a span for each line, its sign in the line's colour.
    """
    entries = [
        f'<span><b style="color: {_colour(each)}">{_SYMBOLS[symbol]}</b> {html.escape(each.label, quote=False)}</span>'
        for each, symbol in zip(lines, _symbols(lines), strict=True)
    ]
    return f'<p class="legend">{"".join(entries)}</p>'


def _colour(each: Line) -> str:
    return TRANSFORMATION_COLOURS.get(each.name, ALL_STEPS_COLOUR)


def _symbols(lines: Sequence[Line]) -> list[str]:
    return [symbol for symbol, _ in zip(cycle(_SYMBOLS), lines, strict=False)]


def _figure(
    lines: Sequence[Line],
    series: Sequence[Sequence[float | None]],
    layers: Sequence[str],
    *,
    title: str,
    axis: Figure,
) -> Figure:
    number_format = "%{y:.1%}" if axis["tickformat"].endswith("%") else "%{y:.3f}"
    # Layer names of an operator's own network may contain text that Plotly takes for HTML.
    names = [html.escape(name, quote=False) for name in layers]
    traces = [
        line(
            list(range(len(layers))),
            list(values),
            {"width": 2 if each.name else 5, "color": _colour(each)},
            mode="lines+markers",
            name=each.label,
            customdata=names,
            marker={"size": 8 if each.name else 10, "symbol": symbol},
            hovertemplate=f"%{{customdata}} · {number_format}<extra>{each.label}</extra>",
        )
        for each, values, symbol in zip(lines, series, _symbols(lines), strict=True)
    ]
    layout = {
        "title": title_at_left(title),
        "margin": margins(),
        # `legend` serves both figures, and breaks its lines on a phone.
        "showlegend": False,
        "hovermode": "closest",
        "xaxis": _layer_axis(names),
        "yaxis": {"automargin": True, "zeroline": False, "fixedrange": True, **axis},
    }
    return {"data": traces, "layout": layout}


def _layer_axis(names: Sequence[str]) -> Figure:
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [-0.3, len(names) - 0.7],
        # Upright where many names would run into one another.
        "tickangle": -45 if len(names) <= _MOST_SLANTED else -90,
        "tickfont": {"size": 11},
        "automargin": True,
        "zeroline": False,
        "fixedrange": True,
    }
