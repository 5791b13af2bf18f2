"""The terms of one cell as a table. This needs no Keras."""

import csv
import io

from vizcore.units.terms import CellArithmetic

_NAMES = ("fed by", "channel", "row", "column", "in padding", "input, original", "input, edited", "factor")


def terms_csv(original: CellArithmetic, edited: CellArithmetic) -> str:
    """Every term of a cell for two pictures, one a line, and below them what comes of them.

    Args:
        original: the cell for the unedited picture.
        edited: the same cell for the edited one.

    Returns:
        CSV with a line of names. Row and column are those of the layer that feeds the cell; the factors of a largest or
        smallest input are those of the edited picture. The last lines have only a name and both numbers: bias, value
        before the activation function, value, and the value in the map.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*_NAMES, "product, original", "product, edited"])
    height, width, number = edited.window.shape
    for place in range(number):
        source = edited.fed_by[edited.sources[place]] or "input"
        for row in range(height):
            for column in range(width):
                at = row, column, place
                table.writerow(
                    [
                        source,
                        int(edited.channels[place]),
                        int(edited.rows[row]),
                        int(edited.columns[column]),
                        bool(edited.padding[row, column]),
                        *(float(array[at]) for array in (original.window, edited.window, edited.kernel)),
                        *(float(array[at]) for array in (original.products, edited.products)),
                    ]
                )
    for name in ("bias", "before", "value", "in_map"):
        numbers = [float(getattr(shown, name)) for shown in (original, edited)]
        table.writerow([name.replace("_", " "), "", "", "", "", *numbers, "", "", ""])
    return text.getvalue()
