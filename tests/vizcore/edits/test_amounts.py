"""The amounts of the brightness's sliders."""

from itertools import pairwise

import numpy as np
import pytest

from vizcore.edits.brightness import KINDS
from vizcore.errors import VizcoreError


def test_the_nearest_amount_of_the_slider() -> None:
    gain = KINDS["gain"].slider
    assert [gain.nearest(x) for x in (-1, 0.004, 0.006, 1.499, 99, float("nan"))] == [0, 0, 0.01, 1.5, 4, 1.5]
    assert KINDS["offset"].slider.nearest(12.4) == 12
    assert (gain.nearest(1e308), gain.nearest(-1e308)) == (4, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [3, 4, 41, 101, "all"])
def test_levels_are_the_sliders_own_with_both_ends_and_the_neutral_amount(kind: str, number: int | str) -> None:
    slider = KINDS[kind].slider
    count = slider.number if number == "all" else int(number)
    levels = slider.levels(count)
    assert len(set(levels)) == count
    assert list(levels) == sorted(levels)
    assert {slider.minimum, slider.neutral, slider.maximum} <= set(levels)
    assert all(slider.nearest(amount) == amount for amount in levels)
    if count > 40:
        steps = np.diff(levels) / slider.step
        assert steps.max() - steps.min() <= (slider.number - 1) / (count - 1) + 1


@pytest.mark.parametrize("number", [2, 0, -1, 402])
def test_other_numbers_of_levels_are_refused(number: int) -> None:
    with pytest.raises(VizcoreError, match="3 to 401 levels"):
        KINDS["gain"].slider.levels(number)


@pytest.mark.parametrize("kind", KINDS)
def test_the_amount_between_is_one_of_the_sliders_and_neighbours_have_none(kind: str) -> None:
    slider = KINDS[kind].slider
    amounts = [slider.at(position) for position in range(slider.number)]
    for low, high in ((0, 2), (3, 11), (5, slider.number - 1), (0, slider.number - 1)):
        middle = slider.between(amounts[low], amounts[high])
        assert low < amounts.index(middle) < high
        assert abs(amounts.index(middle) - (low + high) / 2) <= 1
    assert all(slider.between(*ends) is None for ends in pairwise(amounts))
    # Also between amounts that the slider does not have.
    assert slider.between(amounts[1] + slider.step / 4, amounts[2] - slider.step / 4) is None
    assert slider.between(amounts[1] - slider.step / 4, amounts[1] + slider.step / 4) == amounts[1]


@pytest.mark.parametrize("kind", KINDS)
def test_amounts_are_written_as_a_person_would_type_them(kind: str) -> None:
    slider = KINDS[kind].slider
    written = [slider.written(slider.at(position)) for position in range(slider.number)]
    assert len(set(written)) == slider.number
    assert [float(text) for text in written] == [slider.at(position) for position in range(slider.number)]
