"""The light is seen at the defaults: the first tiles of every sample react, and a difference fills its scale."""

import pytest

from scripts.visible import measure
from tests.ui.apps import PAGES, opened
from ui.feature_maps.controls import LayerChoice
from vizcore.maps.ranges import ScaleChoice
from vizcore.pictures.samples import SAMPLES


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_first_tiles_react_and_the_difference_fills_its_scale(sample: str) -> None:
    row = measure(sample)
    assert row.react >= 4
    assert row.react_strongly >= 7
    assert row.nearly_black <= 2
    assert row.strongest_tenth > 0.5


def test_the_page_opens_with_these_defaults() -> None:
    app, choice = opened(PAGES[2]), LayerChoice(())
    assert app.segmented_control(key="view").value == choice.view
    widgets = app.segmented_control(key="span"), app.toggle(key="lock"), app.segmented_control(key="contrast")
    assert ScaleChoice(*(widget.value for widget in widgets)) == choice.scale
    assert [app.selectbox(key=key).value for key in ("order", "columns", "colours")] == [
        choice.order,
        choice.columns,
        choice.colour_map,
    ]
