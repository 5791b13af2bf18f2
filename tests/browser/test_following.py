"""Journeys with the thumb held: the maps, the channel and the answer follow it."""

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.app import line
from tests.browser.steps import address as parameters
from tests.browser.steps import (
    amount,
    click_cell,
    drag,
    drag_on,
    expect_followed,
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
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import Light, adjust
from vizcore.figures.colours import colour_table
from vizcore.maps.mosaic import Mosaic, mosaic
from vizcore.maps.ranges import ScaleChoice, locked_range, range_scale
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample


@pytest.fixture(scope="module")
def pixels() -> ByteArray:
    return display_copy(open_sample("rocket").pixels)


ONE_SCALE = "scale=locked&order=index&columns=16"


def conv1(pixels: ByteArray, gain: float) -> np.ndarray:
    batch = shipped_batch(adjust(pixels, Light.of("gain", gain)))
    return read(build_trained_cnn(), batch, ["conv1"])["conv1"]


def drawn(pixels: ByteArray, gain: float) -> Mosaic:
    scale = ScaleChoice("layer", is_locked=True, contrast="linear").scale(conv1(pixels, 1), conv1(pixels, gain))
    return mosaic(conv1(pixels, gain), scale=scale, gap=3)


def picture(page: Page, key: str) -> np.ndarray:
    """The (H, W, 4) pixels of a heatmap, as the browser has them, with or without Plotly."""
    image = page.locator(f".st-key-{key} .hm image")
    source = image.evaluate("(image) => image.getAttribute('href') ?? image.getAttribute('xlink:href')")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGBA"))


def spoken(page: Page) -> str:
    return page.locator(".st-key-answer-edited ol").inner_text()


def near(found: np.ndarray, expected: Mosaic) -> None:
    """The colours of the same levels; where the network's last digit decides between two, either is right."""
    tables = [colour_table("viridis")[np.clip(expected.levels.astype(int) + step, 1, 255)] for step in (-1, 0, 1)]
    opaque = expected.levels > 0
    assert (found[:, :, 3] == 255 * opaque).all()
    matches = np.stack([(found[:, :, :3] == table).all(axis=2) for table in tables])
    assert matches.any(axis=0)[opaque].all()
    assert matches[1][opaque].mean() > 0.999


def test_while_the_thumb_is_held_maps_channel_and_answer_follow_and_the_record_and_the_zoom_stay(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 2200})
    go(
        page,
        f"{address}/Feature_maps?picture=rocket&gain=1.0&layers=conv1&channel=conv1.4&scale=locked&order=index&columns=16",
    )
    said, before = spoken(page), picture(page, "layer-conv1")
    near(before, drawn(pixels, 1))
    values = """(chart) => [...chart._fullData[0].z].flatMap((row) => [...row]).reduce((a, b) => a + b)"""
    channel = page.locator(".st-key-channel .js-plotly-plot")
    unedited = channel.evaluate(values)
    table = page.locator(".st-key-channel-table table")
    told = table.inner_text()
    drag(page, 2.0, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    assert held > 2.5
    near(picture(page, "layer-conv1"), drawn(pixels, held))
    assert spoken(page) != said
    assert channel.evaluate(values) != unedited
    # The numbers beside it are of the same map.
    assert table.inner_text() != told
    highest = float(table.locator("tr", has_text="maximum").locator("td").last.inner_text())
    assert highest == pytest.approx(conv1(pixels, held)[:, :, 4].max(), 1e-3)
    # The setting of record is still the one of before: nobody who opens the address now sees the thumb on its way.
    assert parameters(page)["gain"] == ["1.0"]

    # Back where it began, everything is as it was.
    drag_on(page, 1.0)
    page.mouse.up()
    expect(page.locator(".st-key-answer-edited ol")).to_have_text(said, use_inner_text=True)
    settle(page)
    np.testing.assert_array_equal(picture(page, "layer-conv1"), before)

    zoom(page, "layer-conv1", "Zoom in")
    zoomed = x_range(page, "layer-conv1")
    drag(page, 2.0, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    assert x_range(page, "layer-conv1") == zoomed
    expect(page.get_by_role("heading", name="conv1, channel 4")).to_be_visible()
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    assert x_range(page, "layer-conv1") == zoomed
    flat = np.array(levels(page, "conv1"), np.uint8).reshape(drawn(pixels, held).levels.shape)
    assert (np.abs(flat.astype(int) - drawn(pixels, held).levels) <= 1).all()
    zoom(page, "layer-conv1", "Whole map")
    near(picture(page, "layer-conv1"), drawn(pixels, held))

    # What the keyboard chooses at last goes along to the next page: at once, before it counts as released.
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    chosen = amount(page)
    assert chosen == pytest.approx(held + 0.01)
    page.get_by_role("link", name="Brighten").first.click()
    expect(page.get_by_role("heading", name="Brighten", exact=True)).to_be_visible()
    settle(page)
    expect(slider(page)).to_have_value(f"{chosen:g}")


def test_the_difference_is_edited_minus_original_and_all_three_zoom_together(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1400})
    go(
        page,
        f"{address}/Feature_maps?picture=rocket&gain=0.6&layers=conv1&view=difference&scale=locked&order=index&columns=16",
    )
    sides = [f"conv1-{side}" for side in ("base", "edited", "difference")]
    original, edited = conv1(pixels, 1), conv1(pixels, 0.6)
    for side, expected in zip(sides, (original, edited, edited - original), strict=True):
        chart = page.locator(f".st-key-layer-{side} .js-plotly-plot")
        meta = json.loads(chart.evaluate("(chart) => JSON.stringify(chart.layout.meta)"))
        low, high = meta["lows"][0], meta["highs"][0]
        assert (low, high) == pytest.approx(
            (-high, high) if side.endswith("difference") else locked_range(original), rel=1e-6
        )
        one_range = range_scale(low, high, num_channels=32)
        arranged = mosaic(expected, scale=one_range, columns=meta["columns"], gap=meta["gap"])
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
    zoom(page, f"layer-{sides[2]}", "Zoom in")
    charts = [page.locator(f".st-key-layer-{side} .vizcore-chart") for side in sides]
    for chart in charts[:2]:
        expect(chart).to_have_attribute("data-range", charts[2].get_attribute("data-range") or "none")
    ranges = [x_range(page, f"layer-{side}") for side in sides]
    assert ranges[0] == ranges[1] == ranges[2]
    assert ranges[0][1] - ranges[0][0] < 400
    # A click in one opens the channel in all of them.
    zoom(page, f"layer-{sides[2]}", "Whole map")
    expect(charts[1]).to_have_attribute("data-range", charts[2].get_attribute("data-range") or "none")
    arranged = mosaic(original, scale="layer", columns=8, gap=3)
    row, column = arranged.position_of(9, 30, 30)
    click_cell(page, f"layer-{sides[1]}", column, row)
    expect(page.get_by_role("heading", name="conv1, channel 9")).to_be_visible()
    settle(page)
    for side in sides:
        frames = page.locator(f".st-key-layer-{side} .js-plotly-plot").evaluate("(chart) => chart.layout.shapes.length")
        assert frames == 1


def test_while_the_button_is_held_everything_is_as_it_is_and_then_as_it_was(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    go(page, f"{address}/Feature_maps?picture=rocket&gain=2.5&layers=conv1&layers=conv2&{ONE_SCALE}")
    # On the commonest projector the choice of layers is one line.
    tops = page.locator(".st-key-all-layers button, .st-key-as-in-the-tutorial button").evaluate_all(
        "(buttons) => buttons.map((button) => button.getBoundingClientRect().top)"
    )
    assert tops[0] == tops[1]
    live, before, main = page.locator(".live"), page.locator(".hold"), page.get_by_test_id("stMain")
    said, unedited = spoken(page), page.locator(".st-key-answer-original ol").inner_text()
    edited = picture(page, "layer-conv1")
    where, asked = page.url, line(page).asked

    def expect_as_it_is() -> None:
        expect_followed(page)
        expect(live).to_have_attribute("data-before", "")
        expect(before.get_by_text("original")).to_be_visible()
        near(picture(page, "layer-conv1"), drawn(pixels, 1))
        assert spoken(page) == unedited
        assert live.get_attribute("data-drawn") == "1.00"
        assert (amount(page), page.url) == (2.5, where)

    def expect_as_it_was() -> None:
        settle(page)
        expect(live).not_to_have_attribute("data-before", "")
        expect(before.get_by_text("Before")).to_be_visible()
        np.testing.assert_array_equal(picture(page, "layer-conv1"), edited)
        assert spoken(page) == said
        assert live.get_attribute("data-drawn") == "2.50"
        assert (amount(page), page.url) == (2.5, where)

    # Also where answers are so slow that the maps follow a thumb only when it is let go.
    slider(page).evaluate(
        """(thumb) => {
            const slow = { times: [2000, 2000, 2000], answeredAt: performance.now() };
            Object.assign(thumb.closest(".live").view, slow);
        }"""
    )
    page.keyboard.down("b")
    expect_as_it_is()
    page.keyboard.up("b")
    expect_as_it_was()
    assert before.evaluate("(button) => button.closest('.live').view.answerTime") == 2000
    before.dispatch_event("pointerdown", {"button": 0})
    expect_as_it_is()
    page.evaluate("() => { dispatchEvent(new Event('blur')); }")
    expect_as_it_was()
    before.focus()
    page.keyboard.down("Space")
    expect_as_it_is()
    page.keyboard.up("Space")
    expect_as_it_was()
    # There and back, three times: the light of record is not touched.
    assert line(page).asked == asked + 6
    assert not before.evaluate(
        "(button) => button.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
    )

    # While the page is scrolled, slider, amount, button and thumbnail stay in view, and nothing jumps.
    passage, bar = page.locator(".st-key-passage-line"), page.locator(".st-key-brightness-bar")
    edge = "(element) => element.getBoundingClientRect()"
    top = passage.evaluate(f"{edge}.top")
    main.evaluate("(main) => { main.scrollTop = 500; }")
    expect(live).to_have_attribute("data-stuck", "")
    assert top - passage.evaluate(f"{edge}.top") == pytest.approx(main.evaluate("(main) => main.scrollTop"), abs=1)
    assert 0 < bar.evaluate(f"{edge}.bottom") <= 90
    for place in (slider(page), page.locator(".ribbon"), page.locator(".field"), before, page.locator(".result")):
        assert place.evaluate(f"{edge}.top") >= 0
    expect(page.locator(".formula")).not_to_be_visible()
    expect(page.locator(".st-key-kind")).not_to_be_visible()
    main.evaluate("(main) => { main.scrollTop = 0; }")
    expect(page.locator(".formula")).to_be_visible()
    expect(page.locator(".st-key-kind")).to_be_visible()
    # A click on the ribbon goes there.
    page.locator(".ribbon").click(position={"x": 1, "y": 10})
    expect(slider(page)).to_have_value(re.compile(r"^0(\.0\d)?$"))
    page.wait_for_function("() => location.search.includes('gain=0.')")


def test_the_slider_wears_the_classes_of_its_kind(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?picture=cat&gain=1.5&layers=conv1")
    ribbon, said = page.locator(".ribbon rect"), page.locator(".flip")
    expect(ribbon.first).to_be_attached()
    expect(said).to_contain_text(re.compile(r"\w+ (from \d\.\d\d to|at all 101)"))
    bands, words = ribbon.count(), said.text_content()
    legend = set(page.locator(".classes span:has(i)").all_text_contents())
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
    said, live, answered = page.locator(".following"), page.locator(".live"), re.compile(".")
    waits = 1.3
    drag(page, 1.2, release=False)
    for target in (1.4, 1.6, 1.8):
        expect(live).to_have_attribute("data-followed", answered)
        drag_on(page, target)
    expect(said).to_contain_text("the maps follow when the slider is released")
    expect(live).to_have_attribute("data-followed", answered)
    number = len(asked)
    drag_on(page, 2.5)
    waits = 0
    before = picture(page, "layer-conv1")
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    assert len(asked) == number
    assert (picture(page, "layer-conv1") != before).any()
    # A little later the line is quick again, and the next grip finds out.
    slider(page).evaluate("(thumb) => { thumb.closest('.live').view.answeredAt -= 60000; }")
    drag(page, 3.0, release=False)
    expect_followed(page)
    expect(said).not_to_contain_text("when the slider is released")
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


def test_on_home_the_small_maps_and_the_answer_follow_and_without_a_network_nobody_is_asked(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1300})
    go(page, f"{address}/?picture=rocket&gain=1.0")
    said = spoken(page)
    drag(page, 3.0, release=False)
    expect_followed(page)
    held = amount(page)
    meta = page.locator(".st-key-first-layer .js-plotly-plot").evaluate("(chart) => chart.layout.meta")
    # The tiles stay where they are; each is on the scale of the unedited picture.
    scale = ScaleChoice().scale(conv1(pixels, 1), conv1(pixels, held))
    expected = mosaic(conv1(pixels, held), scale=scale, columns=8, channels=np.array(meta["channels"]), gap=3)
    near(picture(page, "first-layer"), expected)
    assert spoken(page) != said
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('gain=1.0')")
    settle(page)
    near(picture(page, "first-layer"), expected)

    # A network that is not downloaded: the picture follows the thumb, and of maps nothing is said.
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name="VGG16").click()
    expect(page.get_by_role("button", name=re.compile("Download"))).to_be_visible()
    settle(page)
    before = line(page).asked
    drag(page, 2.0, release=False)
    page.mouse.up()
    page.wait_for_function("(held) => !location.search.includes(`gain=${held}`)", arg=f"{held:g}")
    settle(page)
    assert line(page).asked == before + 1


# How often more of a ribbon has been asked for, and a gate that lets only so many questions pass.
_COUNTED = """
    Object.assign(globalThis, { questions: 0, most: Infinity });
    addEventListener("vizcore-ribbon-more", (event) => {
        if (questions >= most) event.stopImmediatePropagation();
        else questions += 1;
    }, { capture: true });
"""


def test_the_ribbon_of_a_deep_network_grows_while_nobody_holds_the_thumb_or_leaves(
    page: Page, own_address: str, tmp_path: Path
) -> None:
    said, ribbon = page.locator(".flip"), page.locator(".st-key-ribbon [data-state]")
    trying = re.compile(r"^Trying the levels: [1-9]\d* of 101\.")

    def expect_left_for(title: str) -> None:
        """A part of a page that asks to run after the page was left would leave the next one blank."""
        heading = page.get_by_role("heading", name=title, exact=True)
        expect(heading).to_be_visible()
        settle(page)
        expect(heading).to_be_visible()
        assert line(page).more == 0

    page.add_init_script(_COUNTED)
    go(page, f"{own_address}/Feature_maps?network=own+model&gain=1.0&layers-own+model=means")
    expect(said).to_have_text(trying)
    page.get_by_role("link", name="Brighten").first.click()
    expect_left_for("Brighten")
    Image.new("RGB", (40, 30), (100, 100, 100)).save(tmp_path / "grey.png")
    upload(page, tmp_path / "grey.png")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("grey.png · 40 × 30")
    # One question is let through: however quick the machine is, some levels are tried and not all.
    page.evaluate("() => { most = questions + 1; }")
    page.get_by_role("link", name="Feature maps").click()
    expect(said).to_have_text(trying)
    settle(page)
    expect(ribbon).to_have_attribute("data-state", "paused")
    far = said.text_content() or ""
    # While the thumb is held everything is for what follows it, whatever arrives.
    drag(page, 2.0, release=False)
    page.evaluate("() => { most = Infinity; document.dispatchEvent(new CustomEvent('vizcore-ribbon-wanted')); }")
    drag_on(page, 2.5)
    expect_followed(page)
    expect(ribbon).to_have_attribute("data-state", "paused")
    expect(said).to_have_text(far)
    page.mouse.up()
    expect(said).not_to_have_text(far)
    # Taken and let go at the same place, it goes on as well.
    page.evaluate("() => { most = questions; }")
    expect(ribbon).to_have_attribute("data-state", "paused")
    drag(page, release=False)
    page.evaluate("() => { most = Infinity; }")
    page.mouse.up()
    # 64 is the first byte above a quarter of 255, and ⌊100 · g⌋ reaches it at 0.64.
    expect(said).to_have_text("bright from 0.64 to 4.00; below it is dark.", timeout=90_000)
    expect(ribbon).to_have_attribute("data-state", "whole")
    bands = page.locator(".ribbon rect")
    expect(bands).to_have_count(2)
    at = [float(bands.nth(1).get_attribute(name) or "nan") for name in ("x", "width")]
    assert at == pytest.approx([15.875, 84.125], abs=0.01)
    # Another kind begins anew. An answer that arrives while the page is being left is the last.
    page.get_by_role("radio", name="offset").or_(page.get_by_role("button", name="offset")).first.click()
    expect(said).to_have_text(trying)
    page.evaluate("() => { most = questions; }")
    expect(ribbon).to_have_attribute("data-state", "paused")
    page.get_by_role("link", name="Augment").first.evaluate(
        """(link) => {
            most = Infinity;
            link.click();
            document.dispatchEvent(new CustomEvent("vizcore-ribbon-wanted"));
        }"""
    )
    expect_left_for("Augment")
