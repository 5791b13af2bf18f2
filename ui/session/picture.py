"""The chosen picture, and the visitor's own."""

from collections.abc import Mapping

import streamlit as st

from ui.session.events import answer, answered
from ui.session.linked import Linked
from ui.values import OWN, CurrentPicture
from vizcore.pictures.samples import SAMPLES

_CLICK = "picture"
FIRST_SAMPLE = next(iter(SAMPLES))
_PICTURE = Linked(
    "picture",
    FIRST_SAMPLE,
    lambda name: name if name in SAMPLES or name == OWN else None,
    str,
    f"you see “{SAMPLES[FIRST_SAMPLE].title}”",
)


def chosen_picture() -> str:
    """Name of the sample that is shown, or `OWN`. A link to somebody's own picture shows the first sample instead."""
    chosen = _PICTURE.get()
    if chosen == OWN and own_picture() is None:
        st.session_state["_picture_stayed_behind"] = True
        return FIRST_SAMPLE
    return chosen


def own_picture() -> CurrentPicture | None:
    """The picture that this visitor has uploaded or taken; the session keeps it."""
    own: CurrentPicture | None = st.session_state.get("_own")
    return own


def picture_stayed_behind() -> bool:
    """Whether this visitor came by a link to somebody's own picture and has not chosen a picture since."""
    return bool(st.session_state.get("_picture_stayed_behind"))


def choose_sample(name: str) -> None:
    """Choose a sample. A name that is not in `SAMPLES` is ignored: it comes from the browser."""
    if name in SAMPLES:
        _choose(name)


def answer_click(message: object) -> None:
    """Choose the sample that was clicked, unless this click or a later one has been answered.

    Args:
        message: of the strip, {"sample": …, "at": …}. It comes from the browser, so an invalid message is ignored.
    """
    if isinstance(message, Mapping):
        answer(_CLICK, message, lambda: choose_sample(str(message.get("sample"))))


def answered_click() -> float | None:
    """When the last answered click was made, in ms on the browser's own clock; None before the first."""
    return answered(_CLICK)


def choose_own(picture: CurrentPicture) -> None:
    """Choose the visitor's own picture, and keep it in the session."""
    keep_own(picture)
    _choose(OWN)


def keep_own(picture: CurrentPicture) -> None:
    """Keep the visitor's own picture in place of an earlier one, without choosing it."""
    st.session_state["_own"] = picture


def picture_is_here() -> None:
    """Note that the picture of the address is here after all, because the visitor has come back to it."""
    st.session_state["_picture_stayed_behind"] = False


def choose_own_again() -> None:
    """Choose the picture that the visitor has brought before."""
    if own_picture() is not None:
        _choose(OWN)


def _choose(name: str) -> None:
    _PICTURE.set(name)
    st.session_state["_picture_stayed_behind"] = False
    st.session_state["_refusal"] = None


def refuse_picture(sentence: str) -> None:
    """Remember why a file was refused. The current picture stays.

    Args:
        sentence: the reason, shown below the upload.
    """
    st.session_state["_refusal"] = sentence


def picture_refusal() -> str | None:
    """Why the last file was refused, or None."""
    sentence: str | None = st.session_state.get("_refusal")
    return sentence


def uploader_key(name: str) -> str:
    """Key of an uploading widget. It changes after each processed file, so that the widget is empty again."""
    return f"{name}-{st.session_state.get('_files_taken', 0)}"
