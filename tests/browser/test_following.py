"""Journeys with the thumb held: the maps, the channel and the answer follow it."""

import base64
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.app import running_app
from tests.browser.steps import address as parameters
from tests.browser.steps import amount, click_cell, drag, go, levels, settle, slider, upload, x_range
from vizcore.activations.reading import read
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import Light, adjust
from vizcore.figures.colours import colour_table
from vizcore.inputs.fitting import preprocess_image
from vizcore.maps.mosaic import Mosaic, mosaic
from vizcore.maps.scales import locked_range
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample


@pytest.fixture(scope="module")
def pixels() -> ByteArray:
    return display_copy(open_sample("rocket").pixels)


def conv1(pixels: ByteArray, gain: float) -> np.ndarray:
    batch = preprocess_image(adjust(pixels, Light.of("gain", gain)))
    return read(build_trained_cnn(), batch, ["conv1"])["conv1"]


def drawn(pixels: ByteArray, gain: float) -> Mosaic:
    return mosaic(conv1(pixels, gain), scale="locked", locked_range=locked_range(conv1(pixels, 1)), gap=3)


def picture(page: Page, key: str) -> np.ndarray:
    """The (H, W, 4) pixels of a heatmap, as the browser has them, with or without Plotly."""
    image = page.locator(f".st-key-{key} .hm image")
    source = image.evaluate("(image) => image.getAttribute('href') ?? image.getAttribute('xlink:href')")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGBA"))


def expect_followed(page: Page) -> None:
    """Wait until everything on the screen has answered to where the thumb is."""
    page.wait_for_function(
        """() => {
            const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot?.querySelector(".live"));
            const { view } = roots.find(Boolean);
            return view.streamed === view.amount && !view.asked;
        }"""
    )


def spoken(page: Page) -> str:
    return page.locator(".st-key-answer-as-edited ol").inner_text()


def near(found: np.ndarray, expected: Mosaic) -> None:
    """The colours of the same levels; where the network's last digit decides between two, either is right."""
    tables = [colour_table("viridis")[np.clip(expected.levels.astype(int) + step, 1, 255)] for step in (-1, 0, 1)]
    opaque = expected.levels > 0
    assert (found[:, :, 3] == 255 * opaque).all()
    matches = np.stack([(found[:, :, :3] == table).all(axis=2) for table in tables])
    assert matches.any(axis=0)[opaque].all()
    assert matches[1][opaque].mean() > 0.999


def test_while_the_thumb_is_held_maps_and_answer_follow_and_the_record_stays(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1100})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1")
    said = spoken(page)
    near(picture(page, "layer-conv1"), drawn(pixels, 1))
    drag(page, 2.0, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    assert held > 2.5
    near(picture(page, "layer-conv1"), drawn(pixels, held))
    assert spoken(page) != said
    # The setting of record is still the one of before: nobody who opens the address now sees the thumb on its way.
    assert parameters(page)["gain"] == ["1.0"]
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    near(picture(page, "layer-conv1"), drawn(pixels, held))
    flat = np.array(levels(page, "conv1"), np.uint8).reshape(drawn(pixels, held).levels.shape)
    assert (np.abs(flat.astype(int) - drawn(pixels, held).levels) <= 1).all()


def test_a_thumb_that_comes_back_to_where_it_was_brings_the_maps_back(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1100})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1")
    said, before = spoken(page), picture(page, "layer-conv1")
    drag(page, 3.0, release=False)
    expect_followed(page)
    assert (picture(page, "layer-conv1") != before).any()
    thumb = amount(page)
    drag_on(page, 1.0)
    assert amount(page) == 1.0 != thumb
    page.mouse.up()
    expect(page.locator(".st-key-answer-as-edited ol")).to_have_text(said, use_inner_text=True)
    settle(page)
    np.testing.assert_array_equal(picture(page, "layer-conv1"), before)


def drag_on(page: Page, target: float) -> None:
    """Move a thumb that is already held."""
    box = slider(page).bounding_box()
    assert box is not None
    half = 8
    # Pixel by pixel around the place: a step of the slider is less than one.
    start = box["x"] + half + (box["width"] - 2 * half) * target / 4
    for offset in np.arange(-4, 4, 0.25):
        page.mouse.move(start + offset, box["y"] + box["height"] / 2)
        if amount(page) == target:
            return
    raise AssertionError(f"the thumb never stood at {target}")


