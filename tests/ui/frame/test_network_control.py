"""Networks that are chosen, missing, and released."""

import gc
import math
import os
import shutil
import weakref
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, ROOT, answers, components, elements, opened
from tests.ui.jobs.trainings import until
from ui.cached import networks as cached_networks
from ui.cached import pictures as cached_pictures
from ui.cached.jobs import climb_queue
from ui.cached.outputs import Layers
from ui.values import Subject
from vizcore.edits.brightness import Light
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import to_grey_exactly
from vizcore.networks.catalogue import entries
from vizcore.networks.entries import OWN, TRAINED_HERE, TrainedHere
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

DATA = Path(os.environ.get("VIZCORE_TEST_DATA", "nowhere")) / "keras_home" / "models"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="VIZCORE_TEST_DATA names no folder with Keras's models")


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of Keras that is empty."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path


def test_the_first_network_is_one_that_has_learnt() -> None:
    assert next(iter(entries())) == "trained"


def test_the_choice_of_layers_goes_along_within_the_family() -> None:
    app = opened(PAGES[2], layers=["conv3"])
    app.selectbox(key="network").set_value("untrained").run()
    assert not app.exception
    assert app.pills(key="layers").value == ["conv3"]
    assert "random weights" in "\n".join(caption.value for caption in app.sidebar.caption)


@pytest.mark.parametrize(("name", "said"), [("trained here", "does not travel"), ("VGG19", "“VGG19”, is not here")])
def test_a_network_that_stayed_behind_is_named_until_another_is_chosen(name: str, said: str) -> None:
    app = opened(PAGES[2], network=name)
    assert not app.exception
    assert [said in info.value for info in app.sidebar.info] == [True]
    app.run()
    assert len(app.sidebar.info) == 1
    app.selectbox(key="network").set_value("untrained").run()
    assert not app.sidebar.info
    assert not opened(PAGES[2], network="untrained").sidebar.info


@pytest.mark.parametrize("name", ["", "VGG19", "../trained", "own"])
def test_a_network_that_there_is_not_is_the_first(name: str) -> None:
    app = opened(PAGES[2], network=name)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="network").value == "trained"


@pytest.mark.parametrize("page", [PAGES[0], PAGES[2]])
@pytest.mark.parametrize(("name", "megabytes"), [("ResNet50", "103 MB"), ("VGG16", "59 MB"), ("MobileNetV2", "15 MB")])
def test_what_a_network_costs_is_said_before_it_is_fetched(
    page: str, name: str, megabytes: str, keras_home: Path
) -> None:
    app = opened(page, network=name)
    assert not app.exception
    assert [button.label for button in app.button if "Download" in button.label] == [f"Download {megabytes}"]
    assert "of memory" in "\n".join(text.value for text in app.markdown)
    assert not list(keras_home.rglob("*.h5"))


@pytest.mark.parametrize(
    ("name", "content"), [("ResNet50", b"not what it should be"), ("MobileNetV2", b"\x89HDF\r\n\x1a\n" + bytes(64))]
)
def test_a_damaged_file_gets_a_sentence_and_the_next_try_starts_clean(
    name: str, content: bytes, keras_home: Path
) -> None:
    files = entries()[name].missing()
    (keras_home / "models").mkdir()
    for file in files:
        (keras_home / "models" / file.file_name).write_bytes(content)
    app = opened(PAGES[2], network=name)
    assert not app.exception
    assert "damaged" in app.error[0].value
    app.run()
    assert [button.label for button in app.button if "Download" in button.label]
    # Everything else keeps working.
    app.selectbox(key="network").set_value("trained").run()
    assert not app.exception
    assert not app.error


@needs_data
def test_a_pretrained_network_says_what_it_sees(keras_home: Path) -> None:
    shutil.copytree(DATA, keras_home / "models")
    app = opened(PAGES[2], network="MobileNetV2", picture="coffee", gain="1.0")
    assert not app.exception
    assert not app.error
    assert all(bars[0]["name"] == "espresso" and bars[0]["end"] > 0.9 for bars in answers(app))
    assert app.multiselect(key="layers-MobileNetV2").value == [
        "Conv1",
        "block_3_expand_relu",
        "block_6_expand_relu",
        "block_13_expand_relu",
        "out_relu",
    ]


