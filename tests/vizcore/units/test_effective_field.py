"""The part of a gradient in the middle of a field, by hand, and of networks."""

import keras
import numpy as np
import pytest

from vizcore.activations.interface import Objective
from vizcore.activations.tracing import trace
from vizcore.units.effective_field import EffectiveField, effective_field
from vizcore.units.receptive_field import Field, Padding, Status, fields_in

layers = keras.layers


def field(rows: tuple[int, int], columns: tuple[int, int], padding: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Field:
    return Field(rows, columns, Padding(*padding), Status.EXACT)


def of(values: np.ndarray, where: Field) -> EffectiveField:
    return effective_field(np.asarray(values, dtype=np.float32), where)


def test_an_even_gradient_has_a_quarter_in_the_middle() -> None:
    # Sides of 7 and 5 pixels are cut at 1.75 and 5.25, at 1.25 and 3.75.
    result = of(np.ones((11, 13, 3)), field((2, 9), (4, 9)))
    assert (result.in_middle, result.evenly) == (pytest.approx(1 / 4), pytest.approx(1 / 4))
    assert result.strength.tolist() == np.full((7, 5), 3).tolist()


@pytest.mark.parametrize(
    ("pixel", "share"),
    [((5, 5), 1), ((2, 5), 0), ((5, 2), 0), ((4, 5), 1), ((3, 5), 0.25), ((3, 3), 0.0625), ((7, 5), 0.25), ((8, 5), 0)],
)
def test_a_pixel_counts_with_its_part_in_the_middle(pixel: tuple[int, int], share: float) -> None:
    # 7 pixels from 2 on: the middle is 3.75 … 7.25.
    gradient = np.zeros((11, 13, 2))
    gradient[pixel] = [2, -1]
    result = of(gradient, field((2, 9), (2, 9)))
    assert (result.in_middle, result.strength.sum()) == (share, 3)


def test_colours_and_signs_do_not_cancel_and_what_is_outside_does_not_count() -> None:
    gradient = np.zeros((8, 8, 2))
    gradient[2, 2], gradient[3, 3], gradient[0, 0] = [1, -1], [-2, 4], [100, 100]
    result = of(gradient, field((2, 6), (2, 6)))
    assert result.strength[:2, :2].tolist() == [[2, 0], [0, 6]]
    assert result.in_middle == 6 / 8


def test_the_middle_of_a_field_at_the_edge_is_that_of_the_field_with_its_padding() -> None:
    # 4 rows of padding and 4 of pixels: the middle is 2 rows of padding and the first 2 of pixels.
    result = of(np.ones((8, 8, 1)), field((0, 4), (0, 8), (4, 0, 0, 0)))
    assert (result.in_middle, result.evenly) == (0.25, 0.25)
    result = of(np.ones((8, 8, 1)), field((0, 2), (0, 8), (6, 0, 0, 0)))
    assert (result.in_middle, result.evenly) == (0, 0)


def test_without_a_gradient_there_is_no_share() -> None:
    assert of(np.zeros((8, 8, 1)), field((2, 6), (2, 6))).in_middle is None
    assert of(np.ones((8, 8, 1)), field((0, 0), (0, 0), (3, 0, 3, 0))).in_middle is None
    assert of(np.full((8, 8, 1), np.inf), field((2, 6), (2, 6))).in_middle is None


def test_many_small_kernels_look_at_the_middle() -> None:
    stack = [layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"conv{index}") for index in range(5)]
    model = keras.Sequential([keras.Input((21, 23, 1)), *stack])
    for layer in stack:
        layer.set_weights([np.ones((3, 3, 1, 1))])
    batch = np.ones((1, 21, 23, 1), np.float32)
    traced = trace(model)
    said = fields_in(traced.graph)
    shares = []
    for index in range(5):
        gradient = traced.gradient(batch, Objective(f"conv{index}", 0, (10, 11)))
        shares.append(effective_field(gradient, said.of(f"conv{index}", 10, 11)).in_middle)
    assert shares == sorted(shares)
    # Two ones in a row: 1, 2, 3, 2, 1. Of 5 pixels the middle is 3 and a half, 0.75 · 2 + 3 + 0.75 · 2 = 6 of 9.
    assert shares[:2] == [pytest.approx(1 / 4), pytest.approx((6 / 9) ** 2)]
