"""Component: one cell of a channel, where it looks, and the arithmetic that makes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from ui.parts.component import SIGNED_BARS, component
from ui.session.channel import OPEN_CHANNEL, choose_unit, is_index, pin_channel
from ui.session.events import answer_event

# Without isolation: the slider searches the document for the parts on the screen and cannot see into a shadow root.
_unit_view = component("unit_view", Path(__file__).parent, isolate_styles=False, styles=[SIGNED_BARS])


class Payloads(TypedDict):
    """Names of the bytes that the slider has sent, and what its tables begin with.

    Attributes:
        picture: of the picture.
        tables: of the tables of the kind of brightness.
        kind: "minimum" and "step" of its slider.
    """

    picture: str
    tables: str
    kind: Mapping[str, float]


def unit_view(
    *,
    key: str,
    amount: float,
    edited: Mapping[str, str],
    exact: Mapping[str, Any] | None,
    fixed: Mapping[str, Any],
) -> None:
    """Draw a channel.

    Args:
        key: of the component.
        amount: of the brightness.
        edited: base64 of the map, its levels and its inputs for the edited picture.
        exact: the value of the chosen cell for both pictures as the core computes it; None where it does not.
        fixed: what does not change with the light; see `ui.channel.unit.Unit`.
    """
    _unit_view(
        key=key,
        data={"key": key, "amount": amount, "edited": edited, "exact": exact, **fixed},
        on_chosen_change=lambda: answer_event(OPEN_CHANNEL, key, "chosen", choose_unit),
        on_pinned_change=lambda: answer_event("pinned", key, "pinned", _pin),
    )


def _pin(message: object) -> None:
    """Pin the channel of a message from the browser."""
    if isinstance(message, Mapping) and isinstance(message.get("layer"), str) and is_index(message.get("channel")):
        pin_channel(message["layer"], message["channel"])
