"""The choices of the Feature maps page. Every choice is in the address."""

from dataclasses import dataclass, field
from types import MappingProxyType

import streamlit as st

from ui.feature_maps.input_choice import choose_input
from ui.feature_maps.layer_choice import choose_names
from ui.feature_maps.tutorial_view import tutorial_button
from ui.session.choices import choice_of, choose, set_choices
from ui.session.links import note_unknown
from ui.session.old_links import take_parameter
from ui.session.screen import is_narrow
from ui.values import DEFAULT_FIT
from vizcore.activations.layer import DERIVATIVE_AT_KINKS, LayerInfo
from vizcore.figures.colours import COLOUR_MAPS
from vizcore.inputs.lens import PLAIN
from vizcore.light.curves import CURVE_ORDERS
from vizcore.maps.channels import ORDERS
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import CONTRASTS, SPANS
from vizcore.networks.network import Network

MAPS, DIFFERENCE, DERIVATIVE, TUNING = "feature maps", "difference", "derivative", "tuning curves"
AGAINST = ("original", "without the clip")
VIEWS = (MAPS, DIFFERENCE, DERIVATIVE, TUNING)
BY_REACTION = "reaction"
AUTOMATIC = 0
TILES_A_ROW = (AUTOMATIC, 4, 6, 8, 16, 32)
BY_ITSELF = "by itself"
MAGNIFICATIONS = (BY_ITSELF, "1", "2", "4", "8")
# What the one choice of a scale was called before it was divided: span, whether it is locked.
_OLD_SCALES = MappingProxyType(
    {
        "locked": ("layer", True),
        "layer": ("layer", False),
        "per layer": ("layer", False),
        "channel": ("channel", False),
        "per channel": ("channel", False),
        "tutorial": ("tutorial", False),
    }
)


@dataclass(frozen=True)
class LayerChoice:
    """The chosen layers, how they are drawn, and how the picture becomes the network's input.

    Attributes:
        layers: the chosen layers, in the order of the network.
        view: one of `VIEWS`.
        own_scales: whether each tuning curve has its own scale.
        against: one of `AGAINST`: the base of the view "difference".
        scale: how feature maps are scaled.
        fit: a name in `vizcore.inputs.fitting.FITS`.
        lens: a name in `vizcore.inputs.lens.LENSES`.
        interpolation: a name in `vizcore.inputs.interpolation.INTERPOLATIONS`; None for the network's own.
        order: the order of feature maps: `BY_REACTION` or one of `vizcore.maps.channels.ORDERS`.
        colour_map: a name in `vizcore.figures.colours.COLOUR_MAPS`, for layers without negative values.
        columns: tiles in a row; with `AUTOMATIC` the first layer has few and large ones.
        curve_order: the order of tuning curves, one of `vizcore.light.curves.CURVE_ORDERS`.
        magnify: factor by which the range of a difference or a derivative is narrowed against that of the layer; None
            lets the strongest values fill it.
        is_narrow: whether the page is as narrow as a phone's.
    """

    layers: tuple[LayerInfo, ...]
    view: str = MAPS
    own_scales: bool = True
    against: str = AGAINST[0]
    scale: ScaleChoice = field(default_factory=ScaleChoice)
    fit: str = DEFAULT_FIT
    lens: str = PLAIN
    interpolation: str | None = None
    order: str = BY_REACTION
    colour_map: str = "viridis"
    columns: int = AUTOMATIC
    curve_order: str = "index"
    magnify: int | None = None
    is_narrow: bool = False


def choose_layers(network: Network) -> LayerChoice:
    """Draw the choices: layers, view, scale; under "More" order, colours, and how the picture becomes square."""
    _translate_old_links()
    layers = network.traced.layers
    with st.container(key="layer-choice", horizontal=True, gap="small", vertical_alignment="center"):
        chosen = choose_names(layers, key=network.entry.layers_key)
        tutorial_button()
    with st.container(key="choices", horizontal=True, gap="small", vertical_alignment="center"):
        view = choose(st.segmented_control, "Show", list(VIEWS), key="view", first=MAPS, width="content", wrap=True)
        span, is_locked, own_scales = _choose_scale(view)
        more = st.popover("More", icon=":material/tune:", width="content", key="more")
    with more:
        order, curve_order = _choose_order(view)
        columns = _choose_columns()
        # The tutorial's scale is linear, and curves have none.
        has_contrast = view != TUNING and span != "tutorial"
        contrast = _choose_contrast() if has_contrast else choice_of("contrast", next(iter(CONTRASTS)))
        magnify = _choose_magnification() if view in (DIFFERENCE, DERIVATIVE) else BY_ITSELF
        colour_map = choose(st.selectbox, "Colour map", list(COLOUR_MAPS), key="colours", first=next(iter(COLOUR_MAPS)))
        received = choose_input(network)
    return LayerChoice(
        layers=tuple(layer for layer in layers if layer.name in chosen),
        view=view,
        own_scales=own_scales,
        against=choice_of("against", AGAINST[0]),
        scale=ScaleChoice(span, is_locked, contrast),
        fit=received.fit,
        lens=received.lens,
        interpolation=received.interpolation,
        order=order,
        colour_map=colour_map,
        columns=columns,
        curve_order=curve_order,
        magnify=None if magnify == BY_ITSELF else int(magnify),
        is_narrow=is_narrow(),
    )


