"""Figures of cells as shapes on a sheet, which is drawn as SVG or as pixels without a browser.

A sheet has a title, panels with their colour bars, and sizes in pixels. A panel is one figure whose axes count cells: a
mosaic, a strip, or tiles with curves. Its shapes are read off the figure's traces, so that a file shows what the page
shows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from vizcore.arrays import ByteArray, DoubleArray
from vizcore.figures.chart import Figure, untyped_array
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, STEPS

Colour = tuple[int, int, int, float]
"""Red, green and blue, 0 … 255, and opacity, 0 … 1."""

WIDTH = 1600
MARGIN = 32
TITLE_SIZE, TEXT_SIZE, TICK_SIZE = 30, 20, 20
_LINE_GAP = 12
_BAR_GAP, _BAR_WIDTH, _LABEL_WIDTH = 24, 24, 150
_PANEL_GAP = 48
_STRIP_HEIGHT, _LOWEST_BAR = 120, 200
_LARGEST_CELL = 64
_TILE_HEIGHT = 0.75  # of the width of a tile with curves
_LINE_SCALE = 1.5  # a sheet is wider than a chart on a page
_NUMBER = re.compile(r"[\d.]+")


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the sheet."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, eq=False)
class Cells:
    """A picture of levels that fills a box.

    Attributes:
        box: the place.
        levels: (rows, columns) uint8.
        table: (256, 4) uint8, the colour and opacity of each level.
    """

    box: Box
    levels: ByteArray
    table: ByteArray


@dataclass(frozen=True, eq=False)
class Line:
    """Joined points, (n, 2) in pixels; none is a gap."""

    points: DoubleArray
    colour: Colour
    width: float


@dataclass(frozen=True)
class Dot:
    """A filled circle."""

    x: float
    y: float
    radius: float
    colour: Colour


@dataclass(frozen=True)
class Text:
    """A line of text.

    Attributes:
        x: of the anchor.
        y: of the anchor.
        text: the text.
        size: in pixels.
        anchor: "start", "middle" or "end": the part of the text that is at x.
        baseline: "top" or "middle": the part of the text that is at y.
        is_on_colour: whether it lies on colours: then it is white with a dark outline.
        is_faint: whether it is in the colour of small print.
    """

    x: float
    y: float
    text: str
    size: float
    anchor: str = "start"
    baseline: str = "middle"
    is_on_colour: bool = False
    is_faint: bool = False


Shape = Cells | Line | Dot | Text


@dataclass(frozen=True, eq=False)
class Panel:
    """A figure on the sheet.

    Attributes:
        box: the place of its cells.
        shapes: what is inside, and cut off at the box.
        cells: numbers of rows and columns.
        meta: of the figure's layout, for the text of a cell.
        heading: the figure's title.
    """

    box: Box
    shapes: tuple[Shape, ...]
    cells: tuple[int, int]
    meta: Mapping[str, Any]
    heading: str


@dataclass(frozen=True, eq=False)
class Sheet:
    """Panels, and the shapes around them: title, headings, colour bars."""

    width: int
    height: int
    panels: tuple[Panel, ...]
    shapes: tuple[Shape, ...]


def sheet(figures: Sequence[Figure], *, title: str = "", lines: Sequence[str] = (), width: int = WIDTH) -> Sheet:
    """Lay figures out on a sheet: those of square cells beside each other, others below each other.

    Args:
        figures: of cells, from `vizcore.figures.mosaics` or `vizcore.figures.tuning`; at least one. They are not
            changed.
        title: the first line; empty for none, and no further lines.
        lines: further lines below it, smaller.
        width: the approximate width of all panels in pixels. Square cells are magnified by a whole number.
    """
    texts = [Text(MARGIN, MARGIN, title, TITLE_SIZE, baseline="top")] if title else []
    for line in lines if title else ():
        texts.append(Text(MARGIN, _below(texts[-1]), line, TEXT_SIZE, baseline="top", is_faint=True))
    top = _below(texts[-1]) + _LINE_GAP if texts else 0.0
    is_beside = all(_is_square(figure) for figure in figures)
    panels: list[Panel] = []
    shapes: list[Shape] = [*texts]
    x, y, right, bottom = float(MARGIN), top, 0.0, 0.0
    for figure in figures:
        panel = _panel(figure, x, y + TEXT_SIZE + _LINE_GAP, width / len(figures) if is_beside else width)
        around = [*_colour_bar(figure, panel.box), Text(x, y, panel.heading, TEXT_SIZE, baseline="top")]
        panels.append(panel)
        shapes += around
        has_bar = len(around) > 1
        panel_right = panel.box.x + panel.box.width + (_BAR_GAP + _BAR_WIDTH + _LABEL_WIDTH if has_bar else 0)
        panel_bottom = panel.box.y + max(panel.box.height, _LOWEST_BAR if has_bar else 0)
        right, bottom = max(right, panel_right), max(bottom, panel_bottom)
        x, y = (panel_right + _PANEL_GAP, y) if is_beside else (x, panel_bottom + _PANEL_GAP)
    return Sheet(round(right) + MARGIN, round(bottom) + MARGIN, tuple(panels), tuple(shapes))


def _below(text: Text) -> float:
    return text.y + text.size + _LINE_GAP


def _is_square(figure: Figure) -> bool:
    return "scaleanchor" in figure["layout"]["yaxis"]


def _panel(figure: Figure, x: float, y: float, width: float) -> Panel:
    layout = figure["layout"]
    columns = round(abs(layout["xaxis"]["range"][1] - layout["xaxis"]["range"][0]))
    rows = round(abs(layout["yaxis"]["range"][1] - layout["yaxis"]["range"][0]))
    if _is_square(figure):
        cell_width = cell_height = float(max(1, min(round(width / columns), _LARGEST_CELL)))
    elif layout["meta"]["kind"] == "strip":
        cell_width, cell_height = max(1.0, width / columns), _STRIP_HEIGHT / rows
    else:
        cell_width = width / columns
        cell_height = _TILE_HEIGHT * cell_width
    box = Box(x, y, columns * cell_width, rows * cell_height)
    place = _Place(box, cell_width, cell_height)
    shapes = tuple(shape for trace in figure["data"] for shape in place.shapes(trace))
    return Panel(box, shapes, (rows, columns), layout["meta"], layout["title"]["text"])


@dataclass(frozen=True)
class _Place:
    """Where the traces of a figure are drawn: cell (r, c) has its centre at x = c, y = r."""

    box: Box
    cell_width: float
    cell_height: float

    def shapes(self, trace: Figure) -> Iterator[Shape]:
        if trace["type"] == "heatmap":
            # The invisible one reacts to the mouse in an app.
            if trace.get("opacity") != 0:
                yield Cells(self.box, untyped_array(trace["z"]), _table(trace["colorscale"]))
        elif trace["mode"] == "lines":
            style = trace["line"]
            for points in _parts(self._points(trace)):
                yield Line(points, _colour(style["color"]), style["width"] * _LINE_SCALE)
        elif trace["mode"] == "markers":
            style = trace["marker"]
            for x, y in self._points(trace):
                if np.isfinite([x, y]).all():
                    yield Dot(float(x), float(y), style["size"] / 2 * _LINE_SCALE, _colour(style["color"]))
        elif trace["mode"] == "text":
            yield from self._texts(trace)

    def _texts(self, trace: Figure) -> Iterator[Text]:
        vertical, _, horizontal = trace.get("textposition", "middle center").partition(" ")
        # Plotly names the side of the point on which the text stands.
        anchor = {"right": "start", "left": "end"}.get(horizontal, "middle")
        is_on_colour = "color" in trace["textfont"]
        size = trace["textfont"]["size"] * _LINE_SCALE
        for (x, y), text in zip(self._points(trace), trace["text"], strict=True):
            baseline = "top" if vertical == "bottom" else "middle"
            yield Text(float(x), float(y), text, size, anchor, baseline, is_on_colour)

    def _points(self, trace: Figure) -> DoubleArray:
        x, y = (_coordinates(trace[name]) for name in ("x", "y"))
        across = self.box.x + (x + 0.5) * self.cell_width
        down = self.box.y + (y + 0.5) * self.cell_height
        return np.stack([across, down], axis=1)


def _coordinates(values: Any) -> DoubleArray:
    if isinstance(values, dict):
        return untyped_array(values).astype(np.float64)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _parts(points: DoubleArray) -> Iterator[DoubleArray]:
    """The pieces of a line between its gaps, each of two points at least."""
    gaps = np.flatnonzero(~np.isfinite(points).all(axis=1)).tolist()
    for before, after in pairwise([-1, *gaps, len(points)]):
        if after - before > 2:
            yield points[before + 1 : after]


def _colour_bar(figure: Figure, box: Box) -> Iterator[Shape]:
    """The colour bar beside a panel, highest value on top, with its ticks."""
    trace = figure["data"][0]
    if "colorbar" not in trace:
        return
    bar = Box(box.x + box.width + _BAR_GAP, box.y, _BAR_WIDTH, max(box.height, _LOWEST_BAR))
    levels = np.arange(HIGHEST_LEVEL, LOWEST_LEVEL - 1, -1, dtype=np.uint8)[:, np.newaxis]
    yield Cells(bar, levels, _table(trace["colorscale"]))
    for level, text in zip(trace["colorbar"]["tickvals"], trace["colorbar"]["ticktext"], strict=True):
        y = bar.y + (HIGHEST_LEVEL - level) / STEPS * bar.height
        right = bar.x + bar.width
        yield Line(np.array([[right, y], [right + 6, y]]), (128, 128, 128, 1.0), 2)
        yield Text(right + 12, y, text, TICK_SIZE)


def _table(colour_scale: Sequence[Sequence[Any]]) -> ByteArray:
    """(256, 4) uint8, from a colour scale with an entry for each level."""
    colours = [_colour(css) for _, css in colour_scale]
    return np.array([(*rgb, round(255 * opacity)) for *rgb, opacity in colours], dtype=np.uint8)


def _colour(css: str) -> Colour:
    """The colour that `vizcore.figures.colours.css` has written."""
    numbers = [float(number) for number in _NUMBER.findall(css)]
    red, green, blue = (int(number) for number in numbers[:3])
    return red, green, blue, numbers[3] if len(numbers) > 3 else 1.0
