"""The outputs of a network for one picture, read together, when they are asked for, and kept for one run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Protocol

from ui.cached import light as cached_light
from ui.values import Subject
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.light.curves import Curves
from vizcore.light.passage import Clipping, Pass
from vizcore.networks.network import Network

NUM_LEVELS = 41  # of a tuning curve


class Outputs(Protocol):
    """What a network makes of the picture as it is and as edited."""

    @property
    def original(self) -> Mapping[str, FloatArray]:
        """Layer name → (h, w, C) or (C,), for the picture as it is."""

    @property
    def edited(self) -> Mapping[str, FloatArray]:
        """The same for the picture as edited."""

    @property
    def received(self) -> ByteArray:
        """(h, w, 3) uint8, what the network was given, edited, as pixels."""


@dataclass(frozen=True, eq=False)
class Activations:
    """Outputs that have been read already; the attributes are those of `Outputs`."""

    original: Mapping[str, FloatArray]
    edited: Mapping[str, FloatArray]
    received: ByteArray


@dataclass(frozen=True, eq=False)
class Layers:
    """Outputs that are read when they are first asked for, and what else can be asked of the layers.

    Each is kept: all charts ask for the same ones, and every answer of a cache is a copy.

    Attributes:
        subject: the picture and how it becomes what the network takes.
        light: the brightness that is applied before the network.
        network: the network.
        names: of the layers that are to be read; where the answer is a class, it is read as well.
    """

    subject: Subject
    light: Light
    network: Network
    names: tuple[str, ...]
    _sweeps: dict[tuple[str, tuple[str, ...]], Mapping[str, Curves]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def original(self) -> Mapping[str, FloatArray]:
        """Layer name → (h, w, C) or (C,), for the picture as it is."""
        return self._as_it_is.activations

    @property
    def edited(self) -> Mapping[str, FloatArray]:
        """The same for the picture as edited."""
        return self._as_edited.activations

    @property
    def received(self) -> ByteArray:
        """(h, w, 3) uint8, what the network was given, edited, as pixels."""
        return self._as_edited.received

    @property
    def file_stem(self) -> str:
        """For the names of files."""
        return f"{PurePath(self.subject.picture.name).stem}-{self.light.written}"

    def slopes(self, name: str) -> tuple[FloatArray, FloatArray]:
        """How fast every value of a layer moves, at the amount that is chosen and at the one that changes nothing."""
        chosen, neutral = self._slopes
        return chosen[name], neutral[name]

    def clipping(self) -> Clipping:
        """The layers with and without the clip."""
        return self._clipping

    def curves(self, kind: Kind, names: tuple[str, ...]) -> Mapping[str, Curves]:
        """The tuning curves of some layers over a kind of brightness."""
        names = _read_together(self.network, names)
        if (kind.name, names) not in self._sweeps:
            self._sweeps[kind.name, names] = cached_light.curves(self.subject, names, kind, NUM_LEVELS)
        return self._sweeps[kind.name, names]

    @cached_property
    def _as_it_is(self) -> Pass:
        return cached_light.forward(self.subject, self._read, UNEDITED)

    @cached_property
    def _as_edited(self) -> Pass:
        return cached_light.forward(self.subject, self._read, self.light)

    @cached_property
    def _slopes(self) -> tuple[Mapping[str, FloatArray], Mapping[str, FloatArray]]:
        names = _read_together(self.network, self.names)
        chosen = cached_light.derivatives(self.subject, names, self.light)
        return chosen, cached_light.derivatives(self.subject, names, self.light.kind.neutral)

    @cached_property
    def _clipping(self) -> Clipping:
        names = _read_together(self.network, self.names)
        return cached_light.clipping(self.subject, names, self.light)

    @property
    def _read(self) -> tuple[str, ...]:
        answer = () if self.network.classes is None else (self.network.answer,)
        return _read_together(self.network, {*self.names, *answer})


def _read_together(network: Network, wanted: Collection[str]) -> tuple[str, ...]:
    """Names of the layers that are read to have some: a small network is read whole, so that choosing costs nothing."""
    return tuple(layer.name for layer in network.traced.layers if network.is_small or layer.name in wanted)
