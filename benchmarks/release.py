"""From the release of the brightness to the feature maps on the screen, against a rerun that does nothing."""

from statistics import median

from playwright.sync_api import Page

from benchmarks.lines import Line, milliseconds, times
from benchmarks.servers import app, empty_app
from tests.browser.app import running_chromium, settle
from tests.browser.steps import drag, expect_drawn, go, levels

_LAYERS = ("conv1", "pool1", "conv2", "pool2")
_REPEATS = 9

_WATCH = """() => {
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("Nothing was painted in a minute.")), 60000));
  let released;
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = (chart) => new Promise((done) => chart.once("plotly_afterplot", done));
  document.addEventListener("pointerup", () => { released = performance.now(); }, { capture: true, once: true });
  const charts = [...document.querySelectorAll("[class*='st-key-layer-'] .js-plotly-plot")];
  globalThis.painted = Promise.race([late, Promise.all(charts.map(shown))])
    .then(frames).then(() => performance.now() - released);
  return charts.length;
}"""

_WATCH_TEXT = """() => {
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("Nothing was painted in a minute.")), 60000));
  let released;
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const text = () => document.querySelector("[data-testid=stText]")?.textContent, before = text();
  document.addEventListener("pointerup", () => { released = performance.now(); }, { capture: true, once: true });
  globalThis.painted = Promise.race([late, new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (!text() || text() === before) return;
      observer.disconnect();
      done();
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  })]).then(frames).then(() => performance.now() - released);
}"""


def measure() -> list[Line]:
    """The four default layers at amounts that are new to the server; both pages in one Chromium, in turns."""
    maps: list[float] = []
    empty: list[float] = []
    with app() as (address, _), empty_app() as empty_address, running_chromium() as browser:
        page, bare = (browser.new_page(viewport={"width": 1400, "height": 900}) for _ in range(2))
        go(page, f"{address}/Feature_maps?picture=astronaut")
        expect_drawn(page)
        bare.goto(empty_address)
        bare.get_by_role("button", name="Again").wait_for()
        for turn in range(_REPEATS + 1):
            from_empty, from_release = press(bare), _release(page, 0.6 + 0.3 * turn)
            if turn:  # the first one warms up
                empty.append(from_empty)
                maps.append(from_release)
    ratio = median(maps) / median(empty)
    return [
        Line(
            f"Brightness released → the maps of {len(_LAYERS)} layers painted: as a multiple of an empty rerun",
            times(ratio),
            beside=f"{milliseconds(median(maps))} / {milliseconds(median(empty))}; from pointer up until two frames "
            "after the last chart was drawn, or after the changed text",
        )
    ]


def _release(page: Page, amount: float) -> float:
    page.bring_to_front()
    before = levels(page, _LAYERS[-1])
    if page.evaluate(_WATCH) != len(_LAYERS):
        raise RuntimeError("Another number of layers is on the page than expected.")
    drag(page, amount)
    seconds: float = page.evaluate("() => globalThis.painted") / 1000
    if levels(page, _LAYERS[-1]) == before:
        raise RuntimeError("A chart was drawn, but with the maps of before.")
    settle(page)
    page.wait_for_timeout(300)
    return seconds


def press(page: Page) -> float:
    """Press the button of the empty app: seconds until its answer is painted."""
    page.bring_to_front()
    page.evaluate(_WATCH_TEXT)
    page.get_by_role("button", name="Again").click()
    seconds: float = page.evaluate("() => globalThis.painted") / 1000
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(300)
    return seconds
