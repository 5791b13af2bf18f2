"""One app and one Chromium for all journeys; every journey is a visitor of its own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import running_app, running_chromium, visitor

# Two cores that also compile, train or serve others are slow at times; a journey is about what comes, not when.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def app_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app") / "app.log"


@pytest.fixture(scope="session")
def address(app_log: Path) -> Iterator[str]:
    with running_app(app_log) as (url, _):
        yield url
    # Whatever the visitors did, no page may have raised anything but its sentences.
    assert "Traceback" not in app_log.read_text()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, viewport={"width": 1400, "height": 900}, color_scheme="light") as page:
        yield page


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        yield page


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG of 1600 × 1100 pixels with every value in it, as a camera would hand it over."""
    down, across = np.mgrid[0:1100, 0:1600]
    waves = np.stack(
        [across * 255 / 1599, down * 255 / 1099, 127.5 + 127 * np.sin(across / 40) * np.cos(down / 30)], -1
    )
    noise = np.random.default_rng(5).normal(0, 6, waves.shape)
    path = tmp_path_factory.mktemp("pictures") / "holiday.jpg"
    Image.fromarray(np.clip(waves + noise, 0, 255).astype(np.uint8)).save(path, quality=92)
    return path