def test_a_network_that_is_let_go_gives_its_memory_back() -> None:
    cached_networks.network.clear()
    kept = weakref.ref(cached_networks.network_of(entries()["trained"]).traced)
    cached_networks.network_of(entries()["untrained"])
    gc.collect()
    assert kept() is not None
    cached_networks.network.clear()
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize(
    ("page", "click"),
    [(PAGES[0], ""), (PAGES[2], ""), (PAGES[4], ""), (PAGES[5], ""), (PAGES[5], "Accentuate it")],
)
def test_a_visitor_who_does_nothing_holds_on_to_no_network(page: str, click: str) -> None:
    cached_networks.network.clear()
    app = opened(page, network="untrained")
    if click:
        next(button for button in app.button if button.label == click).click().run()
        until(lambda: not climb_queue()._jobs)
        app.run()
    assert not app.exception
    kept = weakref.ref(cached_networks.network_of(entries()["untrained"]).traced)
    cached_networks.network.clear()
    gc.collect()
    assert kept() is None
    assert not app.run().exception


@pytest.mark.parametrize("page", [PAGES[0], PAGES[2], PAGES[4]])
def test_a_network_that_a_visitor_has_trained_is_shown_on_every_page(page: str) -> None:
    names = tuple("abcdefghij")
    model = build_simple_cnn((64, 64, 3))
    entry = TrainedHere(
        name="trained here 0123456789abcdef",
        about="One's own.",
        trust="None.",
        classes=tuple("ABCDEFGHIJ"),
        input_shape=(64, 64, 3),
        weights=tuple(model.get_weights()),
    )
    # Other names than the entry would build: it is the session's network that is shown, and no other one is built.
    own = replace(entry.build(), classes=names)
    app = AppTest.from_file(str(ROOT / PAGES[0]), default_timeout=60)
    app.session_state["_trained"] = SimpleNamespace(network=own)
    if page != PAGES[0]:
        app.switch_page(page)
    app.query_params["network"] = TRAINED_HERE
    app.run()
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="network").value == TRAINED_HERE
    assert {bar["name"] for bar in answers(app)[0]} < set(names)


@needs_data
def test_a_third_network_takes_the_place_of_the_first(keras_home: Path) -> None:
    shutil.copytree(DATA, keras_home / "models")
    cached_networks.network.clear()
    names = ("trained", "untrained", "MobileNetV2")
    first, second, third = (weakref.ref(cached_networks.network_of(entries()[name]).traced) for name in names)
    gc.collect()
    assert first() is None
    assert second() is not None
    assert third() is not None


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's model: 11 × 13 grey pixels in bytes. Class 1 gets twice their mean, class 0 nothing."""
    model = keras.Sequential(
        [
            keras.Input((11, 13, 1), name="picture"),
            keras.layers.Rescaling(1 / 255, name="scaled"),
            keras.layers.GlobalAveragePooling2D(name="mean"),
            keras.layers.Dense(2, name="answer"),
        ]
    )
    model.get_layer("answer").set_weights([np.array([[0.0, 2.0]], np.float32), np.zeros(2, np.float32)])
    path = tmp_path / "light.keras"
    model.save(path)
    path.with_suffix(".txt").write_text("dark\nbright\n", encoding="utf-8")
    monkeypatch.setenv("VIZCORE_MODEL", str(path))
    cached_networks.network.clear()
    return path


