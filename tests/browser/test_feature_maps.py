"""Journeys on the Feature maps page."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import visitor
from tests.browser.steps import address as parameters
from tests.browser.steps import (
    amount,
    at_rest,
    box_at_rest,
    click_cell,
    drag,
    go,
    levels,
    settle,
    slider,
    upload,
    x_range,
    zoom,
)
from tests.shipped import shipped_batch
from vizcore.activations.reading import read
from vizcore.datasets.dataset import CIFAR10_CLASSES
from vizcore.edits.brightness import Light, adjust
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import locked_range
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

LAYERS = ("conv1", "pool1", "conv2", "pool2", "conv3", "flatten", "dense1", "logits")


def outputs(pixels: np.ndarray, gain: float, *, fit: str = "stretch") -> dict[str, np.ndarray]:
    """What the network answers, computed the slow way: a fresh model, no cache, no trace."""
    batch = shipped_batch(adjust(display_copy(pixels), Light.of("gain", gain)), fit=fit)
    return read(build_trained_cnn(), batch, LAYERS)


@pytest.fixture(scope="module")
def rocket() -> np.ndarray:
    return open_sample("rocket").pixels


def shown(page: Page, layer: str, tile: tuple[int, int], num_channels: int) -> np.ndarray:
    """The levels of each tile as the browser has them, (channels, h, w)."""
    meta = page.locator(f".st-key-layer-{layer} .js-plotly-plot").evaluate("(chart) => chart.layout.meta")
    height, width = tile
    flat = np.array(levels(page, layer), np.uint8)
    columns, gap = meta["columns"], meta["gap"]
    rows = -(-num_channels // columns)
    picture = flat.reshape(rows * (height + gap) - gap, -1)
    assert picture.shape[1] == columns * (width + gap) - gap
    tiles = np.empty((num_channels, height, width), np.uint8)
    for index, channel in enumerate(meta["channels"]):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        tiles[channel] = picture[top : top + height, left : left + width]
    return tiles


def tile_centre(channel: int) -> tuple[int, int]:
    """Column and row of the middle of a channel's tile in the mosaic of conv2."""
    row, column = mosaic(np.zeros((29, 29, 64), np.float32), scale="layer", gap=1).position_of(channel, 14, 14)
    return column, row


def test_the_maps_and_the_answer_follow_the_brightness_on_a_scale_that_stays(
    page: Page, address: str, rocket: np.ndarray
) -> None:
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&top5=true&scale=locked&order=index&columns=16")
    expect(page.locator("[class*=st-key-layer-] .js-plotly-plot")).to_have_count(4)
    # The first layer is in sight together with the slider and the answer, without scrolling.
    bottom = page.locator(".st-key-layer-conv1 .nsewdrag").evaluate("(maps) => maps.getBoundingClientRect().bottom")
    assert bottom < 900
    original = outputs(rocket, 1)
    before = shown(page, "conv2", (29, 29), 64)

    def best(gain: float) -> list[str]:
        return [CIFAR10_CLASSES[index] for index in np.argsort(-outputs(rocket, gain)["logits"])[:5]]

    as_it_is, as_edited = (page.locator(f".st-key-answer-{side} .name") for side in ("original", "edited"))
    expect(as_it_is).to_have_text(best(1.0))
    expect(as_edited).to_have_text(best(1.0))
    drag(page, 0.2)
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    gain = amount(page)
    assert best(gain) != best(1.0)
    expect(as_it_is).to_have_text(best(1.0))
    expect(as_edited).to_have_text(best(gain))
    # The answer that has changed is said once.
    said = page.locator(".st-key-answer-edited .said")
    expect(said).to_have_text(re.compile(rf"^{best(gain)[0]} \d.*, was "))
    after = shown(page, "conv2", (29, 29), 64)
    assert (before != after).mean() > 0.1
    for pixels, value in ((before, 1.0), (after, gain)):
        activation = outputs(rocket, value)["conv2"]
        low, high = locked_range(original["conv2"])
        expected = 1 + 254 * (np.clip(activation, low, high).astype(float) - low) / (high - low)
        # The nearest level; where the network's last digit decides between two, either is right.
        assert np.abs(pixels.transpose(1, 2, 0) - expected).max() <= 0.5 + 1e-3


