"""Flips of classes whose borders are known, against a fine grid, and a network whose flip can be worked out."""

from collections.abc import Callable
from math import nextafter
from typing import Any

import keras
import numpy as np
import pytest

from vizcore.activations.tracing import trace
from vizcore.edits.brightness import KINDS, Light
from vizcore.errors import VizcoreError
from vizcore.inputs.prepared import InputFormat, prepared_exactly
from vizcore.inputs.value_ranges import RANGES
from vizcore.light.flips import PRECISION, Search, Segment, flips, standing_at

GRID = (0.0, 1.0, 2.0, 3.0, 4.0)


def stairs(*borders: float, classes: tuple[int, ...]) -> Callable[[float], int]:
    """The first class below the first border, the next from there on, and so on."""
    return lambda amount: classes[sum(amount >= border for border in borders)]


def found(
    winner_at: Callable[[float], int],
    grid: tuple[float, ...] = GRID,
    *,
    asked: Callable[[float], int] | None = None,
    **options: Any,
) -> tuple[Segment, ...]:
    search = Search(**options).with_answers(*((amount, winner_at(amount)) for amount in grid))
    while search.question is not None:
        search = search.with_answers((search.question, (asked or winner_at)(search.question)))
    return search.segments


def test_two_flips_are_found_to_the_precision() -> None:
    segments = found(stairs(0.47, 1.62, classes=(6, 3, 8)))
    assert [one.winner for one in segments] == [6, 3, 8]
    assert (segments[0].start, segments[-1].end) == (0, 4)
    for border, (left, right) in zip((0.47, 1.62), ((0, 1), (1, 2)), strict=True):
        assert segments[left].end < border <= segments[right].start
        assert segments[right].start - segments[left].end <= PRECISION
    assert flips(segments) == pytest.approx([0.47, 1.62], abs=PRECISION / 2)


@pytest.mark.parametrize("border", [-172, -3, 0, 1, 77])
def test_a_flip_at_one_of_the_sliders_amounts_is_not_missed_by_half_a_step(border: int) -> None:
    """Whole offsets: nothing changes between them, and what is said at each of them is true."""
    slider = KINDS["offset"].slider
    winner_at = stairs(border, classes=(3, 2))
    before, after = found(winner_at, slider.levels(41), step_between=slider.between, precision=slider.step)
    assert (before.end, after.start) == (border - 1, border)
    for amount in (border - 1, border):
        assert standing_at((before, after), amount).here.winner == winner_at(amount)
    assert border - 1 < flips((before, after))[0] < border


def test_between_the_sliders_amounts_a_flip_is_found_to_the_precision() -> None:
    slider = KINDS["gain"].slider
    asked: list[float] = []
    step = stairs(0.3217, classes=(0, 1))

    def winner_at(amount: float) -> int:
        asked.append(amount)
        return step(amount)

    before, after = found(step, slider.levels(41), asked=winner_at, step_between=slider.between)
    assert before.end < 0.3217 <= after.start <= before.end + PRECISION
    assert {0.32, 0.33} <= set(asked)


@pytest.mark.parametrize("precision", [0.5, 1e-2, 1e-6, 1e-30])
def test_the_precision_is_as_asked_for_or_as_numbers_allow(precision: float) -> None:
    left, right = found(stairs(np.pi, classes=(0, 1)), precision=precision)
    assert left.end < np.pi <= right.start
    assert right.start - left.end <= max(precision, nextafter(np.pi, 4) - np.pi)


@pytest.mark.parametrize("seed", range(5))
def test_segments_agree_with_a_fine_grid(seed: int) -> None:
    """Borders that lie further apart than the levels, so that the levels miss none."""
    random = np.random.default_rng(seed)
    borders = np.cumsum(random.uniform(13, 60, 9)) - 255
    winner_at = stairs(*borders, classes=tuple(random.permutation(10).tolist()))
    segments = found(winner_at, KINDS["offset"].slider.levels(41))
    assert flips(segments) == pytest.approx(borders[borders < 255], abs=PRECISION / 2)
    for amount in np.linspace(-255, 255, 4001):
        if np.abs(borders - amount).min() > PRECISION:
            assert standing_at(segments, amount).here.winner == winner_at(amount)