@pytest.mark.parametrize("page", [0, 2, 4])
def test_a_model_without_any_maps_is_shown_everywhere(
    page: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [keras.layers.Flatten(name="flat"), keras.layers.Dense(3, activation="softmax", name="answer")]
    path = tmp_path / "dense.keras"
    keras.Sequential([keras.Input((5, 7, 1)), *layers], name="dense").save(path)
    monkeypatch.setenv("VIZCORE_MODEL", str(path))
    cached_networks.network.clear()
    app = opened(PAGES[page], network="own model", range="0…255", back="true")
    assert not app.exception
    assert not app.error


def test_an_own_model_is_shown_with_its_labels_and_what_arrives(own_model: Path) -> None:
    # It is the first in the list, as 0 … 255: a visitor need not choose anything.
    app = opened(PAGES[2], picture="star", gain="1.0", top5="true")
    assert not app.exception
    assert not app.error
    assert not app.info
    assert app.selectbox(key="network").options[:4] == ["light.keras", "trained", "brightened", "untrained"]
    assert [app.selectbox(key=key).value for key in ("network", "range")] == ["own model", "0…255"]
    assert app.pills(key="layers-own model").value == ["scaled", "mean", "answer"]
    said = "\n".join(caption.value for caption in app.sidebar.caption)
    assert "The model light.keras" in said
    assert "0 … 255, because it begins with a layer Rescaling, “scaled”, which multiplies by 1/255." in said
    # As `image_dataset_from_directory` does it, and it is said.
    assert "does it, bilinear without antialiasing; other ways are under More" in said
    grey = to_grey_exactly(tf.image.resize(display_copy(open_sample("star").pixels), (11, 13)).numpy())
    bright = 1 / (1 + math.exp(-2 * grey.mean(dtype=np.float64) / 255))
    as_it_is, as_edited = answers(app)
    assert as_it_is == as_edited
    assert [bar["name"] for bar in as_it_is] == ["bright", "dark"]
    assert [bar["end"] for bar in as_it_is] == pytest.approx([bright, 1 - bright], abs=1e-6)
    # Another range is the visitor's decision.
    app.selectbox(key="range").set_value("0…1").run()
    assert answers(app) != [as_it_is, as_edited]


def test_where_the_layers_do_not_tell_the_range_each_is_shown_with_its_numbers_and_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [keras.layers.GlobalAveragePooling2D(name="mean"), keras.layers.Dense(2, name="answer")]
    model = keras.Sequential([keras.Input((7, 11, 3), name="picture"), *layers])
    # Class 1 gets a hundredth of the mean of red, and of blue where blue comes first.
    model.get_layer("answer").set_weights([np.array([[0, 0.01], [0, 0], [0, 0]], np.float32), np.zeros(2, np.float32)])
    path = tmp_path / "plain.keras"
    model.save(path)
    path.with_suffix(".txt").write_text("dark\nt-shirt\n", encoding="utf-8")
    monkeypatch.setenv("VIZCORE_MODEL", str(path))
    cached_networks.network.clear()
    app = opened(PAGES[2], picture="star", gain="2.0", range="0…255")
    assert not app.exception
    captions = [image.caption for one in elements(app.sidebar) if one.type == "image" for image in one.proto.imgs][-4:]
    resized = tf.image.resize(display_copy(open_sample("star").pixels), (7, 11)).numpy()
    red, blue = (resized[..., channel].astype(np.float64) for channel in (0, 2))
    for caption, name, first, (low, high) in zip(
        captions,
        ["0…1", "0…255", "−1…1", "BGR − mean"],
        [red / 255, red, red / 127.5 - 1, blue - 103.939],
        [
            (resized.min() / 255, resized.max() / 255),
            (resized.min(), resized.max()),
            (resized.min() / 127.5 - 1, resized.max() / 127.5 - 1),
            (
                (resized - [123.68, 116.779, 103.939]).min(),
                (resized - [123.68, 116.779, 103.939]).max(),
            ),
        ],
        strict=True,
    ):
        numbers, answer = caption.removeprefix(f"{name}: ").split(" · ")
        found = [float(number.replace("−", "-")) for number in numbers.split(" to ")]
        # The picture is shown in bytes.
        assert found == pytest.approx([low, high], rel=0.01, abs=0.6)
        probability = 1 / (1 + math.exp(-0.01 * first.mean()))
        shown = ("t&#45;shirt", probability) if probability > 0.5 else ("dark", 1 - probability)
        assert answer.replace("&#45;", "-") == f"{shown[0].replace('&#45;', '-')} {shown[1]:.0%}"


@pytest.mark.parametrize("name", ["own model", "light.keras"])
def test_links_to_the_own_model_open_it_by_its_name_and_by_the_one_of_old(name: str, own_model: Path) -> None:
    app = opened(PAGES[2], network=name, range="−1…1")
    assert not app.exception
    assert [app.selectbox(key=key).value for key in ("network", "range")] == ["own model", "−1…1"]
    assert not app.sidebar.info
    app.selectbox(key="network").set_value("trained").run()
    assert app.query_params["network"] == "trained"
    assert [box.key for box in app.sidebar.selectbox] == ["network"]


@pytest.mark.parametrize("page", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("file", ["gone.keras", "secret", "damaged.keras"])
def test_an_own_model_that_is_missing_or_refused_closes_no_page_and_shows_no_path(
    page: int, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "damaged.keras").write_bytes(b"nothing")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / file))
    cached_networks.network.clear()
    app = opened(PAGES[page])
    assert not app.exception
    said = [text.value for kind in (app.error, app.info, app.caption, app.markdown) for text in kind]
    assert not [words for words in said if str(tmp_path) in words]
    if page in (1, 3):
        assert not app.error
        return
    (error,) = app.error
    assert f"“{file}”" in error.value
    app.selectbox(key="network").set_value("trained").run()
    assert not app.exception
    assert not app.error


