"""The tutorial's greys: answers written down, and the constant map that used to divide by zero."""

import math

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.maps.scales import standardise


def test_standardise_known_answer() -> None:
    # Mean 2, deviation 2.
    np.testing.assert_array_equal(standardise(np.array([[0, 4], [4, 0]], np.float32)), [[64, 192], [192, 64]])
    spike = np.zeros((5, 5), np.float32)
    spike[2, 3] = 1
    levels = standardise(spike)
    # Mean 1/25, deviation √24/25: the spike lies 4.9 deviations above, all else 0.204 below.
    assert levels[2, 3] == 255
    assert np.all(levels[spike == 0] == int(128 - 64 / math.sqrt(24)))


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -3e38, 1e-45])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_standardise_of_a_constant_map_is_128(value: float, dtype: type) -> None:
    levels = standardise(np.full((71, 113), value, dtype))
    assert levels.dtype == np.uint8
    assert np.all(levels == 128)


def test_standardise_refuses_an_empty_map() -> None:
    with pytest.raises(VizcoreError, match="no cells"):
        standardise(np.zeros((0, 3), np.float32))
