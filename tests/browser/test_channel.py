"""Journeys on the Channel page: cells by mouse and keyboard, channels and layers, the thumb held, the walk."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import line, visitor
from tests.browser.steps import address as parameters
from tests.browser.steps import amount, drag, expect_followed, go, settle
from tests.shipped import shipped_batch
from vizcore.activations.reading import read
from vizcore.arrays import ByteArray, FloatArray
from vizcore.datasets.dataset import CIFAR10_CLASSES
from vizcore.edits.brightness import Light, adjust
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample


@pytest.fixture(scope="module")
def pixels() -> ByteArray:
    return display_copy(open_sample("rocket").pixels)


def conv2(pixels: ByteArray, gain: float) -> FloatArray:
    batch = shipped_batch(adjust(pixels, Light.of("gain", gain)))
    return read(build_trained_cnn(), batch, ["conv2"])["conv2"]


def said(page: Page) -> list[float]:
    """The numbers of the cell: of the original and, if it differs, of the edited picture."""
    return [float(text.replace("−", "-")) for text in page.locator(".vizcore-unit .number").inner_text().split(" → ")]


def totals(page: Page, side: str) -> float:
    return float(page.locator(f".vizcore-unit .totals .{side} strong").inner_text().replace("−", "-"))


def point(page: Page, row: int, column: int, size: int = 29) -> None:
    box = page.locator(".vizcore-unit canvas.map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + (column + 0.5) * box["width"] / size, box["y"] + (row + 0.5) * box["height"] / size)
    expect(page.locator(".vizcore-unit")).to_have_attribute("data-cell", f"{row}.{column}")


def test_every_cell_under_the_pointer_has_its_number_and_the_chosen_one_is_in_the_address(
    page: Page, address: str, pixels: ByteArray
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1500})
    go(page, f"{address}/Channel?picture=rocket&gain=1.5&channel=conv2.17")
    unit, maps = page.locator(".vizcore-unit"), [conv2(pixels, gain)[..., 17] for gain in (1, 1.5)]
    row, column = np.unravel_index(maps[0].argmax(), maps[0].shape)
    expect(unit).to_have_attribute("data-cell", f"{row}.{column}")
    # The pointer needs no run of the page.
    before = line(page).asked
    for row, column in ((3, 5), (28, 0), (14, 20)):
        point(page, row, column)
        numbers = [float(maps[side][row, column]) for side in (0, 1)]
        assert said(page) == pytest.approx(numbers if len(said(page)) == 2 else numbers[:1], rel=1e-3, abs=1e-5)
        for side, number in zip(("original", "edited"), numbers, strict=True):
            assert totals(page, side) == pytest.approx(number, rel=1e-4, abs=1e-5)
    assert line(page).asked == before
    page.mouse.down()
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('channel=conv2.17.14.20')")

    # By keyboard: cells, channels, layers.
    unit.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_function("() => location.search.includes('channel=conv2.17.12.19')")
    page.keyboard.press("PageDown")
    page.wait_for_function("() => location.search.includes('channel=conv2.18')")
    expect(unit).to_have_attribute("aria-label", "conv2, channel 18")
    settle(page)
    page.keyboard.press("]")
    expect(unit).to_have_attribute("aria-label", "pool2, channel 0")
    settle(page)
    # What feeds it has a page of its own, and Back is a step.
    page.locator(".vizcore-unit .channels .name").first.click()
    expect(unit).to_have_attribute("aria-label", "conv2, channel 0")
    settle(page)
    page.go_back()
    expect(unit).to_have_attribute("aria-label", "pool2, channel 0")
    settle(page)
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.get_by_text("Pinned: pool2 · 0")).to_be_visible()


def test_the_channel_follows_a_held_thumb_and_a_walk_fills_the_map(page: Page, address: str, pixels: ByteArray) -> None:
    page.set_viewport_size({"width": 1400, "height": 1500})
    go(page, f"{address}/Channel?picture=rocket&gain=1.0&channel=conv2.17.14.20")
    drag(page, 2.0, 2.5, release=False)
    expect_followed(page)
    held = conv2(pixels, amount(page))[14, 20, 17]
    assert totals(page, "edited") == pytest.approx(float(held), rel=1e-4, abs=1e-5)
    assert parameters(page)["gain"] == ["1.0"]
    page.mouse.up()
    settle(page)
    assert totals(page, "edited") == pytest.approx(float(conv2(pixels, amount(page))[14, 20, 17]), rel=1e-4, abs=1e-5)

    step, play = (page.get_by_role("button", name=name, exact=True) for name in ("Step", "Walk"))
    filled = """(canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, i) => i % 4 === 3 && value).length;
    }"""
    for number in (1, 2, 3):
        step.click()
        expect(page.locator(".vizcore-unit")).to_have_attribute("data-cell", f"0.{number - 1}")
        assert page.locator("canvas.map").evaluate(filled) == number
    play.click()
    expect(page.locator(".vizcore-unit")).to_have_attribute("data-cell", re.compile(r"[1-9]\d*\.\d+"))
    page.get_by_role("button", name="Pause", exact=True).click()
    assert 29 <= page.locator("canvas.map").evaluate(filled) < 29 * 29
    # A click ends the walk.
    page.locator("canvas.map").click()
    assert page.locator("canvas.map").evaluate(filled) == 29 * 29


def test_one_cursor_in_all_layers_and_a_click_on_a_cell_of_an_opened_channel_leads_to_its_arithmetic(
    page: Page, address: str
) -> None:
    page.set_viewport_size({"width": 1400, "height": 1800})
    go(page, f"{address}/Feature_maps?picture=rocket&layers=conv1&layers=conv3&channel=conv1.4&columns=16")
    cursor = page.locator(".vizcore-field")
    sizes = []
    for chart in (".st-key-layer-conv1", ".st-key-layer-conv3"):
        place = page.locator(f"{chart} .nsewdrag").first
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.move(box["x"] + 22, box["y"] + 22)
        expect(cursor).to_be_visible()
        found = cursor.bounding_box()
        assert found is not None
        sizes.append(found["width"])
    # A cell of a deeper layer sees more.
    assert sizes[1] > 2 * sizes[0]
    page.mouse.move(5, 5)
    expect(cursor).to_be_hidden()

    cell = page.locator(".st-key-channel .nsewdrag").first
    cell.scroll_into_view_if_needed()
    cell.click(position={"x": 30, "y": 40})
    expect(page.locator(".vizcore-unit")).to_have_attribute("aria-label", "conv1, channel 4")
    page.wait_for_function("() => /channel=conv1[.]4[.][0-9]+[.][0-9]+/.test(location.search)")


def test_a_bar_of_the_answer_leads_to_its_unit_here_and_in_another_tab(page: Page, address: str) -> None:
    go(page, f"{address}/?picture=rocket&gain=1.0")
    for key in ("answer-original", "answer-edited"):
        bar = page.locator(f".st-key-{key} li")
        unit = CIFAR10_CLASSES.index(bar.locator(".name").inner_text())
        link = bar.get_by_role("link")
        if key == "answer-original":
            with page.context.expect_page() as opened:
                link.click(modifiers=["Control"])
            other = opened.value
            expect(other.locator(".vizcore-unit")).to_have_attribute("aria-label", f"logits, channel {unit}")
            found = parameters(other)
            assert (found["picture"], found["gain"], found["channel"]) == (["rocket"], ["1.0"], [f"logits.{unit}"])
            other.close()
            continue
        # The whole row is the link.
        bar.click()
        expect(page.locator(".vizcore-unit")).to_have_attribute("aria-label", f"logits, channel {unit}")
        settle(page)
    # On the page itself a bar opens another unit, by keyboard, too.
    page.locator(".st-key-worth-ranking a").nth(1).focus()
    text = page.locator(".st-key-worth-ranking a").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".vizcore-unit")).to_have_attribute("aria-label", text.replace(" · ", ", channel "))


def test_on_a_phone_a_tap_on_an_opened_channel_leads_inside(chromium: Browser, address: str) -> None:
    how = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"}
    with visitor(chromium, **how) as page:
        go(page, f"{address}/Feature_maps?picture=rocket&layers=conv1&channel=conv1.4")
        page.get_by_role("link", name="Channel page").tap()
        unit = page.locator(".vizcore-unit")
        expect(unit).to_have_attribute("aria-label", "conv1, channel 4")
        settle(page)
        page.locator("canvas.map").tap()
        page.wait_for_function("() => location.search.includes('channel=conv1.4.')")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_pictures_that_a_channel_prefers_are_found_while_the_thumb_moves_and_stay(page: Page, address: str) -> None:
    go(page, f"{address}/Channel?channel=conv1.3&gain=1.5")
    page.get_by_role("button", name="Find three pictures").click()
    expect(page.get_by_test_id("stProgress")).to_contain_text("conv1 · 3: picture")
    drag(page, 2.0)
    found = page.locator(".st-key-pictures-climbed img")
    expect(found).to_have_count(3, timeout=120_000)
    settle(page)
    assert amount(page) == 2.0
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="NPZ").click()
    with np.load(waiting.value.path()) as saved:
        network = build_trained_cnn()
        maps = [read(network, one[np.newaxis] / np.float32(255), ["conv1"])["conv1"] for one in saved["pixels"]]
        assert saved["value"] == pytest.approx([float(each[..., 3].mean()) for each in maps], rel=1e-4)
    page.get_by_role("button", name="Accentuate it").click()
    expect(page.locator(".st-key-pictures-accentuated img")).to_have_count(2, timeout=120_000)
    expect(found).to_have_count(3)
    expect(page.get_by_role("button", name="Accentuate it")).to_have_count(0)
