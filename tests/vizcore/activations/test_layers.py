"""Layers inside models inside models against the inner models run by hand; blocks of the networks that Keras has."""

import warnings

import keras
import numpy as np
import pytest

from vizcore.activations.layers import LayerOutput, first_kernel, layer_outputs
from vizcore.activations.tracing import trace
from vizcore.errors import VizcoreError

layers = keras.layers


def values_of(model: keras.Model, batch: np.ndarray) -> dict[str, np.ndarray]:
    """What all layers put out for one picture."""
    tensors = {name: output.tensor for name, output in layer_outputs(model).items()}
    outputs = keras.Model(model.inputs[0], tensors)(batch, training=False)
    return {name: np.asarray(value)[0] for name, value in outputs.items()}


def scaling(factor: float, offset: float, name: str) -> layers.Layer:
    """A convolution that multiplies one colour and shifts it."""
    layer = layers.Conv2D(1, 1, name=name)
    layer.build((None, None, None, 1))
    layer.set_weights([np.full((1, 1, 1, 1), factor, np.float32), np.array([offset], np.float32)])
    return layer


@pytest.fixture
def batch() -> np.ndarray:
    """Value 10·row + column on 5 × 7 cells."""
    return (10 * np.arange(5)[:, np.newaxis] + np.arange(7)).astype(np.float32)[np.newaxis, :, :, np.newaxis]


def two_levels(height: int | None = 5, width: int | None = 7) -> keras.Model:
    """x ↦ the largest of 2·(3·(x + 100) − 1) + 7, with two models within one another."""
    core = keras.Sequential(
        [keras.Input((height, width, 1)), scaling(3, 0, "triple"), scaling(1, -1, "less")], name="core"
    )
    picture = keras.Input((height, width, 1))
    middle = keras.Model(picture, scaling(2, 0, "twice")(core(scaling(1, 100, "more")(picture))), name="middle")
    outer = keras.Input((height, width, 1))
    return keras.Model(outer, layers.GlobalMaxPooling2D(name="largest")(scaling(1, 7, "seven")(middle(outer))))


