"""The choice of the network in the sidebar, and what has to happen before it can be shown."""

from functools import partial

import streamlit as st

from ui import cached, networks, state
from ui.guard import as_text
from ui.networks import Entry, Network

_SECONDS_BETWEEN_LOOKS = 0.25


def choose_network() -> Entry:
    """Draw the choice in the sidebar; the network that is chosen."""
    entries = networks.entries()
    with st.sidebar:
        st.subheader("Network", anchor=False)
        name = st.selectbox("Network", list(entries), key="network", bind="query-params", label_visibility="collapsed")
        # An empty value in a link counts as "nothing chosen".
        entry = entries.get(name) or next(iter(entries.values()))
        st.caption(entry.about)
    state.keep_choices()
    return entry


def ready(entry: Entry) -> Network:
    """The network, or on the page what is missing, going no further.

    Raises:
        VizcoreError: it cannot be built.
    """
    if networks.missing(entry):
        _offer_download(entry)
        st.stop()
    return cached.network(entry.name)


def _offer_download(entry: Entry) -> None:
    files, jobs = networks.missing(entry), cached.download_jobs()
    job = jobs.find(entry.name)
    if job is not None and not job.finished:
        _progress(entry.name)
        return
    if job is not None and job.error:
        st.error(as_text(job.error), icon=":material/error:")
    megabytes = sum(file.size for file in files) / 1e6
    memory = entry.pretrained.memory if entry.pretrained is not None else 0
    with st.container(border=True):
        st.subheader(f"{entry.name} has to be downloaded once", anchor=False)
        st.write(
            f"{entry.about} The download is **{megabytes:.0f} MB**, and the network takes about **{memory} MB** of "
            "memory while it is chosen."
        )
        st.button(
            f"Download {megabytes:.0f} MB",
            icon=":material/download:",
            type="primary",
            on_click=partial(jobs.start, entry.name, files),
        )


@st.fragment(run_every=_SECONDS_BETWEEN_LOOKS)
def _progress(name: str) -> None:
    job = cached.download_jobs().find(name)
    if job is None or job.finished:
        st.rerun()
    share = min(1.0, job.received / job.total) if job.total else 0.0
    st.progress(share, text=f"Downloading {name}: {job.received / 1e6:.1f} of {job.total / 1e6:.1f} MB")
    st.button("Cancel", on_click=job.cancel)
