"""Blocks of lists of layers that were written by hand."""

from vizcore.activations.blocks import Block, blocks
from vizcore.activations.layer import LayerInfo

LAYERS = (
    LayerInfo("pad", "ZeroPadding2D", (32, 32, 3)),
    LayerInfo("scale", "Rescaling", (32, 32, 3)),
    LayerInfo("stem", "Conv2D", (16, 16, 8)),
    LayerInfo("a_conv", "Conv2D", (16, 16, 8), "a"),
    LayerInfo("a_pool", "MaxPooling2D", (8, 8, 12), "a"),
    LayerInfo("b_conv", "Conv2D", (8, 8, 24), "b"),
    LayerInfo("pooled", "GlobalAveragePooling2D", (24,)),
    LayerInfo("logits", "Dense", (10,)),
)


def test_groups_and_runs_of_one_resolution_are_blocks() -> None:
    assert blocks(LAYERS) == (
        Block("pad … scale", (32, 32, 3), ("pad", "scale")),
        Block("stem", (16, 16, 8), ("stem",)),
        Block("a", (8, 8, 12), ("a_conv", "a_pool")),
        Block("b", (8, 8, 24), ("b_conv",)),
        Block("pooled … logits", (10,), ("pooled", "logits")),
    )
    assert blocks(()) == ()


def test_every_layer_is_in_one_block_in_the_order_of_the_network() -> None:
    assert [name for block in blocks(LAYERS) for name in block.layers] == [layer.name for layer in LAYERS]
