"""The pictures of the documentation, screenshots of the app in a real browser: `make images`."""

import tempfile
from pathlib import Path

from tests.browser.app import ROOT, running_app, running_chromium, settle

IMAGES = ROOT / "docs" / "images"
VIEWS = {
    "feature-maps.png": ("Feature_maps?picture=coffee&gain=1.8&layers=conv1&layers=conv2&channel=conv1.8", "dark"),
}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    log = Path(tempfile.mkdtemp()) / "app.log"
    with running_app(log) as (address, _), running_chromium() as browser:
        for name, (view, scheme) in VIEWS.items():
            page = browser.new_page(viewport={"width": 1360, "height": 1560}, color_scheme=scheme)
            page.goto(f"{address}/{view}")
            page.get_by_test_id("stHeading").first.wait_for()
            page.wait_for_timeout(2000)
            settle(page)
            page.wait_for_timeout(1000)
            page.screenshot(path=IMAGES / name)
            print(IMAGES / name)


if __name__ == "__main__":
    main()
