"""What a visitor chooses on the Feature maps page, every choice in the address."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from ui import state
from vizcore.figures import COLOUR_MAPS
from vizcore.mosaic import ORDERS, SCALES
from vizcore.preprocessing import FITS

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    from vizcore.activations import LayerInfo

TILES_A_ROW = (4, 8, 16, 32)
_DEFAULT_TILES_A_ROW = 16  # the tutorial's
_NUM_FIRST_LAYERS = 4  # the tutorial's


@dataclass(frozen=True)
class LayerChoice:
    """How layers are drawn."""

    layers: "tuple[LayerInfo, ...]"
    scale: str
    fit: str
    order: str
    colour_map: str
    columns: int


def choose_layers(layers: "tuple[LayerInfo, ...]") -> LayerChoice:
    """Which layers, on which scale, in which order and colours, and how the picture becomes square.

    Args:
        layers: all that the network has, first to last.
    """
    names = [layer.name for layer in layers]
    chosen = st.pills(
        "Layers",
        names,
        selection_mode="multi",
        default=names[:_NUM_FIRST_LAYERS],
        key="layers",
        bind="query-params",
        wrap=True,
    )
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
