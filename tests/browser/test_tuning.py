"""Journeys through the tuning curves: dots follow the thumb, curves stay, a tile opens its channel large."""

import json
from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.steps import address as parameters
from tests.browser.steps import amount, click_cell, drag, expect_followed, go, settle
from vizcore.edits.brightness import KINDS

TILES = "layer-conv1-curves"


def traces(page: Page, key: str) -> list[dict[str, Any]]:
    """What Plotly has drawn of the scatter traces of a chart."""
    found: list[dict[str, Any]] = json.loads(
        page.locator(f".st-key-{key} .js-plotly-plot").evaluate(
            """(chart) => JSON.stringify(chart._fullData.filter(({ type }) => type === "scatter").map(
                ({ mode, x, y }) => ({ mode, x: [...x], y: [...y] })))"""
        )
    )
    return found


def lines(page: Page, key: str) -> list[dict[str, Any]]:
    return [trace for trace in traces(page, key) if trace.get("mode") == "lines"]


def dots(page: Page, key: str) -> np.ndarray:
    (found, *_) = [trace for trace in traces(page, key) if trace.get("mode") == "markers"]
    return np.array([found["x"], found["y"]], float)


def test_a_tile_opens_its_channel_and_only_the_dots_follow_the_thumb(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 2200})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1")
    page.get_by_text("tuning curves").click()
    page.locator(f".st-key-{TILES} .js-plotly-plot .nsewdrag").wait_for(state="attached")
    settle(page)
    assert parameters(page)["view"] == ["tuning curves"]
    # Eight tiles a row: the second of the second row is channel 9.
    click_cell(page, TILES, 1, 1)
    expect(page.get_by_role("heading", name="conv1, channel 9")).to_be_visible()
    for kind in KINDS:
        expect(page.locator(f".st-key-curve-{kind} .js-plotly-plot .scatterlayer")).to_have_count(2)
    settle(page)
    keys = (TILES, "curve-gain")
    curves, before = [lines(page, key) for key in keys], [dots(page, key) for key in keys]
    assert before[1][0].tolist() == [1, 1]
    drag(page, 2.0, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    assert held > 2.5
    assert [lines(page, key) for key in keys] == curves
    tiles, large = (dots(page, key) for key in keys)
    assert large[0].tolist() == [held, held]
    # All to the right, each as far as the thumb went in its tile.
    assert np.ptp(tiles[0] - before[0][0]) < 1e-5
    assert (tiles[0] - before[0][0])[0] > 0.3
    assert (tiles[1] != before[0][1]).any()
    assert parameters(page)["gain"] == ["1.0"]
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    np.testing.assert_allclose(dots(page, TILES), tiles, atol=1e-6)
    assert [lines(page, key) for key in keys] == curves
