"""What a channel prefers, on the page, against networks that are run by hand."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, elements, gone_back, opened
from tests.ui.jobs.trainings import until
from ui.cached.jobs import climb_queue
from ui.channel import prefer
from vizcore.activations.reading import read
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import Light, adjust
from vizcore.inputs.interpolation import OF_KERAS_FOLDERS
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import SAMPLES, open_sample
from vizcore.units.maximisation import Climb

layers = keras.layers
CHANNEL = PAGES[5]


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefer, "_OF_SMALL", Climb(steps=64, number=2))


@pytest.fixture(scope="module")
def maps() -> dict[str, FloatArray]:
    """Key of a sample → (h, w, C) conv2."""
    network = build_trained_cnn()
    batches = {key: shipped_batch(display_copy(open_sample(key).pixels)) for key in SAMPLES}
    return {key: read(network, batch, ["conv2"])["conv2"] for key, batch in batches.items()}


def pictures(app: AppTest) -> list[Any]:
    return [picture for one in elements(app.main) if one.type == "image" for picture in one.proto.imgs]


def captions(app: AppTest) -> list[str]:
    return [picture.caption for picture in pictures(app)]


def click(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return app


def ended(app: AppTest) -> AppTest:
    """The page after its climb has ended."""
    assert app.session_state["_climbs"]
    until(lambda: not climb_queue()._jobs)
    app.run()
    assert not app.exception
    assert not app.error
    return app


def number(caption: str) -> float:
    return float(caption.split()[-1].replace("−", "-"))


def test_the_strongest_patches_are_those_of_the_strongest_cells(maps: dict[str, FloatArray]) -> None:
    app = opened(CHANNEL, channel="conv2.17", gain="1.5")
    assert not app.exception
    strongest = {key: float(each[..., 17].max()) for key, each in maps.items()}
    order = sorted(strongest, key=lambda key: -strongest[key])[:6]
    said = [caption.split(" · ") for caption in captions(app)]
    assert [key for _, key in said] == order
    assert [float(value) for value, _ in said] == pytest.approx([strongest[key] for key in order], rel=5e-3)


def test_pictures_are_found_that_go_beyond_every_sample_picture_and_are_kept(maps: dict[str, FloatArray]) -> None:
    app = ended(click(opened(CHANNEL, channel="conv2.17"), "Find three pictures"))
    (job,) = app.session_state["_climbs"].values()
    network = build_trained_cnn()
    means = [
        float(read(network, each.pixels[None] / np.float32(255), ["conv2"])["conv2"][..., 17].mean())
        for each in job.result
    ]
    found = [caption for caption in captions(app) if caption.startswith("mean")]
    assert [number(caption) for caption in found] == pytest.approx(means, rel=5e-3)
    largest = max((float(each[..., 17].mean()), key) for key, each in maps.items())
    text = next(block.value for block in app.markdown if "The largest mean" in block.value)
    assert f"{largest[0]:.3g}" in text
    assert largest[1] in text
    assert "No picture" not in text
    assert min(means) > largest[0]
    # Another brightness and another picture leave what was found.
    gone_back(app, {"channel": "conv2.17", "picture": "coffee", "gain": "2.0"})
    assert [caption for caption in captions(app) if caption.startswith("mean")] == found
    # The button is gone, and another visitor has the same answer without a step.
    assert "Find three pictures" not in [button.label for button in app.button]
    other = ended(click(opened(CHANNEL, channel="conv2.17"), "Find three pictures"))
    (again,) = other.session_state["_climbs"].values()
    assert again.result is job.result
    assert again.progress.share == 0


@pytest.mark.parametrize("value_range", ["0…255", "BGR − mean"])
def test_the_picture_that_is_accentuated_is_the_one_that_the_network_receives(
    value_range: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The channel is the first colour that the network receives: red, or blue where blue is first.
    convolution = layers.Conv2D(1, 1, name="conv")
    model = keras.Sequential([keras.Input((24, 24, 3)), convolution, layers.GlobalAveragePooling2D(name="mean")])
    convolution.set_weights([np.array([1.0, 0, 0]).reshape(1, 1, 3, 1), np.zeros(1)])
    model.save(tmp_path / "own.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
    link = {"network": "own model", "range": value_range, "channel": "conv.0", "gain": "1.5"}
    app = ended(click(opened(CHANNEL, **link), "Accentuate it"))
    (job,) = app.session_state["_climbs"].values()
    wanted = InputFormat((24, 24, 3), RANGES[value_range], interpolation=OF_KERAS_FOLDERS)
    received = prepared(display_copy(open_sample("cat").pixels), Light.of("gain", 1.5), wanted=wanted)
    assert job.result[0].before == pytest.approx(float(received[..., 0].mean()), abs=0.1)
    assert number(captions(app)[-2]) == pytest.approx(job.result[0].before, rel=5e-3)


def test_of_two_quick_clicks_one_begins_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefer, "_OF_SMALL", Climb(steps=100_000, number=1))
    app = opened(CHANNEL, channel="conv1.3")
    noise, picture = (
        next(button for button in app.button if button.label == label)
        for label in ("Find three pictures", "Accentuate it")
    )
    # Both are in one request, as if the second had been made before the page was drawn anew.
    noise.click()
    picture.click().run()
    assert len(app.session_state["_climbs"]) == len(climb_queue()._jobs) == 1
    (job,) = app.session_state["_climbs"].values()
    climb_queue().stop(job)
    until(lambda: not climb_queue()._jobs)


def test_the_edited_picture_is_accentuated_and_belongs_to_its_light() -> None:
    app = ended(click(opened(CHANNEL, channel="conv2.17", gain="1.5"), "Accentuate it"))
    before, after = captions(app)[-2:]
    edited = shipped_batch(adjust(display_copy(open_sample("cat").pixels), Light.of("gain", 1.5)))
    expected = float(read(build_trained_cnn(), edited, ["conv2"])["conv2"][..., 17].mean())
    assert before.startswith("before: ")
    assert number(before) == pytest.approx(expected, rel=1e-2)
    assert number(after) > number(before)
    gone_back(app, {"channel": "conv2.17", "gain": "2.0"})
    assert not [caption for caption in captions(app) if caption.startswith("before")]
    assert "Accentuate it" in [button.label for button in app.button]


def test_a_search_that_was_stopped_keeps_what_there_is_and_may_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefer, "_OF_SMALL", Climb(steps=100_000, number=2))
    app = click(opened(CHANNEL, channel="conv1.3"), "Find three pictures")
    (job,) = app.session_state["_climbs"].values()
    until(lambda: job.progress.share > 0)
    busy = {button.label: button.disabled for button in app.run().button}
    assert busy["Find three pictures"]
    assert busy["Accentuate it"]
    ended(click(app, "Stop search"))
    assert job.result
    assert job.result[0].steps < 100_000
    assert any(caption.startswith("mean") for caption in captions(app))
    assert not next(button for button in app.button if button.label == "Find three pictures").disabled
    # Another visitor does not get what is not whole.
    other = click(opened(CHANNEL, channel="conv1.3"), "Find three pictures")
    (anew,) = other.session_state["_climbs"].values()
    until(lambda: anew.progress.share > 0)
    click(other.run(), "Stop search")
    until(lambda: anew.finished)


def test_a_channel_of_one_value_has_no_strongest_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convolution = layers.Conv2D(2, 3, activation="relu", name="conv")
    model = keras.Sequential([keras.Input((24, 24, 3)), convolution, layers.GlobalAveragePooling2D(name="mean")])
    kernel = np.zeros((3, 3, 3, 2), np.float32)
    kernel[..., 0] = 1
    convolution.set_weights([kernel, np.array([0, -1], np.float32)])
    model.save(tmp_path / "own.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
    said = {
        channel: [caption.value for caption in opened(CHANNEL, network="own model", channel=channel).caption]
        for channel in ("conv.0", "conv.1", "mean.1")
    }
    sentence = "has one value all over each sample picture"
    assert not any(sentence in text for text in said["conv.0"])
    assert any(f"The channel {sentence}" in text for text in said["conv.1"])


def test_a_dead_channel_reaches_what_it_has_on_the_sample_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convolution = layers.Conv2D(1, 1, activation="relu", name="conv")
    model = keras.Sequential([keras.Input((24, 24, 3)), convolution, layers.GlobalAveragePooling2D(name="mean")])
    convolution.set_weights([np.ones((1, 1, 3, 1)), np.array([-4.0])])
    model.save(tmp_path / "own.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
    app = ended(click(opened(CHANNEL, network="own model", channel="conv.0"), "Find three pictures"))
    text = next(block.value for block in app.markdown if "The largest mean" in block.value)
    assert text.startswith("The largest mean on a sample picture is **0**")
    assert "No picture" not in text


def test_a_layer_that_no_gradient_reaches_says_so_and_has_patches_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = keras.Input((24, 24, 3))
    rounded = keras.ops.round(layers.Conv2D(2, 3, name="before")(pixels) * 9)
    keras.Model(pixels, layers.Conv2D(2, 3, name="behind")(rounded)).save(tmp_path / "own.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
    app = opened(CHANNEL, network="own model", channel="behind.0")
    assert not app.exception
    assert any("No gradient of “behind” can be climbed, because values are round" in each.value for each in app.caption)
    assert len([caption for caption in captions(app) if " · " in caption]) == 6
    assert not {"Find three pictures", "Accentuate it"} & {button.label for button in app.button}
