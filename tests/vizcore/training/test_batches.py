"""Pictures are mirrored and shifted, and come in an order that follows from seed and epoch."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vizcore.arrays import ByteArray
from vizcore.datasets.dataset import Dataset
from vizcore.inputs.fitting import preprocess_image
from vizcore.training.batches import Batches, augmented, batch_of, brightened
from vizcore.training.options import Options


def noise(number: int, height: int, width: int, *, seed: int = 0) -> ByteArray:
    return np.random.default_rng(seed).integers(0, 256, (number, height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(17, 24), (8, 31), (32, 32), (7, 5), (1, 1)])
def test_an_augmented_picture_is_the_picture_mirrored_or_not_and_shifted(size: tuple[int, int]) -> None:
    height, width = size
    down, across = height // 8, width // 8
    pixels = noise(40, height, width)
    seen = set()
    for before, after in zip(pixels, augmented(pixels, random=np.random.default_rng(0)), strict=True):
        # Written out by the rule: row −1 is row 1, row h is row h − 2.
        found = [
            (flip, dy, dx)
            for flip in (False, True)
            for dy in range(-down, down + 1)
            for dx in range(-across, across + 1)
            if np.array_equal(after[:, ::-1] if flip else after, moved(before, dy, dx))
        ]
        assert found
        seen.add(found[0])
    assert {flip for flip, _, _ in seen} == ({False, True} if width > 1 else {False})
    assert {dy for _, dy, _ in seen} >= {-down, down}
    assert {dx for _, _, dx in seen} >= {-across, across}


def moved(pixels: ByteArray, dy: int, dx: int) -> ByteArray:
    height, width = pixels.shape[:2]

    def reflected(index: int, size: int) -> int:
        return -index if index < 0 else 2 * (size - 1) - index if index >= size else index

    rows = [reflected(row + dy, height) for row in range(height)]
    columns = [reflected(column + dx, width) for column in range(width)]
    return pixels[rows][:, columns]


def test_augmenting_changes_nothing_in_what_it_is_given_and_follows_from_the_state() -> None:
    pixels = noise(9, 16, 24)
    before = pixels.copy()
    first, again, other = (augmented(pixels, random=np.random.default_rng(seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(pixels, before)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert augmented(pixels[:0], random=np.random.default_rng(0)).shape == (0, 16, 24, 3)


def test_a_brightened_picture_is_the_picture_in_one_light_of_a_slider() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1).repeat(3, axis=3).repeat(200, axis=0)
    made = brightened(pixels, random=np.random.default_rng(0))
    np.testing.assert_array_equal(made, brightened(pixels, random=np.random.default_rng(0)))
    darker = 0
    for picture in made:
        # The grey ramp shows the table itself: it rises, and leaves no channel out.
        table = picture.reshape(256, 3).astype(int)
        assert (np.diff(table, axis=0) >= 0).all()
        np.testing.assert_array_equal(table[:, 0], table[:, 2])
        darker += table.mean() < 127.5
    assert 70 < darker < 130
    assert len(np.unique(made, axis=0)) > 150


def batches(dataset: Dataset, options: Options, epoch: int) -> list[tuple[Any, Any]]:
    stream = Batches(dataset.training, options, epoch=epoch, target_size=(64, 64)).stream()
    return [(pictures.numpy(), labels.numpy()) for pictures, labels in stream]


def test_an_epoch_has_every_picture_once_in_an_order_of_its_own(tiny: Dataset) -> None:
    options = Options(batch_size=7, augment=False)
    orders = []
    for epoch in (1, 2):
        made = batches(tiny, options, epoch)
        assert [len(labels) for _, labels in made] == [7, 7, 7, 7, 7, 5]
        pictures, labels = (np.concatenate(parts) for parts in zip(*made, strict=True))
        assert pictures.dtype == np.float32
        assert pictures.shape == (40, 64, 64, 3)
        prepared = [preprocess_image(picture)[0].tobytes() for picture in tiny.training.pixels]
        order = [prepared.index(picture.tobytes()) for picture in pictures]
        assert sorted(order) == list(range(40))
        np.testing.assert_array_equal(labels, tiny.training.labels[order])
        orders.append(order)
    assert orders[0] != orders[1]


def test_seed_and_epoch_decide_the_batches(tiny: Dataset) -> None:
    options = Options(batch_size=20)

    def first(options: Options, epoch: int) -> np.ndarray:
        return np.concatenate([pictures for pictures, _ in batches(tiny, options, epoch)])

    np.testing.assert_array_equal(first(options, 1), first(options, 1))
    assert not np.array_equal(first(options, 1), first(options, 2))
    assert not np.array_equal(first(options, 1), first(replace(options, seed=1), 1))
    bright = replace(options, brighten=True)
    np.testing.assert_array_equal(first(bright, 1), first(bright, 1))
    assert not np.array_equal(first(bright, 1), first(options, 1))


def test_a_batch_is_what_the_pages_show_the_network() -> None:
    pixels = noise(3, 32, 21)
    batch = batch_of(pixels, (64, 48))
    assert batch.shape == (3, 64, 48, 3)
    for picture, prepared in zip(pixels, batch, strict=True):
        np.testing.assert_array_equal(prepared, preprocess_image(picture, (64, 48))[0])
