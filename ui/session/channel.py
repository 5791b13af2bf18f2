"""The channel that is open."""

from collections.abc import Mapping

import streamlit as st

from ui.session.linked import Linked
from ui.values import OpenChannel


def parse_channel(text: str) -> OpenChannel | None:
    """Parse a text such as "conv1.3". The layer need not exist. None if the text has another form."""
    layer, _, number = text.rpartition(".")
    # isdecimal accepts other digits than 0–9, too; isascii excludes them.
    if not layer or not (number.isascii() and number.isdecimal()) or len(number) > 6:
        return None
    return OpenChannel(layer, int(number))


def write_channel(channel: OpenChannel | None) -> str:
    """The text that `parse_channel` reads; empty for None."""
    return "" if channel is None else f"{channel.layer}.{channel.channel}"


_CHANNEL: Linked[OpenChannel | None] = Linked(
    "channel", None, parse_channel, write_channel, "no channel of the layers on this page is open"
)


def open_channel(num_channels: Mapping[str, int]) -> OpenChannel | None:
    """The channel that is shown large, or None.

    Args:
        num_channels: layer name → number of channels, for every layer whose channels can be opened. A channel outside
            these layers is not opened.
    """
    return _CHANNEL.get(lambda channel: channel is not None and channel.channel < num_channels.get(channel.layer, 0))


def show_channel(layer: str, channel: int) -> None:
    """Open a channel; `open_channel` checks whether it exists."""
    _CHANNEL.set(OpenChannel(layer, channel))


def open_elsewhere(layer: str, channel: int) -> None:
    """Open a channel of a page that shows no channels; `is_opened_elsewhere` then says that another page is wanted."""
    show_channel(layer, channel)
    st.session_state["_opened_elsewhere"] = True


def is_opened_elsewhere() -> bool:
    """Whether a channel has been opened that another page shows. True once for each."""
    return bool(st.session_state.pop("_opened_elsewhere", False))


def close_channel() -> None:
    """Close the open channel."""
    _CHANNEL.set(None)
