"""What a link says and this app does not know is said on the page, with what is shown instead."""

from collections.abc import Mapping

import pytest
import streamlit as st

from tests.ui.apps import PAGES, gone_back, opened, result_of, visitor
from ui.session.channel import open_channel, show_channel
from ui.session.choices import choose, restore_choices
from ui.session.notices import forget_notice, note, notices, place_notices

HOME, BRIGHTEN, MAPS, TRAIN, AUGMENT, _ = PAGES


@pytest.mark.parametrize(
    ("page", "address", "said", "left"),
    [
        (MAPS, {"view": "x"}, ["“view=x” in this link is not known here; you see “feature maps”."], {}),
        (MAPS, {"scale": "x"}, ["“scale=x” in this link is not known here; the scale is the one chosen below."], {}),
        (
            MAPS,
            {"layers": ["conv1", "zzz"]},
            ["“layers=zzz” in this link is not known here; you see “conv1”."],
            {"layers": "conv1"},
        ),
        (MAPS, {"standardise": "maybe"}, ["“standardise=maybe” in this link is not known here; you see “false”."], {}),
        (
            MAPS,
            {"layers": "flatten", "view": "tuning curves", "page-flatten": "9999"},
            ["“page-flatten=9999” in this link is beyond 1 to 144; you see 144."],
            {"layers": "flatten", "view": "tuning curves", "page-flatten": "144"},
        ),
        (
            MAPS,
            {"layers": "conv1", "channel": "conv1.32"},
            [
                "“channel=conv1.32” in this link is not known here; no channel of the layers on this page is open.",
            ],
            {"layers": "conv1"},
        ),
        (
            BRIGHTEN,
            {"picture": "lena"},
            ["“picture=lena” in this link is not known here; you see “Chelsea the cat”."],
            {},
        ),
        (TRAIN, {"epochs": "99"}, ["“epochs=99” in this link is beyond 1 to 50; you see 50."], {"epochs": "50"}),
        (TRAIN, {"epochs": "-1e999"}, ["“epochs=-1e999” in this link is beyond 1 to 50; you see 1."], {"epochs": "1"}),
        (TRAIN, {"epochs": "nan"}, ["“epochs=nan” in this link is not known here; you see 4."], {}),
        (AUGMENT, {"steps": "melt-1"}, ["“steps=melt-1” in this link is not known here; the picture is as it is."], {}),
        (
            AUGMENT,
            {"steps": "rotate-1_hue-0.10", "seed": "-5"},
            ["“seed=-5” in this link is not known here; you see the first versions."],
            {"steps": "rotate-1_hue-0.10"},
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) and value else "",
)
def test_a_value_that_is_not_known_is_named_with_what_is_shown_instead(
    page: str, address: Mapping[str, str | list[str]], said: list[str], left: Mapping[str, str]
) -> None:
    app = opened(page, **address)
    assert not app.exception
    assert list(app.session_state["_notices"].values()) == said
    assert [info.value.replace("&#46;", ".") for info in app.info] == [" ".join(said)]
    assert app.query_params == left


def test_what_is_known_needs_no_sentence() -> None:
    known = {"layers": ["conv1", "conv3"], "view": "difference", "fit": "crop", "columns": "8", "standardise": "true"}
    app = opened(MAPS, **known, kind="", order="", colours="magma", picture="star", steps="flip-1", channel="conv3.9")
    assert not app.exception
    assert not app.info


def page(title: str, *names: str) -> list[str]:
    restore_choices(title)
    place_notices()
    for name in names:
        choose(st.selectbox, name, ("a", "b", "c"), key=name, first="a")
    return list(notices())


ORDER = "“order=z” in this link is not known here; you see “a”."


def test_the_sentence_stays_until_the_choice_is_made_or_another_page_is_opened() -> None:
    app = visitor(order="z", colours="y")
    assert result_of(app, lambda: page("Maps", "order", "colours"))[0] == ORDER
    app.run()
    assert app.session_state["result"][0] == ORDER
    app.selectbox(key="colours").set_value("b").run()
    assert app.session_state["result"] == [ORDER]
    assert [info.value for info in app.info] == [ORDER]
    assert result_of(app, lambda: page("Home", "order")) == []
    assert not app.info


def test_on_the_way_back_the_address_is_named_anew() -> None:
    app = visitor(order="z")
    assert result_of(app, lambda: page("Maps", "order")) == [ORDER]
    gone_back(app, {"order": "b"})
    assert app.session_state["result"] == []
    gone_back(app, {"order": "z"})
    assert app.session_state["result"] == [ORDER]


def test_a_channel_that_is_opened_ends_the_sentence_about_another() -> None:
    app = visitor(channel="conv1.99")

    def draw() -> list[str]:
        place_notices()
        open_channel({"conv1": 32})
        return list(notices())

    assert len(result_of(app, draw)) == 1

    def click() -> list[str]:
        show_channel("conv1", 3)
        return draw()

    assert result_of(app, click) == []


def test_a_notice_replaces_an_earlier_one_about_the_same_and_shows_every_character() -> None:
    def draw() -> None:
        place_notices()
        note("gain", "one")
        note("kind", "*two*")
        note("gain", "three")

    app = visitor()
    result_of(app, draw)
    assert [info.value for info in app.info] == ["three &#42;two&#42;"]

    def forget() -> None:
        place_notices()
        forget_notice("gain")
        forget_notice("kind")

    result_of(app, forget)
    assert not app.info


def test_a_long_text_of_a_link_is_cut() -> None:
    app = opened(BRIGHTEN, picture="9" * 10_000)
    assert len(app.info[0].value) < 200
