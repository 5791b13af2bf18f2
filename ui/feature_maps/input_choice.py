"""The choice of how the picture becomes the network's input: its shape, its pixels, its lens."""

from dataclasses import dataclass

import streamlit as st

from ui.guard import as_text
from ui.session.choices import choose
from ui.values import DEFAULT_FIT
from vizcore.inputs.fitting import FITS
from vizcore.inputs.interpolation import INTERPOLATIONS
from vizcore.inputs.lens import LENSES, PLAIN
from vizcore.networks.network import Network

_NETWORKS_OWN = "the network's own"
_STANDARDISED = "standardised"


@dataclass(frozen=True)
class InputChoice:
    """How the picture becomes the network's input.

    Attributes:
        fit: a name in `vizcore.inputs.fitting.FITS`.
        lens: a name in `vizcore.inputs.lens.LENSES`.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`; None for the network's own.
    """

    fit: str
    lens: str
    interpolation: str | None


def choose_input(network: Network) -> InputChoice:
    """Draw the choices."""
    fit = choose(
        st.segmented_control,
        "Make it square",
        list(FITS),
        key="fit",
        first=DEFAULT_FIT,
        help=" ".join(f"{name}: {text}." for name, text in FITS.items()),
        width="content",
    )
    interpolation = _choose_interpolation(network)
    is_standardised = choose(
        st.toggle,
        "Standardise",
        key="standardise",
        first=False,
        help=f"What many networks are given: {LENSES[_STANDARDISED].formula}. See which edits disappear.",
    )
    return InputChoice(fit, _STANDARDISED if is_standardised else PLAIN, interpolation)


def _choose_interpolation(network: Network) -> str | None:
    entry, (height, width, _) = network.entry, network.traced.input_shape
    chosen = choose(
        st.selectbox,
        "Interpolation",
        [_NETWORKS_OWN, *INTERPOLATIONS],
        key="interpolation",
        first=_NETWORKS_OWN,
        help="How the pixels of the network's size are computed. "
        + " ".join(f"{name}: {way.about}." for name, way in INTERPOLATIONS.items())
        + " Another way changes what the network sees as much as an edit does.",
    )
    is_own = chosen == _NETWORKS_OWN
    name = entry.interpolation if is_own else chosen
    st.caption(
        f"{f'{as_text(name)}, as in {as_text(entry.pipeline)}: ' if is_own else ''}"
        f"`{INTERPOLATIONS[name].call(height, width)}`"
    )
    return None if is_own else chosen
