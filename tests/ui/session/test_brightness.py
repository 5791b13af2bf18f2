"""The brightness that is chosen: what comes from the browser, and amounts between two steps of a slider."""

from typing import Any

import pytest
import streamlit as st

from tests.ui.apps import result_of, visitor
from ui.session.brightness import reset_brightness, set_brightness, snap_brightness


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


def test_amounts_between_two_steps_go_to_the_nearest_and_the_others_stay() -> None:
    def snap() -> tuple[float, ...]:
        st.session_state.update(gain=2.349, offset=-40, gamma=0.52)
        snap_brightness()
        return st.session_state["gain"], st.session_state["offset"], st.session_state["gamma"]

    assert result_of(visitor(), snap) == (2.35, -40, 0.52)


def test_a_reset_is_of_the_kind_that_is_chosen_alone() -> None:
    def reset() -> tuple[float, float]:
        st.session_state.update(kind="gamma", gain=2.0, gamma=2.0)
        reset_brightness()
        return st.session_state["gain"], st.session_state["gamma"]

    assert result_of(visitor(), reset) == (2.0, 1.0)
