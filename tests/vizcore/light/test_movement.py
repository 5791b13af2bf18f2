"""How far layers move: answers worked out by hand."""

import numpy as np
import pytest

from vizcore.edits.augmentation import Step, new_step
from vizcore.errors import VizcoreError
from vizcore.light.movement import movement, turned_back

RANDOM = np.random.default_rng(6)
MAPS = RANDOM.normal(size=(5, 7, 3)).astype(np.float32)


# Chains that come out wrong when they are undone in their own order: two flips, or two turns, would not.
ORDERED = [
    [Step("flip", 1), Step("rotate", 1)],
    [Step("rotate", 1), Step("flipud", 1)],
    [Step("rotate", 3), Step("flip", 1), Step("hue", 0.2), Step("rotate", 2), Step("flipud", 1), Step("flip", 1)],
]


def turned_by(steps: list[Step]) -> np.ndarray:
    """MAPS of a network whose answer turns with the picture."""
    turned = MAPS
    for step in steps:
        if step.name == "rotate":
            turned = np.rot90(turned, int(step.amount))
        elif step.amount:
            turned = {"flip": turned[:, ::-1], "flipud": turned[::-1]}.get(step.name, turned)
    return turned


def one(before: list[float], after: list[float]) -> tuple[float | None, float | None]:
    moved = movement({"a": np.array(before, np.float32)}, {"a": np.array(after, np.float32)})
    return moved.cosine[0], moved.change[0]


@pytest.mark.parametrize(
    ("before", "after", "cosine", "change"),
    [
        ([1, 2], [1, 2], 1, 0),
        ([1, 2], [2, 4], 1, 1),
        ([1, 0], [0, 1], 0, 2),
        ([1, -2], [-1, 2], -1, 2),
        ([3, 4], [4, 3], 24 / 25, 2 / 7),
        ([1e-30, 0], [1e-30, 0], 1, 0),
    ],
)
def test_known_answers(before: list[float], after: list[float], cosine: float, change: float) -> None:
    assert one(before, after) == pytest.approx((cosine, change))


def test_a_layer_of_zeros_has_no_direction_and_no_size() -> None:
    assert one([0, 0], [0, 0]) == (None, None)
    assert one([0, 0], [1, 0]) == (None, None)
    assert one([1, 0], [0, 0]) == (None, 1)


def test_the_cosine_never_passes_one() -> None:
    for scale in (1e-6, 0.1, 3, 1e6):
        values = RANDOM.normal(size=1001).astype(np.float32) * np.float32(scale)
        moved = movement({"a": values}, {"a": values})
        assert moved.cosine[0] is not None
        assert moved.cosine[0] <= 1


def test_layers_come_in_their_order_and_only_with_their_like() -> None:
    before = {"b": np.ones((2, 3, 5), np.float32), "a": np.ones(4, np.float32)}
    moved = movement(before, {"b": 3 * before["b"], "a": before["a"]})
    assert moved.change == (2, 0)
    with pytest.raises(VizcoreError, match="same layers"):
        movement(before, {"a": before["a"]})
    with pytest.raises(VizcoreError, match="one shape"):
        movement({"a": before["a"]}, {"a": before["b"]})


def test_what_does_not_compare_has_no_number() -> None:
    # Maps that are not square, turned back: another shape.
    tall = {"a": RANDOM.normal(size=(3, 5, 2)).astype(np.float32)}
    turned = movement(tall, tall, undone=[Step("rotate", 1)])
    assert (turned.cosine, turned.change) == ((None,), (None,))
    for wild in (np.nan, np.inf):
        moved = movement({"a": np.ones(3, np.float32)}, {"a": np.array([1, wild, 1], np.float32)})
        assert (moved.cosine, moved.change) == ((None,), (None,))


@pytest.mark.parametrize(
    "steps",
    [
        [Step("flip", 1)],
        [Step("flipud", 1)],
        [Step("rotate", 1)],
        [Step("rotate", 2), Step("flip", 1)],
        [Step("flip", 0), Step("rotate", 0), Step("flipud", 0)],
        *ORDERED,
    ],
)
def test_flips_and_turns_are_undone_from_the_last_to_the_first(steps: list[Step]) -> None:
    turned = turned_by(steps)
    assert np.array_equal(turned_back(turned, steps), MAPS)
    assert movement({"a": MAPS}, {"a": turned}, undone=steps).change == (0,)


@pytest.mark.parametrize("steps", ORDERED)
def test_flips_and_turns_undone_from_the_first_to_the_last_are_other_maps(steps: list[Step]) -> None:
    assert not np.array_equal(turned_back(turned_by(steps), steps[::-1]), MAPS)


def test_vectors_and_steps_that_move_no_whole_pixels_stay() -> None:
    vector = np.arange(7, dtype=np.float32)
    assert turned_back(vector, [Step("flip", 1), Step("rotate", 1)]) is vector
    assert turned_back(MAPS, [new_step(name) for name in ("crop", "contrast", "noise")]) is MAPS
