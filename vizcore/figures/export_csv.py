"""Values as CSV, which any spreadsheet and any table library reads: numbers with a point, columns with a comma."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from vizcore.arrays import FloatArray, IntArray
from vizcore.errors import VizcoreError
from vizcore.light.curves import Curves


def values_csv(values: Mapping[str, FloatArray], channels: IntArray | None = None) -> bytes:
    """Values of a layer, a line for each unit.

    Args:
        values: heading → (h, w, C) or (C,), all of one shape; the headings say the unit of measurement.
        channels: the channels to write, in this order; all if left out. A vector is always written whole.

    Returns:
        UTF-8. The columns are channel, row, column and one for each array; in a vector unit and one for each array.
        Every number is the shortest text that gives its float32 back.

    Raises:
        VizcoreError: there are no values, or their shapes differ.
    """
    shapes = {np.shape(array) for array in values.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) not in (1, 3):
        raise VizcoreError(f"A table holds values of one layer, (height, width, channels) or (units,); not {shapes}.")
    arrays = [np.asarray(array, dtype=np.float32) for array in values.values()]
    if arrays[0].ndim == 1:
        units = [str(unit) for unit in range(arrays[0].size)]
        rows = zip(units, *(array.astype(str).tolist() for array in arrays), strict=True)
        return _written(["unit", *values], rows)
    _, width, num_channels = arrays[0].shape
    lines = []
    for channel in np.arange(num_channels) if channels is None else channels:
        cells = zip(*(array[:, :, channel].astype(str).ravel().tolist() for array in arrays), strict=True)
        for index, row in enumerate(cells):
            lines.append((str(channel), str(index // width), str(index % width), *row))
    return _written(["channel", "row", "column", *values], lines)


def curves_csv(curves: Curves, *, amount: str, units: str) -> bytes:
    """Tuning curves, a line for each level and channel.

    Args:
        curves: of all channels of a layer.
        amount: the heading of the amounts.
        units: the heading's words for the unit of measurement of the responses.

    Returns:
        UTF-8, with the columns of the amount, channel, mean and maximum. In a vector the last two are the unit's value.
    """
    means, maxima = (curve.astype(str).tolist() for curve in (curves.mean, curves.maximum))
    lines = [
        (f"{level:g}", str(channel), mean, maximum)
        for level, mean_row, maximum_row in zip(curves.amounts, means, maxima, strict=True)
        for channel, (mean, maximum) in enumerate(zip(mean_row, maximum_row, strict=True))
    ]
    return _written([amount, "channel", f"mean ({units})", f"maximum ({units})"], lines)


def _written(head: Sequence[str], lines: Iterable[tuple[str, ...]]) -> bytes:
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' if set(name) & set(',"\n') else name for name in head]
    return "\n".join([",".join(quoted), *map(",".join, lines), ""]).encode()
