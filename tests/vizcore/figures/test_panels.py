"""Panels: which axes they have, and where they stand."""

import plotly.graph_objects as go
import pytest

from vizcore.figures.panels import Panel, panels

ROWS = ((0.6, 1.0), (0.0, 0.5))
COLUMNS = ((0.0, 0.2), (0.3, 0.5), (0.7, 1.0))


def test_panels_are_counted_row_by_row_from_the_top() -> None:
    found = panels(ROWS, COLUMNS)
    assert [(panel.x, panel.y) for panel in found] == [
        ("x", "y"),
        ("x2", "y2"),
        ("x3", "y3"),
        ("x4", "y4"),
        ("x5", "y5"),
        ("x6", "y6"),
    ]
    assert [panel.up for panel in found] == [ROWS[0]] * 3 + [ROWS[1]] * 3
    assert [panel.across for panel in found] == [*COLUMNS, *COLUMNS]


def test_panels_below_one_another_can_share_a_horizontal_axis() -> None:
    found = panels(ROWS, COLUMNS, shared_x=True)
    assert [panel.x for panel in found] == ["x", "x2", "x3"] * 2
    assert [panel.y for panel in found] == ["y", "y2", "y3", "y4", "y5", "y6"]


def test_a_layout_gives_each_axis_its_place_and_the_axis_it_stands_at() -> None:
    (panel,) = panels([(0.25, 0.75)], [(0.5, 1.0)])
    assert panel.layout(x={"dtick": 1}, y={"range": [0, 2]}) == {
        "xaxis": {"domain": [0.5, 1.0], "anchor": "y", "dtick": 1},
        "yaxis": {"domain": [0.25, 0.75], "anchor": "x", "range": [0, 2]},
    }
    assert "domain" not in panels([(0.25, 0.75)])[0].layout(x={}, y={})["xaxis"]


@pytest.mark.parametrize("shared_x", [False, True])
def test_every_trace_finds_its_panel_and_a_shared_axis_stands_under_the_lowest(shared_x: bool) -> None:
    found = panels(ROWS, shared_x=shared_x)
    layout: dict = {}
    for panel in found:
        layout |= panel.layout(x={}, y={})
    made = go.Figure({"data": [{"type": "scatter", **panel.axes} for panel in found], "layout": layout})
    for trace, panel in zip(made.data, found, strict=True):
        assert made.layout["yaxis" + trace.yaxis[1:]].domain == panel.up
    assert made.layout["xaxis" if shared_x else "xaxis2"].anchor == "y2"


def test_a_note_stands_above_the_left_edge_of_its_panel() -> None:
    note = Panel("x3", "y4").note("Red")
    assert (note["text"], note["xref"], note["yref"]) == ("Red", "x3 domain", "y4 domain")
    assert (note["x"], note["y"], note["yanchor"]) == (0, 1, "bottom")
