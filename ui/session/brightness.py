"""The brightness that is chosen, and a thumb that is held."""

from collections.abc import Mapping

import streamlit as st

from ui.session.events import event
from ui.values import Drag
from vizcore.edits.brightness import KINDS, Kind, Light


def chosen_light() -> Light:
    """The brightness that is chosen, on any page."""
    kind = KINDS[st.session_state.get("kind") or next(iter(KINDS))]
    return kind.light(kind.slider.nearest(float(st.session_state.get(kind.name, kind.slider.start))))


def set_brightness(released: object) -> None:
    """What a slider in the browser was released at. It comes from outside: anything unexpected is ignored."""
    said = _said(released)
    if said is not None:
        kind = said.kind
        st.session_state[kind.name] = said.amount if kind.slider.decimals else int(said.amount)


def _said(words: object) -> Light | None:
    if not isinstance(words, Mapping):
        return None
    kind, amount = KINDS.get(str(words.get("kind"))), words.get("amount")
    # A whole number with hundreds of digits is no float.
    if kind is None or not isinstance(amount, int | float) or not abs(amount) < 1e9:
        return None
    return kind.light(kind.slider.nearest(float(amount)))


_MOST_CHARTS = 400
FOLLOWED = ("live-picture-bar", "live-picture-single")
"""Keys of the sliders whose thumb the charts follow."""


def held_thumb(key: str) -> Drag | None:
    """What a component has just said about a thumb on its way. It comes from outside, as a release does.

    None if the thumb has been released meanwhile: a run may answer to both, and the release is the newer one.
    """
    is_released = any(event(slider, "released") is not None for slider in FOLLOWED)
    words = None if is_released else event(key, "dragged")
    said = _said(words)
    charts = words.get("charts") if isinstance(words, Mapping) else None
    if said is None or said.kind != chosen_light().kind or not isinstance(charts, list):
        return None
    return Drag(said, frozenset(chart for chart in charts[:_MOST_CHARTS] if isinstance(chart, str)))


def snap_brightness() -> None:
    """Bring amounts that a link or a person gave to the slider's steps. Called before the widgets are drawn."""
    for kind in KINDS.values():
        if is_between_steps(kind):
            set_brightness({"kind": kind.name, "amount": st.session_state[kind.name]})


def is_between_steps(kind: Kind) -> bool:
    """Whether the typed field holds an amount that the slider does not have."""
    amount = st.session_state.get(kind.name)
    return amount is not None and amount != kind.slider.nearest(amount)


def reset_brightness() -> None:
    """Back to where the slider begins."""
    kind = chosen_light().kind
    set_brightness({"kind": kind.name, "amount": kind.slider.start})
