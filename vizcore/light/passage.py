"""One picture on its way through one network: the layers at every brightness of the picture.

This module answers what a page or a notebook asks about the two together. It is made of modules that know only one of
them. Importing it does not import TensorFlow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vizcore.activations.interface import ReadableNetwork
from vizcore.arrays import ByteArray, FloatArray
from vizcore.edits.brightness import OFFSET, UNEDITED, Kind, Light
from vizcore.inputs.lens import PLAIN
from vizcore.inputs.prepared import InputFormat, prepared, prepared_exactly, prepared_levels, tangent
from vizcore.light.change import clipping_part, preprocessing_layers, remaining_part
from vizcore.light.curves import Curves, probabilities_at_levels, tuning_curves, winners_at_levels
from vizcore.light.offset_law import OffsetLaw, offset_law, pixel_scale
from vizcore.light.reaction import Lightness, Measure, Reaction
from vizcore.light.winners import Winners, unknown_winners
from vizcore.maps.ranges import ScaleChoice

if TYPE_CHECKING:
    from vizcore.activations.tracing import TracedNetwork


@dataclass(frozen=True)
class Pass:
    """The layers at one brightness.

    Attributes:
        received: (h, w, 3) uint8, the network's input as pixels.
        activations: layer name → (h, w, C) or (C,) float32, the requested layers.
    """

    received: ByteArray
    activations: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Clipping:
    """Layers under an edit that is not rounded to bytes, with the edit's clip at 0 and 255 and without it.

    Attributes:
        original: layer name → (h, w, C) or (C,), on the picture as it is.
        clipped: layer name → the same shape, under the edit.
        unclipped: layer name → the same shape, under the edit without the clip.
    """

    original: Mapping[str, FloatArray]
    clipped: Mapping[str, FloatArray]
    unclipped: Mapping[str, FloatArray]

    def part(self, name: str) -> float:
        """The part of a layer's change that comes from the clip; see `vizcore.light.change.clipping_part`.

        Raises:
            VizcoreError: the layer holds values that are not finite.
        """
        return clipping_part(self.original[name], self.clipped[name], self.unclipped[name])


@dataclass(frozen=True, eq=False)
class Passage:
    """A picture and a network.

    Attributes:
        network: the traced network.
        pixels: (H, W, 3) uint8, RGB. They are not changed.
        wanted: how the picture becomes the network's input.
        answering: asked for winners and flips in place of the network, such as `vizcore.units.held.HeldNetwork`; None
            for the network itself.
    """

    network: "TracedNetwork"
    pixels: ByteArray
    wanted: InputFormat
    answering: ReadableNetwork | None = None

    def read(self, layer_names: Iterable[str], light: Light = UNEDITED) -> Pass:
        """Some layers for the picture at a brightness, which is rounded to bytes as in a file.

        Raises:
            VizcoreError: as `vizcore.inputs.prepared.prepared`, or a layer is unknown.
        """
        batch = prepared(self.pixels, light, wanted=self.wanted)
        convention = self.wanted.value_range
        # A lens, or a resize that overshoots, goes beyond the range of a byte; the picture is shown clipped to it.
        low, high = (convention.apply_exactly(np.full((1, 1, batch.shape[3]), end, np.float32)) for end in (0.0, 255.0))
        return Pass(convention.as_pixels(np.clip(batch, low, high)), self.network.read(batch, layer_names))

    def given(self, light: Light = UNEDITED) -> FloatArray:
        """(h, w, colours) float32: the numbers that the network is given for the picture at a brightness."""
        batch: FloatArray = prepared(self.pixels, light, wanted=self.wanted)[0]
        return batch

    def derivatives(self, layer_names: Iterable[str], light: Light) -> Mapping[str, FloatArray]:
        """How fast every value of some layers moves with the amount: name → (h, w, C) or (C,) float32, per unit of it.

        The formula is not rounded to bytes; see `TracedNetwork.read_with_derivative`.
        """
        values = self._exactly(light)
        return self.network.read_with_derivative(values, self._tangent(light), layer_names)[1]

    def clipping(self, layer_names: Iterable[str], light: Light) -> Clipping:
        """Some layers under an edit, with its clip and without it.

        What the resize clips, it clips of the unedited picture, too. It is left out of all three, so that what differs
        comes from the edit.
        """
        names = tuple(layer_names)
        original, clipped, unclipped = (
            self.network.read(
                prepared_exactly(self.pixels, lit, wanted=self.wanted, clipped=clip, overshoots=True), names
            )
            for lit, clip in ((light.kind.neutral, True), (light, True), (light, False))
        )
        return Clipping(original, clipped, unclipped)

    def remaining_part(self, light: Light) -> float | None:
        """The share of an edit that is left in front of the first kernel; see `vizcore.light.change.remaining_part`.

        A lens may take a part of it away, and so may the network's own preprocessing.
        """
        plain = replace(self.wanted, lens=PLAIN)
        leading = preprocessing_layers(self.network.layers)
        if not leading and self.wanted == plain:
            # Nothing stands between the picture and the first kernel. Computing this 1 would take as long as the maps.
            return 1.0
        lights = (light.kind.neutral, light)
        before = [replace(self, wanted=plain)._exactly(each) for each in lights]
        after = before if self.wanted == plain else [self._exactly(each) for each in lights]
        if leading:
            last = leading[-1].name
            after = [self.network.read(batch, [last])[last] for batch in after]
        return remaining_part(before=(before[0], before[1]), after=(after[0], after[1]))

    def offset_law(self, offset: float) -> OffsetLaw:
        """How fast the first layer's channels rise with an offset, and why not faster.

        Raises:
            VizcoreError: the network does not begin with a plain convolution, or moves pixels at different speeds
                before it.
        """
        convolution = self.network.first_convolution()
        light = OFFSET.light(offset)
        values = self._exactly(light)
        tangents = [self._tangent(light), self._tangent(light, clipped=False)]
        fed_by = convolution.fed_by
        if fed_by:
            passes = [self.network.read_with_derivative(values, tangent, [fed_by]) for tangent in tangents]
            values, tangents = passes[0][0][fed_by][np.newaxis], [moving[fed_by][np.newaxis] for _, moving in passes]
        return offset_law(
            convolution,
            values=values,
            tangent=tangents[0],
            unclipped_tangent=tangents[1],
            scale=pixel_scale(tangents[1]),
        )

    def curves(self, layer_names: Iterable[str], kind: Kind, *, num_levels: int) -> Mapping[str, Curves]:
        """How the channels of some layers follow a kind of brightness from one end of its slider to the other."""
        return self._curves(self.network, layer_names, kind, kind.slider.levels(num_levels))

    def reactions(
        self, layer_names: Iterable[str], kind: Kind, *, num_levels: int, choice: ScaleChoice, lightness: Lightness
    ) -> dict[str, Reaction]:
        """How much the channels of some layers visibly react from one end of the slider to the other.

        Args:
            layer_names: of layers with maps.
            kind: the kind of brightness.
            num_levels: how many amounts are tried.
            choice: as in `vizcore.light.reaction.Measure`.
            lightness: as in `vizcore.light.reaction.Measure`.
        """
        names = tuple(layer_names)
        original = self.read(names).activations
        measures = {name: Measure(original[name], choice=choice, lightness=lightness) for name in names}
        for amount in kind.slider.levels(num_levels):
            edited = self.read(names, kind.light(amount)).activations
            for name, measure in measures.items():
                measure.add(edited[name])
        return {name: measure.reaction() for name, measure in measures.items()}

    def winners(self, answer: str, kind: Kind, *, answer_kind: str, num_levels: int) -> Winners:
        """The winning class over a kind of brightness, and the amounts at which it changes.

        Args:
            answer: the name of the layer that answers.
            kind: the kind of brightness.
            answer_kind: "logits" or "probabilities".
            num_levels: how many amounts are tried; flips between them are found by bisection among the
                slider's amounts.
        """
        known = unknown_winners(kind, num_levels)
        while not known.is_complete:
            known = self.further(known, answer, answer_kind=answer_kind, at_once=num_levels)
        return known

    def further(self, known: Winners, answer: str, *, answer_kind: str, at_once: int = 1) -> Winners:
        """The winners after one more step: at the next levels, or at one amount between two of them.

        Args:
            known: the result of `unknown_winners` or of this method, for this picture and network.
            answer: as in `winners`.
            answer_kind: as in `winners`.
            at_once: how many levels are tried in one step.
        """
        question = known.search.question
        if question is not None:
            winner = int(winners_at_levels(self._answers(answer, known.kind, [question]))[0])
            return replace(known, search=known.search.with_answers((question, winner)))
        amounts = known.levels[len(known.winners) :][:at_once]
        if not amounts:
            return known
        answers = self._answers(answer, known.kind, amounts)
        highest = probabilities_at_levels(answers, kind=answer_kind).max(axis=1).tolist()
        known = replace(
            known,
            winners=(*known.winners, *winners_at_levels(answers).tolist()),
            probabilities=(*known.probabilities, *highest),
        )
        if len(known.winners) < len(known.levels):
            return known
        return replace(known, search=known.search.with_answers(*zip(known.levels, known.winners, strict=True)))

    def _answers(self, answer: str, kind: Kind, amounts: Sequence[float]) -> FloatArray:
        """The network's answers at some amounts: (levels, classes)."""
        network = self.answering or self.network
        if len(amounts) == 1:
            batch = prepared(self.pixels, kind.light(amounts[0]), wanted=self.wanted)
            return network.read(batch, [answer])[answer][np.newaxis]
        return self._curves(network, [answer], kind, amounts)[answer].mean

    def _curves(
        self, network: ReadableNetwork, layer_names: Iterable[str], kind: Kind, amounts: Sequence[float]
    ) -> dict[str, Curves]:
        return tuning_curves(
            network,
            amounts,
            layer_names,
            batch_of=lambda some: prepared_levels(self.pixels, [kind.light(each) for each in some], wanted=self.wanted),
        )

    def _exactly(self, light: Light) -> FloatArray:
        return prepared_exactly(self.pixels, light, wanted=self.wanted)

    def _tangent(self, light: Light, *, clipped: bool = True) -> FloatArray:
        return tangent(self.pixels, light, wanted=self.wanted, clipped=clipped)
