"""Pictures are divided, limited, and brought to one size."""

import numpy as np
import pytest

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import (
    CIFAR10_CLASSES,
    Dataset,
    Pictures,
    divided,
    is_picture_name,
    made_small,
    of_one_size,
)
from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import preprocess_image


def noise(height: int, width: int, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def sizes_of(pictures: Pictures) -> list[int]:
    return np.bincount(pictures.labels).tolist()


def pictures_of(*labels: int) -> Pictures:
    return Pictures(np.stack([noise(2, 3, seed=index) for index in range(len(labels))]), np.array(labels))


def test_dividing_takes_a_sixth_of_every_class_and_loses_none() -> None:
    pictures = pictures_of(*[0] * 30, *[1] * 6, *[2] * 2, *[3])
    training, test = divided(pictures, seed=0)
    assert sizes_of(test) == [5, 1, 1]
    assert sizes_of(training) == [25, 5, 1, 1]
    both = np.concatenate([training.pixels, test.pixels])
    assert {picture.tobytes() for picture in both} == {picture.tobytes() for picture in pictures.pixels}


def test_limiting_keeps_what_is_tested_and_takes_some_to_learn() -> None:
    dataset = Dataset("letters", ("a", "b"), pictures_of(*[0, 1] * 20), pictures_of(0, 1), notes=("one left out",))
    limited = dataset.limited(7, seed=1)
    assert len(limited.training) == 7
    assert limited.test is dataset.test
    assert limited.notes == ("one left out",)
    np.testing.assert_array_equal(limited.training.pixels, dataset.limited(7, seed=1).training.pixels)
    for pixels, label in zip(limited.training.pixels, limited.training.labels, strict=True):
        place = next(index for index in range(40) if np.array_equal(dataset.training.pixels[index], pixels))
        assert dataset.training.labels[place] == label
    assert len(dataset.limited(1000).training) == 40
    for number in (0, -3):
        with pytest.raises(VizcoreError, match=f"limit of {number}"):
            dataset.limited(number)


def test_small_pictures_of_one_size_stay_as_they_are() -> None:
    pixels = [noise(64, 31, seed=seed) for seed in range(3)]
    np.testing.assert_array_equal(of_one_size(pixels), pixels)


@pytest.mark.parametrize("sizes", [[(5, 7), (7, 5)], [(65, 3), (65, 3)], [(130, 70), (64, 64)]])
def test_other_pictures_are_stretched_as_the_network_would(sizes: list[tuple[int, int]]) -> None:
    pixels = [noise(*size, seed=index) for index, size in enumerate(sizes)]
    stretched = of_one_size(pixels)
    assert stretched.shape == (2, 64, 64, 3)
    for before, after in zip(pixels, stretched, strict=True):
        np.testing.assert_array_equal(preprocess_image(before), preprocess_image(after))


@pytest.mark.parametrize("sizes", [[(5, 7)] * 2, [(5, 7), (90, 5)], [(80, 100)] * 2, [(64, 64), (7, 5)]])
def test_making_pictures_small_one_by_one_changes_nothing(sizes: list[tuple[int, int]]) -> None:
    pixels = [noise(*size, seed=index) for index, size in enumerate(sizes)]
    np.testing.assert_array_equal(of_one_size([made_small(picture) for picture in pixels]), of_one_size(pixels))


def test_pictures_are_told_by_their_names() -> None:
    assert all(is_picture_name(name) for name in ("a.png", "b.JPG", "c.d.heic", "x.jpeg", "y.tif", "z.avif"))
    assert not any(is_picture_name(name) for name in ("png", "a.txt", ".png", "._a.png", "a.png.txt", "a."))


def test_cifar10_has_ten_classes_in_the_order_of_its_labels() -> None:
    assert len(CIFAR10_CLASSES) == 10
    assert list(CIFAR10_CLASSES) == sorted(CIFAR10_CLASSES)
