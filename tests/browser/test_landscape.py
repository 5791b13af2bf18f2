"""A phone that lies on its side: slider, answer and maps are on its first screen, and the navigation is at hand."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.app import settle, visitor

LONG = 120_000  # TensorFlow is loaded first, on cores that do other things as well
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
HEIGHT = 390


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def expect_on_the_first_screen(page: Page, chart: str) -> None:
    """Wait until the slider, an answer and at least 40 pixels of the tiles of a chart are seen without scrolling."""
    page.locator(f"{chart} .nsewdrag").first.wait_for(timeout=LONG)
    settle(page)
    expect(page.get_by_role("slider").first).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-answer-edited")).to_be_in_viewport(ratio=1)
    assert top(page, f"{chart} .nsewdrag") < HEIGHT - 40
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 844


def test_the_first_screen_of_a_phone_on_its_side_has_slider_answer_and_maps(chromium: Browser, address: str) -> None:
    how = {"viewport": {"width": 844, "height": HEIGHT}, "has_touch": True, "is_mobile": True, "user_agent": PHONE}
    with visitor(chromium, **how) as page:
        page.goto(f"{address}/Feature_maps")
        expect_on_the_first_screen(page, ".st-key-layer-conv1")
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
        # A click: nothing covers the navigation.
        page.get_by_role("link", name="Home").first.click()
        page.wait_for_url(lambda url: "Feature_maps" not in url)
        expect_on_the_first_screen(page, ".st-key-first-layer")
        page.get_by_role("link", name="Train").first.click()
        # While the page is drawn, parts of the last one may be there twice.
        page.get_by_role("button", name="Start").first.wait_for(timeout=LONG)
        settle(page)
        expect(page.get_by_role("button", name="Start")).to_be_in_viewport(ratio=1)
        # The picture is still chosen in the sidebar, which stays until it is closed.
        page.get_by_test_id("stExpandSidebarButton").click()
        page.locator(".st-key-strip button").nth(1).click()
        settle(page)
        expect(page.get_by_test_id("stSidebar")).to_be_in_viewport()
