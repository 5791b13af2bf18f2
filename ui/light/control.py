"""The brightness beside the slider: its kind, the typed value, the way back."""

from types import MappingProxyType

import streamlit as st

from ui.light.live_picture.live_picture import live_picture
from ui.session.brightness import chosen_light, is_between_steps, reset_brightness, snap_brightness
from ui.session.choices import keep_choices
from ui.values import CurrentPicture, Setting
from vizcore.edits.brightness import KINDS

_HELP = MappingProxyType(
    {
        "gain": "Multiplies every value: 1 changes nothing, 1.5 is the tutorial's.",
        "offset": "Adds to every value: 0 changes nothing.",
        "gamma": "Bends the curve: 1 changes nothing, below 1 is brighter.",
    }
)


def brightness_control(picture: CurrentPicture, *, layout: str, followed_by: str = "", wears: str = "") -> Setting:
    """Draw the choice of brightness with the live picture, and return what is chosen.

    Args:
        picture: the picture.
        layout: as for `live_picture`; "bar" stays in view while the page is scrolled.
        followed_by, wears: as for `live_picture`.

    Returns:
        What is chosen.
    """
    with st.container(key=f"brightness-{layout}", gap="small"):
        choice, live = st.columns([4, 5], vertical_alignment="center") if layout == "bar" else (st.container(),) * 2
        with choice:
            _choose()
        setting = chosen_light()
        with live:
            live_picture(picture, setting, layout=layout, followed_by=followed_by, wears=wears)
    return setting


def _choose() -> None:
    snap_brightness()
    with st.container(key="brightness-choice", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Brightness",
            list(KINDS),
            default="gain",
            required=True,
            key="kind",
            bind="query-params",
            width="content",
            wrap=True,
        )
        kind = chosen_light().kind
        # Whole numbers stay whole in the field and in the address.
        number = float if kind.decimals else int
        st.number_input(
            f"{kind.name.capitalize()} {kind.symbol}",
            min_value=number(kind.minimum),
            max_value=number(kind.maximum),
            value=number(kind.default),
            step=number(kind.step),
            format=f"%.{kind.decimals}f" if kind.decimals else "%d",
            key=kind.name,
            help=_HELP[kind.name],
            bind="query-params",
            width=130,
        )
        st.button("Reset", icon=":material/restart_alt:", on_click=reset_brightness, width="content", key="reset")
    if is_between_steps(kind):
        st.rerun()
    keep_choices()
