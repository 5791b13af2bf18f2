"""Model files of older versions, under other names, and without a model.

`keras_2.h5` and `keras_2.keras` hold one functional model in the two formats of Keras 2: RandomFlip, v / 127.5
− 1 as functions of TensorFlow, a nested model of a convolution, DepthwiseConv2D and BatchNormalization, SeparableConv2D
Conv2DTranspose, SpatialDropout2D, an average, two outputs. Keras 2 gave `ANSWER` for 0, 1, 2 … 191.
"""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from tests.vizcore.networks.test_own_model import small
from vizcore.errors import VizcoreError
from vizcore.networks.front import expected_range
from vizcore.networks.loading import loaded
from vizcore.networks.own_model import load_own_model

FILES = Path(__file__).parent
ANSWER = (-35.3505, -38.819)
layers = keras.layers


def rewritten(path: Path, change: Callable[[Any], Any], version: str = "2.9.0") -> Path:
    """The same file with another architecture, as an older Keras saved it."""
    if path.suffix == ".h5":
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"] = json.dumps(change(json.loads(file.attrs["model_config"])))
            file.attrs["keras_version"] = version
        return path
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["config.json"] = json.dumps(change(json.loads(parts["config.json"]))).encode()
    parts["metadata.json"] = json.dumps({"keras_version": version}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def with_keywords(kind: str, **keywords: object) -> Callable[[Any], Any]:
    def change(config: Any) -> Any:
        if isinstance(config, dict):
            if config.get("class_name") == kind:
                config["config"] |= keywords
            for part in config.values():
                change(part)
        elif isinstance(config, list):
            for part in config:
                change(part)
        return config

    return change


@pytest.mark.parametrize("name", ["keras_2.h5", "keras_2.keras"])
def test_a_model_of_keras_2_gives_the_answer_that_it_gave_there(name: str) -> None:
    own = load_own_model(FILES / name)
    ramp = np.arange(192, dtype=np.float32).reshape(1, 8, 8, 3)
    np.testing.assert_allclose(own.model.predict(ramp, verbose=0)[0], ANSWER, rtol=1e-5)
    assert {"base/depth", "separable", "transposed", "answer"} <= set(own.layers)
    expected = expected_range(own.model)
    assert expected is not None
    assert expected.value_range == "0…255"


@pytest.mark.parametrize(
    ("layer", "keywords"),
    [
        (layers.DepthwiseConv2D(3), {"groups": 1}),
        (layers.Conv2DTranspose(2, 3), {"groups": 1}),
        (layers.SeparableConv2D(2, 3), {"groups": 1, "kernel_initializer": "zeros", "kernel_constraint": None}),
        (layers.RandomFlip(), {"rng_type": "stateful"}),
        (layers.SpatialDropout2D(0.3), {"trainable": True, "noise_shape": None}),
        (layers.TimeDistributed(layers.LSTM(3)), {}),
        (layers.BatchNormalization(), {"renorm": False, "virtual_batch_size": None}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, keras.Layer) else "",
)
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_keywords_that_change_nothing_are_left_out(
    layer: keras.Layer, keywords: dict[str, object], ending: str, tmp_path: Path
) -> None:
    model = keras.Sequential([keras.Input((7, 11, 3)), layer, layers.Flatten()])
    model.save(tmp_path / f"own{ending}")
    path = rewritten(tmp_path / f"own{ending}", with_keywords(type(layer).__name__, **keywords))
    rewritten(path, with_keywords("LSTM", time_major=False, implementation=2))
    batch = np.random.default_rng(2).random((1, 7, 11, 3), np.float32)
    # RandomFlip flips unless it is told that this is no training.
    answers = [network(batch, training=False) for network in (loaded(path), model)]
    np.testing.assert_allclose(*answers, atol=1e-6)


def test_a_keyword_that_changes_something_is_not_left_out(tmp_path: Path) -> None:
    keras.Sequential([keras.Input((7, 11, 4)), layers.DepthwiseConv2D(3)]).save(tmp_path / "own.h5")
    path = rewritten(tmp_path / "own.h5", with_keywords("DepthwiseConv2D", groups=2))
    with pytest.raises(VizcoreError, match=r"cannot rebuild “own\.h5”, though the file is whole.* Keras 2\.9\.0"):
        loaded(path)


def test_a_function_that_has_other_numbers_in_keras_3_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.h5"
    keras.Sequential([keras.Input((7, 11, 3)), layers.Activation("hard_sigmoid")]).save(path)
    assert loaded(path)
    with pytest.raises(VizcoreError, match="hard_sigmoid, which gives other numbers"):
        loaded(rewritten(path, lambda config: config))


def test_a_keras_file_of_keras_2_that_cannot_be_loaded_says_how_to_save_it_anew(tmp_path: Path) -> None:
    path = shutil.copyfile(FILES / "keras_2.keras", tmp_path / "old.keras")
    rewritten(path, with_keywords("SeparableConv2D", groups=3), version="2.15.0")
    with pytest.raises(VizcoreError, match=r"Keras 2\.15\.0\. Open it with that version and save it as \.h5"):
        loaded(path)
    rewritten(path, lambda config: json.loads(json.dumps(config).replace("math.truediv", "math.atan2")))
    with pytest.raises(VizcoreError, match=r"needs “TFOpLambda”"):
        loaded(path)


@pytest.mark.parametrize("saved", [".keras", ".h5"])
@pytest.mark.parametrize("name", ["own.keras", "own.h5", "own.hdf5", "own.H5", "own.KERAS", "own.Hdf5"])
def test_the_contents_of_a_file_decide_and_not_its_ending(saved: str, name: str, tmp_path: Path) -> None:
    model = small()
    model.save(tmp_path / f"saved{saved}")
    (tmp_path / f"saved{saved}").rename(tmp_path / name)
    batch = np.random.default_rng(2).random((1, 7, 11, 3), np.float32)
    np.testing.assert_allclose(load_own_model(tmp_path / name).model(batch), model(batch), atol=1e-6)


@pytest.mark.parametrize("name", ["own.weights.h5", "own.h5", "own.keras"])
def test_weights_alone_are_named(name: str, tmp_path: Path) -> None:
    small().save_weights(tmp_path / "saved.weights.h5")
    (tmp_path / "saved.weights.h5").rename(tmp_path / name)
    with pytest.raises(VizcoreError, match=f"“{name}” holds weights alone and no architecture"):
        loaded(tmp_path / name)


def test_the_oldest_weights_are_named(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "own.h5", "w") as file:
        file.attrs["layer_names"] = [b"conv"]
        file.create_group("conv")
    with pytest.raises(VizcoreError, match="holds weights alone"):
        loaded(tmp_path / "own.h5")


def test_a_savedmodel_gives_no_layers(tmp_path: Path) -> None:
    small().export(tmp_path / "exported", verbose=False)
    with pytest.raises(VizcoreError, match=r"“exported” is a SavedModel.* no layers"):
        loaded(tmp_path / "exported")
    picture = keras.Input((7, 11, 3))
    wrapping = layers.TFSMLayer(str(tmp_path / "exported"), call_endpoint="serve", name="wrapped")
    keras.Model(picture, wrapping(picture)).save(tmp_path / "own.keras")
    with pytest.raises(VizcoreError, match=r"wraps a SavedModel in its layer “wrapped”.* no layers"):
        loaded(tmp_path / "own.keras")
