"""One app and one Chromium for all journeys. Every journey is a session of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.app import running_app, running_chromium, tab

# Two cores that also compile, train or serve other pages are slow at times. Journeys test results, not speed.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@contextmanager
def _flawless_app(log: Path) -> Iterator[str]:
    with running_app(log) as (url, _):
        yield url
    # Pages show refusals as sentences, so no action of a visitor may leave a traceback in the log.
    # Streamlit 1.67 itself logs one when the browser gives up a file that is on its way.
    lines = log.read_text()
    assert lines.count("Traceback") == lines.count("\nstarlette.requests.ClientDisconnect\n")


@pytest.fixture(scope="session")
def slow_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operator's slow model. Its answer is "bright" for a mean above a quarter, else "dark"."""
    layers = [
        keras.layers.Conv2D(64, 1, name="means"),
        keras.layers.Conv2D(64, 3, padding="same", name="slow"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, name="answer"),
    ]
    model = keras.Sequential([keras.Input((224, 224, 3), name="picture"), *layers], name="deep")
    means, same = np.zeros((1, 1, 3, 64), np.float32), np.zeros((3, 3, 64, 64), np.float32)
    means[:, :, :, 0] = 1 / 3
    same[1, 1, 0, 0] = 1
    answer = np.zeros((64, 2), np.float32)
    answer[0] = -1, 1
    for layer, kernel, bias in zip(
        (layers[0], layers[1], layers[3]), (means, same, answer), ([0] * 64, [0] * 64, [0.25, -0.25]), strict=True
    ):
        layer.set_weights([kernel, np.array(bias, np.float32)])
    path = tmp_path_factory.mktemp("deep") / "deep.keras"
    model.save(path)
    path.with_suffix(".txt").write_text("dark\nbright\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with _flawless_app(tmp_path_factory.mktemp("app") / "app.log") as url:
        yield url


@pytest.fixture(scope="session")
def own_address(tmp_path_factory: pytest.TempPathFactory, slow_model: Path) -> Iterator[str]:
    """An app of its own for the operator's model, which is the first that a visitor sees."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIZCORE_MODEL", str(slow_model))
        with _flawless_app(tmp_path_factory.mktemp("own") / "app.log") as url:
            yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def desk(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser profile for all desktop pages: it has Streamlit's and Plotly's scripts after the first page."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, color_scheme="light")
    yield context
    context.close()


@pytest.fixture(scope="session")
def pocket(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    with tab(desk) as page:
        yield page


@pytest.fixture
def phone(pocket: BrowserContext) -> Iterator[Page]:
    with tab(pocket) as page:
        yield page


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG of 1600 × 1100 pixels that contains every value, like a camera's file."""
    down, across = np.mgrid[0:1100, 0:1600]
    waves = np.stack(
        [across * 255 / 1599, down * 255 / 1099, 127.5 + 127 * np.sin(across / 40) * np.cos(down / 30)], -1
    )
    noise = np.random.default_rng(5).normal(0, 6, waves.shape)
    path = tmp_path_factory.mktemp("pictures") / "holiday.jpg"
    Image.fromarray(np.clip(waves + noise, 0, 255).astype(np.uint8)).save(path, quality=92)
    return path
