"""Colours: the stops of others, one table for browser and files, and single colours that can be told apart."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import plotly.colors
import pytest

from vizcore.edits.transformations import TRANSFORMATIONS
from vizcore.errors import VizcoreError
from vizcore.figures import colours
from vizcore.figures.colours import (
    ALL_STEPS_COLOUR,
    CLASS_COLOURS,
    COLOUR_MAPS,
    DIVERGING,
    DIVERGING_MAPS,
    OKABE_ITO,
    TRANSFORMATION_COLOURS,
    colour_table,
    css,
    level_colour_scale,
    lightness,
    value_colour_scale,
)


def test_colour_maps_are_plotlys_own() -> None:
    for name in set(COLOUR_MAPS) - {"greys"}:
        stops = getattr(plotly.colors.sequential, name.capitalize())
        assert [plotly.colors.hex_to_rgb(stop) for stop in stops] == list(COLOUR_MAPS[name])


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_table_and_browser_agree_on_every_level(name: str) -> None:
    table = colour_table(name)
    scale = level_colour_scale(name)
    assert scale[0][1].endswith(",0)")
    for level in range(1, 256):
        position, colour = scale[level]
        assert position == level / 255
        assert colour == "rgb({},{},{})".format(*table[level])
    assert tuple(table[1]) == COLOUR_MAPS[name][0]
    assert tuple(table[255]) == COLOUR_MAPS[name][-1]
    ends = value_colour_scale(name)
    assert (ends[0][0], ends[-1][0]) == (0, 1)


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_more_is_lighter(name: str) -> None:
    luminance = colour_table(name)[1:] @ np.array([0.2126, 0.7152, 0.0722])
    # Rounding to bytes may take back a little from one level to the next, never over ten.
    assert np.all(luminance[10:] > luminance[:-10])


def test_a_level_in_greys_is_its_own_grey() -> None:
    np.testing.assert_array_equal(colour_table("greys"), np.repeat(np.arange(256)[:, np.newaxis], 3, axis=1))


def test_the_diverging_map_is_plotlys_in_reverse_and_its_middle_belongs_to_no_side() -> None:
    stops = [tuple(plotly.colors.unlabel_rgb(stop)) for stop in plotly.colors.diverging.RdBu[::-1]]
    assert stops == list(DIVERGING_MAPS[DIVERGING])
    table = colour_table(DIVERGING).astype(int)
    red, _, blue = table[128]
    assert red == blue == 247
    assert (table[1:120, 2] > table[1:120, 0]).all()
    assert (table[137:, 0] > table[137:, 2]).all()


@pytest.mark.parametrize("read", [colour_table, level_colour_scale, value_colour_scale])
def test_an_unknown_map_is_refused_with_the_names_there_are(read: Callable[[str], object]) -> None:
    with pytest.raises(VizcoreError, match=r"“rainbow”; there are viridis, .*blue-red"):
        read("rainbow")


def test_a_colour_is_written_as_a_browser_reads_it() -> None:
    assert css((217, 115, 13)) == "rgb(217,115,13)"
    assert css((217, 115, 13), 0.35) == "rgba(217,115,13,0.35)"
    assert css(np.array([1, 2, 255], np.uint8), 0) == "rgba(1,2,255,0)"


def luminance(rgb: tuple[int, ...]) -> float:
    """Relative luminance, 0 … 1: WCAG 2.2."""
    parts = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in np.array(rgb) / 255]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def contrast(rgb: tuple[int, ...], ground: float) -> float:
    darker, lighter = sorted([luminance(rgb), ground])
    return (lighter + 0.05) / (darker + 0.05)


HEXADECIMAL = {**TRANSFORMATION_COLOURS, "all steps": ALL_STEPS_COLOUR}
SINGLE = {name: getattr(colours, name) for name in ("BLUE", "GREEN", "GREY", "ORANGE", "RED")} | {
    name: plotly.colors.hex_to_rgb(colour) for name, colour in HEXADECIMAL.items()
}


@pytest.mark.parametrize("name", SINGLE)
def test_a_line_is_seen_on_white_and_on_black(name: str) -> None:
    assert contrast(SINGLE[name], 1.0) > 2
    assert contrast(SINGLE[name], 0.0) > 3


def test_every_transformation_has_a_colour_and_no_two_share_one() -> None:
    assert set(TRANSFORMATION_COLOURS) == set(TRANSFORMATIONS)
    for first, second in combinations(HEXADECIMAL.values(), 2):
        assert np.linalg.norm(np.subtract(plotly.colors.hex_to_rgb(first), plotly.colors.hex_to_rgb(second))) > 30


def test_each_of_ten_classes_has_a_colour_of_its_own() -> None:
    assert len(set(CLASS_COLOURS)) == len(CLASS_COLOURS) >= 10
    assert CLASS_COLOURS[: len(OKABE_ITO)] == tuple(OKABE_ITO.values())


def test_lightness_is_that_of_cielab() -> None:
    greys = lightness("greys")
    # Level L of the greys is the grey L. L* of the grey 119 is 50.03; white is 100.
    assert greys[119] == pytest.approx(50.03, abs=0.01)
    assert greys[255] == pytest.approx(100)
    assert greys[1] == pytest.approx(0.274, abs=0.001)
    for name in COLOUR_MAPS:
        assert (np.diff(lightness(name)) >= -0.2).all(), name


def test_lightness_of_a_diverging_map_tells_both_sides_apart() -> None:
    steps = lightness(DIVERGING)
    assert (np.diff(steps) >= 0).all()
    assert steps[255] - steps[128] == pytest.approx(steps[128] - steps[1], rel=0.1)
