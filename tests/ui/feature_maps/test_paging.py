"""A layer with more channels than one chart shows comes in pages, which are chosen below the layer's own heading."""

import json
from pathlib import Path

import keras
import pytest
from streamlit.testing.v1.element_tree import Block

from tests.ui.apps import PAGES, components, elements, opened
from ui.feature_maps.controls import DERIVATIVE, DIFFERENCE, MAPS, TUNING
from vizcore.networks.entries import OWN


@pytest.fixture
def wide_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer with one page of channels before a layer with two."""
    layers = [
        keras.layers.Conv2D(3, 3, name="first"),
        keras.layers.Conv2D(70, 3, name="wide"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, activation="softmax", name="answer"),
    ]
    path = tmp_path / "wide.keras"
    keras.Sequential([keras.Input((16, 20, 3), name="picture"), *layers], name="wide").save(path)
    monkeypatch.setenv("VIZCORE_MODEL", str(path))


def outline(block: Block, layer: str) -> list[str]:
    """What names the layer and what belongs to its pages, from top to bottom."""
    found = []
    for element in elements(block):
        if element.type in ("header", "caption") and layer in element.value:
            found.append(element.value)
        elif element.type == "pagination" and element.proto.id.endswith(f"page-{layer}"):
            found.append("pager")
        elif element.type == "bidi_component" and f"-layer-{layer}" in element.proto.id:
            data = json.loads(element.proto.json)
            if "figure" in data:
                assert not data["heading"]  # the one that is seen is enough
                found.append("chart")
    return found


@pytest.mark.usefixtures("wide_network")
@pytest.mark.parametrize(("view", "num_charts"), [(MAPS, 1), (DIFFERENCE, 3), (DERIVATIVE, 2), (TUNING, 1)])
def test_the_pages_of_a_layer_are_chosen_between_its_heading_and_its_charts(view: str, num_charts: int) -> None:
    app = opened(PAGES[2], network=OWN, view=view, layers=["first", "wide"], **{"page-wide": "2"})
    assert not app.exception
    head = ["wide · Conv2D · 12 × 16 × 70", "pager", "wide: tiles 65–70 of 70"]
    assert outline(app.main, "wide") == [*head, *["chart"] * num_charts]


@pytest.mark.usefixtures("wide_network")
def test_the_chart_of_a_page_says_which_tiles_it_shows_in_a_file_too() -> None:
    app = opened(PAGES[2], network=OWN, layers=["first", "wide"])
    titles = [data["figure"]["layout"]["title"]["text"] for data in components(app) if "figure" in data]
    assert titles[:2] == [
        "first · Conv2D · 14 × 18 × 3 · each channel, locked",
        "tiles 1–64 of 70 · each channel, locked",
    ]
