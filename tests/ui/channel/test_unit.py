"""What the Channel page sends to its component, against the network itself."""

import base64
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, opened
from vizcore import preprocess_image
from vizcore.activations.reading import read
from vizcore.edits.brightness import KINDS, adjust
from vizcore.figures.chart import percent
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

CHANNEL = PAGES[5]


def unit_of(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    return next(data for data in components(app) if data.get("key") == "unit")


def floats(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), np.float32)


@pytest.fixture(scope="module")
def maps() -> dict[str, NDArray[np.float32]]:
    """Every layer of the first network for the cat, at the gain 1 and 1.5: name → (2, …)."""
    network, pixels = build_trained_cnn(), display_copy(open_sample("cat").pixels)
    batches = [preprocess_image(adjust(pixels, KINDS["gain"].light(gain))) for gain in (1, 1.5)]
    sides = [read(network, batch, [layer.name for layer in network.layers]) for batch in batches]
    return {name: np.stack([side[name] for side in sides]) for name in sides[0]} | {"": np.concatenate(batches)}


def test_a_link_to_a_channel_opens_its_strongest_cell_at_any_brightness(maps: dict[str, NDArray[np.float32]]) -> None:
    strongest = np.unravel_index(np.abs(maps["conv2"][0, :, :, 17]).argmax(), maps["conv2"].shape[1:3])
    for gain in ("1.0", "1.5"):
        unit = unit_of(opened(CHANNEL, channel="conv2.17", gain=gain))
        assert unit["cell"] == list(strongest)


def test_the_maps_and_inputs_are_those_of_both_pictures(maps: dict[str, NDArray[np.float32]]) -> None:
    unit = unit_of(opened(CHANNEL, channel="conv2.17.5.9", gain="1.5"))
    assert unit["unit"] | {"kind": ""} == {
        "layer": "conv2", "kind": "", "channel": 17, "height": 29, "width": 29, "numChannels": 64,
    }  # fmt: skip
    assert unit["cell"] == [5, 9]
    for index, side in enumerate(("original", "edited")):
        np.testing.assert_allclose(floats(unit[side]["map"]), maps["conv2"][index, :, :, 17].ravel(), atol=1e-5)
        np.testing.assert_allclose(floats(unit[side]["inputs"]), maps["pool1"][index].ravel(), atol=1e-5)
        assert unit["exact"][side] == pytest.approx(maps["conv2"][index, 5, 9, 17], abs=1e-5)
    assert unit["names"][3] == "pool1 · 3"
    assert unit["targets"][3] == {"layer": "pool1", "channel": 3}


def test_the_first_layer_is_fed_by_the_colours_of_the_picture(maps: dict[str, NDArray[np.float32]]) -> None:
    unit = unit_of(opened(CHANNEL, channel="conv1.4", gain="1.5"))
    assert unit["names"] == ["input · red", "input · green", "input · blue"]
    assert unit["targets"] == [None, None, None]
    np.testing.assert_allclose(floats(unit["edited"]["inputs"]), maps[""][1].ravel(), atol=1e-6)


def test_the_field_of_a_cell_is_in_pixels_of_the_picture() -> None:
    # 300 rows and 451 columns on 64 each: a pixel of the input is 4.69 by 7.05 of the picture. The bicubic resize takes
    # two more on each side.
    field = unit_of(opened(CHANNEL, channel="conv1.4.10.20"))["field"]
    first, behind = field["rows"][10]
    assert first <= 10 * 300 / 64 < 13 * 300 / 64 <= behind
    assert behind - first <= (3 + 3) * 300 / 64 + 1
    first, behind = field["columns"][20]
    assert first <= 20 * 451 / 64 < 23 * 451 / 64 <= behind
    assert (field["status"], field["reason"]) == ("exact", "")


@pytest.mark.parametrize(
    ("address", "shown", "words"),
    [
        ("conv9.3", ("conv1", 3), "no layer “conv9”"),
        ("conv2.64", ("conv2", 63), "no channel 64"),
        ("conv2.3.40.2", ("conv2", 3), "no cell in row 40"),
        ("logits.12", ("logits", 9), "no channel 12"),
    ],
)
def test_an_address_that_does_not_exist_opens_the_nearest_and_says_so(
    address: str, shown: tuple[str, int], words: str
) -> None:
    app = opened(CHANNEL, channel=address)
    unit = unit_of(app)["unit"]
    assert unit["layer"].startswith(shown[0][:4])
    assert unit["channel"] == shown[1]
    assert any(words in info.value for info in app.info)
    assert app.query_params["channel"] != address


@pytest.mark.parametrize("channel", ["", "conv2", "conv2.x", ".3", "conv2.1.2", "conv2.99999999"])
def test_an_address_of_another_form_opens_the_first_layer(channel: str) -> None:
    app = opened(CHANNEL, channel=channel)
    unit = unit_of(app)["unit"]
    assert not app.error
    assert unit["channel"] == 0 or channel == "conv2.1.2"


@pytest.mark.parametrize("layer", ["pool1", "flatten", "dense1", "logits"])
def test_every_kind_of_layer_has_its_page(layer: str, maps: dict[str, NDArray[np.float32]]) -> None:
    unit = unit_of(opened(CHANNEL, channel=f"{layer}.7", gain="1.5"))
    assert unit["refusal"] == ""
    row, column = unit["cell"]
    value = maps[layer][1][..., 7]
    assert unit["exact"]["edited"] == pytest.approx(value[row, column] if value.ndim else value, abs=1e-4)


def test_the_gradient_in_the_middle_of_the_field_is_that_of_the_kernel() -> None:
    kernel = build_trained_cnn().get_layer("conv1").get_weights()[0][..., 4]
    app = opened(CHANNEL, channel="conv1.4", gain="1.0")
    assert not app.exception
    strength = np.abs(kernel).sum(axis=2)
    # The middle half of three pixels is the middle one and a quarter of those beside it.
    parts = np.array([0.25, 1, 0.25])
    share = (strength * np.outer(parts, parts)).sum() / strength.sum()
    assert any(f"**{percent(float(share))}** of the gradient" in text.value for text in app.markdown)


def test_the_fit_and_the_lens_of_feature_maps_are_those_of_this_page_and_of_its_address() -> None:
    plain = unit_of(opened(CHANNEL, channel="conv1.4"))
    app = opened(PAGES[2], layers=["conv1"], fit="pad", standardise="true", channel="conv1.4")
    app.query_params = {}
    app.switch_page(CHANNEL).run()
    unit = unit_of(app)
    assert unit["original"]["inputs"] != plain["original"]["inputs"]
    assert app.query_params["fit"] == ["pad"] or app.query_params["fit"] == "pad"
    assert "every pixel" in unit["field"]["reason"]
    again = unit_of(opened(CHANNEL, channel="conv1.4", fit="pad", standardise="true"))
    assert again["original"]["inputs"] == unit["original"]["inputs"]
