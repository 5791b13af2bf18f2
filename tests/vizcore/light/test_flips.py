"""Flips of classes whose borders are known, against a fine grid, and a network whose flip can be worked out."""

from collections.abc import Callable
from itertools import pairwise

import keras
import numpy as np
import pytest

from vizcore.activations.tracing import trace
from vizcore.edits.amounts import Amounts
from vizcore.edits.brightness import KINDS, Kind, Light
from vizcore.errors import VizcoreError
from vizcore.inputs.prepared import InputFormat, prepared_exactly
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.flips import Search, Segment, flips, standing_at

GRID = (0.0, 1.0, 2.0, 3.0, 4.0)
GAIN, OFFSET = KINDS["gain"].slider, KINDS["offset"].slider


def stairs(*borders: float, classes: tuple[int, ...]) -> Callable[[float], int]:
    """The first class below the first border, the next from there on, and so on."""
    return lambda amount: classes[sum(amount >= border for border in borders)]


def found(
    winner_at: Callable[[float], int],
    levels: tuple[float, ...] = GRID,
    *,
    slider: Amounts = GAIN,
    asked: Callable[[float], int] | None = None,
) -> tuple[Segment, ...]:
    search = Search(slider.between).with_answers(*((amount, winner_at(amount)) for amount in levels))
    while search.question is not None:
        search = search.with_answers((search.question, (asked or winner_at)(search.question)))
    return search.segments


def test_two_flips_lie_between_the_steps_that_can_be_dialled() -> None:
    segments = found(stairs(0.473, 1.62, classes=(6, 3, 8)))
    assert segments == (Segment(6, 0, 0.47), Segment(3, 0.48, 1.61), Segment(8, 1.62, 4))
    assert flips(segments) == pytest.approx([0.475, 1.615])


@pytest.mark.parametrize("border", [-172, -3, 0, 1, 77])
def test_a_flip_at_one_of_the_sliders_amounts_is_not_missed_by_half_a_step(border: int) -> None:
    before, after = found(stairs(border, classes=(3, 2)), OFFSET.levels(41), slider=OFFSET)
    assert (before.end, after.start) == (border - 1, border)
    assert border - 1 < flips((before, after))[0] < border


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("seed", range(5))
def test_each_amount_that_is_named_is_on_the_slider_and_its_class_wins_there(kind: Kind, seed: int) -> None:
    slider, random = kind.slider, np.random.default_rng(seed)
    borders = np.sort(random.uniform(slider.minimum, slider.maximum, 9))
    winner_at = stairs(*borders, classes=tuple(random.integers(0, 4, 10).tolist()))
    segments = found(winner_at, slider.levels(101), slider=slider)
    for segment in segments:
        for amount in (segment.start, segment.end):
            assert float(slider.written(amount)) == slider.nearest(amount) == amount
            assert winner_at(amount) == segment.winner
    # Neighbouring segments end and start at neighbouring steps, so no amount of the slider is left out.
    for left, right in pairwise(segments):
        assert left.winner != right.winner
        assert round((right.start - left.end) / slider.step, 6) == 1
    assert (segments[0].start, segments[-1].end) == (slider.minimum, slider.maximum)


def test_what_wins_between_two_steps_only_is_not_claimed() -> None:
    asked: list[float] = []
    step = stairs(0.322, 0.328, classes=(0, 7, 1))

    def winner_at(amount: float) -> int:
        asked.append(amount)
        return step(amount)

    assert found(step, asked=winner_at) == (Segment(0, 0, 0.32), Segment(1, 0.33, 4))
    assert set(asked) <= {GAIN.at(position) for position in range(GAIN.number)}


@pytest.mark.parametrize("seed", range(5))
def test_segments_agree_with_a_fine_grid(seed: int) -> None:
    """Borders that lie further apart than the levels, so that the levels miss none."""
    random = np.random.default_rng(seed)
    borders = np.cumsum(random.uniform(13, 60, 9)) - 255
    winner_at = stairs(*borders, classes=tuple(random.permutation(10).tolist()))
    segments = found(winner_at, OFFSET.levels(41), slider=OFFSET)
    assert flips(segments) == pytest.approx(borders[borders < 255], abs=0.5)
    for position in range(OFFSET.number):
        amount = OFFSET.at(position)
        assert standing_at(segments, amount).here.winner == winner_at(amount)


def test_a_class_that_never_loses_is_one_stretch_and_nobody_is_asked() -> None:
    def never(amount: float) -> int:
        raise AssertionError(amount)

    assert found(lambda amount: 3, asked=never) == (Segment(3, 0, 4),)
    assert found(lambda amount: 3, (1.5,), asked=never) == (Segment(3, 1.5, 1.5),)
    assert flips((Segment(3, 0, 4),)) == ()


def test_a_flip_at_the_very_end_is_a_stretch_of_one_amount() -> None:
    assert found(stairs(4.0, classes=(2, 5))) == (Segment(2, 0, 3.99), Segment(5, 4, 4))
    assert found(stairs(0.001, classes=(2, 5))) == (Segment(2, 0, 0), Segment(5, 0.01, 4))


