"""Charts that follow a held thumb: answers a second, bytes and time per answer; one visitor, and five at once."""

import asyncio
import random
from contextlib import AsyncExitStack
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks.lines import Line, milliseconds, times
from benchmarks.preview import MOVE
from benchmarks.release import press
from benchmarks.servers import app, empty_app
from benchmarks.sessions import Visitor, visitor
from tests.browser.app import running_chromium, settle
from tests.browser.steps import expect_drawn, go, slider

_TARGET = 5
_MILLISECONDS = 4000
_REPEATS = 5
_VISITORS = 5
_ANSWERS = 40
_CHARTS = ("received", "answer-edited", *(f"layer-{name}" for name in ("conv1", "pool1", "conv2", "pool2")))

_HOLD = """(slider) => slider.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }))"""
_LET_GO = """(slider) => {
  slider.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""
_COUNT = """(slider) => {
  const root = slider.closest(".live");
  return [Number(root.dataset.answers ?? 0), [...root.view.times]];
}"""


def measure() -> list[Line]:
    """The tutorial's four layers on a screen of 1400 × 900; the thumb moves once in every frame."""
    with app() as (address, _):
        with empty_app() as empty_address, running_chromium() as browser:
            bare = browser.new_page()
            bare.goto(empty_address)
            bare.get_by_role("button", name="Again").wait_for()
            page = _opened(browser, address)
            _moved([page])
            rates, answer_times = [], []
            for _ in range(_REPEATS):
                ((answers, took),) = _moved([page])
                rates.append(1000 * answers / _MILLISECONDS)
                answer_times.append(took)
            page.close()
            size = _received(browser, address)
            empty = median(press(bare) for _ in range(_REPEATS))
            pages = [_opened(browser, address) for _ in range(_VISITORS)]
            _moved(pages)
            together = _moved(pages)
        # After the browser is closed: its driver has an event loop of its own.
        _, alone, five = (asyncio.run(_held(address, number)) for number in (1, 1, _VISITORS))
    per_visitor = [1000 * answers / _MILLISECONDS for answers, _ in together]
    return [
        Line(
            "Answers a second while the thumb is held, the tutorial's four layers, those on the screen drawn",
            f"{median(rates):.1f} a second",
            target=f"≥ {_TARGET}",
            met=median(rates) >= _TARGET,
            beside=f"slowest {min(rates):.1f}, fastest {max(rates):.1f} of {_REPEATS} drags of "
            f"{_MILLISECONDS / 1000:.0f} s; browser and server on the same cores",
        ),
        Line(
            "From the thumb to the painted maps: as a multiple of an empty rerun",
            times(median(answer_times) / empty),
            beside=f"{milliseconds(median(answer_times))} / {milliseconds(empty)}",
        ),
        Line("Received for one answer", f"{size / 1000:.0f} kB"),
        Line(
            f"Answers a second for each of {_VISITORS} visitors who drag at once",
            f"{median(per_visitor):.1f} a second",
            beside=f"slowest {min(per_visitor):.1f}, fastest {max(per_visitor):.1f}; all in one Chromium on "
            "the cores of the server",
        ),
        Line(
            f"The server's part of an answer: {_VISITORS} visitors without a browser who drag at once / one",
            times(median(five) / median(alone)),
            beside=f"{milliseconds(median(five))} / {milliseconds(median(alone))}: "
            f"{1 / median(five):.1f} / {1 / median(alone):.1f} answers a second for each",
        ),
    ]


def _received(browser: Browser, address: str) -> float:
    """Bytes per answer, on a separate page, since counting them takes time."""
    received: list[int] = []
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    _go(page, address)
    _moved([page])
    received.clear()
    # The sum includes the release at the end: one answer of many.
    ((answers, _),) = _moved([page])
    page.close()
    return sum(received) / max(1, answers)


async def _held(address: str, number: int) -> list[float]:
    """Seconds of every answer to visitors without a browser; each asks again as soon as an answer has come."""
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visitor(address)) for _ in range(number)]
        for each in visitors:
            await each.open("Feature_maps")
        gains = [[round(random.uniform(0.1, 3.9), 2) for _ in range(_ANSWERS)] for _ in visitors]
        durations = await asyncio.gather(*(_drag(*pair) for pair in zip(visitors, gains, strict=True)))
    return [seconds for drag in durations for seconds in drag]


async def _drag(each: Visitor, gains: list[float]) -> list[float]:
    return [await each.hold("gain", gain, _CHARTS) for gain in gains]


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    _go(page, address)
    return page


def _go(page: Page, address: str) -> None:
    go(page, f"{address}/Feature_maps?picture=astronaut")
    expect_drawn(page)
    page.wait_for_timeout(2000)


def _moved(pages: list[Page]) -> list[tuple[int, float]]:
    """Move every thumb at once: for each page the number of answers, and the median seconds of an answer."""
    before = []
    for page in pages:
        thumb = slider(page)
        thumb.evaluate(_HOLD)
        before.append(thumb.evaluate(_COUNT)[0])
        thumb.evaluate(f"(slider) => {{ slider.moving = ({MOVE})(slider, {_MILLISECONDS}); }}")
    results = []
    for page, earlier in zip(pages, before, strict=True):
        thumb = slider(page)
        thumb.evaluate("(slider) => slider.moving")
        answers, took = thumb.evaluate(_COUNT)
        results.append((answers - earlier, median(took) / 1000 if took else 0.0))
    for page in pages:
        slider(page).evaluate(_LET_GO)
        settle(page)
        page.wait_for_timeout(500)
    return results
