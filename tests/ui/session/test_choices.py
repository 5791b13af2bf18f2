"""Choices that widgets hold: known once they are drawn, and kept whatever page they were drawn on."""

from collections.abc import Mapping
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.apps import PAGES, note_addresses, opened, result_of, visitor
from ui.session.choices import choice_of, choose, restore_choices, set_choices

HOME, BRIGHTEN, MAPS, TRAIN, AUGMENT, _ = PAGES


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (MAPS, {"view": "tuning curves", "layers": "flatten", "page-flatten": "3", "curve-order": "slope"}),
        (MAPS, {"layers": "conv1", "span": "the layer", "lock": "false", "colours": "magma", "standardise": "true"}),
        (MAPS, {"view": "difference", "against": "without the clip", "contrast": "linear", "magnify": "4"}),
        (MAPS, {"layers": "conv1", "channel": "conv1.3", "overlay": "true", "logits": "true"}),
        (TRAIN, {"pictures": "500", "epochs": "3", "batch": "128", "rate": "0.0003", "augment": "true"}),
        (TRAIN, {"data": "CIFAR-10", "pictures": "500"}),
        (AUGMENT, {"steps": "flip-1", "compare": "every transformation", "back": "true"}),
        (HOME, {"kind": "offset", "offset": "-40"}),
    ],
)
def test_all_that_a_link_said_is_there_again_after_a_visit_to_another_page(
    page: str, address: Mapping[str, str]
) -> None:
    app = opened(page, **address)
    assert not app.exception
    assert app.query_params == address
    for turned_to in (TRAIN if page == AUGMENT else AUGMENT, page):
        # The link to another page says nothing.
        app.query_params = {}
        app.switch_page(turned_to).run()
        assert not app.exception
    assert app.query_params == address


def page(title: str, **choices: str) -> None:
    """A page that draws a list for each of these choices, with its first."""
    restore_choices(title)
    for key, first in choices.items():
        choose(st.selectbox, key, ("a", "b", "c"), key=key, first=first)


def test_what_is_chosen_is_known_where_its_widget_is_not_drawn() -> None:
    app = visitor(order="c")

    def read() -> Any:
        restore_choices("Home")
        return choice_of("order", "a")

    assert result_of(app, read) == "a"
    app = visitor(order="c")
    result_of(app, lambda: page("Maps", order="a"))
    app.query_params = {}
    assert result_of(app, read) == "c"


def test_the_first_of_a_choice_is_not_in_the_address_whatever_it_is() -> None:
    app = visitor(order="b", colours="b")
    result_of(app, lambda: page("Maps", order="b", colours="a"))
    assert app.query_params == {"colours": "b"}


def test_a_link_that_says_nothing_for_many_choices_gives_the_first_of_each() -> None:
    def draw() -> list[str]:
        restore_choices("Maps")
        return [choose(st.segmented_control, key, list("abc"), key=key, first=key) for key in "abc"]

    app = visitor(a="", b="", c="b")
    assert result_of(app, draw) == ["a", "b", "b"]


def test_a_choice_that_was_set_is_sent_also_where_the_address_of_the_run_has_it() -> None:
    sent: list[str] = []

    def draw() -> None:
        note_addresses(sent)
        page("Maps", order="a")

    def set_and_draw() -> None:
        set_choices({"order": "c"})
        draw()

    # An earlier run has taken it out of the address, and the browser had not heard of it when it asked for this run.
    app = visitor(order="c")
    result_of(app, set_and_draw)
    assert sent == ["order=c"]
    # Once is enough.
    result_of(app, draw)
    assert sent == ["order=c"]


@pytest.mark.parametrize("address", [{"order": "b"}, {}], ids=str)
def test_a_choice_that_was_set_goes_along_to_another_page_at_once(address: Mapping[str, str]) -> None:
    app = visitor(order="b")
    result_of(app, lambda: page("Maps", order="a"))
    # The visitor leaves the page before it is drawn with this choice, and the browser has not heard of it.
    result_of(app, lambda: set_choices({"order": "c"}))

    def turn_to(title: str) -> str:
        page(title, order="a")
        return choice_of("order", "a")

    app.query_params = dict(address)
    assert result_of(app, lambda: turn_to("Home")) == "c"
    assert app.query_params == {"order": "c"}


def test_a_choice_that_returns_to_its_first_value_leaves_the_address_also_where_the_run_has_not_heard_of_it() -> None:
    sent: list[str] = []

    def draw() -> None:
        note_addresses(sent)
        page("Maps", order="a")

    def set_and_draw(value: str) -> None:
        set_choices({"order": value})
        draw()

    app = visitor()
    result_of(app, lambda: set_and_draw("c"))
    assert sent == ["order=c"]
    sent.clear()
    # The browser asks for this run before "order=c" has reached it.
    app.query_params = {}
    result_of(app, lambda: set_and_draw("a"))
    assert sent == [""]
    result_of(app, draw)
    assert sent == [""]


def test_a_message_with_an_address_from_before_a_first_value_is_followed_by_the_right_one() -> None:
    sent: list[str] = []

    def draw() -> None:
        note_addresses(sent)
        page("Maps", order="a")

    def set_and_draw() -> None:
        set_choices({"order": "a"})
        draw()

    def write_and_draw() -> None:
        note_addresses(sent)
        st.query_params["picture"] = "coffee"
        page("Maps", order="a")

    app = visitor(order="c")
    result_of(app, draw)
    result_of(app, set_and_draw)
    assert set(sent) == {""}
    # The browser asks for this run before it has taken "order=c" out, and the run's first message still has it.
    app.query_params = {"order": "c"}
    result_of(app, write_and_draw)
    assert sent[-1] == "picture=coffee"


def drawn(app: AppTest, sent: str, *, set_to: str | None = None) -> str:
    """What a list shows in a run for which the browser has sent a value, and Python may have set another one.

    Args:
        app: from `visitor`.
        sent: by the browser.
        set_to: by a callback before the run.
    """

    def run() -> str:
        st.session_state["order"] = sent
        if set_to is not None:
            set_choices({"order": set_to})
        shown: str = choose(st.selectbox, "Order", ("a", "b", "c"), key="order", first="a")
        return shown

    shown: str = result_of(app, run)
    return shown


def test_what_the_browser_sends_before_it_has_heard_of_a_set_value_does_not_replace_it() -> None:
    app = visitor()
    assert drawn(app, "a") == "a"
    assert drawn(app, "a", set_to="b") == "b"
    assert drawn(app, "a", set_to="c") == "c"
    # Requests that were made meanwhile.
    assert drawn(app, "a") == "c"
    assert drawn(app, "b") == "c"
    # The browser has heard of it, and the visitor goes back by hand.
    assert drawn(app, "c") == "c"
    assert drawn(app, "b") == "b"
    assert drawn(app, "a", set_to="c") == "c"
    app = visitor()
    assert (drawn(app, "a"), drawn(app, "a", set_to="b")) == ("a", "b")
    assert drawn(app, "c") == "c", "The visitor may choose at once."
