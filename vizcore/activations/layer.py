"""What is known of a layer before anything is computed. Importing this does not import Keras."""

from dataclasses import dataclass, field

from vizcore.arrays import FloatArray

DERIVATIVE_AT_KINKS = (
    "Where a layer has a kink, the derivative is that of one side: a ReLU exactly at 0 counts as off, and of equal "
    "values under a max-pooling window the first counts, row by row; a global maximum takes their mean."
)
"""What a page can say beside a derivative; as TensorFlow defines it, and as the tests have it."""


@dataclass(frozen=True)
class LayerInfo:
    """A layer whose output can be shown.

    Attributes:
        name: as given when the network was built; of a layer in a nested model "model/layer".
        kind: Keras's name of the layer's class.
        shape: of its output for one picture, (h, w, C) or (C,).
        group: the block it belongs to, or nothing.
        has_kernel: whether it has learnt weights that it multiplies with. Two descriptions are not told apart by it.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    group: str = ""
    has_kernel: bool = field(default=False, compare=False)

    @property
    def num_channels(self) -> int:
        """How many feature maps, or units, the output has."""
        return self.shape[-1]

    @property
    def is_spatial(self) -> bool:
        """Whether the output is feature maps (h, w, C), and not a vector (C,)."""
        return len(self.shape) == 3


@dataclass(frozen=True, eq=False)
class ChannelSummary:
    """Two numbers per picture and channel; of a vector each unit is a channel, and both are its value.

    Attributes:
        mean: (n, C) float32, over the feature map, the layer's own units.
        maximum: (n, C) float32, over the feature map, the layer's own units.
    """

    mean: FloatArray
    maximum: FloatArray
