"""The outputs of a network for one picture. They are read together, on demand, and kept for one run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from ui.cached import light as cached_light
from ui.values import Subject
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import UNEDITED, Kind, Light
from vizcore.light.curves import Curves
from vizcore.light.passage import Clipping, Pass
from vizcore.light.reaction import Reaction
from vizcore.maps.ranges import ScaleChoice
from vizcore.maps.scales import Scale
from vizcore.networks.network import Network

NUM_LEVELS = 41  # of a tuning curve
_LEVELS_OF_A_SMALL_NETWORK, _LEVELS_OF_A_LARGE_NETWORK = 11, 5  # of a reaction


class Outputs(Protocol):
    """The outputs of a network for the unedited and for the edited picture."""

    @property
    def original(self) -> Mapping[str, FloatArray]:
        """Layer name → (h, w, C) or (C,) float32, for the unedited picture."""

    @property
    def edited(self) -> Mapping[str, FloatArray]:
        """The same for the edited picture."""

    @property
    def received(self) -> ByteArray:
        """(h, w, 3) uint8, the network's input for the edited picture, as pixels."""


class ScaledOutputs(Outputs, Protocol):
    """Outputs with what lays them out on a page: the locked scale and the reaction of a layer."""

    def locked_scale(self, name: str, choice: ScaleChoice) -> Scale:
        """The scale of a layer that is locked to the unedited picture."""

    def reaction(self, name: str, names: tuple[str, ...], choice: ScaleChoice, colour_map: str) -> Reaction:
        """How much the channels of a layer react over the chosen kind of brightness.

        Args:
            name: of the layer.
            names: of all layers on the page that have maps. They go through the network together.
            choice: how the maps are scaled.
            colour_map: of layers without negative values.
        """


@dataclass(frozen=True, eq=False)
class Activations:
    """Outputs that have already been read; the attributes are those of `Outputs`."""

    original: Mapping[str, FloatArray]
    edited: Mapping[str, FloatArray]
    received: ByteArray


@dataclass(frozen=True, eq=False)
class Layers:
    """Outputs that are read at their first use, and slopes, clipping and tuning curves of the same layers.

    Each value is kept: all charts use the same values, and a cache returns a new copy for each call.

    Attributes:
        subject: the picture and how it becomes the network's input.
        light: the brightness that is applied before the network.
        network: the network.
        names: of the layers to read. If the network has classes, its answer is read as well.
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
        """Layer name → (h, w, C) or (C,) float32, for the unedited picture."""
        return self._as_it_is.activations

    @property
    def edited(self) -> Mapping[str, FloatArray]:
        """The same for the edited picture."""
        return self._as_edited.activations

    @property
    def received(self) -> ByteArray:
        """(h, w, 3) uint8, the network's input for the edited picture, as pixels."""
        return self._as_edited.received

    def slopes(self, name: str) -> tuple[FloatArray, FloatArray]:
        """∂value/∂amount of a layer, shaped as its output: at this light, and at the kind's neutral amount.

        Raises:
            VizcoreError: the layer has no derivative that could be computed.
        """
        self.network.traced.check_derivatives([name])
        here, neutral = self._slopes
        return here[name], neutral[name]

    def clipping(self) -> Clipping:
        """The layers with and without the clip at 0 and 255."""
        return self._clipping

    def locked_scale(self, name: str, choice: ScaleChoice) -> Scale:
        """The scale of a layer that is locked to the unedited picture."""
        return cached_light.locked_scale(self.subject, name, choice, self.original[name])

    def reaction(self, name: str, names: tuple[str, ...], choice: ScaleChoice, colour_map: str) -> Reaction:
        """How much the channels of a layer react over the chosen kind of brightness; see `ScaledOutputs`."""
        num_levels = _LEVELS_OF_A_SMALL_NETWORK if self.network.is_small else _LEVELS_OF_A_LARGE_NETWORK
        found = cached_light.reactions(self.subject, names, self.light.kind, num_levels, choice, colour_map)
        return found[name]

    def curves(self, kind: Kind, names: tuple[str, ...]) -> Mapping[str, Curves]:
        """The tuning curves of some layers over a kind of brightness."""
        names = _read_together(self.network, names)
        if (kind.name, names) not in self._sweeps:
            self._sweeps[kind.name, names] = cached_light.curves(self.subject, names, kind, NUM_LEVELS)
        return self._sweeps[kind.name, names]

    def difference_size(self, name: str, against: str, *, without_clip: bool) -> float:
        """The size of a layer's strongest differences at this light; see `vizcore.light.change.strong_size`.

        Where nothing is edited, that of an edit a quarter of the way to the slider's upper end: a thumb that leaves the
        neutral amount needs a scale.

        Args:
            name: of the layer.
            against: a name for what the edited picture is compared with.
            without_clip: whether that is the edit without the clip at 0 and 255; else it is the unedited picture.
        """
        light, slider = self.light, self.light.kind.slider
        if light == light.kind.neutral:
            light = light.kind.light(slider.nearest(slider.neutral + (slider.maximum - slider.neutral) / 4))

        def sides() -> tuple[FloatArray, FloatArray]:
            lit = replace(self, light=light)
            if without_clip:
                return lit.clipping().unclipped[name], lit.clipping().clipped[name]
            return lit.original[name], lit.edited[name]

        return cached_light.difference_size(self.subject, name, light, against, sides)

    @cached_property
    def _as_it_is(self) -> Pass:
        return cached_light.forward(self.subject, self._read, UNEDITED)

    @cached_property
    def _as_edited(self) -> Pass:
        # Every kind's neutral amount is the unedited picture, which is read already.
        is_unedited = self.light == self.light.kind.neutral
        return self._as_it_is if is_unedited else cached_light.forward(self.subject, self._read, self.light)

    @cached_property
    def _slopes(self) -> tuple[Mapping[str, FloatArray], Mapping[str, FloatArray]]:
        without = self.network.traced.without_derivative
        names = tuple(name for name in _read_together(self.network, self.names) if name not in without)
        here = cached_light.derivatives(self.subject, names, self.light)
        return here, cached_light.derivatives(self.subject, names, self.light.kind.neutral)

    @cached_property
    def _clipping(self) -> Clipping:
        names = _read_together(self.network, self.names)
        return cached_light.clipping(self.subject, names, self.light)

    @property
    def _read(self) -> tuple[str, ...]:
        answer = () if self.network.classes is None else (self.network.answer,)
        return _read_together(self.network, {*self.names, *answer})


def _read_together(network: Network, wanted: Collection[str]) -> tuple[str, ...]:
    """Names of the layers to read for the wanted ones: all of a small network, so that another choice costs nothing."""
    return tuple(layer.name for layer in network.traced.layers if network.is_small or layer.name in wanted)
