"""What every network in the list has: an entry, which is known at once, and the network that the entry builds.

Importing this does not import Keras.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from vizcore.downloads import Download
from vizcore.inputs.value_ranges import RANGES

if TYPE_CHECKING:
    from vizcore.activations.tracing import TracedNetwork

_FEW_VALUES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Entry(ABC):
    """A network in the list: a value that builds the network. `vizcore.networks.entries` has the kinds there are.

    Attributes:
        name: in the list, and in a link.
        version: which one of those that had this name. Entries with the same name and version build the same network.
        about: what it is, in a sentence.
        layers_key: key of the choice of layers, and its name in the address. Networks with the same layers share it, so
            the choice goes along.
        value_range: what numbers it expects for a pixel: a name in `vizcore.inputs.value_ranges.RANGES`.
        memory: megabytes that the built network takes, roughly; 0 where nobody has to know.
    """

    name: str
    version: str = ""
    about: str
    layers_key: str = "layers"
    value_range: str = next(iter(RANGES))
    memory: int = 0

    @property
    def value_ranges(self) -> tuple[str, ...]:
        """The ranges that a visitor may choose from; one where it is known which the network expects."""
        return (self.value_range,)

    def taking(self, value_range: str) -> Self:
        """The same network, given other numbers for a pixel: one of `value_ranges`."""
        return replace(self, value_range=value_range)

    def missing(self) -> tuple[Download, ...]:
        """The files that must be downloaded before the network can be built."""
        return ()

    @abstractmethod
    def build(self) -> "Network":
        """Build and trace the network. This imports TensorFlow.

        Raises:
            VizcoreError: its files are missing, damaged, or no longer those of this entry.
        """


@dataclass(frozen=True, eq=False)
class Network:
    """A network that is ready.

    Attributes:
        entry: which one.
        traced: its layers.
        classes: a name for each output of the answer; None where the answer is not a class.
        answer: name of the layer that answers.
        answer_kind: "logits", "probabilities" or "features".
        trust: a sentence on how far the probabilities, or their absence, can be trusted.
    """

    entry: Entry
    traced: "TracedNetwork"
    classes: tuple[str, ...] | None
    answer: str
    answer_kind: str
    trust: str

    @property
    def is_small(self) -> bool:
        """Whether all its layers together cost little: a few megabytes and milliseconds for a picture."""
        return self.traced.num_values <= _FEW_VALUES

    @property
    def scales_by_itself(self) -> bool:
        """Whether it begins with a layer that scales pixels, so that it is to be given 0 … 255."""
        return self.traced.layers[0].kind in ("Rescaling", "Normalization")
