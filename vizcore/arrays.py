"""The array types in the signatures of the core, and read-only arrays.

The docstrings of the functions state shapes and ranges.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

ByteArray = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
DoubleArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_Array = TypeVar("_Array", bound=NDArray[Any])


def frozen(array: _Array) -> _Array:
    """The same array, not a copy, made read-only."""
    array.setflags(write=False)
    return array
