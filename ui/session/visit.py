"""The key of a visit, and what the visit would lose with its session."""

import secrets
from functools import partial

import streamlit as st

from ui.session.choices import set_choices
from ui.session.keeping import Belongings, Keeper
from ui.session.network import forget_linked_network
from ui.session.picture import keep_own, own_picture, picture_is_here
from ui.session.streamlit_internals import is_connected, session_id
from ui.session.training import restore_training, trained_before, trained_here, training_job
from vizcore.networks.entries import TRAINED_HERE

_LONGEST_KEY = 100


def visit_key() -> str:
    """The key under which the belongings of this visit are kept. Nobody can guess it."""
    key: str = st.session_state.setdefault("_visit", secrets.token_urlsafe(24))
    return key


def address_of_arrival() -> str | None:
    """The address with which this session began; None without a browser.

    Streamlit writes Home's address in place of one that it does not know, so later runs of a session have that one.
    """
    address: str | None = st.session_state.setdefault("_address_of_arrival", st.context.url)
    return address


def keep_belongings(keeper: Keeper) -> bool:
    """Keep what this visitor has now.

    Returns:
        Whether there is anything.
    """
    belongings = Belongings(own_picture(), training_job(), trained_before())
    if belongings:
        keeper.keep(visit_key(), session_id(), belongings)
    return bool(belongings)


def lost_key() -> str:
    """The last key that the tab has remembered and this session has asked for; empty before it has asked."""
    lost: str = st.session_state.get("_visit_asked", "")
    return lost


def come_back(keeper: Keeper, key: object) -> None:
    """Give this session the belongings of an earlier one of the same tab. Call it in a callback.

    Args:
        keeper: of the process.
        key: that the tab has remembered. It comes from the browser, so an invalid one is ignored.
    """
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY:
        return
    st.session_state["_visit_asked"] = key
    if own_picture() is not None or training_job() is not None:
        # The visitor was quicker: what is here is newer.
        return
    belongings, goes_on = keeper.claim(key, session_id())
    if goes_on:
        st.session_state["_visit"] = key
    if belongings.picture is not None:
        keep_own(belongings.picture)
        picture_is_here()
    job = belongings.job
    if job is not None:
        job.is_there = partial(is_connected, session_id())
    restore_training(job, belongings.trained)
    if trained_here() is not None and st.session_state.get("_network_stayed_behind") == TRAINED_HERE:
        forget_linked_network()
        set_choices({"network": TRAINED_HERE})