def test_zoom_and_open_channel_stay_while_the_thumb_is_held(page: Page, address: str, pixels: ByteArray) -> None:
    page.set_viewport_size({"width": 1400, "height": 2200})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1&channel=conv1.4")
    page.locator(".st-key-layer-conv1").get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(400)
    zoomed = x_range(page, "layer-conv1")
    values = """(chart) => [...chart._fullData[0].z].flatMap((row) => [...row]).reduce((a, b) => a + b)"""
    channel = page.locator(".st-key-channel .js-plotly-plot")
    before = channel.evaluate(values)
    table = page.locator(".st-key-channel-table table")
    told = table.inner_text()
    drag(page, 3.0, release=False)
    expect_followed(page)
    assert x_range(page, "layer-conv1") == zoomed
    assert channel.evaluate(values) != before
    # The numbers beside it are of the same map.
    highest = conv1(pixels, amount(page))[:, :, 4].max()
    assert table.inner_text() != told
    assert float(table.locator("tr", has_text="maximum").locator("td").last.inner_text()) == pytest.approx(
        highest, 1e-3
    )
    expect(page.get_by_role("heading", name="conv1, channel 4")).to_be_visible()
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    assert x_range(page, "layer-conv1") == zoomed


def test_the_difference_is_edited_minus_original_and_all_three_zoom_together(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1400})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=0.6&layers=conv1&view=difference")
    sides = [f"conv1-{side}" for side in ("base", "edited", "difference")]
    original, edited = conv1(pixels, 1), conv1(pixels, 0.6)
    for side, expected in zip(sides, (original, edited, edited - original), strict=True):
        chart = page.locator(f".st-key-layer-{side} .js-plotly-plot")
        meta = json.loads(chart.evaluate("(chart) => JSON.stringify(chart.layout.meta)"))
        low, high = meta["lows"][0], meta["highs"][0]
        assert (low, high) == pytest.approx(
            (-high, high) if side.endswith("difference") else locked_range(original), rel=1e-6
        )
        arranged = mosaic(expected, scale="locked", locked_range=(low, high), columns=meta["columns"], gap=meta["gap"])
        found = np.array(levels(page, side), int).reshape(arranged.levels.shape)
        assert (np.abs(found - arranged.levels) <= 1).all()
    # The words above them follow the thumb, too. (Before an opened channel scrolls the page and the slider with it.)
    words = page.locator(".st-key-layer-conv1-words p")
    drag(page, 0.9, release=False)
    assert amount(page) > 0.8
    expect_followed(page)
    moved = np.abs(conv1(pixels, amount(page)) - original).mean(dtype=np.float64)
    expect(words).to_contain_text(f"mean |change| {moved:.3g} ·")
    drag_on(page, 0.6)
    page.mouse.up()
    settle(page)
    page.locator(f".st-key-layer-{sides[2]}").get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(600)
    ranges = [x_range(page, f"layer-{side}") for side in sides]
    assert ranges[0] == ranges[1] == ranges[2]
    assert ranges[0][1] - ranges[0][0] < 400
    # A click in one opens the channel in all of them.
    page.locator(f".st-key-layer-{sides[2]}").get_by_role("button", name="Whole map").click()
    page.wait_for_timeout(600)
    arranged = mosaic(original, scale="layer", columns=8, gap=3)
    row, column = arranged.position_of(9, 30, 30)
    click_cell(page, f"layer-{sides[1]}", column, row)
    expect(page.get_by_role("heading", name="conv1, channel 9")).to_be_visible()
    settle(page)
    for side in sides:
        frames = page.locator(f".st-key-layer-{side} .js-plotly-plot").evaluate("(chart) => chart.layout.shapes.length")
        assert frames == 1


def test_pictures_stretched_each_by_itself_hide_what_the_brightness_did(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 1400})
    # Half of everything: a picture stretched by itself forgets it, but for what rounding leaves.
    go(page, f"{address}/Feature_maps?picture=rocket&gain=0.5&layers=pool1&view=difference&network=untrained")
    sides = [f"pool1-{side}" for side in ("base", "edited")]
    apart = np.abs(np.subtract(*[np.array(levels(page, side), int) for side in sides])).mean()
    page.get_by_text("Stretch each picture by itself").click()
    page.wait_for_function("() => location.search.includes('stretch=')")
    settle(page)
    page.wait_for_timeout(600)
    stretched = np.abs(np.subtract(*[np.array(levels(page, side), int) for side in sides])).mean()
    assert stretched < apart / 5


