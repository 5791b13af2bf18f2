"""The brightness that is chosen: what comes from the browser, and amounts between two steps of a slider."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, components, note_addresses, opened, result_of, visitor
from ui.session.brightness import read_amount, set_brightness, snap_brightness
from ui.session.choices import choose
from vizcore.edits.brightness import KINDS

BRIGHTEN = PAGES[1]


def slider(app: AppTest) -> dict[str, Any]:
    """The data of the slider on a page."""
    return next(data for data in components(app) if "formula" in data)


@pytest.mark.parametrize(
    ("released", "held"),
    [
        ({"kind": "gain", "amount": 1.2}, {"gain": 1.2}),
        ({"kind": "gain", "amount": 1.2049}, {"gain": 1.2}),
        ({"kind": "gain", "amount": 99}, {"gain": 4.0}),
        ({"kind": "offset", "amount": -40.0}, {"offset": -40}),
        ({"kind": "contrast", "amount": 1.2}, {}),
        ({"kind": "gain", "amount": "1.2"}, {}),
        ({"kind": "gain", "amount": float("nan")}, {}),
        ({"kind": "gain", "amount": 10**400}, {}),
        ({"kind": "gain"}, {}),
        ("gain", {}),
        (None, {}),
    ],
)
def test_a_release_sets_the_nearest_amount_of_its_kind_or_nothing(released: object, held: dict[str, Any]) -> None:
    def release() -> dict[str, Any]:
        set_brightness(released)
        return {name: st.session_state[name] for name in ("gain", "offset", "gamma") if name in st.session_state}

    found = result_of(visitor(), release)
    assert found == held
    # Whole numbers stay whole in the address.
    assert [type(amount) for amount in found.values()] == [type(amount) for amount in held.values()]


def test_an_amount_that_is_set_is_sent_also_where_the_address_of_the_run_has_it() -> None:
    sent: list[str] = []

    def release_and_draw() -> None:
        note_addresses(sent)
        set_brightness({"kind": "gain", "amount": 2.0})
        choose(st.number_input, "Gain", 0.0, 4.0, step=0.01, key="gain", first=1.5)

    # The thumb went to 1.5 and back to 2 before the browser had heard that the address has no gain any more.
    result_of(visitor(gain="2.0"), release_and_draw)
    assert sent == ["gain=2.0"]


def test_amounts_between_two_steps_go_to_the_nearest_and_the_others_stay() -> None:
    def snap() -> tuple[float, ...]:
        st.session_state.update(gain=2.349, offset=-40, gamma=0.52)
        snap_brightness()
        return st.session_state["gain"], st.session_state["offset"], st.session_state["gamma"]

    assert result_of(visitor(), snap) == (2.35, -40, 0.52)


@pytest.mark.parametrize(
    ("kind", "text", "amount", "sentence"),
    [
        ("gain", "1.5", 1.5, ""),
        ("gain", " 1,5 ", 1.5, ""),
        ("gain", "2.349", 2.35, ""),
        ("gain", ".5", 0.5, ""),
        ("gain", "9", 4.0, "The gain ranges from 0 to 4, so it is set to 4."),
        ("gain", "-0,1", 0.0, "The gain ranges from 0 to 4, so it is set to 0."),
        ("gain", "1e999", 4.0, "The gain ranges from 0 to 4, so it is set to 4."),
        ("offset", "\N{MINUS SIGN}40", -40.0, ""),
        (
            "offset",
            "-1000",
            -255.0,
            "The offset ranges from \N{MINUS SIGN}255 to 255, so it is set to \N{MINUS SIGN}255.",
        ),
        ("gamma", "0", 0.1, "The gamma ranges from 0.1 to 4, so it is set to 0.1."),
        ("gain", "abc", 1.0, "“abc” is not a number. The gain is 1.00."),
        ("gain", "1,000.5", 1.0, "“1,000.5” is not a number. The gain is 1.00."),
        ("gain", "inf", 1.0, "“inf” is not a number. The gain is 1.00."),
        ("gain", "{amount}", 1.0, "“{amount}” is not a number. The gain is 1.00."),
        ("offset", "x" * 99, 1.0, f"“{'x' * 20}” is not a number. The offset is 1."),
    ],
)
def test_a_text_is_an_amount_of_the_slider_or_there_is_a_sentence(
    kind: str, text: str, amount: float, sentence: str
) -> None:
    assert read_amount(KINDS[kind], text, otherwise=1.0) == (amount, sentence)


def test_a_link_beyond_the_slider_opens_its_end_and_says_so_until_another_amount_is_chosen() -> None:
    app = opened(BRIGHTEN, kind="gain", gain="9")
    assert slider(app)["amount"] == app.number_input(key="gain").value == 4
    assert slider(app)["told"] == "The gain ranges from 0 to 4, so it is set to 4."
    # The address says what the page shows.
    assert app.query_params["gain"] in ("4.0", ["4.0"])
    app.segmented_control(key="kind").set_value("gamma").run()
    assert slider(app)["told"] == ""
    app.segmented_control(key="kind").set_value("gain").run()
    assert slider(app)["told"] == "The gain ranges from 0 to 4, so it is set to 4."
    app.number_input(key="gain").set_value(2.0).run()
    assert (slider(app)["amount"], slider(app)["told"]) == (2, "")


@pytest.mark.parametrize(
    ("kind", "text", "amount", "told"),
    [
        ("gain", "1,25", 1.25, ""),
        ("gain", "1.9", 1.9, ""),
        ("gain", "abc", 1.5, "“abc” is not a number. The gain is 1.50."),
        ("gain", "", 1.5, ""),
        ("offset", "-300", -255, "The offset ranges from \N{MINUS SIGN}255 to 255, so it is set to \N{MINUS SIGN}255."),
    ],
)
def test_an_amount_in_a_link_is_read_as_a_typed_one(kind: str, text: str, amount: float, told: str) -> None:
    app = opened(BRIGHTEN, kind=kind, **{kind: text})
    assert not app.exception
    assert (slider(app)["amount"], slider(app)["told"]) == (amount, told)
    # It is said once, beside the slider.
    assert not app.info


def test_the_marks_are_as_it_is_and_where_a_kind_begins_if_that_is_another_amount() -> None:
    assert slider(opened(BRIGHTEN))["marks"] == [
        {"amount": 1, "label": "original"},
        {"amount": 1.5, "label": "1.50, the tutorial's"},
    ]
    assert slider(opened(BRIGHTEN, kind="offset"))["marks"] == [{"amount": 0, "label": "original"}]
