"""Actions and observations of a visitor, as functions that the journeys call."""

import base64
import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.app import settle


def go(page: Page, url: str) -> None:
    page.goto(url)
    # These are the parts that come last. The limit is long because the first visitor waits for TensorFlow.
    for part in (page.get_by_test_id("stHeading"), page.locator("[data-sample]"), page.locator(".live")):
        part.first.wait_for(state="attached", timeout=90_000)
    settle(page)


def upload(page: Page, path: Path) -> None:
    page.locator(".st-key-upload input[type=file]").set_input_files(path)


def slider(page: Page) -> Locator:
    return page.locator(".live input.amount")


def at_rest(place: Locator) -> None:
    """Wait until an element has kept its position on the screen for five frames."""
    place.evaluate(
        """async (element) => {
            for (let frames = 0, before = ""; frames < 5;) {
                await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
                const now = JSON.stringify(element.getBoundingClientRect());
                frames = now === before ? frames + 1 : 0;
                before = now;
            }
        }"""
    )


def box_at_rest(place: Locator) -> FloatRect:
    """Scroll to an element and return its box once it stands still."""
    place.scroll_into_view_if_needed()
    at_rest(place)
    box = place.bounding_box()
    assert box is not None
    return box


def drag(page: Page, *amounts: float, release: bool = True) -> None:
    """Drag the thumb of the brightness slider to one amount after another, with the mouse."""
    thumb = slider(page)
    box = box_at_rest(thumb)
    low, high, now = (float(thumb.evaluate(f"(slider) => slider.{name}")) for name in ("min", "max", "value"))
    half = 8  # half the width of the thumb: its centre does not reach the ends of the track

    def place(amount: float) -> tuple[float, float]:
        return box["x"] + half + (box["width"] - 2 * half) * (amount - low) / (high - low), box["y"] + box["height"] / 2

    page.mouse.move(*place(now))
    page.mouse.down()
    for amount in amounts:
        page.mouse.move(*place(amount), steps=4)
    if release:
        page.mouse.up()


def drag_on(page: Page, target: float) -> None:
    """Move a thumb that is already held."""
    box = slider(page).bounding_box()
    assert box is not None
    half = 8
    # The mouse moves by a quarter of a pixel at a time: a step of the slider is narrower than one pixel.
    start = box["x"] + half + (box["width"] - 2 * half) * target / 4
    for offset in np.arange(-4, 4, 0.25):
        page.mouse.move(start + offset, box["y"] + box["height"] / 2)
        if amount(page) == target:
            return
    raise AssertionError(f"the thumb never stood at {target}")


def expect_followed(page: Page) -> None:
    """Wait until everything on the screen shows the amount of the held thumb."""
    page.wait_for_function(
        """({ dataset: { followed }, view }) =>
            followed && Number(followed) === view.amount && !document.querySelector("[data-busy]")""",
        arg=page.locator(".live").element_handle(),
    )


def drawn_pixels(page: Page, selector: str = ".live canvas.result") -> np.ndarray:
    """The pixels of a canvas, read back from the browser: (H, W, 3) uint8."""
    page.evaluate("() => new Promise(requestAnimationFrame)")
    size_and_bytes = page.locator(selector).evaluate(
        """(canvas) => {
            const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let text = "";
            for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
            return [width, height, btoa(text)];
        }"""
    )
    width, height, encoded = size_and_bytes
    rgba = np.frombuffer(base64.b64decode(encoded), np.uint8).reshape(height, width, 4)
    assert (rgba[:, :, 3] == 255).all()
    return rgba[:, :, :3]


def amount(page: Page) -> float:
    return float(slider(page).input_value())


def expect_drawn(page: Page, picture: str | None = None) -> None:
    """Wait until the canvas shows the picture (a part of its payload's name) at the slider's amount."""
    name = re.compile(re.escape(picture or ":"))
    expect(page.locator(".live[data-drawn]:not([data-busy])")).to_have_attribute("data-picture", name)


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def levels(page: Page, layer: str) -> list[int]:
    """The levels that the mosaic of a layer shows."""
    values: list[int] = page.locator(f".st-key-layer-{layer} .js-plotly-plot").evaluate(
        "(chart) => [...chart._fullData[0].z].flatMap((row) => [...row])"
    )
    return values


def zoom(page: Page, key: str, button: str) -> None:
    """Press a button below a chart and wait until the ranges of its axes have changed."""
    chart = page.locator(f".st-key-{key} .vizcore-chart")
    before = chart.get_attribute("data-range") or ""
    chart.get_by_role("button", name=button).click()
    expect(chart).to_have_attribute("data-range", re.compile(f"^(?!{re.escape(before)}$)."))


def x_range(page: Page, key: str) -> list[float]:
    """The two ends of a chart's x axis, as it is zoomed."""
    ends: list[float] = page.locator(f".st-key-{key} .js-plotly-plot").evaluate(
        "(chart) => [...chart._fullLayout.xaxis.range]"
    )
    return ends


_CELL = """(chart, [column, row]) => {
    const { xaxis, yaxis } = chart._fullLayout, box = chart.getBoundingClientRect();
    // The position of a mouse is in whole pixels, and a cell can be as small as two pixels.
    const x = box.left + xaxis._offset + xaxis.l2p(column), y = box.top + yaxis._offset + yaxis.l2p(row);
    return [Math.round(x), Math.round(y)];
}"""
_UNCOVER = f"""(chart, cell) => {{
    const [x, y] = ({_CELL})(chart, cell);
    if (chart.contains(document.elementFromPoint(x, y))) return;
    let around = chart.parentElement;
    while (around.scrollHeight <= around.clientHeight || getComputedStyle(around).overflowY === "visible")
        around = around.parentElement;
    around.scrollTop += y - 0.6 * innerHeight;
}}"""


def click_cell(page: Page, key: str, column: float, row: float) -> None:
    """Click on one cell of a chart after scrolling it out from under other elements.

    Args:
        page: the page.
        key: of the chart.
        column: of the cell, in coordinates of the x axis.
        row: of the cell, in coordinates of the y axis.
    """
    chart = page.locator(f".st-key-{key} .js-plotly-plot")
    at_rest(chart)
    chart.evaluate(_UNCOVER, [column, row])
    at_rest(chart)
    x, y = chart.evaluate(_CELL, [column, row])
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def expect_refused(page: Page, *words: str) -> None:
    notice = page.get_by_test_id("stSidebar").get_by_test_id("stAlert")
    for word in words:
        expect(notice).to_contain_text(word)
