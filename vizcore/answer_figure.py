"""The leading classes of a network's answer as bars."""

import html
from collections.abc import Sequence

from vizcore.chart import Figure, heading
from vizcore.errors import VizcoreError
from vizcore.predictions import Candidate

_ACCENT = "#d9730d"
_LONGEST_NAME = 28
_ROOM = 0.2
"""Part of the axis that is left for the number beside the longest bar."""


def probability_figure(candidates: Sequence[Candidate], *, title: str) -> Figure:
    """Probabilities as bars on a scale from 0 to 100 %, the most probable class on top.

    Args:
        candidates: first the most probable.
        title: above the figure.
    """
    values = [candidate.probability for candidate in candidates]
    return _bars(candidates, values, [percent(value) for value in values], title, (0.0, 1.0 + _ROOM))


def logit_figure(candidates: Sequence[Candidate], *, title: str, value_range: tuple[float, float]) -> Figure:
    """Logits as bars from 0, the largest on top.

    Args:
        candidates: first the most probable, each with a logit.
        title: above the figure.
        value_range: smallest and largest logit that the axis must hold, so that two figures compare.

    Raises:
        VizcoreError: a candidate without a logit.
    """
    logits = [candidate.logit for candidate in candidates if candidate.logit is not None]
    if len(logits) != len(candidates):
        raise VizcoreError("This network gives probabilities; its logits are not known.")
    low, high = min(0.0, value_range[0]), max(0.0, value_range[1])
    room = _ROOM * ((high - low) or 1.0)
    limits = (low - (room if low < 0 else 0.0), high + room)
    return _bars(candidates, logits, [f"{logit:.2f}".replace("-", "−") for logit in logits], title, limits)


def _label(name: str) -> str:
    """A name from anywhere beside its bar: Plotly takes what looks like HTML for it, and a long name leaves no bar."""
    return html.escape(name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…", quote=False)


def percent(probability: float) -> str:
    """A probability as people read it: one decimal, and never 0 or 100 for what is not."""
    if 0 < probability < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= probability < 1:
        return "> 99.9 %"
    return f"{probability:.1%}".replace("%", " %")


def _bars(
    candidates: Sequence[Candidate],
    values: Sequence[float],
    texts: Sequence[str],
    title: str,
    limits: tuple[float, float],
) -> Figure:
    places = list(range(len(candidates)))
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": places,
                "x": list(values),
                "text": list(texts),
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": _ACCENT},
                "hoverinfo": "skip",
            }
        ],
        "layout": {
            "title": heading(title),
            "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
            "showlegend": False,
            "bargap": 0.35,
            "xaxis": {"range": list(limits), "visible": False, "fixedrange": True},
            # By place and not by name: two classes may share a name.
            "yaxis": {
                "tickvals": places,
                "ticktext": [_label(candidate.name) for candidate in candidates],
                "range": [len(candidates) - 0.5, -0.5],
                "automargin": True,
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
        },
    }
