"""Component: a way in for a file, which travels on while the visitor looks at other pages."""

from functools import partial
from pathlib import Path

import streamlit as st

from ui.parts.component import component
from ui.session.streamlit_internals import session_id
from ui.session.uploads import receive_upload, taken_upload

_uploader = component("uploader", Path(__file__).parent)


def uploader(key: str, *, label: str, help: str, accept: str, most: int) -> None:
    """Draw an uploader. `ui.session.uploads.arrived` gives the file once it has arrived.

    Args:
        key: of the component, and of the file in the session.
        label: the line above it.
        help: shown on hover.
        accept: types of file that the browser's dialogue offers, as in HTML.
        most: bytes; a larger file is not sent, and arrives without its bytes.
    """
    st.markdown(f":small[{label}]", help=help)
    _uploader(
        key=key,
        data={
            "key": key,
            "label": label,
            "accept": accept,
            "most": most,
            "session": session_id(),
            "taken": taken_upload(key),
        },
        on_arrived_change=partial(receive_upload, key),
    )
