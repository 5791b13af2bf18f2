"""A sheet as pixels, drawn by Pillow without a browser."""

from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from vizcore.figures.sheet import Box, Cells, Colour, Dot, Line, Sheet, Text
from vizcore.figures.signs import font, plain_signs
from vizcore.pictures.display import encode_png

_INK, _FAINT = (20, 20, 20), (96, 96, 96)
_SMOOTHING = 3  # lines are drawn this many times larger and reduced
_ANCHORS = MappingProxyType({"start": "l", "middle": "m", "end": "r"})
_BASELINES = MappingProxyType({"top": "a", "middle": "m"})


def sheet_png(drawn: Sheet) -> bytes:
    """The sheet as a PNG, RGB, on white. The same sheet gives the same bytes.

    Cells are magnified without smoothing. Signs that Pillow's own font lacks are written in ASCII.
    """
    canvas = Image.new("RGB", (drawn.width, drawn.height), "white")
    draw = ImageDraw.Draw(canvas, "RGBA")
    for panel in drawn.panels:
        lines = [shape for shape in panel.shapes if isinstance(shape, Line)]
        if lines:
            _draw_smooth(canvas, panel.box, lines)
    for shape in (*drawn.shapes, *(shape for panel in drawn.panels for shape in panel.shapes)):
        if isinstance(shape, Cells):
            _draw_cells(canvas, shape)
        elif isinstance(shape, Dot):
            x, y, radius = shape.x, shape.y, shape.radius
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_rgba(shape.colour))
        elif isinstance(shape, Text):
            _draw_text(draw, shape)
    outside = [shape for shape in drawn.shapes if isinstance(shape, Line)]
    for line in outside:
        draw.line([(x, y) for x, y in line.points.tolist()], fill=_rgba(line.colour), width=round(line.width))
    return encode_png(np.asarray(canvas))


def _draw_cells(canvas: Image.Image, shape: Cells) -> None:
    box = shape.box
    colours = Image.fromarray(shape.table[shape.levels])
    size = (round(box.width), round(box.height))
    magnified = colours.resize(size, Image.Resampling.NEAREST)
    canvas.paste(magnified, (round(box.x), round(box.y)), magnified)


def _draw_smooth(canvas: Image.Image, box: Box, lines: list[Line]) -> None:
    """Lines over a box, each blended with what is below it."""
    left, top = int(box.x), int(box.y)
    width, height = int(box.width) + 2, int(box.height) + 2
    layer = Image.new("RGB", (width * _SMOOTHING, height * _SMOOTHING), "white")
    draw = ImageDraw.Draw(layer, "RGBA")
    for line in lines:
        points = ((line.points - [left, top]) * _SMOOTHING).tolist()
        draw.line(
            [(x, y) for x, y in points],
            fill=_rgba(line.colour),
            width=max(1, round(line.width * _SMOOTHING)),
            joint="curve",
        )
    canvas.paste(layer.reduce(_SMOOTHING), (left, top))


def _draw_text(draw: ImageDraw.ImageDraw, shape: Text) -> None:
    anchor = _ANCHORS[shape.anchor] + _BASELINES[shape.baseline]
    text, letters, place = plain_signs(shape.text), font(round(shape.size)), (shape.x, shape.y)
    if shape.is_on_colour:
        # White on a black outline is readable on every colour.
        draw.text(place, text, "white", letters, anchor=anchor, stroke_width=2, stroke_fill="black")
    else:
        draw.text(place, text, _FAINT if shape.is_faint else _INK, letters, anchor=anchor)


def _rgba(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue, opacity = colour
    return red, green, blue, round(255 * opacity)
