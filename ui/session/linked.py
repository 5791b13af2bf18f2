"""A value without a widget, which the address contains like the values of widgets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from ui.session.links import note_unknown
from ui.session.notices import forget_notice
from ui.session.streamlit_internals import is_history_navigation

T = TypeVar("T")


@dataclass(frozen=True)
class Linked(Generic[T]):
    """A value that one of our components shows and sets, one for each visitor.

    The address is read when a visitor arrives and when the browser goes back or forward. In every other run the session
    takes precedence: a click made before the last answer arrived still carries the previous address.

    Attributes:
        key: name in the address.
        default: the value until a person or a link sets another. The address does not contain it.
        parse: turns a text into a value; None for an invalid text. The text may come from anybody.
        write: turns a value into a text.
        instead: what is shown in place of a text that is not known, as the end of a sentence.
    """

    key: str
    default: T
    parse: Callable[[str], T | None]
    write: Callable[[T], str]
    instead: str = "you see the first one"

    def set(self, value: T) -> None:
        """Set the value. The next `get` writes it into the address."""
        st.session_state[self._place] = value, self.write(value)
        forget_notice(self.key)

    def get(self, is_possible: Callable[[T], bool] = lambda _: True) -> T:
        """Return the value, and write it into the address.

        Args:
            is_possible: whether a value can be shown at this moment. If not, the default is returned.
        """
        incoming = st.query_params.get(self.key)
        if self._place not in st.session_state or is_history_navigation():
            parsed = None if incoming is None else self.parse(incoming)
            if parsed is None or not is_possible(parsed):
                self.set(self.default)
                if incoming:
                    note_unknown(self.key, incoming, self.instead)
            else:
                # The incoming text is stored, so that the address of a link does not change.
                st.session_state[self._place] = parsed, incoming
        value: T
        value, text = st.session_state[self._place]
        if value == self.default or not is_possible(value):
            self._show_in_address(None, incoming)
            return self.default
        self._show_in_address(text, incoming)
        return value

    def _show_in_address(self, text: str | None, incoming: str | None) -> None:
        """Write the text into the address, or take it out of it, unless the browser has it so.

        The browser's address may be older than the last one that this session has sent. If they differ, the one that
        was sent arrives later, so the right one is sent once more, even if it is the browser's at this moment.
        """
        sent = incoming if is_history_navigation() else st.session_state.get(self._sent, incoming)
        if text is None and incoming is not None:
            del st.query_params[self.key]
        elif text is not None and incoming != text:
            st.query_params[self.key] = text
        elif sent != text:
            st.query_params.update({})
        st.session_state[self._sent] = text

    @property
    def _sent(self) -> str:
        """Key in the session of the last text that the browser was sent, None if it was taken out."""
        return f"_sent-{self.key}"

    @property
    def _place(self) -> str:
        """Key in the session. The underscore keeps it apart from the keys of widgets."""
        return f"_{self.key}"
