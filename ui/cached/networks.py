"""The networks, one copy for all visitors, and their downloads."""

from dataclasses import replace

import streamlit as st

from ui.cached.tensorflow import load_tensorflow
from ui.jobs.download_job import DownloadJobs
from ui.session.training import trained_here
from vizcore.errors import VizcoreError
from vizcore.networks import catalogue


@st.cache_resource(max_entries=1, show_spinner=False)
def download_jobs() -> DownloadJobs:
    """The downloads of this process."""
    return DownloadJobs()


@st.cache_resource(max_entries=2, show_spinner="Building the network …")
def network(name: str, version: str) -> catalogue.Network:
    """A network, one copy for all visitors. Two are kept; a third takes the place of the one not used for longest.

    Args:
        name: one of `networks.entries()`.
        version: that of the entry.

    Raises:
        VizcoreError: it cannot be built.
    """
    load_tensorflow()
    return catalogue.build(catalogue.entries()[name])


def network_of(entry: catalogue.Entry) -> catalogue.Network:
    """A network that a visitor has chosen.

    Fragments look it up again for every run instead of holding on to it: of what they hold nothing is ever released.

    Raises:
        VizcoreError: it cannot be built, or it was the visitor's own and has been trained on.
    """
    own = trained_here()
    # A visitor's own network is found nowhere but in the visitor's session; its name has the digest of its weights.
    if own is not None and own.entry.name == entry.name:
        return own
    there = catalogue.entries().get(entry.name)
    if there is None:
        # A part of the page that was drawn before the last training ended still asks for the one before.
        raise VizcoreError("Your network has been trained on meanwhile. Reload the page to see the new one.")
    if there.version != entry.version:
        raise VizcoreError("The model's file is another one than before. Reload the page to see it.")
    # One copy for all visitors, but each says what pixel values it is given.
    return replace(network(entry.name, entry.version), entry=entry)
