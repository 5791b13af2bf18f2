"""Journeys of a visitor on a slow line, who goes back, reloads, and chooses twice."""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.app import settle, tab
from tests.browser.steps import address as parameters
from tests.browser.steps import amount, drag, go, levels, slider, upload
from ui.session.picture import FIRST_SAMPLE
from vizcore.edits.brightness import KINDS


@pytest.fixture(scope="module")
def two_pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two pictures of 1.9 MB each, which take two seconds on a line of 1 MB a second."""
    folder = tmp_path_factory.mktemp("slow")
    paths = folder / "first.png", folder / "second.png"
    for seed, path in enumerate(paths):
        pixels = np.random.default_rng(seed).integers(0, 256, (800, 800, 3), np.uint8)
        Image.fromarray(pixels).save(path)
    return paths


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """Let the page send 1 MB a second."""
    line = page.context.new_cdp_session(page)
    how = {"offline": False, "latency": 20, "downloadThroughput": -1}
    line.send("Network.emulateNetworkConditions", {**how, "uploadThroughput": 1_000_000})
    yield
    line.send("Network.emulateNetworkConditions", {**how, "uploadThroughput": -1})


# The last of these is the connection of the page to its server.
LINES = """() => {
    const Own = WebSocket;
    globalThis.lines = [];
    globalThis.WebSocket = class extends Own {
        constructor(...given) { super(...given); lines.push(this); }
    };
}"""


def lose_the_connection(page: Page) -> None:
    """Cut the connection of a page that `LINES` began in, and wait until the page has found a new one."""
    page.context.set_offline(True)
    page.evaluate("() => lines.at(-1).close()")
    expect(page.get_by_test_id("stConnectionStatus")).to_be_visible()
    page.context.set_offline(False)
    page.wait_for_function("() => lines.length > 1 && lines.at(-1).readyState === WebSocket.OPEN", timeout=60_000)
    expect(page.get_by_test_id("stConnectionStatus")).to_be_hidden()
    settle(page)


def expect_a_lost_connection_to_change_nothing(page: Page) -> None:
    """Brighten the feature maps of one's own picture, lose the connection, and brighten again."""

    def seen() -> tuple[dict[str, list[str]], str, str, str, list[int]]:
        network = page.get_by_role("combobox", name="Network").input_value()
        picture = page.locator(".st-key-current-picture").inner_text()
        return parameters(page), slider(page).input_value(), network, picture, levels(page, "conv1")

    drag(page, 2.2)
    settle(page)
    before = seen()
    assert before[0] | {"picture": ["own"], "network": ["trained here"], "gain": ["2.2"]} == before[0]
    lose_the_connection(page)
    assert seen() == before
    drag(page, 0.7)
    settle(page)
    after = seen()
    assert after[:4] == (before[0] | {"gain": ["0.7"]}, "0.7", *before[2:4])
    assert after[4] != before[4]


def turn_to(page: Page, label: str) -> None:
    page.get_by_test_id("stPageLink").filter(has_text=label).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)


def test_an_upload_survives_a_page_change_and_of_two_choices_the_later_one_wins(
    page: Page, address: str, two_pictures: tuple[Path, Path]
) -> None:
    first, second = two_pictures
    go(page, f"{address}/Brighten?gain=1.0")
    sidebar, course = page.get_by_test_id("stSidebar"), page.locator(".uploader .course")
    # The browser begins to report its dialogues some time after the first listener is there.
    page.on("filechooser", lambda _: None)
    with slow_line(page):
        upload(page, first)
        expect(course).to_contain_text("“first.png” is on its way")
        turn_to(page, "Augment")
        # The new page says so, too.
        expect(course).to_contain_text("“first.png” is on its way")
        expect(sidebar).to_contain_text("first.png · 800 × 800")
        expect(course).to_be_hidden()
        settle(page)
        assert parameters(page)["picture"] == ["own"]

        upload(page, first)
        expect(course.locator("progress")).not_to_have_js_property("value", 0)
        upload(page, second)
        expect(course).to_contain_text("“second.png” is on its way")
        expect(sidebar).to_contain_text("second.png · 800 × 800")

        # A sample that is chosen meanwhile is the later choice, and the upload is not lost.
        upload(page, first)
        expect(course).to_be_visible()
        page.locator("[data-sample=coffee]").click()
        show = sidebar.get_by_role("button", name="Show “first.png”")
        show.click()
        expect(sidebar).to_contain_text("first.png · 800 × 800")
        expect(show).to_have_count(0)
        settle(page)

        # By keyboard alone, and given up.
        upload(page, second)
        course.get_by_role("button", name="Cancel").focus()
        page.keyboard.press("Enter")
        expect(course).to_be_hidden()
        choose = page.get_by_role("button", name="Choose a file")
        expect(choose).to_be_focused()
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
    # On a fast line a second choice comes when the first has just arrived.
    chooser.value.set_files(first)
    page.wait_for_timeout(300)
    upload(page, second)
    expect(sidebar).to_contain_text("second.png · 800 × 800")
    settle(page)
    expect(sidebar).to_contain_text("second.png · 800 × 800")
    # Dropped from another window.
    page.locator(".uploader").evaluate(
        """async (element) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 37, height: 23 });
            const blob = await new Promise((done) => canvas.toBlob(done));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([blob], "dropped.png"));
            element.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        }"""
    )
    expect(sidebar).to_contain_text("dropped.png · 37 × 23")
    expect(page.locator(".uploader .course")).to_be_hidden()
    assert re.search(r"up to 10 MB", sidebar.inner_text())


