"""The files of one layer in a view, and of all chosen layers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import streamlit as st

from ui.cached.outputs import Layers
from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.controls import LayerChoice
from ui.feature_maps.maps import Maps
from ui.feature_maps.provenance import about, about_layer, stem, subtitle
from ui.feature_maps.shown_values import ShownValues
from ui.guard import as_text
from ui.parts.download import download
from ui.parts.part import Part, Section
from vizcore.figures import export as figures_export
from vizcore.figures.chart import Figure
from vizcore.figures.export_html import figures_html
from vizcore.figures.export_png import sheet_png
from vizcore.figures.export_svg import sheet_svg
from vizcore.figures.sheet import Sheet, sheet


class View(Section, Protocol):
    """A view of a layer: its charts, and the numbers behind them."""

    @property
    def arranged(self) -> Arrangement:
        """The layer as it is laid out."""

    def values(self) -> ShownValues:
        """The numbers that the charts show."""


@dataclass(frozen=True, eq=False)
class File:
    """A file that can be downloaded: the label of its button, its name and type, and what makes its contents."""

    label: str
    name: str
    mime: str
    data: Callable[[], bytes | str]


@dataclass(frozen=True, eq=False)
class WithFiles:
    """A view with a button that opens its files.

    Attributes:
        view: the view.
        layers: the outputs of the network.
        exact: makes a PNG of one pixel per value; None for a view without one.
    """

    view: View
    layers: Layers
    exact: Callable[[], bytes] | None = None

    def parts(self) -> list[Part]:
        """Those of the view."""
        return list(self.view.parts())

    def show(self) -> None:
        """Draw the view and the button."""
        self.view.show()
        layer = self.view.arranged.layer.name
        label = f"Files of {as_text(layer)}"
        files = st.popover(label, icon=":material/download:", key=f"files-{layer}", on_change="rerun")
        # The buttons of a closed popover are not drawn: four layers have two dozen of them.
        if files.open:
            with files:
                for file in self.files():
                    key = f"{file.label}-{layer}"
                    download(file.label, data=file.data, file_name=file.name, mime=file.mime, key=key)
                st.caption("The button SVG below a chart saves the part of it that is zoomed.")

    def files(self) -> list[File]:
        """The files, which are made when they are asked for."""
        arranged = self.view.arranged
        name = stem(self.layers, arranged.choice, arranged.layer.name, page=arranged.page)
        exact = (
            []
            if self.exact is None
            else [File("PNG, one pixel per value", f"{name}-exact.png", "image/png", self.exact)]
        )
        return [
            *exact,
            File("PNG, figure with title and numbers", f"{name}.png", "image/png", self._png),
            File("SVG, the same, to be edited", f"{name}.svg", "image/svg+xml", self._svg),
            File("HTML, interactive, opens without a network", f"{name}.html", "text/html", self._html),
            File("CSV, the values shown", f"{name}.csv", "text/csv", lambda: self.view.values().table()),
            File("NPZ, the values of all channels", f"{name}.npz", "application/octet-stream", self._npz),
        ]

    def _made(self) -> tuple[list[Figure], list[str]]:
        """The figures of the view, and the lines below its title: what is shown, and the notes of the page."""
        made = [part.make() for part in self.view.parts()]
        figures = [cast("Figure", values["figure"]) for values in made if "figure" in values]
        notes = dict.fromkeys(str(values["note"]) for values in made if values.get("note"))
        layer, scale = self.view.arranged.layer, self.view.arranged.choice.scale
        ends = scale.ends if isinstance(self.view, Maps) and layer.is_spatial else ""
        return figures, [subtitle(self.layers), *notes, *([ends] if ends else [])]

    def _sheet(self) -> Sheet:
        figures, lines = self._made()
        return sheet(figures, title=self.view.arranged.title, lines=lines)

    def _png(self) -> bytes:
        return sheet_png(self._sheet())

    def _svg(self) -> str:
        return sheet_svg(self._sheet())

    def _html(self) -> str:
        figures, lines = self._made()
        return figures_html(figures, title=self.view.arranged.title, lines=lines)

    def _npz(self) -> bytes:
        arranged, values = self.view.arranged, self.view.values()
        described = {**about(self.layers, arranged.choice), "layer": about_layer(arranged.layer)}
        return figures_export.archive(values.arrays, about=described, units=values.units, axes=values.axes)


def archive(layers: Layers, choice: LayerChoice) -> None:
    """Draw the download button for all chosen layers as one file of arrays."""
    if not choice.layers:
        st.info("Choose a layer above to see what it makes of the picture.", icon=":material/grid_view:")
        return
    chosen = {layer.name: layers.edited[layer.name] for layer in choice.layers}
    described = [about_layer(layer) for layer in choice.layers]
    download(
        f"Download all values of {len(chosen)} {'layer' if len(chosen) == 1 else 'layers'} (.npz)",
        data=lambda: figures_export.archive(chosen, about={**about(layers, choice), "layers": described}),
        file_name=f"{stem(layers, choice, 'layers')}.npz",
        mime="application/octet-stream",
        icon=":material/download:",
    )
