"""The kinds of entries in the list of networks. Each builds its network. Importing this does not import Keras."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from vizcore import downloads
from vizcore.arrays import FloatArray
from vizcore.downloads import Download
from vizcore.errors import VizcoreError
from vizcore.inputs.interpolation import OF_KERAS_FILES, OF_KERAS_FOLDERS
from vizcore.inputs.value_ranges import RANGES
from vizcore.networks import pretrained
from vizcore.networks.network import Entry, Network
from vizcore.networks.pretrained import Pretrained
from vizcore.networks.shipped import CIFAR10, CIFAR10_BRIGHTENED, shipped_card

OWN = "own model"
"""The name of the operator's model in links, whatever its file is called."""
TRAINED_HERE = "trained here"
"""The label in the list of a network that a visitor has trained. Its name also contains the digest of the weights."""


@dataclass(frozen=True, kw_only=True)
class Tutorial(Entry):
    """The tutorial's network with weights that need no download.

    Attributes:
        trust: a sentence on the reliability of its probabilities.
        weights: the name of weights that come with this package; empty for random weights.
        sha256: of the file of weights; empty for random weights.
    """

    trust: str
    weights: str = ""
    sha256: str = ""

    def weights_digest(self) -> str:
        """That of the file of weights; random weights have none."""
        return f"sha256:{self.sha256}" if self.sha256 else ""

    def build(self) -> Network:
        """The network, traced."""
        from vizcore.activations.tracing import trace
        from vizcore.networks.tutorial import build_simple_cnn, build_trained_cnn

        model = build_trained_cnn(self.weights) if self.weights else build_simple_cnn((64, 64, 3))
        return Network(self, trace(model), shipped_card().classes, "logits", "logits", self.trust)


def trained_tutorial(weights: str = CIFAR10) -> Tutorial:
    """The entry of the tutorial's network with weights that come with this package: those of `build_trained_cnn`."""
    card, is_brightened = shipped_card(weights), weights == CIFAR10_BRIGHTENED
    return Tutorial(
        name="brightened" if is_brightened else "trained",
        about="The tutorial's network, trained on CIFAR-10"
        f"{' in lights drawn at random (brightness augmentation)' if is_brightened else ''}: right on "
        f"{card.test_accuracy:.1%} of {card.test_pictures:,} pictures that it had never seen.",
        trust=f"On CIFAR-10's test pictures its probabilities are off by {card.calibration_error:.1%} on average; they "
        "say nothing about pictures of other things.",
        weights=weights,
        sha256=card.sha256,
    )


def untrained_tutorial() -> Tutorial:
    """The entry of the tutorial's network before any training."""
    return Tutorial(
        name="untrained",
        about="The tutorial's network with random weights, always the same.",
        trust="It has learnt nothing yet: its answer is chance.",
    )


@dataclass(frozen=True, kw_only=True)
class ImageNet(Entry):
    """A network of `keras.applications` with downloaded weights.

    Attributes:
        pretrained: description of the network.
    """

    pretrained: Pretrained

    def weights_digest(self) -> str:
        """That of the file of weights, if it is known."""
        md5 = self.pretrained.download.md5
        return f"md5:{md5}" if md5 else ""

    def missing(self) -> tuple[Download, ...]:
        """Those of its files that are not downloaded yet: the weights, and the names of its classes if it has any."""
        return tuple(download for download in self.pretrained.downloads if not downloads.is_there(download))

    def build(self) -> Network:
        """The network, traced, with checked weights."""
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
        interpolation=OF_KERAS_FILES,
        pipeline="keras.utils.load_img",
        memory=network.memory,
        pretrained=network,
    )


