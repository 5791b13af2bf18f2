"""The belongings of all visitors of the process."""

import streamlit as st

from ui.session.keeping import Keeper
from ui.session.streamlit_internals import is_connected


@st.cache_resource(max_entries=1, show_spinner=False)
def keeper() -> Keeper:
    """What visitors have brought and trained, kept for their return."""
    return Keeper(is_connected)
