"""The choice of brightness beside the slider, and the widget that holds its amount."""

import streamlit as st

from ui.light.live_picture.live_picture import live_picture
from ui.session.brightness import chosen_light, is_between_steps, read_link, snap_brightness
from ui.session.choices import choose
from ui.values import CurrentPicture
from vizcore.edits.brightness import KINDS, Kind, Light


def brightness_control(
    picture: CurrentPicture, *, layout: str, followed_by: str = "", ribbon_key: str = "", longest_side: int = 0
) -> Light:
    """Draw the choice of brightness with the live picture, and return the chosen brightness.

    Args:
        picture: the picture.
        layout: as for `live_picture`; "bar" stays in view while the page is scrolled.
        followed_by: as for `live_picture`.
        ribbon_key: as for `live_picture`.
        longest_side: as for `live_picture`.

    Returns:
        The chosen brightness.
    """
    with st.container(key=f"brightness-{layout}", gap="small"):
        _choose()
        light = chosen_light()
        live_picture(
            picture, light, layout=layout, followed_by=followed_by, ribbon_key=ribbon_key, longest_side=longest_side
        )
    return light


def _choose() -> None:
    snap_brightness()
    with st.container(key="brightness-choice"):
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
    read_link(kind)
    with st.container(key="amount-of-record"):
        _hold_amount(kind)
    if is_between_steps(kind):
        st.rerun()


def _hold_amount(kind: Kind) -> None:
    """Draw the widget that holds the amount of record and binds it to the address.

    It is not shown: the field beside the slider follows the thumb, which a widget of Streamlit's cannot do.
    """
    slider = kind.slider
    # Integers keep the address free of decimals.
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
    )
