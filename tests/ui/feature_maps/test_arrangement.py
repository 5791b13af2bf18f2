"""What stays put while the brightness changes: the scale and the order of the tiles are the unedited picture's."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import streamlit as st

from tests.ui.apps import components, result_of, visitor
from ui.cached.outputs import Activations
from ui.feature_maps.arrangement import Arrangement, arrange
from ui.feature_maps.channel import ChannelPanel
from ui.feature_maps.controls import AGAINST, DERIVATIVE, DIFFERENCE, MAPS, TUNING, LayerChoice
from ui.feature_maps.derivative import Derivatives
from ui.feature_maps.difference import Differences
from ui.feature_maps.maps import Maps
from ui.feature_maps.tuning import Sweep, Tiles
from ui.parts.part import Section, parts_of
from ui.values import OpenChannel
from vizcore.activations.layer import LayerInfo
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import KINDS, Light
from vizcore.light.curves import Curves
from vizcore.light.passage import Clipping
from vizcore.light.reaction import Reaction
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import Scale


def maps(*channels: list[float]) -> FloatArray:
    """(2, 2, C) float32 of channels that are each given row by row."""
    return np.array(channels, np.float32).T.reshape(2, 2, -1)


MAPS_LAYER, UNITS_LAYER = LayerInfo("maps", "Conv2D", (2, 2, 3)), LayerInfo("units", "Dense", (3,))
# Three times as wide when edited, and the channels the other way round: by no order are the tiles the same.
ORIGINAL = maps([0, 0, 0, 6], [2, 2, 0, -1], [3, 3, 3, 3])
EDITED = 3 * ORIGINAL[:, :, ::-1]
SLOPES = {"neutral": ORIGINAL / 3, "chosen": EDITED}
# Both sides of zero alike, since a value lies below it.
LOCKED = (-6, 6)
ORDERED = {
    "reaction": [1, 2, 0],
    "index": [0, 1, 2],
    "mean": [2, 0, 1],
    "maximum": [0, 2, 1],
    "standard deviation": [0, 1, 2],
    "share of zeros": [0, 1, 2],
}
# The steepest curve first: [0, 2, 1] at gain 0, where the slider is; [1, 0, 2] at gain 2, where the thumb is held.
HELD = 2.0
CURVES = Curves((0.0, 1.0, 2.0), *2 * (np.array([[0, 0, 0], [5, 1, 4], [6, 9, 4.5]], np.float32),))

ONE_SCALE = ScaleChoice("layer", is_locked=True, contrast="linear")
REACTION = Reaction(np.array([1.0, 3.0, 2.0]), np.array([False, False, True]), 3)
CHOICE = LayerChoice(layers=(MAPS_LAYER, UNITS_LAYER), order="mean", scale=ONE_SCALE)


@dataclass(frozen=True, eq=False)
class Outputs(Activations):
    """Outputs with a reaction that was not computed from them."""

    reacted: Reaction

    def locked_scale(self, name: str, choice: ScaleChoice) -> Scale:
        return choice.scale(self.original[name], self.original[name])

    def reaction(self, name: str, names: tuple[str, ...], choice: ScaleChoice, colour_map: str) -> Reaction:
        return self.reacted


def outputs() -> Outputs:
    original = {"maps": ORIGINAL, "units": ORIGINAL[0, 0]}
    edited = {"maps": EDITED, "units": EDITED[1, 1]}
    return Outputs(original, edited, np.zeros((1, 1, 3), np.uint8), REACTION)


def clipping() -> Clipping:
    both = outputs()
    return Clipping(both.original, both.edited, {name: 2 * values for name, values in both.edited.items()})


def slopes(layer: LayerInfo) -> tuple[FloatArray, FloatArray]:
    chosen, neutral = (SLOPES[name] if layer.is_spatial else SLOPES[name][1, 1] for name in ("chosen", "neutral"))
    return chosen, neutral


def arranged(layer: LayerInfo = MAPS_LAYER, opened: OpenChannel | None = None, **choice: Any) -> Arrangement:
    return result_of(visitor(), lambda: arrange(layer, outputs(), replace(CHOICE, **choice), opened))


Chart = dict[str, Any]


def sections(arranged: Arrangement) -> list[Section]:
    """A layer in the view that is chosen, and the channel that is open."""
    layer, view = arranged.layer, arranged.choice.view
    if view == TUNING:
        return [Tiles(arranged, Sweep(Light.of("gain", HELD), Light.of("gain", 0.0), lambda _: CURVES))]
    found: list[Section] = [
        Differences(arranged, clipping, lambda: 4.0)
        if view == DIFFERENCE
        else Derivatives(arranged, lambda: slopes(layer), KINDS["gain"])
        if view == DERIVATIVE
        else Maps(arranged)
    ]
    return found if arranged.opened is None else [*found, ChannelPanel(arranged, arranged.opened)]


def shown(view: str, opened: OpenChannel | None = None, **how: Any) -> dict[str, Chart]:
    """The figures as they are drawn, by the keys of their charts."""
    choice, app = replace(CHOICE, view=view, **how), visitor()

    def act() -> None:
        for layer in choice.layers:
            for section in sections(arrange(layer, outputs(), choice, opened)):
                section.show()

    with pytest.MonkeyPatch.context() as patch:
        # An app that is one function has no other pages to link to.
        patch.setattr(st, "page_link", lambda *_, **__: None)
        result_of(app, act)
    return {data["key"]: data["figure"] for data in components(app) if "figure" in data}


def scales(charts: dict[str, Chart]) -> dict[str, tuple[float, float]]:
    """The one scale of all tiles of each chart."""
    found = {}
    for key, figure in charts.items():
        meta = figure["layout"]["meta"]
        assert len({*zip(meta["lows"], meta["highs"], strict=True)}) == 1
        found[key] = (meta["lows"][0], meta["highs"][0])
    return found


class Unread:
    """Outputs that nobody may ask for yet."""

    def locked_scale(self, name: str, choice: ScaleChoice) -> Scale:
        raise AssertionError("read where the list of parts is built")

    def reaction(self, name: str, names: tuple[str, ...], choice: ScaleChoice, colour_map: str) -> Reaction:
        raise AssertionError("read where the list of parts is built")

    @property
    def original(self) -> dict[str, FloatArray]:
        raise AssertionError("read where the list of parts is built")

    @property
    def edited(self) -> dict[str, FloatArray]:
        return self.original

    @property
    def received(self) -> ByteArray:
        raise AssertionError("read where the list of parts is built")


@pytest.mark.parametrize("layer", CHOICE.layers, ids=lambda layer: layer.name)
@pytest.mark.parametrize("view", [MAPS, DIFFERENCE, DERIVATIVE, TUNING])
def test_the_parts_of_a_layer_are_known_before_it_is_read(view: str, layer: LayerInfo) -> None:
    is_open = 1 if layer.is_spatial else None
    unread = Arrangement(layer, Unread(), replace(CHOICE, view=view), opened=is_open)
    found = parts_of(sections(unread))
    assert found
    assert {part.layer for part in found} == {layer.name}
    assert len({part.key for part in found}) == len(found)
    # That it reads nothing is no chance: made, it does.
    if view != TUNING:
        with pytest.raises(AssertionError, match="the list of parts"):
            found[0].make()


@pytest.mark.parametrize(("layer", "expected"), [(MAPS_LAYER, LOCKED), (UNITS_LAYER, (0, 3))])
def test_the_locked_scale_is_that_of_the_unedited_picture(layer: LayerInfo, expected: tuple[float, float]) -> None:
    found = arranged(layer)
    assert {*zip(*ends(found.scale(found.edited)), strict=True)} == {expected}
    stretched = arranged(layer, scale=replace(ONE_SCALE, is_locked=False))
    assert {*zip(*ends(stretched.scale(found.edited)), strict=True)} != {expected}


def ends(scale: Scale) -> tuple[list[float], list[float]]:
    return scale.lows.tolist(), scale.highs.tolist()


def test_a_magnified_difference_is_on_a_part_of_the_layers_range() -> None:
    charts = scales(shown(DIFFERENCE, magnify=2))
    # From −1 to 6 and from 0 to 3.
    assert (charts["layer-maps-difference"], charts["layer-units-difference"]) == (reach(3.5), reach(1.5))


@pytest.mark.parametrize("order", ORDERED)
def test_the_tiles_are_in_the_order_of_the_unedited_picture(order: str) -> None:
    found = arranged(order=order)
    assert found.channels is not None
    assert found.channels.tolist() == ORDERED[order]


@pytest.mark.parametrize(
    ("view", "how", "sides"),
    [
        (MAPS, {}, [""]),
        (DIFFERENCE, {}, ["base", "edited", "difference"]),
        (DIFFERENCE, {"against": AGAINST[1]}, ["base", "edited", "difference"]),
        (DIFFERENCE, {"scale": ScaleChoice("layer", is_locked=False)}, ["base", "edited", "difference"]),
        (DERIVATIVE, {}, ["edited", "derivative"]),
    ],
)
@pytest.mark.parametrize("order", ["mean", "maximum"])
def test_every_view_has_the_tiles_in_that_order(view: str, how: dict[str, Any], sides: list[str], order: str) -> None:
    charts = shown(view, order=order, **how)
    for side in sides:
        assert charts[arranged().key(side)]["layout"]["meta"]["channels"] == ORDERED[order]


def test_tuning_curves_are_in_the_order_of_the_slider_and_not_of_the_thumb_that_is_held() -> None:
    charts = shown(TUNING, curve_order="slope")
    for layer in CHOICE.layers:
        assert charts[f"layer-{layer.name}-curves"]["layout"]["meta"]["channels"] == [0, 2, 1]


def reach(width: float) -> tuple[float, float]:
    return -width, width


def test_every_view_is_on_the_scale_of_the_unedited_picture() -> None:
    assert scales(shown(MAPS)) == {"layer-maps": LOCKED, "layer-units": (0, 3)}
    for against in AGAINST:
        assert scales(shown(DIFFERENCE, against=against)) == {
            "layer-maps-base": LOCKED,
            "layer-maps-edited": LOCKED,
            "layer-maps-difference": reach(4),
            "layer-units-base": (0, 3),
            "layer-units-edited": (0, 3),
            "layer-units-difference": reach(4),
        }
    # The derivative on that of the derivative where nothing is changed.
    assert scales(shown(DERIVATIVE)) == {
        "layer-maps-edited": LOCKED,
        "layer-maps-derivative": reach(2),
        "layer-units-edited": (0, 3),
        "layer-units-derivative": reach(2),
    }


def test_a_channel_that_is_opened_is_on_that_scale_too() -> None:
    for view in (MAPS, DIFFERENCE, DERIVATIVE):
        trace = shown(view, opened=OpenChannel("maps", 1))["channel"]["data"][0]
        assert (trace["zmin"], trace["zmax"]) == LOCKED


def test_the_exact_picture_for_a_file_is_laid_out_as_the_one_on_the_page() -> None:
    found = arranged(order="mean")
    exact = found.drawn(found.edited, exact=True)
    assert exact.channels.tolist() == ORDERED["mean"]
    assert {*exact.lows.tolist()} == {LOCKED[0]}
    assert {*exact.highs.tolist()} == {LOCKED[1]}


@pytest.mark.parametrize(("is_locked", "expected"), [(False, (-18.0, 18.0)), (True, (-6.0, 6.0))])
def test_only_the_locked_scale_is_locked(is_locked: bool, expected: tuple[float, float]) -> None:
    drawn = arranged(scale=replace(ONE_SCALE, is_locked=is_locked)).drawn(EDITED)
    assert [*zip(drawn.lows.tolist(), drawn.highs.tolist(), strict=True)] == [expected] * 3


def test_by_default_each_channel_is_locked_and_the_strongest_reaction_comes_first() -> None:
    choice = LayerChoice((MAPS_LAYER,))
    found = arrange_at_once(choice)
    assert found.channels is not None
    assert found.channels.tolist() == [1, 2, 0]
    drawn = found.drawn(EDITED)
    # The 98th percentile of the sizes in each channel, as NumPy interpolates between the two largest of four cells.
    sizes = np.sort(np.abs(ORIGINAL.reshape(4, 3)), axis=0)
    expected = sizes[2] + 0.94 * (sizes[3] - sizes[2])
    assert drawn.highs.tolist() == pytest.approx(expected[[1, 2, 0]].tolist())
    assert drawn.lows.tolist() == pytest.approx((-expected[[1, 2, 0]]).tolist())


def arrange_at_once(choice: LayerChoice) -> Arrangement:
    return result_of(visitor(), lambda: arrange(MAPS_LAYER, outputs(), choice, None))


@pytest.mark.parametrize(("layer", "expected"), [("maps", 2), ("units", None)])
def test_a_channel_is_open_in_its_own_layer_alone(layer: str, expected: int | None) -> None:
    assert arranged(opened=OpenChannel(layer, 2)).opened == expected
