"""The network that a link asked for and that is not here."""

from collections.abc import Collection

import streamlit as st


def network_stayed_behind(names: Collection[str]) -> str | None:
    """The network of a link that is not among those that there are, until another one is chosen."""
    linked = st.query_params.get("network")
    if linked and linked not in names:
        st.session_state["_network_stayed_behind"] = linked
    name: str | None = st.session_state.get("_network_stayed_behind")
    return name


def forget_linked_network() -> None:
    """The visitor has chosen a network: whatever a link asked for is forgotten."""
    st.session_state["_network_stayed_behind"] = None
