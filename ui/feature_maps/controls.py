"""The choices of the Feature maps page. Every choice is in the address."""

from dataclasses import dataclass

import streamlit as st

from ui.session.choices import choice_of, choose
from ui.values import DEFAULT_FIT
from vizcore.activations.layer import DERIVATIVE_AT_KINKS, LayerInfo
from vizcore.activations.layer_choice import one_per_resolution
from vizcore.figures.colours import COLOUR_MAPS
from vizcore.inputs.fitting import FITS
from vizcore.inputs.lens import LENSES, PLAIN
from vizcore.light.curves import CURVE_ORDERS
from vizcore.maps.channels import ORDERS
from vizcore.maps.scales import SCALES
from vizcore.networks.network import Network

MAPS, DIFFERENCE, DERIVATIVE, TUNING = "feature maps", "difference", "derivative", "tuning curves"
AGAINST = ("original", "without the clip")
VIEWS = (MAPS, DIFFERENCE, DERIVATIVE, TUNING)
TILES_A_ROW = (4, 8, 16, 32)
MAGNIFICATIONS = (1, 2, 4, 8)
_DEFAULT_TILES_A_ROW = 16  # as in the tutorial
_TILES_A_ROW_ON_A_PHONE = 8
_NUM_FIRST_LAYERS = 4  # as in the tutorial
_MOST_BUTTONS = 12
_STANDARDISED = "standardised"


@dataclass(frozen=True)
class LayerChoice:
    """The chosen layers, how they are drawn, and how the picture becomes the network's input.

    Attributes:
        layers: the chosen layers, in the order of the network.
        view: one of `VIEWS`.
        stretched: whether each picture or curve has its own scale.
        against: one of `AGAINST`: the base of the view "difference".
        scale: a name in `vizcore.maps.scales.SCALES`.
        fit: a name in `vizcore.inputs.fitting.FITS`.
        lens: a name in `vizcore.inputs.lens.LENSES`.
        order: the order of feature maps, one of `vizcore.maps.channels.ORDERS`.
        colour_map: a name in `vizcore.figures.colours.COLOUR_MAPS`.
        columns: tiles in a row.
        curve_order: the order of tuning curves, one of `vizcore.light.curves.CURVE_ORDERS`.
        magnify: factor by which the range of a difference or a derivative is narrowed.
        is_on_a_phone: whether the browser is on a phone.
    """

    layers: tuple[LayerInfo, ...]
    view: str = MAPS
    stretched: bool = False
    against: str = AGAINST[0]
    scale: str = "locked"
    fit: str = DEFAULT_FIT
    lens: str = PLAIN
    order: str = "index"
    colour_map: str = "viridis"
    columns: int = _DEFAULT_TILES_A_ROW
    curve_order: str = "index"
    magnify: int = 1
    is_on_a_phone: bool = False


def choose_layers(network: Network) -> LayerChoice:
    """Draw the choices: layers, view, scale, order, colours, and how the picture becomes square."""
    layers = network.traced.layers
    chosen = _choose_names(layers, key=network.entry.layers_key)
    with st.container(key="choices", horizontal=True, gap="small", vertical_alignment="center"):
        view = choose(st.segmented_control, "Show", list(VIEWS), key="view", first=MAPS, width="content", wrap=True)
        scale, stretched = _choose_scale(view)
        arrangement = st.popover("More", icon=":material/tune:", width="content", key="more")
    is_on_a_phone = _is_on_a_phone()
    with arrangement:
        fit = choose(
            st.segmented_control,
            "Make it square",
            list(FITS),
            key="fit",
            first=DEFAULT_FIT,
            help=" ".join(f"{name}: {text}." for name, text in FITS.items()),
            width="content",
        )
        is_standardised = choose(
            st.toggle,
            "Standardise",
            key="standardise",
            first=False,
            help=f"What many networks are given: {LENSES[_STANDARDISED].formula}. See which edits are gone.",
        )
        order, curve_order = _choose_order(view)
        magnify = _choose_magnification() if view in (DIFFERENCE, DERIVATIVE) and not stretched else 1
        colour_map = choose(st.selectbox, "Colour map", list(COLOUR_MAPS), key="colours", first=next(iter(COLOUR_MAPS)))
        columns = _choose_columns(is_on_a_phone=is_on_a_phone)
    formula = _formula(view, scale, stretched=stretched, through_lens=is_standardised)
    st.caption(formula if magnify == 1 else f"{formula} The {view} is magnified {magnify} times.")
    return LayerChoice(
        layers=tuple(layer for layer in layers if layer.name in chosen),
        view=view,
        stretched=stretched,
        against=choice_of("against", AGAINST[0]),
        scale=scale,
        fit=fit,
        lens=_STANDARDISED if is_standardised else PLAIN,
        order=order,
        colour_map=colour_map,
        columns=columns,
        curve_order=curve_order,
        magnify=magnify,
        is_on_a_phone=is_on_a_phone,
    )


