"""The state of one visitor. The only file that touches `st.session_state` and the address.

Choices that a Streamlit widget holds go into the address by themselves (`bind="query-params"`). Those that no widget
holds as a whole, such as the picture, its steps and the channel that is open, are kept there by `_linked`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from ui.session.streamlit_internals import go_back_whole, keep_in_address
from vizcore.edits.brightness import KINDS

_CHOICES = (
    "kind",
    *KINDS,
    "network",
    "range",
    "view",
    "stretch",
    "against",
    "magnify",
    "standardise",
    "own-scale",
    "scale",
    "fit",
    "order",
    "curve-order",
    "colours",
    "columns",
    "overlay",
    "logits",
    "compare",
    "back",
)
_TRAINING = ("data", "pictures", "epochs", "batch", "rate", "augment")
_LAYERS = "layers"  # with what follows it, the choice of layers of each kind of network
_CHOSEN_ONE = MappingProxyType(
    {
        "kind": "gain",
        "view": "feature maps",
        "scale": "locked",
        "fit": "stretch",
        "data": "Shapes",
        "compare": "these steps",
        "against": "original",
        "magnify": 1,
    }
)


def keep_choices() -> None:
    """Note what the widgets hold. Called after they are drawn.

    A widget with `bind="query-params"` takes its value along to another page only if it was touched: a value that came
    with a link is lost there (Streamlit 1.67).
    """
    held = [str(name) for name in st.session_state if name in (*_CHOICES, *_TRAINING) or str(name).startswith(_LAYERS)]
    kept = {name: st.session_state[name] for name in held}
    if any(name in kept and kept[name] is None for name in _CHOSEN_ONE):
        # An empty value in a link counts as "nothing chosen", which these choices do not know: again, with the first.
        st.rerun()
    st.session_state["_choices"] = {**st.session_state.get("_choices", {}), **kept}
    keep_in_address(kept)


def restore_choices(page: str) -> None:
    """Give back what was lost on the way to this page, or while a view without it was shown.

    Called before any widget is drawn; the address wins.
    """
    go_back_whole()
    for name, first in _CHOSEN_ONE.items():
        if name in st.session_state and st.session_state[name] is None:
            st.session_state[name] = first
    is_new = st.session_state.get("_page") not in (page, None)
    for name, value in st.session_state.get("_choices", {}).items():
        # On another page also where session state has the value: only one set in this run reaches that page's widget.
        if name not in st.query_params and (is_new or name not in st.session_state):
            st.session_state[name] = value
    st.session_state["_page"] = page


def choice_of(name: str, default: Any) -> Any:
    """What a widget holds, or the default where it holds nothing."""
    value = st.session_state.get(name)
    return default if value is None else value


def set_choices(choices: Mapping[str, Any]) -> None:
    """Set widgets. Called before they are drawn, or when one of them is touched."""
    for name, value in choices.items():
        st.session_state[name] = value
