"""Component: named bars that take new lengths in place."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.figures.answer_bars import Bar

_FILES = Path(__file__).parent
# Plain HTML: with Plotly, two sets of five bars took longer to draw than all the maps that follow a held thumb.
_bars = st.components.v2.component(
    "vizcore_bars",
    html='<figure class="vizcore-bars"><figcaption></figcaption><ol></ol></figure>',
    css=(_FILES / "bars.css").read_text(encoding="utf-8"),
    js=(_FILES / "bars.js").read_text(encoding="utf-8"),
    # In the document, where the slider finds out what is on the screen.
    isolate_styles=False,
)


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
