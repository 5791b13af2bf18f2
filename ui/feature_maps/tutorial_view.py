"""The view that the tutorial draws, in one click."""

from types import MappingProxyType

import streamlit as st

from ui.session.choices import set_choices
from ui.session.picture import choose_sample
from ui.session.steps import use_steps

_SAMPLE = "star"
# The layers are the network's first four, which are chosen where nothing else is.
_CHOICES = MappingProxyType(
    {
        "network": "untrained",
        "layers": ["conv1", "pool1", "conv2", "pool2"],
        "kind": "gain",
        "gain": 1.5,
        "view": "feature maps",
        "span": "tutorial",
        "lock": False,
        "order": "index",
        "columns": 16,
        "colours": "viridis",
        "fit": "stretch",
        "standardise": False,
    }
)


def tutorial_button() -> None:
    """Draw the button. It chooses the tutorial's picture, network, layers, brightness, scale, order and colours."""
    st.button(
        "As in the tutorial",
        icon=":material/school:",
        on_click=_choose,
        help="A star, the untrained network, its first four layers sixteen a row, each map standardised, in viridis.",
        key="as-in-the-tutorial",
    )


def _choose() -> None:
    choose_sample(_SAMPLE)
    use_steps(())
    set_choices(_CHOICES)