View = tuple[str, dict[str, list[str]], float, str | None]


def view(page: Page) -> View:
    """Path and parameters of the address; amount of the slider and the chosen sample, as the page shows them."""
    settle(page)
    # On a busy machine the slider of a new page can be mounted later than a calm page tells. Then it shows nothing yet.
    page.locator(".live:not([data-busy])").wait_for()
    settle(page)
    sample = page.locator("[data-sample][aria-pressed=true]").get_attribute("data-sample")
    return urlparse(page.url).path, parameters(page), float(slider(page).input_value()), sample


def says_what_it_shows(seen: View) -> bool:
    """Whether the address of a view names the amount and the sample that the page shows."""
    _, parameters, amount, sample = seen
    kind = KINDS[parameters.get("kind", ["gain"])[0]]
    said = float(parameters.get(kind.name, [str(kind.slider.start)])[0])
    return said == amount and parameters.get("picture", [FIRST_SAMPLE])[0] == sample


def test_every_choice_is_one_step_and_the_address_never_says_another_view_than_the_page_shows(
    page: Page, address: str
) -> None:
    def choose_kind(name: str) -> None:
        page.get_by_test_id("stButtonGroup").filter(has_text="gamma").get_by_text(name, exact=True).click()

    def type_amount(amount: str) -> None:
        field = page.locator(".field")
        field.fill(amount)
        field.press("Enter")

    acts: list[Callable[[], object]] = [
        lambda: drag(page, 1.9),
        lambda: choose_kind("gamma"),
        lambda: type_amount("2.2"),
        lambda: page.locator("[data-sample=coffee]").click(),
        lambda: turn_to(page, "Brighten"),
        lambda: drag(page, 0.6),
        lambda: choose_kind("gain"),
        lambda: page.get_by_role("button", name="original").click(),
        lambda: turn_to(page, "Feature maps"),
        lambda: drag(page, 2.5),
    ]
    go(page, f"{address}/Feature_maps?layers=conv1")
    length = page.evaluate("() => history.length")
    walk = [view(page)]
    for number, act in enumerate(acts, 1):
        before = page.url
        act()
        page.wait_for_function("(before) => location.href !== before", arg=before)
        walk.append(view(page))
        assert says_what_it_shows(walk[-1])
        assert page.evaluate("() => history.length") == length + number
    for then in reversed(walk[:-1]):
        page.go_back()
        assert view(page) == then
    for then in walk[1:]:
        page.go_forward()
        assert view(page) == then
    # Two steps at once, the second while the page still changes for the first.
    for wait in (0, 60, 150, 250):
        page.evaluate("async (wait) => { history.go(-1); await new Promise((f) => setTimeout(f, wait)); }", wait)
        page.go_back()
        assert view(page) == walk[-3]
        page.evaluate("async (wait) => { history.go(1); await new Promise((f) => setTimeout(f, wait)); }", wait)
        page.go_forward()
        assert view(page) == walk[-1]


# What the page sends leaves it a while later, so that answers to earlier messages come between later ones.
LATE = """() => {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (...given) { setTimeout(() => send.apply(this, given), 150); };
}"""


