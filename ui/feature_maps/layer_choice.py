"""The choice of layers: buttons for a small network, a search for a deep one, and for both a table of all layers."""

from functools import partial

import streamlit as st

from ui.feature_maps.layer_list.layer_list import layer_list
from ui.session.choices import choose, set_choices
from vizcore.activations.layer import LayerInfo
from vizcore.activations.layer_choice import SMALL, first_layers

_TABLE = "all-layers-list"


def choose_names(layers: tuple[LayerInfo, ...], *, key: str) -> list[str]:
    """Draw the choice of layers.

    Args:
        layers: all layers of the network.
        key: of the choice.

    Returns:
        The names of the chosen layers.
    """
    names, first = [layer.name for layer in layers], first_layers(layers)
    is_small = len(layers) <= SMALL
    with st.container(key="choose-layers", horizontal=True, gap="small", vertical_alignment="bottom"):
        if is_small:
            chosen = choose(
                st.pills, "Layers", names, key=key, first=first, selection_mode="multi", width="content", wrap=True
            )
        else:
            chosen = choose(
                st.multiselect,
                "Layers",
                names,
                key=key,
                first=first,
                placeholder="Type a part of a layer's name",
                help="All layers of the network, first to last. Type to search.",
            )
        listed = st.popover("All layers", icon=":material/list:", width="content", key="all-layers", on_change="rerun")
    if listed.open:
        with listed:
            layer_list(layers, chosen, key=_TABLE, on_chosen=partial(_choose, key))
    return chosen


def _choose(key: str, names: list[str]) -> None:
    set_choices({key: names})
