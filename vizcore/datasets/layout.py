"""What the folders of a zip mean: which is a class, and which pictures are to learn from, to choose by, to test with.

Plain paths in, plain values out: nothing here reads a file.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vizcore.pictures.names import MAX_NAME_LENGTH, clean_name

Path = tuple[str, ...]
"""Folders and, at the end, the name of a file."""

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_UNNAMED = "unnamed"
"""A folder of pictures whose classes are to be found out, as for a competition."""
USES: Mapping[str, str] = MappingProxyType(
    {
        TRAIN: "to learn from",
        VALIDATION: "to choose by: measured after every epoch",
        TEST: "to test with, at the end",
    }
)
"""Part → what its pictures are used for."""

_WORDS = MappingProxyType(
    {
        TRAIN: ("train", "training", "trn", "learn", "learning"),
        VALIDATION: ("val", "valid", "validation", "validate", "validating", "vali", "dev"),
        TEST: ("test", "testing", "tst", "eval", "evaluation", "holdout"),
        _UNNAMED: ("pred", "predict", "prediction", "unlabeled", "unlabelled"),
    }
)
_KINDS = MappingProxyType({word: part for part, words in _WORDS.items() for word in words})
_FILLERS = frozenset(
    {
        *("set", "sets", "data", "dataset", "datasets", "split", "seg", "folder", "dir"),
        *("image", "images", "img", "imgs", "picture", "pictures", "pic", "pics", "photo", "photos", "file", "files"),
        *("sample", "samples", "example", "examples", "the", "for", "and"),
    }
)
_MOST_FOLDERS = 8
"""So many folders around `train` and `test` are looked into."""
_MOST_NAMED = 12
"""Folders of which it is said what they became."""
_DISTINCT_END = 16
"""Letters of the end by which names are told apart that are the same when shortened."""


@dataclass(frozen=True)
class Placed:
    """A picture in its place.

    Attributes:
        index: of its path.
        part: `TRAIN`, `VALIDATION` or `TEST`; empty where the folders do not say.
        folder: the name of its class's folder.
    """

    index: int
    part: str
    folder: str


@dataclass(frozen=True)
class Layout:
    """What the folders mean.

    Attributes:
        placed: the pictures that belong to a class, in the order of their paths.
        folders: what each folder of a part became, as (name, what for); empty where there are none.
        outside: number of pictures that are outside of every class's folder.
    """

    placed: tuple[Placed, ...]
    folders: tuple[tuple[str, str], ...]
    outside: int


def part_of(name: str) -> str:
    """What the name of a folder says: `TRAIN`, `VALIDATION`, `TEST`, "unnamed", or "" if it says nothing.

    Capitals, digits, signs and words like "set" and "images" do not matter: "Training_Set", "seg_train", "01-valData".
    """
    # A folder with a long name is a class.
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name) if len(name) <= MAX_NAME_LENGTH and name.isascii() else []
    kinds = set()
    for word in (word.lower() for word in words):
        if word not in _FILLERS:
            kinds.add(_KINDS.get(word) or _KINDS.get(_without_filler(word), ""))
    return kinds.pop() if len(kinds) == 1 else ""


def _without_filler(word: str) -> str:
    """The word without a filler at its end: "train" of "trainset"."""
    ends = [filler for filler in _FILLERS if word.endswith(filler)]
    return word.removesuffix(max(ends, key=len)) if ends else word


def understood(paths: Sequence[Path]) -> Layout:
    """What the folders mean in which some pictures lie.

    Folders around everything mean nothing. Folders for learning, choosing and testing have the classes' folders below
    them, or lie below each class's folder. One that has no folder of the classes to learn from is left out.

    Args:
        paths: of pictures, untrusted: any names, any depth.
    """
    inside = {index: path for index, path in enumerate(paths) if len(path) > 1}
    for depth in range(_MOST_FOLDERS):
        found = _divided_at(inside, depth)
        if found is not None:
            return _parts(inside, found, len(paths))
    around = _common_folders(list(inside.values()))
    plain = {index: path[around:] for index, path in inside.items() if len(path) > around + 1}
    inverted = _classes_first(plain)
    placed = inverted or tuple(Placed(index, "", path[0]) for index, path in plain.items())
    folders = tuple((f"…/{part}", USES[part]) for part in USES if any(picture.part == part for picture in inverted))
    return Layout(placed, folders, len(paths) - len(placed))


def _common_folders(paths: Sequence[Path], *, known: Mapping[str, str] = MappingProxyType({})) -> int:
    """How many folders are around everything: single ones with folders in them. A known class is none of them."""
    shared, remaining = 0, [path for path in paths if len(path) > 1]
    while len({path[shared] for path in remaining}) == 1:
        deeper = [path for path in remaining if len(path) > shared + 2]
        if not deeper or remaining[0][shared].casefold() in known:
            break
        shared, remaining = shared + 1, deeper
    return shared


def _divided_at(paths: Mapping[int, Path], depth: int) -> Path | None:
    """The folder at a depth below which there are folders for learning and others; None if there is none.

    Where there are several, it is the one with the most pictures.
    """
    kinds: dict[Path, set[str]] = {}
    pictures: Counter[Path] = Counter()
    known: dict[str, str] = {}
    for path in paths.values():
        if len(path) < depth + 2:
            continue
        part = known.setdefault(path[depth], part_of(path[depth]))
        # Only a folder to learn from needs folders in it: a folder of pictures called "train" may be one of railways.
        if part and (part != TRAIN or len(path) > depth + 2):
            kinds.setdefault(path[:depth], set()).add(part)
            pictures[path[:depth]] += 1
    divided = [folder for folder, found in kinds.items() if TRAIN in found and len(found) > 1]
    return max(divided, key=lambda folder: pictures[folder]) if divided else None


def _parts(paths: Mapping[int, Path], around: Path, number: int) -> Layout:
    """The layout below a folder that holds a folder to learn from and others."""
    depth = len(around)
    below: dict[str, dict[int, Path]] = {}
    for index, path in paths.items():
        if path[:depth] == around and len(path) > depth + 1 and part_of(path[depth]):
            below.setdefault(path[depth], {})[index] = path[depth + 1 :]
    part = {name: part_of(name) for name in below}
    found = {name: _class_folders(below[name], known={}) for name in below if part[name] == TRAIN}
    classes = _by_any_case({folder for of in found.values() for folder in of.values()})
    for name in below:
        if part[name] in (VALIDATION, TEST):
            labelled = _class_folders(below[name], known=classes)
            if set(labelled.values()) & set(classes.values()):
                found[name] = labelled
    parts = {part[name] for name in found}
    # With one part beside the one to learn from, its pictures are the test, whatever it is called.
    uses = {kind: TEST if kind == VALIDATION and TEST not in parts else kind for kind in parts}
    placed, folders, left_out = [], [], 0
    for name in sorted(below, key=lambda name: (list(_WORDS).index(part[name]), name)):
        if name in found:
            use = uses[part[name]] if len(parts) > 1 else ""
            placed += [Placed(index, use, folder) for index, folder in found[name].items()]
            folders.append((clean_name(name), USES[use or TRAIN]))
        else:
            left_out += len(below[name])
            lost = f"left out: its {len(below[name]):,} pictures are in no folders of the classes"
            folders.append((clean_name(name), lost))
    placed.sort(key=lambda picture: picture.index)
    return Layout(tuple(placed), tuple(folders[:_MOST_NAMED]), number - len(placed) - left_out)


def _class_folders(paths: Mapping[int, Path], *, known: Mapping[str, str]) -> dict[int, str]:
    """Index → the name of the class's folder, for the pictures of one part.

    Args:
        paths: below the folder of the part.
        known: the classes to learn from, by name in small letters; empty for the part to learn from itself.
    """
    around = _common_folders(list(paths.values()), known=known)
    found = {index: path[around] for index, path in paths.items() if len(path) > around + 1}
    return {index: known.get(folder) or known.get(folder.casefold(), folder) for index, folder in found.items()}


def _by_any_case(names: set[str]) -> dict[str, str]:
    """Name in small letters → name, of the names that differ in more than capitals."""
    number = Counter(name.casefold() for name in names)
    return {name.casefold() if number[name.casefold()] == 1 else name: name for name in sorted(names)}


def _classes_first(paths: Mapping[int, Path]) -> tuple[Placed, ...]:
    """The pictures of classes' folders that each have a folder to learn from and one to test with; else none."""
    kinds: dict[str, set[str]] = {}
    for path in paths.values():
        kinds.setdefault(path[0], set()).add(part_of(path[1]) if len(path) > 2 else "")
    parts = set().union(*kinds.values())
    if len(kinds) < 2 or TRAIN not in parts or len(parts) < 2 or any(found != parts for found in kinds.values()):
        return ()
    if not parts <= set(USES):
        return ()
    uses = {part: part if len(parts) == 3 or part == TRAIN else TEST for part in parts}
    return tuple(Placed(index, uses[part_of(path[1])], path[0]) for index, path in paths.items())


def class_names(folders: set[str]) -> dict[str, str]:
    """A name for each class's folder, fit for showing, no two the same.

    Args:
        folders: the names of the folders, untrusted.

    Returns:
        Folder → name. Names that would become the same when cleaned or shortened have the end of the folder's name,
        or a number.
    """
    clean = {folder: clean_name(folder) for folder in folders}
    number = Counter(clean.values())
    taken = {name for name in clean.values() if number[name] == 1}
    names = {}
    for folder in sorted(folders):
        name = clean[folder]
        if number[name] > 1:
            name = _free(folder, name, taken)
            taken.add(name)
        names[folder] = name
    return names


def _free(folder: str, name: str, taken: set[str]) -> str:
    """A name that is not taken: with the end of a long name, or with a number."""
    end = clean_name(folder[-_DISTINCT_END:])
    short = name[: MAX_NAME_LENGTH - _DISTINCT_END - 6].rstrip("… ")
    candidate = f"{short}…{end}"
    if len(folder) > MAX_NAME_LENGTH and candidate not in taken:
        return candidate
    at = 1
    while f"{short} ({at})" in taken:
        at += 1
    return f"{short} ({at})"