def _translate_old_links() -> None:
    """Give a link that names its scale in one word the choices that mean the same today."""
    said = take_parameter("scale")
    old = _OLD_SCALES.get(said or "")
    if said and old is None:
        note_unknown("scale", said, "the scale is the one chosen below")
    if take_parameter("stretch") == "true":
        old = ("layer", False)
    if old is not None:
        set_choices({"span": old[0], "lock": old[1], "contrast": "linear"})


def _choose_columns() -> int:
    return choose(
        st.selectbox,
        "Tiles a row",
        TILES_A_ROW,
        key="columns",
        first=AUTOMATIC,
        format_func=lambda number: str(number) if number else "automatic",
        help="Automatic: the first layer large, the others smaller.",
    )


def _choose_order(view: str) -> tuple[str, str]:
    """The order of feature maps and the order of tuning curves; the first one for the one that the view lacks."""
    if view == TUNING:
        return BY_REACTION, choose(
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
        [BY_REACTION, *ORDERS],
        key="order",
        first=BY_REACTION,
        help="Reaction: the tiles that visibly change most over the slider come first. The others: of the unedited "
        "picture. So a tile stays where it is while the brightness changes.",
    )
    return order, next(iter(CURVE_ORDERS))


def _choose_contrast() -> str:
    return choose(
        st.segmented_control,
        "Contrast",
        list(CONTRASTS),
        key="contrast",
        first=next(iter(CONTRASTS)),
        width="content",
        help="The square root spreads small values over more colours; the numbers at the colour bar stay true.",
    )


def _choose_magnification() -> str:
    return choose(
        st.segmented_control,
        "Magnify the difference, or the derivative, times",
        list(MAGNIFICATIONS),
        key="magnify",
        first=BY_ITSELF,
        help="By itself: the strongest values fill the colours, and the factor stands above them. A number: the range "
        "of the layer on the unedited picture, divided by it.",
        width="content",
    )


def _choose_scale(view: str) -> tuple[str, bool, bool]:
    """What the scale of the feature maps spans, whether it is locked, and whether each curve has its own scale."""
    if view == DIFFERENCE:
        choose(
            st.segmented_control,
            "Against",
            list(AGAINST),
            key="against",
            first=AGAINST[0],
            width="content",
            help="The original picture; or the same edit without the clip at 0 and 255, to see what clipping takes.",
        )
    if view == TUNING:
        own_scales = choose(
            st.toggle,
            "Each curve on its own scale",
            key="own-scale",
            first=True,
            help="Own: compare the shapes of the curves. Shared: compare their strengths, means with means and maxima "
            "with maxima.",
        )
        return choice_of("span", next(iter(SPANS))), choice_of("lock", default=True), own_scales
    span = choose(
        st.segmented_control,
        "Scale",
        list(SPANS),
        key="span",
        first=next(iter(SPANS)),
        format_func=lambda name: SPANS[name].label,
        width="content",
        wrap=True,
    )
    is_locked = choose(
        st.toggle,
        "Lock",
        key="lock",
        first=True,
        help="**Locked**: the range is that of the unedited picture, so what changes is the light. **Unlocked**: every "
        "picture is stretched anew, as other viewers do; watch how the effect of the brightness disappears. "
        + _ABOUT_SCALES,
    )
    return span, is_locked, True


_ABOUT_SCALES = (
    " ".join(f"**{span.label}**: {span.help}." for span in SPANS.values())
    + " Each channel, locked: from 0 to the 98th percentile of its values on the unedited picture; what lies beyond "
    "has the last colour and is counted. Values below zero: blue and red, as far below zero as above."
)
ABOUT = MappingProxyType(
    {
        DIFFERENCE: "Edited − original, 0 in the middle, on one scale for the layer, magnified until its strongest "
        "values fill the colours; the factor stands above it. The scale is that of the released amount.",
        DERIVATIVE: "∂ activation / ∂ amount, of the formula before it is rounded to bytes, 0 in the middle, on the "
        f"range of the unedited picture. A pixel at 0 or 255 stands still. {DERIVATIVE_AT_KINKS}",
    }
)
"""What a view shows, for the question mark beside a layer's name."""