@pytest.mark.parametrize("size", [(5, 7), (None, None)])
def test_layers_of_two_levels_give_what_is_written_down(size: tuple, batch: np.ndarray) -> None:
    values = values_of(two_levels(*size), batch)
    x = batch[0]
    expected = {
        "middle/more": x + 100,
        "middle/core/triple": 3 * (x + 100),
        "middle/core/less": 3 * (x + 100) - 1,
        "middle/core": 3 * (x + 100) - 1,
        "middle/twice": 2 * (3 * (x + 100) - 1),
        "middle": 2 * (3 * (x + 100) - 1),
        "seven": 2 * (3 * (x + 100) - 1) + 7,
        "largest": np.array([2 * (3 * 146 - 1) + 7]),
    }
    assert list(values) == list(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(values[name], value, err_msg=name)


def test_layers_say_kind_group_and_shape() -> None:
    outputs = layer_outputs(two_levels())
    found = {name: (output.name, output.kind, output.group, output.shape) for name, output in outputs.items()}
    assert found == {
        "middle/more": ("middle/more", "Conv2D", "middle", (5, 7, 1)),
        "middle/core/triple": ("middle/core/triple", "Conv2D", "middle/core", (5, 7, 1)),
        "middle/core/less": ("middle/core/less", "Conv2D", "middle/core", (5, 7, 1)),
        "middle/core": ("middle/core", "Sequential", "middle", (5, 7, 1)),
        "middle/twice": ("middle/twice", "Conv2D", "middle", (5, 7, 1)),
        "middle": ("middle", "Functional", "", (5, 7, 1)),
        "seven": ("seven", "Conv2D", "", (5, 7, 1)),
        "largest": ("largest", "GlobalMaxPooling2D", "", (1,)),
    }


def test_inner_layers_agree_with_the_inner_model_run_by_hand() -> None:
    picture = keras.Input((11, 13, 3))
    maps = layers.Conv2D(5, 3, activation="relu", name="conv")(picture)
    branch = layers.Conv2D(5, 1, name="branch")(maps)
    inner = keras.Model(picture, layers.Add(name="sum")([maps, branch]), name="inner")
    head = keras.Sequential(
        [keras.Input((5,)), layers.Dense(7, name="hidden"), layers.Dense(2, name="out")], name="head"
    )
    model = keras.Sequential(
        [
            keras.Input((11, 13, 3)),
            layers.Rescaling(1 / 255, offset=-0.5, name="scale"),
            inner,
            layers.GlobalAveragePooling2D(name="mean"),
            head,
        ]
    )
    batch = np.random.default_rng(3).integers(0, 256, (1, 11, 13, 3)).astype(np.float32)
    values = values_of(model, batch)
    scaled = batch / 255 - 0.5
    for name in ("conv", "branch", "sum"):
        by_hand = keras.Model(inner.inputs[0], inner.get_layer(name).output)(scaled)
        np.testing.assert_allclose(values[f"inner/{name}"], by_hand[0], atol=1e-5)
    np.testing.assert_allclose(values["inner"], inner(scaled)[0], atol=1e-5)
    weights, bias = head.get_layer("hidden").get_weights()
    np.testing.assert_allclose(values["head/hidden"], values["mean"] @ weights + bias, atol=1e-5)
    np.testing.assert_allclose(values["head/out"], model(batch)[0], atol=1e-5)


def test_new_weights_of_an_inner_layer_are_read(batch: np.ndarray) -> None:
    model = two_levels()
    tensor = layer_outputs(model)["middle/core/triple"].tensor
    reading = keras.Model(model.inputs[0], tensor)
    model.get_layer("middle").get_layer("core").get_layer("triple").set_weights(
        [np.full((1, 1, 1, 1), 5, np.float32), np.zeros(1, np.float32)]
    )
    np.testing.assert_array_equal(reading(batch)[0], 5 * (batch[0] + 100))


def test_an_inner_model_kept_in_training_is_read_in_training() -> None:
    inner = keras.Sequential([keras.Input((3, 5, 1)), layers.BatchNormalization(name="normal")], name="inner")
    picture = keras.Input((3, 5, 1))
    model = keras.Model(picture, layers.Flatten(name="flat")(inner(picture, training=True)))
    batch = np.arange(15, dtype=np.float32).reshape(1, 3, 5, 1)
    outputs = {name: output.tensor for name, output in layer_outputs(model).items()}
    # Whoever says nothing about training gets what the model was built with.
    values = keras.Model(model.inputs[0], outputs)(batch)
    # By the batch's own mean and deviation, not by the layer's 0 and 1.
    np.testing.assert_allclose(np.mean(values["inner/normal"]), 0, atol=1e-5)
    np.testing.assert_array_equal(np.ravel(values["inner/normal"]), values["flat"][0])


def test_an_inner_model_is_fed_with_the_size_that_the_outer_one_has() -> None:
    inner = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(2, 3, name="conv")], name="inner")
    outputs = layer_outputs(keras.Sequential([keras.Input((7, 13, 3)), inner]))
    assert outputs["inner/conv"].shape == (5, 11, 2)
    free = keras.Sequential([keras.Input((None, 13, 3)), layers.Conv2D(2, 3, name="conv")])
    assert layer_outputs(free)["conv"].shape == (None, 11, 2)


def test_asking_again_gives_the_same_and_leaves_the_model_as_it_was(batch: np.ndarray) -> None:
    model = two_levels()
    names, before = [layer.name for layer in model.layers], model(batch).numpy()
    first, second = values_of(model, batch), values_of(model, batch)
    assert list(first) == list(second)
    assert [layer.name for layer in model.layers] == names
    assert model.get_layer("middle").get_layer("more").output.shape == (None, 5, 7, 1)
    np.testing.assert_array_equal(model(batch), before)