def test_a_class_that_never_loses_is_one_stretch_and_nobody_is_asked() -> None:
    def never(amount: float) -> int:
        raise AssertionError(amount)

    assert found(lambda amount: 3, asked=never) == (Segment(3, 0, 4),)
    assert found(lambda amount: 3, (1.5,), asked=never) == (Segment(3, 1.5, 1.5),)
    assert flips((Segment(3, 0, 4),)) == ()


def test_a_flip_at_the_very_end_is_a_stretch_of_one_amount() -> None:
    segments = found(stairs(4.0, classes=(2, 5)))
    assert segments[1] == Segment(5, 4, 4)
    assert segments[0].winner == 2
    assert 4 - PRECISION <= segments[0].end < 4
    first = found(stairs(nextafter(0, 1), classes=(2, 5)))
    assert first[0] == Segment(2, 0, 0)
    assert first[1].end == 4


def test_a_third_class_that_bisection_meets_has_both_its_flips() -> None:
    # Between 1 and 2 it wins from 1.3 to 1.6; the first question is at 1.5.
    segments = found(stairs(1.3, 1.6, classes=(0, 7, 1)))
    assert [one.winner for one in segments] == [0, 7, 1]
    assert flips(segments) == pytest.approx([1.3, 1.6], abs=PRECISION / 2)


def test_what_wins_between_two_levels_only_is_not_claimed() -> None:
    winner_at = stairs(1.3, 1.6, classes=(0, 7, 0))
    assert found(winner_at) == (Segment(0, 0, 4),)
    finer = found(winner_at, KINDS["gain"].slider.levels(41))
    assert flips(finer) == pytest.approx([1.3, 1.6], abs=PRECISION / 2)


def test_bisection_asks_few_times() -> None:
    asked: list[float] = []
    border = stairs(2.718, classes=(0, 1))

    def counted(amount: float) -> int:
        asked.append(amount)
        return border(amount)

    found(border, asked=counted)
    assert len(asked) == 10
    assert all(2 < amount < 3 for amount in asked)


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

    grid = KINDS["gain"].slider.levels(41)
    segments = found(winner_at, grid)
    assert [one.winner for one in segments] == [1, 0]
    assert flips(segments) == pytest.approx([0.35 * 255 / pixels.mean()], abs=PRECISION)


@pytest.mark.parametrize("seed", range(5))
def test_level_by_level_the_same_is_found_as_from_all_levels_at_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    borders = np.sort(random.uniform(-255, 255, 9))
    winner_at = stairs(*borders, classes=tuple(random.integers(0, 4, 10).tolist()))
    levels = KINDS["offset"].slider.levels(41)
    search, known = Search(), []
    for level in levels:
        assert search.question is None
        search = search.with_answers((level, winner_at(level)))
        while search.question is not None:
            search = search.with_answers((search.question, winner_at(search.question)))
        # What is known stays: only the last segment grows.
        assert search.segments[: len(known)] == tuple(known)
        known = list(search.segments[:-1])
        assert search.segments[-1].end == level
    assert search.segments == found(winner_at, levels)


@pytest.mark.parametrize("amounts", [[1, 1], [2, 1], [1, np.nan], [np.inf], [0]])
def test_levels_that_do_not_rise_are_refused(amounts: list[float]) -> None:
    begun = Search().with_answers((0.0, 3))
    with pytest.raises(VizcoreError, match="each higher"):
        begun.with_answers(*((amount, 3) for amount in amounts))


def test_an_answer_to_another_question_is_refused() -> None:
    search = Search().with_answers((0.0, 3), (1.0, 4))
    assert search.question == 0.5
    for answers in ((0.25, 3),), ((0.5, 3), (2.0, 4)), ():
        with pytest.raises(VizcoreError, match=r"at 0\.5; told was"):
            search.with_answers(*answers)


@pytest.mark.parametrize("precision", [0, -1, np.nan])
def test_a_precision_of_nothing_is_refused(precision: float) -> None:
    with pytest.raises(VizcoreError, match="above 0"):
        Search(precision=precision)


def test_nothing_to_stand_on_is_refused() -> None:
    with pytest.raises(VizcoreError, match="no segment"):
        standing_at((), 1)
