"""A zip of one's own pictures opens whoever made it; a hostile one is refused before it costs anything."""

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizcore.arrays import ByteArray
from vizcore.datasets import archive as picture_archive
from vizcore.datasets.archive import open_archive
from vizcore.datasets.dataset import Dataset
from vizcore.errors import VizcoreError
from vizcore.pictures import limits


def noise(height: int = 5, width: int = 7, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def png(pixels: ByteArray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pets(*, cats: int = 12, dogs: int = 6, around: str = "") -> dict[str, bytes]:
    names = [f"cat/{index}.png" for index in range(cats)] + [f"dog/{index}.png" for index in range(dogs)]
    return {around + name: png(noise(seed=seed)) for seed, name in enumerate(names)}


def opened(files: dict[str, bytes], *, seed: int = 0) -> Dataset:
    return open_archive(zipped(files), name="pets.zip", seed=seed)


def counts(dataset: Dataset) -> tuple[list[int], list[int]]:
    return np.bincount(dataset.training.labels).tolist(), np.bincount(dataset.test.labels).tolist()


# --- what is read


def test_one_folder_per_class_comes_as_pictures_with_labels() -> None:
    dataset = opened(pets())
    assert dataset.name == "pets.zip"
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([10, 5], [2, 1])
    assert dataset.notes == ("one picture in 6 of every class is for testing",)
    came = {
        (picture.tobytes(), int(label))
        for part in (dataset.training, dataset.test)
        for picture, label in zip(part.pixels, part.labels, strict=True)
    }
    assert came == {(noise(seed=seed).tobytes(), int(seed >= 12)) for seed in range(18)}


def test_the_order_in_the_zip_does_not_matter_and_the_seed_does() -> None:
    files = pets(cats=30)
    backwards = opened(dict(reversed(files.items())))
    np.testing.assert_array_equal(opened(files).training.pixels, backwards.training.pixels)
    assert not np.array_equal(opened(files, seed=1).test.pixels, backwards.test.pixels)


@pytest.mark.parametrize("around", ["pets/", "export/2024/pets/", "/", "../../", "C:\\pets\\", "./pets/../"])
def test_folders_around_everything_and_paths_that_lead_out_mean_nothing(around: str) -> None:
    dataset = opened(pets(around=around))
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([10, 5], [2, 1])


def test_nothing_is_written_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    opened(pets(around="../"))
    opened(pets(around=f"{tmp_path}/"))
    assert [path.name for path in tmp_path.rglob("*")] == ["inner"]


def test_folders_within_a_class_are_part_of_it() -> None:
    files = pets() | {"dog/old/deep/1.png": png(noise(seed=90)), "dog/old/2.png": png(noise(seed=91))}
    assert counts(opened(files)) == ([10, 7], [2, 1])


def test_train_and_test_stay_apart() -> None:
    files = pets(cats=3, dogs=2, around="pets/train/") | pets(cats=1, dogs=1, around="pets/test/")
    dataset = opened(files)
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([3, 2], [1, 1])
    assert dataset.notes == ()
    assert dataset.folders == (("train", "to learn from"), ("test", "to test with, at the end"))
    assert dataset.validation is None
    with pytest.raises(VizcoreError, match=r"“test/dog” in “pets\.zip” has 0 pictures"):
        opened({name: content for name, content in files.items() if "test/dog" not in name})


def test_validation_pictures_are_to_choose_by_and_test_pictures_for_the_end() -> None:
    shapes = {"Training_set": (3, 2), "valid": (1, 2), "test": (2, 1)}
    files: dict[str, bytes] = {}
    for number, (part, (cats, dogs)) in enumerate(shapes.items()):
        # No picture twice.
        for index in range(cats + dogs):
            name = f"pets/{part}/{'cat' if index < cats else 'dog'}/{index}.png"
            files[name] = png(noise(seed=10 * number + index))
    dataset = opened(files)
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([3, 2], [2, 1])
    assert dataset.validation is dataset.watched
    assert dataset.validation is not None
    assert np.bincount(dataset.validation.labels).tolist() == [1, 2]
    for number, part in enumerate((dataset.training, dataset.validation, dataset.test)):
        came = {picture.tobytes() for picture in part.pixels}
        assert came == {noise(seed=10 * number + index).tobytes() for index in range(len(part))}
    assert dataset.folders == (
        ("Training_set", "to learn from"),
        ("valid", "to choose by: measured after every epoch"),
        ("test", "to test with, at the end"),
    )


def test_with_val_alone_val_is_the_test() -> None:
    dataset = opened(pets(cats=6, dogs=6, around="train/") | pets(cats=3, dogs=3, around="val/"))
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([6, 6], [3, 3])
    assert dataset.watched is dataset.test


def test_a_test_without_classes_is_left_out_and_train_is_divided() -> None:
    files = pets(cats=6, dogs=6, around="a/train/") | {f"a/test/{index}.png": png(noise()) for index in range(4)}
    dataset = opened(files)
    assert dataset.classes == ("cat", "dog")
    assert counts(dataset) == ([5, 5], [1, 1])
    assert dataset.folders[1] == ("test", "left out: its 4 pictures are in no folders of the classes")
    assert dataset.notes == ("one picture in 6 of every class is for testing",)


def test_names_in_the_code_page_of_their_writer_are_read_and_it_is_said() -> None:
    data = zipped({name.replace("cat", "xx").replace("dog", "yy"): content for name, content in pets().items()})
    data = data.replace(b"xx/", "猫/".encode("gbk")).replace(b"yy/", "狗/".encode("gbk"))
    dataset = open_archive(data, name="a.zip")
    assert dataset.classes == ("狗", "猫")
    assert counts(dataset) == ([5, 10], [1, 2])
    assert dataset.notes[0] == "names read as GBK (simplified Chinese), which is a guess: the zip does not say"


def test_classes_that_are_the_same_when_shortened_are_told_apart() -> None:
    long = ["a" * 90 + end for end in "12"]
    files = {f"{name}/{index}.png": png(noise(seed=index)) for name in (*long, "b") for index in range(4)}
    dataset = opened(files)
    assert [name[-1] for name in dataset.classes] == ["1", "2", "b"]
    assert counts(dataset) == ([3, 3, 3], [1, 1, 1])


def test_paths_that_are_very_deep_are_left_out() -> None:
    assert opened(pets() | {"cat/" + "a/" * 100 + "1.png": png(noise())}).notes[0] == "1 other file left out"


def test_hidden_files_other_files_and_loose_pictures_are_left_out_and_counted() -> None:
    files = pets(around="pets/") | {
        "__MACOSX/pets/cat/._0.png": b"what macOS adds",
        "pets/.DS_Store": b"and this",
        "pets/cat/.hidden/1.png": png(noise()),
        "pets/read me.txt": b"pictures",
        "pets/cover.png": png(noise()),
        "cover.png": png(noise()),
    }
    dataset = opened(files)
    assert counts(dataset) == ([10, 5], [2, 1])
    assert dataset.notes[:2] == ("4 other files left out", "2 pictures outside of the classes' folders left out")


def test_pictures_of_many_sizes_are_stretched_and_it_is_said() -> None:
    files = pets() | {"cat/large.png": png(noise(90, 120))}
    dataset = opened(files)
    assert dataset.training.pixels.shape == (16, 64, 64, 3)
    assert "stretched to 64 × 64 pixels" in dataset.notes
    large = {name: png(noise(70, 80, seed=seed)) for seed, name in enumerate(pets(cats=2, dogs=2))}
    assert "stretched to 64 × 64 pixels" in opened(large).notes


@pytest.mark.parametrize("flag", [0, 0x800])
def test_names_in_other_alphabets_come_as_they_were_written(flag: int) -> None:
    # Entries of equal length put in place of others: without the flag, as macOS writes them; letters decomposed.
    data = zipped({name.replace("cat", "xxxxxx"): content for name, content in pets().items()})
    data = data.replace(b"xxxxxx", "Ka\u0308se".encode())
    entry = data.find(b"PK\x01\x02")
    while flag and entry >= 0:
        data = data[: entry + 8] + struct.pack("<H", flag) + data[entry + 10 :]
        local = struct.unpack("<I", data[entry + 42 : entry + 46])[0]
        data = data[: local + 6] + struct.pack("<H", flag) + data[local + 8 :]
        entry = data.find(b"PK\x01\x02", entry + 1)
    assert open_archive(data, name="pets.zip").classes == ("K\u00e4se", "dog")


def test_the_old_alphabet_of_zips_is_read_too() -> None:
    data = zipped({name.replace("cat", "xxxxx"): content for name, content in pets().items()})
    assert open_archive(data.replace(b"xxxxx", "Käfer".encode("cp437")), name="a.zip").classes == ("Käfer", "dog")


def test_names_of_classes_are_fit_for_showing() -> None:
    dataset = opened({name.replace("cat", "\u202ec\x07at"): content for name, content in pets().items()})
    assert dataset.classes == ("c at", "dog")


def test_progress_is_told_after_each_picture() -> None:
    told: list[tuple[int, int]] = []
    open_archive(zipped(pets()), name="pets.zip", progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 18) for done in range(1, 19)]


# --- damaged pictures


def test_a_few_damaged_pictures_are_left_out_and_the_first_is_named() -> None:
    files = pets(cats=15, dogs=15) | {
        "cat/torn.png": png(noise(50, 70))[:300],
        "dog/words.jpg": b"no picture at all",
        "dog/zero.gif": b"",
    }
    dataset = opened(files)
    assert len(dataset.training) + len(dataset.test) == 30
    note = dataset.notes[0]
    assert note.startswith("3 unreadable pictures left out: “torn.png” begins like a PNG")


def test_more_than_a_tenth_is_too_many() -> None:
    files = pets(cats=9, dogs=8) | {f"dog/bad{index}.jpg": b"no picture" for index in range(2)}
    with pytest.raises(VizcoreError, match=r"More than one in 10 of the 19 pictures.*“bad0\.jpg” is a text file"):
        opened(files)


def test_a_class_that_loses_its_pictures_is_refused() -> None:
    files = pets(cats=30, dogs=1) | {"dog/bad.png": b"no picture"}
    with pytest.raises(VizcoreError, match=r"The class “dog” in “pets\.zip” has 1 picture that can be read"):
        opened(files)


def test_a_picture_that_is_damaged_inside_the_zip_counts_as_unreadable() -> None:
    content = png(noise(seed=3))
    data = zipped(pets(), method=zipfile.ZIP_STORED)
    place = data.index(content) + 60
    broken = data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :]
    dataset = open_archive(broken, name="pets.zip")
    assert len(dataset.training) + len(dataset.test) == 17
    assert dataset.notes[0].startswith("1 unreadable picture left out: “3.png” is damaged inside the zip.")


