"""What stands for a picture on its way into a network in the keys of the caches."""

from dataclasses import fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from ui.values import CurrentPicture, Subject
from vizcore.edits.augmentation import new_step
from vizcore.inputs.fitting import FITS
from vizcore.inputs.interpolation import INTERPOLATIONS
from vizcore.inputs.lens import LENSES
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.entries import OwnFile
from vizcore.networks.network import Entry

PICTURE = CurrentPicture("own", "a.png", "d1", (), (2, 1), np.zeros((1, 2, 3), np.uint8), b"")
ENTRY = OwnFile(
    name="own model", version="1-1", about="The model a.keras.", layers_key="layers-own model", file=Path("a.keras")
)
SUBJECT = Subject(PICTURE, ENTRY)


def entry(**changed: object) -> Subject:
    return replace(SUBJECT, entry=replace(ENTRY, **changed))


def picture(**changed: object) -> Subject:
    return replace(SUBJECT, picture=replace(PICTURE, **changed))


# By class and field: subjects that a network answers differently, each with another value of the field.
MATTERS = {
    (Subject, "fit"): [replace(SUBJECT, fit=fit) for fit in FITS],
    (Subject, "lens"): [replace(SUBJECT, lens=lens) for lens in LENSES],
    (Subject, "chosen_interpolation"): [replace(SUBJECT, chosen_interpolation=way) for way in INTERPOLATIONS],
    (Entry, "interpolation"): [entry(interpolation=way) for way in INTERPOLATIONS],
    (Entry, "name"): [entry(name=name) for name in ("own model", "trained", "untrained", "trained here 1", "")],
    (Entry, "version"): [entry(version=version) for version in ("", "1-1", "1-11", "11-1", "2-1")],
    (Entry, "value_range"): [entry(value_range=value_range) for value_range in RANGES],
    (CurrentPicture, "digest"): [picture(digest=digest) for digest in ("d1", "d2", "")],
}
# What follows from the fields above, or is only shown.
SHOWN = {
    (Subject, "picture"): [],
    (Subject, "entry"): [],
    (Entry, "about"): [entry(about="Another sentence.")],
    (Entry, "layers_key"): [entry(layers_key="layers")],
    (Entry, "pipeline"): [entry(pipeline="a course")],
    (Entry, "memory"): [entry(memory=300)],
    (CurrentPicture, "key"): [picture(key="cat")],
    (CurrentPicture, "name"): [picture(name="b.png")],
    (CurrentPicture, "notes"): [picture(notes=("turned upright",))],
    (CurrentPicture, "size"): [picture(size=(4, 2))],
    (CurrentPicture, "pixels"): [picture(pixels=np.zeros((1, 2, 3), np.uint8))],
    (CurrentPicture, "data"): [picture(data=b"file")],
    (CurrentPicture, "steps"): [],
    (CurrentPicture, "before"): [picture(before=PICTURE)],
}


def test_every_field_is_known_here() -> None:
    known = {(part, field.name) for part in (Subject, Entry, CurrentPicture) for field in fields(part)}
    assert known == {*MATTERS, *SHOWN}


@pytest.mark.parametrize("subjects", MATTERS.values(), ids=[name for _, name in MATTERS])
def test_what_changes_an_answer_changes_the_key(subjects: list[Subject]) -> None:
    assert len(subjects) > 1
    assert len({subject.key for subject in subjects}) == len(subjects)


def test_the_networks_own_interpolation_is_the_same_as_the_chosen_one() -> None:
    own = entry(interpolation="area")
    assert own.interpolation == "area"
    assert own.key == replace(SUBJECT, chosen_interpolation="area").key


def test_the_texts_of_two_fields_do_not_run_together() -> None:
    mixed = [
        replace(entry(name=name, version=version, value_range=value_range), fit=fit, lens=lens)
        for name, version, value_range, fit, lens in (
            ("a", "b", "c", "d", "e"),
            ("ab", "", "c", "d", "e"),
            ("a", "bc", "", "d", "e"),
            ("a', 'b", "", "c", "d", "e"),
            ("a", "b", "c", "e", "d"),
            ("b", "a", "c", "d", "e"),
        )
    ]
    assert all(one.key != other.key for one, other in combinations(mixed, 2))


@pytest.mark.parametrize("subjects", SHOWN.values(), ids=[f"{part.__name__}-{name}" for part, name in SHOWN])
def test_what_is_only_shown_computes_nothing_anew(subjects: list[Subject]) -> None:
    assert {subject.key for subject in subjects} <= {SUBJECT.key}


def test_a_picture_is_called_by_the_title_of_its_sample_or_by_its_file() -> None:
    assert PICTURE.title == "a.png"
    cat = replace(PICTURE, key="cat", name="cat.png")
    assert cat.title == "Chelsea the cat"
    assert replace(cat, steps=(new_step("flip"),), before=cat).title == "Chelsea the cat, augmented"
