"""The parts of the browser's code that need no page, against the core's answers. One blank page, no app."""

import base64
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Browser, JSHandle, Page, expect

from tests.browser.app import ROOT
from ui.frame.pages import PAGE_PATHS
from ui.session.brightness import read_amount, refusals
from vizcore.activations.graph import FedLayer, fed_layer
from vizcore.activations.reading import read
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import KINDS, Kind, adjust
from vizcore.figures.chart import Figure
from vizcore.figures.export_html import figures_html
from vizcore.figures.javascript import joined
from vizcore.figures.mosaics import channel_figure, mosaic_figure, strip_figure
from vizcore.light.flips import Segment, flips, standing_at
from vizcore.maps.mosaic import Mosaic, mosaic, strip
from vizcore.maps.ranges import range_scale, scale_of
from vizcore.units.arithmetic import arithmetic
from vizcore.units.walk import walk

PICTURE = ROOT / "ui" / "light" / "live_picture"


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def load(page: Page, path: Path) -> JSHandle:
    """What a module exports, with all that it imports."""
    return page.evaluate_handle(
        """(text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))""", joined(path)
    )


def meta(drawn: Mosaic) -> dict[str, Any]:
    """What the browser knows of a mosaic."""
    found: dict[str, Any] = mosaic_figure(drawn, title="")["layout"]["meta"]
    return found


# Modules


def test_joined_modules_keep_their_own_names_and_are_made_once(blank: Page, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'import { add, made } from "./b.js";\nimport { count } from "./c.js";\nconst hidden = 1;\n'
        "export const all = [hidden, add(hidden), made, count.made];\n"
    )
    (tmp_path / "b.js").write_text(
        'import { count } from "./c.js";\nconst hidden = 10;\nexport const made = count.made;\n'
        "export function add(number) {\n  return number + hidden;\n}\n"
    )
    (tmp_path / "c.js").write_text("export const count = { made: 0 };\ncount.made += 1;\n")
    assert load(blank, tmp_path / "a.js").evaluate("(module) => module.all") == [1, 11, 1, 1]


# Tiles

ACTIVATION = np.random.default_rng(3).normal(size=(7, 13, 5)).astype(np.float32)
MOSAICS = {
    "one gap, one place unused": mosaic(ACTIVATION, scale="layer", columns=3),
    "channels in another order": mosaic(ACTIVATION, scale="channel", columns=2, channels=np.array([4, 0, 2])),
    "no gap, one place unused": mosaic(ACTIVATION, scale="layer", columns=2, gap=0),
    "no gap, one row": mosaic(ACTIVATION, scale="layer", columns=5, gap=0),
    "wide gaps, one column": mosaic(ACTIVATION, scale="channel", columns=1, gap=3),
    "blocks of units": mosaic(ACTIVATION, scale="layer", columns=4, largest_side=5),
    "one unit a tile": mosaic(ACTIVATION[:1, :1], scale="layer", columns=2),
    "the tutorial's steps": mosaic(ACTIVATION, scale="tutorial", columns=3),
    "a square root": mosaic(ACTIVATION, scale=scale_of(ACTIVATION, "channel", contrast="square root"), columns=3),
    "a signed square root": mosaic(
        ACTIVATION, scale=scale_of(ACTIVATION, "layer", is_signed=True, contrast="square root"), columns=3
    ),
}


@pytest.fixture(scope="module")
def tiles(blank: Page) -> JSHandle:
    return load(blank, ROOT / "vizcore" / "figures" / "tiles.js")


@pytest.mark.parametrize("drawn", MOSAICS.values(), ids=MOSAICS)
def test_each_cell_is_the_unit_that_the_core_says(tiles: JSHandle, drawn: Mosaic) -> None:
    rows, columns = drawn.levels.shape
    # With a cell around it, where there is nothing.
    places = list(product(range(-1, rows + 1), range(-1, columns + 1)))
    found = tiles.evaluate(
        """({ unitAt }, [meta, places]) => places.map(([row, column]) => {
            const unit = unitAt(meta, column, row);
            return unit ? [unit.tile, unit.channel, unit.row * meta.block, unit.column * meta.block] : null;
        })""",
        [meta(drawn), places],
    )
    # Of the units that share a cell, the first is named.
    height, width = drawn.map_shape
    units = product(drawn.channels.tolist(), range(0, height, drawn.block), range(0, width, drawn.block))
    at = {drawn.position_of(*unit): unit for unit in units}
    expected = [at.get(place) for place in places]
    assert [unit and tuple(unit[1:]) for unit in found] == expected
    order = drawn.channels.tolist()
    assert all(unit is None or order[unit[0]] == unit[1] for unit in found)


@pytest.mark.parametrize("drawn", MOSAICS.values(), ids=MOSAICS)
def test_the_units_of_all_cells_are_each_map_once(tiles: JSHandle, drawn: Mosaic) -> None:
    places = list(product(*map(range, drawn.levels.shape)))
    found = tiles.evaluate(
        """({ unitAt, unitsAt }, [meta, places]) => places.map(([row, column]) => {
            const units = unitsAt(meta, column, row);
            return units ? [unitAt(meta, column, row).channel, units.rows, units.columns] : null;
        })""",
        [meta(drawn), places],
    )
    counted: list[tuple[int, int, int]] = []
    for place, units in zip(places, found, strict=True):
        if units is None:
            continue
        channel, (top, bottom), (left, right) = units
        covered = list(product([channel], range(top, bottom + 1), range(left, right + 1)))
        assert all(drawn.position_of(*unit) == place for unit in covered)
        counted += covered
    height, width = drawn.map_shape
    assert sorted(counted) == sorted(product(drawn.channels.tolist(), range(height), range(width)))


def test_a_cell_of_a_large_channel_is_its_unit(tiles: JSHandle) -> None:
    large = channel_figure(ACTIVATION[..., 0], title="")["layout"]["meta"]
    found = tiles.evaluate("({ unitsAt }, meta) => [[3, 5], [12, 6], [13, 0], [-1, 2]].map((at) => "
                           "unitsAt(meta, ...at) ?? null)", large)  # fmt: skip
    assert found == [{"rows": [5, 5], "columns": [3, 3]}, {"rows": [6, 6], "columns": [12, 12]}, None, None]


