"""The live preview under a dragged thumb: redraws a second, and what the server hears of it."""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.lines import Line, milliseconds
from benchmarks.pictures import photograph
from benchmarks.servers import app
from tests.browser.app import running_chromium, settle
from tests.browser.steps import expect_drawn, go, slider, upload

_TARGET = 50
_SECONDS = 3.0

# Counts the pictures that are put on a canvas, and how long the frame callback took that did it.
_COUNTER = """(() => {
  const seen = (globalThis.redraws = { at: [], took: [] });
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...all) {
    put.apply(this, all);
    seen.at.push(performance.now());
  };
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) => request((now) => {
    const before = seen.at.length, start = performance.now();
    callback(now);
    if (seen.at.length > before) seen.took.push(performance.now() - start);
  });
})()"""

_READ = """() => {
  const { at, took } = globalThis.redraws, sorted = [...took].sort((a, b) => a - b);
  const gaps = at.slice(1).map((time, i) => time - at[i]).sort((a, b) => a - b);
  return {
    count: at.length, seconds: (at.at(-1) - at[0]) / 1000,
    median: sorted[Math.floor(sorted.length / 2)], longest: gaps[Math.floor(0.95 * (gaps.length - 1))],
  };
}"""


def measure() -> list[Line]:
    """Drag for three seconds with the real mouse, both pictures in view, 1280 pixels on the long side."""
    sent: list[object] = []
    with app() as (address, _), running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(_COUNTER)
        page.on("websocket", lambda socket: socket.on("framesent", sent.append))
        go(page, f"{address}/Brighten")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photograph.jpg"
            path.write_bytes(photograph())
            upload(page, path)
            page.get_by_text("photograph.jpg · 1600 × 1100").wait_for()
        settle(page)
        expect_drawn(page)
        page.wait_for_timeout(1000)
        shown = page.locator(".live canvas.result").evaluate("(canvas) => [canvas.width, canvas.height]")
        page.evaluate("() => { redraws.at.length = redraws.took.length = 0; }")
        heard = len(sent)
        num_moves = _drag(page)
        seen = page.evaluate(_READ)
        heard = len(sent) - heard
        page.mouse.up()
    rate = (seen["count"] - 1) / seen["seconds"]
    return [
        Line(
            f"Live preview, {shown[0]} × {shown[1]} pixels, mouse dragging for {_SECONDS:.0f} s",
            f"{rate:.1f} redraws a second",
            f"≥ {_TARGET}",
            rate >= _TARGET,
            f"{milliseconds(seen['median'] / 1000)} a redraw; {num_moves / seen['seconds']:.0f} mouse moves a second; "
            f"95 of 100 redraws come within {milliseconds(seen['longest'] / 1000)} of the one before",
        ),
        Line("Messages to the server during that drag", str(heard), "0", heard == 0),
    ]


def _drag(page: Page) -> int:
    """Hold the thumb and move it to and fro, always by enough for another value; how many moves there were."""
    box = slider(page).bounding_box()
    if box is None:
        raise RuntimeError("The slider is not on the screen.")
    left, width, middle = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    value, low, high = slider(page).evaluate("(slider) => [slider.value, slider.min, slider.max].map(Number)")
    page.mouse.move(left + width * (value - low) / (high - low), middle)
    page.mouse.down()
    start, moves = time.perf_counter(), 0
    while time.perf_counter() - start < _SECONDS:
        moves += 1
        there = (moves * 0.013) % 2
        page.mouse.move(left + width * (0.05 + 0.9 * (there if there <= 1 else 2 - there)), middle)
    return moves
