"""The networks that can be chosen, what is known of them before TensorFlow is loaded, and how each is built."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from vizcore import downloads
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks import pretrained
from vizcore.networks.pretrained import Pretrained
from vizcore.networks.shipped import shipped_card
from vizcore.settings import settings

if TYPE_CHECKING:
    import keras

    from vizcore.activations.tracing import TracedNetwork

TUTORIALS = "tutorial"
OWN = "own model"
TRAINED_HERE = "trained here"
_FEW_VALUES = 2_000_000


@dataclass(frozen=True)
class Entry:
    """A network in the list.

    Attributes:
        name: in the list, and in a link.
        about: what it is, in a sentence.
        family: networks of one family have the same layers, so the choice of layers goes along.
        value_range: a name in `vizcore.inputs.value_ranges.RANGES`.
        pretrained: where its weights come from the net.
        file: where it is the operator's own model.
        version: of that file: another one behind the same name is another network.
    """

    name: str
    about: str
    family: str
    value_range: str
    pretrained: Pretrained | None = None
    file: Path | None = None
    version: str = ""

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

    @property
    def is_small(self) -> bool:
        """Whether all its layers together cost little: a few megabytes and milliseconds for a picture."""
        return self.traced.num_values <= _FEW_VALUES


def entries() -> Mapping[str, Entry]:
    """All networks by name, the default first."""
    card = shipped_card()
    tutorials = [
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
    path = settings().model
    if path is not None:
        about = f"The model {path.name}."
        others.append(Entry(OWN, about, OWN, next(iter(RANGES)), file=path, version=_version(path)))
    return MappingProxyType({entry.name: entry for entry in [*tutorials, *others]})


def _version(file: Path) -> str:
    try:
        found = file.stat()
    except OSError:
        return ""  # whoever builds it says that there is none
    return f"{found.st_mtime_ns}-{found.st_size}"


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
    from vizcore.activations.tracing import trace
    from vizcore.networks.tutorial import build_simple_cnn, build_trained_cnn

    card = shipped_card()
    if entry.name == "trained":
        trust = (
            f"On CIFAR-10's test pictures its probabilities are off by {card.calibration_error:.1%} on average; they "
            "say nothing about pictures of other things."
        )
        return Network(entry, trace(build_trained_cnn()), card.classes, "logits", "logits", trust)
    if entry.file is not None:
        return _own(entry, entry.file)
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


def trained_here(model: "keras.Model", classes: tuple[str, ...], *, digest: str, about: str, trust: str) -> Network:
    """A network that a visitor has trained, for that visitor alone.

    Args:
        model: the tutorial's architecture. Its weights are copied: it may be trained on.
        classes: what its logits stand for.
        digest: of the weights. It is part of the name, and so of every key in a cache.
        about: what it is, in a sentence.
        trust: how far its probabilities can be trusted, in a sentence.
    """
    from vizcore.activations.tracing import trace
    from vizcore.networks.tutorial import build_simple_cnn

    copy = build_simple_cnn(tuple(model.inputs[0].shape[1:]), num_classes=len(classes))
    copy.set_weights(model.get_weights())
    entry = Entry(f"{TRAINED_HERE} {digest[:16]}", about, TUTORIALS, next(iter(RANGES)))
    return Network(entry, trace(copy), classes, "logits", "logits", trust)


def _own(entry: Entry, file: Path) -> Network:
    from vizcore.activations.layers import layer_outputs
    from vizcore.activations.tracing import trace
    from vizcore.networks.answer_kind import answer_kind
    from vizcore.networks.own_model import input_size, load_own_model

    own = load_own_model(file)
    traced = trace(own.model, input_size=input_size(own))
    outputs = layer_outputs(own.model)
    answer = next((name for name, layer in outputs.items() if layer.tensor is own.model.outputs[0]), None)
    kind = answer_kind(own.model, own.labels)
    if answer is None or kind == "features":
        trust = (
            f"{own.name} answers with features and not with one class of several. If it does know classes, put their "
            f"names into {file.with_suffix('.txt').name} beside it, one a line."
        )
        return Network(entry, traced, None, answer or traced.layers[-1].name, "features", trust)
    num_classes = next(layer.num_channels for layer in traced.layers if layer.name == answer)
    labels = own.labels or tuple(f"class {index}" for index in range(num_classes))
    return Network(entry, traced, labels, answer, kind, "Whether its probabilities are calibrated is not known.")


def expects_bytes(network: Network) -> bool:
    """Whether the network scales pixels by itself, so that it is to be given 0 … 255."""
    return network.traced.layers[0].kind in ("Rescaling", "Normalization")
