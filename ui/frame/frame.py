"""The frame of every page: its title, the links to the other pages, and the picture in the sidebar."""

from pathlib import Path

import streamlit as st

from ui.cached.jobs import begin_part
from ui.cached.keeping import keeper
from ui.frame import housekeeping
from ui.frame.pages import PAGE_PATHS, PAGES, TITLE
from ui.frame.picture_choice import choose_picture
from ui.frame.visit.visit import remember_visit
from ui.guard import sentences
from ui.parts.component import component
from ui.session.choices import restore_choices
from ui.session.events import next_number
from ui.session.notices import place_notices
from ui.session.picture import picture_stayed_behind
from ui.session.screen import SCREEN, is_narrow, is_phone
from ui.session.streamlit_internals import asked_parameters, finish_callbacks
from ui.session.visit import address_of_arrival
from ui.values import CurrentPicture
from vizcore.pictures.samples import SAMPLES
from vizcore.settings import settings

_FILES = Path(__file__).parent
_history = component("history", _FILES / "history")
_screen = component("screen", _FILES / "screen")
_landmarks = component("landmarks", _FILES / "landmarks")
_SHEETS = tuple((_FILES / name).read_text(encoding="utf-8") for name in ("frame.css", "streamlit.css"))


def begin(title: str) -> CurrentPicture:
    """Begin a page: configuration, navigation, sidebar. Call it first.

    Args:
        title: of the page, as in the navigation.

    Returns:
        The chosen picture after the chosen steps of augmentation.
    """
    st.set_page_config(
        page_title=title if title == TITLE else f"{title} · {TITLE}",
        page_icon=_FILES / "icon.png",
        layout="wide",
        # Beside the sidebar a phone that lies on its side has no room for a page; Streamlit sees no phone in its width.
        initial_sidebar_state="collapsed" if is_phone() else "auto",
    )
    housekeeping.start(keeper().forget_old)
    begin_part()
    finish_callbacks()
    restore_choices(title)
    pages = {"page": PAGE_PATHS[title], "pages": list(PAGE_PATHS.values()), "came": address_of_arrival()}
    # This comes first, so that what is written into the address after it belongs to this run.
    # The number makes it a new message in each run, for `send_what_may_be_gone`.
    _history(key="history", height=1, data={**pages, "asked": asked_parameters(), "number": next_number()})
    remember_visit()
    st.html(f"<style>{_theme()}{''.join(_SHEETS)}</style>")
    with st.container(horizontal=True, gap="small", key="navigation"):
        for path, (label, icon) in PAGES.items():
            st.page_link(path, label=label, icon=icon)
    place_notices()
    with sentences():
        # A wrong variable of the operator's is reported here, before anything reads it.
        settings()
    with st.sidebar, sentences():
        picture = choose_picture()
        _screen(key=SCREEN, height=1, data={"narrow": is_narrow()}, on_narrow_change=lambda: None)
        _landmarks(key="landmarks", height=1)
    if picture_stayed_behind():
        st.info(
            "This link was made with somebody's own picture, which a link does not carry. "
            f"You see the same view of “{SAMPLES[picture.key].title}”; upload it in the sidebar, or choose another.",
            icon=":material/link:",
        )
    return picture


def _theme() -> str:
    """Three colours of the theme as CSS variables. Only components can use Streamlit's own variables, `--st-…`."""
    colours = {
        name: ", ".join(st.get_option(f"theme.{base}.{option}") for base in ("light", "dark"))
        for name, option in (("background", "backgroundColor"), ("primary", "primaryColor"), ("text", "textColor"))
    }
    return ":root {" + "".join(f"--vizcore-{name}: light-dark({both});" for name, both in colours.items()) + "}"
