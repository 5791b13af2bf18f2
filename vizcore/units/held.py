"""A network with one channel held, to be asked for its answer at any brightness. This needs no Keras."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vizcore.activations.interface import Continuation, Midway, Variants
from vizcore.activations.layer import ChannelSummary, LayerInfo
from vizcore.arrays import FloatArray, frozen
from vizcore.errors import VizcoreError
from vizcore.units.worth import held_at


@dataclass(frozen=True, eq=False)
class HeldNetwork:
    """A network in which one channel is held for every picture.

    Its only layer is the answering one. With it a `vizcore.light.passage.Passage` finds winners and flips as for the
    network itself, if it is the passage's `answering`.

    Attributes:
        behind: the network behind the layer of the channel.
        answer: the answering layer.
        channel: number of the channel.
        hold: a name in `vizcore.units.worth.HOLDS`.
        original: the unedited picture, from `behind.midway`; needed for the hold "unedited".
    """

    behind: Continuation
    answer: LayerInfo
    channel: int
    hold: str
    original: Midway | None = None

    @property
    def layers(self) -> tuple[LayerInfo, ...]:
        """The answering layer."""
        return (self.answer,)

    def read(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, FloatArray]:
        """The answer for one picture; see `TracedNetwork.read`.

        Raises:
            VizcoreError: another layer is asked for, or as `vizcore.units.worth.worth`.
        """
        for name in layer_names:
            if name != self.answer.name:
                raise VizcoreError(f"With a channel held only “{self.answer.name}” can be read, not “{name}”.")
        midway = self.behind.midway(batch)
        activation = midway.activation.copy()
        activation[..., self.channel] = held_at(self.hold, midway, self.original)[..., self.channel]
        answer = self.behind.answers(midway, Variants.of(activation[np.newaxis]))[0]
        return {self.answer.name: frozen(answer)}

    def summarise_many(self, batch: FloatArray, layer_names: Iterable[str]) -> dict[str, ChannelSummary]:
        """The answers for several pictures; see `TracedNetwork.summarise_many`.

        Raises:
            VizcoreError: as `read`, or the answer is feature maps.
        """
        if self.answer.is_spatial:
            raise VizcoreError("This network answers with feature maps, which have no flips.")
        names = list(layer_names)
        answers = frozen(np.stack([self.read(picture[np.newaxis], names)[self.answer.name] for picture in batch]))
        return {self.answer.name: ChannelSummary(answers, answers)}
