"""Files of what is on the page, made without a browser and without a network: PNG, npz, a page of HTML.

The same figure gives the same bytes: no dates, no random identifiers.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vizcore.arrays import ByteArray, FloatArray
from vizcore.errors import VizcoreError
from vizcore.figures.colours import colour_table
from vizcore.figures.mosaics import scale_ticks, tile_marks
from vizcore.maps.channels import ChannelStatistics
from vizcore.maps.mosaic import Mosaic
from vizcore.maps.scales import HIGHEST_LEVEL, LOWEST_LEVEL, SCALES, STEPS, UNUSED_LEVEL
from vizcore.pictures.display import encode_png

DESCRIPTION_KEY = "description"
_MARGIN = 32
_BAR_WIDTH = 24
_LABEL_WIDTH = 150
_UNITS_IN_A_ROW = 256
_LARGEST_CELL = 64
_BLACK, _GREY = (20, 20, 20), (96, 96, 96)
# Pillow's own font needs no file and no network, but knows few signs outside of ASCII.
_PLAIN_SIGNS = str.maketrans({"×": "x", "−": "-", "–": "-", "σ": "sd", "“": '"', "”": '"', "’": "'"})


def exact_png(mosaic: Mosaic, *, colour_map: str = "viridis") -> bytes:
    """The mosaic as a PNG of one pixel per cell.

    Args:
        mosaic: What to draw.
        colour_map: A name in COLOUR_MAPS.

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
    width: int = 1600,
) -> bytes:
    """The mosaic as a figure for a slide: title, magnified cells, colour bar with numbers, marks on dead channels.

    Args:
        mosaic: What to draw. A strip of more than 256 units is folded into rows of 256, and the figure says so.
        title: In the first line. Signs that Pillow's own font lacks are written in ASCII.
        subtitle: In the second line, smaller; the scale's name and formula follow it.
        colour_map: A name in COLOUR_MAPS.
        statistics: Of all channels of the layer; without them nothing is marked.
        width: About how many pixels the mosaic is wide: cells are magnified without smoothing by the whole number that
            comes nearest, at most 64.

    Returns:
        PNG, RGB, on white.
    """
    levels, note = _folded(mosaic)
    factor = max(1, min(round(width / levels.shape[1]), _LARGEST_CELL))
    table = colour_table(colour_map)
    table[UNUSED_LEVEL] = 255
    cells = Image.fromarray(table[levels])
    picture = cells.resize((cells.width * factor, cells.height * factor), Image.Resampling.NEAREST)

    lines = [
        (title, 30, _BLACK),
        (subtitle, 20, _GREY),
        (f"Scale {SCALES[mosaic.scale].label}: {SCALES[mosaic.scale].formula}", 20, _GREY),
        (note, 20, _GREY),
    ]
    lines = [(text.translate(_PLAIN_SIGNS), size, colour) for text, size, colour in lines if text]
    top = _MARGIN + sum(size + 12 for _, size, _ in lines) + 8
    # A flat strip gets a bar that is still long enough for its numbers.
    bar_height = max(picture.height, 200)
    text_width = max(_font(size).getlength(text) for text, size, _ in lines)
    canvas_width = max(picture.width + 24 + _BAR_WIDTH + _LABEL_WIDTH, int(text_width) + 1) + 2 * _MARGIN
    canvas = Image.new("RGB", (canvas_width, top + bar_height + _MARGIN), "white")
    draw = ImageDraw.Draw(canvas)
    y = _MARGIN
    for text, size, colour in lines:
        draw.text((_MARGIN, y), text, fill=colour, font=_font(size))
        y += size + 12
    canvas.paste(picture, (_MARGIN, top))
    for row, column, sign in tile_marks(mosaic, statistics):
        place = (_MARGIN + (column + 0.5) * factor, top + (row + 0.5) * factor)
        # White on a black outline is readable on every colour.
        draw.text(
            place, sign.translate(_PLAIN_SIGNS), "white", _font(24), anchor="mm", stroke_width=2, stroke_fill="black"
        )
    _draw_bar(canvas, mosaic, table, left=_MARGIN + picture.width + 24, top=top, height=bar_height)
    return encode_png(np.asarray(canvas))


def archive(activations: Mapping[str, FloatArray]) -> bytes:
    """All chosen layers as one compressed .npz, to be read with `numpy.load` and without pickle.

    Args:
        activations: Layer name → (h, w, C) or (C,).

    Returns:
        A zip of arrays. The keys are the layers' names; what a file name on some system cannot hold becomes "_", and a
        key that is taken gets a number. `description` is JSON text: for each array its key, layer, shape, type, axes.

    Raises:
        VizcoreError: No layer.
    """
    if not activations:
        raise VizcoreError("There is nothing to save yet: choose at least one layer.")
    arrays: dict[str, np.ndarray] = {}
    described: list[dict[str, Any]] = []
    for name, activation in activations.items():
        key = _free_key(name, taken=arrays)
        arrays[key] = np.asarray(activation)
        axes = ["row", "column", "channel"] if np.ndim(activation) == 3 else ["unit"]
        shape = list(np.shape(activation))
        described.append({"key": key, "layer": name, "shape": shape, "dtype": arrays[key].dtype.name, "axes": axes})
    arrays[DESCRIPTION_KEY] = np.array(json.dumps(described, ensure_ascii=False))
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
    num_units = mosaic.levels.shape[1]
    if mosaic.levels.shape[0] > 1 or num_units <= _UNITS_IN_A_ROW:
        return mosaic.levels, ""
    rows = -(-num_units // _UNITS_IN_A_ROW)
    padded = np.full(rows * _UNITS_IN_A_ROW, UNUSED_LEVEL, dtype=np.uint8)
    padded[:num_units] = mosaic.levels[0]
    return padded.reshape(
        rows, _UNITS_IN_A_ROW
    ), f"{num_units} units in rows of {_UNITS_IN_A_ROW}, unit 0 at the top left"


def _draw_bar(canvas: Image.Image, mosaic: Mosaic, table: ByteArray, *, left: int, top: int, height: int) -> None:
    """The colour bar, highest value on top, and a number at each tick."""
    bar_levels = np.rint(np.linspace(HIGHEST_LEVEL, LOWEST_LEVEL, height)).astype(np.uint8)
    bar = np.repeat(table[bar_levels][:, np.newaxis], _BAR_WIDTH, axis=1)
    canvas.paste(Image.fromarray(bar), (left, top))
    draw = ImageDraw.Draw(canvas)
    for level, text in zip(*scale_ticks(mosaic), strict=True):
        y = top + (HIGHEST_LEVEL - level) / STEPS * (height - 1)
        draw.line([(left + _BAR_WIDTH, y), (left + _BAR_WIDTH + 6, y)], fill=_BLACK, width=2)
        draw.text((left + _BAR_WIDTH + 12, y), text.translate(_PLAIN_SIGNS), _BLACK, _font(20), anchor="lm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def _free_key(name: str, *, taken: Mapping[str, Any]) -> str:
    # Compared without case, since two files that differ in case alone are one file on some systems.
    used = {key.lower() for key in taken} | {DESCRIPTION_KEY}
    base = re.sub(r"[^A-Za-z0-9_.-]", "_", name).strip(".") or "layer"
    key, number = base, 2
    while key.lower() in used:
        key, number = f"{base}_{number}", number + 1
    return key
