"""The panels of a figure: which axes each has, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from vizcore.figures.chart import Figure

Span = tuple[float, float]
"""From where to where, as parts of a figure's width or height, 0 … 1."""

_WHOLE: Span = (0.0, 1.0)


@dataclass(frozen=True)
class Panel:
    """One panel of a figure: its two axes and where they stand.

    Attributes:
        x: the horizontal axis, as traces name it: "x", "x2", …
        y: the vertical axis, as traces name it: "y", "y2", …
        across: from left to right.
        up: from bottom to top.
    """

    x: str
    y: str
    across: Span = _WHOLE
    up: Span = _WHOLE

    @property
    def axes(self) -> Figure:
        """What puts a trace into this panel."""
        return {"xaxis": self.x, "yaxis": self.y}

    def layout(self, *, x: Figure, y: Figure) -> Figure:
        """The panel's part of a layout.

        Panels that share their horizontal axis are added from the top down: it stands under the last of them.

        Args:
            x: what else the horizontal axis has: range, title, …
            y: what else the vertical axis has.
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
        rows: where each row stands, the top one first.
        columns: where each column stands, the left one first.
        shared_x: one horizontal axis for all panels of a column, so that they zoom together.
    """
    found = []
    for place, (up, across) in enumerate(product(rows, columns)):
        column = place % len(columns)
        found.append(Panel(f"x{_suffix(column if shared_x else place)}", f"y{_suffix(place)}", across, up))
    return found


def _suffix(place: int) -> str:
    """Plotly counts axes from 1 and does not write the 1."""
    return "" if place == 0 else str(place + 1)


def _domain(span: Span) -> Figure:
    """Nothing for the whole width or height, which is what an axis has by itself."""
    return {} if span == _WHOLE else {"domain": list(span)}
