"""Figures of cells as a page of HTML that opens offline."""

import html
from collections.abc import Sequence
from pathlib import Path

from vizcore.figures.chart import Figure
from vizcore.figures.export_svg import svg_element
from vizcore.figures.javascript import joined
from vizcore.figures.sheet import WIDTH, sheet

_FILES = Path(__file__).parent
_BUTTONS = (
    '<button type="button" data-zoom="+" aria-label="Zoom in">+</button>'
    '<button type="button" data-zoom="-" aria-label="Zoom out">−</button>'
    '<button type="button" data-zoom="0">Whole</button>'
)
_KEYS = (
    "The value of a cell: point at it, or walk with the arrow keys. Zoom: Ctrl and the wheel, two fingers, + and −; 0 "
    "shows the whole."
)


def figures_html(figures: Sequence[Figure], *, title: str, lines: Sequence[str] = ()) -> str:
    """Figures of one layer as one HTML page that opens offline, with light and dark colours.

    The page shows channel, row, column and value of the cell under the mouse, as the app does. All figures zoom
    together.

    Args:
        figures: of cells; they are not changed.
        title: the heading, also in the browser's tab.
        lines: further lines below it.

    Returns:
        HTML. A figure takes at most 1.4 bytes for each of its cells.
    """
    width = WIDTH // len(figures)
    pictures = "".join(svg_element(sheet([figure], width=width)) for figure in figures)
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    style = (_FILES / "export_page.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head>\n"
        f"<body><h1>{html.escape(title)}</h1>{said}<div>{_BUTTONS}</div><main>{pictures}</main><p>{_KEYS}</p>"
        '<div class="tip" role="status" hidden></div>'
        f'<script type="module">\n{joined(_FILES / "export_page.js")}</script></body>\n</html>\n'
    )
