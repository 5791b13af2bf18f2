"""The widgets for the brightness beside the slider: its kind, a field for the amount, and a reset button."""

import streamlit as st

from ui.light.live_picture.live_picture import live_picture
from ui.session.brightness import chosen_light, is_between_steps, reset_brightness, snap_brightness
from ui.session.choices import choose
from ui.values import CurrentPicture
from vizcore.edits.brightness import KINDS, Light


def brightness_control(picture: CurrentPicture, *, layout: str, followed_by: str = "", ribbon_key: str = "") -> Light:
    """Draw the choice of brightness with the live picture, and return the chosen brightness.

    Args:
        picture: the picture.
        layout: as for `live_picture`; "bar" stays in view while the page is scrolled.
        followed_by: as for `live_picture`.
        ribbon_key: as for `live_picture`.

    Returns:
        The chosen brightness.
    """
    with st.container(key=f"brightness-{layout}", gap="small"):
        choice, live = st.columns([4, 5], vertical_alignment="center") if layout == "bar" else (st.container(),) * 2
        with choice:
            _choose()
        light = chosen_light()
        with live:
            live_picture(picture, light, layout=layout, followed_by=followed_by, ribbon_key=ribbon_key)
    return light


def _choose() -> None:
    snap_brightness()
    with st.container(key="brightness-choice", horizontal=True, vertical_alignment="bottom", gap="small"):
        choose(
            st.segmented_control,
            "Brightness",
            list(KINDS),
            key="kind",
            first=next(iter(KINDS)),
            width="content",
            wrap=True,
        )
        kind = chosen_light().kind
        # Integers keep the field and the address free of decimals.
        slider = kind.slider
        number = float if slider.decimals else int
        choose(
            st.number_input,
            f"{kind.name.capitalize()} {kind.symbol}",
            min_value=number(slider.minimum),
            max_value=number(slider.maximum),
            step=number(slider.step),
            format=f"%.{slider.decimals}f" if slider.decimals else "%d",
            key=kind.name,
            first=number(slider.start),
            help=kind.help,
            width=130,
        )
        st.button("Reset", icon=":material/restart_alt:", on_click=reset_brightness, width="content", key="reset")
    if is_between_steps(kind):
        st.rerun()
