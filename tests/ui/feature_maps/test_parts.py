"""What is drawn follows a held thumb: the same parts, with the values that the page shows once it is released."""

from pathlib import Path
from typing import Any

import keras
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, opened, result_of, visitor
from ui.cached import networks as cached_networks
from ui.cached import pictures as cached_pictures
from ui.feature_maps.controls import LayerChoice
from ui.feature_maps.page import parts
from ui.parts.part import Part, on_screen
from ui.values import Drag, Subject
from vizcore.edits.brightness import Light
from vizcore.networks.catalogue import entries
from vizcore.networks.entries import OWN
from vizcore.networks.network import Entry

SPOKEN = {"amount", "updates", "refusals"}
HERE, THERE = 0.6, 3.0
PAGES_AND_VIEWS: list[tuple[str, dict[str, str]]] = [
    (PAGES[0], {}),
    (PAGES[0], {"logits": "true"}),
    (PAGES[2], {}),
    (PAGES[2], {"logits": "true", "order": "mean", "columns": "8"}),
    (PAGES[2], {"channel": "conv1.4"}),
    (PAGES[2], {"channel": "conv1.4", "overlay": "true", "scale": "channel"}),
    (PAGES[2], {"view": "difference", "channel": "conv1.4", "magnify": "2"}),
    (PAGES[2], {"view": "difference", "stretch": "true", "magnify": "1"}),
    (PAGES[2], {"view": "difference", "against": "without the clip", "magnify": "4"}),
    (PAGES[2], {"view": "derivative", "channel": "conv1.4"}),
    (PAGES[2], {"view": "tuning curves", "channel": "dense1.9"}),
    (PAGES[2], {"view": "tuning curves", "curve-order": "slope", "own-scale": "true"}),
]
TAKEN_ON_RELEASE = {"law"}


def shown(app: AppTest) -> dict[str, dict[str, Any]]:
    """What stands on the page, by its key."""
    assert not app.exception
    assert not app.error
    found = [data for data in components(app) if "key" in data]
    assert len(found) == len({data["key"] for data in found})
    return {data["key"]: data for data in found}


def held(app: AppTest, amount: float, charts: list[str]) -> dict[str, dict[str, Any]]:
    """The new values of what is on the screen while the thumb is held, by its key."""
    app.session_state["follow"] = {"dragged": {"kind": "gain", "amount": amount, "charts": charts}}
    answer = next(data for data in components(app.run()) if set(data) >= SPOKEN)
    assert (answer["amount"], answer["refusals"]) == (amount, [])
    return {update["key"]: update for update in answer["updates"]}


@pytest.mark.parametrize(("page", "view"), PAGES_AND_VIEWS)
def test_what_the_brightness_changes_follows_the_thumb_to_what_is_drawn_there(page: str, view: dict[str, str]) -> None:
    layers = {"layers": ["conv1", "dense1"]} if page == PAGES[2] else {}
    app = opened(page, **view, **layers, gain=str(HERE))
    here, there = shown(app), shown(opened(page, **view, **layers, gain=str(THERE)))
    assert ("channel" in view) == bool(here.keys() & {"channel", "curve-gain"})
    changed = {key for key in here if here[key] != there[key]}
    following = held(app, THERE, list(here))
    assert set(following) - {"unseen"} == changed - TAKEN_ON_RELEASE
    for key, values in following.items():
        drawn = {name: there[key][name] for name in values}
        if key.endswith("-words") and drawn["text"] != values["text"]:
            # The clip's part of a change is said when the thumb is released.
            drawn["text"] = drawn["text"].split(" · clipping took")[0]
        if "curve-order" in view and key.endswith("-curves"):
            # The order by the slope is taken anew when the thumb is released.
            before, held_at, after = (one["figure"]["layout"]["meta"]["channels"] for one in (here[key], values, drawn))
            assert before == held_at != after
            continue
        assert values == drawn


