"""The pages of the app, and the cards that link to them."""

from types import MappingProxyType

import streamlit as st

TITLE = "Light through the layers"
PAGES = MappingProxyType(
    {
        "streamlit_app.py": ("Home", ":material/home:"),
        "pages/1_Brighten.py": ("Brighten", ":material/brightness_6:"),
        "pages/2_Feature_maps.py": ("Feature maps", ":material/grid_view:"),
        "pages/3_Train.py": ("Train", ":material/model_training:"),
        "pages/4_Augment.py": ("Augment", ":material/auto_fix_high:"),
        "pages/5_Channel.py": ("Channel", ":material/center_focus_strong:"),
    }
)
PAGE_PATHS = MappingProxyType(
    {title: "" if file == "streamlit_app.py" else title.replace(" ", "_") for file, (title, _) in PAGES.items()}
    | {TITLE: ""}
)
"""Title of a page → last part of its address."""


def page_card(path: str, invitation: str) -> None:
    """Draw a link to a page and one line below it.

    Args:
        path: a key of `PAGES`.
        invitation: one line that says what a visitor can do on the page.
    """
    label, icon = PAGES[path]
    st.page_link(path, label=f"**{label}**", icon=icon)
    st.caption(invitation)
