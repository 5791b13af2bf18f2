"""Component: a Plotly chart that stays alive. New values go into it in place, so zoom and selection stay."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ui.cached.plotly import plotly_file
from ui.parts.component import component
from ui.session.events import event

# Without isolation: Plotly puts its own styles into the document, where a shadow root would not see them.
_live_chart = component("live_chart", Path(__file__).parent, isolate_styles=False)


def live_chart(
    figure: dict[str, Any],
    *,
    key: str,
    description: str,
    note: str = "",
    height: int = 900,
    revision: str = "",
    hint: tuple[str, str] = ("", ""),
    file: str = "figure",
    zoomable: bool = False,
    wheel: bool = False,
    reveal: bool = False,
    selected: int | None = None,
    on_picked: Callable[[int], None] | None = None,
    stepping: tuple[int, int] | None = None,
    link: str = "",
) -> None:
    """Draw a figure, or bring the one that is there up to date.

    Args:
        figure: a plain Plotly figure, {"data": …, "layout": …}. With `layout.meta` it is a picture of cells: its height
            follows its width, and the meta says how a cell becomes channel, row, column and value.
        key: one living chart per key.
        description: what a screen reader says.
        note: a line of small print below the chart.
        height: in pixels; the most that a picture of cells takes for its cells.
        revision: as long as it stays the same, so does the zoom.
        hint: one line below the chart, with a mouse and on a touch screen.
        file: name of the SVG file, without its ending.
        zoomable: scroll, drag and the buttons below zoom.
        wheel: the wheel zooms without Ctrl.
        reveal: scroll it into view when it comes because a tile was clicked.
        selected: index of the tile that is framed.
        on_picked: called with the channel whose tile was clicked, or that the arrow keys went to.
        stepping: the open channel and how many there are, for the arrow keys.
        link: charts of cells with the same one zoom together.
    """

    def picked() -> None:
        said = event(key, "picked")
        # From outside: only a whole number is passed on.
        if on_picked is not None and isinstance(said, int) and not isinstance(said, bool):
            on_picked(said)

    _live_chart(
        key=key,
        data={
            "key": key,
            "plotly": plotly_file(),
            "figure": figure,
            "description": description,
            "note": note,
            "height": height,
            "revision": revision or key,
            "hints": hint,
            "file": file,
            "zoomable": zoomable,
            "wheel": wheel,
            "reveal": reveal,
            "selected": selected,
            "pickable": on_picked is not None,
            "stepping": stepping,
            "link": link,
        },
        on_picked_change=picked,
    )
