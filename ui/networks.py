"""The networks that can be chosen, what is known of them before TensorFlow is loaded, and how each is built."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from vizcore import downloads, pretrained
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.pretrained import Pretrained
from vizcore.shipped import shipped_card
from vizcore.value_ranges import RANGES

if TYPE_CHECKING:
    from vizcore.activations import TracedNetwork

TUTORIALS = "tutorial"


@dataclass(frozen=True)
class Entry:
    """A network in the list.

    Attributes:
        name: in the list, and in a link.
        about: what it is, in a sentence.
        family: networks of one family have the same layers, so the choice of layers goes along.
        value_range: a name in `vizcore.value_ranges.RANGES`.
        pretrained: where its weights come from the net.
    """

    name: str
    about: str
    family: str
    value_range: str
    pretrained: Pretrained | None = None

    @property
    def layers_key(self) -> str:
        """Key of the choice of layers, and its name in the address."""
        return "layers" if self.family == TUTORIALS else f"layers-{self.family}"


@dataclass(frozen=True, eq=False)
class Network:
    """A network that is ready.

    Attributes:
        entry: which one.
        traced: its layers.
        classes: a name for each output of the answer; None where the answer is not a class.
        answer: name of the layer that answers.
        answer_kind: "logits" or "probabilities".
        trust: a sentence on how far the probabilities, or their absence, can be trusted.
    """

    entry: Entry
    traced: "TracedNetwork"
    classes: tuple[str, ...] | None
    answer: str
    answer_kind: str
    trust: str


def entries() -> Mapping[str, Entry]:
    """All networks by name, the default first."""
    card = shipped_card()
    own = [
        Entry(
            "trained",
            f"The tutorial's network, trained on CIFAR-10: right on {card.test_accuracy:.1%} of "
            f"{card.test_pictures:,} pictures that it had never seen.",
            TUTORIALS,
            next(iter(RANGES)),
        ),
        Entry(
            "untrained",
            "The tutorial's network with random weights, always the same.",
            TUTORIALS,
            next(iter(RANGES)),
        ),
    ]
    others = [
        Entry(name, f"{network.title}, trained on ImageNet.", name, network.value_range, network)
        for name, network in pretrained.offered().items()
    ]
    return MappingProxyType({entry.name: entry for entry in [*own, *others]})


def missing(entry: Entry) -> tuple[Download, ...]:
    """The files that must be downloaded before this network can be built."""
    if entry.pretrained is None:
        return ()
    wanted = [entry.pretrained.download, *([pretrained.CLASS_INDEX] if entry.pretrained.has_classes else [])]
    return tuple(download for download in wanted if not downloads.is_there(download))


def build(entry: Entry) -> Network:
    """Build and trace a network. This imports TensorFlow.

    Raises:
        VizcoreError: its files are missing or damaged.
    """
    from vizcore.activations import trace
    from vizcore.networks import build_simple_cnn, build_trained_cnn

    card = shipped_card()
    if entry.name == "trained":
        trust = (
            f"On CIFAR-10's test pictures its probabilities are off by {card.calibration_error:.1%} on average; they "
            "say nothing about pictures of other things."
        )
        return Network(entry, trace(build_trained_cnn()), card.classes, "logits", "logits", trust)
    if entry.pretrained is None:
        trust = "It has learnt nothing yet: its answer is chance."
        return Network(entry, trace(build_simple_cnn((64, 64, 3))), card.classes, "logits", "logits", trust)
    absent = missing(entry)
    if absent:
        raise VizcoreError(f"The files of {entry.name} are not there: {', '.join(file.file_name for file in absent)}.")
    file = entry.pretrained.download
    path = downloads.target(file)
    downloads.verify(file, path)
    traced = trace(pretrained.build(entry.pretrained, path))
    last = traced.layers[-1].name
    if not entry.pretrained.has_classes:
        return Network(entry, traced, None, last, "features", entry.pretrained.no_classes_because)
    names = pretrained.class_names(downloads.target(pretrained.CLASS_INDEX).parent)
    trust = "The probabilities are a softmax over ImageNet's classes; they are not calibrated."
    return Network(entry, traced, names, last, "logits", trust)