def test_of_quick_changes_the_last_ones_are_what_the_page_shows(page: Page, address: str) -> None:
    page.add_init_script(f"({LATE})()")
    go(page, f"{address}/Feature_maps?layers=conv1")
    chance = np.random.default_rng(11)
    chart, frame = page.locator(".st-key-layer-conv1 .chart"), page.locator(".st-key-layer-conv1 .focus")
    kinds, shown, last = page.get_by_test_id("stButtonGroup").filter(has_text="gamma"), "gain", {}

    def pause() -> None:
        page.wait_for_timeout(float(chance.choice([0, 0, 60, 200])))

    def rest() -> None:
        page.wait_for_timeout(300)  # until the last message has left
        settle(page)

    for _ in range(6):
        for number in chance.integers(5, 40, 3):
            last[shown] = KINDS[shown].slider.nearest(KINDS[shown].slider.minimum + number / 10)
            page.locator(".field").fill(KINDS[shown].slider.written(last[shown]))
            page.locator(".field").press("Enter")
            pause()
            chart.focus()
            for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter")[chance.integers(0, 3) :]:
                page.keyboard.press(key)
            channel = frame.get_attribute("data-channel")
            pause()
        rest()
        assert amount(page) == last[shown]
        assert parameters(page)["channel"] == [f"conv1.{channel}"]
        expect(page.locator(".st-key-panel-head")).to_contain_text(f"conv1, channel {channel}")
        for shown in chance.choice(list(KINDS), 3):
            # While an opened channel is in view, the choice is scrolled out of the page.
            kinds.get_by_text(shown, exact=True).dispatch_event("click")
            pause()
        rest()
        assert parameters(page).get("kind", ["gain"]) == [shown]
        assert page.locator(".live input.amount").get_attribute("aria-label") == shown.capitalize()
        assert amount(page) == last.get(shown, KINDS[shown].slider.start)


def test_after_a_reload_and_a_lost_connection_picture_and_training_are_there_for_this_tab_alone(
    page: Page, address: str, desk: BrowserContext, photograph: Path
) -> None:
    page.add_init_script(f"({LINES})()")
    page.goto(f"{address}/Train?pictures=200&epochs=50&batch=16&rate=0.005")
    start, stop = page.get_by_role("button", name="Start"), page.get_by_role("button", name="Stop training")
    expect(start).to_be_enabled(timeout=120_000)
    sidebar = page.get_by_test_id("stSidebar")
    upload(page, photograph)
    expect(sidebar).to_contain_text("holiday.jpg · 1600 × 1100")
    settle(page)
    start.click()
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile(r"Epoch ([2-9]|\d\d) of 50"), timeout=120_000)
    # A second visit knows nothing of the first.
    with tab(desk) as other:
        other.goto(f"{address}/Brighten?picture=own")
        expect(other.get_by_test_id("stMain")).to_contain_text("This link was made with somebody's own picture")
        settle(other)
        expect(other.get_by_test_id("stSidebar")).to_contain_text("Chelsea the cat")
    page.reload()
    expect(sidebar).to_contain_text("holiday.jpg · 1600 × 1100")
    expect(progress).to_contain_text(re.compile(r"Epoch ([2-9]|\d\d) of 50"))
    assert parameters(page)["picture"] == ["own"]
    stop.click()
    expect(page.get_by_test_id("stMain")).to_contain_text("The network trained so far is kept", timeout=60_000)
    page.get_by_role("link", name="Look into it, layer by layer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Feature maps")
    settle(page)
    assert parameters(page)["network"] == ["trained here"]
    page.reload()
    expect(page.get_by_role("combobox", name="Network")).to_have_value("trained here")
    settle(page)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect_a_lost_connection_to_change_nothing(page)


def test_a_zip_survives_a_page_change_and_what_is_in_it_is_shown(page: Page, address: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (12, 320, 320, 3), np.uint8)
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as file:
        for index, picture in enumerate(pixels):
            Image.fromarray(picture).save(picture_file := tmp_path / "picture.png")
            file.write(picture_file, f"pictures/{'apples' if index < 7 else 'pears'}/{index}.png")
    page.goto(f"{address}/Train?data=own+zip")
    expect(page.get_by_role("button", name="Start")).to_be_disabled()
    settle(page)
    course = page.locator(".st-key-archive .course")
    with slow_line(page):
        page.locator(".st-key-archive input[type=file]").set_input_files(tmp_path / "mine.zip")
        expect(course).to_contain_text("“mine.zip” is on its way")
        turn_to(page, "Brighten")
        expect(course).to_have_count(0)
        turn_to(page, "Train")
        expect(page.get_by_test_id("stMain")).to_contain_text("10 pictures to learn from, 2 to test with")
    expect(course).to_be_hidden()
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    settle(page)


def test_a_page_in_lower_case_is_the_page_with_the_view_of_the_link(page: Page, address: str) -> None:
    page.goto(f"{address}/brighten?gain=2.5&picture=rocket")
    expect(page.get_by_role("heading", level=1)).to_have_text("Brighten")
    settle(page)
    seen = view(page)
    assert seen == ("/Brighten", {"gain": ["2.5"], "picture": ["rocket"]}, 2.5, "rocket")
    expect(page.get_by_role("dialog")).to_have_count(0)
