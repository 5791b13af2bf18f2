"""Files of the pictures and activations on a page, made without a browser and offline: PNG and npz.

The same figure gives the same bytes: no dates, no random identifiers.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from vizcore.arrays import BoolArray, ByteArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.figures.colours import RGB, colour_table
from vizcore.figures.mosaics import scale_ticks
from vizcore.figures.signs import font, plain_signs
from vizcore.figures.tile_signs import tile_marks
from vizcore.maps.channels import ChannelStatistics
from vizcore.maps.mosaic import Mosaic
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, STEPS, UNUSED_LEVEL
from vizcore.numbers import ceil_division
from vizcore.pictures.display import encode_png

DESCRIPTION_KEY = "description"
_MARGIN = 32
_BAR_WIDTH = 24
_BAR_GAP = 24
_LOWEST_BAR = 200
"""The smallest height of a colour bar: beside a flat strip it still has room for its numbers."""
_LABEL_WIDTH = 150
_UNITS_IN_A_ROW = 256
_LARGEST_CELL = 64
_BLACK, _GREY = (20, 20, 20), (96, 96, 96)


def exact_png(mosaic: Mosaic, *, colour_map: str = "viridis") -> bytes:
    """The mosaic as a PNG of one pixel per cell.

    Args:
        mosaic: the mosaic.
        colour_map: a name in COLOUR_MAPS.

    Returns:
        PNG, RGBA. A cell of level L has exactly the colour of entry L of the colour table; gaps, unused places and
        cells that are not a number are transparent.
    """
    alpha = np.where(mosaic.levels == UNUSED_LEVEL, 0, 255).astype(np.uint8)
    return encode_png(np.dstack([colour_table(colour_map)[mosaic.levels], alpha]))


def labelled_png(
    mosaic: Mosaic,
    *,
    title: str,
    subtitle: str = "",
    colour_map: str = "viridis",
    statistics: ChannelStatistics | None = None,
    dead: BoolArray | None = None,
    width: int = 1600,
) -> bytes:
    """The mosaic as a figure for a slide: title, magnified cells, colour bar with numbers, marks on dead channels.

    Args:
        mosaic: the mosaic. A strip of more than 256 units is folded into rows of 256, and the figure says so.
        title: the first line. Signs that Pillow's own font lacks are written in ASCII.
        subtitle: the second line, smaller; the scale's name and formula follow it.
        colour_map: a name in COLOUR_MAPS.
        statistics: the statistics of all channels of the layer; without them nothing is marked.
        dead: (C,) as for `vizcore.figures.mosaics.mosaic_figure`.
        width: the approximate width of the mosaic in pixels. Cells are magnified without smoothing by the nearest whole
            number, at most 64.

    Returns:
        PNG, RGB, on white.
    """
    levels, note = _folded(mosaic)
    table = colour_table(colour_map)
    table[UNUSED_LEVEL] = 255
    cells = Image.fromarray(table[levels])
    factor = max(1, min(round(width / cells.width), _LARGEST_CELL))
    picture = cells.resize((cells.width * factor, cells.height * factor), Image.Resampling.NEAREST)
    lines = _lines(title, subtitle, f"Scale: {mosaic.scale.words}", note)
    left, top = _MARGIN, _MARGIN + sum(line.height for line in lines) + 8
    bar_left, bar_height = left + picture.width + _BAR_GAP, max(picture.height, _LOWEST_BAR)
    right = max(bar_left + _BAR_WIDTH + _LABEL_WIDTH, left + max(line.width for line in lines))
    canvas = Image.new("RGB", (right + _MARGIN, top + bar_height + _MARGIN), "white")
    _draw_lines(canvas, lines)
    canvas.paste(picture, (left, top))
    for row, column, sign in tile_marks(mosaic, statistics, dead):
        _draw_mark(canvas, (left + (column + 0.5) * factor, top + (row + 0.5) * factor), sign)
    _draw_bar(canvas, mosaic, table, left=bar_left, top=top, height=bar_height)
    return encode_png(np.asarray(canvas))


def archive(
    values: Mapping[str, FloatArray],
    *,
    about: Mapping[str, Any] = MappingProxyType({}),
    units: str | Mapping[str, str] = "the layer's own",
    axes: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """Values as one compressed .npz, which `numpy.load` reads without pickle.

    Args:
        values: name → (h, w, C) or (C,): layers, or arrays of one layer. Arrays of another rank need their axes.
        about: where the values come from, as data for JSON.
        units: the unit of measurement of all arrays, or of each by its name.
        axes: name of an array → names of its axes; by default row, column and channel, or unit.

    Returns:
        A zip of arrays. The keys are the names. A sign that file names on some systems cannot hold becomes "_". A key
        that is already used gets a number. `description` is JSON text: `about`, and under "arrays" for each array its
        key, name, shape, type, axes and units.

    Raises:
        VizcoreError: there is no layer.
    """
    if not values:
        raise VizcoreError("There is nothing to save yet: choose at least one layer.")
    arrays: dict[str, np.ndarray] = {}
    descriptions: list[dict[str, Any]] = []
    for name, array in values.items():
        key = _free_key(name, taken=arrays)
        arrays[key] = np.asarray(array)
        described = {"key": key, "name": name, "shape": list(np.shape(array)), "dtype": arrays[key].dtype.name}
        described["axes"] = list(axes.get(name, ("row", "column", "channel") if np.ndim(array) == 3 else ("unit",)))
        described["units"] = units if isinstance(units, str) else units[name]
        descriptions.append(described)
    arrays[DESCRIPTION_KEY] = np.array(json.dumps({**about, "arrays": descriptions}, ensure_ascii=False))
    # Not numpy.savez: it takes names as keyword arguments, and a layer may be called “file”.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for key, array in arrays.items():
            member = zipfile.ZipInfo(f"{key}.npy")
            member.compress_type = zipfile.ZIP_DEFLATED
            with container.open(member, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return buffer.getvalue()


def _folded(mosaic: Mosaic) -> tuple[ByteArray, str]:
    """The levels to draw, (rows, columns) uint8, and a sentence if a long strip is folded, else an empty text."""
    num_units = mosaic.levels.shape[1]
    if mosaic.levels.shape[0] > 1 or num_units <= _UNITS_IN_A_ROW:
        return mosaic.levels, ""
    rows = ceil_division(num_units, _UNITS_IN_A_ROW)
    padded = np.full(rows * _UNITS_IN_A_ROW, UNUSED_LEVEL, dtype=np.uint8)
    padded[:num_units] = mosaic.levels[0]
    note = f"{num_units} units in rows of {_UNITS_IN_A_ROW}, unit 0 at the top left"
    return padded.reshape(rows, _UNITS_IN_A_ROW), note


@dataclass(frozen=True)
class _Line:
    """One line of text above the figure. All its signs are in the font."""

    text: str
    size: int
    colour: RGB

    @property
    def width(self) -> int:
        return int(font(self.size).getlength(self.text)) + 1

    @property
    def height(self) -> int:
        """In pixels, with the space below the line."""
        return self.size + 12


def _lines(title: str, *others: str) -> list[_Line]:
    """The title and, in smaller letters, the others; empty ones are left out."""
    lines = [_Line(title, 30, _BLACK), *(_Line(text, 20, _GREY) for text in others)]
    return [replace(line, text=plain_signs(line.text)) for line in lines if line.text]


def _draw_lines(canvas: Image.Image, lines: Sequence[_Line]) -> None:
    draw = ImageDraw.Draw(canvas)
    y = _MARGIN
    for line in lines:
        draw.text((_MARGIN, y), line.text, fill=line.colour, font=font(line.size))
        y += line.height


def _draw_mark(canvas: Image.Image, place: tuple[float, float], sign: str) -> None:
    # White on a black outline is readable on every colour.
    text, letters = plain_signs(sign), font(24)
    ImageDraw.Draw(canvas).text(place, text, "white", letters, anchor="mm", stroke_width=2, stroke_fill="black")


def _draw_bar(canvas: Image.Image, mosaic: Mosaic, table: ByteArray, *, left: int, top: int, height: int) -> None:
    """The colour bar, highest value on top, and a number at each tick."""
    bar_levels = np.rint(np.linspace(HIGHEST_LEVEL, LOWEST_LEVEL, height)).astype(np.uint8)
    bar = np.repeat(table[bar_levels][:, np.newaxis], _BAR_WIDTH, axis=1)
    canvas.paste(Image.fromarray(bar), (left, top))
    draw = ImageDraw.Draw(canvas)
    for level, text in zip(*scale_ticks(mosaic), strict=True):
        y = top + (HIGHEST_LEVEL - level) / STEPS * (height - 1)
        draw.line([(left + _BAR_WIDTH, y), (left + _BAR_WIDTH + 6, y)], fill=_BLACK, width=2)
        draw.text((left + _BAR_WIDTH + 12, y), plain_signs(text), _BLACK, font(20), anchor="lm")


def _free_key(name: str, *, taken: Mapping[str, Any]) -> str:
    # Case is ignored, since two files that differ in case alone are one file on some systems.
    used = {key.lower() for key in taken} | {DESCRIPTION_KEY}
    base = re.sub(r"[^A-Za-z0-9_.-]", "_", name).strip(".") or "layer"
    key, number = base, 2
    while key.lower() in used:
        key, number = f"{base}_{number}", number + 1
    return key