@pytest.mark.parametrize("drawn", MOSAICS.values(), ids=MOSAICS)
def test_each_level_is_the_value_that_the_core_says(tiles: JSHandle, drawn: Mosaic) -> None:
    found = tiles.evaluate(
        """({ valueOf }, meta) => meta.channels.map((_, tile) => Array.from({ length: 255 }, (_, index) =>
            valueOf(meta, tile, index + 1)))""",
        meta(drawn),
    )
    for tile, channel in enumerate(drawn.channels.tolist()):
        expected = np.array([drawn.value_of(channel, level) for level in range(1, 256)])
        if drawn.scale.span == "tutorial":
            # Fractions are cut off there: the middle between this level and the next. The last has no next.
            expected[:-1] = (expected[:-1] + expected[1:]) / 2
        np.testing.assert_allclose(found[tile], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("drawn", MOSAICS.values(), ids=MOSAICS)
def test_the_frame_of_a_tile_is_around_its_cells_and_no_others(tiles: JSHandle, drawn: Mosaic) -> None:
    height, width = drawn.tile_shape
    for tile, channel in enumerate(drawn.channels.tolist()):
        frame = tiles.evaluate("({ frameAround }, [meta, tile]) => frameAround(meta, tile)", [meta(drawn), tile])
        top, left = drawn.position_of(channel, 0, 0)
        # A cell reaches half a cell around its place; the frame runs along the middle of the gaps.
        beside = 0.5 + drawn.gap / 2
        assert [frame["y0"], frame["y1"]] == [top - beside, top + height - 1 + beside]
        assert [frame["x0"], frame["x1"]] == [left - beside, left + width - 1 + beside]


def say(tiles: JSHandle, drawn: dict[str, Any], row: int, column: int, level: int) -> str:
    said: str = tiles.evaluate(
        "({ cellText }, [meta, x, y, level]) => cellText(meta, x, y, level)", [drawn, column, row, level]
    )
    return said


def test_what_is_said_of_a_cell(tiles: JSHandle) -> None:
    values = np.zeros((2, 3, 2), np.float32)
    values[..., 0], values[1, 2, 1] = [[1, 2, 3], [4, 5, 6]], 254
    drawn = meta(mosaic(values, scale=range_scale(0, 254, num_channels=2), columns=2))
    assert say(tiles, drawn, 0, 1, 3) == "channel 0 · row 0, column 1 · ≈ 2 (scale 0 … 254)"
    assert say(tiles, drawn, 1, 6, 255) == "channel 1 · row 1, column 2 · ≈ 254 (scale 0 … 254)"
    assert say(tiles, drawn, 0, 3, 0) == ""
    assert say(tiles, drawn, 0, 1, 0) == ""
    cut = meta(mosaic(values - 10, scale=range_scale(0, 127, num_channels=2), columns=2))
    assert say(tiles, cut, 0, 0, 1) == "channel 0 · row 0, column 0 · ≤ 0 (scale 0 … 127)"
    assert say(tiles, cut, 1, 6, 255) == "channel 1 · row 1, column 2 · ≥ 127 (scale 0 … 127)"
    assert say(tiles, cut, 0, 0, 2) == "channel 0 · row 0, column 0 · ≈ 0.5 (scale 0 … 127)"
    high = meta(mosaic(values, scale=range_scale(0, 127, num_channels=2), columns=2))
    assert say(tiles, high, 1, 6, 255) == "channel 1 · row 1, column 2 · ≥ 127 (scale 0 … 127)"
    assert say(tiles, high, 0, 0, 1) == "channel 0 · row 0, column 0 · ≈ 0 (scale 0 … 127)"
    # Four units a cell, but for the last column and row.
    blocks = meta(mosaic(np.zeros((5, 3, 1), np.float32), scale=range_scale(0, 254), largest_side=3))
    assert say(tiles, blocks, 1, 0, 9) == "channel 0 · rows 2–3, columns 0–1 · mean ≈ 8 (scale 0 … 254)"
    assert say(tiles, blocks, 2, 1, 1) == "channel 0 · rows 4–4, columns 2–2 · mean ≈ 0 (scale 0 … 254)"
    row = strip_figure(strip(np.array([0, 127, 254], np.float32), scale="layer"), title="")["layout"]["meta"]
    assert say(tiles, row, 0, 1, 128) == "unit 1 · ≈ 127 (scale 0 … 254)"


# The keyboard on a mosaic, and what it says


@pytest.fixture(scope="module")
def keys(blank: Page) -> JSHandle:
    return load(blank, ROOT / "ui" / "parts" / "live_chart" / "keys.js")


@pytest.fixture(scope="module")
def spoken(blank: Page) -> JSHandle:
    return load(blank, ROOT / "ui" / "parts" / "live_chart" / "spoken.js")


@pytest.mark.parametrize(
    ("key", "tile", "target"),
    [
        ("ArrowRight", 0, 1),
        ("ArrowRight", 4, 5),  # on into the next row
        ("ArrowRight", 12, 12),
        ("ArrowLeft", 5, 4),
        ("ArrowLeft", 0, 0),
        ("ArrowDown", 2, 7),
        ("ArrowDown", 7, 12),
        ("ArrowDown", 8, 8),  # no tile is below it
        ("ArrowUp", 12, 7),
        ("ArrowUp", 3, 3),
        ("Home", 8, 5),
        ("End", 6, 9),
        ("End", 10, 12),  # the last row is shorter
        ("Control+Home", 8, 0),
        ("Control+End", 3, 12),
        ("Enter", 3, None),
        ("Control+ArrowRight", 3, None),
    ],
)
def test_a_key_leads_to_the_tile_beside_it(keys: JSHandle, key: str, tile: int, target: int | None) -> None:
    # Three rows of five places, of which 13 are tiles.
    found = keys.evaluate(
        "({ nextTile }, [key, tile]) => nextTile(key, tile, { columns: 5, count: 13 }) ?? null", [key, tile]
    )
    assert found == target


def test_a_tile_in_words_has_its_own_numbers_if_they_are_known(spoken: JSHandle) -> None:
    def say(meta: dict[str, Any], tile: int, noun: str = "channel") -> str:
        words: str = spoken.evaluate(
            "({ tileText }, [meta, tile, noun]) => tileText(meta, tile, { layer: 'conv1', noun })", [meta, tile, noun]
        )
        return words

    mosaics = {"channels": [8, 2], "lows": [-1.0, -1.0], "highs": [3.0, 3.0]}
    assert say(mosaics, 0) == "channel 8 of conv1, tile 1 of 2"
    assert say(mosaics | {"highs": [3.0, 0.12345]}, 1) == "channel 2 of conv1, tile 2 of 2, from −1 to 0.123"
    curves = {"channels": [8, 2], "tips": ["unit 8 · peak at 2", "unit 2 · silent at all levels"]}
    assert say(curves, 1, "unit") == "unit 2 of conv1, tile 2 of 2, silent at all levels"


def test_a_chart_in_words_has_its_ranges(spoken: JSHandle) -> None:
    def say(layout: dict[str, Any], *data: dict[str, Any]) -> str:
        words: str = spoken.evaluate(
            "({ described }, figure) => described('A figure', figure)", {"layout": layout, "data": list(data)}
        )
        return words

    shared = {"kind": "mosaic", "lows": [0, 0], "highs": [0.698, 0.698]}
    assert say({"meta": shared}) == "A figure. scale from 0 to 0.698"
    assert say({"meta": shared | {"lows": [0, -0.1]}}) == "A figure. each channel on a scale of its own"
    assert say({"meta": {"kind": "mosaic", "tips": []}}) == "A figure"
    across = {"range": [0, 4], "title": {"text": "gain"}}
    down = {"range": [3, -0.5], "title": {"text": "row"}}
    assert say({"xaxis": across, "xaxis2": across, "yaxis": down}) == "A figure. gain from 0 to 4. row from −0.5 to 3"
    bar = {"zmin": 0, "zmax": 2, "colorbar": {"title": {"text": "activation<br>&nbsp;"}}}
    assert say({"xaxis": across}, bar) == "A figure. gain from 0 to 4. activation from 0 to 2"
    assert say({"xaxis": {"range": [0, 9]}, "yaxis": {"range": [0, 1]}}) == "A figure. values from 0 to 1"
    # The ends of these are no values.
    assert say({"xaxis": across | {"type": "category"}, "yaxis": down | {"ticktext": ["a"]}}) == "A figure"


# The layout of a chart


def test_a_colour_bar_below_a_narrow_chart_keeps_clear_of_the_axis_and_its_numbers_of_each_other(blank: Page) -> None:
    layout = load(blank, ROOT / "ui" / "parts" / "live_chart" / "layout.js")

    def drawn(figure: Figure, width: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = layout.evaluate(
            """({ frame, traces }, room) => ({ ...frame(room), bar: traces(room)[0].colorbar })""",
            {
                "figure": {**figure, "data": [{"colorbar": figure["data"][0]["colorbar"]}]},
                "height": 520,
                "width": width,
            },
        )
        margin = found["margin"]
        return found["bar"], found["height"] - margin["t"] - margin["b"]

    channel = channel_figure(np.zeros((62, 62), np.float32), title="")
    bar, height = drawn(channel, 500)
    assert (bar["orientation"], bar["yanchor"]) == ("h", "top")
    # The numbers and the name of the axis are 36 pixels high.
    assert bar["y"] * height == pytest.approx(-36)
    assert "y" not in drawn(channel, 900)[0]
    tiles = mosaic_figure(mosaic(np.arange(324, dtype=np.float32).reshape(9, 9, 4), scale="layer", columns=2), title="")
    for width, number in ((600, 5), (360, 5), (280, 3)):
        bar, _ = drawn(tiles, width)
        assert len(bar["tickvals"]) == len(bar["ticktext"]) == number
    assert bar["y"] == 0


def test_an_answer_is_said_if_it_has_changed(blank: Page) -> None:
    answer = load(blank, ROOT / "ui" / "parts" / "bars" / "answer.js")

    def say(*bars: dict[str, str] | None) -> str:
        words: str = answer.evaluate("({ answerText }, [now, before]) => answerText(now, before)", list(bars))
        return words

    cat, dog, less = ({"name": name, "text": text} for name, text in (("cat", "71%"), ("dog", "54%"), ("cat", "60%")))
    assert say(cat, dog) == "cat 71%, was dog 54%"
    assert say(less, cat) == "cat 60%, was 71%"
    assert [say(cat, dict(cat)), say(cat, None), say(None, cat)] == ["", "", ""]


def test_a_saved_chart_is_named_after_its_layer_and_its_view(blank: Page) -> None:
    names = load(blank, ROOT / "ui" / "parts" / "live_chart" / "file_name.js")
    views = [
        "?picture=cat&gain=1.8",
        "?picture=cat&gain=1.9",
        "?picture=star&gain=1.8",
        "",
        "?span=the+layer&layers=a/b",
    ]
    found = [
        names.evaluate("({ fileName }, search) => fileName('conv1', { pathname: '/app/Feature_maps', search })", search)
        for search in views
    ]
    assert found[0] == "conv1-Feature-maps-picture-cat-gain-1.8"
    assert found[4] == "conv1-Feature-maps-span-the-layer-layers-a-b"
    assert len(set(found)) == len(found)


# The table look-up


@pytest.fixture(scope="module")
def lookup(blank: Page) -> JSHandle:
    return load(blank, PICTURE / "lookup.js")


def in_browser(lookup: JSHandle, expression: str, pixels: np.ndarray, *arguments: Any) -> list[np.ndarray]:
    """The pictures, with opacity as fourth channel, that a function of (module, from, bytes, …) makes of one."""
    rgba = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    found = lookup.evaluate(
        f"""(module, [text, ...given]) => {{
            const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const pictures = ({expression})(module, new Uint32Array(bytes(text).buffer), bytes, ...given);
            return pictures.map((one) => btoa(String.fromCharCode(...new Uint8Array(one.buffer))));
        }}""",
        [text(rgba), *arguments],
    )
    return [np.frombuffer(base64.b64decode(one), np.uint8).reshape(rgba.shape) for one in found]


def text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_look_up_is_the_cores_change_of_brightness(lookup: JSHandle, kind: Kind) -> None:
    pixels = np.random.default_rng(11).integers(0, 256, (37, 23, 3), np.uint8)
    # Every value in every channel.
    pixels.reshape(-1, 3)[:256] = np.arange(256)[:, np.newaxis] ^ np.array([0, 85, 255])
    slider = kind.slider
    amounts = [slider.minimum, slider.start, slider.at(37), slider.maximum]
    drawn = in_browser(
        lookup,
        """({ tableAt, lookUp }, from, bytes, tables, amounts, kind) => amounts.map((amount) => {
            const to = new Uint32Array(from.length);
            lookUp(from, to, tableAt(bytes(tables), amount, kind));
            return to;
        })""",
        pixels,
        text(kind.tables()),
        amounts,
        {"minimum": kind.slider.minimum, "step": kind.slider.step},
    )
    for amount, picture in zip(amounts, drawn, strict=True):
        np.testing.assert_array_equal(picture[..., :3], adjust(pixels, kind.light(amount)))
        assert (picture[..., 3] == 255).all()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_step_of_the_slider_has_its_own_table(lookup: JSHandle, kind: Kind) -> None:
    every = kind.tables()
    # As a slider says its amount.
    amounts = [kind.slider.at(index) for index in range(len(every))]
    found = lookup.evaluate(
        """({ tableAt }, [length, amounts, kind]) => {
            const tables = new Uint8Array(length);
            const found = amounts.map((amount) => tableAt(tables, amount, kind));
            return found.map(({ byteOffset, length }) => [byteOffset, length]);
        }""",
        [every.size, amounts, {"minimum": kind.slider.minimum, "step": kind.slider.step}],
    )
    assert found == [[256 * index, 256] for index in range(len(every))]


def test_stripes_lie_over_clipped_pixels_alone(lookup: JSHandle) -> None:
    pixels = np.random.default_rng(12).choice(np.array([0, 1, 128, 254, 255], np.uint8), (29, 31, 3))
    (drawn,) = in_browser(
        lookup,
        """({ stripeClipped }, from, bytes, width) => {
            const to = new Uint32Array(from.length);
            stripeClipped(from, to, width);
            return [to];
        }""",
        pixels,
        31,
    )
    is_high = (pixels == 255).any(axis=-1)
    is_low = (pixels == 0).any(axis=-1) & ~is_high
    np.testing.assert_array_equal(drawn[..., 3] == 255, is_high | is_low)
    assert not drawn[~(is_high | is_low)].any()
    for mask, colours in ((is_high, [[224, 16, 48], [255, 255, 255]]), (is_low, [[0, 0, 0], [16, 96, 255]])):
        assert np.unique(drawn[mask][:, :3], axis=0).tolist() == colours


# The pacing of questions


def follow(blank: Page, *steps: str) -> list[Any]:
    """What a timeline of a held thumb gives: a step is JavaScript that uses `pacing`."""
    pacing = load(blank, PICTURE / "pacing.js")
    found: list[Any] = pacing.evaluate(
        """({ Pacing }, steps) => {
            const pacing = new Pacing();
            return steps.map((step) => new Function("pacing", `return ${step}`)(pacing) ?? null);
        }""",
        list(steps),
    )
    return found


def test_one_question_at_a_time_with_the_newest_amount(blank: Page) -> None:
    told = follow(
        blank,
        "pacing.amount = 1, pacing.isReady",
        "pacing.amount = 1, pacing.ask(1100)",
        "pacing.amount = 2, pacing.isReady",  # the first is not answered
        "pacing.answer({ amount: 2 }, 1120)",  # that was not asked
        "pacing.amount = 2, pacing.isReady",
        "pacing.answer({ amount: 1 }, 1150)",
        "pacing.answer({ amount: 1 }, 1160)",  # a second time
        "pacing.followed",
        "pacing.amount = 1, pacing.isReady",  # it is there
        "pacing.amount = 2, pacing.isReady",
        "pacing.amount = 2, pacing.ask(1170)",
        "pacing.followed",
        "pacing.times",
    )
    assert told == [True, None, False, False, False, True, False, 1, False, True, None, None, [50]]


def test_a_release_ends_what_was_asked(blank: Page) -> None:
    told = follow(
        blank,
        "pacing.amount = 1, pacing.ask(1000)",
        "pacing.release()",
        "pacing.answer({ amount: 1 }, 1050)",  # too late to count
        "pacing.followed",
        "pacing.times",
        "pacing.amount = 1, pacing.isReady",
    )
    assert told == [None, None, False, None, [], True]


def test_an_answer_that_does_not_come_is_given_up_and_has_not_followed(blank: Page) -> None:
    told = follow(
        blank,
        "pacing.amount = 1, pacing.ask(1000)",
        "pacing.answer({ amount: 1, isLate: true }, 4000)",
        "pacing.followed",
        "pacing.amount = 2, pacing.isReady",
        "pacing.answer({ amount: 1 }, 4500)",  # it comes after all: it is drawn, and no question is open
        "pacing.followed",
        "pacing.times",
    )
    assert told == [None, True, None, True, False, 1, [3000]]


def answers(start: int, *times: int) -> list[str]:
    """Steps of questions that are answered after so many milliseconds."""
    steps = []
    for number, time in enumerate(times):
        steps += [
            f"pacing.amount = {start + number}, pacing.ask(1000)",
            f"pacing.answer({{ amount: {start + number} }}, {1000 + time})",
        ]
    return steps


@pytest.mark.parametrize(
    ("times", "median"),
    [
        ((), 0),
        ((900, 900), 0),
        ((100, 3000, 200), 200),
        ((9, 10, 100), 10),
        ((100, 200, 300, 400), 300),
        # The last five count.
        ((5000, 5000, 100, 300, 200, 500, 400), 300),
    ],
)
def test_of_the_last_answers_the_middle_one_says_how_quick_they_are(
    blank: Page, times: tuple[int, ...], median: int
) -> None:
    assert follow(blank, *answers(1, *times), "pacing.answerTime")[-1] == median


def test_nothing_is_asked_where_answers_are_too_slow_until_a_moment_has_passed(blank: Page) -> None:
    slow = answers(1, 1300, 1300, 1300)
    told = follow(
        blank,
        *slow,
        "pacing.amount = 9, pacing.isReady",
        "pacing.forgive(12300)",  # ten seconds since the last answer, and not more
        "pacing.amount = 9, pacing.isReady",
        "pacing.forgive(12301)",
        "pacing.amount = 9, pacing.isReady",
        *answers(10, 100, 100),
        "pacing.answerTime",
    )[len(slow) :]
    assert told[:5] == [False, None, False, None, True]
    # One of the slow ones and two more decide.
    assert told[-1] == 100
    assert follow(blank, *answers(1, 1200, 1200, 1200), "pacing.amount = 9, pacing.isReady")[-1] is True


def test_what_is_said_of_the_pace(blank: Page) -> None:
    def sentence(*steps: str) -> str:
        return str(follow(blank, *steps, "pacing.sentence")[-1])

    assert sentence() == ""
    assert sentence(*answers(1, 200, 200, 200)) == ""
    assert sentence(*answers(1, 250, 250, 250)).startswith("4.0 answers a second")
    assert sentence(*answers(1, 1500, 1500, 1500)).startswith("An answer takes 1.5 s")
    refused = ("pacing.amount = 9, pacing.ask(1000)", "pacing.answer({ amount: 9, refusal: 'No.' }, 1010)")
    assert sentence(*answers(1, 1000, 1000, 1000), *refused) == "No."
    assert sentence(*answers(1, 1000, 1000, 1000), "pacing.restart()") == ""


def test_the_unedited_picture_is_asked_for_where_answers_are_slow_and_its_time_does_not_count(blank: Page) -> None:
    slow = answers(1, 1300, 1300, 1300)
    told = follow(
        blank,
        *slow,
        "pacing.amount = 9, pacing.isReady",
        "pacing.isUrgent = true, pacing.isReady",
        "pacing.sentence",
        "pacing.ask(5000)",
        "pacing.answer({ amount: 9 }, 5010)",
        "pacing.followed",
        "pacing.answerTime",
        # A lost question is asked again.
        "pacing.amount = 1, pacing.ask(6000)",
        "pacing.answer({ amount: 1, isLate: true }, 9000)",
        "pacing.amount = 1, pacing.isReady",
        # After the gesture everything is as before.
        "pacing.isUrgent = false, pacing.isReady",
        "pacing.sentence.length > 0",
    )[len(slow) :]
    assert told == [False, True, "", None, True, 9, 1300, None, True, True, False, True]


# What is typed


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_what_is_typed_means_what_it_means_in_a_link(blank: Page, kind: Kind) -> None:
    slider = kind.slider
    numbers = ["1.5", "1,5", " 2 ", ".5", "-0,1", "\N{MINUS SIGN}40", "+1", "9", "-999", "1e1", "1e999", "2.349"]
    others = ["", " ", "abc", "1,000.5", "inf", "nan", "0x10", "1_0", "--1", "٣", "{amount}", "$&", "x" * 99]
    data = {
        "minimum": slider.minimum,
        "maximum": slider.maximum,
        "decimals": slider.decimals,
        "refusals": dict(refusals(kind)),
    }
    found = load(blank, PICTURE / "typed.js").evaluate(
        "({ typed }, [texts, data, now]) => texts.map((text) => typed(text, data, now))",
        [numbers + others, data, slider.neutral],
    )
    for text, one in zip(numbers + others, found, strict=True):
        amount, sentence = read_amount(kind, text, otherwise=slider.neutral)
        # The browser's slider takes the nearest step by itself.
        assert (slider.nearest(one["amount"]), one["sentence"]) == (amount, sentence), text


@pytest.mark.parametrize(
    ("element", "is_field"),
    [
        ("<input>", True),
        ('<input type="number">', True),
        ('<input role="combobox">', True),
        ("<textarea></textarea>", True),
        ('<p contenteditable="true" tabindex="0">a</p>', True),
        ('<input type="range">', False),
        ('<input type="checkbox">', False),
        ("<button>a</button>", False),
        ('<p tabindex="0">a</p>', False),
    ],
)
def test_a_key_in_a_field_is_not_the_gesture(blank: Page, element: str, is_field: bool) -> None:
    found = load(blank, PICTURE / "before.js").evaluate(
        """({ isTyping }, element) => {
            // Inside a component, as on the page.
            const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
            root.innerHTML = element;
            let found;
            addEventListener("keydown", (event) => { found = isTyping(event); }, { once: true });
            const event = new KeyboardEvent("keydown", { key: "b", bubbles: true, composed: true });
            root.firstElementChild.dispatchEvent(event);
            root.host.remove();
            return found;
        }""",
        element,
    )
    assert found is is_field


# The winner under the thumb


def test_the_sentence_at_an_amount_is_that_of_the_segment_that_the_core_finds(blank: Page) -> None:
    # Numbers that floats hold exactly: at the middle of a gap both sides are equally far.
    segments = [Segment(3, 0.0, 0.5), Segment(1, 0.75, 0.75), Segment(3, 1.0, 2.25), Segment(0, 2.5, 4.0)]
    places = [index / 16 for index in range(65)]
    assert set(flips(segments)) <= set(places)
    levels = {"flips": flips(segments), "sentences": ["a", "b", "c", "d"], "at": -1, "exception": ""}
    winner = load(blank, PICTURE / "winner.js")
    found = winner.evaluate(
        "({ sentenceAt }, [levels, places]) => places.map((amount) => sentenceAt(levels, amount))", [levels, places]
    )
    assert found == ["abcd"[segments.index(standing_at(segments, amount).here)] for amount in places]
    levels |= {"at": 1.5, "exception": "but here"}
    at = "({ sentenceAt }, [levels, amount]) => sentenceAt(levels, amount)"
    assert winner.evaluate(at, [levels, 1.5]) == "but here"
    assert winner.evaluate(at, [levels, 1.25]) == "c"


# The exported page


def where(page: Page, row: int, column: int) -> tuple[float, float]:
    """Where the middle of a cell of the exported page is on the screen."""
    x, y = page.locator(".panel").evaluate(
        """(panel, [row, column]) => {
            const { x, y, width, height } = panel.querySelector("image").getBBox(), { rows, columns } = panel.dataset;
            const place = new DOMPoint(x + (width * (column + 0.5)) / columns, y + (height * (row + 0.5)) / rows);
            const { x: left, y: top } = place.matrixTransform(panel.querySelector("g").getScreenCTM());
            return [left, top];
        }""",
        [row, column],
    )
    return x, y


def point(page: Page, row: int, column: int) -> str | None:
    """What the exported page says of a cell that the mouse is moved to; None if it shows nothing."""
    # From outside, so that what is read belongs to this cell.
    page.mouse.move(1, 1)
    page.locator(".tip").wait_for(state="hidden")
    page.mouse.move(*where(page, row, column))
    page.evaluate("() => new Promise((next) => requestAnimationFrame(() => setTimeout(next)))")
    return page.locator(".tip").inner_text() if page.locator(".tip").is_visible() else None


def test_an_exported_page_says_of_each_cell_what_the_core_says(chromium: Browser, tmp_path: Path) -> None:
    drawn = mosaic(ACTIVATION, scale="layer", columns=3, channels=np.array([4, 0, 2, 1, 3]), gap=2)
    path = tmp_path / "figure.html"
    path.write_text(figures_html([mosaic_figure(drawn, title="maps")], title="conv1"), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 700})
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.goto(path.as_uri())
    panel = page.locator(".panel")
    for channel, *place in ((4, 0, 0), (4, 6, 12), (2, 0, 12), (1, 6, 0), (3, 3, 7)):
        row, column = drawn.position_of(channel, *place)
        words = (point(page, row, column) or "").split(" · ")
        assert words[:2] == [f"channel {channel}", f"row {place[0]}, column {place[1]}"]
        value = drawn.value_of(channel, int(drawn.levels[row, column]))
        # Three digits are said.
        assert float(words[2].strip("≈≤≥ ").partition(" ")[0]) == pytest.approx(value, rel=6e-3)
    # A gap, and the place that has no channel.
    top, left = drawn.position_of(4, 0, 0)
    assert point(page, top, left + 13) is None
    assert point(page, drawn.levels.shape[0] - 1, drawn.levels.shape[1] - 1) is None
    # Magnified about a place by the wheel and then dragged, cells are still told apart; a button shows the whole again.
    whole = panel.get_attribute("viewBox")
    first = drawn.position_of(4, 1, 1)
    point(page, *first)
    x, y = where(page, *first)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    page.wait_for_function("(whole) => document.querySelector('.panel').getAttribute('viewBox') !== whole", arg=whole)
    zoomed = panel.get_attribute("viewBox")
    # The cell under the mouse stays there.
    page.mouse.move(x + 1, y)
    expect(page.locator(".tip")).to_contain_text("channel 4 · row 1, column 1")
    assert (point(page, *first) or "").startswith("channel 4 · row 1, column 1")
    page.mouse.down()
    page.mouse.move(300, 300, steps=3)
    page.mouse.up()
    assert panel.get_attribute("viewBox") not in (whole, zoomed)
    assert (point(page, *drawn.position_of(4, 2, 2)) or "").startswith("channel 4 · row 2, column 2")
    page.get_by_role("button", name="Whole").click()
    assert panel.get_attribute("viewBox") == whole
    # By keyboard: one cell to the right, one down, and closer.
    panel.focus()
    for key in ("ArrowRight", "ArrowDown", "+"):
        page.keyboard.press(key)
    expect(page.locator(".tip")).to_contain_text("channel 4 · row 1, column 1")
    assert panel.get_attribute("viewBox") != whole
    page.close()
    assert not mistakes


# Leaving a page


def test_a_slider_whose_page_was_left_asks_for_nothing_more(chromium: Browser) -> None:
    page = chromium.new_page()
    page.clock.install()
    leaving = load(page, PICTURE / "leaving.js")
    asked = """({ Leaving }, isClosed) => {
        globalThis.asked = 0;
        const leaving = new Leaving({ slider: {}, stay: () => { globalThis.asked += 1; } });
        leaving.leave(new Event("popstate"));
        if (isClosed) leaving.close();
    }"""
    # Whoever stays gets the rest of the ribbon; a slider that is closed must not ask for that of the next page.
    for is_closed, number in ((False, 1), (True, 0)):
        leaving.evaluate(asked, is_closed)
        page.clock.fast_forward(60_000)
        assert page.evaluate("() => globalThis.asked") == number
    page.close()


# Steps of the browser's history


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        # The address of a link is corrected, and no step is added.
        ("write write", "replace replace"),
        # A choice is one step, however often its address is written.
        ("act write write act write", "push replace push"),
        ("act act write", "push"),
        # On the way back nothing is added, until the next choice.
        ("act write back:a begin:a write write act write", "push replace replace push"),
        # Until Python has begun to draw the view that was gone back to, addresses are those of other views.
        ("act write back:a write begin:b write begin:a write", "push drop drop replace"),
        ("back:a back:b begin:a write begin:b write", "drop replace"),
        ("back:a act write", "push"),
    ],
)
def test_a_choice_is_one_step(blank: Page, events: str, expected: str) -> None:
    history = load(blank, ROOT / "ui" / "frame" / "history" / "history.js")
    found = history.evaluate(
        """({ Steps }, events) => {
            const steps = new Steps();
            const written = [];
            for (const [event, view] of events.map((each) => each.split(":"))) {
                if (event === "write") written.push(steps.next());
                else if (event === "act") steps.act();
                else if (event === "back") steps.goBack(view);
                else steps.begin(view);
            }
            return written.join(" ");
        }""",
        events.split(),
    )
    assert found == expected


