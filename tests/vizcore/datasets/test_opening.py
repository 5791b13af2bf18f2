"""Labelled pictures come out of folders and archives as they were put in, and anything else is refused in words."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import (
    CIFAR10_CLASSES,
    Dataset,
    Pictures,
    divided,
    is_picture_name,
    made_small,
    of_one_size,
)
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image


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


def test_opening_a_folder_does_not_import_tensorflow(tmp_path: Path) -> None:
    for index, name in enumerate(["a", "a", "b", "b"]):
        put(tmp_path / name / f"{index}.png", noise(5, 7))
    code = (
        "import sys; from vizcore.datasets.opening import open_dataset; "
        f"open_dataset({str(tmp_path)!r}); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"tensorflow", "keras", "streamlit"} & set(run.stdout.split())


# --- folders


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


@pytest.mark.parametrize("source", ["nowhere", "", "cifar100", "data.zip"])
def test_an_unknown_source_is_refused_with_what_is_expected(source: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VizcoreError, match=f"“{source}”|sub-folders"):
        open_dataset(source)


# --- archives of arrays


def arrays(**changed: Any) -> dict[str, Any]:
    random = np.random.default_rng(0)
    return {
        "x_train": random.integers(0, 256, (11, 5, 7, 3), dtype=np.uint8),
        "y_train": (np.arange(11) % 3).reshape(-1, 1).astype(np.uint8),
        "x_test": random.integers(0, 256, (4, 5, 7, 3), dtype=np.uint8),
        "y_test": np.array([0, 1, 2, 2]),
    } | changed


def saved(path: Path, content: dict[str, Any]) -> str:
    np.savez(path / "letters.npz", **{name: value for name, value in content.items() if value is not None})
    return str(path / "letters.npz")


def test_an_archive_comes_as_it_is(tmp_path: Path) -> None:
    content = arrays()
    dataset = open_dataset(saved(tmp_path, content))
    assert dataset.name == "letters.npz"
    assert dataset.classes == ("0", "1", "2")
    np.testing.assert_array_equal(dataset.training.pixels, content["x_train"])
    assert dataset.training.labels.dtype == np.int64
    assert dataset.training.labels.tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1]
    assert dataset.test.labels.tolist() == [0, 1, 2, 2]


def test_an_archive_may_name_its_classes(tmp_path: Path) -> None:
    dataset = open_dataset(saved(tmp_path, arrays(classes=np.array(["a", "b", "c", "never"]))))
    assert dataset.classes == ("a", "b", "c", "never")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"x_test": None}, "Expected are the arrays"),
        ({"classes": np.array("abc")}, "Expected are the arrays"),
        ({"classes": np.array(["a", {}, "c"], dtype=object)}, "Expected are the arrays"),
        ({"x_train": np.array([b"code"] * 11, dtype=object)}, "Expected are the arrays"),
        ({"x_train": np.zeros((11, 5, 7), np.uint8)}, r"\(11, 5, 7\) uint8"),
        ({"x_train": np.zeros((11, 5, 7, 3), np.float32)}, "float32"),
        ({"x_train": np.zeros((11, 0, 7, 3), np.uint8)}, r"\(11, 0, 7, 3\)"),
        ({"y_train": np.zeros(10, int)}, r"labels of shape \(10,\)"),
        ({"y_train": np.zeros(11)}, "float64"),
        ({"y_train": np.full(11, -1)}, "from 0 upwards"),
        ({"y_train": np.full(11, 2**63, np.uint64)}, "from 0 upwards"),
        ({"y_train": np.full(11, 2**62)}, "only 15 pictures"),
        ({"classes": np.array(["a", "b"])}, "only 2 names"),
        ({"classes": np.array(["a", "b", "a"])}, "same name for two classes"),
    ],
)
def test_archives_with_something_else_in_them_are_refused(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(VizcoreError, match=words):
        open_dataset(saved(tmp_path, arrays(**changed)))


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    path = Path(saved(tmp_path, arrays()))
    whole = path.read_bytes()
    single = io.BytesIO()
    np.save(single, np.zeros(3))
    middle = len(whole) // 2
    flipped = whole[:300] + bytes(255 - byte for byte in whole[300:middle]) + whole[middle:]
    for damaged in (b"", whole[:middle], flipped, b"a text", single.getvalue()):
        path.write_bytes(damaged)
        with pytest.raises(VizcoreError, match=r"letters\.npz"):
            open_dataset(str(path))


def test_an_archive_cannot_run_code(tmp_path: Path) -> None:
    class Mischief:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return os.mkdir, (str(tmp_path / "done"),)

    objects = np.array([Mischief()], dtype=object)
    with pytest.raises(VizcoreError, match="Expected are the arrays"):
        open_dataset(saved(tmp_path, arrays(x_train=objects)))
    assert not (tmp_path / "done").exists()


# --- the parts


def pictures_of(*labels: int) -> Pictures:
    return Pictures(np.stack([noise(2, 3, seed=index) for index in range(len(labels))]), np.array(labels))


def test_dividing_takes_a_sixth_of_every_class_and_loses_none() -> None:
    pictures = pictures_of(*[0] * 30, *[1] * 6, *[2] * 2, *[3])
    training, test = divided(pictures, seed=0)
    assert sizes_of(test) == [5, 1, 1]
    assert sizes_of(training) == [25, 5, 1, 1]
    both = np.concatenate([training.pixels, test.pixels])
    assert {picture.tobytes() for picture in both} == {picture.tobytes() for picture in pictures.pixels}


def test_limiting_keeps_what_is_tested_and_takes_some_to_learn() -> None:
    dataset = Dataset("letters", ("a", "b"), pictures_of(*[0, 1] * 20), pictures_of(0, 1), notes=("one left out",))
    limited = dataset.limited(7, seed=1)
    assert len(limited.training) == 7
    assert limited.test is dataset.test
    assert limited.notes == ("one left out",)
    np.testing.assert_array_equal(limited.training.pixels, dataset.limited(7, seed=1).training.pixels)
    for pixels, label in zip(limited.training.pixels, limited.training.labels, strict=True):
        place = next(index for index in range(40) if np.array_equal(dataset.training.pixels[index], pixels))
        assert dataset.training.labels[place] == label
    assert len(dataset.limited(1000).training) == 40
    for number in (0, -3):
        with pytest.raises(VizcoreError, match=f"limit of {number}"):
            dataset.limited(number)


def test_small_pictures_of_one_size_stay_as_they_are() -> None:
    pixels = [noise(64, 31, seed=seed) for seed in range(3)]
    np.testing.assert_array_equal(of_one_size(pixels), pixels)


@pytest.mark.parametrize("sizes", [[(5, 7), (7, 5)], [(65, 3), (65, 3)], [(130, 70), (64, 64)]])
def test_other_pictures_are_stretched_as_the_network_would(sizes: list[tuple[int, int]]) -> None:
    pixels = [noise(*size, seed=index) for index, size in enumerate(sizes)]
    stretched = of_one_size(pixels)
    assert stretched.shape == (2, 64, 64, 3)
    for before, after in zip(pixels, stretched, strict=True):
        np.testing.assert_array_equal(preprocess_image(before), preprocess_image(after))


@pytest.mark.parametrize("sizes", [[(5, 7)] * 2, [(5, 7), (90, 5)], [(80, 100)] * 2, [(64, 64), (7, 5)]])
def test_making_pictures_small_one_by_one_changes_nothing(sizes: list[tuple[int, int]]) -> None:
    pixels = [noise(*size, seed=index) for index, size in enumerate(sizes)]
    np.testing.assert_array_equal(of_one_size([made_small(picture) for picture in pixels]), of_one_size(pixels))


def test_pictures_are_told_by_their_names() -> None:
    assert all(is_picture_name(name) for name in ("a.png", "b.JPG", "c.d.heic", "x.jpeg", "y.tif", "z.avif"))
    assert not any(is_picture_name(name) for name in ("png", "a.txt", ".png", "._a.png", "a.png.txt", "a."))


def test_cifar10_has_ten_classes_in_the_order_of_its_labels() -> None:
    assert len(CIFAR10_CLASSES) == 10
    assert list(CIFAR10_CLASSES) == sorted(CIFAR10_CLASSES)
