"""The channel that is open."""

from collections.abc import Mapping

import streamlit as st

from ui.session.linked import linked
from ui.values import OpenChannel


def open_channel(num_channels: Mapping[str, int]) -> OpenChannel | None:
    """The channel that is shown large, if any.

    Args:
        num_channels: for each layer that can be opened, how many channels it has; anything else is not opened.
    """

    def parsed(text: str) -> OpenChannel | None:
        layer, separator, number = text.rpartition(".")
        # isascii: other digits than 0–9 pass isdecimal too.
        if not separator or not (number.isascii() and number.isdecimal()) or len(number) > 6:
            return None
        return OpenChannel(layer, int(number)) if int(number) < num_channels.get(layer, 0) else None

    text = linked("channel", "", lambda text: parsed(text) is not None)
    return parsed(text)


def show_channel(layer: str, channel: int) -> None:
    """Open a channel large; `open_channel` checks that there is one."""
    st.session_state["_channel"] = f"{layer}.{channel}"


def close_channel() -> None:
    """Show no channel large."""
    st.session_state["_channel"] = ""