def test_a_view_is_the_same_whatever_the_order_of_its_parameters_and_what_embeds_it(blank: Page) -> None:
    dom = load(blank, ROOT / "ui" / "parts" / "browser" / "streamlit_dom.js")
    views = dom.evaluate(
        """({ viewOf }) => [
            viewOf({ pathname: "/app/Feature_maps", search: "?b=2&a=1&layers=x&layers=w+v" }),
            viewOf({ pathname: "Feature_maps", search: "a=1&b=2&layers=x&layers=w%20v" }),
            viewOf({ pathname: "Feature_maps", search: "a=1&embed=true&embed_options=x&b=2&layers=x&layers=w+v" }),
            viewOf({ pathname: "Brighten", search: "a=1&b=2&layers=x&layers=w+v" }),
            viewOf({ pathname: "Feature_maps", search: "a=1&b=2&layers=w+v&layers=x" }),
        ]"""
    )
    assert [view == views[0] for view in views] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("pathname", "meant"),
    [
        ("/feature_maps", "Feature_maps"),
        ("/feature-maps/", "Feature_maps"),
        ("/below/a/path/FEATUREMAPS", "Feature_maps"),
        ("/brighten", "Brighten"),
        ("/Brighten", None),
        ("/", None),
        ("/below/", None),
        ("/bright", None),
        ("/-", None),
    ],
)
def test_a_page_that_is_written_otherwise_is_the_one_that_is_meant(
    blank: Page, pathname: str, meant: str | None
) -> None:
    pages = load(blank, ROOT / "ui" / "frame" / "history" / "pages.js")
    known = list(PAGE_PATHS.values())
    assert (
        pages.evaluate("({ pageMeant }, [path, known]) => pageMeant(path, known) ?? null", [pathname, known]) == meant
    )


