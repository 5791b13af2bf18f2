"""What folders mean, from their names alone: layouts that are in use, and names that are told apart."""

import pytest

from vizcore.datasets.layout import TEST, TRAIN, USES, VALIDATION, Layout, Placed, class_names, part_of, understood
from vizcore.pictures.names import MAX_NAME_LENGTH


def layout(*names: str) -> Layout:
    """Two pictures in each of these folders."""
    return understood(sorted((*name.split("/"), f"{index}.png") for name in names for index in range(2)))


def parts(found: Layout) -> dict[tuple[str, str], int]:
    return {
        (placed.part, placed.folder): [(each.part, each.folder) for each in found.placed].count(
            (placed.part, placed.folder)
        )
        for placed in found.placed
    }


SPELLINGS = {
    TRAIN: "train Train TRAIN training Training_Set training-set trainset TrainSet seg_train train_data traindata "
    "train_images images_train trn dataset_train 01_train train2017 Train.Images",
    VALIDATION: "val Val valid validation Validation_Set valset val_data validset val2017 dev images-val",
    TEST: "test Test TEST testing test_set testset test1 seg_test test_images evaluation eval holdout",
    "": "cat dog trains tester training_cat trainer valley values validity testimony 猫 restaurant détest latest "
    "test_train",
}


@pytest.mark.parametrize(
    ("part", "name"), [(part, name) for part, names in SPELLINGS.items() for name in names.split()]
)
def test_spellings_that_are_in_use(part: str, name: str) -> None:
    assert part_of(name) == part


@pytest.mark.parametrize("around", ["", "pets/", "export/2024/pets/"])
@pytest.mark.parametrize("train", ["train", "Training_Set", "seg_train"])
@pytest.mark.parametrize("other", ["test", "val", "Validation", "valid", "testing"])
def test_with_one_folder_beside_it_that_is_the_test(around: str, train: str, other: str) -> None:
    found = layout(*(f"{around}{part}/{name}" for part in (train, other) for name in ("cat", "dog")))
    assert parts(found) == {(part, name): 2 for part in (TRAIN, TEST) for name in ("cat", "dog")}
    assert found.folders == ((train, USES[TRAIN]), (other, USES[TEST]))
    assert found.outside == 0


@pytest.mark.parametrize("around", ["", "a/"])
def test_with_both_val_is_to_choose_by_and_test_is_for_the_end(around: str) -> None:
    found = layout(*(f"{around}{part}/{name}" for part in ("train", "valid", "test") for name in ("cat", "dog")))
    assert parts(found) == {(part, name): 2 for part in (TRAIN, VALIDATION, TEST) for name in ("cat", "dog")}
    assert found.folders == (("train", USES[TRAIN]), ("valid", USES[VALIDATION]), ("test", USES[TEST]))


@pytest.mark.parametrize("unnamed", ["test", "test/test", "test/unknown", "seg_pred/seg_pred"])
@pytest.mark.parametrize("around", ["", "a/b/"])
def test_a_test_without_classes_is_left_out_and_said(unnamed: str, around: str) -> None:
    found = layout(f"{around}train/cat", f"{around}train/dog", around + unnamed)
    assert parts(found) == {("", "cat"): 2, ("", "dog"): 2}
    name = unnamed.partition("/")[0]
    assert found.folders[1] == (name, "left out: its 2 pictures are in no folders of the classes")
    assert found.outside == 0
    beside = layout(
        f"{around}train/cat", f"{around}train/dog", around + unnamed, f"{around}val/cat", f"{around}val/dog"
    )
    assert parts(beside)[TEST, "dog"] == 2
    assert ("val", USES[TEST]) in beside.folders


