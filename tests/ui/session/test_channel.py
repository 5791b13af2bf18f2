"""Messages of the browser that open a channel."""

import pytest

from tests.ui.apps import result_of, visitor
from ui.session.channel import choose_unit, open_channel
from ui.values import OpenChannel


def opened_by(message: object) -> OpenChannel | None:
    def act() -> OpenChannel | None:
        choose_unit(message)
        return open_channel({"conv1": 32})

    found: OpenChannel | None = result_of(visitor(), act)
    return found


def test_a_message_opens_a_channel_and_its_cell() -> None:
    assert opened_by({"layer": "conv1", "channel": 3}) == OpenChannel("conv1", 3)
    assert opened_by({"layer": "conv1", "channel": 3, "cell": [5, 7]}) == OpenChannel("conv1", 3, (5, 7))


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        {"layer": 1, "channel": 3},
        {"layer": "conv1", "channel": True},
        {"layer": "conv1", "channel": -1},
        {"layer": "conv1", "channel": 3, "cell": [5]},
        {"layer": "conv1", "channel": 3, "cell": [5, "7"]},
    ],
)
def test_any_other_message_opens_nothing(message: object) -> None:
    assert opened_by(message) is None
