"""The chosen brightness, and a thumb that is held."""

from collections.abc import Mapping

import streamlit as st

from ui.session.events import event
from ui.values import Drag
from vizcore.edits.brightness import KINDS, Kind, Light


def chosen_light() -> Light:
    """The chosen brightness, which is the same on all pages."""
    kind = KINDS[st.session_state.get("kind") or next(iter(KINDS))]
    return kind.light(kind.slider.nearest(float(st.session_state.get(kind.name, kind.slider.start))))


def set_brightness(released: object) -> None:
    """Choose the brightness at which a slider was released.

    Args:
        released: the message of the slider, {"kind": …, "amount": …}. It comes from the browser, so an invalid message
            is ignored.
    """
    light = _light_of(released)
    if light is not None:
        kind = light.kind
        st.session_state[kind.name] = light.amount if kind.slider.decimals else int(light.amount)


def _light_of(message: object) -> Light | None:
    """The brightness in a message from the browser; None if the message is invalid."""
    if not isinstance(message, Mapping):
        return None
    kind, amount = KINDS.get(str(message.get("kind"))), message.get("amount")
    # An integer with hundreds of digits cannot be converted to a float.
    if kind is None or not isinstance(amount, int | float) or not abs(amount) < 1e9:
        return None
    return kind.light(kind.slider.nearest(float(amount)))


_MOST_CHARTS = 400
FOLLOWED = ("live-picture-bar", "live-picture-single")
"""Keys of the sliders whose thumb other parts follow."""


def held_thumb(key: str) -> Drag | None:
    """The held thumb that a component has just reported, or None. The message comes from the browser: it is checked.

    It is None after a release, too: one run may answer to both messages, and the release is the newer one.

    Args:
        key: of the component that reports it.
    """
    is_released = any(event(slider, "released") is not None for slider in FOLLOWED)
    message = None if is_released else event(key, "dragged")
    light = _light_of(message)
    charts = message.get("charts") if isinstance(message, Mapping) else None
    if light is None or light.kind != chosen_light().kind or not isinstance(charts, list):
        return None
    return Drag(light, frozenset(chart for chart in charts[:_MOST_CHARTS] if isinstance(chart, str)))


def snap_brightness() -> None:
    """Round amounts from a link or a typed field to the slider's steps. Call it before the widgets are drawn."""
    for kind in KINDS.values():
        if is_between_steps(kind):
            set_brightness({"kind": kind.name, "amount": st.session_state[kind.name]})


def is_between_steps(kind: Kind) -> bool:
    """Whether the typed field holds an amount between two steps of the slider."""
    amount = st.session_state.get(kind.name)
    return amount is not None and amount != kind.slider.nearest(amount)


def reset_brightness() -> None:
    """Set the chosen kind to the slider's first amount."""
    kind = chosen_light().kind
    set_brightness({"kind": kind.name, "amount": kind.slider.start})
