"""Journeys that are the same on every page: the picture, hostile files, a phone, the keyboard alone, links."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import settle, visitor
from tests.browser.steps import address as parameters
from tests.browser.steps import amount, box_at_rest, drag, drawn_pixels, expect_refused, go, slider, upload

HOSTILE = (
    "picture=%2e%2e%2fetc&kind=%00&gain=NaN&offset=-1e999&scale=9&columns=0&order=&colours=%27&fit=x&embed_options=zzz"
)


@pytest.fixture
def hostile(tmp_path: Path) -> dict[str, Path]:
    """Files that are no pictures, whatever they call themselves."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(buffer, "JPEG")
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    contents = {
        "letter.txt": b"Dear all,\n",
        "nothing.png": b"",
        "cut.jpg": buffer.getvalue()[:900],
        "bomb.png": header + bytes(64),
        "large.png": b"\x89PNG\r\n\x1a\n" + bytes(10 * 1024 * 1024),
        "<img src=x onerror=alert(1)>.png": b"not a picture",
    }
    paths = {}
    for name, content in contents.items():
        paths[name] = tmp_path / name
        paths[name].write_bytes(content)
    return paths


def test_hostile_files_get_a_sentence_and_a_picture_of_any_shape_goes_along_to_every_page(
    page: Page, address: str, hostile: dict[str, Path], photograph: Path, tmp_path: Path
) -> None:
    page.clock.install()
    go(page, f"{address}/Brighten?picture=coffee&gain=1.0")
    before = drawn_pixels(page)
    for name, path in hostile.items():
        upload(page, path)
        expect_refused(page, *((name, "10.1 MB") if name == "large.png" else (name,)))
        settle(page)
        # The way in is empty again: no refused file stays listed.
        expect(page.locator(".uploader .course")).to_be_hidden()
    assert np.array_equal(drawn_pixels(page), before)
    assert parameters(page)["picture"] == ["coffee"]
    sidebar = page.get_by_test_id("stSidebar")
    for width, height in ((40, 3000), (3000, 40), (1, 1)):
        path = tmp_path / f"{width}.png"
        Image.effect_noise((width, height), 90).convert("RGB").save(path)
        upload(page, path)
        expect(sidebar).to_contain_text(f"{width}.png · {width} × {height}")
        settle(page)
        for place in (page.locator(".live canvas.result"), page.locator(".st-key-current-picture img")):
            assert 0 < box_at_rest(place)["height"] <= 900

    page.locator("[data-sample=cat]").click()
    expect(sidebar).to_contain_text("Chelsea the cat")
    expect(sidebar.get_by_test_id("stAlert")).to_have_count(0)
    upload(page, photograph)
    expect(sidebar).to_contain_text("holiday.jpg · 1600 × 1100")
    # What is chosen at last stays, however soon after the choice before it.
    page.clock.fast_forward(5_000)
    settle(page)
    for label in ("Feature maps", "Home", "Brighten"):
        page.get_by_test_id("stPageLink").filter(has_text=label).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            label if label != "Home" else "Light through the layers"
        )
        settle(page)
        expect(sidebar).to_contain_text("holiday.jpg · 1600 × 1100")
        assert parameters(page)["picture"] == ["own"]
    assert drawn_pixels(page).shape == (880, 1280, 3)
    page.locator("[data-sample=star]").click()
    page.wait_for_function("() => location.search.includes('picture=star')")


def test_choices_survive_a_visit_to_another_page(page: Page, address: str) -> None:
    # 0.5041 is none of the slider's amounts: the nearest is shown.
    go(page, f"{address}/Feature_maps?scale=tutorial&layers=conv3&gain=0.5041&channel=conv3.9")
    page.get_by_test_id("stPageLink").filter(has_text="Brighten").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brighten")
    settle(page)
    expect(slider(page)).to_have_value("0.5")
    assert parameters(page) == {"gain": ["0.5"]}
    page.get_by_test_id("stPageLink").filter(has_text="Feature maps").first.click()
    expect(page.get_by_role("heading", name="conv3, channel 9")).to_be_visible()
    settle(page)
    expected = {"layers": ["conv3"], "gain": ["0.5"], "channel": ["conv3.9"]}
    assert parameters(page) == expected | {"span": ["tutorial"], "lock": ["false"]}
    # What is dragged on a page that runs as a whole is what the next address says.
    page.get_by_test_id("stPageLink").filter(has_text="Home").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Light through the layers")
    settle(page)
    drag(page, 2.0)
    page.wait_for_function("() => !location.search.includes('gain=0.5')")
    settle(page)
    dragged = slider(page).input_value()
    page.get_by_test_id("stPageLink").filter(has_text="Brighten").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brighten")
    settle(page)
    expect(slider(page)).to_have_value(dragged)
    assert [float(gain) for gain in parameters(page)["gain"]] == [float(dragged)]


