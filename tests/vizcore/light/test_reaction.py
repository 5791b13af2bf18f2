"""How much channels visibly react: answers worked out by hand, and what must not count."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.light.reaction import ENOUGH, Measure, Reaction
from vizcore.maps.ranges import ScaleChoice

# Level L is as light as L: a change of one level is a change of one.
SAME = np.arange(256, dtype=np.float64)
LINEAR = ScaleChoice("layer", is_locked=True, contrast="linear")


def measured(original: np.ndarray, *edited: np.ndarray, choice: ScaleChoice = LINEAR) -> Reaction:
    measure = Measure(original, choice=choice, lightness={False: SAME, True: SAME})
    for activation in edited:
        measure.add(activation)
    return measure.reaction()


def maps(*channels: list[float]) -> np.ndarray:
    """(1, 3, C) float32 of channels of three cells."""
    return np.array(channels, np.float32).T[np.newaxis]


ORIGINAL = maps([0, 0, 254], [0, 0, 0], [127, 127, 127])


def test_the_change_is_the_mean_over_cells_and_amounts() -> None:
    # Level 1 + v. Channel 0 falls by 6 in one of three cells, then by 12; channel 2 rises by 3 everywhere, then stays.
    first, second = maps([0, 0, 248], [0, 0, 0], [130, 130, 130]), maps([0, 0, 242], [0, 0, 0], [127, 127, 127])
    found = measured(ORIGINAL, first, second)
    assert found.change.tolist() == pytest.approx([(2 + 4) / 2, 0, 1.5])
    assert found.order.tolist() == [0, 2, 1]
    assert found.num_amounts == 2


def test_a_tile_that_turns_black_counts_as_one_that_changes_enough() -> None:
    black = maps([0, 0, 0], [0, 0, 0], [0, 0, 0])
    much = maps([0, 0, 254], [0, 0, 0], [127 + 2 * ENOUGH] * 3)
    found = measured(ORIGINAL, black, much)
    assert found.change.tolist() == pytest.approx([ENOUGH / 2, 0, ENOUGH])


def test_equal_reactions_are_in_the_order_of_the_layer() -> None:
    assert measured(ORIGINAL, ORIGINAL).order.tolist() == [0, 1, 2]


def test_dead_is_silent_at_every_amount_and_on_the_unedited_picture() -> None:
    awake = maps([0, 0, 0], [0, 5, 0], [0, 0, 0])
    silent = maps([0, 0, 0], [0, 0, 0], [0, 0, 0])
    assert measured(ORIGINAL, silent).dead.tolist() == [False, True, False]
    assert measured(ORIGINAL, silent, awake, silent).dead.tolist() == [False, False, False]
    assert measured(silent, silent).dead.all()


def test_a_stretched_scale_hides_a_gain_and_a_locked_one_shows_it() -> None:
    louder = ORIGINAL / 2
    assert measured(ORIGINAL, louder).change[0] > 0
    assert measured(ORIGINAL, louder, choice=ScaleChoice("layer", is_locked=False)).change.tolist() == [0, 0, 0]


def test_the_lightness_is_that_of_the_layers_colours() -> None:
    signed = ORIGINAL - 10
    measure = Measure(signed, choice=LINEAR, lightness={False: SAME, True: SAME * 2})
    plain = Measure(signed, choice=LINEAR, lightness={False: SAME * 5, True: SAME})
    for each in (measure, plain):
        each.add(signed + 2)
    assert measure.reaction().change.tolist() == pytest.approx((2 * plain.reaction().change).tolist())


def test_refusals() -> None:
    with pytest.raises(VizcoreError, match="one amount"):
        measured(ORIGINAL)
    with pytest.raises(VizcoreError, match="Feature maps"):
        measured(np.zeros(5, np.float32), np.zeros(5, np.float32))
