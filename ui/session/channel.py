"""The channel that is open."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TypedDict, TypeGuard

import streamlit as st

from ui.session.linked import Linked
from ui.session.notices import note, quoted
from ui.values import OpenChannel

# The layer, the channel and, if there is one, row and column of a cell.
_TEXT = re.compile(r"(.+?)\.(\d{1,6})(?:\.(\d{1,6})\.(\d{1,6}))?", re.ASCII | re.DOTALL)
_LONGEST = 500
"""Characters of a layer's name. A longer text takes long to compare with the names of all layers."""


def parse_channel(text: str) -> OpenChannel | None:
    """Parse a text such as "conv1.3" or, with a cell, "conv1.3.5.9". They need not exist. None for another form."""
    found = _TEXT.fullmatch(text)
    if found is None or len(found[1]) > _LONGEST:
        return None
    layer, channel, row, column = found.groups()
    return OpenChannel(layer, int(channel), None if row is None else (int(row), int(column)))


def write_channel(channel: OpenChannel | None) -> str:
    """The text that `parse_channel` reads; empty for None."""
    if channel is None:
        return ""
    return ".".join(map(str, (channel.layer, channel.channel, *(channel.cell or ()))))


OPEN_CHANNEL = "channel"
"""What the messages of components are about that open and close channels."""

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


_PINNED: Linked[OpenChannel | None] = Linked(
    "pinned", None, parse_channel, write_channel, "no channel of this network is pinned"
)


def pinned_channel(num_channels: Mapping[str, int]) -> OpenChannel | None:
    """The channel that stays beside the others, or None; see `open_channel`."""
    return _PINNED.get(lambda channel: channel is not None and channel.channel < num_channels.get(channel.layer, 0))


def pin_channel(layer: str, channel: int) -> None:
    """Let a channel stay beside the others."""
    _PINNED.set(OpenChannel(layer, channel))


def unpin_channel() -> None:
    """Let no channel stay beside the others."""
    _PINNED.set(None)


def chosen_unit(sizes: Mapping[str, tuple[int, int, int]], otherwise: OpenChannel) -> OpenChannel:
    """The channel that the Channel page shows. For one that does not exist it is the nearest, and a sentence says so.

    Args:
        sizes: layer name → rows, columns and channels, for every layer.
        otherwise: the channel if none is chosen.
    """
    wanted = _CHANNEL.get()
    if wanted is None:
        return otherwise
    nearest, sentence = _nearest(wanted, sizes)
    if sentence:
        _CHANNEL.set(nearest)
        note(_CHANNEL.key, sentence)
        _CHANNEL.get()
    return nearest


def _nearest(wanted: OpenChannel, sizes: Mapping[str, tuple[int, int, int]]) -> tuple[OpenChannel, str]:
    """The nearest channel and cell that exist, and a sentence if they are not the wanted ones."""
    if wanted.layer not in sizes:
        layer = max(sizes, key=lambda name: SequenceMatcher(None, name, wanted.layer).ratio())
        sentence = f"This network has no layer {quoted(wanted.layer)}; you see “{layer}”, the nearest name."
        return _nearest(OpenChannel(layer, wanted.channel), sizes)[0], sentence
    rows, columns, channels = sizes[wanted.layer]
    if wanted.channel >= channels:
        sentence = f"“{wanted.layer}” has no channel {wanted.channel}; its last is {channels - 1}."
        return OpenChannel(wanted.layer, channels - 1), sentence
    if wanted.cell is not None and not (wanted.cell[0] < rows and wanted.cell[1] < columns):
        row, column = wanted.cell
        cell = min(row, rows - 1), min(column, columns - 1)
        sentence = f"“{wanted.layer}” has no cell in row {row}, column {column}; the nearest is {cell[0]}, {cell[1]}."
        return OpenChannel(wanted.layer, wanted.channel, cell), sentence
    return wanted, ""


def show_channel(layer: str, channel: int, cell: tuple[int, int] | None = None) -> None:
    """Open a channel, and a cell of it; whoever reads it checks whether they exist."""
    _CHANNEL.set(OpenChannel(layer, channel, cell))


class Target(TypedDict):
    """A channel whose page a link opens."""

    layer: str
    channel: int


def choose_unit(message: object) -> None:
    """Open the channel and the cell of a message from the browser. What exists is checked where it is read."""
    if not isinstance(message, Mapping):
        return
    layer, channel, cell = message.get("layer"), message.get("channel"), message.get("cell")
    if not isinstance(layer, str) or len(layer) > _LONGEST or not is_index(channel):
        return
    if cell is not None and not (isinstance(cell, list) and len(cell) == 2 and all(map(is_index, cell))):
        return
    show_channel(layer, channel, None if cell is None else (cell[0], cell[1]))


def is_index(value: object) -> TypeGuard[int]:
    """Whether a value of a message from the browser can be the number of a channel, a row or a column."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000


def open_elsewhere(layer: str, channel: int, cell: tuple[int, int] | None = None) -> None:
    """Open a channel of a page that shows no channels; `is_opened_elsewhere` then says that another page is wanted."""
    show_channel(layer, channel, cell)
    st.session_state["_opened_elsewhere"] = True


def is_opened_elsewhere() -> bool:
    """Whether a channel has been opened that another page shows. True once for each."""
    return bool(st.session_state.pop("_opened_elsewhere", False))


def close_channel() -> None:
    """Close the open channel."""
    _CHANNEL.set(None)
