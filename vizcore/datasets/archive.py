"""A visitor's own pictures to train on, from a zip with one folder per class.

The zip is untrusted. Its announced sizes are checked before anything is unpacked, its real sizes during unpacking.
"""

import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import (
    LARGEST_SIDE,
    TEST_SHARE,
    Dataset,
    Pictures,
    divided,
    made_small,
    of_one_size,
)
from vizcore.datasets.layout import TEST, TRAIN, VALIDATION, class_names
from vizcore.datasets.members import MAX_PICTURES, Member, content_of, counted, members_of, open_zip
from vizcore.errors import VizcoreError
from vizcore.pictures.names import clean_name
from vizcore.pictures.photo import open_picture

MAX_BYTES = 100 * 1024 * 1024
"""Size of the zip."""

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
"""Bytes of all its pictures together. For a single picture the limit of `open_picture` applies."""

MAX_TOTAL_PIXELS = 2_000_000_000
"""Pixels of all pictures together, a minute of decoding. Small files can hold large pictures."""

MIN_CLASSES, MAX_CLASSES = 2, 20

MIN_PICTURES_PER_CLASS = 2
"""One for training and one for testing."""

_UNREADABLE_SHARE = 10
"""The zip is refused if more than one picture in this many is damaged."""

_ENCRYPTED = 0x1
"""The bit of an entry's flags that says so."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The two methods that every program writes, and that can be unpacked up to a limit. Others unpack whole blocks."""


@dataclass(frozen=True)
class _Unpacked:
    """The readable members: their pictures, reduced, and the original sizes (H, W)."""

    members: tuple[Member, ...]
    pixels: tuple[ByteArray, ...]
    sizes: frozenset[tuple[int, int]]
    problem: str
    """The error message of the first unreadable picture; empty if there is none."""