def test_a_difference_keeps_its_scale_while_the_thumb_is_held() -> None:
    key, view = "layer-conv1-difference", {"view": "difference", "layers": ["conv1"]}
    app = opened(PAGES[2], **view, gain=str(HERE))
    drawn, moved = shown(app)[key]["figure"], held(app, THERE, [key])[key]["figure"]
    released = shown(opened(PAGES[2], **view, gain=str(THERE)))[key]["figure"]
    ends = [figure["layout"]["meta"]["highs"][0] for figure in (drawn, moved, released)]
    assert ends[0] == ends[1] < ends[2]


def test_what_the_network_did_not_see_follows_too() -> None:
    view = {"layers": ["conv1"], "standardise": "true"}
    app, there = opened(PAGES[2], **view, gain="0.8"), shown(opened(PAGES[2], **view, gain="4.0"))
    assert "did not see" in shown(app)["unseen"]["text"]
    assert held(app, 4.0, ["unseen"]) == {"unseen": {"key": "unseen", "text": "", "rows": []}}
    assert there["unseen"]["text"] == ""


def test_a_link_with_logits_shows_them_at_once() -> None:
    app = opened(PAGES[2], layers=[], logits="true")
    at_once = shown(app)["answer-edited"]["bars"]
    assert "%" not in at_once[0]["text"]
    assert shown(app.run())["answer-edited"]["bars"] == at_once


def test_what_is_not_on_the_screen_is_not_made() -> None:
    app = opened(PAGES[2], layers=["conv1", "conv2"], channel="conv2.3")
    assert set(held(app, THERE, ["layer-conv2", "received", "elsewhere"])) == {"layer-conv2", "received"}
    # As it is on a page whose charts are all beyond the screen.
    assert held(app, 2.0, []) == {}


@pytest.mark.parametrize(
    ("seen", "opened_channel", "read"),
    [
        (["layer-Conv1_relu"], None, {"Conv1_relu"}),
        (["layer-Conv1"], None, {"Conv1"}),
        (["layer-Conv1", "layer-Conv1_relu"], None, {"Conv1", "Conv1_relu"}),
        # Of an open channel that is not on the screen nothing is read.
        (["layer-Conv1_relu"], "Conv1.3", {"Conv1_relu"}),
        (["channel-table"], "Conv1.3", {"Conv1"}),
        (["answer-edited"], None, set()),
    ],
)
def test_only_layers_on_the_screen_are_read(
    seen: list[str], opened_channel: str | None, read: set[str], deep_network: Entry
) -> None:
    """`Conv1` does not answer for `Conv1_relu`."""
    address = {} if opened_channel is None else {"channel": opened_channel}
    assert result_of(visitor(**address), lambda: layers_read(deep_network, seen)) == read


def layers_read(entry: Entry, seen: list[str]) -> set[str]:
    """Names of the layers that a held thumb brings through the network, with these charts on the screen."""
    network = cached_networks.network_of(entry)
    choice = LayerChoice(tuple(layer for layer in network.traced.layers if layer.name.startswith("Conv1")))
    thumb = Drag(Light.of("gain", 1.3), frozenset(seen))
    found = parts(Subject(cached_pictures.sample("cat"), entry), choice, thumb)
    assert {part.key for part in on_screen(found, thumb.charts)} == set(seen)
    return {part.layer for part in found if part.layer and is_read(part)}


def is_read(part: Part) -> bool:
    try:
        part.make()
    except KeyError:
        return False
    return True


@pytest.fixture
def deep_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """More values than a small network has, so that only what is asked for is read."""
    layers = [
        keras.layers.Conv2D(64, 1, name="Conv1"),
        keras.layers.ReLU(name="Conv1_relu"),
        keras.layers.GlobalAveragePooling2D(name="mean"),
        keras.layers.Dense(2, activation="softmax", name="answer"),
    ]
    path = tmp_path / "deep.keras"
    keras.Sequential([keras.Input((224, 224, 3), name="picture"), *layers], name="deep").save(path)
    path.with_suffix(".txt").write_text("dark\nbright\n", encoding="utf-8")
    monkeypatch.setenv("VIZCORE_MODEL", str(path))
    return entries()[OWN]
