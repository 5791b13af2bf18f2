"""A figure as a page of HTML that opens offline."""

import html
from pathlib import Path

from vizcore.figures.chart import Figure
from vizcore.figures.javascript import joined

_FILES = Path(__file__).parent
_TIP = """.tip { position: fixed; pointer-events: none; padding: 0.2rem 0.5rem; white-space: nowrap; color: #1d1d1f;
  background: #fcfcfb; border: 1px solid #d6d6d2; border-radius: 0.375rem; font: 0.85rem system-ui, sans-serif; }
.tip[hidden] { display: none; }"""


def figure_html(figure: Figure, *, title: str) -> str:
    """An interactive figure as one HTML page that opens offline.

    Args:
        figure: a figure of `vizcore.figures`; it is not changed. Over a mosaic or a strip the page shows channel, row,
            column and value of the cell under the mouse, as the app does.
        title: the title of the page, in the browser's tab.

    Returns:
        HTML of about five megabytes, nearly all of it plotly.js.
    """
    # Imported here: only an export needs plotly's Python side.
    from plotly.io import to_html

    body = to_html(
        figure,
        include_plotlyjs=True,
        full_html=False,
        validate=False,
        div_id="figure",
        default_height="92vh",
    )
    hover = ""
    if figure["layout"].get("meta", {}).get("kind") in ("mosaic", "strip"):
        hover = f'<style>{_TIP}</style><script type="module">\n{joined(_FILES / "export_hover.js")}</script>'
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title></head>\n<body>{body}{hover}</body>\n</html>\n"
    )
