"""The cost of a training for other visitors, and the time until it stops."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from playwright.sync_api import Page

from benchmarks.lines import Line, milliseconds, times
from benchmarks.servers import app
from benchmarks.sessions import visitor
from tests.browser.app import running_chromium

_REPEATS = 20
_GAINS = (1.25, 2.25)  # computed once each; after that only the rerun itself is measured
_PAGES = ("Brighten", "Feature_maps")
_LONG = 120_000  # milliseconds


def measure() -> list[Line]:
    """Reruns of another visitor's pages, without a training and while one runs, in one server."""
    with app() as (address, _), running_chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/Train?pictures=4000&epochs=50&batch=64")
        page.get_by_role("button", name="Start").wait_for(timeout=_LONG)
        calm = _reruns(address)
        page.get_by_role("button", name="Start").click()
        page.get_by_text(re.compile(r"Epoch 1 of 50 · step [5-9]")).wait_for(timeout=_LONG)
        busy = _reruns(address)
        seconds = _stopped(page)
    lines = [
        Line(
            f"Rerun of the {name.replace('_', ' ')} page while another visitor's network trains / while none does",
            times(median(busy[name]) / median(calm[name])),
            beside=f"{milliseconds(median(busy[name]))} / {milliseconds(median(calm[name]))}",
        )
        for name in _PAGES
    ]
    return [
        *lines,
        Line(
            "From “Stop training” to the page that says it has stopped",
            f"{seconds:.2f} s",
            "≤ 1 s",
            seconds <= 1,
            "the network is measured on its test pictures afterwards",
        ),
    ]


def _stopped(page: Page) -> float:
    begun = time.monotonic()
    page.get_by_role("button", name="Stop training").click()
    page.get_by_text(re.compile("Stopped")).first.wait_for(timeout=_LONG)
    return time.monotonic() - begun


def _reruns(address: str) -> dict[str, list[float]]:
    # In another thread: Playwright has an event loop in this one.
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(_durations(address))).result()


async def _durations(address: str) -> dict[str, list[float]]:
    durations: dict[str, list[float]] = {}
    for name in _PAGES:
        async with visitor(address) as someone:
            await someone.open(name)
            for gain in _GAINS:
                await someone.set_number("Gain", gain)
            durations[name] = [await someone.set_number("Gain", _GAINS[turn % 2]) for turn in range(_REPEATS)]
    return durations
