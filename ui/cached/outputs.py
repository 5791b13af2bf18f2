"""The outputs of a network for one picture, read together and kept for one run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from ui.cached import light as cached_light
from ui.values import Subject
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.light.curves import Curves
from vizcore.light.passage import Clipping
from vizcore.networks.network import Network

if TYPE_CHECKING:
    # Only the name: importing it would load TensorFlow before the page is drawn.
    pass

NUM_LEVELS = 41  # of a tuning curve


@dataclass(frozen=True)
class Outputs:
    """What a network says to the picture as it is and as edited.

    Attributes:
        original: layer name → (h, w, C) or (C,), for the picture as it is.
        edited: the same for the picture as edited.
    """

    original: Mapping[str, FloatArray]
    edited: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Layers(Outputs):
    """The same, with all that the Feature maps page needs beside it.

    Attributes:
        received: (h, w, 3) uint8, what the network was given, edited, as pixels.
        file_stem: for the names of files.
        slopes_at: makes the derivatives of the layers at a light.
        light: the one that is chosen.
        clipping: makes the layers with and without the clip.
        curves: makes the tuning curves of some layers over a kind of brightness.
    """

    received: ByteArray
    file_stem: str
    slopes_at: Callable[[Light], Mapping[str, FloatArray]]
    light: Light
    clipping: Callable[[], Clipping]
    curves: Callable[[Kind, tuple[str, ...]], Mapping[str, Curves]]

    def slopes(self, name: str) -> tuple[FloatArray, FloatArray]:
        """How fast every value of a layer moves, at the amount that is chosen and at the one that changes nothing."""
        chosen, neutral = (self.slopes_at(light)[name] for light in (self.light, self.light.kind.neutral))
        return chosen, neutral


def outputs(subject: Subject, light: Light, network: Network, *, names: Sequence[str]) -> Layers:
    """Send the picture through a network, unedited and edited.

    Args:
        subject: the picture and how it becomes what the network takes.
        light: the brightness that is applied before the network.
        network: the network.
        names: of the layers that are to be read; where the answer is a class, it is read as well.
    """
    shown = _read_together(network, names)
    read = shown if network.classes is None else _read_together(network, {*names, network.answer})
    original = cached_light.forward(subject, read, UNEDITED)
    edited = cached_light.forward(subject, read, light)
    return Layers(
        original=original.activations,
        edited=edited.activations,
        received=edited.received,
        file_stem=f"{PurePath(subject.picture.name).stem}-{light.written}",
        # All charts ask for the same ones, and every answer of a cache is a copy.
        slopes_at=cache(lambda light: cached_light.derivatives(subject, shown, light)),
        light=light,
        clipping=cache(lambda: cached_light.clipping(subject, shown, light)),
        curves=cache(
            lambda kind, names: cached_light.curves(subject, _read_together(network, names), kind, NUM_LEVELS)
        ),
    )


def _read_together(network: Network, wanted: Collection[str]) -> tuple[str, ...]:
    """Names of the layers that are read to have some: a small network is read whole, so that choosing costs nothing."""
    return tuple(layer.name for layer in network.traced.layers if network.is_small or layer.name in wanted)
