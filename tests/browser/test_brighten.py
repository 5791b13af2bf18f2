"""Journeys on the Brighten page."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import line
from tests.browser.steps import address as parameters
from tests.browser.steps import amount, box_at_rest, drag, drawn_pixels, expect_drawn, go, settle, slider, upload
from vizcore.edits.brightness import Light, adjust
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import open_picture


@pytest.fixture
def display(photograph: Path) -> np.ndarray:
    return display_copy(open_picture(photograph.read_bytes(), name="holiday.jpg").pixels)


def test_what_the_browser_draws_is_what_python_computes_and_the_download_is_the_full_resolution(
    page: Page, address: str, photograph: Path, display: np.ndarray
) -> None:
    go(page, f"{address}/Brighten?kind=gamma")
    upload(page, photograph)
    expect(page.get_by_text("holiday.jpg · 1600 × 1100")).to_be_visible()
    settle(page)
    original = open_picture(photograph.read_bytes(), name="holiday.jpg")
    expect_drawn(page, original.digest[:40])
    assert np.array_equal(drawn_pixels(page, ".live .before canvas"), display)
    for kind, target in (("gain", 2.6), ("offset", -90.0), ("gamma", 0.45)):
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
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download PNG, 1600 × 1100").click()
    assert waiting.value.suggested_filename == f"holiday-gamma-{held:.2f}.png"
    file = Path(waiting.value.path()).read_bytes()
    assert np.array_equal(open_picture(file, name="a.png").pixels, adjust(original.pixels, Light.of("gamma", held)))


def test_the_server_is_asked_once_on_release_and_a_typed_value_moves_the_thumb(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten")
    before = line(page).asked
    drag(page, 3, 0.5, 2, 3.5, 1, release=False)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('gain=')")
    settle(page)
    assert line(page).asked == before + 1

    field, said = page.get_by_role("textbox", name="Gain"), page.locator(".refused")
    field.fill("2,25")
    field.press("Enter")
    page.wait_for_function("() => location.search.includes('gain=2.25')")
    expect(page.get_by_text("pixels * 2.25")).to_be_visible()
    expect(slider(page)).to_have_value("2.25")
    expect(field).to_have_value("2.25")
    # A refused number is the nearest end, with a sentence that stays until there is another amount.
    field.fill("9")
    field.press("Enter")
    expect(said).to_have_text("The gain ranges from 0 to 4, so it is set to 4.")
    expect(slider(page)).to_have_value("4")
    settle(page)
    field.fill("nine")
    field.blur()
    expect(said).to_have_text("“nine” is not a number. The gain is 4.00.")
    expect(field).to_have_value("4.00")
    # The field follows the thumb, and the sentence is gone.
    drag(page, 2.0, release=False)
    expect(field).to_have_value(f"{amount(page):.2f}")
    expect(said).to_have_text("")
    page.mouse.up()
    settle(page)
    # The marks go where they say, and so does a double click.
    page.get_by_role("button", name="the tutorial's").click()
    page.wait_for_function("() => !location.search.includes('gain')")
    expect(slider(page)).to_have_value("1.5")
    slider(page).dblclick(position={"x": 200, "y": 10})
    page.wait_for_function("() => location.search.includes('gain=1.0')")
    expect(slider(page)).to_have_value("1")
    page.get_by_role("button", name="the tutorial's").click()
    page.get_by_role("button", name="original").click()
    expect(slider(page)).to_have_value("1")
    settle(page)
    assert parameters(page)["gain"] == ["1.0"]
    # The unedited picture by a key, which is a letter in a field.
    drag(page, 3.0)
    settle(page)
    original, live, asked = drawn_pixels(page, ".live .before canvas"), page.locator(".live"), line(page).asked
    edited = drawn_pixels(page)
    field.press("b")
    expect(live).not_to_have_attribute("data-before", "")
    field.press("Escape")
    field.blur()
    page.keyboard.down("b")
    expect(live).to_have_attribute("data-before", "")
    assert np.array_equal(drawn_pixels(page), original)
    page.keyboard.up("b")
    assert np.array_equal(drawn_pixels(page), edited)
    assert line(page).asked == asked


def test_the_keyboard_alone_reaches_the_samples_and_moves_the_slider(page: Page, address: str) -> None:
    go(page, f"{address}/Brighten")
    focused = (
        "() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
    )
    reached: set[str] = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        what = page.evaluate(f"{focused} return e.dataset.sample || e.className || e.tagName; }}")
        reached.add(str(what))
        if what == "rocket":
            page.keyboard.press("Enter")
            page.wait_for_function("() => location.search.includes('picture=rocket')")
            settle(page)
        if "amount" in str(what):
            break
    assert "rocket" in reached
    for key, value in (("ArrowRight", 1.51), ("ArrowLeft", 1.5), ("Home", 0), ("End", 4)):
        page.keyboard.press(key)
        assert amount(page) == value
    page.wait_for_function("() => location.search.includes('gain=4')")
    settle(page)
    expect(slider(page)).to_have_value("4")
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    assert 0.1 <= amount(page) <= 1
    expect(slider(page)).to_have_attribute("aria-valuetext", f"{amount(page):.2f}")
    assert (
        drawn_pixels(page) == adjust(drawn_pixels(page, ".live .before canvas"), Light.of("gain", amount(page)))
    ).all()
    page.wait_for_function("() => location.search.includes('gain=0.')")


def test_probe_swipe_and_clipped_pixels_and_the_address_opens_the_same_view_elsewhere(
    page: Page, phone: Page, address: str
) -> None:
    go(page, f"{address}/Brighten?gain=3")
    page.locator("[data-sample=rocket]").click()
    page.wait_for_function("() => location.search.includes('picture=rocket')")
    settle(page)
    box = box_at_rest(page.locator(".live canvas.result"))
    page.mouse.move(box["x"] + box["width"] * 0.31, box["y"] + box["height"] * 0.62)
    before = drawn_pixels(page, ".live .before canvas")
    text = page.locator(".live .probe").inner_text()
    column, row = _position(text)
    values = before[row, column].tolist()
    after = adjust(before[row : row + 1, column : column + 1], Light.of("gain", 3))[0, 0].tolist()
    for name, old, new in zip("RGB", values, after, strict=True):
        assert f"{name} {old} → {new}" in text
    assert abs(column - 0.31 * before.shape[1]) < 3
    assert abs(row - 0.62 * before.shape[0]) < 3

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
    assert np.array_equal(result, adjust(before, Light.of("gain", 3)))

    drag(page, 0.6)
    page.wait_for_function("() => !location.search.includes('gain=3')")
    settle(page)
    go(phone, page.url)
    assert parameters(phone) == parameters(page)
    expect(slider(phone)).to_have_value(f"{amount(page):g}")
    assert np.array_equal(drawn_pixels(phone), drawn_pixels(page))


def _position(text: str) -> tuple[int, int]:
    column, row = text.split("·")[0].replace("column", "").replace("row", "").split(",")
    return int(column), int(row)
