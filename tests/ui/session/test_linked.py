"""A value that the address and a component of ours share, whatever its kind."""

import pytest

from tests.ui.apps import gone_back, note_addresses, result_of, visitor
from ui.session.channel import parse_channel, write_channel
from ui.session.linked import Linked
from ui.values import OpenChannel


def whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def test_a_text_is_read_once_and_stays_in_the_address_as_a_link_said_it() -> None:
    read = []

    def parse(text: str) -> int | None:
        read.append(text)
        return whole(text)

    number = Linked("number", 1, parse, str)
    app = visitor(number="007")
    for address in ({"number": "007"}, {"number": "007"}, {}):
        app.query_params = dict(address)
        assert result_of(app, number.get) == 7
        assert app.query_params == {"number": "007"}
    assert read == ["007"]


def test_a_value_that_cannot_be_shown_at_this_moment_comes_back_when_it_can() -> None:
    number = Linked("number", 1, whole, str)
    app = visitor(number="7")
    assert result_of(app, number.get) == 7
    assert result_of(app, lambda: number.get(lambda value: value < 5)) == 1
    assert app.query_params == {}
    assert result_of(app, number.get) == 7
    assert app.query_params == {"number": "7"}


def test_a_value_of_a_link_that_cannot_be_shown_is_forgotten() -> None:
    number = Linked("number", 1, whole, str)
    app = visitor(number="7")
    assert result_of(app, lambda: number.get(lambda value: value < 5)) == 1
    assert result_of(app, number.get) == 1
    assert app.query_params == {}


def test_a_value_that_was_set_has_the_word_until_the_browser_goes_back() -> None:
    number = Linked("number", 1, whole, str)

    def set_and_get() -> int:
        number.set(9)
        return number.get()

    app = visitor(number="7")
    assert result_of(app, set_and_get) == 9
    assert app.query_params == {"number": "9"}
    app.query_params = {"number": "7"}
    assert result_of(app, number.get) == 9
    assert gone_back(app, {"number": "7"}).session_state["result"] == 7
    assert gone_back(app, {}).session_state["result"] == 1


def test_an_address_that_is_on_its_way_to_the_browser_is_corrected() -> None:
    number = Linked("number", 1, whole, str)
    sent: list[str] = []

    def choose(value: int | None) -> int:
        """Choose a value, if any, and note the addresses that are sent to the browser."""
        note_addresses(sent)
        if value is not None:
            number.set(value)
        return number.get()

    def addresses() -> list[str]:
        found = list(sent)
        sent.clear()
        return found

    app = visitor()
    assert result_of(app, lambda: choose(7)) == 7
    assert addresses() == ["number=7"]
    assert result_of(app, lambda: choose(8)) == 8
    assert addresses() == ["number=8"]
    # A click that was made before "number=8" had reached the browser: its own address is still the one of before.
    app.query_params = {"number": "7"}
    assert result_of(app, lambda: choose(7)) == 7
    assert addresses() == ["number=7"]
    assert result_of(app, lambda: choose(None)) == 7
    assert addresses() == []
    # The same with the value that the address does not contain.
    app.query_params = {}
    assert result_of(app, lambda: choose(1)) == 1
    assert addresses() == [""]
    assert result_of(app, lambda: choose(None)) == 1
    assert addresses() == []
    # What the browser goes back to is no address on its way.
    assert result_of(app, lambda: choose(7)) == 7
    assert addresses() == ["number=7"]
    assert result_of(app, lambda: choose(None)) == 7
    gone_back(app, {"number": "8"})
    assert addresses() == []
    assert app.session_state["result"] == 8


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("conv1.3", OpenChannel("conv1", 3)),
        ("block1.conv1.0", OpenChannel("block1.conv1", 0)),
        ("conv1.999999", OpenChannel("conv1", 999999)),
        ("conv1.1000000", None),
        ("conv1.-1", None),
        ("conv1.", None),
        ("conv1", None),
        (".3", None),
        ("3", None),
        ("", None),
        ("conv1.٣", None),
        ("conv1.3.5", OpenChannel("conv1.3", 5)),
    ],
)
def test_the_text_of_a_channel(text: str, channel: OpenChannel | None) -> None:
    assert parse_channel(text) == channel
    if channel is not None:
        assert write_channel(channel) == text
