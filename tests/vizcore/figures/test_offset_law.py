"""Predicted against measured slopes as points."""

import numpy as np

from vizcore.figures.offset_law import law_figure
from vizcore.light.offset_law import OffsetLaw


def law(*channels: tuple[float, float, float, float]) -> OffsetLaw:
    predicted, padding, clip, relu = np.array(channels).T
    return OffsetLaw(predicted, padding, clip, relu, predicted + padding + clip + relu)


def test_every_channel_is_one_point_in_the_colour_of_what_explains_it() -> None:
    figure = law_figure(
        law((2.0, 0, 0, 0), (1.0, 0, -0.5, -0.1), (-1.0, 0, 0.1, 0.9), (0.5, -0.4, 0.2, 0), (1.5, 0, 0.01, 0))
    )
    points = {trace["name"]: trace for trace in figure["data"][1:]}
    assert [entry[0] for entry in points["as predicted"]["customdata"]] == [0, 4]
    assert [entry[0] for entry in points["clipping"]["customdata"]] == [1]
    assert [entry[0] for entry in points["ReLU"]["customdata"]] == [2]
    assert [entry[0] for entry in points["padding"]["customdata"]] == [3]
    assert points["ReLU"]["x"] == [-1.0]
    assert points["ReLU"]["y"] == [0.0]
    assert sum(len(trace["x"]) for trace in points.values()) == 5


def test_all_points_and_the_whole_diagonal_are_inside_the_axes() -> None:
    figure = law_figure(law((2.0, 0, 0, -2.0), (-3.0, 0, 0, 0)))
    low, high = figure["layout"]["xaxis"]["range"]
    assert figure["layout"]["yaxis"]["range"] == [low, high]
    assert low < -3 < 2 < high
    assert figure["data"][0]["x"] == figure["data"][0]["y"] == [low, high]


def test_a_layer_that_sees_no_offset_at_all_has_axes_too() -> None:
    low, high = law_figure(law((0.0, 0, 0, 0), (0.0, 0, 0, 0)))["layout"]["xaxis"]["range"]
    assert low < 0 < high
