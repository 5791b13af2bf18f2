"""What is known of a network before it is built, and that each entry builds what it says."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from vizcore import downloads
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.catalogue import entries
from vizcore.networks.entries import TrainedHere, name_of_trained, own_file
from vizcore.networks.pretrained import CLASS_INDEX, PRETRAINED
from vizcore.networks.shipped import shipped_card
from vizcore.networks.tutorial import build_simple_cnn

THERE = ["trained", "brightened", "untrained", *PRETRAINED]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who has set nothing but an empty folder."""
    for name in ("VIZCORE_MODEL", "VIZCORE_VGG16_TOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))


def test_the_operators_model_is_the_first_in_the_list_by_its_files_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(entries()) == THERE
    monkeypatch.setenv("VIZCORE_MODEL", str(tmp_path / "light.keras"))
    assert list(entries()) == ["own model", *THERE]
    assert [entry.label for entry in entries().values()] == ["light.keras", *THERE]
    assert entries()["own model"].about.startswith("The model light.keras. ")
    # A folder may have the name of another network; the list shows no name twice.
    assert own_file(tmp_path / "MobileNetV2").label == "own model"
    assert trained_here(0).label == "trained here"


def test_the_list_is_made_without_keras(tmp_path: Path) -> None:
    code = (
        "import sys; from vizcore.networks.catalogue import entries; "
        "[entry.missing() for entry in entries().values()]; print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    environment = {**os.environ, "VIZCORE_MODEL": str(tmp_path / "light.keras")}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    assert run.stdout.strip() == "set()"


def test_networks_with_the_same_layers_share_the_choice_of_layers(tmp_path: Path) -> None:
    keys = {name: entry.layers_key for name, entry in entries().items()}
    assert keys["trained"] == keys["untrained"] == trained_here(0).layers_key == "layers"
    others = [keys[name] for name in PRETRAINED] + [own_file(tmp_path / "a.keras").layers_key]
    assert others == ["layers-MobileNetV2", "layers-ResNet50", "layers-VGG16", "layers-own model"]


def test_pixel_values_are_chosen_where_nobody_knows_which_are_expected(tmp_path: Path) -> None:
    own = own_file(tmp_path / "a.keras")
    assert own.value_ranges == tuple(RANGES)
    assert [own.taking(name) for name in RANGES] == [replace(own, value_range=name) for name in RANGES]
    for entry in (*entries().values(), trained_here(0)):
        assert entry.value_ranges == (entry.value_range,)
    assert {name: entries()[name].value_range for name in PRETRAINED} == {
        name: network.value_range for name, network in PRETRAINED.items()
    }


def test_what_is_missing_is_what_is_not_there_yet() -> None:
    for name, entry in entries().items():
        pretrained = PRETRAINED.get(name)
        assert entry.missing() == (() if pretrained is None else pretrained.downloads)
    assert [file.file_name for file in entries()["VGG16"].missing()] == [PRETRAINED["VGG16"].download.file_name]
    downloads.target(CLASS_INDEX).parent.mkdir(parents=True)
    downloads.target(CLASS_INDEX).write_text("{}")
    assert entries()["ResNet50"].missing() == (PRETRAINED["ResNet50"].download,)
    with pytest.raises(VizcoreError, match=r"files of ResNet50 are not there: resnet50_weights.*\.h5\.$"):
        entries()["ResNet50"].build()


def test_another_file_is_another_version_and_a_stale_entry_builds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "dense.keras"
    absent = own_file(path)
    layers = [keras.layers.Flatten(name="flat"), keras.layers.Dense(3, activation="softmax", name="answer")]
    keras.Sequential([keras.Input((5, 7, 1)), *layers], name="dense").save(path)
    first = own_file(path)
    network = first.build()
    assert (network.entry, network.answer, network.answer_kind) == (first, "answer", "probabilities")
    assert network.classes == ("class 0", "class 1", "class 2")
    assert own_file(path) == first
    os.utime(path, ns=(1, 1))
    assert len({absent.version, first.version, own_file(path).version}) == 3
    for stale in (absent, first):
        with pytest.raises(VizcoreError, match="another one than before"):
            stale.build()


def test_the_digest_of_the_weights_is_that_of_their_file(tmp_path: Path) -> None:
    known = {name: entry.weights_digest() for name, entry in entries().items()}
    assert known["trained"] == f"sha256:{shipped_card().sha256}"
    assert known["untrained"] == ""
    assert known["ResNet50"] == f"md5:{PRETRAINED['ResNet50'].download.md5}"
    assert trained_here(3).weights_digest() == "sha256:0000000000000000"
    (tmp_path / "a.keras").write_bytes(b"abc")
    expected = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert own_file(tmp_path / "a.keras").weights_digest() == expected
    assert own_file(tmp_path / "gone.keras").weights_digest() == ""


def trained_here(seed: int) -> TrainedHere:
    model = build_simple_cnn((20, 24, 3), num_classes=3, seed=seed)
    return TrainedHere(
        name=name_of_trained(f"{seed:064}"),
        about="One's own.",
        trust="None.",
        classes=("a", "b", "c"),
        input_shape=(20, 24, 3),
        weights=tuple(model.get_weights()),
    )


def test_a_trained_network_is_built_from_its_weights_and_changes_no_more() -> None:
    entry = trained_here(3)
    network = entry.build()
    batch = np.random.default_rng(0).random((1, 20, 24, 3), dtype=np.float32)
    expected = build_simple_cnn((20, 24, 3), num_classes=3, seed=3)(batch).numpy()[0]
    for weights in entry.weights:
        weights[...] = 0
    np.testing.assert_allclose(network.traced.read(batch, ["logits"])["logits"], expected, atol=1e-5)
    assert (network.entry, network.classes, network.answer_kind) == (entry, ("a", "b", "c"), "logits")


def test_the_entry_of_a_network_that_was_trained_here_holds_no_weights_and_builds_no_second_one() -> None:
    network = trained_here(3).build()
    assert isinstance(network.entry, TrainedHere)
    assert network.entry.weights == ()
    with pytest.raises(VizcoreError, match="trained on meanwhile"):
        network.entry.build()


def test_trained_networks_are_told_apart_by_the_digest_of_their_weights() -> None:
    assert trained_here(3) == trained_here(3)
    assert name_of_trained("0123456789abcdef" * 4) == "trained here 0123456789abcdef"
    assert name_of_trained("a" * 64) != name_of_trained("b" * 64)
