"""The networks, one copy for all visitors, and their downloads."""

from dataclasses import replace

import streamlit as st

from ui.cached.tensorflow import load_tensorflow
from ui.jobs.downloads import DownloadJobs
from ui.session.training import trained_here
from vizcore.networks.network import Entry, Network


@st.cache_resource(max_entries=1, show_spinner=False)
def download_jobs() -> DownloadJobs:
    """The downloads of this process."""
    return DownloadJobs()


@st.cache_resource(max_entries=2, show_spinner="Building the network …")
def network(name: str, version: str, _entry: Entry) -> Network:
    """A network, one copy for all visitors. Two are kept; a third replaces the one that was not used for longest.

    Args:
        name: of the entry.
        version: of the entry.
        _entry: builds the network.

    Raises:
        VizcoreError: it cannot be built.
    """
    load_tensorflow()
    return _entry.build()


def network_of(entry: Entry) -> Network:
    """The network of an entry.

    A fragment calls this in every run and does not keep the network: Streamlit never releases an object that a fragment
    holds.

    Raises:
        VizcoreError: it cannot be built, or it is the visitor's own and has been trained on.
    """
    own = trained_here()
    # The session has the visitor's own network, which no other visitor can choose. A part of the page that was drawn
    # before the last training still asks for the previous network, which its entry refuses to build.
    if own is not None and own.entry == entry:
        return own
    # All visitors share one copy, but each visitor chooses the value range.
    return replace(network(entry.name, entry.version, entry), entry=entry)