def _is_on_a_phone() -> bool:
    """Whether the browser names itself as one on a phone; all phones do. Python does not know the width of a page."""
    return "Mobi" in st.context.headers.get("User-Agent", "")


def _choose_columns(*, is_on_a_phone: bool) -> int:
    return choose(
        st.selectbox,
        "Tiles a row",
        TILES_A_ROW,
        key="columns",
        first=_TILES_A_ROW_ON_A_PHONE if is_on_a_phone else _DEFAULT_TILES_A_ROW,
    )


def _choose_order(view: str) -> tuple[str, str]:
    """The order of feature maps and the order of tuning curves; "index" for the one that the view does not show."""
    if view == TUNING:
        return "index", choose(
            st.selectbox,
            "Order by",
            list(CURVE_ORDERS),
            key="curve-order",
            first=next(iter(CURVE_ORDERS)),
            help=" ".join(f"{name}: {text}." for name, text in CURVE_ORDERS.items())
            + " A held thumb moves no tile; the slope is taken anew when it is released.",
        )
    order = choose(
        st.selectbox,
        "Order by",
        list(ORDERS),
        key="order",
        first=next(iter(ORDERS)),
        help="Of the unedited picture, so that a tile stays where it is while the brightness changes.",
    )
    return order, "index"


def _choose_magnification() -> int:
    return choose(
        st.segmented_control,
        "Magnify the difference, or the derivative, times",
        list(MAGNIFICATIONS),
        key="magnify",
        first=MAGNIFICATIONS[0],
        help="Its colours reach their ends at a part of the range: small differences are seen, large ones are cut off.",
        width="content",
    )


def _choose_scale(view: str) -> tuple[str, bool]:
    """The scale of the feature maps, and whether each compared picture or curve has its own scale."""
    if view == DIFFERENCE:
        choose(
            st.segmented_control,
            "Against",
            list(AGAINST),
            key="against",
            first=AGAINST[0],
            width="content",
            help="The picture as it is; or the same edit without the clip at 0 and 255, to see what clipping takes.",
        )
    if view == DERIVATIVE:
        return "locked", False
    if view == DIFFERENCE:
        return "locked", choose(
            st.toggle,
            "Stretch each picture by itself",
            key="stretch",
            first=False,
            help="As other viewers do: each picture from its own smallest to its own largest value. Watch how the "
            "effect of the brightness disappears.",
        )
    if view == TUNING:
        return "locked", choose(
            st.toggle,
            "Each curve on its own scale",
            key="own-scale",
            first=False,
            help="Shows the form of weak channels, too; how strong they are is lost then.",
        )
    scale = choose(
        st.segmented_control,
        "Scale",
        list(SCALES),
        key="scale",
        first="locked",
        format_func=lambda name: SCALES[name].label,
        width="content",
        wrap=True,
    )
    return scale, False


def _formula(view: str, scale: str, *, stretched: bool, through_lens: bool) -> str:
    if view == DIFFERENCE and stretched:
        return "Each picture from its own smallest to its own largest value: what they have in common is lost."
    if view == DERIVATIVE:
        clipped = (
            "A clipped pixel moves with the mean and the deviation alone."
            if through_lens
            else "A pixel at 0 or 255 stands still; at gain 0, where all are, the derivative is that towards more."
        )
        return (
            "∂ activation / ∂ amount, of the formula before it is rounded to bytes, on the range of the unedited "
            f"picture, 0 in the middle. {clipped} {DERIVATIVE_AT_KINKS}"
        )
    if view == DIFFERENCE and choice_of("against", AGAINST[0]) != AGAINST[0]:
        return (
            "The edit without the clip and with it, neither rounded to bytes, on the scale of the original picture; "
            "and what the clip takes, 0 in the middle."
        )
    if view == DIFFERENCE:
        return (
            "Both pictures on the scale of the one as it is; edited − original on a scale that reaches as far up and "
            "down as that is wide, 0 in the middle."
        )
    if view == TUNING and stretched:
        return "Each curve from its own smallest to its own largest value: forms compare, strengths do not."
    if view == TUNING:
        return "All curves of a layer on one scale, from its smallest to its largest value over this slider."
    return f"Scale {SCALES[scale].label}: {SCALES[scale].formula}"


def _choose_names(layers: tuple[LayerInfo, ...], *, key: str) -> list[str]:
    names = [layer.name for layer in layers]
    if len(layers) <= _MOST_BUTTONS:
        first = names[:_NUM_FIRST_LAYERS]
        return choose(st.pills, "Layers", names, key=key, first=first, selection_mode="multi", wrap=True)
    search, listed = st.columns([5, 1], vertical_alignment="bottom")
    with search:
        chosen = choose(
            st.multiselect,
            "Layers",
            names,
            key=key,
            first=one_per_resolution(layers),
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
