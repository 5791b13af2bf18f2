"""Labelled pictures come out of folders as they were put in, and other folders are refused in words."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import (
    Pictures,
)
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError


def noise(height: int, width: int, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(pixels: ByteArray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def put(path: Path, pixels: ByteArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png(pixels))


def sizes_of(pictures: Pictures) -> list[int]:
    return np.bincount(pictures.labels).tolist()


def test_a_folder_with_train_and_test_comes_as_it_is(tmp_path: Path) -> None:
    for part, seeds in (("train", (0, 1, 2)), ("test", (3,))):
        for label, name in enumerate(("dog", "cat")):
            for seed in seeds:
                put(tmp_path / "pets" / part / name / f"{seed}.png", noise(5, 7, seed=10 * label + seed))
    dataset = open_dataset(str(tmp_path / "pets"))
    assert dataset.name == "pets"
    assert dataset.classes == ("cat", "dog")
    assert dataset.training.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert dataset.test.labels.tolist() == [0, 1]
    np.testing.assert_array_equal(dataset.training.pixels, [noise(5, 7, seed=seed) for seed in (10, 11, 12, 0, 1, 2)])
    np.testing.assert_array_equal(dataset.test.pixels, [noise(5, 7, seed=seed) for seed in (13, 3)])


def test_a_folder_without_them_is_divided_by_the_seed(tmp_path: Path) -> None:
    for seed in range(24):
        put(tmp_path / ("cat" if seed < 18 else "dog") / f"{seed}.png", noise(5, 7, seed=seed))
    first, again, other = (open_dataset(str(tmp_path), seed=seed) for seed in (0, 0, 1))
    assert sizes_of(first.training) == [15, 5]
    assert sizes_of(first.test) == [3, 1]
    np.testing.assert_array_equal(first.test.pixels, again.test.pixels)
    assert not np.array_equal(first.test.pixels, other.test.pixels)
    everything = {picture.tobytes() for part in (first.training, first.test) for picture in part.pixels}
    assert everything == {noise(5, 7, seed=seed).tobytes() for seed in range(24)}


def test_hidden_files_other_files_and_folders_named_like_pictures_are_passed_over(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        for seed in (0, 1):
            put(tmp_path / name / "deeper" / f"{seed}.PNG", noise(5, 7, seed=seed))
        (tmp_path / name / "._0.png").write_bytes(b"what macOS writes beside it")
        (tmp_path / name / "about.txt").write_text("these are pictures")
        (tmp_path / name / "album.jpg").mkdir()
    (tmp_path / ".cache").mkdir()
    dataset = open_dataset(str(tmp_path))
    assert dataset.classes == ("cat", "dog")
    assert len(dataset.training) + len(dataset.test) == 4


def test_the_folder_one_is_in_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cat", "dog"):
        put(tmp_path / "pets" / name / "0.png", noise(5, 7))
        put(tmp_path / "pets" / name / "1.png", noise(5, 7))
    monkeypatch.chdir(tmp_path / "pets")
    assert open_dataset(".").name == "pets"


def test_a_damaged_picture_in_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "0.png", noise(5, 7))
    put(tmp_path / "dog" / "0.png", noise(5, 7))
    (tmp_path / "dog" / "torn.png").write_bytes(png(noise(50, 70))[:400])
    with pytest.raises(VizcoreError, match=r"torn\.png"):
        open_dataset(str(tmp_path))


def test_folders_that_are_not_one_per_class_are_refused(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "0.png", noise(5, 7))
    with pytest.raises(VizcoreError, match="has 1 sub-folders"):
        open_dataset(str(tmp_path))
    empty = tmp_path / "empty"
    for name in ("cat", "dog"):
        (empty / name).mkdir(parents=True)
    with pytest.raises(VizcoreError, match="no picture in the sub-folders"):
        open_dataset(str(empty))


def test_a_class_that_is_tested_and_never_learnt_is_refused(tmp_path: Path) -> None:
    for path in ("train/cat", "train/dog", "test/cat", "test/mouse"):
        put(tmp_path / path / "0.png", noise(5, 7))
    with pytest.raises(VizcoreError, match="“mouse” below test/ and not below train/"):
        open_dataset(str(tmp_path))
