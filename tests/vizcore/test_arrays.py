"""Arrays that stay as they are."""

import numpy as np
import pytest

from vizcore.arrays import frozen


def test_a_frozen_array_is_the_one_that_was_given_and_cannot_be_written_to() -> None:
    given = np.arange(30).reshape(2, 3, 5)
    kept = frozen(given)
    assert kept is given
    with pytest.raises(ValueError, match="read-only"):
        kept[0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        kept[:, 1][...] = 1
