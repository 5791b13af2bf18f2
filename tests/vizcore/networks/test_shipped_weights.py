"""The weights that come with the program are those of their card, and the card is true."""

import hashlib
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vizcore
from vizcore.datasets.dataset import CIFAR10_CLASSES, Pictures, of_one_size
from vizcore.edits.brightness import KINDS
from vizcore.networks.shipped import CIFAR10, CIFAR10_BRIGHTENED, shipped_card
from vizcore.networks.tutorial import build_simple_cnn
from vizcore.pictures.photo import open_picture
from vizcore.training.fitting import probabilities
from vizcore.training.robustness import never_active

FOLDER = Path(vizcore.__file__).parent / "weights"
PICTURES = Path(os.environ.get("VIZCORE_TEST_DATA", "nowhere")) / "cifar10.tar.gz"
PER_CLASS = 100


@pytest.fixture(scope="module", params=[CIFAR10, CIFAR10_BRIGHTENED])
def card(request: pytest.FixtureRequest) -> Any:
    return json.loads((FOLDER / f"{request.param}.json").read_text(encoding="utf-8"))


def test_the_card_is_that_of_the_file(card: Any) -> None:
    assert card["weights"] in {f"{name}.weights.h5" for name in (CIFAR10, CIFAR10_BRIGHTENED)}
    assert card["sha256"] == hashlib.sha256((FOLDER / card["weights"]).read_bytes()).hexdigest()


def test_the_weights_are_those_of_the_tutorials_network(card: Any) -> None:
    assert (card["network"], card["input_shape"]) == ("simple_cnn", [64, 64, 3])
    assert card["classes"] == list(CIFAR10_CLASSES)
    network = build_simple_cnn((64, 64, 3))
    untrained = network.get_weights()
    network.load_weights(FOLDER / card["weights"])
    for place, (before, after) in enumerate(zip(untrained, network.get_weights(), strict=True)):
        assert np.isfinite(after).all()
        # The first layer is held without bias: black is 0 in it.
        assert np.array_equal(before, after) == (place == 1)


def test_the_card_promises_enough(card: Any) -> None:
    assert card["test_accuracy"] >= (0.75 if card["options"]["brighten"] else 0.8)
    assert card["test_pictures"] == 10_000
    assert 0 <= card["calibration_error"] < 0.05
    assert card["measured_pictures"] == 2_000
    maps = [card["never_active"][name] for name in ("conv1", "conv2", "conv3")]
    assert sum(counts["channels"] for counts in maps) == 160
    assert sum(counts["never_active"] for counts in maps) <= 4
    assert card["never_active"]["dense1"]["never_active"] <= 4


def test_brightness_augmentation_holds_the_accuracy_over_the_sliders() -> None:
    plain, brightened = (shipped_card(name).accuracy_over for name in (CIFAR10, CIFAR10_BRIGHTENED))
    for kind in KINDS:
        assert np.mean(list(brightened[kind].values())) > np.mean(list(plain[kind].values()))


def test_the_figures_of_the_card_agree_with_each_other(card: Any) -> None:
    confusion = np.array(card["confusion"])
    assert confusion.shape == (10, 10)
    assert confusion.sum(axis=1).tolist() == [1000] * 10
    right = confusion.diagonal()
    assert card["test_accuracy"] == pytest.approx(right.sum() / 10_000, abs=5e-5)
    assert list(card["accuracy_per_class"]) == card["classes"]
    np.testing.assert_allclose(list(card["accuracy_per_class"].values()), right / 1000, atol=5e-5)


def test_the_history_is_whole_and_ends_with_the_figure_of_the_card(card: Any) -> None:
    assert card["epochs"] == card["options"]["epochs"] == len(card["history"])
    assert [epoch["number"] for epoch in card["history"]] == list(range(1, card["epochs"] + 1))
    assert card["history"][-1]["validation_accuracy"] == pytest.approx(card["test_accuracy"], abs=1e-4)
    assert card["history"][-1]["loss"] < card["history"][0]["loss"]


@pytest.mark.skipif(not PICTURES.is_file(), reason="VIZCORE_TEST_DATA names no folder with cifar10.tar.gz in it")
def test_the_weights_do_what_the_card_says(card: Any) -> None:
    pictures = read_pictures()
    assert np.bincount(pictures.labels).tolist() == [PER_CLASS] * 10
    network = build_simple_cnn((64, 64, 3))
    network.load_weights(FOLDER / card["weights"])
    right = probabilities(network, pictures).argmax(axis=1) == pictures.labels
    promised = card["test_accuracy"]
    deviation = np.sqrt(promised * (1 - promised) / len(pictures))
    assert abs(right.mean() - promised) < 3.5 * deviation
    counted = never_active(network, pictures.pixels)
    for name, counts in card["never_active"].items():
        # A channel that 2,000 pictures do not lift is not lifted by a part of them.
        assert counted[name][0] >= counts["never_active"]
        assert counted[name][0] <= counts["never_active"] + 4


def read_pictures() -> Pictures:
    """The first pictures of every class to test with, by name, straight from the archive."""
    files: dict[str, bytes] = {}
    with tarfile.open(PICTURES) as archive:
        for member in archive:
            if member.isfile() and member.name.startswith("test/"):
                content = archive.extractfile(member)
                assert content is not None
                files[member.name] = content.read()
    pixels, labels = [], []
    for label, name in enumerate(CIFAR10_CLASSES):
        for path in sorted(path for path in files if path.split("/")[1] == name)[:PER_CLASS]:
            pixels.append(open_picture(files[path], name=path).pixels)
            labels.append(label)
    return Pictures(of_one_size(pixels), np.array(labels))
