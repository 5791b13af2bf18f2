"""Labelled pictures come out of archives of arrays as they were put in, and other files are refused in words."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError


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
        ({"x_test": None}, "Expected: the arrays"),
        ({"classes": np.array("abc")}, "Expected: the arrays"),
        ({"classes": np.array(["a", {}, "c"], dtype=object)}, "Expected: the arrays"),
        ({"x_train": np.array([b"code"] * 11, dtype=object)}, "Expected: the arrays"),
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
    with pytest.raises(VizcoreError, match="Expected: the arrays"):
        open_dataset(saved(tmp_path, arrays(x_train=objects)))
    assert not (tmp_path / "done").exists()
