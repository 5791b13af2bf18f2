"""Networks that were trained on ImageNet: their descriptions, which need no Keras, and their construction.

Importing this does not import Keras, so that a list of the networks opens at once. The architectures are those of
`keras.applications`; the weights are the files that Keras itself would download.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vizcore.downloads import Download, discard
from vizcore.errors import VizcoreError
from vizcore.settings import settings

if TYPE_CHECKING:
    import keras

NUM_CLASSES = 1000
"""Classes of ImageNet's challenge of 2012, for which all of these networks were trained."""

_WEIGHTS = "https://storage.googleapis.com/tensorflow/keras-applications"

CLASS_INDEX = Download(
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "imagenet_class_index.json",
    35_363,
    "c2c37ea517e94d9795004a39431a14cb",
)
"""The names of the classes; see `class_names`."""


@dataclass(frozen=True)
class Pretrained:
    """A network of `keras.applications` with weights from ImageNet.

    Attributes:
        name: Keras's name, and its key in `PRETRAINED`.
        title: shown to the visitor, with the year of the paper.
        download: the file of its weights.
        memory: in MB, approximate memory of the process for building it and reading all its layers.
        value_range: the numbers that it expects for a pixel: a name in `vizcore.inputs.value_ranges.RANGES`.
        no_classes_because: a sentence with the reason why it has no classes; empty where it ends in 1000 logits.
        input_size: in pixels, height and width of its input, which has three colours.
    """

    name: str
    title: str
    download: Download
    memory: int
    value_range: str
    no_classes_because: str = ""
    input_size: int = 224

    @property
    def has_classes(self) -> bool:
        """Whether its output is a logit for each of ImageNet's classes."""
        return not self.no_classes_because

    @property
    def downloads(self) -> tuple[Download, ...]:
        """The files that building it needs."""
        return (self.download, CLASS_INDEX) if self.has_classes else (self.download,)


PRETRAINED: Mapping[str, Pretrained] = MappingProxyType(
    {
        network.name: network
        for network in (
            Pretrained(
                "MobileNetV2",
                "MobileNetV2 (2018): small, made for phones",
                Download(
                    f"{_WEIGHTS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
                    "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
                    14_536_120,
                    # Keras has no MD5 for this file either and checks only its name.
                    None,
                ),
                memory=120,
                value_range="−1…1",
            ),
            Pretrained(
                "ResNet50",
                "ResNet50 (2015): deep, with shortcuts",
                Download(
                    f"{_WEIGHTS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
                    "resnet50_weights_tf_dim_ordering_tf_kernels.h5",
                    102_967_424,
                    "2cb95161c43110f7111970584f804107",
                ),
                memory=320,
                value_range="BGR − mean",
            ),
            Pretrained(
                "VGG16",
                "VGG16 (2014): nothing but 3 × 3 convolutions",
                Download(
                    f"{_WEIGHTS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    58_889_256,
                    "6d6bbae143d832006294945121d1f1fc",
                ),
                memory=190,
                value_range="BGR − mean",
                no_classes_because=(
                    "VGG16 runs without its three dense layers, which name the class and need 2.4 GB of memory."
                ),
            ),
        )
    }
)
"""The networks by name, in the order of the list; the lightest is the first."""


def vgg16_with_top() -> Pretrained:
    """VGG16 with its dense layers and classes, for machines with 2.4 GB of free memory."""
    return replace(
        PRETRAINED["VGG16"],
        download=Download(
            f"{_WEIGHTS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
            553_467_096,
            "64373286793e3c8b2b4e3219cbf3544b",
        ),
        memory=1800,
        no_classes_because="",
    )


def offered() -> Mapping[str, Pretrained]:
    """`PRETRAINED` under the operator's settings: with the whole of VGG16 if `vgg16_with_top` is set."""
    if not settings().vgg16_with_top:
        return PRETRAINED
    return MappingProxyType({**PRETRAINED, "VGG16": vgg16_with_top()})


