"""The bytes that the browser receives when one more layer is chosen."""

from playwright.sync_api import Browser, Page

from benchmarks.lines import Line
from benchmarks.servers import app
from tests.browser.app import running_chromium, settle
from tests.browser.steps import go

_TARGET = 0.5
_LAYERS = ("conv1", "pool1", "conv2", "pool2", "conv3", "flatten", "dense1", "logits")


def measure() -> list[Line]:
    """All bytes over the WebSocket from the click on the layer's name until its chart is drawn."""
    with app() as (address, _), running_chromium() as browser:
        sizes = {layer: _added(browser, address, layer) for layer in _LAYERS}
    largest = max(sizes, key=lambda layer: sizes[layer])
    return [
        Line(
            f"The largest layer on the wire, {largest}",
            f"{sizes[largest]:.3f} MB",
            f"≤ {_TARGET} MB",
            sizes[largest] <= _TARGET,
            ", ".join(f"{layer} {size * 1000:.0f} kB" for layer, size in sizes.items() if layer != largest),
        )
    ]


def _added(browser: Browser, address: str, layer: str) -> float:
    """Megabytes for one layer beside another small layer, on a new page of the browser."""
    other = "logits" if layer != "logits" else "dense1"
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    received = 0

    def count(frame: bytes | str) -> None:
        nonlocal received
        received += len(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", count))
    go(page, f"{address}/Feature_maps?layers={other}")
    _chart(page, other)
    settle(page)
    page.wait_for_timeout(500)
    if page.locator("[class*='st-key-layer-'] .js-plotly-plot").count() != 1:
        raise RuntimeError("More than one layer is on the page before the one that is measured.")
    received = 0
    page.get_by_test_id("stButtonGroup").get_by_role("button", name=layer, exact=True).click()
    _chart(page, layer)
    settle(page)
    page.wait_for_timeout(500)
    page.close()
    return received / 1e6


def _chart(page: Page, layer: str) -> None:
    page.locator(f".st-key-layer-{layer} .js-plotly-plot .main-svg").first.wait_for(state="attached")
