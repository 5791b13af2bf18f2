"""What a visitor chooses on the Feature maps page, every choice in the address."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ui import state
from ui.networks import Network
from vizcore.figures import COLOUR_MAPS
from vizcore.mosaic import ORDERS, SCALES
from vizcore.preprocessing import FITS

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations import LayerInfo

TILES_A_ROW = (4, 8, 16, 32)
_DEFAULT_TILES_A_ROW = 16  # the tutorial's
_NUM_FIRST_LAYERS = 4  # the tutorial's
_MOST_BUTTONS = 12
_MOST_FIRST_LAYERS = 5
_DECIDING = frozenset({"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Activation", "ReLU", "LeakyReLU", "Add"})


@dataclass(frozen=True)
class LayerChoice:
    """How layers are drawn."""

    layers: "tuple[LayerInfo, ...]"
    scale: str
    fit: str
    order: str
    colour_map: str
    columns: int


def choose_layers(network: Network) -> LayerChoice:
    """Which layers, on which scale, in which order and colours, and how the picture becomes square."""
    layers = network.traced.layers
    chosen = _choose_names(layers, key=network.entry.layers_key)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        scale = st.segmented_control(
            "Scale",
            list(SCALES),
            default="locked",
            required=True,
            format_func=lambda name: SCALES[name].label,
            key="scale",
            bind="query-params",
            width="content",
            wrap=True,
        )
        fit = st.segmented_control(
            "Make it square",
            list(FITS),
            default="stretch",
            required=True,
            key="fit",
            bind="query-params",
            help=" ".join(f"{name}: {text}." for name, text in FITS.items()),
            width="content",
        )
        view = st.popover("Arrange", icon=":material/tune:", width="content")
    with view:
        order = st.selectbox(
            "Order by",
            list(ORDERS),
            key="order",
            bind="query-params",
            help="Of the unedited picture, so that a tile stays where it is while the brightness changes.",
        )
        colour_map = st.selectbox("Colour map", list(COLOUR_MAPS), key="colours", bind="query-params")
        columns = st.selectbox(
            "Tiles a row",
            TILES_A_ROW,
            index=TILES_A_ROW.index(_DEFAULT_TILES_A_ROW),
            key="columns",
            bind="query-params",
        )
    state.keep_choices()
    st.caption(f"Scale {SCALES[scale].label}: {SCALES[scale].formula}")
    return LayerChoice(
        layers=tuple(layer for layer in layers if layer.name in chosen),
        scale=scale,
        fit=fit,
        order=order,
        colour_map=colour_map,
        columns=columns,
    )


def _choose_names(layers: "tuple[LayerInfo, ...]", *, key: str) -> list[str]:
    names = [layer.name for layer in layers]
    if len(layers) <= _MOST_BUTTONS:
        return st.pills(
            "Layers",
            names,
            selection_mode="multi",
            default=names[:_NUM_FIRST_LAYERS],
            key=key,
            bind="query-params",
            wrap=True,
        )
    search, listed = st.columns([5, 1], vertical_alignment="bottom")
    with search:
        chosen = st.multiselect(
            "Layers",
            names,
            default=one_per_resolution(layers),
            key=key,
            bind="query-params",
            placeholder="Type a part of a layer's name",
            help="All layers of the network, first to last. Type to search.",
        )
    with listed, st.popover("All layers", icon=":material/list:", width="stretch"):
        st.markdown(_table(layers))
    return chosen


def one_per_resolution(layers: "tuple[LayerInfo, ...]") -> list[str]:
    """A first choice for a deep network: of each size of feature map the last layer that decides something.

    Padding, normalisation and pooling are passed over: they only prepare or repeat what others say.
    """
    last = {layer.shape[:2]: layer.name for layer in layers if layer.is_spatial and layer.kind in _DECIDING}
    spatial = [layer.name for layer in layers if layer.is_spatial]
    return list(last.values())[:_MOST_FIRST_LAYERS] or spatial[:1] or [layers[0].name]


def _table(layers: "tuple[LayerInfo, ...]") -> str:
    rows, group = [], None
    for layer in layers:
        if layer.group != group:
            group = layer.group
            rows.append(f"| **{group or 'the rest'}** | | |")
        sizes = " × ".join(str(size) for size in layer.shape[:-1]) or "vector"
        rows.append(f"| {layer.name.replace('_', '&#95;')} | {layer.kind} · {sizes} | {layer.num_channels} |")
    return "\n".join(["| layer | size | channels |", "|---|---|--:|", *rows])
