"""The choice of layers: buttons for a small network, a search for a deep one, and a table of all layers."""

import streamlit as st

from ui.session.choices import choose
from vizcore.activations.layer import LayerInfo
from vizcore.activations.layer_choice import SMALL, first_layers


def choose_names(layers: tuple[LayerInfo, ...], *, key: str) -> list[str]:
    """Draw the choice of layers.

    Args:
        layers: all layers of the network.
        key: of the choice.

    Returns:
        The names of the chosen layers.
    """
    names, first = [layer.name for layer in layers], first_layers(layers)
    if len(layers) <= SMALL:
        return choose(st.pills, "Layers", names, key=key, first=first, selection_mode="multi", wrap=True)
    search, listed = st.columns([5, 1], vertical_alignment="bottom")
    with search:
        chosen = choose(
            st.multiselect,
            "Layers",
            names,
            key=key,
            first=first,
            placeholder="Type a part of a layer's name",
            help="All layers of the network, first to last. Type to search.",
        )
    with listed, st.popover("All layers", icon=":material/list:", width="stretch"):
        st.markdown(_table(layers))
    return chosen


def _table(layers: tuple[LayerInfo, ...]) -> str:
    rows, group = [], None
    for layer in layers:
        if layer.group != group:
            group = layer.group
            rows.append(f"| **{group or 'the rest'}** | | |")
        sizes = " × ".join(str(size) for size in layer.shape[:-1]) or "vector"
        rows.append(f"| {layer.name.replace('_', '&#95;')} | {layer.kind} · {sizes} | {layer.num_channels} |")
    return "\n".join(["| layer | size | channels |", "|---|---|--:|", *rows])
