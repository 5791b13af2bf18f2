"""Messages of the browser that arrive in another order than they were sent, or twice."""

import json
from itertools import permutations

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests

from tests.ui.apps import result_of, visitor
from ui.session.brightness import answer_release, answered_release, chosen_light
from ui.session.channel import OPEN_CHANNEL, close_channel, open_channel, show_channel
from ui.session.events import answer_event
from ui.session.picture import FIRST_SAMPLE, answer_click, answered_click, choose_sample, chosen_picture


def after(*messages: object) -> tuple[str, float | None]:
    """The chosen sample, and the click that was answered last."""

    def run() -> tuple[str, float | None]:
        for message in messages:
            if isinstance(message, str):
                choose_sample(message)
            else:
                answer_click(message)
        return chosen_picture(), answered_click()

    found: tuple[str, float | None] = result_of(visitor(), run)
    return found


def test_a_click_that_arrives_after_a_later_one_is_ignored() -> None:
    coffee, rocket, again = ({"sample": name, "at": at} for name, at in (("coffee", 1.5), ("rocket", 2), ("coffee", 3)))
    assert after(coffee, rocket, again) == ("coffee", 3)
    assert after(coffee, again, rocket) == ("coffee", 3)
    assert after(rocket, again) == after(again, rocket) == ("coffee", 3)


def test_a_repeated_click_does_not_take_back_what_was_chosen_after_its_answer() -> None:
    click = {"sample": "coffee", "at": 1}
    assert after(click, "rocket", click) == ("rocket", 1)


@pytest.mark.parametrize("order", list(permutations((1.0, 2.0, 3.0))))
def test_of_releases_in_any_order_the_latest_counts(order: tuple[float, ...]) -> None:
    amounts = {1.0: 0.5, 2.0: 2.5, 3.0: 0.5}

    def release() -> tuple[float, float | None]:
        for at in (*order, *order):
            answer_release({"kind": "gain", "amount": amounts[at], "at": at})
        return chosen_light().amount, answered_release()

    assert result_of(visitor(), release) == (0.5, 3.0)


@pytest.mark.parametrize("order", list(permutations((1.0, 2.0, 3.0))))
@pytest.mark.parametrize("last", [7, None])
def test_of_clicks_on_the_tiles_of_two_layers_and_the_key_that_closes_the_latest_counts(
    order: tuple[float, ...], last: int | None
) -> None:
    name = "closed" if last is None else "picked"
    said = {1.0: ("layer-conv1", "picked", 3), 2.0: ("layer-conv2", "picked", 5), 3.0: ("layer-conv1", name, last)}

    def click() -> tuple[str, int] | None:
        for at in order:
            key, name, channel = said[at]
            layer = key.removeprefix("layer-")
            st.session_state[key] = {name: {"said": channel, "at": at}}
            acts = {
                "picked": lambda channel, layer=layer: show_channel(layer, channel),
                "closed": lambda _: close_channel(),
            }
            answer_event(OPEN_CHANNEL, key, name, acts[name])
        found = open_channel({"conv1": 8, "conv2": 8})
        return None if found is None else (found.layer, found.channel)

    assert result_of(visitor(), click) == (None if last is None else ("conv1", 7))


@pytest.mark.parametrize("message", [None, 7, [], "picked"])
def test_what_is_no_message_of_a_component_does_nothing(message: object) -> None:
    def say() -> list[object]:
        st.session_state["chart"] = {"picked": message}
        acts: list[object] = []
        answer_event(OPEN_CHANNEL, "chart", "picked", acts.append)
        return acts

    assert result_of(visitor(), say) == []


@pytest.mark.parametrize("at", [10**400, float("inf"), float("nan"), "3", None])
def test_a_time_that_no_clock_shows_is_older_than_any_other(at: object) -> None:
    assert after({"sample": "coffee", "at": at}) == ("coffee", 0)
    assert after({"sample": "rocket", "at": 1}, {"sample": "coffee", "at": at}) == ("rocket", 1)


def test_messages_that_are_no_clicks_choose_nothing() -> None:
    assert after(None, [], 7) == (FIRST_SAMPLE, None)
    assert after({"sample": "nothing", "at": 1})[0] == FIRST_SAMPLE


def test_streamlit_itself_may_put_an_older_message_in_the_place_of_a_newer() -> None:
    def click(sample: str) -> RerunData:
        message = json.dumps([{"event": "picked", "value": sample}])
        return RerunData(widget_states=WidgetStates(widgets=[WidgetState(id="strip", json_trigger_value=message)]))

    requests = ScriptRequests()
    requests.request_rerun(click("older"))
    taken = requests.on_scriptrunner_yield()
    assert taken is not None
    # A callback that is interrupted by the older request hands it in once more, after the newer one.
    requests.request_rerun(click("newer"))
    requests.request_rerun_batch([taken.rerun_data])
    assert "older" in requests.on_scriptrunner_ready().rerun_data.widget_states.widgets[0].json_trigger_value, (
        "Streamlit keeps the newer message now: what ui/frame/strip/strip.js does about lost clicks may be too much."
    )
