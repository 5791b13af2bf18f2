"""Figures of tuning curves: where in its tile every response lies, and what is said of it."""

import json

import numpy as np
import pytest

from vizcore.edits.brightness import KINDS
from vizcore.figures.chart import Figure, untyped_array
from vizcore.figures.tuning import tile_tips, tuning_curves_figure
from vizcore.light.curves import Curves, never_active, response_range, responses_at

AMOUNTS = (0.0, 1.0, 4.0)
MEAN = np.array(
    # rising, silent, the same, falling to silence, not a number in the middle
    [[0, 0, 2, 3, 1], [1, 0, 2, 1, np.nan], [2, 0, 2, 0, 1]],
    np.float32,
)
CURVES = Curves(AMOUNTS, MEAN, MEAN + np.array([[1, 0, 1, 1, 1]] * 3, np.float32) * (MEAN != 0))
ALL = np.arange(5)


def figure(channels: np.ndarray = ALL, **options: object) -> Figure:
    return tuning_curves_figure(CURVES, channels, title="layer", **{"amount": 1.0, "columns": 2, **options})


def points(trace: Figure) -> np.ndarray:
    """(n, 2): x and y of a trace."""
    return np.stack([untyped_array(trace["x"]), untyped_array(trace["y"])], axis=1)


def parted(trace: Figure, *, length: int) -> np.ndarray:
    """(tiles, length, 2): the lines of a trace, without the gaps between them."""
    found = points(trace).reshape(-1, length + 1, 2)
    assert np.isnan(found[:, -1]).all()
    return found[:, :-1]


def test_every_line_lies_in_its_tile_and_the_next_one_begins_after_a_gap() -> None:
    drawn = figure()
    for trace, length in zip(drawn["data"][:3], (5, 3, 3), strict=True):
        lines = parted(trace, length=length)
        assert len(lines) == 5
        for place, line in enumerate(lines):
            row, column = divmod(place, 2)
            known = line[~np.isnan(line).any(axis=1)]
            assert (np.abs(known - [column, row]) < 0.5).all()


def test_up_is_a_larger_response_and_right_a_larger_amount_in_proportion() -> None:
    line = parted(figure()["data"][2], length=3)[0].astype(np.float64)
    across, down = np.diff(line[:, 0]), np.diff(line[:, 1])
    assert across[1] == pytest.approx(3 * across[0], rel=1e-5)
    assert down[0] == pytest.approx(down[1], rel=1e-5)
    assert down[0] < 0 < across[0]


def test_equal_responses_are_equally_high_in_every_tile_whatever_page_and_amount() -> None:
    # The first rises to 2 and the third is 2 throughout: within their tiles at the same height.
    heights = parted(figure()["data"][2], length=3)[:, :, 1] - np.array([[0], [0], [1], [1], [2]])
    assert heights[0, 2] == pytest.approx(heights[2, 0], abs=1e-6)
    alone = parted(figure(np.array([2]), amount=3.3)["data"][2], length=3)
    assert alone[0, 0, 1] == pytest.approx(heights[2, 0], abs=1e-6)


def test_on_its_own_scale_every_curve_fills_its_tile() -> None:
    lines = parted(figure(own_scale=True)["data"][2], length=3)[:, :, 1]
    shared = np.ptp(parted(figure()["data"][2], length=3)[0, :, 1])
    assert np.ptp(lines[0]) == pytest.approx(np.ptp(lines[3]), abs=1e-6)
    assert np.ptp(lines[0]) > 1.5 * shared
    # What is the same everywhere stays level, and what is silent on the ground.
    assert np.ptp(lines[2]) == 0
    assert (lines[1] == lines[0, 0]).all()


@pytest.mark.parametrize(
    ("amount", "expected"), [(0.0, 0.0), (0.25, 0.25), (1.0, 1.0), (2.5, 1.5), (4.0, 2.0), (9, 2.0)]
)
def test_a_dot_is_on_its_curve_between_two_levels(amount: float, expected: float) -> None:
    assert responses_at(MEAN, AMOUNTS, amount)[0] == expected
    drawn = figure(amount=amount)
    line, dot = parted(drawn["data"][2], length=3)[0], points(drawn["data"][3])[0]
    assert dot[1] == pytest.approx(np.interp(dot[0], line[:, 0], line[:, 1]), abs=1e-6)


def test_what_is_not_a_number_is_a_hole_and_the_levels_beside_it_stay() -> None:
    line = parted(figure()["data"][2], length=3)[4]
    assert np.isnan(line[:, 1]).tolist() == [False, True, False]
    assert np.isnan(responses_at(MEAN, AMOUNTS, 0.5)[4])
    assert responses_at(MEAN, AMOUNTS, 0.0)[4] == responses_at(MEAN, AMOUNTS, 4.0)[4] == 1
    assert response_range(CURVES) == (0, 4)


def test_the_channel_that_never_wakes_is_marked_and_no_other() -> None:
    assert never_active(CURVES).tolist() == [1]
    marks = figure()["data"][5]
    assert (marks["x"], marks["y"], marks["text"]) == ([1], [0], ["×"])
    numbers = figure(np.array([3, 1]))["data"][4]
    assert numbers["text"] == ["3", "1"]


def test_equal_channels_have_the_same_curve() -> None:
    twins = Curves(AMOUNTS, MEAN[:, [0, 0]], MEAN[:, [0, 0]] + 1)
    first, second = parted(
        tuning_curves_figure(twins, np.arange(2), amount=2, columns=2, title="")["data"][2], length=3
    )
    np.testing.assert_allclose(second - first, [[1, 0]] * 3, atol=1e-6)


def test_a_vector_has_one_curve_for_each_unit() -> None:
    units = Curves(AMOUNTS, MEAN, MEAN)
    assert len(tuning_curves_figure(units, ALL, amount=1, columns=2, title="")["data"]) == len(figure()["data"]) - 1


def test_the_mouse_finds_the_channel_of_a_tile() -> None:
    drawn = figure(np.array([4, 0, 3]))
    meta, cells = drawn["layout"]["meta"], drawn["data"][-1]
    assert (meta["kind"], meta["tile"], meta["gap"], meta["columns"]) == ("mosaic", [1, 1], 0, 2)
    assert meta["channels"] == [4, 0, 3]
    assert untyped_array(cells["z"]).tolist() == [[1, 1], [1, 0]]
    assert drawn["layout"]["xaxis"]["range"] == [-0.5, 1.5]
    assert drawn["layout"]["yaxis"]["range"] == [1.5, -0.5]


def test_what_is_said_of_a_channel() -> None:
    assert tile_tips(CURVES, ALL) == [
        "channel 0 · peak at 4 · active from 1 to 4",
        "channel 1 · silent at all levels",
        "channel 2 · the same at all levels",
        "channel 3 · peak at 0 · active from 0 to 1",
        "channel 4 · not finite everywhere",
    ]


def test_a_page_of_64_is_small_on_the_wire() -> None:
    amounts = KINDS["gain"].slider.levels(41)
    values = np.random.default_rng(1).random((41, 130)).astype(np.float32)
    drawn = tuning_curves_figure(
        Curves(amounts, values, values + 1), np.arange(64), amount=1.5, columns=8, title="layer"
    )
    assert len(json.dumps(drawn, allow_nan=False)) < 150_000
