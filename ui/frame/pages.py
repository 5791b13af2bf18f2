"""The pages there are, and the ways to them."""

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
    }
)


def way_in(path: str, invitation: str) -> None:
    """The way to a page, with a line of what can be done there."""
    label, icon = PAGES[path]
    st.page_link(path, label=f"**{label}**", icon=icon)
    st.caption(invitation)
