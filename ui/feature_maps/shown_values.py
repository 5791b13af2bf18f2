"""The numbers behind a view of a layer, as files hold them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ui.feature_maps.arrangement import Arrangement
from vizcore.arrays import FloatArray
from vizcore.figures.export_csv import values_csv

OWN_UNITS = "the layer's own units"


@dataclass(frozen=True, eq=False)
class ShownValues:
    """The numbers behind a view.

    Attributes:
        arrays: name → array, for all channels.
        units: name → the unit of measurement.
        table: makes the values of the channels that are shown as CSV.
        axes: name → names of the axes, for arrays that are not shaped as the layer's output.
    """

    arrays: Mapping[str, FloatArray]
    units: Mapping[str, str]
    table: Callable[[], bytes]
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def values_of_units(arranged: Arrangement, arrays: Mapping[str, FloatArray], units: Mapping[str, str]) -> ShownValues:
    """The values of arrays that are shaped as the layer's output.

    Args:
        arranged: the layer. Its channels on this page are in the table.
        arrays: name → array.
        units: name → the unit of measurement.
    """

    def table() -> bytes:
        return values_csv({f"{name} ({units[name]})": array for name, array in arrays.items()}, arranged.channels)

    return ShownValues(arrays, units, table)
