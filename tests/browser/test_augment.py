"""Journeys on the Augment page: steps, lines over depth, links, and the picture on the other pages."""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.app import settle
from tests.browser.steps import address as parameters
from tests.browser.steps import at_rest, box_at_rest, drawn_pixels, expect_drawn, upload
from vizcore.edits.augmentation import augment, parse, random_versions, write
from vizcore.pictures.display import display_copy
from vizcore.pictures.photo import open_picture
from vizcore.pictures.samples import open_sample

LONG = 120_000  # TensorFlow is loaded first, on cores that do other things as well


def augment_page(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/Augment?{query}")
    page.locator(".st-key-moved-change .js-plotly-plot").wait_for(timeout=LONG)
    settle(page)


def shown(page: Page, side: str) -> np.ndarray:
    """The pixels of the picture "before" or "after" the steps, as the browser has them."""
    encoded = (
        page.locator(".st-key-before-after img")
        .nth(("before", "after").index(side))
        .evaluate(
            """async (image) => {
            const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
            return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
        }"""
        )
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"))


def expect_after(page: Page, expected: np.ndarray) -> None:
    """Wait until the picture after the steps is this one."""
    settle(page)
    assert np.array_equal(shown(page, "after"), display_copy(expected, longest_side=640))


def lines(page: Page, key: str = "cosine") -> dict[str, list[float]]:
    found: dict[str, list[float]] = page.locator(f".st-key-moved-{key} .js-plotly-plot").evaluate(
        "(chart) => Object.fromEntries(chart._fullData.map((trace) => [trace.name, [...trace.y]]))"
    )
    return found


def add(page: Page, label: str) -> None:
    page.locator(".st-key-add-step").get_by_role("combobox").click()
    page.get_by_role("option", name=label, exact=True).click()


def expect_steps(page: Page, text: str) -> None:
    page.wait_for_function("(text) => new URL(location).searchParams.get('steps') === text", arg=text)
    settle(page)


def test_steps_are_added_and_dragged_and_the_picture_and_the_lines_follow_and_back_goes_back_a_step(
    page: Page, address: str
) -> None:
    cat = open_sample("cat").pixels
    # What only a browser's address bar makes of a hostile link; everything else is tried without one.
    augment_page(page, address, "steps=%00_flip-%EF%BC%91&seed=-1&compare=&back=x")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Chelsea the cat")
    assert len(lines(page)) == 11
    expect_after(page, cat)
    add(page, "Contrast")
    expect_steps(page, "contrast-1.50")
    expect(page.locator(".legend span")).to_have_text(["● 1. Contrast 1.50"])
    before = lines(page)["1. Contrast 1.50"]
    expect_after(page, augment(cat, parse("contrast-1.50")))

    thumb = page.get_by_role("slider", name="Contrast")
    box, track = box_at_rest(thumb), box_at_rest(page.locator(".st-key-step-0-contrast"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] * 0.9, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function("() => !location.search.includes('contrast-1.50')")
    settle(page)
    text = parameters(page)["steps"][0]
    assert parse(text)[0].amount > 2
    expect_after(page, augment(cat, parse(text)))
    after = lines(page)[f"1. {parse(text)[0].label}"]
    assert len(after) == len(before) == 9
    # More contrast moves every layer further.
    assert all(more < less for more, less in zip(after, before, strict=True))

    add(page, "Flip left–right")
    expect_steps(page, f"{text}_flip-1")
    page.get_by_role("button", name="Earlier").last.click()
    expect_steps(page, f"flip-1_{text}")
    expect_after(page, augment(cat, parse(f"flip-1_{text}")))
    page.get_by_role("button", name="Reset").last.click()
    expect_steps(page, "flip-1_contrast-1.00")
    expect_after(page, cat[:, ::-1])
    page.get_by_role("button", name="Remove", exact=True).first.click()
    expect_steps(page, "contrast-1.00")
    expect_after(page, cat)

    add(page, "JPEG")
    expect_steps(page, "contrast-1.00_jpeg-20")
    page.go_back()
    expect(page.get_by_role("slider", name="JPEG")).to_have_count(0)
    expect(page.get_by_role("slider", name="Contrast")).to_be_visible()
    settle(page)
    assert parameters(page)["steps"] == ["contrast-1.00"]


def test_the_address_opens_the_same_view_on_a_phone_where_everything_fits(
    page: Page, phone: Page, address: str
) -> None:
    augment_page(page, address, "picture=rocket&steps=flip-1_crop-0.50")
    add(page, "Rotate")
    expect_steps(page, "flip-1_crop-0.50_rotate-1")
    add(page, "Noise")
    expect_steps(page, "flip-1_crop-0.50_rotate-1_noise-0.10-0")
    page.get_by_role("button", name="Other noise").click()
    expect_steps(page, "flip-1_crop-0.50_rotate-1_noise-0.10-1")
    page.get_by_text("Flip and turn the maps back first").click()
    page.wait_for_function("() => location.search.includes('back=true')")
    settle(page)
    page.get_by_role("button", name="Another nine").click()
    page.wait_for_function("() => location.search.includes('seed=2')")
    settle(page)
    augment_page(phone, address, page.url.partition("?")[2])
    assert parameters(phone) == parameters(page)
    assert np.array_equal(shown(phone, "after"), shown(page, "after"))
    assert lines(phone) == lines(page)
    assert lines(phone, "change") == lines(page, "change")
    captions = ".st-key-contact-sheet [data-testid=stCaptionContainer]"
    assert phone.locator(captions).all_text_contents() == page.locator(captions).all_text_contents()

    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390
    too_wide = phone.evaluate(
        """() => [...document.querySelectorAll("[data-testid=stMainBlockContainer] *")]
            .filter((e) => e.getBoundingClientRect().right > 391)
            .filter((e) => !e.closest(".js-plotly-plot, svg, pre, [role=toolbar]"))
            .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert too_wide == []
    # Nine pictures in rows of three, there as well.
    images = phone.locator(".st-key-contact-sheet img")
    expect(images).to_have_count(9)
    at_rest(phone.locator(".st-key-contact-sheet"))
    tops = images.evaluate_all("(images) => images.map((image) => Math.round(image.getBoundingClientRect().top))")
    assert len(set(tops)) == 3


def test_the_composed_picture_goes_to_the_other_pages_and_with_their_links(
    page: Page, phone: Page, address: str
) -> None:
    text = "flip-1_hue-0.20"
    expected = augment(open_sample("coffee").pixels, parse(text))
    augment_page(page, address, f"picture=coffee&steps={text}")
    page.get_by_role("link", name="Brighten").first.click()
    expect(page.get_by_role("heading", name="Brighten", exact=True)).to_be_visible()
    settle(page)
    expect_drawn(page)
    assert np.array_equal(drawn_pixels(page, ".live .before canvas"), expected)
    page.get_by_role("link", name="Feature maps").first.click()
    expect(page.get_by_role("heading", name="Feature maps", exact=True)).to_be_visible()
    page.locator(".st-key-layer-conv1 .js-plotly-plot").wait_for(timeout=LONG)
    settle(page)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_contain_text("Augmented on all pages")
    assert parameters(page)["steps"] == [text]
    # The link of that page, elsewhere: the same maps, with as many in a row.
    phone.goto(f"{page.url}&columns=8")
    phone.locator(".st-key-layer-conv1 .js-plotly-plot").wait_for(timeout=LONG)
    settle(phone)
    maps = "(chart) => [...chart._fullData[0].z].flatMap((row) => [...row])"
    assert phone.locator(".st-key-layer-conv1 .js-plotly-plot").evaluate(maps) == page.locator(
        ".st-key-layer-conv1 .js-plotly-plot"
    ).evaluate(maps)
    sidebar.get_by_role("button", name="Remove all steps").click()
    page.wait_for_function("() => !location.search.includes('steps')")
    expect(sidebar).not_to_contain_text("Augmented")


def test_a_random_version_is_taken_as_it_is_and_ones_own_picture_is_downloaded_as_it_is_shown(
    page: Page, address: str, photograph: Path
) -> None:
    text = "rotate-1_crop-0.60_noise-0.20-3"
    augment_page(page, address, f"picture=coffee&steps={text}&seed=7")
    expect(page.locator(".st-key-contact-sheet img")).to_have_count(9)
    version = random_versions(parse(text), seed=7, number=9)[3]
    page.get_by_role("button", name="Use").nth(3).click()
    expect_steps(page, write(version))
    expect_after(page, augment(open_sample("coffee").pixels, version))

    upload(page, photograph)
    expect(page.get_by_test_id("stSidebar")).to_contain_text("holiday.jpg · 1600 × 1100")
    settle(page)
    expect(page.get_by_text("at most 1280 pixels on a side")).to_be_visible()
    original = display_copy(open_picture(photograph.read_bytes(), name="holiday.jpg").pixels)
    expected = augment(original, version)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Download PNG, {expected.shape[1]} × {expected.shape[0]}").click()
    assert waiting.value.suggested_filename == "holiday-augmented.png"
    file = Path(waiting.value.path()).read_bytes()
    assert np.array_equal(open_picture(file, name="a.png").pixels, expected)