# The terms of a cell


def _walked(layer: keras.Layer) -> tuple[dict[str, Any], FedLayer, dict[str, FloatArray]]:
    """What the browser is given of the second channel of a layer, and what the core has of it."""
    rng = np.random.default_rng(5)
    inputs = keras.Input((7, 11, 6))
    second = keras.layers.Rescaling(-0.5, name="second")(inputs)
    joins = isinstance(layer, keras.layers.Add | keras.layers.Multiply | keras.layers.Minimum)
    model = keras.Model(inputs, layer([inputs, second] if joins else inputs))
    for variable in layer.weights:
        values = rng.normal(size=variable.shape)
        # A variance is positive.
        variable.assign(np.abs(values) if variable.name == "moving_variance" else values)
    batch = rng.normal(size=(1, 7, 11, 6)).astype(np.float32)
    activations = {"": batch[0], **read(model, batch, [layer.name, "second"] if joins else [layer.name])}
    fed = fed_layer(model, layer.name)
    moving = walk(fed, 1, activations)
    assert moving is not None
    maps = moving.inputs(fed, activations)
    given = {
        "walk": {
            "rows": moving.rows.tolist(),
            "columns": moving.columns.tolist(),
            "kernel": moving.kernel.ravel().tolist(),
            "bias": moving.bias,
            "combination": moving.combination,
        },
        "inputs": {"values": maps.ravel().tolist(), "width": maps.shape[1], "channels": maps.shape[2]},
        "activation": {"name": moving.function.name, "constants": dict(moving.function.constants)},
    }
    return given, fed, activations


