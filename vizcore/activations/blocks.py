"""The blocks of a network, for a drawing of it. Importing this does not import Keras."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from vizcore.activations.layer import LayerInfo


@dataclass(frozen=True)
class Block:
    """Layers that follow one another and belong together.

    Attributes:
        name: that of the group; of layers without one, the name of the only layer, or of the first and the last.
        shape: (h, w, C) or (C,), the output of the last layer.
        layers: the names of its layers.
    """

    name: str
    shape: tuple[int, ...]
    layers: tuple[str, ...]


def blocks(layers: Iterable[LayerInfo]) -> tuple[Block, ...]:
    """The blocks of a network, first to last. Each layer is in one of them.

    Neighbouring layers of one group are a block. Without groups, neighbouring layers of one resolution are.
    """
    return tuple(_block(list(run)) for _, run in groupby(layers, _belongs_to))


def _belongs_to(layer: LayerInfo) -> tuple[str, tuple[int, ...]]:
    return (layer.group, ()) if layer.group else ("", layer.shape[:-1])


def _block(run: list[LayerInfo]) -> Block:
    first, last = run[0], run[-1]
    name = first.group or (first.name if len(run) == 1 else f"{first.name} … {last.name}")
    return Block(name, last.shape, tuple(layer.name for layer in run))
