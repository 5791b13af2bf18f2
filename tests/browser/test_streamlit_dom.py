"""What our JavaScript and CSS use of Streamlit's page and of plotly.js is there in the installed versions.

Nothing of it is published. Where one of these fails after a pin was raised, the sentence says what is missing, and what
it is for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
import tinycss2
from playwright.sync_api import Browser, BrowserContext, JSHandle, Page

from tests.browser.app import ROOT, running_app, settle
from vizcore.figures.javascript import joined

STREAMLIT_DOM = ROOT / "ui" / "parts" / "browser" / "streamlit_dom.js"
PLOTLY_INTERNALS = ROOT / "ui" / "parts" / "browser" / "plotly_internals.js"
STREAMLIT_CSS = ROOT / "ui" / "frame" / "streamlit.css"
LONG = 120_000  # ms: the first page waits for TensorFlow

# What the app shows only beside a deep network or a training, or in another view of the open channel.
SCRIPT = """import streamlit as st
st.multiselect("Layers", ["a", "b"], default=["a"])
st.button("Start", type="primary")
st.file_uploader("Pictures")
with st.container(key="channel-panel"), st.columns(2)[0], st.container(key="curve-gain"):
    st.write("A curve")
"""


@dataclass(frozen=True)
class Use:
    """A selector of streamlit.css, its line, and the comment above it, which says what for."""

    selector: str
    line: int
    purpose: str


def uses(css: str) -> list[Use]:
    """All selectors of a stylesheet, those of a list one by one."""
    found: list[Use] = []
    _read(tinycss2.parse_stylesheet(css, skip_whitespace=True), "", found)
    return found


def _read(nodes: list, purpose: str, found: list[Use]) -> None:
    for node in nodes:
        if node.type == "comment":
            purpose = " ".join(node.value.split())
        elif node.type == "at-rule":
            _read(tinycss2.parse_rule_list(node.content, skip_whitespace=True), purpose, found)
        elif node.type == "qualified-rule":
            selectors: list[list] = [[]]
            for token in node.prelude:
                if token == ",":
                    selectors.append([])
                else:
                    selectors[-1].append(token)
            found += [Use(tinycss2.serialize(one).strip(), node.source_line, purpose) for one in selectors]


def load(page: Page, module: Path) -> JSHandle:
    """What a module of ours exports, in a page of the app."""
    return page.evaluate_handle(
        """(text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })))""", joined(module)
    )


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def maps(context: BrowserContext, address: str) -> Iterator[Page]:
    """Feature maps with an opened channel, each compared with that of the unedited picture."""
    page = context.new_page()
    page.goto(f"{address}/Feature_maps?picture=rocket&layers=conv2&view=difference&channel=conv2.3&top5=true")
    # Also where a chart could not be loaded: which part of it is missing, the tests say.
    page.locator(".st-key-channel .vizcore-chart:not([data-busy])").wait_for(timeout=LONG)
    page.locator("[class*=st-key-compared-] .vizcore-chart:not([data-busy])").first.wait_for(timeout=LONG)
    yield page
    page.close()


@pytest.fixture(scope="module")
def others(context: BrowserContext, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Page]]:
    """What that page does not have: Home, Augment with a step, an answer on one line, and a page with other widgets."""
    home, augment, widgets, plain = (context.new_page() for _ in range(4))
    home.goto(address)
    home.locator(".st-key-answer-lines").wait_for(timeout=LONG)
    plain.goto(f"{address}/Feature_maps?layers=conv1")
    plain.locator(".st-key-passage-line").wait_for(timeout=LONG)
    augment.goto(f"{address}/Augment?picture=rocket&steps=rotate-1")
    augment.locator(".st-key-contact-sheet img").first.wait_for(timeout=LONG)
    # Code has its colours once it is on the screen.
    augment.get_by_test_id("stCode").scroll_into_view_if_needed()
    augment.locator(".token.number").first.wait_for()
    folder = tmp_path_factory.mktemp("widgets")
    script = folder / "widgets.py"
    script.write_text(SCRIPT, encoding="utf-8")
    with running_app(folder / "app.log", script=str(script)) as (url, _):
        widgets.goto(url)
        widgets.get_by_role("button", name="Start").wait_for()
        yield [home, augment, widgets, plain]
    for page in (home, augment, widgets, plain):
        page.close()


def is_somewhere(selectors: list[str], pages: list[Page]) -> list[bool]:
    """Of each selector, whether it matches something in one of the pages."""
    # Where the keyboard and the mouse are, and how far the page is scrolled, is not asked.
    plain = [re.sub(r":focus-visible|:hover|\[data-vizcore-stuck\]", "", one) for one in selectors]
    ask = "(selectors) => selectors.map((one) => document.querySelector(one) !== null)"
    return [any(found) for found in zip(*(page.evaluate(ask, plain) for page in pages), strict=True)]


def test_each_selector_of_our_styles_matches_something_of_streamlits(maps: Page, others: list[Page]) -> None:
    pages = [maps, *others]
    css = STREAMLIT_CSS.read_text(encoding="utf-8")
    rules = uses(css)
    # In brackets one of several is enough for a rule: each has to be there by itself, too.
    parts = sorted(set(re.findall(r'\[data-[a-z]+(?:="\w+")?\]|\.st[A-Z]\w+', css)))
    assert len(parts) > 9
    missing = [
        f"streamlit.css:{rule.line}: nothing is {rule.selector}. What it is for: {rule.purpose}"
        for rule, is_there in zip(rules, is_somewhere([rule.selector for rule in rules], pages), strict=True)
        if not is_there
    ]
    missing += [
        f"streamlit.css: Streamlit has no {part}, which stands in a rule there"
        for part, is_there in zip(parts, is_somewhere(parts, pages), strict=True)
        if not is_there
    ]
    assert not missing, "\n".join(missing)


def test_what_our_javascript_looks_for_in_streamlits_page_is_there(maps: Page, others: list[Page]) -> None:
    ours = load(maps, STREAMLIT_DOM)
    count = "(module, name) => document.querySelectorAll(module[name]).length"
    assert ours.evaluate(count, "PAGE_LINK") >= 4, "PAGE_LINK: a click that leaves the page is not noticed"
    assert ours.evaluate(count, "SKIP_LINK") == 1, "SKIP_LINK: the skip link leads to the place before the navigation"
    assert load(others[2], STREAMLIT_DOM).evaluate(count, "UPLOAD_PLACE") == 1, (
        "UPLOAD_PLACE: the name of the upload belongs to no role"
    )
    assert ours.evaluate(count, "BRIGHTNESS_BAR") == 1, "BRIGHTNESS_BAR: an opened channel hides below the slider"
    top = maps.evaluate(
        "(bar) => getComputedStyle(document.querySelector(bar)).top", ours.evaluate("(m) => m.BRIGHTNESS_BAR")
    )
    assert top.endswith("px"), "BRIGHTNESS_BAR: how far below the top it stays cannot be read"
    assert ours.evaluate(count, "OWN_SCRIPT") >= 1, "OWN_SCRIPT: where the app is, and so plotly.js, is not found"
    file = f"plotly-{version('plotly')}.min.js.gz"
    # For what it does not know, Streamlit answers with its own page.
    start = ours.evaluate(
        """async ({ staticFile }, file) =>
            [...new Uint8Array(await (await fetch(staticFile(file))).arrayBuffer()).subarray(0, 2)]""",
        file,
    )
    assert start == [0x1F, 0x8B], f"staticFile: {file} is not where the pages look for it"
    settle(maps)
    assert ours.evaluate("({ isAtRest }) => isAtRest()"), "isAtRest: a file that has arrived is not announced again"
    # No session has this name; without the token the answer would be 403.
    refusal = ours.evaluate(
        """async ({ uploadAddress, xsrfToken }) => {
            const headers = { "X-Xsrftoken": xsrfToken() };
            const answer = await fetch(uploadAddress("nobody", "upload"), { method: "PUT", headers });
            return `${answer.status} ${await answer.text()}`;
        }"""
    )
    assert refusal.startswith("400 Invalid session"), "uploadAddress, xsrfToken: no picture can be uploaded"


def test_plotly_draws_a_heatmap_as_one_picture_of_one_pixel_a_cell(maps: Page) -> None:
    ours = load(maps, PLOTLY_INTERNALS)
    sizes = ours.evaluate(
        """async ({ cellsOf }) => {
            const chart = document.querySelector("[class*=st-key-compared-] .js-plotly-plot");
            const cells = cellsOf(chart);
            if (!cells) return null;
            const picture = new Image();
            picture.src = cells.getAttribute("href") ?? cells.getAttribute("xlink:href");
            await picture.decode();
            const { z } = chart._fullData[0];
            return [picture.naturalWidth, picture.naturalHeight, z[0].length, z.length];
        }"""
    )
    assert sizes, "cellsOf: a held thumb draws whole charts, which is slow"
    assert sizes[:2] == sizes[2:], "cellsOf: the levels of a held thumb are drawn at another size"
    assert ours.evaluate("({ plotArea }) => plotArea(document.querySelector('.js-plotly-plot')).width > 0"), (
        "plotArea: the frame of the keyboard has no place"
    )
    assert maps.locator(".vizcore-chart .nsewdrag").count(), "live_chart.css: nothing says that a tile can be clicked"


def test_plotly_shows_other_cells_once_they_are_replaced(maps: Page) -> None:
    ours = load(maps, PLOTLY_INTERNALS)
    shown = ours.evaluate(
        """({ cellsOf, replaceCells }) => {
            const cells = cellsOf(document.querySelector("[class*=st-key-compared-] .js-plotly-plot"));
            const canvas = Object.assign(document.createElement("canvas"), { width: 2, height: 3 });
            replaceCells(cells, canvas);
            return cells.href.baseVal === canvas.toDataURL();
        }"""
    )
    assert shown


def test_a_page_that_is_left_is_one_step_since_streamlit_calls_the_history_for_each_address(maps: Page) -> None:
    before = maps.evaluate("() => history.length")
    maps.locator(load(maps, STREAMLIT_DOM).evaluate("(module) => module.PAGE_LINK")).filter(
        has_text="Home"
    ).last.click()
    maps.wait_for_url(lambda url: "Feature_maps" not in url)
    settle(maps)
    assert maps.evaluate("() => history.length") == before + 1, "decideAddresses: the way back takes several steps"
