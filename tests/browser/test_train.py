"""A network learns while one watches; afterwards one looks into it."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.app import settle
from tests.browser.steps import address as parameters
from tests.browser.steps import go, levels
from vizcore.activations.reading import read
from vizcore.datasets.shapes import CLASSES
from vizcore.edits.brightness import Light, adjust
from vizcore.inputs.fitting import preprocess_image
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import ScaleChoice, range_scale
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

LONG = 120_000  # TensorFlow is loaded first, on cores that do other things as well


def train_page(page: Page, url: str, **choices: object) -> None:
    page.goto(f"{url}/Train?" + "&".join(f"{name}={value}" for name, value in choices.items()))
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    settle(page)


def maps_of(when: str) -> re.Pattern[str]:
    """The title of the feature maps. Beside the choices it takes two lines."""
    return re.compile(f"^Feature maps of conv1.*{when}$")


def first_maps(page: Page) -> np.ndarray:
    values: list[int] = page.locator(".st-key-first-maps .js-plotly-plot").evaluate(
        "(chart) => [...chart._fullData[0].z].flatMap((row) => [...row])"
    )
    return np.array(values, np.uint8)


def test_after_a_training_one_goes_back_through_its_epochs_and_the_network_can_be_looked_into(
    page: Page, address: str, tmp_path: Path
) -> None:
    train_page(page, address, pictures=200, epochs=2, rate=0.005, batch=32, picture="rocket")
    page.get_by_role("button", name="Start").click()
    title = page.locator(".st-key-first-maps .gtitle")
    expect(page.get_by_role("heading", name="Result")).to_be_visible(timeout=LONG)
    expect(title).to_have_text(maps_of("after epoch 2"))
    settle(page)
    after = first_maps(page)

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Weights").click()
    weights = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(weights)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="History (CSV)").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("number,loss,accuracy,validation_loss")

    # Back to before the first epoch, with the keyboard.
    page.get_by_role("slider", name="After epoch").focus()
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(maps_of("after epoch 1"))
    page.keyboard.press("Home")
    expect(title).to_have_text(maps_of("before training"))
    expect(page.locator(".st-key-kernels .gtitle")).to_have_text(re.compile("^Kernels of conv1.*before training$"))
    settle(page)
    before = first_maps(page)
    assert (before != after).mean() > 0.05

    # What was shown is what these weights say.
    pixels = display_copy(open_sample("rocket").pixels)
    fresh, trained = build_simple_cnn(), build_simple_cnn()
    trained.load_weights(weights)
    maps = [read(network, preprocess_image(pixels), ["conv1"])["conv1"] for network in (fresh, trained)]
    scale = page.locator(".st-key-first-maps .js-plotly-plot").evaluate(
        "(chart) => [chart.layout.meta.lows[0], chart.layout.meta.highs[0]]"
    )
    for shown, values in ((before, maps[0]), (after, maps[1])):
        drawn = mosaic(values, scale=range_scale(scale[0], scale[1], num_channels=32), columns=8, gap=3)
        assert np.abs(shown.astype(int) - drawn.levels.ravel()).max() <= 1

    # Another page, and the network of one's own in its list.
    page.get_by_role("link", name="Feature maps").first.click()
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("combobox").click()
    page.get_by_role("option", name="trained here").click()
    expect(sidebar).to_contain_text("Trained here on Shapes")
    page.wait_for_function("() => location.search.includes('network=trained+here')")
    settle(page)
    names = page.locator(".st-key-answer-original .name").all_text_contents()
    assert names
    assert set(names) <= set(CLASSES)
    gain = 1.5
    layers = {
        amount: read(trained, preprocess_image(adjust(pixels, Light.of("gain", amount))), ["conv2"])["conv2"]
        for amount in (1.0, gain)
    }
    meta = page.locator(".st-key-layer-conv2 .js-plotly-plot").evaluate("(chart) => chart.layout.meta")
    one_range = ScaleChoice().scale(layers[1.0], layers[gain])
    order = np.array(meta["channels"])
    expected = mosaic(layers[gain], scale=one_range, columns=16, channels=order, gap=meta["gap"]).levels.ravel()
    assert np.abs(np.array(levels(page, "conv2")) - expected.astype(int)).max() <= 1


def test_filters_form_while_it_trains_until_it_is_stopped_and_then_who_waits_has_the_turn(
    page: Page, phone: Page, address: str
) -> None:
    # An epoch is soon over, and fifty of them are not.
    train_page(page, address, pictures=2_000, epochs=50, batch=16)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=LONG)
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 50 · step \d"))).to_be_visible(timeout=LONG)
    # It goes on while other pages are looked at.
    page.get_by_role("link", name="Brighten").first.click()
    expect(page.get_by_role("heading", name="Brighten", exact=True)).to_be_visible()
    page.get_by_role("link", name="Train").first.click()
    title = page.locator(".st-key-first-maps .gtitle")
    expect(title).to_have_text(maps_of("after epoch [1-9].*"), timeout=LONG)
    page.get_by_role("button", name="Stop training").click()
    expect(page.get_by_text(re.compile(r"Stopped after [1-9]\d* whole epoch"))).to_be_visible()
    expect(page.get_by_role("heading", name="Result")).to_be_visible()
    page.get_by_role("button", name="Continue from here").click()
    stop = page.get_by_role("button", name="Stop training")
    expect(page.get_by_text(re.compile(r"Epoch \d+ of \d+ · step \d"))).to_be_visible(timeout=LONG)
    stop.click()
    expect(page.get_by_text(re.compile(r"Stopped after [1-9]\d* whole epoch"))).to_be_visible()

    page.get_by_role("button", name="Start").click()
    expect(stop).to_be_enabled(timeout=LONG)
    # A hostile link opens the page as it is without it, on a phone, too.
    hostile = {"data": "%2e%2e%2fetc", "batch": "-3", "rate": "NaN", "augment": "%00"}
    train_page(phone, address, pictures=200, epochs=1, **hostile)
    expect(phone.get_by_test_id("stException")).to_have_count(0)
    expect(phone.get_by_test_id("stSidebar")).to_contain_text("Chelsea the cat")
    phone.get_by_role("button", name="Start").click()
    expect(phone.get_by_text("Waiting: one training is before yours")).to_be_visible()
    # That a visitor who leaves stops it too, after a while, is proved in tests/ui/jobs/test_queue.py.
    stop.click()
    expect(phone.get_by_text("Waiting: one training is before yours")).to_have_count(0)
    expect(phone.get_by_role("heading", name="Result")).to_be_visible(timeout=LONG)
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_the_options_travel_in_the_address_and_to_other_pages(page: Page, address: str) -> None:
    train_page(page, address, epochs=7, rate=0.001)
    page.get_by_role("radio", name="CIFAR-10").or_(page.get_by_role("button", name="CIFAR-10")).first.click()
    page.wait_for_function("() => location.search.includes('data=CIFAR-10')")
    settle(page)
    expect(page.get_by_text("170,498,071 bytes")).to_be_visible()
    expect(page.get_by_role("button", name="Download 170 MB and start")).to_be_enabled()
    # The options that suit these pictures came with them.
    chosen = parameters(page)
    assert chosen["epochs"] == ["10"]
    assert chosen["augment"] == ["true"]
    page.get_by_role("link", name="Brighten").first.click()
    page.wait_for_url("**/Brighten*")
    settle(page)
    page.get_by_role("link", name="Train").first.click()
    expect(page.get_by_text("170,498,071 bytes")).to_be_visible()
    settle(page)
    assert parameters(page) == chosen
    go(page, f"{address}/Feature_maps?network=trained+here")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("trained on CIFAR-10")
