"""One channel's tuning curve: where its lines and dots lie, and what stands at its axes."""

import json

import numpy as np
import pytest

from vizcore.edits.brightness import KINDS
from vizcore.errors import VizcoreError
from vizcore.figures.chart import untyped_array
from vizcore.figures.tuning_channel import channel_curves_figure
from vizcore.light.curves import Curves

AMOUNTS = (0.0, 1.0, 4.0)
MEAN = np.array(
    # rising, silent, the same, falling to silence, not a number in the middle
    [[0, 0, 2, 3, 1], [1, 0, 2, 1, np.nan], [2, 0, 2, 0, 1]],
    np.float32,
)
CURVES = Curves(AMOUNTS, MEAN, MEAN + np.array([[1, 0, 1, 1, 1]] * 3, np.float32) * (MEAN != 0))


def test_a_channel_large_is_its_curve_above_its_slope_with_a_dot_on_each() -> None:
    drawn = channel_curves_figure(CURVES, 0, kind=KINDS["gain"], amount=2.5)
    maximum, mean, dots, _, slope, slope_dots = drawn["data"]
    assert mean["x"] == list(AMOUNTS)
    assert untyped_array(mean["y"]).tolist() == [0, 1, 2]
    assert untyped_array(maximum["y"]).tolist() == [0, 2, 3]
    # 1 per unit from 0 to 1, a third from 1 to 4; at 1 the parabola through all three.
    np.testing.assert_allclose(untyped_array(slope["y"]), [1, 5 / 6, 1 / 3], rtol=1e-6)
    assert dots["x"] == [2.5, 2.5]
    assert dots["y"] == [2.5, 1.5]
    assert slope_dots["y"][1] == pytest.approx((5 / 6 + 1 / 3) / 2)
    assert [trace["yaxis"] for trace in drawn["data"]] == ["y"] * 3 + ["y2"] * 3
    assert "gain" in drawn["layout"]["xaxis"]["title"]["text"]


def test_a_kind_that_is_not_chosen_has_no_dot_and_a_hole_has_none() -> None:
    aside = channel_curves_figure(CURVES, 0, kind=KINDS["offset"], amount=None)
    assert [trace["x"] for trace in aside["data"] if trace["mode"] == "markers"] == [[], []]
    hole = channel_curves_figure(CURVES, 4, kind=KINDS["gain"], amount=0.5)
    assert json.dumps(hole, allow_nan=False)
    assert hole["data"][2]["y"] == [None, None]


@pytest.mark.parametrize("channel", [-1, 5])
def test_a_channel_that_there_is_not_is_refused(channel: int) -> None:
    with pytest.raises(VizcoreError, match="there are 5"):
        channel_curves_figure(CURVES, channel, kind=KINDS["gain"], amount=1)


def test_the_two_panels_share_their_horizontal_axis_which_stands_below_both() -> None:
    drawn = channel_curves_figure(CURVES, 0, kind=KINDS["gain"], amount=None)
    layout = drawn["layout"]
    assert {trace["xaxis"] for trace in drawn["data"]} == {"x"}
    assert "xaxis2" not in layout
    assert layout["xaxis"]["anchor"] == "y2"
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert layout["xaxis"]["range"] == [0, 4]


def test_the_response_axis_is_a_tenth_wider_than_the_channel_or_than_the_range_that_is_given() -> None:
    # Of the mean 0 … 2 and of the maximum 0 … 3.
    own = channel_curves_figure(CURVES, 0, kind=KINDS["gain"], amount=1)["layout"]["yaxis"]["range"]
    assert own == pytest.approx([-0.15, 3.15])
    given = channel_curves_figure(CURVES, 0, kind=KINDS["gain"], amount=1, value_range=(-10, 10))
    assert given["layout"]["yaxis"]["range"] == pytest.approx([-11, 11])
    # A channel that is silent has an axis, too.
    low, high = channel_curves_figure(CURVES, 1, kind=KINDS["gain"], amount=1)["layout"]["yaxis"]["range"]
    assert low < 0 < high


def test_of_a_vector_there_is_one_line_and_no_legend() -> None:
    drawn = channel_curves_figure(Curves(AMOUNTS, MEAN, MEAN), 0, kind=KINDS["gain"], amount=2.5)["data"]
    assert [(trace["mode"], trace.get("name")) for trace in drawn] == [("lines", "unit"), ("markers", None)] * 2
    assert drawn[1]["y"] == [1.5]
    assert not any(trace["showlegend"] for trace in drawn)


def test_mean_and_maximum_are_named_once_and_told_apart() -> None:
    drawn = channel_curves_figure(CURVES, 0, kind=KINDS["gain"], amount=2.5)["data"]
    assert [trace["name"] for trace in drawn if trace["showlegend"]] == ["maximum", "mean"]
    colours = {trace["name"]: trace["line"]["color"] for trace in drawn if trace["mode"] == "lines"}
    assert len(set(colours.values())) == 2


@pytest.mark.parametrize("name", KINDS)
def test_a_thin_line_stands_where_the_picture_is_as_it_was(name: str) -> None:
    (shape,) = channel_curves_figure(CURVES, 0, kind=KINDS[name], amount=None)["layout"]["shapes"]
    assert shape["x0"] == shape["x1"] == KINDS[name].slider.neutral
    assert (shape["y0"], shape["y1"], shape["yref"]) == (0, 1, "paper")


@pytest.mark.parametrize(
    ("kind", "axis", "slope"),
    [
        ("offset", "offset b in levels of 255", "slope per level"),
        ("gamma", "gamma γ", "slope per 1 of gamma"),
        ("exposure", "exposure EV in stops", "slope per stop"),
    ],
)
def test_axes_say_in_what_they_count(kind: str, axis: str, slope: str) -> None:
    layout = channel_curves_figure(CURVES, 0, kind=KINDS[kind], amount=None)["layout"]
    assert (layout["xaxis"]["title"]["text"], layout["yaxis2"]["title"]["text"]) == (axis, slope)
