"""A sheet as SVG, made without a browser and offline."""

import base64
import html
import json
from types import MappingProxyType

from vizcore.figures.level_png import level_png
from vizcore.figures.sheet import Box, Cells, Colour, Dot, Line, Panel, Shape, Sheet, Text

_STYLE = (
    "text{font-family:system-ui,sans-serif;fill:#1d1d1f}.faint{fill:#606060}"
    ".on-colour{fill:#fff;stroke:#000;stroke-width:3px;paint-order:stroke}"
    "image{image-rendering:pixelated}"
)
_BASELINES = MappingProxyType({"top": "0.8em", "middle": "0.35em"})


def sheet_svg(drawn: Sheet) -> str:
    """The sheet as a picture on white. The same sheet gives the same text."""
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{svg_element(drawn, inside=f"<style>{_STYLE}</style>{background}")}\n'
    )


def svg_element(drawn: Sheet, *, inside: str = "") -> str:
    """The sheet as an SVG element, to be written into a page as well.

    Each panel is an SVG element of its own, of the class "panel", which cuts off what is outside. Its data attributes
    hold the numbers of rows and columns, and the figure's meta data as JSON.

    Args:
        drawn: the sheet.
        inside: further elements, below all others.
    """
    content = "".join([*map(_element, drawn.shapes), *map(_panel_element, drawn.panels)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width} {drawn.height}" width="{drawn.width}" '
        f'height="{drawn.height}" preserveAspectRatio="xMinYMin">{inside}{content}</svg>'
    )


def _panel_element(panel: Panel) -> str:
    rows, columns = panel.cells
    meta = html.escape(json.dumps(panel.meta, ensure_ascii=False, separators=(",", ":")))
    return (
        f'<svg class="panel" {_place(panel.box)} viewBox="{_number(panel.box.x)} {_number(panel.box.y)} '
        f'{_number(panel.box.width)} {_number(panel.box.height)}" data-rows="{rows}" data-columns="{columns}" '
        f'data-meta="{meta}" tabindex="0" role="group" aria-label="{html.escape(panel.heading)}"><g>'
        f"{''.join(map(_element, panel.shapes))}</g></svg>"
    )


def _element(shape: Shape) -> str:
    if isinstance(shape, Cells):
        data = base64.b64encode(level_png(shape.levels, shape.table)).decode("ascii")
        return (
            f'<image {_place(shape.box)} preserveAspectRatio="none" style="image-rendering:pixelated" '
            f'href="data:image/png;base64,{data}"/>'
        )
    if isinstance(shape, Line):
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points.tolist())
        return (
            f'<polyline points="{points}" fill="none" {_paint("stroke", shape.colour)} stroke-width="{shape.width:g}"/>'
        )
    if isinstance(shape, Dot):
        where = f'cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{shape.radius:g}"'
        return f"<circle {where} {_paint('fill', shape.colour)}/>"
    return _text(shape)


def _text(shape: Text) -> str:
    name = " class='on-colour'" if shape.is_on_colour else " class='faint'" if shape.is_faint else ""
    place = f'x="{_number(shape.x)}" y="{_number(shape.y)}" dy="{_BASELINES[shape.baseline]}"'
    letters = f'font-size="{shape.size:g}" text-anchor="{shape.anchor}"{name}'
    return f"<text {place} {letters}>{html.escape(shape.text)}</text>"


def _place(box: Box) -> str:
    return f'x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}"'


def _paint(attribute: str, colour: Colour) -> str:
    red, green, blue, opacity = colour
    return f'{attribute}="rgb({red},{green},{blue})"' + (f' {attribute}-opacity="{opacity:g}"' if opacity < 1 else "")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
