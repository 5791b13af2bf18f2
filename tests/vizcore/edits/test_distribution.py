"""The distribution of a picture's values against a loop over its pixels."""

import numpy as np
import pytest

from vizcore.edits.distribution import CHANNELS, distribution


@pytest.fixture
def picture() -> np.ndarray:
    """(7, 13, 3) with every channel different, and 0 and 255 in it."""
    pixels = np.random.default_rng(3).integers(0, 256, (7, 13, 3), dtype=np.uint8)
    pixels[0, 0], pixels[6, 12] = 0, 255
    return pixels


def test_the_distribution_counts_what_a_loop_counts(picture: np.ndarray) -> None:
    measured = distribution(picture)
    counts = np.zeros((4, 256), int)
    total = 0.0
    for red, green, blue in picture.reshape(-1, 3).tolist():
        luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        total += luminance
        for row, value in enumerate((red, green, blue, int(luminance + 0.5))):
            counts[row, value] += 1
    assert np.array_equal(measured.counts, counts)
    assert measured.mean_luminance == pytest.approx(total / 91)
    assert measured.shadows == pytest.approx(tuple((picture == 0).reshape(-1, 3).mean(axis=0)))
    assert measured.highlights == pytest.approx(tuple((picture == 255).reshape(-1, 3).mean(axis=0)))


@pytest.mark.parametrize(("colour", "luminance"), [((255, 0, 0), 54), ((0, 255, 0), 182), ((0, 0, 255), 18)])
def test_luminance_of_the_primaries(colour: tuple[int, int, int], luminance: int) -> None:
    one_pixel = np.array([[colour]], np.uint8)
    assert distribution(one_pixel).counts[3].argmax() == luminance


def test_white_is_all_highlights_and_black_all_shadows() -> None:
    white, black = distribution(np.full((2, 3, 3), 255, np.uint8)), distribution(np.zeros((2, 3, 3), np.uint8))
    assert white.highlights == (1, 1, 1)
    assert white.shadows == (0, 0, 0)
    assert white.mean_luminance == pytest.approx(255)
    assert black.shadows == (1, 1, 1)
    assert black.mean_luminance == 0


def test_channel_names_match_the_counts(picture: np.ndarray) -> None:
    assert len(CHANNELS) == len(distribution(picture).counts)
