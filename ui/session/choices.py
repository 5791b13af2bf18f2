"""Choices that a widget holds. They are in the address, and the session keeps them while other pages are shown.

There is no list of choices: the module that draws a widget names its key and its first value, and the choice is known
once its widget has been drawn.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import streamlit as st

from ui.session.links import check_texts, checked_number, known_texts
from ui.session.notices import forget_notice, forget_notices, quoted
from ui.session.streamlit_internals import (
    go_back_whole,
    is_history_navigation,
    take_out_of_address,
    write_into_address,
)

T = TypeVar("T")

# The name of the argument for the first value of each widget. A select box takes the index of the value.
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


def choose(
    widget: Callable[..., Any], *arguments: Any, key: str, first: T, tells_unknown: bool = True, **options: Any
) -> T:
    """Draw a widget that holds a choice.

    Args:
        widget: one of Streamlit's, such as `st.selectbox`.
        arguments: of the widget: its label, then its options to choose from.
        key: name of the choice in the address and in the session.
        first: the value until a person or a link chooses another. The address does not contain it.
        tells_unknown: whether a value of a link that is not known becomes a notice.
        options: further keyword arguments of the widget.

    Returns:
        The chosen value.
    """
    is_of_link = key not in _drawn_choices() or is_history_navigation()
    if is_of_link and tells_unknown:
        _check_link(widget, arguments, key, first, options)
    # A link may contain an empty choice. No widget here allows None: an empty choice of several values is a list.
    if st.session_state.get(key, first) is None:
        st.session_state[key] = first
    _put_back_what_is_newer(key)
    was_in_address = key in st.query_params
    begins = {_FIRST[widget]: arguments[1].index(first) if widget == st.selectbox else first}
    if widget == st.segmented_control:
        begins["required"] = True
    value: T = widget(*arguments, key=key, bind="query-params", **begins, **options)
    if value is None:
        # A widget that has been drawn takes no other value in the same run.
        st.rerun()
    if not is_of_link and _drawn_choices()[key] != value:
        forget_notice(key)
    if _set_choices().get(key) != value:
        _set_choices().pop(key, None)
    _drawn_choices()[key] = value
    is_unsent = key in _unsent_choices()
    _unsent_choices().discard(key)
    if value != first and (is_unsent or key not in st.query_params):
        write_into_address(key, _address_text(value, options.get("format_func", str)))
    elif value == first and not is_of_link and (is_unsent or was_in_address):
        # The whole address once more, without the first value. A message with another value may be on its way to the
        # browser, or an earlier message of this run has sent it. The browser ignores the address that it has already.
        st.query_params.update({})
    return value


def _put_back_what_is_newer(key: str) -> None:
    """Give a widget the value that was set for the visitor, if the browser has sent an older one.

    Each request has the values of all widgets. A request that was made before a set value had arrived has the value
    from before, though nobody has touched the widget.
    """
    value = st.session_state.get(key)
    is_here = key not in _unsent_choices() and value == _set_choices().get(key)
    if key not in _set_choices() or is_here:
        # What the browser sends from now on is newer.
        _replaced_choices().pop(key, None)
    elif value in _replaced_choices().get(key, ()):
        st.session_state[key] = _set_choices()[key]
        _unsent_choices().add(key)


def _check_link(
    widget: Callable[..., Any], arguments: tuple[Any, ...], key: str, first: object, options: Mapping[str, Any]
) -> None:
    """Note what a link says for a widget and the widget does not know. A number beyond its range is set to its end."""
    said = st.query_params.get_all(key)
    if isinstance(first, int | float) and widget in (st.number_input, st.pagination):
        ends = (1, arguments[0]) if widget == st.pagination else (options.get("min_value"), options.get("max_value"))
        low, high = ends[0] if ends[0] is not None else -math.inf, ends[1] if ends[1] is not None else math.inf
        nearest = checked_number(key, said, low=low, high=high, first=first)
        if nearest is not None:
            take_out_of_address(key)
            st.session_state[key] = type(first)(nearest)
        return
    text = options.get("format_func", str)
    choosable = arguments[1] if len(arguments) > 1 else ()
    begins = first if isinstance(first, list) else [first]
    shown = ", ".join(quoted(str(_address_text(item, text))) for item in begins)
    check_texts(key, said, known_texts(widget, choosable, text), first=shown)


def _address_text(value: object, text: Callable[[Any], str]) -> str | list[str]:
    """A choice in the form in which Streamlit writes it into the address."""
    if isinstance(value, list):
        return [text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else text(value)


def restore_choices(page: str) -> None:
    """Restore choices that were lost in a change of page, or while a view without their widgets was shown.

    Call it before any widget is drawn. Values in the address take precedence, unless they are older than what was set
    for the visitor. A widget with `bind="query-params"` keeps its value on another page only if a visitor has touched
    it: a value from a link is lost there (Streamlit 1.67).

    Args:
        page: title of the page that is drawn.
    """
    go_back_whole()
    is_new = st.session_state.get("_page") not in (page, None)
    if is_new or is_history_navigation():
        forget_notices()
    _take_out_what_is_older(is_left=is_new)
    for key, value in (_drawn_choices() | _set_choices()).items():
        # After a change of page a value in session state is set again: only a value that was set in this run reaches
        # the widget of the new page.
        if key not in st.query_params and (is_new or key not in st.session_state):
            st.session_state[key] = value
    st.session_state["_page"] = page


def _take_out_what_is_older(*, is_left: bool) -> None:
    """Take out of the address what is older than a choice that was set for the visitor.

    Whoever leaves a page at once after such a choice leaves it with an address that does not know the choice yet.

    Args:
        is_left: whether this run draws another page than the last one.
    """
    for key, value in list(_set_choices().items()):
        text, said = _address_text(value, str), st.query_params.get_all(key)
        is_known = key not in _unsent_choices() and said == (text if isinstance(text, list) else [text])
        if is_known or is_history_navigation():
            del _set_choices()[key]
        elif is_left and said:
            take_out_of_address(key)


def _drawn_choices() -> dict[str, Any]:
    """The choices whose widgets this visitor has been shown: key → value."""
    choices: dict[str, Any] = st.session_state.setdefault("_choices", {})
    return choices


def _unsent_choices() -> set[str]:
    """The keys that were set for the visitor and not yet sent to the browser.

    The address of this run may have such a value already and lose it: an earlier run may have taken it out, in a
    message that had not reached the browser. In the same way it may get another value in place of the first one.
    """
    keys: set[str] = st.session_state.setdefault("_unsent", set())
    return keys


def _set_choices() -> dict[str, Any]:
    """The choices that were set for the visitor and that the browser's address does not have yet: key → value."""
    choices: dict[str, Any] = st.session_state.setdefault("_set", {})
    return choices


def _replaced_choices() -> dict[str, list[Any]]:
    """The values that were replaced by those of `_set_choices` and that the browser may still send: key → values."""
    choices: dict[str, list[Any]] = st.session_state.setdefault("_replaced", {})
    return choices


def choice_of(key: str, default: T) -> T:
    """The value of a choice, also before its widget is drawn in this run; the default if it has no value yet."""
    value: T | None = st.session_state.get(key)
    return default if value is None else value


def set_choices(choices: Mapping[str, Any]) -> None:
    """Set the values of widgets. Call it before they are drawn, or in a callback.

    Args:
        choices: key → value.
    """
    for key, value in choices.items():
        if key in _drawn_choices():
            # The browser may have either: what the widget has shown, or a value that was set and never shown.
            shown = _drawn_choices()[key]
            _replaced_choices().setdefault(key, []).extend([shown, st.session_state.get(key, shown)])
        st.session_state[key] = value
    _unsent_choices().update(choices)
    _set_choices().update(choices)