def test_the_slider_wears_the_classes_of_its_kind(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?picture=cat&gain=1.5&layers=conv1")
    ribbon, said = page.locator(".ribbon rect"), page.locator(".flip p")
    expect(ribbon.first).to_be_attached()
    expect(said).to_contain_text(re.compile(r"\w+ (from \d\.\d{3} to|at all 101)"))
    bands, words = ribbon.count(), said.text_content()
    legend = set(page.locator(".flip span:has(i)").all_text_contents())
    assert len(legend) == len({ribbon.nth(index).get_attribute("fill") for index in range(bands)})
    # While the thumb is held the sentence is that of the class it is over.
    drag(page, 3.9, release=False)
    expect(said).not_to_have_text(words or "")
    drag_on(page, 1.5)
    expect(said).to_have_text(words or "")
    page.mouse.up()
    page.get_by_role("radio", name="offset").or_(page.get_by_role("button", name="offset")).first.click()
    page.wait_for_function("() => location.search.includes('kind=offset')")
    settle(page)
    expect(said).not_to_have_text(words or "")
    expect(ribbon.first).to_be_attached()


def test_over_a_slow_line_the_charts_follow_on_release_and_it_is_said_and_tried_again(page: Page, address: str) -> None:
    waits = 0.0
    asked: list[float] = []

    def delayed(server: WebSocketRoute) -> None:
        line = server.connect_to_server()

        def ask(message: str | bytes) -> None:
            if b"dragged" in (message if isinstance(message, bytes) else message.encode()):
                asked.append(waits)
                page.wait_for_timeout(1000 * waits)
            line.send(message)

        server.on_message(ask)

    page.route_web_socket("**/_stcore/stream", delayed)
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1")
    said = page.locator(".following")
    waits = 1.3
    drag(page, 1.2, release=False)
    for target in (1.4, 1.6, 1.8):
        slider(page).evaluate(
            "async (thumb) => { while (thumb.closest('.live').view.asked) await new Promise(requestAnimationFrame); }"
        )
        drag_on(page, target)
    expect(said).to_contain_text("the maps follow when the slider is released")
    number = len(asked)
    drag_on(page, 2.5)
    page.wait_for_timeout(300)
    assert len(asked) == number
    waits = 0
    before = picture(page, "layer-conv1")
    page.mouse.up()
    settle(page)
    assert (picture(page, "layer-conv1") != before).any()
    # A little later the line is quick again, and the next grip finds out.
    slider(page).evaluate("(thumb) => { thumb.closest('.live').view.answeredAt -= 60000; }")
    drag(page, 3.0, release=False)
    expect(said).to_have_text("")
    expect_followed(page)
    assert len(asked) > number
    page.mouse.up()
    settle(page)
    # Of a thumb that is let go where it was taken there is nothing to be said either.
    here = amount(page)
    slider(page).evaluate(
        """(thumb) => {
            const slow = { times: [2000, 2000, 2000], answeredAt: performance.now() };
            Object.assign(thumb.closest(".live").view, slow);
        }"""
    )
    drag(page, 2.0, release=False)
    expect(said).to_contain_text("the maps follow when the slider is released")
    drag_on(page, here)
    page.mouse.up()
    expect(said).to_have_text("")
    # Why something does not follow is said there, too, as long as the thumb is held.
    settle(page)
    slider(page).evaluate("(thumb) => { thumb.closest('.live').view.times = []; }")
    drag(page, 2.0, release=False)
    expect_followed(page)
    slider(page).evaluate(
        """(thumb) => {
            const { view } = thumb.closest(".live");
            view.asked = performance.now();
            const detail = { amount: view.streamed, refusal: "Not this layer." };
            document.dispatchEvent(new CustomEvent("vizcore-answered", { detail }));
        }"""
    )
    expect(said).to_have_text("Not this layer.")
    page.mouse.up()
    expect(said).to_have_text("")


def test_where_nothing_can_follow_yet_nobody_is_asked(page: Page, address: str) -> None:
    """A network that is not downloaded: the picture follows the thumb, and of maps nothing is said."""
    go(page, f"{address}/?network=VGG16&gain=1.0")
    expect(page.get_by_role("button", name=re.compile("Download"))).to_be_visible()
    drag(page, 2.0, release=False)
    page.wait_for_timeout(500)
    streamed, asked = slider(page).evaluate(
        "(thumb) => { const { view } = thumb.closest('.live'); return [view.streamed, view.asked]; }"
    )
    assert (streamed, asked) == (None, 0)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('gain=') && !location.search.includes('gain=1.0')")


def test_on_home_the_small_maps_and_the_answer_follow_too(page: Page, address: str, pixels: ByteArray) -> None:
    page.set_viewport_size({"width": 1400, "height": 1300})
    go(page, f"{address}/?picture=rocket&gain=1.0")
    said = spoken(page)
    drag(page, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    expected = mosaic(
        conv1(pixels, held), scale="locked", columns=8, locked_range=locked_range(conv1(pixels, 1)), gap=3
    )
    near(picture(page, "first-layer"), expected)
    assert spoken(page) != said
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    near(picture(page, "first-layer"), expected)


@pytest.fixture(scope="module")
def deep_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app with an operator's model that takes its time: "bright" is what has a mean above a quarter, else "dark"."""
    folder = tmp_path_factory.mktemp("deep")
    layers = [
        keras.layers.Conv2D(64, 1, name="means"),
        keras.layers.Conv2D(64, 3, padding="same", name="slow"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, name="answer"),
    ]
    model = keras.Sequential([keras.Input((224, 224, 3), name="picture"), *layers], name="deep")
    means, same = np.zeros((1, 1, 3, 64), np.float32), np.zeros((3, 3, 64, 64), np.float32)
    means[:, :, :, 0] = 1 / 3
    same[1, 1, 0, 0] = 1
    answer = np.zeros((64, 2), np.float32)
    answer[0] = -1, 1
    for layer, kernel, bias in zip(
        (layers[0], layers[1], layers[3]), (means, same, answer), ([0] * 64, [0] * 64, [0.25, -0.25]), strict=True
    ):
        layer.set_weights([kernel, np.array(bias, np.float32)])
    model.save(folder / "deep.keras")
    (folder / "deep.txt").write_text("dark\nbright\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIZCORE_MODEL", str(folder / "deep.keras"))
        with running_app(folder / "app.log") as (url, _):
            yield url
    assert "Traceback" not in (folder / "app.log").read_text()


def test_the_ribbon_of_a_deep_network_grows_while_nobody_holds_the_thumb(
    page: Page, deep_address: str, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 30), (100, 100, 100)).save(tmp_path / "grey.png")
    go(page, f"{deep_address}/Feature_maps?network=own+model&gain=1.0&layers-own+model=means")
    page.get_by_role("link", name="Brighten").click()
    page.wait_for_url("**/Brighten**")
    upload(page, tmp_path / "grey.png")
    said, trying = page.locator(".flip p"), re.compile(r"^Trying the levels: [1-9]\d* of 101\.")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("grey.png · 40 × 30")
    page.get_by_role("link", name="Feature maps").click()
    expect(said).to_have_text(trying)
    # While the thumb is held everything is for what follows it.
    drag(page, 2.0, release=False)
    expect_followed(page)
    # What was asked for before the thumb was taken is still answered.
    settle(page)
    far = said.text_content()
    assert trying.match(far or "")
    page.wait_for_timeout(1000)
    assert said.text_content() == far
    page.mouse.up()
    expect(said).not_to_have_text(far or "")
    # Taken and let go at the same place, it goes on as well.
    drag(page)
    # 64 is the first byte above a quarter of 255, and ⌊100 · g⌋ reaches it at 0.64.
    expect(said).to_have_text("bright from 0.640 to 4.000; below it is dark.", timeout=90_000)
    bands = page.locator(".ribbon rect")
    expect(bands).to_have_count(2)
    at = [float(bands.nth(1).get_attribute(name) or "nan") for name in ("x", "width")]
    assert at == pytest.approx([16, 84], abs=0.05)


def test_a_page_is_left_while_its_ribbon_grows(page: Page, deep_address: str) -> None:
    """A part of a page that asks to run after the page was left would leave the next one blank."""
    said = page.locator(".flip p")
    for picture, kind, title in (
        ("star", "gain", "Brighten"),
        ("rocket", "offset", "Augment"),
    ):
        go(page, f"{deep_address}/Feature_maps?network=own+model&picture={picture}&kind={kind}&layers-own+model=means")
        expect(said).to_have_text(re.compile(r"^Trying the levels: [1-9]\d*"))
        page.get_by_role("link", name=title).first.click()
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        page.wait_for_timeout(1500)
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def test_what_the_keyboard_chose_at_last_goes_along_to_the_next_page(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    # At once, before a value set by keyboard counts as released.
    page.get_by_role("link", name="Brighten").first.click()
    expect(page.get_by_role("heading", name="Brighten", exact=True)).to_be_visible()
    settle(page)
    expect(slider(page)).to_have_value("1.01")
