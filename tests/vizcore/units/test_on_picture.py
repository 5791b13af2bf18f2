import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.inputs.fitting import FITS, fitted_exactly
from vizcore.inputs.interpolation import INTERPOLATIONS
from vizcore.units.on_picture import OnPicture

SIZES = [((23, 19), (7, 11)), ((5, 7), (13, 11)), ((17, 5), (17, 13))]


def taken_by_perturbation(picture: tuple[int, int], size: tuple[int, int], fit: str, interpolation: str) -> np.ndarray:
    """(h, w, H, W): whether a change of the pixel changes the pixel of the input."""
    height, width = picture
    changes = np.zeros((*size, height, width), dtype=bool)
    for row, column in np.ndindex(height, width):
        pixels = np.zeros((height, width, 3), dtype=np.float32)
        pixels[row, column] = 1000
        values = fitted_exactly(pixels, size, fit=fit, interpolation=interpolation, clipped=False)
        changes[:, :, row, column] = np.abs(values[..., 0]) > 1e-5
    return changes


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize(("picture", "size"), SIZES)
def test_the_pixels_of_a_picture_are_those_that_change_the_input(
    picture: tuple[int, int], size: tuple[int, int], fit: str, interpolation: str
) -> None:
    way = OnPicture(picture, size, fit=fit, interpolation=interpolation)
    changes = taken_by_perturbation(picture, size, fit, interpolation)
    generator = np.random.default_rng(0)
    for _ in range(20):
        (top, bottom), (left, right) = (sorted(generator.integers(0, length + 1, 2).tolist()) for length in size)
        seen = changes[top:bottom, left:right].any(axis=(0, 1))
        rows, columns = way.rows((top, bottom)), way.columns((left, right))
        if not seen.any():
            assert rows[0] == rows[1] or columns[0] == columns[1]
            continue
        there = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        assert [rows, columns] == [(ends[0], ends[-1] + 1) for ends in there]


def test_known_answers() -> None:
    # Nearest pixels: row 3 of 4 is row 7 of 8.
    assert OnPicture((8, 6), (4, 3), fit="stretch", interpolation="nearest").rows((3, 4)) == (7, 8)
    # Of 10 columns the middle 4 are taken, each twice.
    cropped = OnPicture((4, 10), (8, 8), fit="crop", interpolation="nearest")
    assert (cropped.columns((0, 2)), cropped.columns((7, 8))) == ((3, 4), (6, 7))
    # Of 7 rows the middle 4 are taken: one is left out above and two below.
    assert OnPicture((7, 4), (4, 4), fit="crop", interpolation="nearest").rows((0, 4)) == (1, 5)
    # 4 × 8 in 8 × 8 lies between bars of two rows.
    padded = OnPicture((4, 8), (8, 8), fit="pad", interpolation="nearest")
    assert (padded.rows((0, 2)), padded.rows((1, 4)), padded.rows((6, 8))) == ((0, 0), (0, 2), (0, 0))


def test_what_does_not_exist_is_refused() -> None:
    for fit, interpolation in (("fold", "nearest"), ("crop", "guess")):
        with pytest.raises(VizcoreError, match=f"“{fit if fit == 'fold' else interpolation}”"):
            OnPicture((4, 8), (8, 8), fit=fit, interpolation=interpolation)
