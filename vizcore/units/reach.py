"""What a cell of an operation's output takes of the operation's inputs, as values. This needs no Keras."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vizcore.arrays import BoolArray
from vizcore.units.taps import Taps, every

Channels = Callable[[BoolArray], BoolArray]
"""(C,) which channels of an input are meant → (C′,) which channels of the output take one of them."""


UNKNOWN = -1
"""The rank of a tensor with a size that is not known."""


@dataclass(frozen=True)
class Extent:
    """The size of a tensor for one picture. What is no feature maps (h, w, C) counts as one cell.

    Attributes:
        sizes: rows and columns.
        channels: the number of channels.
        rank: the number of axes, without that of the batch; UNKNOWN if a size is not known.
    """

    sizes: tuple[int, int]
    channels: int
    rank: int

    @classmethod
    def of(cls, shape: tuple[int | None, ...]) -> "Extent":
        """The extent of a tensor of this shape."""
        sizes = [size for size in shape if size is not None]
        if len(sizes) != len(shape):
            return cls((1, 1), shape[-1] or 1, UNKNOWN)
        rows, columns = sizes[:2] if len(sizes) == 3 else (1, 1)
        return cls((rows, columns), sizes[-1] if sizes else 1, len(sizes))


@dataclass(frozen=True, eq=False)
class Part:
    """What a cell takes of one input."""

    rows: Taps
    columns: Taps
    channels: Channels


@dataclass(frozen=True, eq=False)
class Reach:
    """What a cell takes of all inputs.

    Attributes:
        parts: one for each input.
        whole: why a cell takes every place of its inputs; empty where it does not.
        bound: why a cell may take less than this says; empty where it takes all of it.
        rearranged: why a cell takes only some of this, while all cells together take all of it; empty elsewhere.
        mixes: whether every unit takes every unit of a vector, so that what was rearranged matters no more.
    """

    parts: tuple[Part, ...]
    whole: str = ""
    bound: str = ""
    rearranged: str = ""
    mixes: bool = False


@dataclass(frozen=True, eq=False)
class Situation:
    """A step with the sizes of its tensors.

    Attributes:
        label: how the operation is called in a sentence.
        operation: the operation.
        inputs: its inputs.
        output: one of its outputs.
    """

    label: str
    operation: Any
    inputs: tuple[Extent, ...]
    output: Extent


def own(channels: BoolArray) -> BoolArray:
    """Every channel takes itself."""
    return channels


def to_all(number: int) -> Channels:
    """Every channel takes all channels."""
    return lambda channels: np.full(number, channels.any())


def in_groups(groups: int, number: int) -> Channels:
    """Channels in equal groups: each channel of a group takes all channels of the same group of the input."""
    return lambda channels: np.repeat(channels.reshape(groups, -1).any(axis=1), number // groups)


def shifted(start: int, number: int) -> Channels:
    """The channels become some of `number`, from `start` on."""
    return lambda channels: np.pad(channels, (start, number - start - len(channels)))


def everything(situation: Situation) -> Reach:
    """Every cell takes all places of all inputs."""
    any_channel = to_all(situation.output.channels)
    parts = (Part(every(given.sizes[0]), every(given.sizes[1]), any_channel) for given in situation.inputs)
    return Reach(tuple(parts))
