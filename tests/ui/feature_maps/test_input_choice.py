"""How the picture becomes the network's input: chosen under "More", in the address, named by the code."""

import base64
import io
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, opened
from vizcore.inputs.fitting import preprocess_image
from vizcore.networks.catalogue import entries
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

OWN = "the network's own"


def received(app: AppTest) -> np.ndarray:
    assert not app.exception
    (source,) = [data["source"] for data in components(app) if "source" in data]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))))


def expected(way: str, fit: str = "stretch") -> np.ndarray:
    batch = preprocess_image(display_copy(open_sample("star").pixels), fit=fit, interpolation=way)
    return np.rint(np.clip(batch[0], 0, 1) * 255).astype(np.uint8)


def named(app: AppTest) -> str:
    return next(caption.value for caption in app.caption if "resize(" in caption.value)


def test_the_interpolation_is_the_networks_own_until_another_is_chosen() -> None:
    app = opened(PAGES[2], picture="star", gain="1.0", network="untrained", layers=["conv1"])
    np.testing.assert_array_equal(received(app), expected("bicubic"))
    assert app.selectbox(key="interpolation").value == OWN
    assert "interpolation" not in app.query_params
    assert "bicubic, as in the tutorial" in named(app)
    assert "`img.resize((64, 64))`" in named(app)
    app.selectbox(key="network").set_value("trained").run()
    np.testing.assert_array_equal(received(app), expected("bicubic"))
    app.selectbox(key="interpolation").set_value("nearest").run()
    np.testing.assert_array_equal(received(app), expected("nearest"))
    assert app.query_params["interpolation"] == "nearest"
    app.selectbox(key="interpolation").set_value("bicubic without antialiasing").run()
    np.testing.assert_array_equal(received(app), expected("bicubic without antialiasing"))
    assert '`tf.image.resize(pixels, (64, 64), method="bicubic")`' in named(app)


def test_a_link_opens_the_interpolation_beside_the_fit_and_another_network_keeps_it() -> None:
    app = opened(PAGES[2], picture="star", gain="1.0", fit="pad", interpolation="Lanczos", layers=["conv1"])
    np.testing.assert_array_equal(received(app), expected("Lanczos", "pad"))
    app.selectbox(key="network").set_value("untrained").run()
    np.testing.assert_array_equal(received(app), expected("Lanczos", "pad"))
    unknown = opened(PAGES[2], picture="star", gain="1.0", interpolation="cubic", layers=["conv1"])
    np.testing.assert_array_equal(received(unknown), expected("bicubic"))
    assert any("interpolation=cubic" in info.value for info in unknown.info)


@pytest.mark.parametrize(
    ("chosen", "line"),
    [
        ({}, "preprocess_image(brightened)"),
        ({"network": "untrained"}, "preprocess_image(brightened)"),
        ({"interpolation": "area"}, 'preprocess_image(brightened, interpolation="area")'),
    ],
)
def test_the_code_box_names_the_interpolation_and_the_call(chosen: dict[str, str], line: str) -> None:
    view = {"span": "tutorial", "lock": "false", "order": "index", "layers": ["conv1"], "gain": "1.2"}
    app = opened(PAGES[2], picture="star", **view, **chosen)
    assert not app.exception
    code = next(block.value for block in app.code if "preprocess_image" in block.value)
    assert line in code.replace("'", '"')
    assert f"# The resize is {named(app).partition('`')[2].removesuffix('`')}" in code


def test_every_network_has_the_default_of_its_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)]).save(tmp_path / "mine.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "mine.keras"))
    ways = {name: (entry.interpolation, entry.pipeline) for name, entry in entries().items()}
    assert ways.pop("own model") == ("bilinear without antialiasing", "keras.utils.image_dataset_from_directory")
    for name in ("trained", "brightened", "untrained"):
        assert ways.pop(name) == ("bicubic", "the tutorial")
    assert set(ways.values()) == {("nearest", "keras.utils.load_img")}
    assert len(ways) == 3
