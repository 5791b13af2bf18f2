"""Models of one's own of every kind, on every page: an answer or a sentence, never Streamlit's red box."""

from collections.abc import Callable
from pathlib import Path

import keras
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, opened
from ui.cached import networks as cached_networks

layers, ops = keras.layers, keras.ops


def ending_in(values: keras.KerasTensor, picture: keras.KerasTensor) -> keras.Model:
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(layers.Flatten()(values)))


def batch_of_one() -> keras.Model:
    picture = keras.Input(batch_shape=(1, 8, 12, 3), name="picture")
    maps = layers.Conv2D(4, 3, name="conv")(picture)
    flat = ops.reshape(maps, (1, 240))
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(flat))


def reshaped_to_one() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="picture")
    flat = ops.reshape(layers.Conv2D(4, 3, name="conv")(picture), (1, 240))
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(flat))


def whole_numbers() -> keras.Model:
    picture = keras.Input((8, 12, 3), dtype="uint8", name="picture")
    return ending_in(layers.Conv2D(4, 3, name="conv")(layers.Rescaling(1 / 255, name="scaled")(picture)), picture)


def recurrent() -> keras.Model:
    picture = keras.Input((8, 12, 1), name="picture")
    maps = layers.Conv2D(4, 3, padding="same", name="conv")(picture)
    return ending_in(layers.LSTM(5, name="lstm")(layers.Reshape((8, 48))(maps)), picture)


def upsampling() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="picture")
    maps = layers.Conv2D(4, 3, padding="same", name="conv")(picture)
    return ending_in(layers.UpSampling2D(2, interpolation="bilinear", name="up")(maps), picture)


def names_with_spaces() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="a picture")
    return ending_in(layers.Conv2D(4, 3, name="my conv (1)")(picture), picture)


def batch_of_four() -> keras.Model:
    picture = keras.Input(batch_shape=(4, 8, 12, 3), name="picture")
    flat = ops.reshape(layers.Conv2D(4, 3, name="conv")(picture), (4, 240))
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(flat))


def failing() -> keras.Model:
    picture = keras.Input((8, 12, 3), name="picture")
    flat = ops.reshape(layers.Conv2D(4, 3, name="conv")(picture), (7, 240))
    return keras.Model(picture, layers.Dense(3, activation="softmax", name="answer")(flat))


def image_classification() -> keras.Model:
    """As in TensorFlow's tutorial of this name, with smaller pictures."""
    augmentation = [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)]
    convolutions = [
        layer
        for channels in (16, 32, 64)
        for layer in (layers.Conv2D(channels, 3, padding="same", activation="relu"), layers.MaxPooling2D())
    ]
    ending = [layers.Dropout(0.2), layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(5)]
    front = [keras.Sequential(augmentation), layers.Rescaling(1 / 255)]
    return keras.Sequential([keras.Input((36, 36, 3)), *front, *convolutions, *ending])


def transfer_learning() -> keras.Model:
    """As in TensorFlow's tutorial of this name, with smaller pictures and a narrower base."""
    base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, weights=None, alpha=0.35)
    picture = keras.Input((32, 32, 3))
    turned = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])(picture)
    maps = base(keras.applications.mobilenet_v2.preprocess_input(turned), training=False)
    flat = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(picture, layers.Dense(1, activation="sigmoid")(flat))


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    def show(model: keras.Model, page: int, **parameters: str | list[str]) -> AppTest:
        model.save(tmp_path / "own.keras")
        monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "own.keras"))
        cached_networks.network.clear()
        app = opened(PAGES[page], network="own model", **parameters)
        assert not app.exception
        return app

    return show


@pytest.mark.parametrize("view", ["feature maps", "difference", "derivative", "tuning curves"])
@pytest.mark.parametrize("build", [batch_of_one, reshaped_to_one, whole_numbers, recurrent, upsampling])
def test_a_model_that_runs_is_shown_and_what_has_no_derivative_is_said(
    build: Callable[[], keras.Model], view: str, shown: Callable[..., AppTest]
) -> None:
    app = shown(build(), 2, view=view)
    without = {whole_numbers: "steps", recurrent: "loop"}.get(build, "") if view == "derivative" else ""
    assert bool(app.error) == bool(without)
    # A layer that has a derivative is not refused for the sake of another.
    assert all(error.value.startswith("How fast") and without in error.value for error in app.error)


@pytest.mark.parametrize("build", [batch_of_one, reshaped_to_one, whole_numbers, recurrent])
@pytest.mark.parametrize("page", [0, 4])
def test_a_model_that_runs_is_shown_on_other_pages(
    build: Callable[[], keras.Model], page: int, shown: Callable[..., AppTest]
) -> None:
    assert not shown(build(), page).error


@pytest.mark.parametrize("build", [names_with_spaces, batch_of_four, failing])
@pytest.mark.parametrize("page", [0, 2, 4])
def test_a_model_that_cannot_be_run_is_refused_in_a_sentence(
    build: Callable[[], keras.Model], page: int, shown: Callable[..., AppTest]
) -> None:
    words = {names_with_spaces: "name of its layer", batch_of_four: "4 at a time", failing: "a layer of it fails"}
    (error,) = shown(build(), page).error
    assert "“own” cannot be run on one picture" in error.value
    assert words[build] in error.value


@pytest.mark.parametrize(
    ("build", "reason"),
    [(image_classification, "which multiplies by 1/255"), (transfer_learning, "make numbers from −1 to 1 of them")],
)
@pytest.mark.parametrize("view", ["feature maps", "derivative"])
def test_the_models_of_tensorflows_tutorials_are_shown_without_a_click(
    build: Callable[[], keras.Model], reason: str, view: str, shown: Callable[..., AppTest]
) -> None:
    app = shown(build(), 2, view=view)
    assert not app.error
    (caption,) = [caption.value for caption in app.sidebar.caption if "because" in caption.value]
    assert caption.startswith("0 … 255, because")
    assert reason in caption