@pytest.mark.parametrize(
    "layer",
    [
        keras.layers.Conv2D(4, (3, 2), padding="same", strides=(2, 1), activation="relu"),
        keras.layers.Conv2D(4, (2, 3), groups=2, dilation_rate=(2, 1), activation="leaky_relu"),
        keras.layers.DepthwiseConv2D(3, padding="same", activation="relu6"),
        keras.layers.MaxPooling2D((3, 2), padding="same"),
        keras.layers.AveragePooling2D((2, 3), padding="same", strides=2),
        keras.layers.Add(),
        keras.layers.Multiply(),
        keras.layers.Minimum(),
        keras.layers.BatchNormalization(),
        keras.layers.GlobalMaxPooling2D(),
        keras.layers.GlobalAveragePooling2D(),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_the_browser_computes_the_terms_of_every_cell_like_the_core(blank: Page, layer: keras.Layer) -> None:
    given, fed, activations = _walked(layer)
    height, width = len(given["walk"]["rows"]), len(given["walk"]["columns"])
    found = load(blank, ROOT / "ui" / "channel" / "unit_view" / "terms.js").evaluate(
        """({ termsAt, activated, bySize }, { walk, inputs, activation }) => {
            const cells = walk.rows.flatMap((_, row) => walk.columns.map((_, column) => [row, column]));
            return cells.map(([row, column]) => {
                const terms = termsAt(walk, inputs, row, column);
                const contributions = [...terms.contributions];
                return { window: [...terms.window], products: [...terms.products], contributions,
                    padding: terms.padding, before: terms.before,
                    value: activated(activation, terms.before), order: bySize(contributions) };
            });
        }""",
        given,
    )
    for (row, column), terms in zip(product(range(height), range(width)), found, strict=True):
        shown = arithmetic(fed, (row, column, 1), activations)
        np.testing.assert_allclose(terms["window"], shown.window.ravel(), rtol=1e-12)
        np.testing.assert_allclose(terms["products"], shown.products.ravel(), rtol=1e-12)
        np.testing.assert_allclose(terms["contributions"], shown.contributions, rtol=1e-9, atol=1e-12)
        np.testing.assert_array_equal(terms["padding"], shown.padding.ravel())
        assert terms["before"] == pytest.approx(shown.before, rel=1e-9, abs=1e-12)
        assert terms["value"] == pytest.approx(shown.value, rel=1e-9, abs=1e-12)
        assert terms["order"] == list(shown.largest(len(shown.channels)).order)


def test_of_equal_inputs_of_a_pool_the_first_wins_and_nan_wins_over_all(blank: Page) -> None:
    given = {"rows": [[0, -1]], "columns": [[0, 1]], "kernel": [1] * 4, "bias": 0, "combination": "largest"}
    winners = load(blank, ROOT / "ui" / "channel" / "unit_view" / "terms.js").evaluate(
        """({ termsAt }, walk) => [[-2, -2], [1, NaN], [-3, -1]].map((values) =>
            [...termsAt(walk, { values, width: 2, channels: 1 }, 0, 0).products].map(String))""",
        given,
    )
    assert winners == [["-2", "0", "0", "0"], ["0", "NaN", "0", "0"], ["0", "-1", "0", "0"]]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.211, ".211"),
        (-0.0245, "−.025"),
        (8.2e-5, "8e−5"),
        (12.345, "12.3"),
        (1234.5, "1e3"),
        (0, "0"),
        (-1.5, "−1.5"),
    ],
)
def test_a_number_in_a_small_cell_has_five_characters(blank: Page, number: float, text: str) -> None:
    module = load(blank, ROOT / "ui" / "channel" / "unit_view" / "terms.js")
    assert module.evaluate("({ writtenShort }, number) => writtenShort(number)", number) == text


