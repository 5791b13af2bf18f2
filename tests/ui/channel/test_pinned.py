"""A pinned channel stays beside the others, on both pages and over a change of page."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, components, opened
from vizcore.activations.reading import read
from vizcore.edits.brightness import Light, adjust
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

MAPS, CHANNEL = PAGES[2], PAGES[5]


def numbers(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    found = [data for data in components(app) if data.get("key") == "pinned-numbers"]
    return dict(found[0]["rows"]) if found else {}


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_channel_is_pinned_and_stays_while_others_are_looked_at_and_on_the_other_page() -> None:
    app = opened(MAPS, layers=["conv1"], channel="conv1.9", gain="1.5")
    assert numbers(app) == {}
    press(app, "Pin")
    assert app.query_params["pinned"] == "conv1.9"
    pixels = display_copy(open_sample("cat").pixels)
    sides = [
        read(build_trained_cnn(), shipped_batch(adjust(pixels, Light.of("gain", gain))), ["conv1"])["conv1"][..., 9]
        for gain in (1, 1.5)
    ]
    said = [float(text.replace("\N{MINUS SIGN}", "-")) for text in numbers(app)["maximum"].split(" → ")]
    assert said == pytest.approx([float(side.max()) for side in sides], rel=1e-3)

    app.query_params = {}
    app.switch_page(CHANNEL).run()
    assert numbers(app)["maximum"].split(" → ")[1] == f"{sides[1].max():.4g}"
    press(app, "Unpin")
    assert numbers(app) == {}
    assert "pinned" not in app.query_params


@pytest.mark.parametrize("pinned", ["conv2.64", "conv9.1", "", "x", "conv2.1.99.99"])
@pytest.mark.parametrize("page", [MAPS, CHANNEL])
def test_a_pinned_channel_that_does_not_exist_breaks_nothing(page: str, pinned: str) -> None:
    app = opened(page, pinned=pinned)
    assert not app.exception
    assert not app.error
    assert bool(numbers(app)) == (pinned == "conv2.1.99.99")


def test_a_unit_of_a_vector_can_be_pinned() -> None:
    app = opened(CHANNEL, pinned="logits.3", gain="1.5")
    assert set(numbers(app)) == {"mean", "maximum"}
    press(app, "Open")
    assert app.query_params["channel"] == "logits.3"
