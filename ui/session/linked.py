"""A value that no widget holds, kept in the address like the widgets' own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from ui.session.streamlit_internals import is_history_navigation

T = TypeVar("T")


@dataclass(frozen=True)
class Linked(Generic[T]):
    """A value that a component of ours holds, one for each visitor.

    The address is read when a visitor comes and when the browser goes back or forward. Otherwise the session has the
    word: a click that was made while the last answer was on its way still carries the address of before.

    Attributes:
        key: name in the address.
        default: the value until a person or a link says another; the address does not say it.
        parse: the value of a text, which may come from anybody; None where it has none.
        write: the text of a value.
    """

    key: str
    default: T
    parse: Callable[[str], T | None]
    write: Callable[[T], str]

    def set(self, value: T) -> None:
        """Another value; the address says it from the next `get` on."""
        st.session_state[self._place] = value, self.write(value)

    def get(self, is_possible: Callable[[T], bool] = lambda _: True) -> T:
        """The value, and the address says it from now on.

        Args:
            is_possible: whether a value can be shown at this moment; the default takes the place of one that cannot.
        """
        incoming = st.query_params.get(self.key)
        if self._place not in st.session_state or is_history_navigation():
            said = None if incoming is None else self.parse(incoming)
            if said is None or not is_possible(said):
                self.set(self.default)
            else:
                # As it was said: the address of a link stays as it is.
                st.session_state[self._place] = said, incoming
        value: T
        value, text = st.session_state[self._place]
        if value == self.default or not is_possible(value):
            if incoming is not None:
                del st.query_params[self.key]
            return self.default
        if incoming != text:
            st.query_params[self.key] = text
        return value

    @property
    def _place(self) -> str:
        """Key in the session, where no widget's is."""
        return f"_{self.key}"
