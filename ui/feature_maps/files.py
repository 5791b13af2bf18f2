"""The files of one layer, and of all chosen layers."""

from functools import partial

import streamlit as st

from ui.cached.outputs import Layers
from ui.feature_maps.controls import LayerChoice
from ui.feature_maps.maps import Maps
from ui.parts.download import download
from vizcore.figures import export as figures_export
from vizcore.figures.export import exact_png, labelled_png
from vizcore.figures.export_html import figures_html


def layer_files(maps: Maps, file_stem: str) -> None:
    """Draw the download buttons of one layer: exact PNG, labelled PNG, interactive HTML.

    Args:
        maps: the feature maps of the layer.
        file_stem: picture and brightness, as `Layers.file_stem`.
    """
    arranged = maps.arranged
    layer = arranged.layer
    stem = f"{file_stem}-{layer.name}"
    exact, colour_map = partial(arranged.drawn, arranged.edited, exact=True), arranged.colour_map(maps.drawn)
    download(
        "PNG, one pixel per value",
        data=lambda: exact_png(exact(), colour_map=colour_map),
        file_name=f"{stem}-exact.png",
        mime="image/png",
        key=f"exact-{layer.name}",
    )
    download(
        "PNG, figure with title and colour bar",
        data=lambda: labelled_png(
            maps.drawn,
            title=arranged.title,
            subtitle=file_stem,
            colour_map=colour_map,
            statistics=maps.statistics,
            dead=arranged.dead,
        ),
        file_name=f"{stem}.png",
        mime="image/png",
        key=f"labelled-{layer.name}",
    )
    download(
        "HTML, interactive, opens without a network",
        data=lambda: figures_html([maps.figure], title=arranged.title, lines=[file_stem]),
        file_name=f"{stem}.html",
        mime="text/html",
        key=f"html-{layer.name}",
    )
    st.caption("SVG: the button below the figure, of the view as it is zoomed.")


def archive(layers: Layers, choice: LayerChoice) -> None:
    """Draw the download button for all chosen layers as one file of arrays."""
    if not choice.layers:
        st.info("Choose a layer above to see what it makes of the picture.", icon=":material/grid_view:")
        return
    chosen = {layer.name: layers.edited[layer.name] for layer in choice.layers}
    download(
        f"Download all values of {len(chosen)} {'layer' if len(chosen) == 1 else 'layers'} (.npz)",
        data=partial(figures_export.archive, chosen),
        file_name=f"{layers.file_stem}-layers.npz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
