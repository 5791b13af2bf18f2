"""A network that a link names and that is not available."""

from collections.abc import Collection

import streamlit as st


def network_stayed_behind(names: Collection[str]) -> str | None:
    """The network that a link names and that is not available; None after the visitor has chosen a network.

    Args:
        names: of the available networks.
    """
    linked = st.query_params.get("network")
    if linked and linked not in names:
        st.session_state["_network_stayed_behind"] = linked
    name: str | None = st.session_state.get("_network_stayed_behind")
    return name


def forget_linked_network() -> None:
    """Forget the network that a link names, because the visitor has chosen one."""
    st.session_state["_network_stayed_behind"] = None