def test_a_third_class_that_bisection_meets_has_both_its_flips() -> None:
    # Between 1 and 2 it wins from 1.3 to 1.6; the first question is at 1.5.
    segments = found(stairs(1.295, 1.595, classes=(0, 7, 1)))
    assert segments == (Segment(0, 0, 1.29), Segment(7, 1.3, 1.59), Segment(1, 1.6, 4))


def test_what_wins_between_two_levels_only_is_not_claimed() -> None:
    winner_at = stairs(1.295, 1.595, classes=(0, 7, 0))
    assert found(winner_at) == (Segment(0, 0, 4),)
    assert flips(found(winner_at, GAIN.levels(41))) == pytest.approx([1.295, 1.595])


def test_bisection_asks_few_times() -> None:
    asked: list[float] = []
    border = stairs(2.718, classes=(0, 1))

    def counted(amount: float) -> int:
        asked.append(amount)
        return border(amount)

    found(border, asked=counted)
    assert len(asked) <= 7
    assert all(2 < amount < 3 for amount in asked)
    asked.clear()
    found(border, GAIN.levels(101), asked=counted)
    assert len(asked) == 2


def test_standing_says_what_lies_below_and_above() -> None:
    frog, cat, ship = segments = (Segment(6, 0, 0.47), Segment(3, 0.471, 1.62), Segment(8, 1.621, 4))
    assert (standing_at(segments, 1).here, standing_at(segments, 1).below, standing_at(segments, 1).above) == (
        cat,
        frog,
        ship,
    )
    assert (standing_at(segments, 0).here, standing_at(segments, 0).below) == (frog, None)
    assert (standing_at(segments, 4).here, standing_at(segments, 4).above) == (ship, None)
    assert standing_at(segments, 0.47).here == frog
    assert standing_at(segments, 0.471).here == cat
    assert standing_at(segments, 0.4709).here == cat
    assert standing_at(segments, 0.4701).here == frog
    assert (standing_at(segments, -9).here, standing_at(segments, 9).here) == (frog, ship)


def test_the_flip_of_a_network_is_where_its_logits_meet() -> None:
    """Two classes, mean and a constant: the mean grows with the gain and overtakes the constant."""
    dense = keras.layers.Dense(2, name="logits")
    model = keras.Sequential([keras.Input((7, 11, 3)), keras.layers.GlobalAveragePooling2D(name="mean"), dense])
    dense.set_weights([np.array([[1 / 3, 0]] * 3, np.float32), np.array([0, 0.35], np.float32)])
    network = trace(model)
    pixels = np.random.default_rng(5).integers(0, 100, (7, 11, 3), dtype=np.uint8)
    form = InputFormat((7, 11, 3), RANGES["0…1"])

    def winner_at(amount: float) -> int:
        batch = prepared_exactly(pixels, Light.of("gain", amount), wanted=form)
        return int(network.read(batch, ["logits"])["logits"].argmax())

    segments = found(winner_at, GAIN.levels(41))
    assert [one.winner for one in segments] == [1, 0]
    assert flips(segments) == pytest.approx([0.35 * 255 / pixels.mean()], abs=GAIN.step / 2)


@pytest.mark.parametrize("seed", range(5))
def test_level_by_level_the_same_is_found_as_from_all_levels_at_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    borders = np.sort(random.uniform(-255, 255, 9))
    winner_at = stairs(*borders, classes=tuple(random.integers(0, 4, 10).tolist()))
    levels = OFFSET.levels(41)
    search, known = Search(OFFSET.between), []
    for level in levels:
        assert search.question is None
        search = search.with_answers((level, winner_at(level)))
        while search.question is not None:
            search = search.with_answers((search.question, winner_at(search.question)))
        # What is known stays: only the last segment grows.
        assert search.segments[: len(known)] == tuple(known)
        known = list(search.segments[:-1])
        assert search.segments[-1].end == level
    assert search.segments == found(winner_at, levels, slider=OFFSET)


@pytest.mark.parametrize("amounts", [[1, 1], [2, 1], [1, np.nan], [np.inf], [0]])
def test_levels_that_do_not_rise_are_refused(amounts: list[float]) -> None:
    begun = Search().with_answers((0.0, 3))
    with pytest.raises(VizcoreError, match="each higher"):
        begun.with_answers(*((amount, 3) for amount in amounts))


def test_an_answer_to_another_question_is_refused() -> None:
    search = Search(GAIN.between).with_answers((0.0, 3), (1.0, 4))
    assert search.question == 0.5
    for answers in ((0.25, 3),), ((0.5, 3), (2.0, 4)), ():
        with pytest.raises(VizcoreError, match=r"at 0\.5; told was"):
            search.with_answers(*answers)


def test_nothing_to_stand_on_is_refused() -> None:
    with pytest.raises(VizcoreError, match="no segment"):
        standing_at((), 1)
