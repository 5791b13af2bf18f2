"""The channels of a layer, ranked by a number, as bars."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from ui.channel.bars_view.bars_view import Row
from vizcore.activations.layer import LayerInfo
from vizcore.numbers import with_minus_signs

_MOST_ROWS = 12
_MOST_VALUES = 300_000_000


class Ranking(TypedDict):
    """What of the bars changes while a thumb is held."""

    rows: list[Row]
    note: str


def is_ranked(layer: LayerInfo) -> bool:
    """Whether each channel of a layer is held or patched alone. The values of all these activations are limited."""
    return int(np.prod(layer.shape)) * layer.num_channels <= _MOST_VALUES


def about_too_many(layer: LayerInfo) -> str:
    """A sentence in place of the ranking."""
    return f"The {layer.num_channels:,} {noun_of(layer)}s of this layer are too many to compute each of them."


def noun_of(layer: LayerInfo) -> str:
    """What one channel of a layer is called."""
    return "channel" if layer.is_spatial else "unit"


def ranked_rows(layer: LayerInfo, values: Sequence[float], here: int, *, longest: float | None = None) -> list[Row]:
    """A row for each of the channels with the largest values, whatever their sign, and for one that is always shown.

    Args:
        layer: the layer.
        values: of its channels; one that is not finite is drawn at the end or without a bar.
        here: the channel that is always shown, the last if it is not among the first.
        longest: the value of a bar of full length; None for the largest finite one.
    """
    sizes = np.abs(np.array(values, dtype=np.float64))
    shown = np.argsort(-sizes, kind="stable")[:_MOST_ROWS].tolist()
    if here not in shown:
        shown[-1] = here
    full = longest or float(sizes[np.isfinite(sizes)].max(initial=0)) or 1.0
    return [
        Row(
            name=f"{layer.name} · {channel}",
            number=written(values[channel]),
            share=share_of_bar(values[channel] / full),
            target={"layer": layer.name, "channel": channel},
            here=channel == here,
        )
        for channel in shown
    ]


def share_of_bar(share: float) -> float:
    """The length of a bar, -1 … 1; 0 for NaN."""
    return float(np.clip(np.nan_to_num(share), -1, 1))


def written(number: float, *, digits: int = 3) -> str:
    """A number as text. Adding 0 turns a zero below zero into a plain one."""
    return with_minus_signs(f"{number + 0.0:.{digits}g}")
