"""Where the shapes of a sheet are, worked out by hand from the cells that they belong to."""

import numpy as np
import pytest

from tests.vizcore.figures.sheets import curves, drawn, maps, vector
from vizcore.figures.colours import BLUE, DIVERGING, GREY, colour_table
from vizcore.figures.mosaics import scale_ticks
from vizcore.figures.sheet import Cells, Dot, Line, Panel, Text, sheet


def of_kind(panel: Panel, kind: type) -> list:
    return [shape for shape in panel.shapes if isinstance(shape, kind)]


def test_cells_are_magnified_by_a_whole_number_and_keep_levels_and_colours() -> None:
    # 41 columns and 15 rows; 1600 / 41 is nearest to 39.
    (panel,) = sheet([maps()], title="conv1").panels
    (cells,) = of_kind(panel, Cells)
    assert (panel.cells, panel.box.width, panel.box.height) == ((15, 41), 41 * 39, 15 * 39)
    assert cells.box == panel.box
    np.testing.assert_array_equal(cells.levels, drawn().levels)
    np.testing.assert_array_equal(cells.table[1:, :3], colour_table("viridis")[1:])
    assert cells.table[:, 3].tolist() == [0] + [255] * 255


def test_a_mark_stands_in_the_middle_of_its_tile() -> None:
    (panel,) = sheet([maps()], title="conv1").panels
    (mark,) = [text for text in of_kind(panel, Text) if text.text == "∅"]
    row, column = drawn().position_of(3, 3, 6)
    assert mark.x == panel.box.x + (column + 0.5) * 39
    assert mark.y == panel.box.y + (row + 0.5) * 39
    assert mark.is_on_colour


def test_ticks_stand_at_their_levels_on_a_bar_from_the_lowest_to_the_highest() -> None:
    made = sheet([maps()], title="conv1")
    (bar,) = [shape for shape in made.shapes if isinstance(shape, Cells)]
    assert bar.levels[[0, -1], 0].tolist() == [255, 1]
    assert len(bar.levels) == 255
    levels, texts = scale_ticks(drawn())
    ticks = {text.text: text.y for text in made.shapes if isinstance(text, Text) and text.x > bar.box.x}
    assert list(ticks) == texts
    for level, y in zip(levels, ticks.values(), strict=True):
        assert y == pytest.approx(bar.box.y + bar.box.height * (255 - level) / 254)


def test_maps_are_beside_each_other_and_strips_below_each_other() -> None:
    left, middle, right = sheet([maps(), maps(), maps("difference", colour_map=DIVERGING)], title="conv1").panels
    assert left.box.y == middle.box.y == right.box.y
    assert left.box.x + left.box.width < middle.box.x
    assert middle.box.x + middle.box.width < right.box.x
    upper, lower = sheet([vector(), vector()], title="dense").panels
    assert upper.box.x == lower.box.x
    assert upper.box.y + upper.box.height < lower.box.y
    assert [panel.heading for panel in (left, right)] == ["as edited", "difference"]


@pytest.mark.parametrize("figures", [[maps()], [maps()] * 3, [vector(5000)], [curves()]])
def test_nothing_reaches_beyond_the_sheet(figures: list) -> None:
    made = sheet(figures, title="A title", lines=["a line", "another"])
    for panel in made.panels:
        assert panel.box.x + panel.box.width <= made.width
        assert panel.box.y + panel.box.height <= made.height
    for shape in made.shapes:
        if isinstance(shape, Text):
            assert 0 <= shape.x <= made.width
            assert 0 <= shape.y + shape.size <= made.height


def test_a_unit_of_a_long_strip_has_a_pixel_at_least() -> None:
    (panel,) = sheet([vector(5000)], title="flatten").panels
    assert panel.box.width == 5000


def test_curves_have_their_gaps_and_dots_and_silent_tiles_their_mark() -> None:
    (panel,) = sheet([curves()], title="conv1").panels
    assert panel.cells == (2, 2)
    # A mean and a maximum for each channel. A gap of one level splits a line; a single point draws nothing.
    means, maxima = ([line for line in of_kind(panel, Line) if line.colour[:3] == colour] for colour in (BLUE, GREY))
    assert sorted(len(line.points) for line in means) == [2, 4, 4]
    # The borders of tiles are grey, too, each a closed line of five points.
    assert sorted(len(line.points) for line in maxima) == [2, 4, 4, 5, 5, 5]
    for line in (*means, *maxima):
        across, down = line.points.T
        assert (across >= panel.box.x).all()
        assert (across <= panel.box.x + panel.box.width).all()
        assert (down >= panel.box.y).all()
        assert (down <= panel.box.y + panel.box.height).all()
    assert len(of_kind(panel, Dot)) == 3
    assert [text.text for text in of_kind(panel, Text)] == ["0", "1", "2", "×"]
    assert not of_kind(panel, Cells)


def test_a_figure_is_not_changed() -> None:
    figure = maps()
    before = repr(figure)
    sheet([figure, figure], title="conv1")
    assert repr(figure) == before
