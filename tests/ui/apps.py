"""The app without a browser."""

import json
from pathlib import Path
from typing import Any

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


def components(app: AppTest) -> list[dict[str, Any]]:
    """What the page gives its components, those that take bytes left out."""
    return [json.loads(part.proto.json) for part in app.get("bidi_component") if part.proto.json]


def answers(app: AppTest) -> list[list[dict[str, Any]]]:
    """The bars of the picture as it is and as edited, or augmented: name, text, start and end of each."""
    sides = {data["key"]: data["bars"] for data in components(app) if "bars" in data}
    return [sides["answer-as-it-is"], sides["answer-as-edited"]]


def said(app: AppTest) -> list[str]:
    """The sentences that follow a held thumb."""
    return [data["text"] for data in components(app) if data.get("text")]
