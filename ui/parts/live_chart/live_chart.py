"""Component: a living Plotly chart. New values replace the old ones in place, so zoom and selection stay."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.cached.plotly import plotly_file
from ui.parts.component import component
from ui.session.channel import OPEN_CHANNEL, is_index
from ui.session.events import answer_event

# Without isolation: Plotly adds its own styles to the document, and they do not apply in a shadow root.
_live_chart = component("live_chart", Path(__file__).parent, isolate_styles=False)


@dataclass(frozen=True)
class Picking:
    """How a chart opens channels.

    Attributes:
        on_picked: called with the channel whose tile was opened or which the arrow keys chose.
        on_closed: called when Escape closes the open channel.
        layer: name of the layer, as it is spoken.
        noun: what a tile shows, as it is spoken: a channel or a unit.
        on_cell: called in place of `on_picked` with the channel and with row and column of the cell that was clicked in
            its tile, where a cell of the tile is one unit. None if only the channel counts.
        selected: index of the tile with a frame, or None.
        on_entered: called with row and column of a clicked cell of a large channel, before the browser follows the link
            in the panel of the chart. None if cells do nothing.
        stepping: the open channel and the number of channels, for the arrow keys; None without an open channel.
    """

    on_picked: Callable[[int], None]
    on_closed: Callable[[], None]
    layer: str
    noun: str = "channel"
    on_cell: Callable[[int, tuple[int, int]], None] | None = None
    selected: int | None = None
    on_entered: Callable[[int, int], None] | None = None
    stepping: tuple[int, int] | None = None


@dataclass(frozen=True)
class ChartLook:
    """How a chart looks and behaves on a page, independently of its figure. Charts of one kind share one look.

    Attributes:
        height: of the chart in pixels. In a picture of cells, the greatest height of its cells.
        name: ends the names of the buttons below the chart, so that they differ: "Zoom in, conv1".
        heading: of the chart in the outline of the page, for screen readers alone; the figure has a title to be seen.
        file: name of the SVG file, without its ending.
        hints: the line below the chart for a mouse, and the line for a touch screen.
        zoomable: whether scrolling, dragging and the buttons below the chart zoom.
        wheel: whether the wheel zooms without Ctrl.
        reveal: whether the chart is scrolled into view when it appears after a click on a tile.
        revision: the zoom is kept as long as this text is the same; an empty text stands for the key of the chart.
        link: charts of cells with the same text zoom together; a chart with an empty text zooms alone.
        picking: how the chart opens channels; None if it does not.
    """

    height: int = 900
    name: str = ""
    heading: str = ""
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
    """Draw a figure, or update the chart that has this key.

    Args:
        figure: a plain Plotly figure, {"data": …, "layout": …}. With `layout.meta` it is a picture of cells: its height
            follows its width, and the meta maps a cell to channel, row, column and value.
        key: of the chart.
        description: the text for screen readers. The ranges of the axes are added in the browser.
        note: a line of small print below the chart.
        look: how the chart looks and behaves on the page.
    """
    picking = look.picking

    def picked(said: Any) -> None:
        # The message comes from the browser, so anything else is ignored.
        match said:
            case [channel, row, column] if picking is not None and picking.on_cell is not None:
                if all(map(is_index, (channel, row, column))):
                    picking.on_cell(channel, (row, column))
            case channel if picking is not None and is_index(channel):
                picking.on_picked(channel)

    def entered(said: Any) -> None:
        match said:
            case [row, column] if picking is not None and picking.on_entered is not None:
                if is_index(row) and is_index(column):
                    picking.on_entered(row, column)

    def closed(_: object) -> None:
        if picking is not None:
            picking.on_closed()

    _live_chart(
        key=key,
        data={
            "key": key,
            "plotly": plotly_file(),
            "figure": figure,
            "description": description,
            "heading": look.heading,
            "name": look.name,
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
            "hasCells": picking is not None and picking.on_cell is not None,
            "enterable": picking is not None and picking.on_entered is not None,
            "picking": {"layer": picking.layer, "noun": picking.noun} if picking is not None else None,
            "stepping": picking.stepping if picking is not None else None,
            "link": look.link,
        },
        on_picked_change=lambda: answer_event(OPEN_CHANNEL, key, "picked", picked),
        on_closed_change=lambda: answer_event(OPEN_CHANNEL, key, "closed", closed),
        on_entered_change=lambda: answer_event(OPEN_CHANNEL, key, "entered", entered),
    )
