"""How many tiles of the first layer visibly react, at the page's defaults: a table over all samples.

python -m scripts.visible
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.cached import networks as cached_networks
from ui.cached import pictures as cached_pictures
from ui.cached.outputs import Layers
from ui.feature_maps.arrangement import Arrangement
from ui.feature_maps.controls import DIFFERENCE, LayerChoice
from ui.feature_maps.layer import LayerSection
from ui.parts.part import Part
from ui.values import Subject
from vizcore.arrays import ByteArray
from vizcore.edits.brightness import Light
from vizcore.figures.chart import untyped_array
from vizcore.figures.colours import lightness
from vizcore.networks.catalogue import entries
from vizcore.pictures.samples import SAMPLES

FIRST = 8
VISIBLE = 5.0
"""A mean change of a tile by this much lightness, L*, is seen from the last row."""
_NEARLY_BLACK = 8.0
"""A tile whose mean lightness is at most this much above the darkest colour's."""


@dataclass(frozen=True)
class Row:
    """What is seen of one sample.

    Attributes:
        sample: its name.
        react: of the first tiles, how many visibly change from gain 1 to 1.5.
        react_strongly: the same from gain 1 to 3.
        nearly_black: of the first tiles at gain 1.5, how many are nearly black without being silent.
        strongest_tenth: of the difference at gain 1.5: the least share of its scale, 0 … 1, that the strongest tenth of
            the cells has in the colours.
    """

    sample: str
    react: int
    react_strongly: int
    nearly_black: int
    strongest_tenth: float


def measure(sample: str) -> Row:
    """Measure one sample on the Feature maps page as it opens, with the first layer alone."""
    tiles = {gain: _tiles(sample, gain)[:FIRST] for gain in (1.0, 1.5, 3.0)}
    light = lightness("viridis")
    seen = {gain: light[levels] for gain, levels in tiles.items()}
    changes = {gain: np.abs(seen[gain] - seen[1.0]).mean(axis=(1, 2)) for gain in (1.5, 3.0)}
    is_black = seen[1.5].mean(axis=(1, 2)) <= light[1] + _NEARLY_BLACK
    is_silent = (tiles[1.5] == 1).all(axis=(1, 2))
    return Row(
        sample,
        int((changes[1.5] > VISIBLE).sum()),
        int((changes[3.0] > VISIBLE).sum()),
        int((is_black & ~is_silent).sum()),
        _strongest_tenth(sample),
    )


def _section(sample: str, gain: float, view: str) -> LayerSection:
    entry = next(iter(entries().values()))
    network = cached_networks.network_of(entry)
    first = next(layer for layer in network.traced.layers if layer.is_spatial)
    subject = Subject(cached_pictures.sample(sample), entry)
    layers = Layers(subject, Light.of("gain", gain), network, (first.name,))
    return LayerSection(first, layers, LayerChoice((first,), view=view), None)


def _tiles(sample: str, gain: float) -> ByteArray:
    """(tiles, h, w) the levels, in the order of the page."""
    section = _section(sample, gain, LayerChoice(()).view)
    arranged = Arrangement(section.layer, section.layers, section.choice)
    return arranged.drawn(arranged.edited).tiles()


def _strongest_tenth(sample: str) -> float:
    part = next(part for part in _parts(sample) if part.key.endswith("difference"))
    figure: Any = part.make()["figure"]
    levels = untyped_array(figure["data"][0]["z"]).astype(float)
    sizes = np.abs(levels[levels > 0] - 128) / 127
    return float(np.percentile(sizes, 90))


def _parts(sample: str) -> list[Part]:
    return _section(sample, 1.5, DIFFERENCE).parts()


def main() -> None:
    """Print the table."""
    print(
        f"| sample | of {FIRST} tiles, change by > {VISIBLE:g} L* at gain 1.5 | at gain 3 | nearly black | difference |"
    )
    print("|---|--:|--:|--:|--:|")
    for sample in SAMPLES:
        row = measure(sample)
        print(
            f"| {row.sample} | {row.react} | {row.react_strongly} | {row.nearly_black} | {row.strongest_tenth:.2f} |",
        )


if __name__ == "__main__":
    main()
