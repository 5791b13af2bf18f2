"""The live preview under a dragged thumb: redraws a second, and messages to the server."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page

from benchmarks.lines import Line, milliseconds
from benchmarks.pictures import photograph
from benchmarks.servers import app
from tests.browser.app import running_chromium, settle
from tests.browser.steps import expect_drawn, go, slider, upload

_TARGET = 50
_SECONDS = 3.0
_REPEATS = 5  # a single drag falls by a third when something else wants the cores

# Counts the pictures that are put on a canvas, and measures the frame callback that puts them there.
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

# Moves the held thumb once in every frame, to and fro, like a hand with a fast mouse.
MOVE = """(slider, milliseconds) => new Promise((done) => {
  const low = Number(slider.min), high = Number(slider.max), start = performance.now();
  let moves = 0;
  const move = (now) => {
    if (now - start > milliseconds) { done(moves); return; }
    const there = (++moves * 0.013) % 2;
    slider.value = low + (high - low) * (0.05 + 0.9 * (there <= 1 ? there : 2 - there));
    slider.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""

# Frames a second when nothing is redrawn: the maximum of this Chromium on this machine.
_FRAMES = """(milliseconds) => new Promise((done) => {
  const start = performance.now();
  let frames = 0;
  const count = (now) => {
    if (now - start > milliseconds) { done((1000 * frames) / (now - start)); return; }
    frames += 1;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
})"""

_READ = """() => {
  const { at, took } = globalThis.redraws, middle = [...took].sort((a, b) => a - b)[Math.floor(took.length / 2)];
  const gaps = at.slice(1).map((time, i) => time - at[i]).sort((a, b) => a - b);
  const result = { rate: (at.length - 1) / ((at.at(-1) - at[0]) / 1000), took: middle / 1000,
    gap: gaps[Math.floor(0.95 * (gaps.length - 1))] / 1000 };
  at.length = took.length = 0;
  return result;
}"""


def measure() -> list[Line]:
    """Both pictures in view, 1280 pixels on the long side, the thumb held down by the mouse all the time.

    Playwright's mouse waits for Chromium's answer to each move, which takes two frames; a real mouse does not. So the
    rate is measured with events that are made in the page, one in every frame. A drag by the mouse follows.
    """
    sent: list[object] = []
    with app() as (address, _), running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.add_init_script(_COUNTER)
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
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
        page.evaluate(_READ)
        heard = len(sent)
        with _held(page) as track:
            idle = page.evaluate(_FRAMES, _SECONDS * 1000)
            page.evaluate(_READ)
            drags = [_dragged(page) for _ in range(_REPEATS)]
            num_moves = _move(page, track)
            by_mouse = page.evaluate(_READ)
            heard = len(sent) - heard
    rates = [drag["rate"] for drag in drags]
    took, gap = (milliseconds(median(drag[name] for drag in drags)) for name in ("took", "gap"))
    moves = num_moves / _SECONDS
    return [
        Line(
            f"Live preview, {shown[0]} × {shown[1]} pixels, one event in every frame, median of {_REPEATS} drags of "
            f"{_SECONDS:.0f} s",
            f"{median(rates):.1f} redraws a second",
            f"≥ {_TARGET}",
            median(rates) >= _TARGET,
            f"slowest {min(rates):.1f}, fastest {max(rates):.1f}; {took} a redraw; 95 of 100 within {gap} of the one "
            f"before; frames with nothing to redraw: {idle:.1f}. With Playwright's mouse, which makes {moves:.0f} "
            f"moves a second: {by_mouse['rate']:.1f}",
        ),
        Line("Messages to the server during these drags", str(heard), "0", heard == 0),
    ]


def _dragged(page: Page) -> dict[str, float]:
    """One drag with an event in every frame: redraws a second, seconds a redraw, seconds between two."""
    slider(page).evaluate(MOVE, _SECONDS * 1000)
    seen: dict[str, float] = page.evaluate(_READ)
    return seen


@contextmanager
def _held(page: Page) -> Iterator[tuple[float, float, float]]:
    """Hold the slider's thumb down with the mouse: left end, width and middle height of its track."""
    box = slider(page).bounding_box()
    if box is None:
        raise RuntimeError("The slider is not on the screen.")
    left, width, middle = box["x"] + 8, box["width"] - 16, box["y"] + box["height"] / 2
    value, low, high = slider(page).evaluate("(slider) => [slider.value, slider.min, slider.max].map(Number)")
    page.mouse.move(left + width * (value - low) / (high - low), middle)
    page.mouse.down()
    yield left, width, middle
    page.mouse.up()


def _move(page: Page, track: tuple[float, float, float]) -> int:
    """Move the mouse to and fro, each time far enough for another value: the number of moves."""
    left, width, middle = track
    start, moves = time.perf_counter(), 0
    while time.perf_counter() - start < _SECONDS:
        moves += 1
        there = (moves * 0.013) % 2
        page.mouse.move(left + width * (0.05 + 0.9 * (there if there <= 1 else 2 - there)), middle)
    return moves
