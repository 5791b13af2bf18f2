"""The base class of the entries in the list of networks, and the network that an entry builds.

Importing this does not import Keras.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from vizcore.downloads import Download
from vizcore.inputs.interpolation import TUTORIALS
from vizcore.inputs.value_ranges import RANGES, ExpectedRange

if TYPE_CHECKING:
    from vizcore.activations.tracing import TracedNetwork

_FEW_VALUES = 2_000_000


@dataclass(frozen=True, kw_only=True)
class Entry(ABC):
    """A network in the list: a value that builds the network. `vizcore.networks.entries` has its kinds.

    Attributes:
        name: stands in links and in cache keys.
        version: identifies the network among those of the same name. Entries with the same name and version build the
            same network.
        about: a sentence that describes it.
        layers_key: key of the choice of layers, and its name in the address. Networks with the same layers share it, so
            that they share the choice.
        value_range: the numbers that it expects for a pixel: a name in `vizcore.inputs.value_ranges.RANGES`.
        interpolation: how the pipeline that the network is used with resizes a picture: a name in
            `vizcore.inputs.interpolation.INTERPOLATIONS`.
        pipeline: a name for that pipeline, shown to the visitor.
        memory: approximate megabytes of the built network; 0 where they are not shown.
    """

    name: str
    version: str = ""
    about: str
    layers_key: str = "layers"
    value_range: str = next(iter(RANGES))
    interpolation: str = TUTORIALS
    pipeline: str = "the tutorial"
    memory: int = 0

    @property
    def label(self) -> str:
        """The name in the list."""
        return self.name

    @property
    def value_ranges(self) -> tuple[str, ...]:
        """The value ranges that a visitor may choose; a single one if the network's value range is known."""
        return (self.value_range,)

    def taking(self, value_range: str) -> Self:
        """The same entry with another value range, one of `value_ranges`."""
        return replace(self, value_range=value_range)

    def weights_digest(self) -> str:
        """A digest of the weights with the name of its kind, such as "sha256:…"; empty if none is known."""
        return ""

    def missing(self) -> tuple[Download, ...]:
        """The files that have to be downloaded before the network can be built."""
        return ()

    @abstractmethod
    def build(self) -> "Network":
        """Build and trace the network. This imports TensorFlow.

        Raises:
            VizcoreError: its files are missing, damaged, or no longer those of this entry.
        """


@dataclass(frozen=True, eq=False)
class Network:
    """A built network.

    Attributes:
        entry: the entry that built it.
        traced: the traced layers.
        classes: a name for each output of the answering layer; None where its outputs are not classes.
        answer: name of the answering layer, whose output is the prediction.
        answer_kind: "logits", "probabilities" or "features".
        trust: a sentence on the reliability of the probabilities, or the reason why there are none.
        expected: the value range that its layers tell, for an entry that does not know it; None if they do not.
    """

    entry: Entry
    traced: "TracedNetwork"
    classes: tuple[str, ...] | None
    answer: str
    answer_kind: str
    trust: str
    expected: ExpectedRange | None = None

    @property
    def is_small(self) -> bool:
        """Whether all its layers together are cheap: a few megabytes and milliseconds for a picture."""
        return self.traced.num_values <= _FEW_VALUES
