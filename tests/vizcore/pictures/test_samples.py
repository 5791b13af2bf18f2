"""The sample pictures open, say whose they are, and the star is a star."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.pictures.samples import SAMPLES, STAR_SIDE, draw_star, open_sample

MISSING = """
sys.stdout.reconfigure(encoding="utf-8")
from vizcore.errors import VizcoreError
from vizcore.pictures.samples import open_sample
try:
    open_sample("cat")
except VizcoreError as error:
    print(error)
print(open_sample("star").pixels.shape)
"""


def test_opening_samples_does_not_import_scikit_image() -> None:
    code = "import sys; from vizcore.pictures.samples import open_sample; open_sample('cat'); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {"skimage", "scipy", "tensorflow", "streamlit"} & set(run.stdout.split())


def package_file(name: str) -> Path:
    specification = importlib.util.find_spec("skimage")
    assert specification is not None
    assert specification.submodule_search_locations is not None
    return Path(specification.submodule_search_locations[0]) / "data" / name


@pytest.mark.parametrize("key", SAMPLES)
def test_every_sample_opens_under_its_key_and_is_a_handy_size(key: str) -> None:
    picture = open_sample(key)
    height, width, channels = picture.pixels.shape
    assert channels == 3
    assert min(height, width) >= 300
    assert max(height, width) <= 1500
    assert picture.pixels.dtype == np.uint8
    assert not picture.pixels.flags.writeable
    assert picture.name.startswith(f"{key}.")
    assert len(picture.digest) == 64
    assert picture.pixels.std() > 10


def test_the_cat_comes_first_and_the_star_second() -> None:
    assert list(SAMPLES)[:2] == ["cat", "star"]
    assert len(SAMPLES) >= 8


def test_keys_titles_and_digests_are_all_different() -> None:
    assert len({sample.title for sample in SAMPLES.values()}) == len(SAMPLES)
    assert len({open_sample(key).digest for key in SAMPLES}) == len(SAMPLES)
    assert all(key == sample.key for key, sample in SAMPLES.items())


def test_every_photograph_names_its_author_and_its_freedom() -> None:
    for sample in SAMPLES.values():
        assert len(sample.title) <= 40
        if sample.file_name is not None:
            assert sample.credit.endswith((", CC0", ", public domain"))


def test_samples_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SAMPLES["dog"] = SAMPLES["cat"]
    with pytest.raises(AttributeError):
        SAMPLES["cat"].title = "Dog"


def test_photographs_are_those_of_the_package() -> None:
    with Image.open(package_file("coffee.png")) as image:
        np.testing.assert_array_equal(open_sample("coffee").pixels, np.asarray(image))


def test_grey_photograph_comes_as_three_equal_channels() -> None:
    pixels = open_sample("camera").pixels
    np.testing.assert_array_equal(pixels[..., 0], pixels[..., 1])
    np.testing.assert_array_equal(pixels[..., 0], pixels[..., 2])


def test_the_rocket_is_converted_from_adobe_rgb() -> None:
    assert open_sample("rocket").notes == ("colours converted from the profile Adobe RGB (1998) to sRGB",)


@pytest.mark.parametrize("key", ["dog", "", "../cat", "CAT"])
def test_an_unknown_key_is_refused_with_the_known_ones(key: str) -> None:
    with pytest.raises(VizcoreError, match="cat, star, astronaut"):
        open_sample(key)


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    # A package of the same name without pictures in it, found before the installed one.
    (tmp_path / "skimage").mkdir()
    (tmp_path / "skimage" / "__init__.py").write_text("")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + MISSING
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout.startswith("The sample picture “cat” is missing")
    assert "480" in run.stdout


# --- the star


def yellow_part(pixels: np.ndarray) -> np.ndarray:
    """How much of each pixel is star, from 0 to 1."""
    background = pixels[0, 0, 0].astype(float)
    return (pixels[..., 0] - background) / (255 - background)


def test_star_is_yellow_on_dark() -> None:
    pixels = draw_star()
    assert pixels.shape == (STAR_SIDE, STAR_SIDE, 3)
    red, green, blue = pixels[STAR_SIDE // 2, STAR_SIDE // 2]
    assert min(red, green) > 180
    assert blue < 80
    assert pixels[[0, 0, -1, -1], [0, -1, 0, -1]].max() < 80


def test_star_is_the_same_each_time_and_its_own_mirror_image() -> None:
    first, second = open_sample("star"), open_sample("star")
    assert first == second
    np.testing.assert_array_equal(first.pixels, second.pixels)
    np.testing.assert_array_equal(first.pixels, first.pixels[:, ::-1])


def test_star_has_five_points() -> None:
    part = yellow_part(draw_star())
    rows, columns = np.nonzero(part > 0.5)
    radius = 0.42 * STAR_SIDE
    middle = rows.min() + radius
    # On a circle between inner and outer corners the star is entered and left five times.
    angles = np.linspace(0, 2 * np.pi, 3600, endpoint=False)
    x = (STAR_SIDE - 1) / 2 + 0.7 * radius * np.sin(angles)
    y = middle - 0.7 * radius * np.cos(angles)
    inside = part[y.round().astype(int), x.round().astype(int)] > 0.5
    assert np.count_nonzero(inside & ~np.roll(inside, 1)) == 5
    assert abs(rows.min() + rows.max() - (STAR_SIDE - 1)) <= 2
    assert abs(columns.min() + columns.max() - (STAR_SIDE - 1)) <= 2


def test_star_covers_the_area_of_a_pentagram_with_smooth_edges() -> None:
    part = yellow_part(draw_star())
    # Ten triangles between centre, an outer corner and an inner corner 36 degrees beside it.
    outer = 0.42 * STAR_SIDE
    inner = outer * np.sin(np.radians(18)) / np.sin(np.radians(54))
    assert part.sum() == pytest.approx(5 * outer * inner * np.sin(np.radians(36)), rel=0.01)
    assert np.count_nonzero((part > 0.05) & (part < 0.95)) > 2 * STAR_SIDE


@pytest.mark.parametrize("side", [1, 7, 101])
def test_star_in_other_sizes(side: int) -> None:
    pixels = draw_star(side=side)
    assert pixels.shape == (side, side, 3)
    np.testing.assert_array_equal(pixels, pixels[:, ::-1])
