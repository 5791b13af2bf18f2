"""The entries of a zip: which of them are pictures of a class, and their bytes.

The zip is untrusted. None of it is written to disk, so no path in it has an effect.
"""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from vizcore.datasets.dataset import is_picture_name
from vizcore.datasets.layout import Layout, understood
from vizcore.datasets.zip_names import names_of
from vizcore.errors import VizcoreError
from vizcore.pictures import limits
from vizcore.pictures.names import clean_name

MAX_PICTURES = 5_000
"""Of the classes together."""

_MAX_ENTRIES = 4 * MAX_PICTURES
"""Files and folders of any kind. macOS adds one to each picture."""

_MAX_PATH_LENGTH = 1_000
"""Letters. Real folders have shorter paths, and the Unicode normalisation of longer ones takes long."""

_MAX_DEPTH = 100
"""Folders, one in the other."""

_ENTRY = b"PK\x01\x02"
"""The first bytes of each entry in a zip's directory."""

# Exceptions that `zipfile` raises for damaged files. Names that are not valid in their encoding raise ValueError.
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, struct.error, IndexError)


@dataclass(frozen=True)
class Member:
    """A picture in the zip with the folder of its class. `part` is that of `vizcore.datasets.layout.Placed`."""

    part: str
    folder: str
    file_name: str
    entry: zipfile.ZipInfo


def open_zip(data: bytes, *, label: str) -> zipfile.ZipFile:
    """The directory of a zip, of which nothing is unpacked yet.

    Args:
        data: the whole zip.
        label: its name, for messages.

    Raises:
        VizcoreError: not a zip, or one of too many entries.
    """
    # This check precedes the reading of the directory, which takes far more memory than the directory has bytes.
    if data.count(_ENTRY) > _MAX_ENTRIES:
        raise VizcoreError(
            f"“{label}” has more than {_MAX_ENTRIES:,} files in it, and up to {MAX_PICTURES:,} pictures are read. "
            "Please take fewer."
        )
    with _refusing(f"“{label}” is not a zip file, or is cut short or damaged. Please zip the folder again."):
        return zipfile.ZipFile(io.BytesIO(data))


@contextmanager
def _refusing(message: str) -> Iterator[None]:
    try:
        yield
    except VizcoreError:
        raise
    except _DAMAGE as error:
        raise VizcoreError(message) from error


def members_of(entries: Sequence[zipfile.ZipInfo], *, label: str) -> tuple[list[Member], Layout, list[str]]:
    """The pictures with their classes, in the order of their paths, and notes of the omitted files.

    Args:
        entries: all entries of the zip.
        label: its name, for messages.

    Raises:
        VizcoreError: no picture is in a folder.
    """
    names, guess = names_of(entries)
    # `is_dir` raises for an entry without a name, so the slash is tested here.
    named = [(_path(name), entry) for name, entry in zip(names, entries, strict=True) if not name.endswith("/")]
    files = sorted(named, key=lambda file: file[0])
    pictures = [(path, entry) for path, entry in files if path and is_picture_name(path[-1]) and not _is_hidden(path)]
    notes = []
    if len(files) > len(pictures):
        notes.append(f"{counted(len(files) - len(pictures), 'other file')} left out")
    layout = understood([path for path, _ in pictures])
    if layout.outside:
        notes.append(f"{counted(layout.outside, 'picture')} outside of the classes' folders left out")
    if not layout.placed:
        raise VizcoreError(f"“{label}” has no pictures in folders. Expected: one folder of pictures per class.")
    if guess:
        notes.append(guess)
    members = []
    for placed in layout.placed:
        path, entry = pictures[placed.index]
        members.append(Member(placed.part, placed.folder, path[-1], entry))
    return members, layout, notes


def _path(name: str) -> tuple[str, ...]:
    """The folders and the file name, without ".." and other parts that leave the zip; Unicode in composed form (NFC).

    Empty if the path is too long or too deep.
    """
    if len(name) > _MAX_PATH_LENGTH:
        return ()
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    path = tuple(part for part in parts if part not in ("", ".", ".."))
    return path if len(path) <= _MAX_DEPTH else ()


def _is_hidden(path: Sequence[str]) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path)


def content_of(archive: zipfile.ZipFile, member: Member) -> bytes:
    """A member's bytes, at most one more than the limit of a picture, whatever size the zip announces.

    Raises:
        VizcoreError: it is announced as too large, or is damaged.
    """
    name, entry = clean_name(member.file_name), member.entry
    if entry.file_size > limits.MAX_BYTES:
        raise VizcoreError(
            f"“{name}” has {entry.file_size / 2**20:.1f} MB, and up to {limits.MAX_BYTES // 2**20} MB are read. "
            "Please save it smaller or as a JPEG."
        )
    with _refusing(f"“{name}” is damaged inside the zip. Please zip the folder again."), archive.open(entry) as file:
        return file.read(limits.MAX_BYTES + 1)


def counted(number: int, noun: str) -> str:
    """A number of things: "1 picture", "2 pictures"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