# The strip of samples


def test_a_click_on_a_sample_is_repeated_until_python_has_answered_this_click(blank: Page) -> None:
    strip = load(blank, ROOT / "ui" / "frame" / "strip" / "strip.js")
    told = strip.evaluate(
        """({ default: draw }) => {
            const timers = new Map(), now = globalThis.setTimeout, stop = globalThis.clearTimeout, told = [];
            globalThis.setTimeout = (act) => timers.set(timers.size + 1, act).size;
            globalThis.clearTimeout = (timer) => timers.has(timer) && timers.set(timer, () => {});
            const parentElement = document.createElement("div");
            parentElement.innerHTML = '<div class="strip"></div>';
            const samples = ["coffee", "rocket"].map((key) => ({ key, title: key, source: "data:," }));
            const update = (chosen, answered) => draw({ data: { samples, chosen, answered }, parentElement,
                setTriggerValue: (name, value) => told.push(value) });
            const click = (name) => {
                const before = performance.now();
                while (performance.now() === before);
                parentElement.querySelector(`[data-sample=${name}]`).click();
                return told.at(-1).at;
            };
            const rest = () => { for (const [timer, act] of timers) { timers.set(timer, () => {}); act(); } };
            const all = [];
            const heard = () => { rest(); all.push(told.splice(0).map(({ sample }) => sample)); };
            update("rocket", null);
            const first = click("coffee");
            click("rocket");
            click("coffee");
            update("coffee", first);  // the answer to the first click on the same sample
            heard();
            click("coffee");  // its button is pressed, and the answer to another click is on its way
            update("rocket", first);
            heard();
            const last = click("coffee");
            update("coffee", last);
            heard();
            globalThis.setTimeout = now;
            globalThis.clearTimeout = stop;
            return all;
        }"""
    )
    assert told == [["coffee", "rocket", "coffee", "coffee"], ["coffee", "coffee"], ["coffee"]]


