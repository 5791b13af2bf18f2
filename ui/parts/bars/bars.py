"""Component: named bars that take new lengths in place."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ui.parts.component import component
from vizcore.figures.answer_bars import Bar

# Plain HTML: with Plotly, two sets of five bars took longer to draw than all the maps that follow a held thumb.
# In the document, where the slider finds out what is on the screen.
_bars = component("bars", Path(__file__).parent, isolate_styles=False)


def bars(given: Sequence[Bar], *, key: str, title: str) -> None:
    """Bars one below the other, each with its name and its number.

    Args:
        given: first the topmost.
        key: one set of bars per key.
        title: above them.
    """
    _bars(key=key, data={"key": key, "title": title, **bars_update(given)})


def bars_update(given: Sequence[Bar]) -> dict[str, Any]:
    """What a set of bars takes while a thumb is held."""
    return {"bars": [asdict(bar) for bar in given]}