def deep_model(path: Path) -> None:
    """More values than a small network has, in two layers that need one another."""
    layers = [
        keras.layers.Conv2D(64, 1, name="early"),
        keras.layers.Conv2D(8, 3, name="late"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, activation="softmax", name="answer"),
    ]
    keras.Sequential([keras.Input((224, 224, 3), name="picture"), *layers], name="deep").save(path)


def test_of_a_deep_network_only_what_is_shown_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep_model(tmp_path / "deep.keras")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "deep.keras"))
    entry = entries()[OWN]
    subject, edited = Subject(cached_pictures.sample("cat"), entry), Light.of("gain", 1.3)
    network = cached_networks.network_of(entry)
    layers = Layers(subject, edited, network, ("early",))
    assert set(layers.edited) == set(layers.original) == {"early", "answer"}
    # Nobody asks how the answer moves: so neither derivatives nor the clip go through the rest of the network.
    assert set(layers.clipping().clipped) == {"early"}
    assert [slopes.shape for slopes in layers.slopes("early")] == [(224, 224, 64)] * 2
    with pytest.raises(KeyError):
        layers.slopes("answer")
    without_classes = Layers(subject, edited, replace(network, classes=None), ("early",))
    assert set(without_classes.edited) == {"early"}
    # Also where no layer is chosen there is what the network receives.
    assert Layers(subject, edited, replace(network, classes=None), ()).received.shape == (224, 224, 3)


def test_another_file_behind_the_same_name_is_another_network(own_model: Path) -> None:
    before = entries()[OWN]
    assert cached_networks.network_of(before).classes == ("dark", "bright")
    own_model.with_suffix(".txt").write_text("night\nday\n", encoding="utf-8")
    own_model.write_bytes(own_model.read_bytes())
    os.utime(own_model, ns=(1, 1))
    after = entries()[OWN]
    picture = cached_pictures.sample("cat")
    assert Subject(picture, before).key != Subject(picture, after).key
    assert cached_networks.network_of(after).classes == ("night", "day")
    # A page that was drawn before shows what it was drawn with, as long as that is kept.
    assert cached_networks.network_of(before).classes == ("dark", "bright")
    cached_networks.network.clear()
    with pytest.raises(VizcoreError, match="another one than before"):
        cached_networks.network_of(before)


@pytest.mark.parametrize("view", ["feature maps", "difference", "derivative"])
def test_a_layer_that_is_not_finite_stops_no_other(view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [
        keras.layers.Conv2D(2, 1, name="fine"),
        keras.layers.Conv2D(2, 1, name="huge"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, name="answer"),
    ]
    model = keras.Sequential([keras.Input((5, 7, 3), name="picture"), *layers], name="overflows")
    layers[1].set_weights([np.full((1, 1, 2, 2), 3e38, np.float32), np.full(2, 3e38, np.float32)])
    layers[0].set_weights([np.full((1, 1, 3, 2), 1.0, np.float32), np.zeros(2, np.float32)])
    model.save(tmp_path / "overflows.keras")
    (tmp_path / "overflows.txt").write_text("dark\nbright\n", encoding="utf-8")
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "overflows.keras"))
    app = opened(PAGES[2], network="own model", view=view, **{"layers-own model": ["huge", "fine"]})
    assert not app.exception
    refused = [error.value for error in app.error if "not finite" in error.value]
    assert refused
    # Only a difference asks for finite values; which layer has none is said with it.
    assert any(words.startswith("huge: An activation") for words in refused) == (view == "difference")
    drawn = [data.get("description", "") for data in components(app)]
    assert any("fine · Conv2D" in description for description in drawn)


def test_an_own_model_that_cannot_be_shown_gets_a_sentence(own_model: Path) -> None:
    own_model.with_suffix(".txt").write_text("dark\nbright\nblinding\n", encoding="utf-8")
    app = opened(PAGES[2], network="own model")
    assert not app.exception
    assert "3" in app.error[0].value
    app.selectbox(key="network").set_value("trained").run()
    assert not app.exception
    assert not app.error