# Messages that are on their way


def test_a_message_says_when_it_was_sent(blank: Page) -> None:
    module = load(blank, ROOT / "ui" / "parts" / "browser" / "events.js")
    assert module.evaluate(
        """({ dated }) => {
            const before = performance.now(), told = [];
            dated((...message) => told.push(message))("picked", 7);
            const [[name, { said, at }]] = told;
            return [name, said, at >= before && at <= performance.now()];
        }"""
    ) == ["picked", 7, True]


def test_a_thumb_stays_at_its_last_release_until_python_has_answered_this_release(blank: Page) -> None:
    slider = load(blank, PICTURE / "slider.js")
    seen = slider.evaluate(
        """({ Slider }) => {
            const start = globalThis.setTimeout, stop = globalThis.clearTimeout, timers = new Map();
            globalThis.setTimeout = (act) => timers.set(timers.size + 1, act).size;
            globalThis.clearTimeout = (timer) => timers.delete(timer);
            const root = document.createElement("div"), told = [], seen = [];
            root.innerHTML = '<input class="amount" type="range" min="0" max="4" step="0.01">';
            const kind = { kind: "gain", minimum: 0, maximum: 4, step: 0.01 };
            const live = { root, data: { ...kind, amount: 1, answered: null }, release: (...sent) => told.push(sent) };
            for (const name of ["follow", "mark", "more", "rest"]) live[name] = () => {};
            const slider = new Slider(live);
            const release = (amount) => {
                const before = performance.now();
                while (performance.now() === before);
                slider.input.value = amount;
                slider.release(true);
                return told.at(-1)[1];
            };
            const answer = (amount, answered) => {
                const old = live.data;
                live.data = { ...kind, amount, answered };
                slider.update(old);
                seen.push([slider.amount, slider.isUnanswered]);
            };
            const wait = () => {
                const acts = [...timers.values()];
                timers.clear();
                for (const act of acts) act();
                seen.push([slider.amount, slider.isUnanswered, told.length]);
            };
            const [first, second] = [0.5, 2.5, 0.5].map(release);
            answer(0.5, first);  // the amount of the third, and not its answer
            wait();  // the third may be lost
            answer(2.5, second);
            answer(0.5, told.at(-1)[1]);
            wait();
            release(2.5);
            answer(2, told.at(-1)[1]);  // Python knows better
            wait();
            Object.assign(globalThis, { setTimeout: start, clearTimeout: stop });
            return seen;
        }"""
    )
    assert seen == [
        [0.5, True], [0.5, True, 4], [0.5, True], [0.5, False], [0.5, False, 4], [2, False], [2, False, 5],
    ]  # fmt: skip
