"""Component: a Plotly chart that stays alive. New values go into it in place, so zoom and selection stay."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.cached.plotly import plotly_file
from ui.parts.component import component
from ui.session.events import event

# Without isolation: Plotly puts its own styles into the document, where a shadow root would not see them.
_live_chart = component("live_chart", Path(__file__).parent, isolate_styles=False)


@dataclass(frozen=True)
class Picking:
    """How a chart opens channels.

    Attributes:
        on_picked: called with the channel whose tile was clicked, or that the arrow keys went to.
        selected: index of the tile that is framed.
        stepping: the open channel and how many there are, for the arrow keys.
    """

    on_picked: Callable[[int], None]
    selected: int | None = None
    stepping: tuple[int, int] | None = None


@dataclass(frozen=True)
class ChartLook:
    """How a chart stands on a page, whatever its figure. Charts of one kind have the same.

    Attributes:
        height: in pixels; the most that a picture of cells takes for its cells.
        file: name of the SVG file, without its ending.
        hints: one line below the chart, with a mouse and on a touch screen.
        zoomable: scroll, drag and the buttons below zoom.
        wheel: the wheel zooms without Ctrl.
        reveal: scroll it into view when it comes because a tile was clicked.
        revision: as long as it stays the same, so does the zoom; the chart's key if it is empty.
        link: charts of cells with the same one zoom together.
        picking: how it opens channels, if it does.
    """

    height: int = 900
    file: str = "figure"
    hints: tuple[str, str] = ("", "")
    zoomable: bool = False
    wheel: bool = False
    reveal: bool = False
    revision: str = ""
    link: str = ""
    picking: Picking | None = None


PLAIN = ChartLook()


def live_chart(figure: dict[str, Any], *, key: str, description: str, note: str = "", look: ChartLook = PLAIN) -> None:
    """Draw a figure, or bring the one that is there up to date.

    Args:
        figure: a plain Plotly figure, {"data": …, "layout": …}. With `layout.meta` it is a picture of cells: its height
            follows its width, and the meta says how a cell becomes channel, row, column and value.
        key: one living chart per key.
        description: what a screen reader says.
        note: a line of small print below the chart.
        look: how it stands on the page.
    """
    picking = look.picking

    def picked() -> None:
        said = event(key, "picked")
        # From outside: only a whole number is passed on.
        if picking is not None and isinstance(said, int) and not isinstance(said, bool):
            picking.on_picked(said)

    _live_chart(
        key=key,
        data={
            "key": key,
            "plotly": plotly_file(),
            "figure": figure,
            "description": description,
            "note": note,
            "height": look.height,
            "revision": look.revision or key,
            "hints": look.hints,
            "file": look.file,
            "zoomable": look.zoomable,
            "wheel": look.wheel,
            "reveal": look.reveal,
            "selected": picking.selected if picking is not None else None,
            "pickable": picking is not None,
            "stepping": picking.stepping if picking is not None else None,
            "link": look.link,
        },
        on_picked_change=picked,
    )
