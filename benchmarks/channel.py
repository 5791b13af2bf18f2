"""The Channel page: a change against one of Feature maps, and cells under a moving pointer."""

import asyncio
from statistics import median

from benchmarks.lines import Line, milliseconds, times
from benchmarks.servers import app
from benchmarks.sessions import visitor
from tests.browser.app import line, running_chromium
from tests.browser.app import visitor as in_browser
from tests.browser.steps import go

_MOST, _LEAST = 2.0, 20
_REPEATS = 20
_GAINS = (1.25, 2.25)
_LAYERS = ("conv1.4", "conv2.17", "conv3.20")

# Moves the pointer to another cell in every frame and counts the cells whose arithmetic is written.
_POINT = """(canvas, milliseconds) => new Promise((done) => {
  const unit = canvas.closest(".vizcore-unit"), box = canvas.getBoundingClientRect(), start = performance.now();
  const count = canvas.width * canvas.height;
  let moves = 0, seen = 0, last = "";
  const move = (now) => {
    if (unit.dataset.cell !== last) seen += 1;
    last = unit.dataset.cell;
    if (now - start > milliseconds) { done(1000 * seen / (now - start)); return; }
    const cell = (++moves * 7) % count;
    canvas.dispatchEvent(new PointerEvent("pointermove", {
      bubbles: true,
      clientX: box.left + ((cell % canvas.width) + 0.5) * box.width / canvas.width,
      clientY: box.top + (Math.floor(cell / canvas.width) + 0.5) * box.height / canvas.height,
    }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""


def measure() -> list[Line]:
    """A new brightness on both pages in turns, by protocol; and the pointer in a browser."""
    with app() as (address, _):
        on_channel, on_maps = asyncio.run(_changes(address))
        cells = _cells(address)
    ratio = on_channel / on_maps
    return [
        Line(
            "A new brightness on the Channel page / on Feature maps",
            times(ratio),
            f"≤ {_MOST} ×",
            ratio <= _MOST,
            f"{milliseconds(on_channel)} / {milliseconds(on_maps)}",
        ),
        *(
            Line(
                f"Cells of {channel} under a moving pointer, field and arithmetic, without a server run",
                f"{rate:.0f} a second",
                f"≥ {_LEAST} a second",
                rate >= _LEAST,
                "a cell in every frame",
            )
            for channel, rate in cells.items()
        ),
    ]


async def _changes(address: str) -> tuple[float, float]:
    async with visitor(address) as first, visitor(address) as second:
        pages = (first, second)
        await first.open("Channel")
        await second.open("Feature_maps")
        durations: tuple[list[float], list[float]] = ([], [])
        for turn in range(_REPEATS):
            for index in (0, 1) if turn % 2 else (1, 0):
                durations[index].append(await pages[index].set_number("Gain", _GAINS[turn % len(_GAINS)]))
    # The first change of each amount computes it.
    return median(durations[0][2:]), median(durations[1][2:])


def _cells(address: str) -> dict[str, float]:
    rates = {}
    with running_chromium() as chromium:
        for channel in _LAYERS:
            with in_browser(chromium, viewport={"width": 1400, "height": 1000}) as page:
                go(page, f"{address}/Channel?channel={channel}")
                before = line(page).asked
                rates[channel] = float(page.locator("canvas.map").evaluate(_POINT, 2000))
                if line(page).asked != before:
                    raise RuntimeError("The pointer has asked the server.")
    return rates
