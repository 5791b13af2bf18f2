"""Journeys on the Brighten page."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import address as parameters
from tests.browser.steps import amount, drag, drawn_pixels, expect_drawn, go, settle, slider, upload
from vizcore.edits.brightness import Light, adjust
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import open_picture


@pytest.fixture
def display(photograph: Path) -> np.ndarray:
    return display_copy(open_picture(photograph.read_bytes(), name="holiday.jpg").pixels)


def test_what_the_browser_draws_is_what_python_computes(
    page: Page, address: str, photograph: Path, display: np.ndarray
) -> None:
    go(page, f"{address}/Brighten?kind=gamma")
    upload(page, photograph)
    expect(page.get_by_text("holiday.jpg · 1600 × 1100")).to_be_visible()
    settle(page)
    digest = open_picture(photograph.read_bytes(), name="holiday.jpg").digest
    expect_drawn(page, digest[:40])
    assert np.array_equal(drawn_pixels(page, ".live .before canvas"), display)
    for kind, target in (("gamma", 0.45), ("offset", -90.0), ("exposure", 1.3), ("gain", 2.6)):
        page.locator(".st-key-kind").get_by_text(kind, exact=True).click()
        expect(slider(page)).to_have_attribute("aria-label", kind.capitalize())
        settle(page)
        # While the thumb is held …
        drag(page, target, release=False)
        held = amount(page)
        assert held == pytest.approx(target, abs=6 if kind == "offset" else 0.06)
        assert np.array_equal(drawn_pixels(page), adjust(display, Light.of(kind, held)))
        # … and when Python has answered.
        page.mouse.up()
        page.wait_for_function("(text) => location.search.includes(text)", arg=f"{kind}={held:g}")
        settle(page)
        assert amount(page) == held
        assert np.array_equal(drawn_pixels(page), adjust(display, Light.of(kind, held)))


def test_the_server_is_asked_once_on_release(page: Page, address: str) -> None:
    sent: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    go(page, f"{address}/Brighten")
    expect_drawn(page)
    before = len(sent)
    drag(page, 3, 0.5, 2, 3.5, 1, release=False)
    page.wait_for_timeout(500)
    assert len(sent) == before
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('gain=')")
    settle(page)
    assert len(sent) == before + 1


def test_the_keyboard_alone(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten")
    expect_drawn(page)
    slider(page).focus()
    for key, value in (("ArrowRight", 1.51), ("ArrowLeft", 1.5), ("End", 4), ("Home", 0)):
        page.keyboard.press(key)
        assert amount(page) == value
    page.keyboard.press("PageUp")
    assert 0.1 <= amount(page) <= 1
    expect(slider(page)).to_have_attribute("aria-valuetext", f"Gain {amount(page):.2f}")
    assert (
        drawn_pixels(page) == adjust(drawn_pixels(page, ".live .before canvas"), Light.of("gain", amount(page)))
    ).all()
    page.wait_for_function("() => location.search.includes('gain=0.')")


def test_a_typed_value_moves_the_thumb(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten")
    field = page.get_by_test_id("stNumberInputField")
    field.fill("2.25")
    field.press("Enter")
    page.wait_for_function("() => location.search.includes('gain=2.25')")
    expect(page.get_by_text("pixels * 2.25")).to_be_visible()
    expect(slider(page)).to_have_value("2.25")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("() => !location.search.includes('gain')")
    expect(slider(page)).to_have_value("1.5")


def test_the_probe_reads_before_and_after(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten?picture=rocket")
    expect_drawn(page)
    box = page.locator(".live canvas.result").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.31, box["y"] + box["height"] * 0.62)
    before = drawn_pixels(page, ".live .before canvas")
    text = page.locator(".live .probe").inner_text()
    column, row = _position(text)
    values = before[row, column].tolist()
    after = adjust(before[row : row + 1, column : column + 1], Light.of("gain", 1.5))[0, 0].tolist()
    for name, old, new in zip("RGB", values, after, strict=True):
        assert f"{name} {old} → {new}" in text
    assert abs(column - 0.31 * before.shape[1]) < 3
    assert abs(row - 0.62 * before.shape[0]) < 3


def _position(text: str) -> tuple[int, int]:
    column, row = text.split("·")[0].replace("column", "").replace("row", "").split(",")
    return int(column), int(row)


def test_swipe_and_clipped_pixels(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten?gain=3")
    expect_drawn(page)
    page.get_by_role("button", name="Swipe").click()
    divider = page.get_by_label("Divider")
    divider.focus()
    divider.press("Home")
    assert page.locator(".live .stage").evaluate("(stage) => stage.style.getPropertyValue('--divide')") == "0%"
    page.get_by_label("Show clipped pixels").check()
    striped = page.locator(".live .zebra").evaluate(
        """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3] > 0);
        }"""
    )
    result = drawn_pixels(page)
    assert np.array_equal(np.array(striped), ((result == 255) | (result == 0)).any(axis=2).ravel())
    # The overlay lies above: the picture below it stays the computed one.
    assert np.array_equal(result, adjust(drawn_pixels(page, ".live .before canvas"), Light.of("gain", 3)))


def test_the_download_is_the_full_resolution(page: Page, address: str, photograph: Path) -> None:
    go(page, f"{address}/Brighten?kind=gamma&gamma=0.5")
    upload(page, photograph)
    expect(page.get_by_text("holiday.jpg · 1600 × 1100")).to_be_visible()
    settle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download PNG, 1600 × 1100").click()
    assert waiting.value.suggested_filename == "holiday-gamma-0.50.png"
    file = Path(waiting.value.path()).read_bytes()
    original = open_picture(photograph.read_bytes(), name="holiday.jpg").pixels
    assert np.array_equal(open_picture(file, name="a.png").pixels, adjust(original, Light.of("gamma", 0.5)))


def test_the_address_opens_the_same_view_elsewhere(page: Page, phone: Page, address: str) -> None:
    go(page, f"{address}/Brighten")
    page.locator("[data-sample=rocket]").click()
    page.wait_for_function("() => location.search.includes('picture=rocket')")
    drag(page, 0.6)
    page.wait_for_function("() => location.search.includes('gain=')")
    settle(page)
    go(phone, page.url)
    expect_drawn(phone)
    assert parameters(phone) == parameters(page)
    expect(slider(phone)).to_have_value(f"{amount(page):g}")
    assert np.array_equal(drawn_pixels(phone), drawn_pixels(page))
