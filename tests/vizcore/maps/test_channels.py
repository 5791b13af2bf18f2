"""What is said of channels in numbers, by hand; their orders and pages."""

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.maps.channels import ORDERS, channel_statistics, number_of_pages, order_channels, page_of


def test_statistics_by_hand() -> None:
    # Channels: 0 … 3 in a 2 × 2 map, dead, constant, half zeros.
    activation = np.array([[[0, 0, 5, 0], [1, 0, 5, -2]], [[2, 0, 5, 0], [3, 0, 5, -4]]], np.float32)
    statistics = channel_statistics(activation)
    assert statistics.minimum.tolist() == [0, 0, 5, -4]
    assert statistics.maximum.tolist() == [3, 0, 5, 0]
    assert statistics.mean.tolist() == [1.5, 0, 5, -1.5]
    # Squares of the deviations: (2.25 + 0.25)·2/4 = 1.25; (2.25·2 + 0.25 + 6.25)/4 = 2.75.
    np.testing.assert_allclose(statistics.standard_deviation, np.sqrt([1.25, 0, 0, 2.75]), rtol=1e-6)
    assert statistics.zero_share.tolist() == [0.25, 1, 0, 0.5]
    assert statistics.silent.tolist() == [False, True, False, False]
    assert statistics.constant.tolist() == [False, False, True, False]
    assert statistics.non_finite.tolist() == [0, 0, 0, 0]


def test_statistics_keep_channels_apart() -> None:
    activation = np.random.default_rng(4).normal(size=(7, 13, 5)).astype(np.float32)
    statistics = channel_statistics(activation)
    for channel in range(5):
        cells = activation[..., channel].astype(np.float64)
        assert statistics.minimum[channel] == cells.min()
        assert statistics.maximum[channel] == cells.max()
        assert statistics.mean[channel] == pytest.approx(cells.mean(), rel=1e-6)
        assert statistics.standard_deviation[channel] == pytest.approx(cells.std(), rel=1e-6)


def test_statistics_of_a_vector_have_one_value_per_unit() -> None:
    statistics = channel_statistics(np.array([0, 2, -1], np.float32))
    assert statistics.minimum.tolist() == statistics.maximum.tolist() == statistics.mean.tolist() == [0, 2, -1]
    assert statistics.standard_deviation.tolist() == [0, 0, 0]
    assert statistics.silent.tolist() == [True, False, False]
    # One number cannot be called constant.
    assert not statistics.constant.any()


@pytest.mark.parametrize("value", [0.1, 3e38, -1e-45])
def test_a_constant_channel_has_its_value_as_mean_and_no_spread(value: float) -> None:
    statistics = channel_statistics(np.full((7, 13, 1), value, np.float32))
    assert statistics.mean[0] == statistics.minimum[0] == np.float32(value)
    assert statistics.standard_deviation[0] == 0
    assert statistics.constant[0]
    assert not statistics.silent[0]


def test_statistics_without_a_finite_cell_are_zero_and_say_so() -> None:
    activation = np.zeros((2, 3, 3), np.float32)
    activation[..., 0] = np.nan
    activation[..., 1] = np.inf
    activation[0, 0, 2] = np.nan
    statistics = channel_statistics(activation)
    for values in (statistics.minimum, statistics.maximum, statistics.mean, statistics.standard_deviation):
        assert values.tolist() == [0, 0, 0]
    assert statistics.non_finite.tolist() == [6, 6, 1]
    assert not statistics.silent.any()
    assert not statistics.constant.any()


@pytest.mark.parametrize("shape", [(7, 13), (0, 13, 5), (0,), ()])
def test_statistics_refuse_what_has_no_channels(shape: tuple[int, ...]) -> None:
    with pytest.raises(VizcoreError, match="no channels"):
        channel_statistics(np.zeros(shape, np.float32))


def test_orders_are_descending_and_equals_keep_their_index() -> None:
    # Columns: channels. Means 1, 3, 1, 0; maxima 2, 3, 1, 0; deviations 1, 0, 0, 0; shares of zeros ½, 0, 0, 1.
    statistics = channel_statistics(np.array([[[0, 3, 1, 0]], [[2, 3, 1, 0]]], np.float32))
    expected = {
        "index": [0, 1, 2, 3],
        "mean": [1, 0, 2, 3],
        "maximum": [1, 0, 2, 3],
        "standard deviation": [0, 1, 2, 3],
        "share of zeros": [3, 0, 1, 2],
    }
    assert {by: order_channels(statistics, by).tolist() for by in ORDERS} == expected
    with pytest.raises(VizcoreError, match="no order"):
        order_channels(statistics, "colour")


def test_many_equal_channels_keep_their_index() -> None:
    # More than a handful: a sort that is not stable shuffles only then.
    activation = np.tile(np.array([1, 0], np.float32), (2, 3, 100))
    expected = [*range(0, 200, 2), *range(1, 200, 2)]
    assert order_channels(channel_statistics(activation), "mean").tolist() == expected


def test_pages_of_channels() -> None:
    channels = np.arange(130)
    assert number_of_pages(130) == 3
    assert page_of(channels, 0).tolist() == list(range(64))
    assert page_of(channels, 2).tolist() == [128, 129]
    # A page from an old link that no longer exists becomes the nearest.
    assert page_of(channels, 9).tolist() == [128, 129]
    assert page_of(channels, -4).tolist() == list(range(64))
    assert number_of_pages(64) == 1
    assert number_of_pages(65) == 2
    assert number_of_pages(0) == 1
