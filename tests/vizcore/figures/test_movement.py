"""The lines that show how far layers moved: a value for each layer, and a colour for each transformation."""

import numpy as np

from vizcore.figures.movement import Line, change_figure, cosine_figure, legend
from vizcore.light.movement import Movement, movement

MAPS = np.random.default_rng(6).normal(size=(5, 7, 3)).astype(np.float32)


def lines() -> list[Line]:
    after = {"conv1": MAPS + 1, "x<b>": np.zeros(3, np.float32)}
    moved = movement({"conv1": MAPS, "x<b>": np.zeros(3, np.float32)}, after)
    return [Line("hue", "1. Hue 0.10", moved), Line("", "all steps", moved)]


def test_the_lines_have_a_value_for_each_layer_and_a_gap_where_there_is_none() -> None:
    figure = cosine_figure(lines(), ["conv1", "x<b>"])
    first, whole = figure["data"]
    assert first["x"] == [0, 1]
    assert first["y"] == [lines()[0].movement.cosine[0], None]
    assert whole["line"]["width"] > first["line"]["width"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["conv1", "x&lt;b&gt;"]
    assert change_figure(lines(), ["conv1", "x<b>"])["data"][0]["y"] == [lines()[0].movement.change[0], None]


def test_the_legend_names_each_line_in_its_colour() -> None:
    text = legend(lines())
    for trace in cosine_figure(lines(), ["a", "b"])["data"]:
        assert f"color: {trace['line']['color']}" in text
        assert trace["name"] in text
    assert text.count("<span>") == 2
    assert "&lt;b&gt;" in legend([Line("hue", "<b>", lines()[0].movement)])


def test_a_transformation_keeps_its_colour_and_the_axis_its_ends() -> None:
    both, alone = cosine_figure(lines(), ["a", "b"]), cosine_figure(lines()[:1], ["a", "b"])
    assert both["data"][0]["line"]["color"] == alone["data"][0]["line"]["color"] != both["data"][1]["line"]["color"]
    positive = movement({"a": np.ones(3, np.float32)}, {"a": np.ones(3, np.float32)})
    negative = movement({"a": np.ones(3, np.float32)}, {"a": -np.ones(3, np.float32)})
    assert cosine_figure([Line("hue", "", positive)], ["a"])["layout"]["yaxis"]["range"] == [-0.02, 1.03]
    assert cosine_figure([Line("hue", "", negative)], ["a"])["layout"]["yaxis"]["range"] == [-1.02, 1.03]
    slightly = Movement(cosine=(-0.01, None), change=(1, None))
    assert cosine_figure([Line("hue", "", slightly)], ["a", "b"])["layout"]["yaxis"]["range"] == [-0.27, 1.03]
    nothing = Movement(cosine=(None,), change=(None,))
    assert cosine_figure([Line("hue", "", nothing)], ["a"])["layout"]["yaxis"]["range"] == [-0.02, 1.03]


def known(cosine: float | None, change: float | None, layers: int = 1) -> Movement:
    return Movement(cosine=(cosine,) * layers, change=(change,) * layers)


def test_change_is_drawn_in_percent_from_zero_and_similarity_in_three_decimals() -> None:
    one = [Line("hue", "1. Hue", known(0.5, 0.25))]
    change, cosine = change_figure(one, ["a"]), cosine_figure(one, ["a"])
    assert (change["data"][0]["y"], cosine["data"][0]["y"]) == ([0.25], [0.5])
    assert change["layout"]["yaxis"]["rangemode"] == "tozero"
    assert "%{y:.1%}" in change["data"][0]["hovertemplate"]
    assert "%{y:.3f}" in cosine["data"][0]["hovertemplate"]


def test_lines_are_told_apart_by_their_signs_which_begin_again_after_six() -> None:
    many = [Line("hue", str(number), known(1, 0)) for number in range(8)]
    signs = [trace["marker"]["symbol"] for trace in cosine_figure(many, ["a"])["data"]]
    assert len(set(signs[:6])) == 6
    assert signs[6:] == signs[:2]
    assert legend(many).count("●") == legend(many).count("■") == 2


def test_the_names_of_many_layers_stand_upright() -> None:
    for number, angle in ((10, -45), (11, -90)):
        layers = [f"conv{index}" for index in range(number)]
        axis = change_figure([Line("hue", "", known(1, 0, number))], layers)["layout"]["xaxis"]
        assert axis["tickangle"] == angle
        assert axis["tickvals"] == list(range(number))