def test_hovering_names_a_unit_and_zoom_and_channel_survive_brightness_picture_and_scale(
    page: Page, address: str, rocket: np.ndarray
) -> None:
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv2&scale=locked&order=index&columns=16")
    expected = outputs(rocket, 1)["conv2"]
    channel = int(np.argmax(expected.max(axis=(0, 1))))
    row, column = mosaic(expected, scale="layer").position_of(channel, 11, 17)
    click_cell(page, "layer-conv2", column, row)
    tip = page.locator(".st-key-layer-conv2 .tip")
    expect(tip).to_contain_text(f"channel {channel} · row 11, column 17 · ≈ ")
    told = float(tip.inner_text().split("≈")[-1].partition("(")[0])
    low, high = locked_range(expected)
    # A level of the 254, and three digits.
    assert told == pytest.approx(float(expected[11, 17, channel]), abs=float(high - low) / 254, rel=0.01)
    expect(page.get_by_role("heading", name=f"conv2, channel {channel}")).to_be_visible()
    settle(page)
    # The link to the page of the channel names the cell.
    assert parameters(page)["channel"] == [f"conv2.{channel}.11.17"]
    expect(page.get_by_role("link", name="Channel page · 11, 17")).to_be_visible()

    click_cell(page, "layer-conv2", *tile_centre(19))
    heading = page.get_by_role("heading", name="conv2, channel 19")
    expect(heading).to_be_visible()
    settle(page)
    assert parameters(page)["channel"] == ["conv2.19.14.14"]
    chart = page.locator(".st-key-channel .vizcore-chart")
    box = box_at_rest(chart.locator(".js-plotly-plot"))
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    page.mouse.wheel(0, -400)
    expect(chart).to_have_attribute("data-range", re.compile("."))
    zoom(page, "layer-conv2", "Zoom in")
    zoomed = x_range(page, "channel"), x_range(page, "layer-conv2")
    assert zoomed[0][1] - zoomed[0][0] < 28
    assert zoomed[1][1] - zoomed[1][0] < 400
    drag(page, 2.0)
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    page.locator("[data-sample=coffee]").click()
    page.wait_for_function("() => location.search.includes('picture=coffee')")
    settle(page)
    page.get_by_role("radio", name="each channel").or_(page.get_by_role("button", name="each channel")).first.click()
    page.wait_for_function("() => !location.search.includes('span=')")
    settle(page)
    assert (x_range(page, "channel"), x_range(page, "layer-conv2")) == zoomed
    expect(heading).to_be_visible()