def open_archive(
    data: bytes, *, name: str, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Dataset:
    """Labelled pictures from a zip with one folder per class.

    Folders around all the class folders are ignored; folders within a class belong to it. Folders for learning,
    choosing and testing are told by their names, see `vizcore.datasets.layout`. The result omits hidden files, files
    whose names are not those of pictures, pictures outside of every class folder, and damaged pictures while they are
    few. The notes state how many were omitted.

    Args:
        data: the whole zip: at most `MAX_BYTES`, `MAX_PICTURES`, `MAX_UNPACKED_BYTES` and `MAX_TOTAL_PIXELS`, with
            `MIN_CLASSES` … `MAX_CLASSES` classes of at least `MIN_PICTURES_PER_CLASS` pictures each.
        name: the file name of the zip.
        seed: seed of the choice of test pictures, where the zip has no such folders.
        progress: called after each picture with the number of pictures done and the number of all.

    Returns:
        The pictures upright and in sRGB, of one size (`vizcore.datasets.dataset.of_one_size`), and notes of the
        changes.

    Raises:
        VizcoreError: not a zip, an encrypted zip, numbers outside of the limits, or more than a tenth is damaged.
    """
    check_bytes(len(data), name=name)
    label = clean_name(name)
    archive = open_zip(data, label=label)
    members, layout, notes = members_of(archive.infolist(), label=label)
    names = _check(members, label=label)
    unpacked = _unpacked(archive, members, label=label, progress=progress)
    readable = unpacked.members
    if unpacked.problem:
        notes.append(f"{counted(len(members) - len(readable), 'unreadable picture')} left out: {unpacked.problem}")
    _check(readable, label=label)
    if len(unpacked.sizes) > 1 or any(max(size) > LARGEST_SIDE for size in unpacked.sizes):
        notes.append(f"stretched to {LARGEST_SIDE} × {LARGEST_SIDE} pixels")

    classes = tuple(sorted(names.values()))
    labels = np.array([classes.index(names[member.folder]) for member in readable], dtype=np.int64)
    parts = _parts(Pictures(of_one_size(unpacked.pixels), labels), [member.part for member in readable], seed=seed)
    if not readable[0].part:
        notes.append(f"one picture in {TEST_SHARE} of every class is for testing")
    return Dataset(
        label, classes, parts[TRAIN], parts[TEST], tuple(notes), parts.get(VALIDATION), folders=layout.folders
    )


def _parts(pictures: Pictures, parts: Sequence[str], *, seed: int) -> dict[str, Pictures]:
    """The pictures of each part; where the folders do not say, one in `TEST_SHARE` is for testing."""
    if not parts[0]:
        training, test = divided(pictures, seed=seed)
        return {TRAIN: training, TEST: test}
    of = np.array(parts)
    return {part: pictures.at(np.nonzero(of == part)[0]) for part in set(parts)}


def check_bytes(size: int, *, name: str, most: int = MAX_BYTES) -> None:
    """Refuse a zip that is too large.

    Args:
        size: number of its bytes.
        name: its file name.
        most: the limit in bytes.

    Raises:
        VizcoreError: it has more bytes.
    """
    if size > most:
        raise VizcoreError(
            f"“{clean_name(name)}” has {size / 2**20:.1f} MB, and up to {most // 2**20} MB are read. Please take fewer "
            f"pictures, or smaller ones: {LARGEST_SIDE} pixels a side are all that is used."
        )


def _check(members: Sequence[Member], *, label: str) -> dict[str, str]:
    """The names of the classes by folder. Refuses members beyond the limits, by the zip's own directory."""
    if len(members) > MAX_PICTURES:
        raise VizcoreError(
            f"“{label}” has {len(members):,} pictures, and up to {MAX_PICTURES:,} are read. Please take fewer."
        )
    folders = sorted({member.folder for member in members})
    if not MIN_CLASSES <= len(folders) <= MAX_CLASSES:
        only = f"one folder of pictures, “{clean_name(folders[0])}”,"
        found = only if len(folders) == 1 else f"{len(folders)} folders of pictures"
        raise VizcoreError(
            f"“{label}” has {found} and so as many classes. Expected: {MIN_CLASSES} to {MAX_CLASSES}, "
            "with a folder for each."
        )
    names = class_names(set(folders))
    for part in sorted({member.part for member in members}):
        number = Counter(member.folder for member in members if member.part == part)
        # With folders for learning and testing, one picture in each is enough.
        least = 1 if part else MIN_PICTURES_PER_CLASS
        for folder in folders:
            if number[folder] < least:
                where = f"{part}/{names[folder]}" if part else names[folder]
                raise VizcoreError(
                    f"The class “{where}” in “{label}” has {counted(number[folder], 'picture')} that can be read. "
                    f"Expected: at least {least}{'' if part else ': one to learn from and one to test with'}."
                )
    if any(member.entry.flag_bits & _ENCRYPTED for member in members):
        raise VizcoreError(f"“{label}” is encrypted. Please zip the folder without a password.")
    if any(member.entry.compress_type not in _METHODS for member in members):
        raise VizcoreError(
            f"“{label}” is compressed in a way that is not read here. Please zip the folder with the ordinary method, "
            "called deflate."
        )
    _check_unpacked(sum(member.entry.file_size for member in members), label=label)
    return names


def _check_unpacked(size: int, *, label: str) -> None:
    if size > MAX_UNPACKED_BYTES:
        raise VizcoreError(
            f"“{label}” unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB of pictures. Please take fewer, or "
            f"smaller ones: {LARGEST_SIDE} pixels a side are all that is used."
        )


def _unpacked(
    archive: zipfile.ZipFile, members: Sequence[Member], *, label: str, progress: Callable[[int, int], None] | None
) -> _Unpacked:
    readable: list[Member] = []
    pixels: list[ByteArray] = []
    sizes: set[tuple[int, int]] = set()
    num_bytes = num_pixels = 0
    problem = ""
    for done, member in enumerate(members, start=1):
        try:
            data = content_of(archive, member)
            num_bytes += len(data)
            picture = open_picture(data, name=member.file_name).pixels
        except VizcoreError as error:
            problem = problem or str(error)
            num_unreadable = done - len(readable)
            if num_unreadable * _UNREADABLE_SHARE > len(members):
                raise VizcoreError(
                    f"More than one in {_UNREADABLE_SHARE} of the {counted(len(members), 'picture')} in “{label}” "
                    f"cannot be read. The first: {problem}"
                ) from error
        else:
            num_pixels += picture.shape[0] * picture.shape[1]
            sizes.add((picture.shape[0], picture.shape[1]))
            pixels.append(made_small(picture))
            readable.append(member)
        _check_unpacked(num_bytes, label=label)
        if num_pixels > MAX_TOTAL_PIXELS:
            raise VizcoreError(
                f"The pictures in “{label}” have more than {MAX_TOTAL_PIXELS // 10**6:,} megapixels together. Please "
                f"save them smaller: {LARGEST_SIDE} pixels a side are all that is used."
            )
        if progress is not None:
            progress(done, len(members))
    return _Unpacked(tuple(readable), tuple(pixels), frozenset(sizes), problem)
