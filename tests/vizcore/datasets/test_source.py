"""The pictures to train on: how many there are, what they cost, and where they come from."""

from pathlib import Path

import numpy as np
import pytest

from vizcore.datasets import cifar10
from vizcore.datasets.dataset import CIFAR10_CLASSES, Dataset, Pictures
from vizcore.datasets.shapes import CLASSES
from vizcore.datasets.source import CIFAR10, OWN, SHAPES, chosen_source, download_bytes, first_of_each, read
from vizcore.errors import VizcoreError

PIXELS = np.broadcast_to(np.arange(5, dtype=np.uint8)[:, None, None, None], (5, 2, 3, 3))
COLOURS = Pictures(PIXELS, np.arange(5) % 2)


def no_progress(received: int, expected: int) -> None:
    """Nobody looks."""


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("name", "number", "tested"),
    [
        (SHAPES, 200, 100),
        (SHAPES, 2000, 500),
        (SHAPES, 10_000, 1000),
        (CIFAR10, 500, 125),
        (CIFAR10, 50_000, 2000),
    ],
)
def test_a_quarter_is_tested_but_neither_too_few_nor_too_many(name: str, number: int, tested: int) -> None:
    source = chosen_source(name, number, None)
    assert (source.num_training, source.num_test) == (number, tested)
    assert source.classes == (CLASSES if name == SHAPES else CIFAR10_CLASSES)


def test_shapes_are_drawn_and_ones_own_pictures_are_as_they_were_brought() -> None:
    drawn = read(chosen_source(SHAPES, 40, None), progress=no_progress, stopped=never)
    assert (len(drawn.training), len(drawn.test)) == (40, 100)
    own = Dataset("mine.zip", ("even", "odd"), COLOURS, COLOURS.at(np.arange(2)))
    source = chosen_source(OWN, 0, own)
    assert (source.num_training, source.num_test, source.classes) == (5, 2, ("even", "odd"))
    assert read(source, progress=no_progress, stopped=never) is own
    assert download_bytes(source) == download_bytes(chosen_source(SHAPES, 40, None)) == 0


def test_cifar10_is_downloaded_where_nobody_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("VIZCORE_CIFAR10", raising=False)
    source = chosen_source(CIFAR10, 500, None)
    assert download_bytes(source) == 170_498_071
    (tmp_path / cifar10.FOLDER).mkdir()
    (tmp_path / cifar10.FOLDER / cifar10.ARCHIVE.file_name).write_bytes(b"")
    assert download_bytes(source) == 0
    with pytest.raises(VizcoreError, match="not CIFAR-10 as it was published"):
        read(source, progress=no_progress, stopped=never)


def test_an_operators_copy_needs_no_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "empty"))
    random = np.random.default_rng(1)
    path = tmp_path / "copy.npz"
    np.savez(
        path,
        x_train=random.integers(0, 256, (900, 32, 32, 3), dtype=np.uint8),
        y_train=np.arange(900) % 10,
        x_test=random.integers(0, 256, (300, 32, 32, 3), dtype=np.uint8),
        y_test=np.arange(300) % 10,
    )
    monkeypatch.setenv("VIZCORE_CIFAR10", str(path))
    source = chosen_source(CIFAR10, 500, None)
    assert download_bytes(source) == 0
    found = read(source, progress=no_progress, stopped=never)
    assert (found.name, len(found.training), len(found.test)) == ("CIFAR-10", 500, 125)


def test_a_class_without_a_picture_is_grey() -> None:
    dataset = Dataset("mine.zip", ("even", "odd", "none"), COLOURS, COLOURS)
    assert [picture[0, 0, 0] for picture in first_of_each(dataset)] == [0, 1, 128]
