"""The panels of a figure: their axes and positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from vizcore.figures.chart import Figure

Span = tuple[float, float]
"""Start and end, 0 … 1, as parts of a figure's width or height."""

_WHOLE: Span = (0.0, 1.0)


@dataclass(frozen=True)
class Panel:
    """One panel of a figure: its two axes and its position.

    Attributes:
        x: the horizontal axis, as traces name it: "x", "x2", …
        y: the vertical axis, as traces name it: "y", "y2", …
        across: the left and the right end.
        up: the lower and the upper end.
    """

    x: str
    y: str
    across: Span = _WHOLE
    up: Span = _WHOLE

    @property
    def axes(self) -> Figure:
        """The entries that put a trace into this panel."""
        return {"xaxis": self.x, "yaxis": self.y}

    def layout(self, *, x: Figure, y: Figure) -> Figure:
        """The panel's part of a layout.

        Panels that share their horizontal axis are added from the top down, so that it is drawn under the last one.

        Args:
            x: further entries of the horizontal axis: range, title, …
            y: further entries of the vertical axis.
        """
        return {
            f"xaxis{self.x[1:]}": {**_domain(self.across), "anchor": self.y, **x},
            f"yaxis{self.y[1:]}": {**_domain(self.up), "anchor": self.x, **y},
        }

    def note(self, text: str) -> Figure:
        """An annotation above the panel's left edge."""
        return {
            "text": text,
            "xref": f"{self.x} domain",
            "yref": f"{self.y} domain",
            "x": 0,
            "y": 1,
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
        }


def panels(rows: Sequence[Span], columns: Sequence[Span] = (_WHOLE,), *, shared_x: bool = False) -> list[Panel]:
    """The panels of a figure, row by row from the top, each with axes of its own.

    Args:
        rows: the lower and the upper end of each row, the top row first.
        columns: the left and the right end of each column, the left column first.
        shared_x: whether all panels of a column share one horizontal axis, so that they zoom together.
    """
    result = []
    for place, (up, across) in enumerate(product(rows, columns)):
        column = place % len(columns)
        result.append(Panel(f"x{_suffix(column if shared_x else place)}", f"y{_suffix(place)}", across, up))
    return result


def _suffix(place: int) -> str:
    """The number in the name of an axis: Plotly counts from 1 and does not write the 1."""
    return "" if place == 0 else str(place + 1)


def _domain(span: Span) -> Figure:
    """The position of an axis; empty for the whole width or height, which is Plotly's default."""
    return {} if span == _WHOLE else {"domain": list(span)}
