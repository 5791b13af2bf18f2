"""The lines of Python that draw what the page shows."""

from types import MappingProxyType

import streamlit as st

from ui.feature_maps.controls import MAPS, LayerChoice
from ui.parts.code_opening import opening
from ui.values import DEFAULT_FIT, Subject
from vizcore.edits.brightness import Light
from vizcore.inputs.interpolation import INTERPOLATIONS, TUTORIALS
from vizcore.inputs.lens import PLAIN
from vizcore.networks.shipped import CIFAR10_BRIGHTENED
from vizcore.pictures.display import LONGEST_SIDE

_NETWORKS = MappingProxyType(
    {
        "untrained": "build_simple_cnn((64, 64, 3))",
        "trained": "build_trained_cnn()",
        "brightened": f"build_trained_cnn({CIFAR10_BRIGHTENED!r})",
    }
)


def code(subject: Subject, light: Light, choice: LayerChoice) -> None:
    """Draw the code below feature maps as the tutorial draws them; other views have none."""
    lines = lines_of(subject, light, choice)
    if lines:
        with st.expander("The code that draws exactly this", icon=":material/code:"):
            st.code("\n".join(lines), language="python")


def lines_of(subject: Subject, light: Light, choice: LayerChoice) -> list[str]:
    """The lines, ready to run; no lines where the view is not the tutorial's.

    Args:
        subject: the picture and the network.
        light: the brightness.
        choice: how the layers are drawn.
    """
    network = _NETWORKS.get(subject.entry.name)
    scale, names = choice.scale, [layer.name for layer in choice.layers if layer.is_spatial]
    is_tutorials = choice.view == MAPS and scale.span == "tutorial" and not scale.is_locked and choice.order == "index"
    if network is None or not names or not is_tutorials or (choice.fit, choice.lens) != (DEFAULT_FIT, PLAIN):
        return []
    build, way = network.partition("(")[0], subject.interpolation
    named = "" if way == TUTORIALS else f", interpolation={way!r}"
    lines = light.code(opening=opening(subject.picture)).splitlines()
    if not subject.picture.steps and max(subject.picture.size) > LONGEST_SIDE:
        at = next(index for index, line in enumerate(lines) if line.startswith("pixels = "))
        lines.insert(at + 1, "pixels = display_copy(pixels)")
        lines.insert(0, "from vizcore import display_copy")
    return [
        *lines,
        "",
        "import plotly.graph_objects as go",
        f"from vizcore import {build}, mosaic, mosaic_figure, preprocess_image, read",
        "",
        f"network = {network}",
        f"# The resize is {INTERPOLATIONS[way].call(64, 64)}",
        f"batch = preprocess_image(brightened{named})",
        f"maps = read(network, batch, {names})",
        "for name, activation in maps.items():",
        f'    tiles = mosaic(activation, scale="tutorial", columns={choice.columns or 16})',
        f"    go.Figure(mosaic_figure(tiles, title=name, colour_map={choice.colour_map!r})).show()",
    ]
