"""The app without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = (
    "streamlit_app.py",
    "pages/1_Brighten.py",
    "pages/2_Feature_maps.py",
    "pages/3_Train.py",
    "pages/4_Augment.py",
)


def opened(page: str = PAGES[0], **parameters: str | list[str]) -> AppTest:
    """A visitor who opens a page by an address with these parameters."""
    app = AppTest.from_file(str(ROOT / PAGES[0]), default_timeout=60)
    if page != PAGES[0]:
        app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()
