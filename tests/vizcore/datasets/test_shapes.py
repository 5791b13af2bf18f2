"""Shapes are what they are called, differ in everything else, and are the same bytes for the same seed."""

import subprocess
import sys

import numpy as np
import pytest

from vizcore.arrays import ByteArray
from vizcore.datasets import shapes
from vizcore.datasets.shapes import CLASSES, SIDE, shapes_dataset
from vizcore.errors import VizcoreError

GREY = np.array([0.299, 0.587, 0.114])


def test_drawing_shapes_does_not_import_tensorflow() -> None:
    code = (
        "import sys; from vizcore.datasets.shapes import shapes_dataset; "
        "shapes_dataset(training=1, test=1); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"tensorflow", "keras", "streamlit"} & set(run.stdout.split())


def test_what_comes_is_pictures_of_ten_kinds_as_often_each() -> None:
    dataset = shapes_dataset(training=70, test=30)
    assert dataset.name == "Shapes"
    assert len(set(dataset.classes)) == 10
    for pictures, number in ((dataset.training, 70), (dataset.test, 30)):
        assert pictures.pixels.shape == (number, SIDE, SIDE, 3)
        assert pictures.pixels.dtype == np.uint8
        assert pictures.labels.dtype == np.int64
        assert np.bincount(pictures.labels).tolist() == [number // 10] * 10
        # Not one kind after the other.
        assert (np.diff(pictures.labels) < 0).any()


def test_a_number_that_ten_does_not_divide_gives_some_kinds_once_more() -> None:
    counts = np.bincount(shapes_dataset(training=37, test=3).training.labels, minlength=10)
    assert sorted(counts) == [3] * 3 + [4] * 7


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first, again, other = (shapes_dataset(training=600, test=20, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.training.pixels, again.training.pixels)
    np.testing.assert_array_equal(first.training.labels, again.training.labels)
    np.testing.assert_array_equal(first.test.pixels, again.test.pixels)
    assert (first.training.pixels != other.training.pixels).mean() > 0.9


def test_the_pictures_to_test_with_are_others_and_do_not_depend_on_those_to_learn_from() -> None:
    few, many = shapes_dataset(training=40, test=40), shapes_dataset(training=900, test=40)
    np.testing.assert_array_equal(few.test.pixels, many.test.pixels)
    learnt = {picture.tobytes() for picture in many.training.pixels}
    assert len(learnt) == 900
    assert not learnt & {picture.tobytes() for picture in many.test.pixels}


@pytest.mark.parametrize(("training", "test", "seed"), [(0, 10, 0), (10, 0, 0), (10, 10, -1)])
def test_no_pictures_and_negative_seeds_are_refused(training: int, test: int, seed: int) -> None:
    with pytest.raises(VizcoreError, match=f"given were {training}, {test} and the seed {seed}"):
        shapes_dataset(training=training, test=test, seed=seed)


# --- what is in the pictures


def one_of_each(seed: int = 0) -> ByteArray:
    pictures = shapes_dataset(training=10, test=1, seed=seed).training
    return pictures.pixels[np.argsort(pictures.labels)]


def inside_and_around(pixels: ByteArray) -> tuple[np.ndarray, np.ndarray]:
    """Where the shape is: what is lighter than the middle between darkest and lightest; and its grey levels."""
    grey = pixels @ GREY
    low, high = np.percentile(grey, [2, 99.5])
    return grey > (low + high) / 2, grey


@pytest.mark.parametrize("seed", range(5))
def test_a_shape_is_lighter_than_its_ground_whichever_it_is(seed: int) -> None:
    for label, pixels in enumerate(one_of_each(seed)):
        inside, grey = inside_and_around(pixels)
        assert 0.03 < inside.mean() < 0.75, CLASSES[label]
        assert grey[inside].mean() - grey[~inside].mean() > 50, CLASSES[label]


def areas(label: int) -> np.ndarray:
    """The covered area of many shapes of a kind, each divided by that of the circle around it."""
    radii, covered = [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        covered.append(shapes._coverage(np.array([label]), random).sum())
        # The radius is the first number that is drawn.
        radii.append(np.random.default_rng(seed).uniform(*shapes._RADII))
    return np.array(covered) / (np.pi * np.array(radii) ** 2)


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("circle", 1.0),
        ("ring", 1 - 0.55**2),
        ("diamond", 2 / np.pi),
        ("triangle", 3 * np.sqrt(3) / 4 / np.pi),
        ("star", 10 * 0.5 * 0.38 * np.sin(np.radians(36)) / np.pi),
        ("cross", 4 * (2 * 0.3 - 0.3**2) / (1 + 0.3**2) / np.pi),
        ("bar", 4 * 0.24 * 0.97 / np.pi),
    ],
)
def test_shapes_cover_the_area_of_their_kind(name: str, area: float) -> None:
    ratios = areas(CLASSES.index(name))
    # Pillow draws the outline as well, which is an eighth of a pixel to each side.
    assert ratios.mean() == pytest.approx(area, abs=0.06)
    assert ratios.std() < 0.03


@pytest.mark.parametrize("label", range(10), ids=CLASSES)
def test_the_whole_shape_is_inside_the_picture(label: int) -> None:
    covered = shapes._coverage(np.full(200, label), np.random.default_rng(0))
    edges = [covered[:, 0], covered[:, -1], covered[:, :, 0], covered[:, :, -1]]
    # It may touch the edge, and does not go on beyond it: then a long piece of the edge would be covered.
    assert max((edge > 0.5).sum(axis=1).max() for edge in edges) < SIDE / 2
    assert covered.sum(axis=(1, 2)).min() > 20


def test_a_ring_has_a_hole_and_a_circle_has_none() -> None:
    for name, least, most in (("circle", 0.99, 1.0), ("ring", 0.0, 0.01)):
        covered = shapes._coverage(np.full(50, CLASSES.index(name)), np.random.default_rng(1))
        weights = covered / covered.sum(axis=(1, 2), keepdims=True)
        rows, columns = np.arange(SIDE)[:, np.newaxis], np.arange(SIDE)
        y, x = (weights * rows).sum(axis=(1, 2)), (weights * columns).sum(axis=(1, 2))
        middle = covered[np.arange(50), y.round().astype(int), x.round().astype(int)]
        assert least <= middle.min() <= middle.max() <= most


@pytest.mark.parametrize(("name", "wider_above"), [("triangle", False), ("heart", True)])
def test_tilted_shapes_still_stand_upright(name: str, wider_above: bool) -> None:
    for shape in shapes._coverage(np.full(50, CLASSES.index(name)), np.random.default_rng(2)):
        widths = shape.sum(axis=1)
        present = widths[widths > 0.5]
        quarter = len(present) // 4
        assert (present[:quarter].sum() > present[-quarter:].sum()) == wider_above


def test_places_sizes_and_colours_differ() -> None:
    covered = shapes._coverage(np.zeros(200, dtype=np.int64), np.random.default_rng(0))
    totals = covered.sum(axis=(1, 2))
    assert totals.max() > 2 * totals.min()
    columns = (covered.sum(axis=1) * np.arange(SIDE)).sum(axis=1) / totals
    assert columns.std() > 2
    ramps = shapes._ramps(100, np.random.default_rng(0))
    np.testing.assert_allclose(ramps.min(axis=(1, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(ramps.max(axis=(1, 2)), 1, atol=1e-6)
    np.testing.assert_allclose(ramps.mean(axis=(1, 2)), 0.5, atol=1e-5)


def test_colours_are_far_enough_apart() -> None:
    shape, one_end, other_end = shapes._colours(500, np.random.default_rng(0))[:, :, 0, 0] @ GREY
    assert (shape - np.maximum(one_end, other_end)).min() >= 79.9
    assert shape.std() > 15
    assert one_end.std() > 15
