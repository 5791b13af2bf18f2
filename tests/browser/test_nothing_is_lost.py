"""Journeys of a visitor on a slow line, who goes back, reloads, and chooses twice."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.app import settle
from tests.browser.steps import address as parameters
from tests.browser.steps import go, upload


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


def turn_to(page: Page, label: str) -> None:
    page.get_by_test_id("stPageLink").filter(has_text=label).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)


def test_an_upload_survives_a_page_change_and_of_two_choices_the_later_one_wins(
    page: Page, address: str, two_pictures: tuple[Path, Path]
) -> None:
    first, second = two_pictures
    go(page, f"{address}/Brighten?gain=1.0")
    sidebar, course = page.get_by_test_id("stSidebar"), page.locator(".uploader .course")
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
