"""What a visitor does and sees, in the words of the journeys."""

import base64
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.app import settle


def go(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("[data-testid=stSidebarContent]", state="attached")
    page.get_by_test_id("stHeading").first.wait_for()
    # Components are mounted after the script has ended: what a journey begins with must be there.
    for part in (slider(page), page.locator("[data-sample]").first):
        # The first visitor waits for TensorFlow.
        part.wait_for(state="attached", timeout=90_000)
    settle(page)


def upload(page: Page, path: Path) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(path)


def slider(page: Page) -> Locator:
    return page.locator(".live input.amount")


def drag(page: Page, *amounts: float, release: bool = True) -> None:
    """Take the thumb of the brightness slider to one amount after another, with the mouse."""
    thumb = slider(page)
    box = thumb.bounding_box()
    assert box is not None
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


def drawn_pixels(page: Page, selector: str = ".live canvas.result") -> np.ndarray:
    """The (H, W, 3) pixels of a canvas, read back from the browser."""
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
    page.wait_for_function(
        """(picture) => {
            const roots = [...document.querySelectorAll("*")].map((e) => e.shadowRoot?.querySelector(".live"));
            const root = roots.find(Boolean);
            return root?.dataset.drawn && (!picture || root.dataset.picture.includes(picture));
        }""",
        arg=picture,
    )


def address(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def levels(page: Page, layer: str) -> list[int]:
    """The levels that the mosaic of a layer shows."""
    found: list[int] = page.locator(f".st-key-layer-{layer} .js-plotly-plot").evaluate(
        "(chart) => [...chart._fullData[0].z].flatMap((row) => [...row])"
    )
    return found


def x_range(page: Page, key: str) -> list[float]:
    """From where to where a chart shows its x axis."""
    found: list[float] = page.locator(f".st-key-{key} .js-plotly-plot").evaluate(
        "(chart) => [...chart._fullLayout.xaxis.range]"
    )
    return found


def click_cell(page: Page, key: str, column: float, row: float) -> None:
    """Click on one cell of a chart, by its own coordinates."""
    chart = page.locator(f".st-key-{key} .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    x, y = chart.evaluate(
        """(chart, [column, row]) => {
            const { xaxis, yaxis } = chart._fullLayout, box = chart.getBoundingClientRect();
            // A mouse stands on whole pixels, and a cell can be as small as two.
            const x = box.left + xaxis._offset + xaxis.l2p(column), y = box.top + yaxis._offset + yaxis.l2p(row);
            return [Math.round(x), Math.round(y)];
        }""",
        [column, row],
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)


def expect_refused(page: Page, *words: str) -> None:
    notice = page.get_by_test_id("stSidebar").get_by_test_id("stAlert")
    for word in words:
        expect(notice).to_contain_text(word)
