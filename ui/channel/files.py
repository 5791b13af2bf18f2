"""The files of a channel: figures, numbers, and a zip with a script that makes the numbers again."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from PIL import Image

from ui.channel.unit import Unit
from ui.parts.download import download
from ui.parts.part import Part
from ui.session.choices import choose
from ui.session.training import trained
from vizcore.arrays import FloatArray
from vizcore.figures import export as figures_export
from vizcore.figures.chart import Figure
from vizcore.figures.colours import COLOUR_MAPS, DIVERGING
from vizcore.figures.export_html import figures_html
from vizcore.figures.export_png import sheet_png
from vizcore.figures.export_svg import sheet_svg
from vizcore.figures.file_names import file_stem
from vizcore.figures.mosaics import mosaic_figure
from vizcore.figures.sheet import Sheet, sheet
from vizcore.maps.mosaic import mosaic
from vizcore.maps.ranges import ScaleChoice
from vizcore.numbers import with_minus_signs
from vizcore.pictures.display import encode_png
from vizcore.units.table import terms_csv

if TYPE_CHECKING:
    from vizcore.training.result import Trained

_WIDTHS = (960, 1920, 3840)
_NARROWEST = 200
_SCRIPT = '''\
"""Makes the numbers of channel.npz again: python reproduce.py, where vizcore can be imported."""
import numpy as np
from PIL import Image
from vizcore.edits.brightness import UNEDITED, Light
from vizcore.inputs.prepared import InputFormat, prepared
from vizcore.inputs.value_ranges import RANGES
{imports}

saved, pixels = np.load("channel.npz"), np.asarray(Image.open("picture.png"))
{network}
wanted = InputFormat(network.input_shape, RANGES[{value_range!r}], {fit!r}, {lens!r}, {interpolation!r})
for side, light in (("original", UNEDITED), ("edited", Light.of({kind!r}, {amount!r}))):
    batch = prepared(pixels, light, wanted=wanted)
    found = network.read(batch, [{layer!r}])[{layer!r}][..., {channel}]
    np.testing.assert_allclose(found, saved[side], rtol=1e-4, atol=1e-5 * max(1, np.abs(saved[side]).max()))
print("All numbers are the same.")
'''
_IMPORTS = "from vizcore.networks.catalogue import entries"
_NETWORK = "network = entries()[{name!r}].build().traced"
_WEIGHTS = "network.weights.h5"
_IMPORTS_OF_TRAINED = """\
from vizcore.activations.tracing import trace
from vizcore.networks.tutorial import build_simple_cnn"""
_TRAINED = f"""\
model = build_simple_cnn({{shape}}, num_classes={{num_classes}})
model.load_weights("{_WEIGHTS}")
network = trace(model)"""


@dataclass(frozen=True, eq=False)
class Files:
    """The files of a channel.

    Attributes:
        unit: the channel.
    """

    unit: Unit

    def parts(self) -> list[Part]:
        """None: files are made when they are asked for."""
        return []

    def show(self) -> None:
        """Draw the button that opens the files."""
        files = st.popover("Files of this channel", icon=":material/download:", key="files-channel", on_change="rerun")
        if not files.open:
            return
        with files:
            width = choose(st.segmented_control, "Width of the PNG in pixels", list(_WIDTHS), key="width", first=1920)
            for label, ending, mime, data in self.files(width):
                name = f"{self._stem}{ending}"
                download(label, data=data, file_name=name, mime=mime, key=f"{ending}-channel")

    def files(self, width: int) -> list[tuple[str, str, str, Callable[[], bytes | str]]]:
        """Label, ending of the name, type and maker of every file.

        Args:
            width: of the PNG in pixels.
        """
        found: list[tuple[str, str, str, Callable[[], bytes | str]]] = []
        if self.unit.layer.is_spatial:
            found += [
                ("PNG, a figure for a slide", f"-{width}.png", "image/png", lambda: self._png(width)),
                ("SVG, the same, to be edited", ".svg", "image/svg+xml", lambda: sheet_svg(self._sheet(_WIDTHS[0]))),
                ("HTML, interactive, opens without a network", ".html", "text/html", self._html),
            ]
        if self.unit.exact[0] is not None:
            found.append(("CSV, the terms of the chosen cell", ".csv", "text/csv", self.csv))
        found.append(("NPZ, the maps of both pictures", ".npz", "application/octet-stream", self.npz))
        label = "ZIP, the numbers with a script that makes them again"
        found.append((label, ".zip", "application/zip", self.zip))
        return found

    def csv(self) -> str:
        """The terms of the chosen cell."""
        original, edited = self.unit.exact
        return "" if original is None or edited is None else terms_csv(original, edited)

    def npz(self) -> bytes:
        """The maps of both pictures."""
        rank = self._maps["original"].ndim
        axes = dict.fromkeys(self._maps, ("row", "column")[:rank])
        return figures_export.archive(self._maps, about=self._about, axes=axes)

    def zip(self) -> bytes:
        """The maps, the picture, the script, and the weights of a network that was trained here."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("channel.npz", self.npz())
            archive.writestr("picture.png", encode_png(self.unit.layers.subject.picture.pixels))
            archive.writestr("reproduce.py", self._script)
            if self.unit.exact[0] is not None:
                archive.writestr("terms.csv", self.csv())
            if self._trained is not None:
                archive.writestr(_WEIGHTS, self._trained.weights_file)
        return file.getvalue()

    @property
    def _trained(self) -> "Trained | None":
        """The training that the network comes from; None for a network that the script finds by its name."""
        found = trained()
        return None if found is None or found.network.entry != self.unit.layers.subject.entry else found

    @cached_property
    def _maps(self) -> dict[str, FloatArray]:
        layers = self.unit.layers
        return {"original": self.unit.map_of(layers.original), "edited": self.unit.map_of(layers.edited)}

    @property
    def _about(self) -> dict[str, Any]:
        layers, opened = self.unit.layers, self.unit.opened
        subject, light = layers.subject, layers.light
        return {
            "network": {"name": subject.entry.label, "weights": subject.entry.weights_digest()},
            "picture": {"name": subject.picture.name, "sha256": subject.picture.digest},
            "brightness": {"kind": light.kind.name, "amount": light.amount},
            "input": {"fit": subject.fit, "interpolation": subject.interpolation, "lens": subject.lens},
            "layer": opened.layer,
            "channel": opened.channel,
            "cell": list(self.unit.cell),
        }

    @property
    def _script(self) -> str:
        subject, light = self.unit.layers.subject, self.unit.layers.light
        if self._trained is None:
            imports, network = _IMPORTS, _NETWORK.format(name=subject.entry.name)
        else:
            shape, num_classes = self.unit.layers.network.traced.input_shape, len(self._trained.classes)
            imports, network = _IMPORTS_OF_TRAINED, _TRAINED.format(shape=shape, num_classes=num_classes)
        return _SCRIPT.format(
            imports=imports,
            network=network,
            value_range=subject.entry.value_range,
            fit=subject.fit,
            lens=subject.lens,
            interpolation=subject.interpolation,
            kind=light.kind.name,
            amount=light.amount,
            layer=self.unit.opened.layer,
            channel=self.unit.opened.channel,
        )

    @property
    def _stem(self) -> str:
        layers, opened = self.unit.layers, self.unit.opened
        subject, light = layers.subject, layers.light
        shown = (subject.entry.label, subject.picture.name.rpartition(".")[0], light.written, opened.layer)
        return file_stem((*shown, str(opened.channel)), apart=(subject.key, light.key, repr(self.unit.cell)))

    @property
    def _title(self) -> str:
        opened = self.unit.opened
        return f"{opened.layer}, channel {opened.channel}"

    @property
    def _lines(self) -> list[str]:
        subject, light = self.unit.layers.subject, self.unit.layers.light
        amount = with_minus_signs(light.kind.slider.written(light.amount))
        return [f"{subject.entry.label} · {subject.picture.title} · {light.kind.name} {amount}"]

    def _figures(self) -> list[Figure]:
        layers, layer = self.unit.layers, self.unit.layer
        scale = layers.locked_scale(layer.name, ScaleChoice())
        colours = DIVERGING if scale.is_signed else next(iter(COLOUR_MAPS))
        channel = np.array([self.unit.opened.channel])
        sides = {"original": layers.original, "edited": layers.edited}
        drawn = {
            side: mosaic(activations[layer.name], scale=scale, columns=1, channels=channel)
            for side, activations in sides.items()
        }
        return [mosaic_figure(each, title=side, colour_map=colours) for side, each in drawn.items()]

    def _sheet(self, width: int) -> Sheet:
        return sheet(self._figures(), title=self._title, lines=self._lines, width=width)

    def _png(self, width: int) -> bytes:
        """A PNG of exactly this width: the largest figure that fits, in the middle."""
        panels = width
        while (drawn := self._sheet(panels)).width > width and panels > _NARROWEST:
            panels = panels * 19 // 20
        picture = Image.open(io.BytesIO(sheet_png(drawn)))
        whole = Image.new("RGB", (width, picture.height), "white")
        whole.paste(picture, ((width - picture.width) // 2, 0))
        file = io.BytesIO()
        whole.save(file, "PNG")
        return file.getvalue()

    def _html(self) -> str:
        return figures_html(self._figures(), title=self._title, lines=self._lines)
