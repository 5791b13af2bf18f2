"""One picture on its way through one network: what every brightness of it makes of the layers.

Everything that a page or a notebook asks of the two together, from the parts that know only one of them. Importing this
does not import TensorFlow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vizcore import change, flip, pipeline, sweep
from vizcore.arrays import ByteArray, FloatArray
from vizcore.brightness import KINDS
from vizcore.first_layer_law import OffsetLaw, offset_law, pixel_scale
from vizcore.pipeline import InputFormat

if TYPE_CHECKING:
    from vizcore.activations import TracedNetwork


@dataclass(frozen=True)
class Pass:
    """What one brightness makes of the layers.

    Attributes:
        received: (h, w, 3) uint8, what the network was given, as pixels.
        activations: layer name → (h, w, C) or (C,) float32, the layers asked for.
    """

    received: ByteArray
    activations: Mapping[str, FloatArray]


@dataclass(frozen=True)
class Clipping:
    """Layers under an edit that is not rounded to bytes, with the clip at 0 and 255 and without it.

    Attributes:
        clipped: layer name → (h, w, C) or (C,).
        unclipped: the same without the clip.
        parts: layer name → how much of its change comes from the clip; see `vizcore.change.clipping_part`.
    """

    clipped: Mapping[str, FloatArray]
    unclipped: Mapping[str, FloatArray]
    parts: Mapping[str, float]


@dataclass(frozen=True)
class Winners:
    """Who wins along a kind of brightness.

    Attributes:
        amounts: the levels.
        winners: index of the winning class at each.
        probabilities: of the winner at each, 0 … 1.
        stretches: from where to where each class wins.
    """

    amounts: tuple[float, ...]
    winners: tuple[int, ...]
    probabilities: tuple[float, ...]
    stretches: tuple[flip.Segment, ...]


@dataclass(frozen=True, eq=False)
class Passage:
    """A picture and a network.

    Attributes:
        network: the network.
        pixels: (H, W, 3) uint8, RGB. They are not changed.
        wanted: how the picture becomes what the network takes.
    """

    network: "TracedNetwork"
    pixels: ByteArray
    wanted: InputFormat

    def read(self, layer_names: Iterable[str], *, kind: str = "gain", amount: float = 1.0) -> Pass:
        """Some layers for the picture at a brightness, as it happens: rounded to bytes.

        Raises:
            VizcoreError: as `vizcore.pipeline.prepared`, and for an unknown layer.
        """
        batch = pipeline.prepared(self.pixels, kind=kind, amount=amount, wanted=self.wanted)
        convention = self.wanted.value_range
        # A standardised picture goes beyond what a byte can be; it is shown as far as bytes go.
        low, high = (convention.apply_exactly(np.full((1, 1, batch.shape[3]), end, np.float32)) for end in (0.0, 255.0))
        return Pass(convention.as_pixels(np.clip(batch, low, high)), self.network.read(batch, layer_names))

    def derivatives(self, layer_names: Iterable[str], *, kind: str, amount: float) -> Mapping[str, FloatArray]:
        """How fast every value of some layers moves with the amount: name → (h, w, C) or (C,) float32, per unit of it.

        Of the formula that is not rounded to bytes; see `vizcore.activations.TracedNetwork.read_with_derivative`.
        """
        values = self._exactly(kind, amount)
        return self.network.read_with_derivative(values, self._tangent(kind, amount), layer_names)[1]

    def clipping(self, layer_names: Iterable[str], *, kind: str, amount: float) -> Clipping:
        """What the clip takes from an edit, layer by layer."""
        names = tuple(layer_names)
        original, clipped, unclipped = (
            self.network.read(batch, names)
            for batch in (
                self._exactly(kind, KINDS[kind].neutral),
                self._exactly(kind, amount),
                self._exactly(kind, amount, clipped=False),
            )
        )
        parts = {name: change.clipping_part(original[name], clipped[name], unclipped[name]) for name in names}
        return Clipping(clipped, unclipped, parts)

    def remaining_part(self, *, kind: str, amount: float) -> float | None:
        """How much of an edit is left where the network begins to look; see `vizcore.change.remaining_part`.

        What may take it away is a lens, and what the network itself does in front of its first kernel.
        """
        plain = replace(self.wanted, lens=next(iter(pipeline.LENSES)))
        leading = change.preprocessing_layers(self.network.layers)
        if not leading and self.wanted == plain:
            # Nothing stands between the picture and the first kernel; to compute that takes as long as the maps.
            return 1.0
        amounts = (KINDS[kind].neutral, amount)
        before, after = (
            [replace(self, wanted=way)._exactly(kind, one) for one in amounts] for way in (plain, self.wanted)
        )
        if leading:
            last = leading[-1].name
            after = [self.network.read(batch, [last])[last] for batch in after]
        return change.remaining_part(before=(before[0], before[1]), after=(after[0], after[1]))

    def offset_law(self, offset: float) -> OffsetLaw:
        """How fast the first layer's channels rise with an offset, and why not faster.

        Raises:
            VizcoreError: the network begins with no plain convolution, or moves pixels at different speeds before it.
        """
        convolution = self.network.first_convolution()
        values = self._exactly("offset", offset)
        tangents = [self._tangent("offset", offset), self._tangent("offset", offset, clipped=False)]
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

    def curves(self, layer_names: Iterable[str], *, kind: str, num_levels: int) -> Mapping[str, sweep.Curves]:
        """How the channels of some layers follow a kind of brightness from one end of its slider to the other."""
        return sweep.tuning_curves(
            self.network,
            KINDS[kind].levels(num_levels),
            layer_names,
            batch_of=lambda amounts: pipeline.prepared_levels(
                self.pixels, kind=kind, amounts=amounts, wanted=self.wanted
            ),
        )

    def winners(self, answer: str, *, answer_kind: str, kind: str, num_levels: int) -> Winners:
        """The winning class over a kind of brightness, and the amounts at which it changes.

        Args:
            answer: name of the layer that answers.
            answer_kind: "logits" or "probabilities".
            kind: of brightness.
            num_levels: how many amounts are tried; flips between them are found by bisection.
        """
        answers = self.curves([answer], kind=kind, num_levels=num_levels)[answer]
        winners = sweep.winners(answers.mean).tolist()

        def winner_at(amount: float) -> int:
            output = self.read([answer], kind=kind, amount=amount).activations[answer]
            return int(sweep.winners(output[np.newaxis])[0])

        return Winners(
            answers.amounts,
            tuple(winners),
            tuple(sweep.probabilities(answers.mean, kind=answer_kind).max(axis=1).tolist()),
            flip.segments(
                answers.amounts,
                winners,
                winner_at=winner_at,
                step_between=KINDS[kind].step_between,
                # Between two whole offsets every byte stays what it was at the lower one.
                precision=flip.PRECISION if KINDS[kind].decimals else KINDS[kind].step,
            ),
        )

    def _exactly(self, kind: str, amount: float, *, clipped: bool = True) -> FloatArray:
        return pipeline.prepared_exactly(self.pixels, kind=kind, amount=amount, wanted=self.wanted, clipped=clipped)

    def _tangent(self, kind: str, amount: float, *, clipped: bool = True) -> FloatArray:
        return pipeline.tangent(self.pixels, kind=kind, amount=amount, wanted=self.wanted, clipped=clipped)
