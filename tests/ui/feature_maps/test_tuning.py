"""The tuning curves of the Feature maps page, without a browser."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.shipped import WANTED, shipped_batch
from tests.ui.apps import PAGES, components, opened
from vizcore.activations.reading import read
from vizcore.activations.tracing import trace
from vizcore.edits.brightness import KINDS, Light, adjust
from vizcore.figures.chart import untyped_array
from vizcore.inputs.prepared import prepared_levels
from vizcore.light.curves import CURVE_ORDERS, Curves, order_by_curves, responses_at, tuning_curves
from vizcore.networks.tutorial import build_trained_cnn
from vizcore.pictures.display import display_copy
from vizcore.pictures.samples import open_sample

VIEW = {"picture": "rocket", "view": "tuning curves"}


def charts(app: AppTest) -> dict[str, dict[str, Any]]:
    """What every chart of the page was given, by its key."""
    assert not app.exception
    assert not app.error
    return {data["key"]: data for data in components(app) if "figure" in data}


@cache
def expected(kind: str) -> Mapping[str, Curves]:
    """The curves of the trained network, made without the app."""
    pixels = display_copy(open_sample("rocket").pixels)
    network = trace(build_trained_cnn())
    return tuning_curves(
        network,
        KINDS[kind].slider.levels(41),
        ["conv2", "dense1"],
        batch_of=lambda amounts: prepared_levels(pixels, [Light.of(kind, amount) for amount in amounts], wanted=WANTED),
    )


@pytest.mark.parametrize("order", CURVE_ORDERS)
def test_the_tiles_are_in_the_order_that_the_curves_give(order: str) -> None:
    app = opened(PAGES[2], **VIEW, layers=["conv2"], kind="gamma", gamma="0.52", **{"curve-order": order})
    assert app.selectbox(key="curve-order").value == order
    curves = expected("gamma")["conv2"]
    level = int(np.abs(np.array(curves.amounts) - 0.52).argmin())
    chart = charts(app)["layer-conv2-curves"]
    assert chart["figure"]["layout"]["meta"]["channels"] == order_by_curves(curves, order, level=level).tolist()
    assert "gamma from 0.10 to 4.00, 41 levels" in chart["note"]
    assert "at 0.52" in chart["note"]


def test_an_order_that_there_is_not_and_an_empty_view_are_ignored() -> None:
    app = opened(PAGES[2], **VIEW, layers=["conv2"], **{"curve-order": "rainbow", "own-scale": "perhaps"})
    assert charts(app)["layer-conv2-curves"]["figure"]["layout"]["meta"]["channels"] == list(range(64))
    assert "layer-conv2" in charts(opened(PAGES[2], view="", layers=["conv2"]))


def test_units_have_curves_too_and_one_is_opened_from_the_link() -> None:
    app = opened(PAGES[2], **VIEW, layers=["dense1"], kind="offset", offset="-40", channel="dense1.9")
    assert "dense1, unit 9" in [heading.value for heading in app.subheader]
    shown = charts(app)
    assert shown["layer-dense1-curves"]["selected"] == 9
    curves = expected("offset")["dense1"]
    drawn, dots = shown["curve-offset"]["figure"]["data"][:2]
    np.testing.assert_allclose(untyped_array(drawn["y"]), curves.mean[:, 9], atol=1e-4)
    assert dots["x"] == [-40]
    assert dots["y"] == pytest.approx([responses_at(curves.mean, curves.amounts, -40)[9]], abs=1e-4)
    # The other kinds are there without a dot, on the same axis.
    for kind in KINDS.keys() - {"offset"}:
        figure = shown[f"curve-{kind}"]["figure"]
        assert figure["data"][1]["x"] == []
        assert figure["layout"]["yaxis"]["range"] == shown["curve-offset"]["figure"]["layout"]["yaxis"]["range"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_curve_is_what_single_passes_give(kind: str) -> None:
    """Every fifth level again, as the Feature maps show it: one picture, one pass, the whole map."""
    app = opened(PAGES[2], **VIEW, layers=["conv2"], channel="conv2.7")
    pixels, model = display_copy(open_sample("rocket").pixels), build_trained_cnn()
    maximum, mean = charts(app)[f"curve-{kind}"]["figure"]["data"][:2]
    assert [maximum["name"], mean["name"]] == ["maximum", "mean"]
    assert len(mean["x"]) == 41
    for level in range(0, 41, 5):
        batch = shipped_batch(adjust(pixels, Light.of(kind, mean["x"][level])))
        single = read(model, batch, ["conv2"])["conv2"][:, :, 7]
        assert untyped_array(mean["y"])[level] == pytest.approx(single.mean(), abs=1e-4)
        assert untyped_array(maximum["y"])[level] == pytest.approx(single.max(), abs=1e-4)


@pytest.mark.parametrize("channel", ["dense1.64", "dense1", "conv2.-1", "conv9.0"])
def test_a_unit_that_there_is_not_is_not_opened(channel: str) -> None:
    app = opened(PAGES[2], **VIEW, layers=["conv2", "dense1"], channel=channel)
    assert set(charts(app)) >= {"layer-conv2-curves", "layer-dense1-curves"}
    assert not app.main.subheader


def test_a_unit_is_open_in_this_view_only() -> None:
    app = opened(PAGES[2], **VIEW, layers=["dense1"], channel="dense1.9")
    app.segmented_control(key="view").set_value("feature maps").run()
    assert "layer-dense1" in charts(app)
    assert not app.main.subheader


def test_thousands_of_units_come_in_pages_of_64() -> None:
    app = opened(PAGES[2], **VIEW, layers=["flatten"], **{"page-flatten": "3"})
    meta = charts(app)["layer-flatten-curves"]["figure"]["layout"]["meta"]
    assert meta["channels"] == list(range(128, 192))


def test_each_curve_on_its_own_scale_comes_from_the_link() -> None:
    shared, own = (
        charts(opened(PAGES[2], **VIEW, layers=["conv2"], **{"own-scale": choice}))["layer-conv2-curves"]
        for choice in ("false", "true")
    )
    assert "own scale" in own["note"]
    assert "own scale" not in shared["note"]
    assert shared["figure"]["data"][2]["y"] != own["figure"]["data"][2]["y"]
    # Either way the dots are there and the tiles where they were.
    assert shared["figure"]["layout"] == own["figure"]["layout"]
