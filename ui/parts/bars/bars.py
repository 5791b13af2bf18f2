"""Component: named bars that take new lengths in place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict

from ui.parts.component import component
from vizcore.figures.answer_bars import Bar

# Plain HTML: with Plotly, two sets of five bars took longer to draw than all the maps that follow a held thumb.
# In the document, where the slider finds out what is on the screen.
_bars = component("bars", Path(__file__).parent, isolate_styles=False)


class Bars(TypedDict):
    """What the component shows, first the topmost: name, text, start and end of each bar."""

    bars: list[dict[str, Any]]


def bars_of(drawn: Iterable[Bar]) -> Bars:
    """Bars as the component takes them."""
    return Bars(bars=[asdict(bar) for bar in drawn])


def named_bars(bars: Sequence[Mapping[str, Any]], *, key: str, title: str) -> None:
    """Bars one below the other, each with its name and its number.

    Args:
        bars: as in `Bars`.
        key: one set of bars per key.
        title: above them.
    """
    _bars(key=key, data={"key": key, "title": title, "bars": bars})
