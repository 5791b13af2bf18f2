"""Files read back with other people's readers: pixels, arrays, and the page of HTML."""

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from vizcore.errors import VizcoreError
from vizcore.figures.colours import COLOUR_MAPS, colour_table
from vizcore.figures.export import archive, exact_png, labelled_png
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import mosaic, strip
from vizcore.maps.scales import UNUSED_LEVEL


@pytest.fixture
def activation() -> np.ndarray:
    values = np.random.default_rng(7).normal(size=(7, 13, 5)).astype(np.float32)
    values[..., 3] = 0
    return values


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_exact_png_has_the_tables_colour_in_every_cell(activation: np.ndarray, colour_map: str) -> None:
    made = mosaic(activation, scale="layer", columns=3)
    image = opened(exact_png(made, colour_map=colour_map))
    assert image.mode == "RGBA"
    assert image.size == (3 * 13 + 2, 2 * 7 + 1)
    pixels = np.asarray(image)
    table = colour_table(colour_map)
    for place, level in np.ndenumerate(made.levels):
        if level == UNUSED_LEVEL:
            assert pixels[place][3] == 0
        else:
            assert pixels[place].tolist() == [*table[level].tolist(), 255]


def test_pngs_are_the_same_bytes_each_time_and_carry_no_metadata(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer")
    for draw in (exact_png, lambda mosaic: labelled_png(mosaic, title="conv1")):
        png = draw(made)
        assert png == draw(made)
        assert opened(png).info == {}


def find(picture: np.ndarray, part: np.ndarray) -> tuple[int, int]:
    """Row and column where a part of a picture first appears."""
    windows = np.lib.stride_tricks.sliding_window_view(picture[..., 0], part.shape[:2])
    places = np.argwhere((windows == part[..., 0]).all(axis=(2, 3)))
    assert len(places) == 1
    return int(places[0][0]), int(places[0][1])


def test_labelled_png_magnifies_without_smoothing(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer", columns=3)
    image = opened(labelled_png(made, title="conv1", width=82, colour_map="greys"))
    # 41 cells on 82 pixels: two by two each, on white.
    table = colour_table("greys")
    table[0] = 255
    expected = table[made.levels].repeat(2, axis=0).repeat(2, axis=1)
    row, column = find(np.asarray(image), expected)
    assert row > 0
    assert column > 0
    assert np.asarray(image)[0, 0].tolist() == [255, 255, 255]


def test_labelled_png_is_about_as_wide_as_asked_for() -> None:
    made = mosaic(np.random.default_rng(1).random((62, 62, 32), np.float32), scale="layer")
    narrow, wide = (opened(labelled_png(made, title="conv1", width=width)).width for width in (1007, 2014))
    assert wide - narrow == 1007


def test_title_subtitle_and_marks_are_drawn(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer")
    plain = labelled_png(made, title="conv1")
    assert labelled_png(made, title="conv2") != plain
    assert labelled_png(made, title="conv1", subtitle="gain 1.5") != plain
    marked = np.asarray(opened(labelled_png(made, title="conv1", statistics=channel_statistics(activation))))
    differing = np.argwhere((marked != np.asarray(opened(plain))).any(axis=2))
    # The one mark stands on the dead tile, the fourth of five, about its middle.
    cells = made.levels.shape[1]
    factor = round(1600 / cells)
    middle = 32 + (3 * 14 + 6.5) * factor
    assert differing.size > 0
    assert abs(differing[:, 1].mean() - middle) < 3


def test_signs_that_the_font_lacks_are_written_in_ascii(activation: np.ndarray) -> None:
    made = mosaic(activation, scale="layer")
    assert labelled_png(made, title="7 × 13 − σ") == labelled_png(made, title="7 x 13 - sd")


def test_a_long_strip_is_folded_and_nothing_is_lost() -> None:
    vector = np.random.default_rng(2).random(600).astype(np.float32)
    made = strip(vector, scale="layer")
    image = np.asarray(opened(labelled_png(made, title="flatten", width=256, colour_map="greys")))
    expected = np.full(3 * 256, 255, np.uint8)
    expected[:600] = made.levels[0]
    find(image, expected.reshape(3, 256, 1))
    assert image.shape[1] < 700
    assert opened(exact_png(made)).size == (600, 1)


def test_archive_gives_every_array_back_without_pickle(activation: np.ndarray) -> None:
    vector = np.arange(11, dtype=np.float32)
    data = archive({"conv1": activation, "logits": vector})
    with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
        assert set(loaded.files) == {"conv1", "logits", "description"}
        np.testing.assert_array_equal(loaded["conv1"], activation)
        np.testing.assert_array_equal(loaded["logits"], vector)
        assert loaded["conv1"].dtype == np.float32
        assert json.loads(str(loaded["description"])) == {
            "arrays": [
                {
                    "key": "conv1",
                    "name": "conv1",
                    "shape": [7, 13, 5],
                    "dtype": "float32",
                    "axes": ["row", "column", "channel"],
                    "units": "the layer's own",
                },
                {
                    "key": "logits",
                    "name": "logits",
                    "shape": [11],
                    "dtype": "float32",
                    "axes": ["unit"],
                    "units": "the layer's own",
                },
            ]
        }
    assert archive({"conv1": activation, "logits": vector}) == data


def test_archive_says_where_its_values_come_from_and_what_they_measure() -> None:
    data = archive(
        {"amount": np.zeros(4, np.float32), "mean": np.zeros((4, 5), np.float32)},
        about={"picture": {"name": "Дрозд"}},
        units={"amount": "gain", "mean": "own"},
        axes={"amount": ["level"], "mean": ["level", "channel"]},
    )
    with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
        described = json.loads(str(loaded["description"]))
    assert described["picture"] == {"name": "Дрозд"}
    assert [(each["axes"], each["units"]) for each in described["arrays"]] == [
        (["level"], "gain"),
        (["level", "channel"], "own"),
    ]


def test_archive_is_compressed() -> None:
    assert len(archive({"conv1": np.zeros((62, 62, 32), np.float32)})) < 10_000


def test_archive_copes_with_names_that_are_no_file_names() -> None:
    names = ["file", "description", "block/conv", "block\\conv", "../up", "γ", "", "CONV", "conv", "x.npy"]
    arrays = {name: np.full(3, index, np.float32) for index, name in enumerate(names)}
    with np.load(io.BytesIO(archive(arrays)), allow_pickle=False) as loaded:
        described = json.loads(str(loaded["description"]))["arrays"]
        assert [entry["name"] for entry in described] == names
        keys = [entry["key"] for entry in described]
        assert len({key.lower() for key in keys}) == len(names)
        for entry in described:
            assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*", entry["key"])
            np.testing.assert_array_equal(loaded[entry["key"]], arrays[entry["name"]])


@pytest.mark.parametrize(
    "names",
    [("conv", "CONV"), ("CONV", "conv"), ("conv", "Conv", "CONV_2", "cONV"), ("Description",), ("γ", "_", "_2", "__2")],
    ids=" ".join,
)
def test_no_two_keys_of_an_archive_differ_in_case_alone(names: tuple[str, ...]) -> None:
    arrays = {name: np.full(3, index, np.float32) for index, name in enumerate(names)}
    with np.load(io.BytesIO(archive(arrays)), allow_pickle=False) as loaded:
        assert len({key.lower() for key in loaded.files}) == len(names) + 1
        described = json.loads(str(loaded["description"]))["arrays"]
        keys = {entry["name"]: entry["key"] for entry in described}
        for name, values in arrays.items():
            np.testing.assert_array_equal(loaded[keys[name]], values)


def test_an_empty_archive_is_refused() -> None:
    with pytest.raises(VizcoreError, match="at least one layer"):
        archive({})
