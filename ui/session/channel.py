"""The channel that is open."""

from collections.abc import Mapping

from ui.session.linked import Linked
from ui.values import OpenChannel


def parse_channel(text: str) -> OpenChannel | None:
    """The channel of a text such as "conv1.3", whether there is such a layer or not; None of any other text."""
    layer, _, number = text.rpartition(".")
    # isascii: other digits than 0–9 pass isdecimal too.
    if not layer or not (number.isascii() and number.isdecimal()) or len(number) > 6:
        return None
    return OpenChannel(layer, int(number))


def write_channel(channel: OpenChannel | None) -> str:
    """The text of a channel, and of none."""
    return "" if channel is None else f"{channel.layer}.{channel.channel}"


_CHANNEL: Linked[OpenChannel | None] = Linked("channel", None, parse_channel, write_channel)


def open_channel(num_channels: Mapping[str, int]) -> OpenChannel | None:
    """The channel that is shown large, if any.

    Args:
        num_channels: for each layer that can be opened, how many channels it has; anything else is not opened.
    """
    return _CHANNEL.get(lambda channel: channel is not None and channel.channel < num_channels.get(channel.layer, 0))


def show_channel(layer: str, channel: int) -> None:
    """Open a channel large; `open_channel` checks that there is one."""
    _CHANNEL.set(OpenChannel(layer, channel))


def close_channel() -> None:
    """Show no channel large."""
    _CHANNEL.set(None)
