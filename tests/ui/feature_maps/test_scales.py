"""Scales on the page: what old links mean, and the tutorial's view with the code that draws it."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.shipped import shipped_batch
from tests.ui.apps import PAGES, components, opened
from vizcore.activations.reading import read
from vizcore.edits.brightness import Light, adjust
from vizcore.figures.chart import untyped_array
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

OLD_SCALES = {
    "locked": ("layer", True),
    "layer": ("layer", False),
    "per layer": ("layer", False),
    "channel": ("channel", False),
    "per channel": ("channel", False),
    "tutorial": ("tutorial", False),
}


def conv1(gain: float) -> np.ndarray:
    batch = shipped_batch(adjust(display_copy(open_sample("cat").pixels), Light.of("gain", gain)))
    return read(build_trained_cnn(), batch, ["conv1"])["conv1"].reshape(-1, 32)


@pytest.mark.parametrize("scale", OLD_SCALES)
def test_an_old_link_keeps_its_scale(scale: str) -> None:
    app = opened(PAGES[2], layers=["conv1"], gain="3.0", scale=scale, order="index")
    assert not app.exception
    span, is_locked = OLD_SCALES[scale]
    assert (app.segmented_control(key="span").value, app.toggle(key="lock").value) == (span, is_locked)
    # The tutorial's scale has no other contrast, so there is nothing to choose.
    contrasts = [widget.value for widget in app.segmented_control if widget.key == "contrast"]
    assert contrasts == ([] if span == "tutorial" else ["linear"])
    assert "scale" not in app.query_params
    meta = next(data["figure"]["layout"]["meta"] for data in components(app) if data.get("key") == "layer-conv1")
    shown = conv1(1 if is_locked else 3)
    if span == "tutorial":
        expected = shown.mean(axis=0) + 127 / 64 * shown.std(axis=0)
    else:
        expected = shown.max(axis=0) if span == "channel" else np.full(32, shown.max())
    assert meta["highs"] == pytest.approx(expected.tolist(), rel=1e-4, abs=1e-6)
    assert meta["contrast"] == "linear"


def test_the_view_of_the_tutorial_is_one_click_and_its_code_draws_the_same_tiles() -> None:
    app = opened(PAGES[2], picture="cat", gain="3", layers=["conv3"], order="mean", columns="4")
    app.button(key="as-in-the-tutorial").click().run()
    assert not app.exception
    charts = {data["key"]: data["figure"] for data in components(app) if str(data.get("key")).startswith("layer-")}
    assert [*charts] == ["layer-conv1", "layer-pool1", "layer-conv2", "layer-pool2"]
    code = next(block.value for block in app.code if "mosaic" in block.value)
    assert 'open_sample("star")'.replace('"', "'") in code
    drawn: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(go.Figure, "show", lambda figure: drawn.append(figure.to_plotly_json()))
        exec(code, {})
    for chart, figure in zip(charts.values(), drawn, strict=True):
        meta = chart["layout"]["meta"]
        assert meta["columns"] == 16
        ours, theirs = untyped_array(chart["data"][0]["z"]), untyped_array(figure["data"][0]["z"])
        height, width = meta["tile"]
        # The page leaves wider gaps between the tiles.
        for tile in range(len(meta["channels"])):
            row, column = divmod(tile, 16)
            here, there = (
                levels[row * (height + gap) :, column * (width + gap) :][:height, :width]
                for levels, gap in ((ours, meta["gap"]), (theirs, 1))
            )
            np.testing.assert_array_equal(here, there)
