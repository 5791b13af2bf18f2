"""Tables read back by Python's own reader."""

import csv
import io

import numpy as np
import pytest

from vizcore.errors import VizcoreError
from vizcore.figures.export_csv import curves_csv, values_csv
from vizcore.light.curves import Curves


def read(data: bytes) -> tuple[list[str], list[list[str]]]:
    head, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    return head, lines


def test_every_unit_has_a_line_that_gives_its_value_back() -> None:
    random = np.random.default_rng(3)
    before, after = (random.normal(size=(2, 3, 5)).astype(np.float32) for _ in range(2))
    after[1, 2, 4] = np.inf
    head, lines = read(values_csv({"as it is (v)": before, 'a, "b"': after}, np.array([4, 0])))
    assert head == ["channel", "row", "column", "as it is (v)", 'a, "b"']
    assert len(lines) == 2 * 3 * 2
    for channel, row, column, first, second in lines:
        place = int(row), int(column), int(channel)
        assert (np.float32(first), np.float32(second)) == (before[place], after[place])
    assert [line[0] for line in lines] == ["4"] * 6 + ["0"] * 6
    assert len(read(values_csv({"v": before}))[1]) == 30


def test_a_vector_has_a_line_for_each_unit() -> None:
    head, lines = read(values_csv({"v": np.array([0.1, -2, 3e-20], np.float32)}))
    assert (head, lines) == (["unit", "v"], [["0", "0.1"], ["1", "-2.0"], ["2", "3e-20"]])


def test_values_of_different_shapes_are_refused() -> None:
    for values in ({}, {"a": np.zeros(3)}, {"a": np.zeros((2, 3))}):
        arrays = {**values, "b": np.zeros(4)} if values else {}
        with pytest.raises(VizcoreError, match="values of one layer"):
            values_csv(arrays)


def test_curves_have_a_line_for_each_level_and_channel() -> None:
    mean = np.array([[1, 2, 3], [4, 5, np.nan]], np.float32)
    data = curves_csv(Curves((0.0, 1.5), mean, mean * 2), amount="gain", units="own")
    head, lines = read(data)
    assert head == ["gain", "channel", "mean (own)", "maximum (own)"]
    assert lines[1] == ["0", "1", "2.0", "4.0"]
    assert lines[5] == ["1.5", "2", "nan", "nan"]
    assert len(lines) == 6
