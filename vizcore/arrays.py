"""The array types that the signatures of the core speak of, and arrays that stay as they are.

Shapes and ranges stand in the docstrings.
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
    """The very array that is given; nobody can write to it from now on."""
    array.setflags(write=False)
    return array
