"""CIFAR-10 out of an archive like the published one, which is not here: same files, same keys, other pictures."""

import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras.src.datasets import cifar10 as keras_cifar10

from vizcore.datasets import cifar10
from vizcore.datasets.cifar10 import read_cifar10
from vizcore.datasets.dataset import CIFAR10_CLASSES
from vizcore.datasets.opening import open_dataset
from vizcore.errors import VizcoreError
from vizcore.training.__main__ import main

FILES = [f"data_batch_{index}" for index in range(1, 6)] + ["test_batch"]


def batch(number: int) -> dict[bytes, Any]:
    """10,000 pictures: the first value of each is its file, the label follows from its place."""
    data = np.zeros((10_000, 3072), np.uint8)
    data[:, 0] = number  # red of the first pixel
    data[:, 1024] = np.arange(10_000) % 251  # its green
    data[:, 2048 + 34] = 7  # blue, row 1, column 2
    return {b"data": data, b"labels": (np.arange(10_000) % 10).tolist()}


def written(path: Path, files: dict[str, bytes]) -> str:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    # Not in order, as in the published archive.
    names = ["data_batch_4", "test_batch", *[name for name in FILES if name not in ("data_batch_4", "test_batch")]]
    return {"readme.html": b"<html>"} | {name: pickle.dumps(batch(FILES.index(name)), protocol=4) for name in names}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("keras") / cifar10.FOLDER / cifar10.ARCHIVE.file_name
    path.parent.mkdir()
    return path, written(path, contents)


@pytest.fixture
def archive(whole: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The archive, where Keras keeps it, taken for the published one."""
    path, sha256 = whole
    monkeypatch.setattr(cifar10, "SHA256", sha256)
    monkeypatch.setenv("KERAS_HOME", str(path.parents[1]))
    return path


def test_some_pictures_are_chosen_from_all_files_and_look_as_they_are_written(archive: Path) -> None:
    found = read_cifar10(archive, training=300, test=70, seed=3)
    assert found.name == "CIFAR-10"
    assert found.classes == CIFAR10_CLASSES
    assert found.training.pixels.shape == (300, 32, 32, 3)
    assert found.test.pixels.shape == (70, 32, 32, 3)
    # In the order of the files, whichever order the archive has them in.
    files = found.training.pixels[:, 0, 0, 0]
    assert set(files) == {0, 1, 2, 3, 4}
    assert (np.diff(files.astype(int)) >= 0).all()
    assert set(found.test.pixels[:, 0, 0, 0]) == {5}
    assert (found.training.pixels[:, 1, 2, 2] == 7).all()
    assert (np.bincount(found.training.labels, minlength=10) > 0).all()
    assert found.training.labels.dtype == np.int64
    again, other = (read_cifar10(archive, training=300, test=70, seed=seed) for seed in (3, 4))
    np.testing.assert_array_equal(again.training.pixels, found.training.pixels)
    assert not np.array_equal(other.training.pixels, found.training.pixels)


def test_all_of_it_comes_in_its_own_order(archive: Path) -> None:
    found = read_cifar10(archive)
    assert len(found.training) == 50_000
    assert len(found.test) == 10_000
    np.testing.assert_array_equal(found.training.labels, np.arange(50_000) % 10)
    np.testing.assert_array_equal(found.test.pixels[:, 0, 0, 1], np.arange(10_000) % 251)


def test_it_is_what_keras_reads_from_the_same_archive(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(archive) as file:
        file.extractall(tmp_path, filter="data")
    # Keras itself would not take an archive that was not published.
    monkeypatch.setattr(keras_cifar10, "get_file", lambda **asked: str(tmp_path))
    parts = keras_cifar10.load_data()
    found = open_dataset("cifar10")
    assert (found.name, found.classes) == ("CIFAR-10", CIFAR10_CLASSES)
    for ours, (pixels, labels) in zip((found.training, found.test), parts, strict=True):
        assert ours.pixels.dtype == pixels.dtype == np.uint8
        np.testing.assert_array_equal(ours.pixels, pixels)
        np.testing.assert_array_equal(ours.labels, labels[:, 0])


def test_the_archive_that_is_there_is_read_without_keras_or_a_download(archive: Path) -> None:
    code = (
        "import sys; from vizcore.datasets import cifar10; from vizcore.datasets.opening import open_dataset; "
        f"cifar10.SHA256 = {cifar10.SHA256!r}; print(len(open_dataset('cifar10').test), *sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    number, *modules = run.stdout.split()
    assert number == "10000"
    assert not {"tensorflow", "keras"} & set(modules)


def test_the_command_takes_it(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # It stops before the training, because there is nowhere to write to.
    (tmp_path / "file").write_text("in the way")
    assert main(["--data", "cifar10", "--limit", "30", "--out", str(tmp_path / "file" / "run")]) == 1
    said = capsys.readouterr()
    assert "30 pictures to learn from, 10000 to test with." in said.out
    assert "Nothing can be written to" in said.err


def test_address_and_digest_are_those_that_keras_knows() -> None:
    source = Path(keras_cifar10.__file__).read_text(encoding="utf-8")
    assert cifar10.SHA256 in source
    assert cifar10.ARCHIVE.url in source
    # Keras's own name for the archive, so that neither fetches what the other has.
    assert 'dirname = "cifar-10-batches-py-target"' in source
    assert cifar10.ARCHIVE.file_name == "cifar-10-batches-py-target_archive"
    assert cifar10.ARCHIVE.size == 170_498_071


def test_another_archive_is_not_opened_and_does_not_stay(tmp_path: Path) -> None:
    path = tmp_path / "archive"
    written(path, {"data_batch_1": b"whatever"})
    with pytest.raises(VizcoreError, match=r"not CIFAR-10 .* removed"):
        read_cifar10(path)
    assert not path.exists()
    with pytest.raises(VizcoreError, match="cannot be read"):
        read_cifar10(path)


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("run",)


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(_Evil()),
        b"no pickle",
        pickle.dumps({b"data": np.zeros((3, 3072), np.uint8), b"labels": [0, 1, 2]}),
        pickle.dumps([]),
    ],
)
def test_what_is_no_file_of_pictures_is_refused_and_nothing_in_it_runs(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive"
    monkeypatch.setattr(cifar10, "SHA256", written(path, {"data_batch_1": content}))
    with pytest.raises(VizcoreError, match="cannot be read"):
        read_cifar10(path)
    assert capsys.readouterr().out == ""


def test_a_missing_file_is_noticed_and_reading_can_be_given_up(
    tmp_path: Path, contents: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive"
    monkeypatch.setattr(cifar10, "SHA256", written(path, {"data_batch_1": contents["data_batch_1"]}))
    with pytest.raises(VizcoreError, match="missing"):
        read_cifar10(path)
    with pytest.raises(VizcoreError, match="stopped"):
        read_cifar10(path, stopped=lambda: True)


@pytest.mark.parametrize(("training", "test"), [(0, 5), (5, 0)])
def test_no_pictures_at_all_are_refused(archive: Path, training: int, test: int) -> None:
    with pytest.raises(VizcoreError, match="at least one"):
        read_cifar10(archive, training=training, test=test)


def test_a_closed_archive_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    with pytest.raises(VizcoreError, match=r"cannot be read from “archive” \(Is a directory\)\."):
        read_cifar10(tmp_path / "archive")
