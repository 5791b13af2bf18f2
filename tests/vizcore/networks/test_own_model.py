"""Tiny models saved to files and loaded again, and a file for everything that can be wrong with one."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from vizcore.activations.layers import layer_outputs
from vizcore.activations.reading import read
from vizcore.errors import VizcoreError
from vizcore.networks.own_model import input_size, load_own_model

layers = keras.layers


def small(*, colours: int = 3, last: str | None = None, size: tuple = (7, 11)) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((*size, colours)),
            layers.Conv2D(2, 3, name="conv"),
            layers.GlobalMaxPooling2D(name="largest"),
            layers.Dense(5, activation=last, name="answer"),
        ]
    )


def functional() -> keras.Model:
    picture = keras.Input((7, 11, 3))
    maps = layers.Rescaling(1 / 255, offset=-0.5, name="scale")(picture)
    branches = [layers.Conv2D(2, 3, name=f"conv{index}")(maps) for index in range(2)]
    return keras.Model(picture, layers.Flatten(name="flat")(layers.Add(name="sum")(branches)))


def nested() -> keras.Model:
    middle = keras.Sequential([keras.Input((5, 9, 2)), layers.Conv2D(3, 3, name="deep")], name="middle")
    inner = keras.Sequential([keras.Input((7, 11, 3)), layers.Conv2D(2, 3, name="conv"), middle], name="inner")
    return keras.Sequential([keras.Input((7, 11, 3)), inner, layers.GlobalMaxPooling2D(name="largest")])


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("build", [small, functional, nested])
def test_a_model_comes_back_with_its_layers_and_weights(
    build: Callable[[], keras.Model], ending: str, tmp_path: Path
) -> None:
    model = build()
    model.save(tmp_path / f"my.own{ending}")
    own = load_own_model(tmp_path / f"my.own{ending}")
    assert (own.name, own.input_shape, own.num_colours, own.labels) == ("my.own", (7, 11, 3), 3, None)
    batch = np.random.default_rng(5).random((1, 7, 11, 3), np.float32)
    names = list(layer_outputs(model))
    assert list(layer_outputs(own.model)) == names
    expected, found = read(model, batch, names), read(own.model, batch, names)
    for name in names:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-6)


def test_preprocessing_inside_is_a_layer_with_its_numbers(tmp_path: Path) -> None:
    normalization = layers.Normalization(mean=[10.0, 20.0, 30.0], variance=[4.0, 9.0, 16.0], name="normal")
    model = keras.Sequential([keras.Input((2, 3, 3)), normalization, layers.Rescaling(10, offset=1, name="scale")])
    model.save(tmp_path / "own.keras")
    batch = np.broadcast_to(np.array([12, 17, 38], np.float32), (1, 2, 3, 3))
    found = read(load_own_model(tmp_path / "own.keras").model, batch, ["normal", "scale"])
    np.testing.assert_allclose(found["normal"][1, 2], [1, -1, 2], atol=1e-6)
    np.testing.assert_allclose(found["scale"][1, 2], [11, -9, 21], atol=1e-5)


def test_one_colour_and_free_sizes(tmp_path: Path) -> None:
    small(colours=1, size=(None, 11)).save(tmp_path / "own.keras")
    own = load_own_model(tmp_path / "own.keras")
    assert (own.input_shape, own.num_colours) == ((None, 11, 1), 1)
    assert input_size(own) == (224, 11)
    assert input_size(own, default=37) == (37, 11)


def test_sizes_that_are_fixed_stay(tmp_path: Path) -> None:
    small().save(tmp_path / "own.keras")
    assert input_size(load_own_model(tmp_path / "own.keras"), default=37) == (7, 11)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "my.own.keras"
    small().save(path)
    return path


FIVE = ("blue tit", "crow", "öre", "Дрозд", "wren")


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n \n"])
def test_labels_are_read_from_the_file_of_the_same_name(saved: Path, ending: str) -> None:
    separator = "\r\n" if ending == "\r\n" else "\n"
    saved.with_name("my.own.txt").write_bytes((separator.join(FIVE) + ending).encode())
    saved.with_name("labels.txt").write_text("of another model\n")
    assert load_own_model(saved).labels == FIVE


def test_labels_are_read_from_the_common_file_with_or_without_a_byte_order_mark(saved: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        saved.with_name("labels.txt").write_text("\n".join(FIVE), encoding=encoding)
        assert load_own_model(saved).labels == FIVE


@pytest.mark.parametrize(("text", "number"), [("\n".join(FIVE[:4]), 4), ("\n".join([*FIVE, "owl"]), 6), ("\n", 0)])
def test_another_number_of_labels_is_refused_with_both_numbers(saved: Path, text: str, number: int) -> None:
    saved.with_name("labels.txt").write_text(text, encoding="utf-8")
    with pytest.raises(VizcoreError, match=f"“labels.txt” names {number} classes, .* tells 5 apart"):
        load_own_model(saved)


def test_labels_that_are_no_list_are_refused(saved: Path) -> None:
    labels = saved.with_name("labels.txt")
    labels.write_text("a\nb\n\nd\ne\n")
    with pytest.raises(VizcoreError, match=r"Line 3 of “labels\.txt” is empty"):
        load_own_model(saved)
    labels.write_bytes("\n".join(FIVE).encode("utf-16"))
    with pytest.raises(VizcoreError, match=r"“labels\.txt” is not UTF-8 text"):
        load_own_model(saved)


def test_labels_for_several_outputs_are_refused(tmp_path: Path) -> None:
    picture = keras.Input((7, 11, 3))
    pooled = layers.GlobalMaxPooling2D()(picture)
    keras.Model(picture, [layers.Dense(5)(pooled), layers.Dense(2)(pooled)]).save(tmp_path / "own.keras")
    assert load_own_model(tmp_path / "own.keras").labels is None
    (tmp_path / "own.txt").write_text("\n".join(FIVE), encoding="utf-8")
    with pytest.raises(VizcoreError, match=r"classes of one output, and “own\.keras” has 2"):
        load_own_model(tmp_path / "own.keras")


def test_missing_files_and_other_endings_are_refused(saved: Path) -> None:
    with pytest.raises(VizcoreError, match=r"The model “gone\.keras” is not there\."):
        load_own_model(saved.with_name("gone.keras"))
    saved.with_name("folder.keras").mkdir()
    with pytest.raises(VizcoreError, match=r"“folder\.keras” is not there"):
        load_own_model(saved.with_name("folder.keras"))
    for name in ("own.pb", "own", "own.zip"):
        saved.with_name(name).write_bytes(saved.read_bytes())
        with pytest.raises(VizcoreError, match=f"“{name}” is not a model file: .* .keras or .h5"):
            load_own_model(saved.with_name(name))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_closed_file_is_refused(saved: Path) -> None:
    saved.chmod(0)
    with pytest.raises(VizcoreError, match="may not read it"):
        load_own_model(saved)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(ending: str, share: float, tmp_path: Path) -> None:
    path = tmp_path / f"own{ending}"
    small().save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(VizcoreError, match=r"“own.* is damaged or not a model that Keras"):
        load_own_model(path)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_flipped_bytes_are_refused_or_harmless(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"own{ending}"
    small().save(path)
    data, random = path.read_bytes(), np.random.default_rng(7)
    refused = 0
    for _ in range(20):
        broken = bytearray(data)
        for position in random.integers(0, len(data), 20):
            broken[position] ^= 0x55
        path.write_bytes(broken)
        try:
            load_own_model(path)
        except VizcoreError:
            refused += 1
    assert refused > 10


ARCHIVES = {
    "no architecture": {"config.json": None},
    "no weights": {"model.weights.h5": None},
    "no JSON": {"config.json": b"{"},
    "no UTF-8": {"config.json": b"\xff\xfe{}"},
    "a list": {"config.json": b"[]"},
    "nothing": {"config.json": b"null"},
    "brackets within brackets": {"config.json": b"[" * 100_000},
    "lists within lists": {"config.json": b"[" * 700 + b"]" * 700},
    "no layers": {"config.json": b'{"class_name": "Sequential", "module": "keras", "config": {}}'},
    "other weights": {"model.weights.h5": b"text"},
}


@pytest.mark.parametrize("changes", ARCHIVES.values(), ids=ARCHIVES)
def test_archives_with_other_contents_are_refused(saved: Path, changes: dict[str, bytes | None]) -> None:
    with zipfile.ZipFile(saved) as archive:
        contents: dict[str, bytes | None] = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(saved, "w") as archive:
        for name, data in (contents | changes).items():
            if data is not None:
                archive.writestr(name, data)
    with pytest.raises(VizcoreError, match=r"“my\.own\.keras” is damaged or not a model"):
        load_own_model(saved)


def test_an_archive_with_a_single_layer_is_refused(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("config.json", b'{"class_name": "Flatten", "module": "keras.layers", "config": {}}')
    with pytest.raises(VizcoreError, match="holds a Flatten, and no model"):
        load_own_model(saved)


def wrapped(layer: keras.Layer) -> keras.Model:
    inner = keras.Sequential([keras.Input((7, 11, 3)), layers.Conv2D(3, 1, name="before"), layer], name="inner")
    return keras.Sequential([keras.Input((7, 11, 3)), inner, layers.Flatten()])


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_python_code_is_refused_by_the_layers_name(ending: str, tmp_path: Path) -> None:
    for layer in (
        layers.Lambda(lambda maps: maps * 2, name="doubled"),
        layers.Conv2D(2, 3, activation=lambda maps: maps * 2, name="doubled"),
    ):
        wrapped(layer).save(tmp_path / f"own{ending}")
        with pytest.raises(VizcoreError, match="carries Python code in its layer “doubled”"):
            load_own_model(tmp_path / f"own{ending}")


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_missing_layers_and_functions_are_refused_by_name(ending: str, tmp_path: Path) -> None:
    class Doubling(keras.Layer):
        def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
            return maps * 2

    def twice(maps: keras.KerasTensor) -> keras.KerasTensor:
        return maps * 2

    class Written(keras.Model):
        def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
            return maps * 2

    written = Written()
    written(np.zeros((1, 7, 11, 3), np.float32))
    models = {
        "Doubling": wrapped(Doubling()),
        "twice": wrapped(layers.Conv2D(2, 3, activation=twice)),
        "Written": written,
    }
    for name, model in models.items():
        # The HDF5 format refuses some models when they are saved.
        if ending == ".h5" and name == "Written":
            continue
        model.save(tmp_path / f"own{ending}")
        with pytest.raises(VizcoreError, match=f"needs “{name}”, which is not a part of Keras"):
            load_own_model(tmp_path / f"own{ending}")


@pytest.mark.filterwarnings("ignore:You are saving a model that has not yet been built")
def test_models_without_known_inputs_are_refused(tmp_path: Path) -> None:
    class Written(keras.Model):
        def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
            return maps * 2

    written = Written()
    written(np.zeros((1, 7, 11, 3), np.float32))
    for name, model in {"Written": written, "Sequential": keras.Sequential([layers.Flatten()])}.items():
        model.save(tmp_path / "own.keras")
        with (
            keras.saving.custom_object_scope({"Written": Written}),
            pytest.raises(VizcoreError, match=f"holds a {name} whose input is not known"),
        ):
            load_own_model(tmp_path / "own.keras")


def refused(model: keras.Model, folder: Path, words: str) -> None:
    model.save(folder / "own.keras")
    with pytest.raises(VizcoreError, match=words):
        load_own_model(folder / "own.keras")


def test_inputs_that_are_no_picture_are_refused_with_their_shapes(tmp_path: Path) -> None:
    refused(keras.Sequential([keras.Input((7,)), layers.Dense(5)]), tmp_path, r"an input of shape \(7\)\.")
    refused(keras.Sequential([keras.Input((None, 7)), layers.Dense(5)]), tmp_path, r"an input of shape \(any, 7\)")
    inputs = [keras.Input((7, 11, 3)), keras.Input((5,))]
    both = layers.Concatenate()([layers.Flatten()(inputs[0]), inputs[1]])
    refused(keras.Model(inputs, both), tmp_path, r"2 inputs of shape \(7, 11, 3\) and \(5\)\.")


@pytest.mark.parametrize("colours", [2, 4, None])
def test_other_numbers_of_colours_are_refused(colours: int | None, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((7, 11, colours)), layers.MaxPooling2D()])
    refused(model, tmp_path, rf"shape \(7, 11, {colours or 'any'}\).* has to be 1 \(grey\) or 3")


def test_channels_first_are_refused(tmp_path: Path) -> None:
    pool = layers.MaxPooling2D(data_format="channels_first", name="pool")
    refused(
        keras.Sequential([keras.Input((3, 7, 11)), pool]), tmp_path, "“own.keras” .* layer “pool” puts the channels"
    )
    inner = keras.Sequential([keras.Input((3, 7, 11)), layers.MaxPooling2D(data_format="channels_first", name="deep")])
    refused(keras.Sequential([keras.Input((3, 7, 11)), inner]), tmp_path, "layer “deep” puts the channels")
    turned = keras.Sequential([keras.Input((3, 7, 11)), layers.Permute((2, 3, 1)), layers.Conv2D(2, 3)])
    refused(turned, tmp_path, r"shape \(3, 7, 11\), with the colours first")


def test_a_model_with_nothing_to_show_is_refused(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((7, 11, 3)), layers.Reshape((77, 3))])
    refused(model, tmp_path, "“own.keras” cannot be shown. No layer")
