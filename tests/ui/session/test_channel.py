"""Messages of the browser that open a channel."""

import pytest

from tests.ui.apps import result_of, visitor
from ui.session.channel import choose_unit, chosen_unit, open_channel, parse_channel
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


def test_a_name_that_no_layer_has_is_not_compared_with_theirs() -> None:
    long, otherwise = "x" * 501, OpenChannel("conv1", 0)

    def act() -> OpenChannel:
        choose_unit({"layer": long, "channel": 3})
        return chosen_unit({"conv1": (1, 1, 32)}, otherwise)

    assert parse_channel(f"{long[1:]}.3") == OpenChannel(long[1:], 3)
    assert parse_channel(f"{long}.3") is None
    assert result_of(visitor(), act) == otherwise