def test_layers_used_several_times_are_left_out() -> None:
    picture = keras.Input((5, 7, 1))
    shared = layers.Conv2D(1, 1, name="shared")
    twice = keras.Sequential([keras.Input((5, 7, 1)), layers.Conv2D(1, 1, name="conv")], name="twice")
    maps = layers.Add(name="sum")([shared(picture), shared(twice(twice(picture)))])
    assert list(layer_outputs(keras.Model(picture, maps))) == ["sum"]


def test_layers_that_another_model_uses_too_are_kept(batch: np.ndarray) -> None:
    conv = scaling(2, 1, "conv")
    first = keras.Sequential([keras.Input((5, 7, 1)), conv])
    second = keras.Sequential([keras.Input((5, 7, 1)), scaling(10, 0, "ten"), conv])
    np.testing.assert_array_equal(values_of(first, batch)["conv"], 2 * batch[0] + 1)
    np.testing.assert_array_equal(values_of(second, batch)["conv"], 20 * batch[0] + 1)


def test_a_sequential_made_layer_by_layer_is_read(batch: np.ndarray) -> None:
    model = keras.Sequential()
    for layer in (keras.Input((5, 7, 1)), scaling(2, 0, "two"), scaling(3, 0, "three"), layers.Flatten(name="flat")):
        model.add(layer)
    values = values_of(model, batch)
    assert list(values) == ["two", "three", "flat"]
    np.testing.assert_array_equal(values["three"], 6 * batch[0])


def test_inputs_other_ranks_and_several_outputs_are_left_out() -> None:
    class Halves(keras.Layer):
        def call(self, maps: keras.KerasTensor) -> list:
            return [maps / 2, maps / 2]

    picture = keras.Input((5, 7, 1))
    rows = layers.Reshape((5, 7), name="rows")(picture)
    halves = Halves(name="halves")(layers.Reshape((5, 7, 1), name="maps")(rows))
    model = keras.Model(picture, layers.Add(name="whole")(halves))
    assert list(layer_outputs(model)) == ["maps", "whole"]


def test_a_nested_model_with_several_inputs_is_one_layer() -> None:
    left, right = keras.Input((5, 7, 1)), keras.Input((5, 7, 1))
    both = keras.Model([left, right], layers.Add(name="sum")([left, right]), name="both")
    picture = keras.Input((5, 7, 1))
    model = keras.Model(picture, both([picture, layers.Conv2D(1, 1, name="conv")(picture)]))
    assert list(layer_outputs(model)) == ["conv", "both"]


def test_the_first_kernel_and_what_feeds_it_are_named_through_all_levels() -> None:
    def named(*front: layers.Layer) -> tuple[str, str | None]:
        core = keras.Sequential([keras.Input((5, 7, 1)), *front, layers.Conv2D(1, 1, name="conv")], name="core")
        middle = keras.Sequential([keras.Input((5, 7, 1)), layers.ReLU(name="middle_relu"), core], name="middle")
        model = keras.Sequential([keras.Input((5, 7, 1)), layers.ReLU(name="relu"), middle])
        found = first_kernel(model)
        assert found is not None
        assert found.layer is core.get_layer("conv")
        # What it is called by is what its output is called by.
        assert {found.name, found.fed_by} <= set(layer_outputs(model))
        return found.name, found.fed_by

    assert named() == ("middle/core/conv", "middle/middle_relu")
    assert named(layers.ReLU(name="core_relu")) == ("middle/core/conv", "middle/core/core_relu")


def test_the_first_kernel_of_a_nested_model_that_the_input_feeds_is_fed_by_nothing_else() -> None:
    found = first_kernel(two_levels())
    assert found is not None
    assert (found.name, found.fed_by) == ("middle/more", "")