def build(entry: Pretrained, weights_path: Path) -> "keras.Model":
    """A network with its weights. This imports Keras.

    Args:
        entry: the network, with or without its top; one of `offered()`.
        weights_path: its weights, as downloaded from `entry.download`.

    Returns:
        A functional model from (224, 224, 3), values in `entry.value_range`, to 1000 logits, or to VGG16's last feature
        maps. Layers have their names in `keras.applications`. Where Keras numbers layers in the order of their
        creation, which differs between processes, the names are "picture" and "avg_pool". It is not compiled.

    Raises:
        VizcoreError: the file is missing or cannot be opened, or it is damaged or holds other weights. In the last two
            cases it is removed, so that the next download starts clean.
    """
    if not weights_path.is_file():
        raise VizcoreError(f"The weights of {entry.name} are not there: {weights_path} is not a file. Download them.")
    network = architecture(entry)
    try:
        network.load_weights(weights_path)
    except (PermissionError, BlockingIOError) as error:
        raise VizcoreError(
            f"The weights of {entry.name} in {weights_path} cannot be opened: this program may not read the file, or "
            "another one is writing it. Make the file readable and try again."
        ) from error
    # h5py raises OSError for damage, KeyError and RuntimeError for parts that are missing or unreadable. Keras raises
    # ValueError for other layers and shapes.
    except (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise VizcoreError(
            f"“{weights_path.name}” is damaged or does not hold the weights of {entry.name}. {discard(weights_path)}"
        ) from error
    return network


def class_names(folder: Path) -> tuple[str, ...]:
    """ImageNet's names for the 1000 logits, readable: "Egyptian cat", not "Egyptian_cat".

    Two names belong to two classes each, "crane" (bird and machine) and "maillot". Only the index distinguishes them.

    Args:
        folder: the folder of the downloaded `CLASS_INDEX`.

    Raises:
        VizcoreError: the file is missing, cannot be read, or is not such a list. In the last case it is removed, so
            that the next download starts clean.
    """
    path = folder / CLASS_INDEX.file_name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VizcoreError(
            f"The names of ImageNet's classes cannot be read: “{path.name}” is missing or closed. Download them."
        ) from error
    try:
        index = json.loads(data)
    # Bytes that are not text raise a ValueError, too. Deeply nested brackets raise a RecursionError.
    except (ValueError, RecursionError) as error:
        raise _not_a_class_index(path) from error
    if not _is_class_index(index):
        raise _not_a_class_index(path)
    return tuple(index[str(number)][1].replace("_", " ") for number in range(NUM_CLASSES))


def _is_class_index(index: Any) -> bool:
    """Whether the data has the form {"0": ["n01440764", "tench"], …, "999": […]}."""
    if not isinstance(index, dict) or index.keys() != {str(number) for number in range(NUM_CLASSES)}:
        return False
    return all(
        isinstance(entry, list) and len(entry) == 2 and all(isinstance(text, str) and text for text in entry)
        for entry in index.values()
    )


def _not_a_class_index(path: Path) -> VizcoreError:
    return VizcoreError(f"“{path.name}” is damaged: it is not a list of {NUM_CLASSES} classes. {discard(path)}")


def architecture(entry: Pretrained) -> "keras.Model":
    """The network of `build` with random weights. This imports Keras.

    Raises:
        VizcoreError: the network is unknown.
    """
    import keras

    picture = keras.Input((entry.input_size, entry.input_size, 3), dtype="float32", name="picture")
    if entry.name == "MobileNetV2":
        # The top is built here, because the pooling layer of Keras's top has no fixed name.
        maps = keras.applications.MobileNetV2(include_top=False, weights=None, input_tensor=picture).output
        pooled = keras.layers.GlobalAveragePooling2D(name="avg_pool")(maps)
        answer = keras.layers.Dense(NUM_CLASSES, name="predictions")(pooled)
    elif entry.name == "ResNet50":
        answer = keras.applications.ResNet50(weights=None, input_tensor=picture, classifier_activation=None).output
    elif entry.name == "VGG16":
        answer = keras.applications.VGG16(
            include_top=entry.has_classes, weights=None, input_tensor=picture, classifier_activation=None
        ).output
    else:
        raise VizcoreError(f"There is no network “{entry.name}”; there are {', '.join(PRETRAINED)}.")
    # This is a new model around the single input: Keras's own models hold it in a list and warn when they are called
    # with an array.
    return keras.Model(picture, answer, name=entry.name)
