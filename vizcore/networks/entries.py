"""The kinds of network that can be in the list, each with the way it is built. Importing this does not import Keras."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vizcore import downloads
from vizcore.arrays import FloatArray
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks import pretrained
from vizcore.networks.network import Entry, Network
from vizcore.networks.pretrained import Pretrained
from vizcore.networks.shipped import shipped_card

if TYPE_CHECKING:
    import keras

OWN = "own model"
TRAINED_HERE = "trained here"
"""What the list calls the network that a visitor has trained. The entry's own name has the digest of the weights."""


@dataclass(frozen=True, kw_only=True)
class Tutorial(Entry):
    """The tutorial's network with weights that need no file from elsewhere.

    Attributes:
        trust: how far its probabilities can be trusted, in a sentence.
        model: makes the Keras model.
    """

    trust: str
    model: Callable[[], "keras.Model"]

    def build(self) -> Network:
        """The network, traced."""
        from vizcore.activations.tracing import trace

        return Network(self, trace(self.model()), shipped_card().classes, "logits", "logits", self.trust)


def trained_tutorial() -> Tutorial:
    """The tutorial's network with the weights in the box."""
    card = shipped_card()
    return Tutorial(
        name="trained",
        about=f"The tutorial's network, trained on CIFAR-10: right on {card.test_accuracy:.1%} of "
        f"{card.test_pictures:,} pictures that it had never seen.",
        trust=f"On CIFAR-10's test pictures its probabilities are off by {card.calibration_error:.1%} on average; they "
        "say nothing about pictures of other things.",
        model=_trained_model,
    )


def untrained_tutorial() -> Tutorial:
    """The tutorial's network before it has learnt anything."""
    return Tutorial(
        name="untrained",
        about="The tutorial's network with random weights, always the same.",
        trust="It has learnt nothing yet: its answer is chance.",
        model=_untrained_model,
    )


def _trained_model() -> "keras.Model":
    from vizcore.networks.tutorial import build_trained_cnn

    return build_trained_cnn()


def _untrained_model() -> "keras.Model":
    from vizcore.networks.tutorial import build_simple_cnn

    return build_simple_cnn((64, 64, 3))


@dataclass(frozen=True, kw_only=True)
class ImageNet(Entry):
    """A network of `keras.applications` with weights from the net.

    Attributes:
        pretrained: which one.
    """

    pretrained: Pretrained

    def missing(self) -> tuple[Download, ...]:
        """Its weights, and the names of its classes if it has classes."""
        return tuple(download for download in self.pretrained.downloads if not downloads.is_there(download))

    def build(self) -> Network:
        """The network, traced, with weights that were checked."""
        from vizcore.activations.tracing import trace

        absent = ", ".join(file.file_name for file in self.missing())
        if absent:
            raise VizcoreError(f"The files of {self.name} are not there: {absent}.")
        file = self.pretrained.download
        path = downloads.target(file)
        downloads.verify(file, path)
        traced = trace(pretrained.build(self.pretrained, path))
        last = traced.layers[-1].name
        if not self.pretrained.has_classes:
            return Network(self, traced, None, last, "features", self.pretrained.no_classes_because)
        classes = pretrained.class_names(downloads.target(pretrained.CLASS_INDEX).parent)
        trust = "The probabilities are a softmax over ImageNet's classes; they are not calibrated."
        return Network(self, traced, classes, last, "logits", trust)


def imagenet(network: Pretrained) -> ImageNet:
    """The entry of a network that was trained on ImageNet."""
    return ImageNet(
        name=network.name,
        about=f"{network.title}, trained on ImageNet.",
        layers_key=f"layers-{network.name}",
        value_range=network.value_range,
        memory=network.memory,
        pretrained=network,
    )


@dataclass(frozen=True, kw_only=True)
class OwnFile(Entry):
    """The operator's own model.

    Attributes:
        file: a Keras model file. The version is that of the file.
    """

    file: Path

    @property
    def value_ranges(self) -> tuple[str, ...]:
        """All of them: a model file does not say what numbers it expects."""
        return tuple(RANGES)

    def build(self) -> Network:
        """The network, traced, with the classes that its text file names."""
        from vizcore.activations.tracing import trace
        from vizcore.networks.answer_kind import answer_kind
        from vizcore.networks.own_model import input_size, load_own_model

        if _version(self.file) != self.version:
            raise VizcoreError("The model's file is another one than before. Reload the page to see it.")
        own = load_own_model(self.file)
        traced = trace(own.model, input_size=input_size(own), layers=own.layers)
        answer, kind = own.answering, answer_kind(own.model, own.labels)
        if answer is None or kind == "features":
            trust = (
                f"{own.name} answers with features and not with one class of several. If it does know classes, put "
                f"their names into {self.file.with_suffix('.txt').name} beside it, one a line."
            )
            return Network(self, traced, None, answer or traced.layers[-1].name, "features", trust)
        num_classes = next(layer.num_channels for layer in traced.layers if layer.name == answer)
        labels = own.labels or tuple(f"class {index}" for index in range(num_classes))
        return Network(self, traced, labels, answer, kind, "Whether its probabilities are calibrated is not known.")


def own_file(file: Path) -> OwnFile:
    """The entry of a model file as it is now. Whether it can be used turns out when it is built."""
    return OwnFile(
        name=OWN,
        version=_version(file),
        about=f"The model {file.name}.",
        layers_key=f"layers-{OWN}",
        file=file,
    )


def _version(file: Path) -> str:
    """A text that is another one when the file is; empty where there is no file."""
    try:
        found = file.stat()
    except OSError:
        return ""
    return f"{found.st_mtime_ns}-{found.st_size}"


@dataclass(frozen=True, kw_only=True)
class TrainedHere(Entry):
    """A network of the tutorial's architecture that a visitor has trained, for that visitor alone.

    Attributes:
        trust: how far its probabilities can be trusted, in a sentence.
        classes: what its logits stand for.
        input_shape: height, width and colours of a picture.
        weights: as `model.get_weights()` gives them. The network gets a copy.
    """

    trust: str
    classes: tuple[str, ...]
    input_shape: tuple[int, int, int]
    # The digest in the name stands for them.
    weights: tuple[FloatArray, ...] = field(compare=False, repr=False)

    def build(self) -> Network:
        """The network, traced, with weights of its own."""
        from vizcore.activations.tracing import trace
        from vizcore.networks.tutorial import build_simple_cnn

        model = build_simple_cnn(self.input_shape, num_classes=len(self.classes))
        model.set_weights(list(self.weights))
        return Network(self, trace(model), self.classes, "logits", "logits", self.trust)


def name_of_trained(digest: str) -> str:
    """The name of a `TrainedHere`: with the digest of its weights, so that it is a part of every key in a cache."""
    return f"{TRAINED_HERE} {digest[:16]}"