def test_no_warnings(batch: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values_of(two_levels(), batch)


@pytest.fixture(scope="module", params=["MobileNetV2", "ResNet50", "VGG16"])
def known_network(request: pytest.FixtureRequest) -> tuple[str, dict[str, LayerOutput]]:
    build = getattr(keras.applications, request.param)
    return request.param, layer_outputs(build(weights=None, include_top=False, input_shape=(32, 32, 3)))


BLOCKS = {
    "MobileNetV2": ["Conv1", "expanded_conv", *(f"block_{number}" for number in range(1, 17)), "Conv_1", ""],
    "ResNet50": [
        "conv1",
        "pool1",
        *(
            f"conv{stage}_block{number}"
            for stage, most in ((2, 3), (3, 4), (4, 6), (5, 3))
            for number in range(1, most + 1)
        ),
    ],
    "VGG16": [f"block{number}" for number in range(1, 6)],
}


def test_blocks_of_known_networks_are_in_one_piece(known_network: tuple[str, dict[str, LayerOutput]]) -> None:
    name, outputs = known_network
    groups = [output.group for output in outputs.values()]
    runs = [group for index, group in enumerate(groups) if index == 0 or groups[index - 1] != group]
    assert runs == BLOCKS[name]


def test_names_in_a_block_speak_of_it(known_network: tuple[str, dict[str, LayerOutput]]) -> None:
    for output in known_network[1].values():
        if output.group:
            assert output.name.removeprefix("bn_").startswith(output.group)
        else:
            assert output.name == "out_relu"


def test_a_layer_named_like_a_block_belongs_to_it_only_if_there_are_others() -> None:
    def groups(*names: str) -> list[str]:
        found = [layers.Conv2D(1, 1, name=name) for name in names]
        return [output.group for output in layer_outputs(keras.Sequential([keras.Input((5, 7, 1)), *found])).values()]

    assert groups("conv1", "conv2", "conv2_relu", "conv2d_1", "conv10") == ["", "conv2", "conv2", "", ""]
    assert groups("stem_conv", "block1a_dwconv", "block1b_dwconv", "top") == ["stem", "block1a", "block1b", ""]
    assert groups("block1_conv1") == ["block1"]


def test_models_without_one_picture_as_input_are_refused() -> None:
    vector = keras.Sequential([keras.Input((7,)), layers.Dense(5)])
    unbuilt = keras.Sequential([layers.Dense(5)])
    pictures = [keras.Input((5, 7, 1)), keras.Input((5, 7, 1))]
    for model in (vector, unbuilt, keras.Model(pictures, layers.Add()(pictures))):
        with pytest.raises(VizcoreError, match=r"one input \(height, width, colours\)"):
            layer_outputs(model)


def test_models_without_a_layer_to_show_are_refused() -> None:
    with pytest.raises(VizcoreError, match="No layer of this network"):
        layer_outputs(keras.Sequential([keras.Input((5, 7, 1)), layers.Reshape((5, 7))]))


def test_channels_first_are_refused_by_the_layers_name() -> None:
    first = keras.Sequential(
        [keras.Input((3, 11, 13)), layers.AveragePooling2D(2, data_format="channels_first", name="pool")], name="inner"
    )
    for model in (first, keras.Sequential([keras.Input((3, 11, 13)), first])):
        with pytest.raises(VizcoreError, match="“pool” puts the channels first"):
            layer_outputs(model)


def test_parameters_are_counted_of_layers_alone_and_of_nested_models_whole() -> None:
    inner = keras.Sequential([keras.Input((5, 7, 3)), keras.layers.Conv2D(4, (2, 3), name="conv")], name="inner")
    norm = keras.layers.BatchNormalization(name="norm")
    model = keras.Sequential([keras.Input((5, 7, 3)), inner, norm, keras.layers.ReLU(name="relu")])
    counted = {name: output.num_parameters for name, output in layer_outputs(model).items()}
    # 2 · 3 · 3 · 4 weights and 4 biases; scale, shift, mean and variance of 4 channels.
    assert counted == {"inner/conv": 76, "inner": 76, "norm": 16, "relu": 0}
    assert {layer.name: layer.num_parameters for layer in trace(model).layers} == counted
