"""How far layers moved, as lines over the depth of a network."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from types import MappingProxyType

from vizcore.figures.chart import Figure, heading
from vizcore.figures.colours import ALL_STEPS_COLOUR, TRANSFORMATION_COLOURS
from vizcore.light.movement import Movement

_SYMBOLS = MappingProxyType({"circle": "●", "square": "■", "diamond": "◆", "cross": "✚", "triangle-up": "▲", "x": "✖"})
_MOST_SLANTED = 10


@dataclass(frozen=True)
class Line:
    """One line of the figure.

    Attributes:
        name: a name in `vizcore.edits.transformations.TRANSFORMATIONS`; empty for all steps together.
        label: in the legend.
        movement: of each layer.
    """

    name: str
    label: str
    movement: Movement


def cosine_figure(lines: Sequence[Line], layers: Sequence[str]) -> Figure:
    """Cosine similarity of every layer's output before and after, 1 on top.

    Args:
        lines: each with a value for every layer; None leaves a gap.
        layers: first to last.

    Returns:
        A Plotly figure. Its axis runs from 0 to 1, so that it stays put; with negative values from the quarter below.
    """
    values = [value for line in lines for value in line.movement.cosine if value is not None]
    low = math.floor(4 * min(0.0, *values)) / 4 if values else 0.0
    axis = {"range": [low - 0.02, 1.03], "dtick": 0.25, "tickformat": ".2~f"}
    series = [line.movement.cosine for line in lines]
    return _figure(lines, series, layers, title="Cosine similarity", axis=axis)


def change_figure(lines: Sequence[Line], layers: Sequence[str]) -> Figure:
    """Mean absolute change of every layer's output, as a part of its mean absolute value, from 0.

    Args:
        lines: each with a value for every layer; None leaves a gap.
        layers: first to last.
    """
    series = [line.movement.change for line in lines]
    return _figure(
        lines,
        series,
        layers,
        title="Mean absolute change · of the layer's mean",
        axis={"rangemode": "tozero", "tickformat": ".0%"},
    )


def legend(lines: Sequence[Line]) -> str:
    """What the lines are, as HTML: one for both figures.

    Returns:
        A paragraph of the class "legend" with a span for each line, its sign in the line's colour.
    """
    entries = [
        f'<span><b style="color: {TRANSFORMATION_COLOURS.get(line.name, ALL_STEPS_COLOUR)}">{_SYMBOLS[symbol]}</b> '
        f"{html.escape(line.label, quote=False)}</span>"
        for line, symbol in zip(lines, _symbols(lines), strict=True)
    ]
    return f'<p class="legend">{"".join(entries)}</p>'


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
    places = list(range(len(layers)))
    # Names of an operator's own layers may hold what Plotly takes for HTML.
    names = [html.escape(name, quote=False) for name in layers]
    form = "%{y:.1%}" if axis["tickformat"].endswith("%") else "%{y:.3f}"
    traces = []
    for line, values, symbol in zip(lines, series, _symbols(lines), strict=True):
        colour = TRANSFORMATION_COLOURS.get(line.name, ALL_STEPS_COLOUR)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.label,
                "x": places,
                "y": list(values),
                "customdata": names,
                "line": {"width": 2 if line.name else 5, "color": colour},
                "marker": {"size": 8 if line.name else 10, "symbol": symbol},
                "hovertemplate": f"%{{customdata}} · {form}<extra>{line.label}</extra>",
            }
        )
    return {
        "data": traces,
        "layout": {
            "title": heading(title),
            "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
            # See `legend`: it serves two figures, and breaks its lines on a phone.
            "showlegend": False,
            "hovermode": "closest",
            "xaxis": {
                "tickvals": places,
                "ticktext": names,
                "range": [-0.3, len(layers) - 0.7],
                # Upright where many names would run into one another.
                "tickangle": -45 if len(names) <= _MOST_SLANTED else -90,
                "tickfont": {"size": 11},
                "automargin": True,
                "zeroline": False,
                "fixedrange": True,
            },
            "yaxis": {"automargin": True, "zeroline": False, "fixedrange": True, **axis},
        },
    }
