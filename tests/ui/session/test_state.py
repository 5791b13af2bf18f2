"""The state of one visitor without a browser: steps, linked values, choices, the next page's address, the way back.

The last two rest on interfaces that Streamlit does not publish; they run here against the version that is installed.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
import streamlit as st

from tests.ui.apps import PAGES, gone_back, opened, result_of, visitor
from ui.session.channel import close_channel, open_channel, show_channel
from ui.session.choices import choose, restore_choices
from ui.session.picture import FIRST_SAMPLE, choose_sample, chosen_picture
from ui.session.steps import (
    add_step,
    change_step,
    chosen_seed,
    chosen_steps,
    move_step,
    next_seed,
    remove_step,
    reseed_step,
    reset_step,
    use_steps,
)
from ui.values import OpenChannel
from vizcore.edits.augmentation import MOST_STEPS, Step, new_step, parse, write

BRIGHTEN, MAPS, TRAIN, AUGMENT = PAGES[1:5]

# The steps of augmentation

CHAIN = "hue-0.25_flip-1_noise-0.10-3"
HUE, FLIP, _ = parse(CHAIN)


def steps_after(act: Callable[[], object], *chains: str, slider: object = 0.5) -> list[str]:
    """The steps of a visitor who had some and did something, for each of these chains; a slider is at 0.5."""

    def run() -> list[str]:
        found = []
        for chain in chains:
            use_steps(parse(chain))
            st.session_state["slider"] = slider
            act()
            found.append(write(chosen_steps()))
        return found

    app = visitor()
    after = result_of(app, run)
    assert app.query_params.get("steps", "") == after[-1]
    return list(after)


ACTS: Mapping[str, Callable[[int, Step], object]] = {
    "change": lambda index, step: change_step(index, step, "slider"),
    "reset": reset_step,
    "reseed": reseed_step,
    "remove": remove_step,
    "earlier": lambda index, step: move_step(index, step, -1),
    "later": lambda index, step: move_step(index, step, 1),
}


@pytest.mark.parametrize(
    ("act", "index", "expected"),
    [
        ("change", 0, "hue-0.50_flip-1_noise-0.10-3"),
        ("reset", 0, "hue-0.00_flip-1_noise-0.10-3"),
        ("reset", 1, "hue-0.25_flip-0_noise-0.10-3"),
        ("reseed", 2, "hue-0.25_flip-1_noise-0.10-4"),
        ("remove", 1, "hue-0.25_noise-0.10-3"),
        ("earlier", 2, "hue-0.25_noise-0.10-3_flip-1"),
        ("earlier", 0, CHAIN),
        ("later", 0, "flip-1_hue-0.25_noise-0.10-3"),
        ("later", 2, CHAIN),
    ],
)
def test_what_is_done_to_a_step_is_done_to_it_alone(act: str, index: int, expected: str) -> None:
    assert steps_after(partial(ACTS[act], index, parse(CHAIN)[index]), CHAIN) == [expected]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("index", range(3))
def test_a_step_that_was_moved_or_removed_meanwhile_leaves_its_neighbours_alone(act: str, index: int) -> None:
    step = parse(CHAIN)[index]
    meanwhile = [
        "noise-0.10-3_hue-0.25_flip-1",
        "flip-1_hue-0.25_noise-0.10-3",
        "hue-0.25_noise-0.10-3_flip-1",
        "flip-1_noise-0.10-3_hue-0.25",
        "noise-0.10-3_flip-1",
        "noise-0.10-3",
        "",
    ]
    # Where it is still the step that was drawn, it may be changed.
    chains = [now for now in meanwhile if parse(now)[index : index + 1] != (step,)]
    assert steps_after(partial(ACTS[act], index, step), *chains) == chains


@pytest.mark.parametrize("act", ["remove", "earlier", "later"])
@pytest.mark.parametrize("index", [1, 2])
def test_of_two_steps_that_differ_in_their_amount_the_other_one_stays(act: str, index: int) -> None:
    step, now = parse("rotate-3_rotate-2_rotate-1")[index], "rotate-3_rotate-1_rotate-2"
    assert steps_after(partial(ACTS[act], index, step), now) == [now]


def test_a_slider_that_is_moved_again_before_its_row_is_drawn_again_has_the_last_word() -> None:
    assert steps_after(partial(ACTS["change"], 0, HUE), "hue-0.30_flip-1") == ["hue-0.50_flip-1"]


@pytest.mark.parametrize(("slider", "amount"), [(0.127, "0.13"), (-9.0, "-0.50"), (9, "0.50")])
def test_a_step_takes_an_amount_that_its_slider_has(slider: float, amount: str) -> None:
    assert steps_after(partial(ACTS["change"], 0, HUE), "hue-0.30", slider=slider) == [f"hue-{amount}"]


@pytest.mark.parametrize(
    ("chain", "name", "expected"),
    [
        ("", "flip", write([new_step("flip")])),
        ("hue-0.10", "noise", f"hue-0.10_{write([new_step('noise')])}"),
        ("hue-0.10", "sharpen", "hue-0.10"),
        ("hue-0.10", None, "hue-0.10"),
        ("_".join(["flip-1"] * MOST_STEPS), "hue", "_".join(["flip-1"] * MOST_STEPS)),
    ],
)
def test_a_step_is_added_last_if_there_is_such_a_one_and_room(chain: str, name: object, expected: str) -> None:
    def act() -> None:
        add_step("slider")
        assert st.session_state["slider"] is None

    assert steps_after(act, chain, slider=name) == [expected]


# Values that the address and a component of ours share


def channel() -> object:
    return open_channel({"conv1": 32})


CONV1 = OpenChannel("conv1", 3)
# Name in the address, what reads it, another value as it is written and read, the first value, what is invalid.
LINKED = [
    ("picture", chosen_picture, "rocket", "rocket", FIRST_SAMPLE, "lena"),
    ("steps", chosen_steps, CHAIN, parse(CHAIN), (), "flip-9_"),
    ("seed", chosen_seed, "5", 5, 1, "-5"),
    ("channel", channel, "conv1.3", CONV1, None, "conv1.32"),
]
LINKED_IDS = [name for name, *_ in LINKED]
linked = pytest.mark.parametrize(("name", "read", "text", "value", "first", "invalid"), LINKED, ids=LINKED_IDS)


@linked
def test_a_linked_value_comes_from_the_link_and_what_is_invalid_is_the_first(
    name: str, read: Callable[[], object], text: str, value: object, first: object, invalid: str
) -> None:
    app = visitor(**{name: text})
    assert result_of(app, read) == value
    assert app.query_params == {name: text}
    for wrong in (invalid, "", "%00", "9" * 10_000):
        app = visitor(**{name: wrong})
        assert result_of(app, read) == first
        assert app.query_params == {}


def test_the_first_value_is_not_written_into_the_address() -> None:
    for name, read, first in (("picture", chosen_picture, FIRST_SAMPLE), ("seed", chosen_seed, "1")):
        app = visitor(**{name: first})
        assert str(result_of(app, read)) == first
        assert app.query_params == {}


@linked
def test_the_session_has_the_word_against_an_address_of_before(
    name: str, read: Callable[[], object], text: str, value: object, first: object, invalid: str
) -> None:
    app = visitor(**{name: text})
    result_of(app, read)
    app.query_params = {}
    assert result_of(app, read) == value
    assert app.query_params == {name: text}
    app = visitor()
    result_of(app, read)
    for stale in (text, invalid):
        app.query_params = {name: stale}
        assert result_of(app, read) == first
        assert app.query_params == {}


@linked
def test_the_way_back_is_the_address_that_was(
    name: str, read: Callable[[], object], text: str, value: object, first: object, invalid: str
) -> None:
    app = visitor()
    assert result_of(app, read) == first
    for address, expected in (({name: text}, value), ({}, first), ({name: text}, value), ({name: invalid}, first)):
        gone_back(app, address)
        assert not app.exception
        assert app.session_state["result"] == expected
        assert app.query_params == ({name: text} if expected == value else {})


def test_a_linked_value_that_is_changed_is_in_the_address() -> None:
    app = visitor(picture="rocket", steps=CHAIN, seed="5", channel="conv1.3")

    def read() -> tuple[object, ...]:
        return chosen_picture(), chosen_steps(), chosen_seed(), channel()

    result_of(app, read)

    def change() -> tuple[object, ...]:
        choose_sample("coffee")
        choose_sample("no sample")
        use_steps([FLIP])
        next_seed()
        show_channel("conv1", 7)
        return read()

    assert result_of(app, change) == ("coffee", (FLIP,), 6, OpenChannel("conv1", 7))
    assert app.query_params == {"picture": "coffee", "steps": "flip-1", "seed": "6", "channel": "conv1.7"}

    def close() -> object:
        close_channel()
        return channel()

    assert result_of(app, close) is None
    assert "channel" not in app.query_params


# Choices that widgets hold


def page(title: str, *names: str) -> Callable[[], dict[str, Any]]:
    """A page that draws a list for each of these choices."""

    def draw() -> dict[str, Any]:
        restore_choices(title)
        return {name: choose(st.selectbox, name, ("a", "b", "c"), key=name, first="a") for name in names}

    return draw


def test_a_choice_comes_back_after_a_view_without_it() -> None:
    app = visitor()
    result_of(app, page("Maps", "order", "colours"))
    app.selectbox(key="order").set_value("b").run()
    assert result_of(app, page("Maps", "colours")) == {"colours": "a"}
    assert result_of(app, page("Maps", "order", "colours")) == {"order": "b", "colours": "a"}


def test_a_choice_goes_along_to_another_page_and_back() -> None:
    app = visitor()
    result_of(app, page("Maps", "order"))
    app.selectbox(key="order").set_value("b").run()
    result_of(app, page("Home"))
    result_of(app, page("Brighten", "colours"))
    assert result_of(app, page("Maps", "order", "colours")) == {"order": "b", "colours": "a"}


@pytest.mark.parametrize(
    ("opens", "view", "firsts"),
    [
        (MAPS, {}, {"kind": "gain", "view": "feature maps", "span": "channel", "fit": "stretch"}),
        (MAPS, {"view": "difference"}, {"against": "original", "magnify": "by itself"}),
        (TRAIN, {}, {"data": "Shapes"}),
        (AUGMENT, {"steps": "flip-1"}, {"compare": "these steps"}),
    ],
)
def test_an_empty_value_in_a_link_is_the_first_choice(opens: str, view: dict[str, str], firsts: dict[str, Any]) -> None:
    app = opened(opens, **view, **dict.fromkeys(firsts, ""))
    assert not app.exception
    assert {name: app.segmented_control(key=name).value for name in firsts} == firsts


# The address on the next page, and the way back

VIEW: Mapping[str, str | list[str]] = {
    "picture": "rocket",
    "network": "untrained",
    "kind": "gamma",
    "gamma": "0.52",
    "layers": ["conv1", "dense1"],
    "view": "difference",
    "magnify": "4",
    "order": "mean",
    "fit": "crop",
    "columns": "8",
}
SHARED = ("picture", "kind", "gamma")  # with the Brighten page


def part(address: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: address[name] for name in names if name in address}


def test_what_a_link_said_is_in_the_address_of_the_next_page_and_of_the_one_after() -> None:
    app = opened(MAPS, **VIEW)
    assert app.query_params == VIEW
    app.switch_page(BRIGHTEN).run()
    assert not app.exception
    assert app.query_params == part(VIEW, SHARED)
    app.switch_page(MAPS).run()
    assert not app.exception
    assert app.query_params == VIEW


def test_an_amount_between_two_steps_goes_along_as_the_step_it_became() -> None:
    app = opened(MAPS, gain="2.349", layers="conv1")
    app.switch_page(BRIGHTEN).run()
    assert float(app.query_params["gain"]) == 2.35


def test_what_is_chosen_after_a_link_is_what_the_next_address_says() -> None:
    app = opened(MAPS, **VIEW)
    app.segmented_control(key="magnify").set_value("8").run()
    app.selectbox(key="order").set_value("reaction").run()
    app.switch_page(BRIGHTEN).run()
    app.switch_page(MAPS).run()
    assert app.query_params == {name: "8" if name == "magnify" else VIEW[name] for name in VIEW if name != "order"}


def test_the_way_back_to_another_page_is_the_view_that_was_left() -> None:
    app = opened(MAPS, **VIEW)
    first = dict(app.query_params)
    app.switch_page(BRIGHTEN).run()
    # What is touched is written into the address by the browser.
    second = {**app.query_params, "gamma": "2.00"}
    app.query_params = second
    app.number_input(key="gamma").set_value(2.0).run()
    assert app.query_params == second
    for page, address, gamma in ((MAPS, first, 0.52), (BRIGHTEN, second, 2.0), (MAPS, first, 0.52)):
        gone_back(app, address, page=page)
        assert not app.exception
        assert app.query_params == address
        assert app.number_input(key="gamma").value == gamma
    assert app.segmented_control(key="view").value == "difference"
    assert app.segmented_control(key="magnify").value == "4"
    assert app.selectbox(key="order").value == "mean"
    assert app.pills(key="layers").value == ["conv1", "dense1"]


def test_the_way_back_on_the_same_page_is_the_view_before() -> None:
    app = opened(MAPS, layers="conv1")
    first = dict(app.query_params)
    second = {**first, "order": "mean", "gain": "0.60"}
    app.query_params = second
    app.selectbox(key="order").set_value("mean")
    app.number_input(key="gain").set_value(0.6).run()
    for address, order, gain in ((first, "reaction", 1.5), (second, "mean", 0.6), (first, "reaction", 1.5)):
        gone_back(app, address)
        assert app.query_params == address
        assert (app.selectbox(key="order").value, app.number_input(key="gain").value) == (order, gain)


def test_what_embeds_the_app_does_not_stop_the_way_back() -> None:
    app = opened(MAPS, layers="conv1", gain="0.60")
    app.switch_page(BRIGHTEN).run()
    gone_back(app, {"layers": "conv1", "gain": "0.60", "embed_options": "light_theme"}, page=MAPS)
    assert not app.exception
    assert app.number_input(key="gain").value == 0.6
    assert app.pills(key="layers").value == ["conv1"]