def test_a_folder_around_the_classes_within_a_part_means_nothing() -> None:
    found = layout(
        "seg_train/seg_train/sea", "seg_train/seg_train/ice", "seg_test/seg_test/sea", "seg_test/seg_test/ice"
    )
    assert parts(found) == {(part, name): 2 for part in (TRAIN, TEST) for name in ("sea", "ice")}
    # A class of its own within a part is none.
    one = layout("train/sea/old", "train/ice", "test/sea/old", "test/ice")
    assert parts(one) == {(part, name): 2 for part in (TRAIN, TEST) for name in ("sea", "ice")}
    only = layout("train/sea", "train/ice", "test/sea/old")
    assert parts(only) == {(TRAIN, "sea"): 2, (TRAIN, "ice"): 2, (TEST, "sea"): 2}


def test_classes_may_differ_in_capitals_between_the_parts_and_not_within_one() -> None:
    assert parts(layout("train/Cat", "train/Dog", "test/cat", "test/DOG")) == {
        (part, name): 2 for part in (TRAIN, TEST) for name in ("Cat", "Dog")
    }
    both = layout("train/Cat", "train/cat", "test/Cat", "test/cat")
    assert parts(both) == {(part, name): 2 for part in (TRAIN, TEST) for name in ("Cat", "cat")}


def test_folders_below_each_class_divide_as_well() -> None:
    found = layout(*(f"pets/{name}/{part}" for part in ("train", "val") for name in ("cat", "dog")))
    assert parts(found) == {(part, name): 2 for part in (TRAIN, TEST) for name in ("cat", "dog")}
    assert found.folders == (("…/train", USES[TRAIN]), ("…/test", USES[TEST]))


def test_a_class_of_trains_is_a_class() -> None:
    for names in (("train", "car"), ("train", "plane", "bus"), ("test", "val"), ("pictures/train", "pictures/car")):
        found = layout(*names)
        assert {placed.part for placed in found.placed} == {""}
        assert len({placed.folder for placed in found.placed}) == len(names)


def test_a_copy_deeper_down_and_what_lies_beside_are_outside() -> None:
    four = [f"x/{part}/{name}" for part in ("train", "test") for name in ("cat", "dog")]
    found = layout(*four, *(f"x/{name}" for name in four), "docs")
    assert len(found.placed) == 8
    assert found.outside == 10
    # Of two beside each other the one with more pictures is taken.
    both = layout("a/train/cat", "a/val/cat", *four)
    assert {placed.folder for placed in both.placed} == {"cat", "dog"}
    assert (len(both.placed), both.outside) == (8, 4)


def test_without_parts_a_folder_is_a_class_and_loose_pictures_are_outside() -> None:
    found = understood(
        [("a", "cat", "1.png"), ("a", "cat", "old", "2.png"), ("a", "dog", "3.png"), ("a", "4.png"), ("5.png",)]
    )
    assert found == Layout((Placed(0, "", "cat"), Placed(1, "", "cat"), Placed(2, "", "dog")), (), 2)
    assert understood([]) == Layout((), (), 0)


def test_folders_around_everything_may_be_very_many() -> None:
    paths = [(*["a"] * 97, "cat" if index % 2 else "dog", str(index)) for index in range(20_000)]
    found = understood(paths)
    assert {placed.folder for placed in found.placed} == {"cat", "dog"}
    assert found.outside == 0


# Names of classes


def test_names_that_are_the_same_when_shortened_or_cleaned_are_told_apart() -> None:
    long = ["a" * 90 + end for end in "12"]
    ends = ["b" + str(number) * 3 + "c" * 120 for number in range(3)]
    same = [*("d" * 70 + "e" * number for number in (80, 81)), "c\u200bat", "cat", "c\u200cat", "fish", "cat (1)"]
    found = class_names({*long, *ends, *same})
    assert len(set(found.values())) == len(found) == 12
    assert all(len(name) <= MAX_NAME_LENGTH for name in found.values())
    assert [found[name][-1] for name in long] == ["1", "2"]
    assert found["fish"] == "fish"
    assert found["cat (1)"] == "cat (1)"
