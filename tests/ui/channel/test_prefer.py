"""What a channel prefers, on the page, against networks that are run by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, elements, gone_back, opened, result_of, visitor
from tests.ui.jobs.trainings import until
from ui.cached.jobs import climb_queue
from ui.channel import prefer
from ui.parts.picture_row import picture_row
from vizcore.activations.reading import read
from vizcore.arrays import FloatArray
from vizcore.edits.brightness import Light, adjust
from vizcore.figures.colours import colour_table
from vizcore.inputs.fitting import FITS
from vizcore.inputs.interpolation import OF_KERAS_FOLDERS
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import SAMPLES, open_sample
from vizcore.units.maximisation import Climb

layers = keras.layers
FIT = list(FITS)[1]
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


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Opens the page with a model of the operator's."""

    def show(model: keras.Model, **parameters: str) -> AppTest:
        model.save(tmp_path / "own.keras")
        monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
        app = opened(CHANNEL, network="own model", **parameters)
        assert not app.exception
        return app

    return show


def red(activation: Any = None, *, bias: float = 0) -> keras.Model:
    """One channel, the first colour that the network receives."""
    convolution = layers.Conv2D(1, 1, activation=activation, name="conv")
    model = keras.Sequential([keras.Input((24, 24, 3)), convolution, layers.GlobalAveragePooling2D(name="mean")])
    convolution.set_weights([np.array([1.0, 0, 0]).reshape(1, 1, 3, 1), np.array([bias])])
    return model


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


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
    assert "patches" not in {toggle.key for toggle in app.toggle}
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
    value_range: str, own: Callable[..., AppTest]
) -> None:
    app = own(red(), range=value_range, channel="conv.0", gain="1.5")
    ended(click(app, "Accentuate it"))
    (job,) = app.session_state["_climbs"].values()
    # Red, or blue where blue is first.
    wanted = InputFormat((24, 24, 3), RANGES[value_range], interpolation=OF_KERAS_FOLDERS)
    received = prepared(display_copy(open_sample("cat").pixels), Light.of("gain", 1.5), wanted=wanted)
    assert job.result[0].before == pytest.approx(float(received[..., 0].mean()), abs=0.1)
    assert number(captions(app)[-2]) == pytest.approx(job.result[0].before, rel=5e-3)


def test_what_was_found_belongs_to_its_network_channel_picture_and_value_range(own: Callable[..., AppTest]) -> None:
    link = {"channel": "conv.0", "range": "0…1", "gain": "1.5"}
    app = own(red(), **link)
    link["network"] = "own model"
    ended(click(ended(click(app, "Find three pictures")), "Accentuate it"))
    assert not {"Find three pictures", "Accentuate it"} & labels(app)
    gone_back(app, {**link, "picture": "coffee"})
    assert "Find three pictures" not in labels(app)
    assert "Accentuate it" in labels(app)
    for other in ({"range": "0…255"}, {"channel": "mean.0"}, {"fit": FIT}):
        gone_back(app, {**link, **other})
        assert "Accentuate it" in labels(app), other
        assert ("Find three pictures" in labels(app)) == ("fit" not in other), other
    gone_back(app, link)
    assert not {"Find three pictures", "Accentuate it"} & labels(app)
    # The same file with other weights is another network.
    own(red(bias=0.25))
    gone_back(app, link)
    assert {"Find three pictures", "Accentuate it"} <= labels(app)


def test_a_search_that_fails_says_why_and_may_begin_anew(own: Callable[..., AppTest]) -> None:
    app = own(red("log_sigmoid", bias=-np.inf), channel="conv.0")
    click(app, "Find three pictures")
    until(lambda: not climb_queue()._jobs)
    app.run()
    assert any("“conv” has values or a gradient that are not finite" in error.value for error in app.error)
    assert "Find three pictures" in labels(app)


def test_of_a_deep_network_patches_are_asked_for_and_the_pictures_have_maps_of_what_counts(
    own: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prefer, "_OF_DEEP", Climb(steps=2, number=2, constrained=True, crops=1))
    pixels = keras.Input((160, 160, 3))
    maps = layers.Conv2D(100, 3, activation="relu", name="conv")(pixels)
    app = own(keras.Model(pixels, layers.GlobalMaxPooling2D(name="pool")(maps)), channel="conv.1", patches="maybe")
    assert any("patches=maybe" in each.value for each in app.info)
    assert not [caption for caption in captions(app) if " · " in caption]
    ended(click(app, "Find three pictures"))
    assert captions(app)[2:] == ["what counts"] * 2
    assert not any("The largest mean" in block.value for block in app.markdown)
    (job,) = app.session_state["_climbs"].values()
    magma = colour_table("magma")
    drawn = [magma[np.rint(255 * each.importance).astype(np.uint8)] for each in job.result]
    expected = visitor()
    result_of(expected, lambda: picture_row(drawn, ["what counts"] * 2, key="drawn", width=160))
    assert [each.url for each in pictures(app)[2:]] == [each.url for each in pictures(expected)]
    app.toggle(key="patches").set_value(True).run()
    assert len([caption for caption in captions(app) if " · " in caption]) == 6
    assert any("The largest mean" in block.value for block in app.markdown)


def test_with_a_lens_it_is_said_that_the_pictures_go_in_without(own: Callable[..., AppTest]) -> None:
    said = "Here every picture goes in without the standardisation."
    for link, is_said in (({}, False), ({"standardise": "true"}, True)):
        app = own(red(), channel="conv.0", gain="1.5", **link)
        assert (said in [caption.value for caption in app.caption]) == is_said
        patches = [caption for caption in captions(app) if " · " in caption]
        assert float(patches[0].split(" · ")[0]) == pytest.approx(1, abs=0.01)


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


def test_a_channel_of_one_value_has_no_strongest_patch(own: Callable[..., AppTest]) -> None:
    convolution = layers.Conv2D(2, 3, activation="relu", name="conv")
    model = keras.Sequential([keras.Input((24, 24, 3)), convolution, layers.GlobalAveragePooling2D(name="mean")])
    kernel = np.zeros((3, 3, 3, 2), np.float32)
    kernel[..., 0] = 1
    convolution.set_weights([kernel, np.array([0, -1], np.float32)])
    said = {
        channel: [caption.value for caption in own(model, channel=channel).caption]
        for channel in ("conv.0", "conv.1", "mean.1")
    }
    sentence = "has one value all over each sample picture"
    assert not any(sentence in text for text in said["conv.0"])
    assert any(f"The channel {sentence}" in text for text in said["conv.1"])
    assert not any(sentence in text for text in said["mean.1"])


def test_a_dead_channel_reaches_what_it_has_on_the_sample_pictures(own: Callable[..., AppTest]) -> None:
    app = ended(click(own(red("relu", bias=-4), channel="conv.0"), "Find three pictures"))
    text = next(block.value for block in app.markdown if "The largest mean" in block.value)
    assert text.startswith("The largest mean on a sample picture is **0**")
    assert "No picture" not in text


def test_a_layer_that_no_gradient_reaches_says_so_and_has_patches_all_the_same(own: Callable[..., AppTest]) -> None:
    inside = keras.Input((24, 24, 3))
    rounded = keras.ops.round(layers.Conv2D(2, 3, name="before")(inside) * 9)
    app = own(keras.Model(inside, layers.Conv2D(2, 3, name="behind")(rounded)), channel="behind.0")
    assert any("No gradient of “behind” can be climbed, because values are round" in each.value for each in app.caption)
    assert len([caption for caption in captions(app) if " · " in caption]) == 6
    assert not {"Find three pictures", "Accentuate it"} & labels(app)
