"""Which layers are chosen first, on lists of layers that were written by hand."""

from vizcore.activations.layer import LayerInfo
from vizcore.activations.layer_choice import first_layers, one_per_resolution

DEEP = (
    LayerInfo("conv1_pad", "ZeroPadding2D", (230, 230, 3)),
    LayerInfo("conv1", "Conv2D", (112, 112, 64)),
    LayerInfo("conv1_relu", "Activation", (112, 112, 64)),
    LayerInfo("pool1_pad", "ZeroPadding2D", (114, 114, 64)),
    LayerInfo("pool1", "MaxPooling2D", (56, 56, 64)),
    LayerInfo("conv2", "Conv2D", (56, 56, 256)),
    LayerInfo("conv2_relu", "Activation", (56, 56, 256)),
    LayerInfo("pooled", "GlobalAveragePooling2D", (256,)),
)
DENSE = tuple(LayerInfo(f"dense{index}", "Dense", (10,)) for index in range(9))


def test_one_layer_for_each_resolution_and_no_padding() -> None:
    # Of the first size it is the first convolution, of the others the last layer that decides.
    assert one_per_resolution(DEEP) == ["conv1", "conv2_relu"]
    assert one_per_resolution(DEEP[:1]) == ["conv1_pad"]
    assert one_per_resolution(DEEP[-1:]) == ["pooled"]


def test_of_many_resolutions_the_first_five() -> None:
    layers = tuple(LayerInfo(f"conv{size}", "Conv2D", (size, size, 8)) for size in (64, 32, 16, 8, 4, 2))
    assert one_per_resolution(layers) == ["conv64", "conv32", "conv16", "conv8", "conv4"]


def test_of_a_small_network_four_from_the_first_convolution_on() -> None:
    assert first_layers(DEEP) == ["conv1", "conv1_relu", "pool1_pad", "pool1"]
    late = (*(LayerInfo(f"noise{index}", "Dropout", (9, 9, 3)) for index in range(5)), *DEEP[1:3])
    assert first_layers(late) == ["conv1", "conv1_relu"]
    assert first_layers(DENSE) == ["dense0", "dense1", "dense2", "dense3"]


def test_a_network_of_more_than_a_dozen_layers_is_deep() -> None:
    assert len(first_layers(DEEP + DENSE[:4])) == 4
    assert first_layers(DEEP + DENSE[:5]) == ["conv1", "conv2_relu"]
