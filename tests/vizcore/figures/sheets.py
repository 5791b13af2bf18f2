"""Sheets for tests: maps with a silent channel, a strip, and tuning curves."""

import numpy as np

from vizcore.figures.chart import Figure
from vizcore.figures.mosaics import mosaic_figure, strip_figure
from vizcore.figures.tuning import tuning_curves_figure
from vizcore.light.curves import Curves
from vizcore.maps.channels import channel_statistics
from vizcore.maps.mosaic import Mosaic, mosaic, strip


def activation() -> np.ndarray:
    """(7, 13, 5), of which channel 3 is silent."""
    values = np.random.default_rng(7).normal(size=(7, 13, 5)).astype(np.float32)
    values[..., 3] = 0
    return values


def drawn() -> Mosaic:
    return mosaic(activation(), scale="layer", columns=3)


def maps(title: str = "as edited", *, colour_map: str = "viridis") -> Figure:
    statistics = channel_statistics(activation())
    return mosaic_figure(drawn(), title=title, colour_map=colour_map, statistics=statistics)


def vector(number: int = 11) -> Figure:
    return strip_figure(strip(np.arange(number, dtype=np.float32), scale="layer"), title="outputs")


def curves() -> Figure:
    """Three channels over four levels; that in the middle is silent."""
    mean = np.array([[0, 0, 4], [1, 0, 3], [2, 0, np.nan], [3, 0, 1]], np.float32)
    return tuning_curves_figure(
        Curves((0.0, 1.0, 2.0, 4.0), mean, 2 * mean), np.arange(3), amount=1.0, columns=2, title="over the gain"
    )