def test_the_keyboard_walks_over_tiles_opens_steps_and_closes_and_each_is_said(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?layers=conv2&layers=conv3&order=index&columns=16")
    heading = page.get_by_role("heading", name=re.compile(r"conv\d, channel"))
    focused = "() => document.activeElement.closest('[class*=st-key-layer-], .st-key-channel')?.className ?? ''"
    chart = page.locator(".st-key-layer-conv2")
    frame, said = chart.locator(".focus"), chart.locator(".said")
    # The first step of the keyboard is the skip link, which passes the navigation.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.get_by_role("navigation", name="Pages").get_by_role("link").count() == 6
    for _ in range(40):
        page.keyboard.press("Tab")
        if "layer-conv2" in page.evaluate(focused):
            break
    expect(said).to_contain_text("channel 0 of conv2, tile 1 of 64")
    for key, channel in (("ArrowRight", 1), ("ArrowDown", 17), ("End", 31), ("ArrowRight", 32), ("ArrowUp", 16)):
        page.keyboard.press(key)
        expect(said).to_contain_text(f"channel {channel} of conv2, tile {channel + 1} of 64")
        # The frame is around the tile that is said.
        expect(frame).to_have_attribute("data-channel", str(channel))
        column, row = tile_centre(channel)
        inside = chart.locator(".js-plotly-plot").evaluate(
            """(chart, [column, row]) => {
                const { xaxis, yaxis } = chart._fullLayout, { left, top } = chart.getBoundingClientRect();
                const box = chart.parentElement.querySelector(".focus").getBoundingClientRect();
                const x = left + xaxis._offset + xaxis.l2p(column), y = top + yaxis._offset + yaxis.l2p(row);
                const away = Math.hypot(x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2);
                return away < box.width / 10 && box.width < 100;
            }""",
            [column, row],
        )
        assert inside
    page.keyboard.press("Enter")
    expect(heading).to_have_text("conv2, channel 16")
    expect(said).to_have_text("channel 16 opened")
    settle(page)
    # The walk goes on, and the open channel stays.
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("data-channel", "17")
    expect(heading).to_have_text("conv2, channel 16")
    page.keyboard.press("Escape")
    expect(heading).to_have_count(0)
    expect(said).to_have_text("channel 16 closed")
    expect(frame).to_have_attribute("data-channel", "17")
    settle(page)
    assert "channel" not in parameters(page)

    # On the large map the arrows step to the neighbours, and no step is lost.
    page.keyboard.press("Enter")
    expect(heading).to_have_text("conv2, channel 17")
    settle(page)
    page.locator(".st-key-channel .chart").focus()
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("conv2, channel 26")
    expect(page.locator(".st-key-channel .said")).to_have_text("channel 26 opened")
    settle(page)
    assert parameters(page)["channel"] == ["conv2.26"]
    # What is closed gives the focus back to its tile, by Escape anywhere in the panel and by the button.
    for close in ("Escape", "Enter"):
        page.get_by_role("button", name="Close").focus()
        page.keyboard.press(close)
        expect(heading).to_have_count(0)
        expect(said).to_have_text("channel 26 closed")
        expect(frame).to_be_visible()
        expect(frame).to_have_attribute("data-channel", "26")
        settle(page)
        if close == "Escape":
            page.keyboard.press("Enter")
            expect(said).to_have_text("channel 26 opened")
            settle(page)


def test_a_channel_is_opened_with_the_mouse_and_comes_into_view(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?layers=conv2&layers=conv3&order=index&columns=16")
    heading = page.get_by_role("heading", name=re.compile(r"conv\d, channel"))
    click_cell(page, "layer-conv3", 5, 5)
    expect(heading).to_have_text("conv3, channel 0")
    settle(page)
    at_rest(heading)
    expect(heading).to_be_in_viewport()
    expect(page.locator(".st-key-channel .js-plotly-plot")).to_be_in_viewport(ratio=0.5)
    # A mouse needs no frame for the keyboard; the first key continues at the tile of the click.
    frame = page.locator(".st-key-layer-conv3 .focus")
    expect(frame).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("data-channel", "1")
    # From one to the next with buttons.
    page.get_by_role("button", name="Previous").click()
    expect(heading).to_have_text("conv3, channel 63")
    page.get_by_role("button", name="Next").click()
    expect(heading).to_have_text("conv3, channel 0")
    settle(page)
    page.get_by_role("button", name="Close").click()
    expect(heading).to_have_count(0)
    settle(page)
    assert "channel" not in parameters(page)


def test_every_layer_can_be_shown_and_the_large_map_and_the_files_hold_the_true_values(
    page: Page, address: str, rocket: np.ndarray
) -> None:
    choices = "picture=rocket&gain=2.0&fit=crop&colours=greys&scale=tutorial&order=index&channel=conv3.5"
    go(page, f"{address}/Feature_maps?{choices}&" + "&".join(f"layers={name}" for name in LAYERS))
    expected = outputs(rocket, 2, fit="crop")
    layers = page.locator("[class*=st-key-layer-] .js-plotly-plot")
    expect(layers).to_have_count(8)
    titles = layers.locator(".gtitle").all_text_contents()
    for name, shape in (("conv1", "62 × 62 × 32"), ("flatten", "9216"), ("dense1", "64"), ("logits", "10")):
        assert any(title.startswith(name) and shape in title for title in titles)

    large = expected["conv3"][:, :, 5]
    values = page.locator(".st-key-channel .js-plotly-plot").evaluate(
        "(chart) => chart._fullData[0].z.map((row) => [...row])"
    )
    np.testing.assert_allclose(np.array(values), large, rtol=1e-4, atol=1e-6)
    cells = page.locator(".st-key-channel-panel tbody td:last-child").all_inner_texts()
    told = [float(cell.rstrip("%")) for cell in cells]
    exact = large.astype(np.float64)
    assert told[:4] == pytest.approx([exact.min(), exact.max(), exact.mean(), exact.std()], rel=1e-3, abs=1e-6)
    assert told[4] == pytest.approx(100 * (exact == 0).mean(), abs=0.05)

    def fetch(name: str) -> tuple[str, bytes]:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name).first.click()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    page.get_by_role("button", name="Files").first.click()
    settle(page)
    name, content = fetch("PNG, one pixel per value")
    assert re.fullmatch(
        r"trained-rocket-gain-2\.00-conv1-feature_maps-tutorial_stretched_anew-[0-9a-f]{8}-exact\.png", name
    )
    picture = np.asarray(Image.open(io.BytesIO(content)))
    first = expected["conv1"][:, :, 0].astype(float)
    greys = np.clip((first - first.mean()) / first.std() * 64 + 128, 1, 255).astype(int)
    assert np.abs(picture[:62, :62, 0] - greys).max() <= 1
    name, content = fetch("PNG, figure")
    assert Image.open(io.BytesIO(content)).width > 1000
    name, content = fetch("HTML")
    assert len(content) < 1_500_000
    # Nothing is fetched when it is opened.
    assert not re.search(rb"<(script|link)[^>]*(src|href)=", content)
    page.keyboard.press("Escape")
    # A run gives the buttons' files new names. A click before the page has them names a file that is gone.
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").first.click()
    assert Path(waiting.value.path()).read_text().startswith("<svg")
    name, content = fetch("all values of 8 layers")
    with np.load(io.BytesIO(content)) as archive:
        np.testing.assert_allclose(archive["conv1"], expected["conv1"], rtol=1e-4, atol=1e-6)
        assert archive["logits"].shape == (10,)


def test_the_table_of_layers_is_filtered_sorted_and_clicked_and_the_blocks_light_up(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?layers=conv1")
    page.get_by_role("button", name="All layers").click()
    listed = page.locator(".st-key-all-layers-list")
    rows, count = listed.locator("tbody tr:not([hidden]) label"), listed.locator(".count")
    expect(count).to_have_text("8 of 8 layers")
    expect(rows).to_have_text(list(LAYERS))
    listed.get_by_role("button", name="Parameters").click()
    # Pools and flatten have none, the dense layer behind them has most; twice is the other way round.
    expect(rows.last).to_have_text("dense1")
    listed.get_by_role("button", name="Parameters").click()
    expect(rows.first).to_have_text("dense1")
    listed.get_by_label("Filter").fill("CONV")
    expect(count).to_have_text("3 of 8 layers")
    expect(rows).to_have_text(["conv3", "conv2", "conv1"])
    listed.locator("tr", has_text="conv3").get_by_text("Conv2D").click()
    page.wait_for_function("() => new URLSearchParams(location.search).getAll('layers').includes('conv3')")
    settle(page)
    assert parameters(page)["layers"] == ["conv1", "conv3"]
    expect(page.locator(".st-key-layer-conv3 .js-plotly-plot")).to_have_count(1)
    lit = listed.locator(".blocks button[data-lit]")
    expect(lit).to_have_count(2)
    # A click on a block narrows the table to its layers, and the tick takes a layer away.
    listed.get_by_label("Filter").fill("")
    lit.first.click()
    expect(rows).to_have_text(["conv1"])
    listed.get_by_role("checkbox").and_(listed.locator(":visible")).uncheck()
    page.wait_for_function("() => !location.search.includes('conv1')")
    settle(page)
    assert parameters(page)["layers"] == ["conv3"]
    expect(lit).to_have_count(1)


def test_the_address_opens_the_same_view_in_another_browser_but_for_an_uploaded_picture(
    page: Page, phone: Page, address: str, photograph: Path
) -> None:
    go(page, f"{address}/Feature_maps?columns=16")
    page.locator("[data-sample=star]").click()
    page.wait_for_function("() => location.search.includes('picture=star')")
    settle(page)
    page.get_by_role("button", name="conv3", exact=True).click()
    page.wait_for_function("() => location.search.includes('layers=')")
    settle(page)
    drag(page, 0.8)
    page.wait_for_function("() => location.search.includes('gain=')")
    settle(page)
    go(phone, page.url)
    assert parameters(phone) == parameters(page)
    for layer in ("conv1", "conv3"):
        assert levels(phone, layer) == levels(page, layer)
    width = phone.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390
    num_layers = page.locator("[class*=st-key-layer-] .js-plotly-plot").count()

    upload(page, photograph)
    expect(page.get_by_text("your picture does not travel with it")).to_be_visible()
    settle(page)
    go(phone, page.url)
    expect(phone.get_by_text("which a link does not carry")).to_be_visible()
    expect(phone.locator("[class*=st-key-layer-] .js-plotly-plot")).to_have_count(num_layers)
    expect(slider(phone)).to_have_value(f"{amount(page):g}")


def expect_switches_apart(page: Page) -> None:
    top_five, logits = (page.locator(f".st-key-{name}").bounding_box() for name in ("top5", "logits"))
    assert top_five is not None
    assert logits is not None
    assert top_five["x"] + top_five["width"] <= logits["x"]


def test_a_phone_has_half_as_many_tiles_in_a_row_and_an_opened_channel_stops_below_the_slider(
    chromium: Browser, address: str
) -> None:
    agent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile"
    screen = {"width": 390, "height": 844}
    with visitor(chromium, viewport=screen, is_mobile=True, has_touch=True, user_agent=agent) as page:
        # Unless the link says otherwise.
        for choice, columns in (("&columns=16", 16), ("&layers=pool1", 4)):
            go(page, f"{address}/Feature_maps?layers=conv1{choice}")
            chart = page.locator(".st-key-layer-conv1 .js-plotly-plot")
            assert chart.evaluate("(chart) => chart.layout.meta.columns") == columns
            assert parameters(page).get("columns") == (["16"] if columns == 16 else None)
            expect_switches_apart(page)
        page.get_by_text("Top 5", exact=True).click()
        page.locator(".st-key-passage").wait_for()
        settle(page)
        expect_switches_apart(page)
        assert page.locator(".st-key-navigation").evaluate(
            "({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth"
        )
        page.locator(".st-key-layer-pool1 .js-plotly-plot").evaluate(
            "(chart) => chart.scrollIntoView({ block: 'center' })"
        )
        click_cell(page, "layer-pool1", 40, 10)
        heading = page.get_by_role("heading", name=re.compile("pool1, channel"))
        expect(heading).to_be_visible()
        settle(page)
        at_rest(heading)
        # The bar that stays in view is narrower: a mark's text ends before the name of the field.
        mark, field = (page.locator(f".live {part}").bounding_box() for part in (".marks [data-side=right]", ".value"))
        assert mark is not None
        assert field is not None
        assert mark["x"] + mark["width"] <= field["x"]
        # Whoever points at the middle of it hits it, and not what lies above it.
        assert heading.evaluate(
            """(heading) => {
                const { left, top, width, height } = heading.getBoundingClientRect();
                return heading.contains(document.elementFromPoint(left + width / 4, top + height / 2));
            }"""
        )
        # The three of a difference are not beside one another there, and need no more place each.
        page.locator(".st-key-view").get_by_text("difference").click()
        page.locator(".st-key-layer-conv1-difference .nsewdrag").wait_for(state="attached")
        settle(page)
        for side in ("base", "edited", "difference"):
            chart = page.locator(f".st-key-layer-conv1-{side} .js-plotly-plot")
            assert chart.evaluate("(chart) => chart.layout.meta.columns") == 4


def test_another_layer_is_half_a_megabyte_and_another_network_travels_in_the_address(page: Page, address: str) -> None:
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    go(page, f"{address}/Feature_maps?picture=rocket&layers=conv1")
    received.clear()
    page.get_by_role("button", name="conv2", exact=True).click()
    page.wait_for_function("() => location.search.includes('conv2')")
    settle(page)
    # The picture does not travel again.
    assert 50_000 < sum(received) < 500_000

    expect(page.locator(".st-key-answer-edited figure")).to_be_visible()
    learnt = levels(page, "conv2")
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name="untrained").click()
    page.wait_for_function("() => location.search.includes('network=untrained')")
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("random weights")
    assert parameters(page) == {"picture": ["rocket"], "layers": ["conv1", "conv2"], "network": ["untrained"]}
    assert levels(page, "conv2") != learnt
