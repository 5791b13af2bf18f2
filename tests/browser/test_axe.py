"""The rules of axe-core and the contrast of every text, on every page, in both themes."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import settle, visitor

PAGES = {
    "Home": "/",
    "Brighten": "/Brighten",
    "Train": "/Train",
    "Augment": "/Augment?steps=rotate-1",
    "Feature maps": "/Feature_maps?layers=conv1&channel=conv1.5",
    "Channel": "/Channel?channel=conv2.5&gain=1.5",
}
VIEWS = ("difference", "derivative", "tuning curves")
SCHEMES: dict[Literal["light", "dark"], str] = {"light": "rgb(252, 252, 251)", "dark": "rgb(18, 18, 20)"}
LOWEST = 4.5  # contrast of a text to its background, also of a large or a bold one

EXCEPTIONS: dict[str, str] = {}
"""Rules of axe-core that a page may break, each with the reason."""

# Of every visible text: its contrast to the colours below it, with the opacity of all elements around it.
_CONTRASTS = """() => {
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        pixel.clearRect(0, 0, 1, 1);
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const over = ([r, g, b, alpha], below) => [r, g, b].map((value, i) => alpha * value + (1 - alpha) * below[i]);
    const luminance = (colour) => {
        const [r, g, b] = colour.map((value) => value / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const around = (element) => element.parentElement ?? element.getRootNode().host;
    const contrastOf = (element) => {
        const style = getComputedStyle(element);
        const backgrounds = [];
        let opacity = 1;
        for (let each = element; each; each = around(each)) {
            opacity *= Number(getComputedStyle(each).opacity);
            const background = rgba(getComputedStyle(each).backgroundColor);
            if (background[3]) backgrounds.unshift(background);
            if (background[3] === 1) break;
        }
        const below = backgrounds.reduce((colour, layer) => over(layer, colour), [255, 255, 255]);
        const [red, green, blue, alpha] = rgba(element instanceof SVGElement ? style.fill : style.color);
        const levels = [over([red, green, blue, alpha * opacity], below), below].map(luminance);
        return (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
    };
    const isSeen = (element) => {
        const { width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    };
    // A sign on a tile is black or white by the tile's colour. Icons and the swatches of a legend are pictures. The
    // number of Streamlit's slider is drawn above its thumb, not on it. What is disabled may be pale.
    const LEFT_OUT = `.textpoint, .legend [style], [data-testid=stIconMaterial], [data-testid=stSliderThumbValue],
        :disabled, [aria-disabled=true], title, style, script`;
    const found = [];
    const search = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) search(element.shadowRoot);
            const nodes = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
            const text = nodes.map(({ data }) => data).join("").trim();
            if (!text || !isSeen(element) || element.closest(LEFT_OUT)) continue;
            found.push([text.slice(0, 40), contrastOf(element)]);
        }
    };
    search(document.body);
    return found;
}"""


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, viewport={"width": 1400, "height": 900}, color_scheme="light") as page:
        yield page


def broken_rules(page: Page) -> list[str]:
    """The rules of axe-core that elements of a page break, each with the first element."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {len(rule['nodes'])} × {rule['nodes'][0]['html'][:120]}"
        for rule in violations
        if rule["id"] not in EXCEPTIONS
    ]


def pale_texts(page: Page) -> list[str]:
    """The visible texts whose contrast is too low, each with its contrast."""
    contrasts: list[tuple[str, float]] = page.evaluate(_CONTRASTS)
    assert len(contrasts) > 20
    return sorted({f"{text} ({contrast:.2f} : 1)" for text, contrast in contrasts if contrast < LOWEST})


def faults(page: Page, what: str) -> list[str]:
    """All that is wrong with a page, in both themes."""
    found = []
    # Streamlit colours code once it is on the screen.
    for code in page.get_by_test_id("stCode").all():
        code.scroll_into_view_if_needed()
        expect(code.locator(".token").first).to_be_visible()
    for scheme, background in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", background)
        settle(page)
        page.wait_for_function("() => !document.getAnimations().some(({ playState }) => playState === 'running')")
        found += [f"{what}, {scheme}: {fault}" for fault in (*broken_rules(page), *pale_texts(page))]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_broken_and_no_text_is_pale(reader: Page, address: str, name: str) -> None:
    reader.goto(address + PAGES[name])
    reader.get_by_role("heading", level=1).wait_for(timeout=90_000)
    settle(reader)
    found = faults(reader, name)
    for view in VIEWS if name == "Feature maps" else ():
        reader.locator(".st-key-view").get_by_text(view).click()
        reader.locator("[class*=st-key-layer-conv1] .nsewdrag").first.wait_for(state="attached")
        settle(reader)
        found += faults(reader, view)
    assert not found, "\n".join(found)


def test_a_pale_text_is_found(reader: Page) -> None:
    reader.set_content(
        "<body style='background: #fff'>" + "<p style='color: #777'>grey</p>" * 21 + "<b style='opacity: 0.5'>b</b>"
    )
    assert pale_texts(reader) == ["b (3.98 : 1)", "grey (4.48 : 1)"]