@dataclass(frozen=True, kw_only=True)
class OwnFile(Entry):
    """The operator's own model.

    Attributes:
        file: a Keras model file. `version` identifies its contents.
    """

    file: Path

    @property
    def label(self) -> str:
        """The name of the file. One without an ending could be that of another network in the list."""
        return self.file.name if self.file.suffix else self.name

    @property
    def value_ranges(self) -> tuple[str, ...]:
        """All value ranges, because a model file does not state which one it expects."""
        return tuple(RANGES)

    def weights_digest(self) -> str:
        """That of the whole file, which is read; empty if it cannot be read."""
        try:
            with self.file.open("rb") as file:
                return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
        except OSError:
            return ""

    def build(self) -> Network:
        """The network, traced, with the class names from its text file."""
        from vizcore.networks.answer_kind import answer_kind
        from vizcore.networks.front import expected_range
        from vizcore.networks.own_model import load_own_model, traced_own

        if _version(self.file) != self.version:
            raise VizcoreError("The model's file is another one than before. Reload the page to see it.")
        own = load_own_model(self.file)
        traced = traced_own(own)
        answer, kind, expected = own.answering, answer_kind(own.model, own.labels), expected_range(own.model)
        if answer is None or kind == "features":
            trust = (
                f"{own.name} answers with features and not with one class of several. If it does know classes, put "
                f"their names into {self.file.with_suffix('.txt').name} beside it, one a line."
            )
            return Network(self, traced, None, answer or traced.layers[-1].name, "features", trust, expected)
        num_classes = next(layer.num_channels for layer in traced.layers if layer.name == answer)
        labels = own.labels or tuple(f"class {index}" for index in range(num_classes))
        trust = "Whether its probabilities are calibrated is not known."
        return Network(self, traced, labels, answer, kind, trust, expected)


def own_file(file: Path) -> OwnFile:
    """The entry of the present version of a model file. The file is not read before the network is built."""
    return OwnFile(
        name=OWN,
        version=_version(file),
        about=f"The model {file.name}. Pictures are resized as image_dataset_from_directory does it, bilinear without "
        "antialiasing; other ways are under More on the Feature maps page.",
        layers_key=f"layers-{OWN}",
        interpolation=OF_KERAS_FOLDERS,
        pipeline="keras.utils.image_dataset_from_directory",
        file=file,
    )


def _version(file: Path) -> str:
    """A text that changes when the file changes; empty if the file is missing."""
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns}-{status.st_size}"


@dataclass(frozen=True, kw_only=True)
class TrainedHere(Entry):
    """A network of the tutorial's architecture that a visitor has trained. Only that visitor can use it.

    Attributes:
        trust: a sentence on the reliability of its probabilities.
        classes: names of the classes, in the order of the logits.
        input_shape: height, width and number of colours of a picture.
        weights: as returned by `model.get_weights()`. The network receives a copy, and its own entry has none: pages
            hold entries for as long as a visit lasts.
    """

    trust: str
    classes: tuple[str, ...]
    input_shape: tuple[int, int, int]
    # The digest in the name identifies the weights.
    weights: tuple[FloatArray, ...] = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        """The same for all trained networks: a visitor has one."""
        return TRAINED_HERE

    def weights_digest(self) -> str:
        """The beginning of that of the weights, which the name contains."""
        return f"sha256:{self.name.removeprefix(TRAINED_HERE).strip()}"

    def build(self) -> Network:
        """The network, traced, with its own copy of the weights.

        Raises:
            VizcoreError: the entry is that of a network, which has the weights.
        """
        from vizcore.activations.tracing import trace
        from vizcore.networks.tutorial import build_simple_cnn

        if not self.weights:
            raise VizcoreError("Your network has been trained on meanwhile. Reload the page to see the new one.")
        model = build_simple_cnn(self.input_shape, num_classes=len(self.classes))
        model.set_weights(list(self.weights))
        entry = replace(self, weights=())
        return Network(entry, trace(model), self.classes, "logits", "logits", self.trust)


def name_of_trained(digest: str) -> str:
    """The name of a `TrainedHere`. It contains the digest of the weights, so that every cache key contains it."""
    return f"{TRAINED_HERE} {digest[:16]}"
