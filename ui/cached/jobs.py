"""The long computations of the process, which wait for each other and for the pages of visitors."""

import streamlit as st

from ui.jobs.pacing import Visits
from ui.jobs.queue import JobQueue


@st.cache_resource(max_entries=1, show_spinner=False)
def training_queue() -> JobQueue:
    """The trainings of this process."""
    return JobQueue()


@st.cache_resource(max_entries=1, show_spinner=False)
def climb_queue() -> JobQueue:
    """The climbs of this process. They take seconds, so they do not wait for trainings."""
    return JobQueue()


@st.cache_resource(max_entries=1, show_spinner=False)
def _visits() -> Visits:
    return Visits()


def begin_part() -> None:
    """Tell the long computations that a visitor now waits for a page or for a fragment of it."""
    _visits().begun()


def last_visit() -> float:
    """The time at which a visitor last began to wait for a page, in seconds of `time.monotonic`."""
    return _visits().last
