"""Choices that a widget holds: in the address, and kept while other pages and views are shown.

A choice is known once it has been drawn: its widget's own module says its name and its first value.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st

from ui.session.streamlit_internals import go_back_whole, write_into_address

T = TypeVar("T")

# The argument by which each widget takes its first value; a select box takes the value's index.
_FIRST = MappingProxyType(
    {
        st.multiselect: "default",
        st.number_input: "value",
        st.pagination: "default",
        st.pills: "default",
        st.segmented_control: "default",
        st.selectbox: "index",
        st.toggle: "value",
    }
)


def choose(widget: Callable[..., Any], *arguments: Any, key: str, first: T, **options: Any) -> T:
    """Draw a widget that holds a choice.

    Args:
        widget: one of Streamlit's, such as `st.selectbox`.
        arguments: of the widget: its label, and what there is to choose from.
        key: name of the choice in the address and in the session.
        first: what is chosen until a person or a link chooses; the address does not say it.
        options: others of the widget's own.

    Returns:
        What is chosen.
    """
    # A link may say that nothing is chosen. No widget here allows that: a list of several is empty then, not None.
    if st.session_state.get(key, first) is None:
        st.session_state[key] = first
    begins = {_FIRST[widget]: arguments[1].index(first) if widget == st.selectbox else first}
    if widget == st.segmented_control:
        begins["required"] = True
    value: T = widget(*arguments, key=key, bind="query-params", **begins, **options)
    if value is None:
        # Once it is drawn, a widget takes no other value in this run.
        st.rerun()
    _kept()[key] = value
    if value != first and key not in st.query_params:
        write_into_address(key, _written(value, options.get("format_func", str)))
    return value


def _written(value: object, text: Callable[[Any], str]) -> str | list[str]:
    """A choice as Streamlit writes it into the address."""
    if isinstance(value, list):
        return [text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else text(value)


def restore_choices(page: str) -> None:
    """Give back what was lost on the way to this page, or while a view without it was shown.

    Called before any widget is drawn; the address wins. A widget with `bind="query-params"` takes its value along to
    another page only if it was touched: a value that came with a link is lost there (Streamlit 1.67).
    """
    go_back_whole()
    is_new = st.session_state.get("_page") not in (page, None)
    for key, value in _kept().items():
        # On another page also where session state has the value: only one set in this run reaches that page's widget.
        if key not in st.query_params and (is_new or key not in st.session_state):
            st.session_state[key] = value
    st.session_state["_page"] = page


def _kept() -> dict[str, Any]:
    """The choices that this visitor has been shown: key → value."""
    kept: dict[str, Any] = st.session_state.setdefault("_choices", {})
    return kept


def choice_of(key: str, default: T) -> T:
    """What is chosen, wherever its widget is drawn, or the default where there is none yet."""
    value: T | None = st.session_state.get(key)
    return default if value is None else value


def set_choices(choices: Mapping[str, Any]) -> None:
    """Set widgets. Called before they are drawn, or when one of them is touched."""
    for key, value in choices.items():
        st.session_state[key] = value
