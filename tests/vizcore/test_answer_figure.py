"""Bars that say what the candidates say."""

import pytest

from vizcore.answer_figure import logit_figure, percent, probability_figure
from vizcore.errors import VizcoreError
from vizcore.predictions import Candidate

CANDIDATES = (Candidate(3, "cat", 0.625, 2.5), Candidate(0, "dog", 0.25, -1.25), Candidate(7, "cat", 0.0001, -7.0))


def test_probabilities_stand_on_a_scale_that_stays() -> None:
    figure = probability_figure(CANDIDATES, title="as edited")
    bars, axes = figure["data"][0], figure["layout"]
    assert bars["x"] == [0.625, 0.25, 0.0001]
    assert bars["text"] == ["62.5 %", "25.0 %", "< 0.1 %"]
    assert axes["yaxis"]["ticktext"] == ["cat", "dog", "cat"]
    # The first is on top: the axis runs downwards.
    assert axes["yaxis"]["range"][0] > axes["yaxis"]["range"][1]
    assert axes["xaxis"]["range"] == probability_figure(CANDIDATES[1:], title="")["layout"]["xaxis"]["range"]


def test_names_are_letters_and_no_markup_and_leave_room_for_the_bar() -> None:
    names = ["<b>bold</b>", "cats & dogs", "x" * 28, "y" * 29]
    figure = probability_figure([Candidate(index, name, 0.25, None) for index, name in enumerate(names)], title="")
    assert figure["layout"]["yaxis"]["ticktext"] == [
        "&lt;b&gt;bold&lt;/b&gt;",
        "cats &amp; dogs",
        "x" * 28,
        "y" * 27 + "…",
    ]


def test_logits_are_drawn_from_zero_within_a_range_that_two_figures_share() -> None:
    figure = logit_figure(CANDIDATES, title="", value_range=(-7.0, 2.5))
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < -7
    assert high > 2.5
    assert figure["data"][0]["text"] == ["2.50", "−1.25", "−7.00"]
    assert logit_figure(CANDIDATES[:1], title="", value_range=(2.0, 2.5))["layout"]["xaxis"]["range"][0] == 0


def test_probabilities_have_no_logits_to_draw() -> None:
    with pytest.raises(VizcoreError):
        logit_figure([Candidate(0, "cat", 1.0, None)], title="", value_range=(0, 1))


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0.0 %"),
        (1e-9, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (0.5, "50.0 %"),
        (0.99949, "99.9 %"),
        (0.9996, "> 99.9 %"),
        (1.0, "100.0 %"),
    ],
)
def test_a_probability_is_never_rounded_to_certainty(probability: float, text: str) -> None:
    assert percent(probability) == text