def test_the_browsers_back_button_goes_back_a_picture_and_quick_clicks_end_on_the_last(
    page: Page, address: str
) -> None:
    go(page, f"{address}/Feature_maps?layers=conv1")
    for name in ("rocket", "coffee"):
        page.locator(f"[data-sample={name}]").click()
        page.wait_for_function("(name) => location.search.includes(`picture=${name}`)", arg=name)
        settle(page)
    page.go_back()
    expect(page.get_by_test_id("stSidebar")).to_contain_text("A Falcon 9 lifts off")
    settle(page)
    assert parameters(page)["picture"] == ["rocket"]
    for name in ("star", "coffee", "retina", "cat", "rocket", "coffee"):
        page.locator(f"[data-sample={name}]").click()
    expect(page.locator("[data-sample=coffee]")).to_have_attribute("aria-pressed", "true")
    # On a busy machine the page rests for a moment between two of the answers.
    expect(page.get_by_test_id("stSidebar")).to_contain_text("A cup of coffee")
    page.wait_for_function("() => location.search.includes('picture=coffee')")
    settle(page)
    assert parameters(page)["picture"] == ["coffee"]
    expect(page.get_by_test_id("stSidebar")).to_contain_text("A cup of coffee")


def test_back_from_another_page_is_one_step_to_the_view_that_was_left(page: Page, address: str) -> None:
    def arrived(title: str) -> dict[str, list[str]]:
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        settle(page)
        return parameters(page)

    go(page, f"{address}/Feature_maps?layers=conv1&view=difference&embed_options=light_theme")
    drag(page, 0.6)
    page.wait_for_function("() => location.search.includes('gain=')")
    first, here = arrived("Feature maps"), slider(page).input_value()
    length = page.evaluate("() => history.length")
    page.get_by_test_id("stPageLink").filter(has_text="Brighten").first.click()
    second = arrived("Brighten")
    page.locator("[data-sample=star]").click()
    page.wait_for_function("() => location.search.includes('picture=star')")
    third = arrived("Brighten")
    page.get_by_test_id("stPageLink").filter(has_text="Augment").first.click()
    arrived("Augment")
    assert page.evaluate("() => history.length") == length + 3
    for title, then in (("Brighten", third), ("Brighten", second), ("Feature maps", first)):
        page.go_back()
        assert arrived(title) == then
    expect(slider(page)).to_have_value(here)
    page.go_forward()
    assert arrived("Brighten") == second
    expect(slider(page)).to_have_value(here)


def test_the_camera(chromium: Browser, address: str) -> None:
    with visitor(chromium, permissions=["camera"], viewport={"width": 1400, "height": 1300}) as page:
        go(page, f"{address}/Brighten")
        page.get_by_test_id("stSidebar").get_by_text("Camera").click()
        page.wait_for_function("() => document.querySelector('[data-testid=stCameraInput] video')?.readyState >= 3")
        page.get_by_role("button", name="Take Photo").click()
        expect(page.get_by_test_id("stSidebar")).to_contain_text("does not travel with it", timeout=20_000)
        settle(page)
        assert parameters(page)["picture"] == ["own"]


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        ("/", "layers=conv1&layers=%3Cscript%3E&channel=conv1.%F0%9F%92%A1&page-conv1=-4"),
        ("/Brighten", ""),
        ("/Feature_maps", "layers=conv1&layers=logits&layers=%3Cscript%3E&channel=conv1.3&page-conv1=-4"),
    ],
)
def test_on_a_phone_everything_fits_also_after_a_hostile_link(
    phone: Page, address: str, path: str, choices: str
) -> None:
    go(phone, f"{address}{path}?{HOSTILE}&{choices}")
    expect(phone.get_by_test_id("stException")).to_have_count(0)
    expect(phone.get_by_test_id("stSidebar")).to_contain_text("Chelsea the cat")
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390
    too_wide = phone.evaluate(
        """() => [...document.querySelectorAll("[data-testid=stMainBlockContainer] *")]
            .filter((e) => e.getBoundingClientRect().right > 391)
            .filter((e) => !e.closest(".js-plotly-plot, svg, pre, [role=toolbar]"))
            .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert too_wide == []
    expect(slider(phone)).to_be_visible()
    # A finger moves the page, and a tap the thumb.
    expect(slider(phone)).to_have_value("1.5")
    before = amount(phone)
    box = box_at_rest(slider(phone))
    phone.touchscreen.tap(box["x"] + box["width"] * 0.85, box["y"] + box["height"] / 2)
    phone.wait_for_function("() => location.search.includes('gain=')")
    assert amount(phone) > before