# --- what is refused


@pytest.mark.parametrize(
    "data", [b"", b"words", b"Rar!\x1a\x07\x01\x00" + bytes(500), zipped(pets())[:-30], b"PK\x05\x06"]
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(VizcoreError, match=r"“pets\.zip” is not a zip file, or is cut short or damaged"):
        open_archive(data, name="folder/pets.zip")


@pytest.mark.parametrize(
    "files", [{}, {"a.txt": b""}, {"a.png": png(noise())}, {"cat/": b""}, {"__MACOSX/cat/a.png": b""}]
)
def test_a_zip_without_pictures_in_folders_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(VizcoreError, match=r"has no pictures in folders\. Expected: one folder of pictures per class"):
        opened(files)


def test_one_class_too_many_classes_and_too_few_pictures_are_refused() -> None:
    with pytest.raises(VizcoreError, match="has one folder of pictures, “cat”"):
        opened(pets(dogs=0))
    with pytest.raises(VizcoreError, match=r"The class “dog” in “pets\.zip” has 1 picture"):
        opened(pets(dogs=1))
    with pytest.raises(VizcoreError, match="has 21 folders of pictures"):
        opened({f"{label}/{index}.png": png(noise()) for label in range(21) for index in range(2)})


def test_too_many_pictures_are_refused_by_their_number() -> None:
    with pytest.raises(VizcoreError, match="has 5,001 pictures, and up to 5,000 are read"):
        opened({f"{index % 2}/{index}.png": b"" for index in range(5001)})


def test_a_zip_of_very_many_files_is_refused_before_its_directory_is_read() -> None:
    # An entry needs 46 bytes; these are not even a directory.
    data = b"PK\x01\x02".ljust(46) * 20_001
    with pytest.raises(VizcoreError, match="more than 20,000 files"):
        open_archive(data, name="a.zip")


def test_an_entry_without_a_name_is_left_out() -> None:
    # A name ends at its first zero.
    data = zipped(pets() | {"xxx.png": b"nameless"}).replace(b"xxx.png", b"\0xx.png")
    assert open_archive(data, name="pets.zip").notes[0] == "1 other file left out"


def test_names_of_enormous_length_are_left_out() -> None:
    # Composing so many accents in the wrong order takes time that grows with their square.
    long = "cat/" + "a" + "\u0301\u0323" * 8_000 + ".png"
    assert opened(pets() | {long: png(noise())}).notes[0] == "1 other file left out"


def test_a_large_zip_is_refused_by_its_size() -> None:
    with pytest.raises(VizcoreError, match=r"has 100\.0 MB, and up to 100 MB are read"):
        open_archive(bytes(picture_archive.MAX_BYTES + 1), name="a.zip")


def patched(data: bytes, *, at: int, value: bytes) -> bytes:
    """The zip with this written at a place of every directory entry."""
    entry = data.find(b"PK\x01\x02")
    while entry >= 0:
        data = data[: entry + at] + value + data[entry + at + len(value) :]
        entry = data.find(b"PK\x01\x02", entry + 4)
    return data


def test_an_encrypted_zip_is_refused() -> None:
    with pytest.raises(VizcoreError, match=r"“a\.zip” is encrypted\. Please zip the folder without a password"):
        open_archive(patched(zipped(pets()), at=8, value=struct.pack("<H", 1)), name="a.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_unpacked_up_to_a_limit_are_refused(method: int) -> None:
    with pytest.raises(VizcoreError, match="compressed in a way that is not read here"):
        open_archive(zipped(pets(), method=method), name="a.zip")


def test_what_says_that_it_unpacks_to_too_much_is_refused() -> None:
    data = patched(zipped(pets(cats=30, dogs=30)), at=24, value=struct.pack("<I", 9 * 2**20))
    with pytest.raises(VizcoreError, match="unpacks to more than 400 MB"):
        open_archive(data, name="a.zip")


def test_what_unpacks_to_more_than_it_says_is_cut_where_it_says() -> None:
    # Zeros of twice the limit, said to be one byte long: what is read beyond that byte would be seen here.
    bomb = bytes(2 * limits.MAX_BYTES)
    data = zipped(pets(cats=20, dogs=20) | {"cat/bomb.png": bomb})
    entry = data.rindex(b"cat/bomb.png") - 46
    lying = data[: entry + 24] + struct.pack("<I", 1) + data[entry + 28 :]
    dataset = open_archive(lying, name="a.zip")
    assert dataset.notes[0].startswith("1 unreadable picture left out: “bomb.png”")


def test_a_single_picture_that_is_too_large_is_left_out_unread() -> None:
    data = zipped(pets(cats=20, dogs=20) | {"cat/huge.bmp": bytes(limits.MAX_BYTES + 1)})
    note = open_archive(data, name="a.zip").notes[0]
    assert "“huge.bmp” has 10.0 MB, and up to 10 MB are read" in note


def test_small_files_with_very_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit itself would be a minute of decoding.
    monkeypatch.setattr(picture_archive, "MAX_TOTAL_PIXELS", 5_000_000)
    vast = png(np.zeros((1100, 1000, 3), np.uint8))
    with pytest.raises(VizcoreError, match="more than 5 megapixels together"):
        opened({f"{label}/{index}.png": vast for label in ("cat", "dog") for index in range(3)})


def test_whatever_is_changed_in_a_zip_it_opens_or_is_refused_in_words() -> None:
    whole = zipped(pets(cats=3, dogs=3))
    directory = whole.index(b"PK\x01\x02")
    random = np.random.default_rng(0)
    for _ in range(1500):
        data = bytearray(whole)
        # Most of them where the structure is: in the directory behind the pictures.
        first = directory if random.random() < 0.8 else 0
        for place in random.integers(first, len(data), random.integers(1, 6)):
            data[place] = random.choice([0, 255, random.integers(0, 256)])
        # Anything else that is raised fails the test.
        with contextlib.suppress(VizcoreError):
            assert len(open_archive(bytes(data), name="a.zip").classes) >= 2
