"""Descriptions of layers, available before anything is computed. Importing this does not import Keras."""

from dataclasses import dataclass, field

from vizcore.arrays import FloatArray

DERIVATIVE_AT_KINKS = (
    "Where a layer has a kink, the derivative is that of one side: a ReLU exactly at 0 counts as off, and of equal "
    "values under a max-pooling window the first counts, row by row; a global maximum takes their mean."
)
"""A note for a page that shows a derivative. It follows TensorFlow's definition, which the tests verify."""


@dataclass(frozen=True)
class LayerInfo:
    """A layer whose output can be shown.

    Attributes:
        name: as in the network; "model/layer" for a layer in a nested model.
        kind: Keras's name of the layer's class.
        shape: (h, w, C) or (C,), shape of its output for one picture.
        group: the block it belongs to; empty for no block.
        has_kernel: whether it multiplies with weights that are trained. Comparison of two descriptions ignores it.
        num_parameters: the number of all its weights, trained or not. Comparison ignores it, too.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    group: str = ""
    has_kernel: bool = field(default=False, compare=False)
    num_parameters: int = field(default=0, compare=False)

    @property
    def num_channels(self) -> int:
        """The number of feature maps, or units, of the output."""
        return self.shape[-1]

    @property
    def is_spatial(self) -> bool:
        """Whether the output is feature maps (h, w, C) and not a vector (C,)."""
        return len(self.shape) == 3


@dataclass(frozen=True, eq=False)
class ChannelSummary:
    """Two numbers per picture and channel. In a vector each unit is a channel, and both numbers are its value.

    Attributes:
        mean: (n, C) float32, over the feature map, the layer's own units.
        maximum: (n, C) float32, over the feature map, the layer's own units.
    """

    mean: FloatArray
    maximum: FloatArray
