"""The chosen brightness, and a thumb that is held."""

import re
from collections.abc import Mapping

import streamlit as st

from ui.session.choices import set_choices
from ui.session.events import answer, answered, event, time_of
from ui.session.streamlit_internals import take_out_of_address
from ui.values import Drag
from vizcore.edits.brightness import KINDS, Kind, Light
from vizcore.numbers import with_minus_signs

_RELEASE = "light"


def chosen_light() -> Light:
    """The chosen brightness, which is the same on all pages."""
    kind = KINDS[st.session_state.get("kind") or next(iter(KINDS))]
    return kind.light(kind.slider.nearest(float(st.session_state.get(kind.name, kind.slider.start))))


def answer_release(released: object) -> None:
    """Choose the brightness at which a slider was released, unless this release or a later one has been answered.

    Args:
        released: the message of the slider, {"kind": …, "amount": …, "at": …}. It comes from the browser, so an invalid
            message is ignored.
    """
    answer(_RELEASE, released, lambda: set_brightness(released))


def answered_release() -> float | None:
    """When the last answered release was made, in ms on the browser's own clock; None before the first."""
    return answered(_RELEASE)


def set_brightness(chosen: object) -> None:
    """Choose a brightness.

    Args:
        chosen: {"kind": …, "amount": …}. It may come from the browser, so an invalid one is ignored.
    """
    light = _light_of(chosen)
    if light is not None:
        _record(light)
        st.session_state.pop("_told", None)


def _record(light: Light) -> None:
    kind = light.kind
    # Whole numbers stay whole in the address.
    set_choices({kind.name: light.amount if kind.slider.decimals else int(light.amount)})


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

    It is None after a later release, too: one run may answer to both messages, or the run of the release may come
    first, and the newer message counts.

    Args:
        key: of the component that reports it.
    """
    message = event(key, "dragged")
    releases = [event(slider, "released") for slider in FOLLOWED]
    if any(time_of(released) >= time_of(message) for released in releases if released is not None):
        return None
    if time_of(message) < (answered_release() or 0.0):
        return None
    light = _light_of(message)
    charts = message.get("charts") if isinstance(message, Mapping) else None
    if light is None or light.kind != chosen_light().kind or not isinstance(charts, list):
        return None
    return Drag(light, frozenset(chart for chart in charts[:_MOST_CHARTS] if isinstance(chart, str)))


def snap_brightness() -> None:
    """Round amounts from a link to the slider's steps. Call it before the widgets are drawn."""
    for kind in KINDS.values():
        if is_between_steps(kind):
            set_brightness({"kind": kind.name, "amount": st.session_state[kind.name]})


def is_between_steps(kind: Kind) -> bool:
    """Whether the amount of record lies between two steps of the slider."""
    amount = st.session_state.get(kind.name)
    return amount is not None and amount != kind.slider.nearest(amount)


def read_link(kind: Kind) -> None:
    """Set an amount from a link that Streamlit would refuse: one beyond the slider, or with a comma.

    Call it before the widget of the kind is drawn. An amount that the session has takes precedence.

    Args:
        kind: the chosen kind.
    """
    text = st.query_params.get(kind.name, "")
    if not text or kind.name in st.session_state:
        return
    amount, sentence = read_amount(kind, text, otherwise=kind.slider.start)
    # The widget would read the text in its own way: to it a comma is not a decimal point.
    take_out_of_address(kind.name)
    _record(kind.light(amount))
    st.session_state["_told"] = kind.light(amount), sentence


def told() -> str:
    """The sentence about a refused amount from a link, until another amount is chosen; else an empty text."""
    light, sentence = st.session_state.get("_told", (None, ""))
    return sentence if light == chosen_light() else ""


_LONGEST = 20
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


def read_amount(kind: Kind, text: str, *, otherwise: float) -> tuple[float, str]:
    """The slider's amount that a text means, and a sentence if that is not what the text says.

    `typed.js` does the same in the browser.

    Args:
        kind: the kind of brightness.
        text: anything. A comma is a decimal point.
        otherwise: the amount for a text that is not a number.
    """
    slider, sentences = kind.slider, refusals(kind)
    plain = text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(plain):
        written = with_minus_signs(slider.written(otherwise))
        return otherwise, sentences["unread"].format(text=text.strip()[:_LONGEST], amount=written)
    number = float(plain)
    if number < slider.minimum:
        return slider.minimum, sentences["low"]
    if number > slider.maximum:
        return slider.maximum, sentences["high"]
    return slider.nearest(number), ""


def refusals(kind: Kind) -> Mapping[str, str]:
    """The sentences about an amount that a kind does not have: "low", "high", and "unread" with two placeholders."""
    low, high = (with_minus_signs(f"{end:g}") for end in (kind.slider.minimum, kind.slider.maximum))
    ends = f"The {kind.name} ranges from {low} to {high}"
    return {
        "low": f"{ends}, so it is set to {low}.",
        "high": f"{ends}, so it is set to {high}.",
        "unread": f"“{{text}}” is not a number. The {kind.name} is {{amount}}.",
    }
