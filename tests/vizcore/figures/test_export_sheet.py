"""Sheets as SVG and as pixels, read back with other people's readers."""

import base64
import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from tests.vizcore.figures.sheets import curves, drawn, maps, vector
from vizcore.figures.chart import Figure
from vizcore.figures.colours import BLUE, DIVERGING, colour_table
from vizcore.figures.export_png import sheet_png
from vizcore.figures.export_svg import sheet_svg
from vizcore.figures.sheet import sheet

SVG = "{http://www.w3.org/2000/svg}"


def pixels(figures: list[Figure], **options: str) -> np.ndarray:
    image = Image.open(io.BytesIO(sheet_png(sheet(figures, title="conv1", **options))), formats=["PNG"])
    return np.asarray(image)


@pytest.mark.parametrize("colour_map", ["viridis", DIVERGING])
def test_every_cell_has_the_colour_of_its_level_in_both(colour_map: str) -> None:
    made = sheet([maps(colour_map=colour_map)], title="conv1")
    table, levels = colour_table(colour_map), drawn().levels
    box = made.panels[0].box
    png = np.asarray(Image.open(io.BytesIO(sheet_png(made)), formats=["PNG"]))
    panel = ET.fromstring(sheet_svg(made)).find(f"{SVG}svg")
    assert panel is not None
    image = panel.find(f"{SVG}g/{SVG}image")
    assert image is not None
    inner = Image.open(io.BytesIO(base64.b64decode(image.attrib["href"].split(",")[1]))).convert("RGBA")
    for (row, column), level in np.ndenumerate(levels):
        # A corner of the cell, which no mark covers.
        drawn_there = png[int(box.y + row * 39 + 1), int(box.x + column * 39 + 1)].tolist()
        expected = table[level].tolist() if level else [255, 255, 255]
        assert drawn_there == expected
        assert inner.getpixel((column, row)) == ((*expected, 255) if level else (*table[1].tolist(), 0))


def test_a_curve_is_drawn_where_its_points_are() -> None:
    made = sheet([curves()], title="conv1")
    png = np.asarray(Image.open(io.BytesIO(sheet_png(made)), formats=["PNG"])).astype(int)
    (panel,) = made.panels
    line = next(shape for shape in panel.shapes if getattr(shape, "colour", (0,))[:3] == BLUE)
    assert len(line.points) == 4
    # Between the dots of the current amount: near each point is a pixel of the curve's colour.
    for x, y in line.points.tolist():
        around = png[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4]
        assert np.abs(around - BLUE).sum(axis=2).min() < 120
    polylines = [element.attrib["points"] for element in ET.fromstring(sheet_svg(made)).iter(f"{SVG}polyline")]
    expected = " ".join(
        f"{x:.2f}".rstrip("0").rstrip(".") + "," + f"{y:.2f}".rstrip("0").rstrip(".") for x, y in line.points
    )
    assert expected in polylines


@pytest.mark.parametrize(
    "figures", [[maps()], [maps(), maps("difference", colour_map=DIVERGING)], [vector()], [curves()]]
)
def test_the_same_sheet_gives_the_same_bytes_without_metadata(figures: list[Figure]) -> None:
    made = sheet(figures, title="conv1", lines=["star"])
    assert sheet_png(made) == sheet_png(made)
    assert sheet_svg(made) == sheet_svg(made)
    image = Image.open(io.BytesIO(sheet_png(made)), formats=["PNG"])
    assert (image.size, image.mode, image.info) == ((made.width, made.height), "RGB", {})


def test_titles_and_lines_are_in_both() -> None:
    texts = [
        element.text
        for element in ET.fromstring(sheet_svg(sheet([maps()], title="a < b & “c”", lines=["star"]))).iter()
    ]
    assert {"a < b & “c”", "star", "as edited", "∅"} <= set(texts)
    plain = pixels([maps()])
    assert (pixels([maps()], lines=["star"]).shape[0]) > plain.shape[0]
    assert plain.shape == pixels([maps("difference")]).shape
    assert (plain != pixels([maps("difference")])).any()


def test_letters_that_the_font_lacks_are_written_without_accents() -> None:
    made = [sheet_png(sheet([maps()], title=title)) for title in ("Über 7 × 8", "Uber 7 x 8")]
    assert made[0] == made[1]
