"""The choice of the network in the sidebar, and the download that some networks need first."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ui.cached import networks as cached_networks
from ui.frame.range_cases import range_cases
from ui.guard import as_text
from ui.session.choices import choose
from ui.session.network import forget_linked_network, network_stayed_behind
from ui.session.training import trained_here
from ui.values import CurrentPicture
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks.catalogue import entries as listed
from vizcore.networks.entries import TRAINED_HERE
from vizcore.networks.network import Entry, Network

_SECONDS_BETWEEN_LOOKS = 0.25
_LONGEST_NAME = 60
_ASKING = (
    "Its layers do not say which pixel values it expects: choose those that it was trained on. The list shows what it "
    "receives and answers with each."
)


def choose_network(picture: CurrentPicture) -> Entry:
    """Draw the choice of the network in the sidebar.

    Args:
        picture: shown as the network would receive it, where the visitor has to say what it takes.

    Returns:
        The chosen entry, with the chosen value range.
    """
    entries = dict(listed())
    own = trained_here()
    if own is not None:
        # The list and links use a short name for the visitor's own network. The entry's name contains the digest of the
        # weights, for the caches.
        entries[TRAINED_HERE] = own.entry
    with st.sidebar:
        st.header("Network", anchor=False)
        # Links have the label; older ones have the name of the operator's model.
        absent = network_stayed_behind({*entries, *(entry.label for entry in entries.values())})
        first = next(iter(entries))
        name = choose(
            st.selectbox,
            "Network",
            list(entries),
            key="network",
            first=first,
            tells_unknown=False,
            format_func=lambda name: entries[name].label,
            label_visibility="collapsed",
            on_change=forget_linked_network,
        )
        entry = entries.get(name, entries[first])
        st.caption(as_text(entry.about))
        if absent is not None:
            st.info(as_text(_stayed_behind(absent)), icon=":material/link:")
        if len(entry.value_ranges) > 1:
            entry = entry.taking(_choose_range(entry, picture))
    return entry


def _choose_range(entry: Entry, picture: CurrentPicture) -> str:
    """The numbers that a network expects: first those that its layers tell, with the reason below."""
    network = _built(entry)
    expected = None if network is None else network.expected
    value_range = choose(
        st.selectbox,
        "It expects pixel values",
        entry.value_ranges,
        key="range",
        first=entry.value_ranges[0] if expected is None else expected.value_range,
        help=" ".join(f"{name}: {RANGES[name].formula}." for name in entry.value_ranges),
    )
    if expected is not None:
        st.caption(as_text(f"{RANGES[expected.value_range].label}, because {expected.reason}."))
    elif network is not None:
        st.caption(as_text(_ASKING))
        range_cases(picture, entry, network)
    return value_range if value_range in entry.value_ranges else entry.value_range


def _built(entry: Entry) -> Network | None:
    try:
        return cached_networks.network_of(entry)
    except VizcoreError:
        # The page says why the network cannot be built. Its other parts, and the other networks, can still be used.
        return None


def _stayed_behind(name: str) -> str:
    if name == TRAINED_HERE:
        return (
            "The network in this link was trained on the Train page: it belongs to the visit and does not travel with "
            "a link. You see the same view through this one."
        )
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return f"The network in this link, “{shown}”, is not here. You see the same view through this one."


def ready(entry: Entry) -> Network:
    """Return the network. If its files are missing, offer the download and end the run of the page.

    Raises:
        VizcoreError: the network cannot be built.
    """
    files = entry.missing()
    if files:
        _offer_download(entry, files)
        st.stop()
    return cached_networks.network_of(entry)


def _offer_download(entry: Entry, files: Sequence[Download]) -> None:
    jobs = cached_networks.download_jobs()
    job = jobs.find(entry.name)
    if job is not None and not job.finished:
        _progress(entry.name)
        return
    if job is not None and job.error:
        st.error(as_text(job.error), icon=":material/error:")
    megabytes = sum(file.size for file in files) / 1e6
    with st.container(border=True):
        st.header(f"{entry.name} has to be downloaded once", anchor=False)
        st.write(
            f"{entry.about} The download is **{megabytes:.0f} MB**, and the network takes about **{entry.memory} MB** "
            "of memory while it is chosen."
        )
        st.button(
            f"Download {megabytes:.0f} MB",
            icon=":material/download:",
            type="primary",
            on_click=partial(jobs.start, entry.name, files),
        )


@st.fragment(run_every=_SECONDS_BETWEEN_LOOKS)
def _progress(name: str) -> None:
    job = cached_networks.download_jobs().find(name)
    if job is None or job.finished:
        st.rerun()
    progress = job.progress
    words = f"Downloading {name}: {progress.received / 1e6:.1f} of {progress.total / 1e6:.1f} MB"
    st.progress(progress.share, text=words)
    st.button("Cancel", on_click=job.stop)
